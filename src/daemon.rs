//! Watches the intake and review folders, feeds the line, and stops in order. Everything that it does to an
//! item is done by `pipeline`.
//!
//! One thread owns the line; signals and hints of new files reach it through one bounded channel. Scans are
//! the truth and hints only shorten the wait, so a lost hint costs seconds and never a file.

mod gather;
mod signals;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::Duration,
};

use sd_notify::NotifyState;
use sha2::{Digest as _, Sha256};

use self::signals::{notify, signals};
use crate::{
    catalog::State,
    clock::Clock,
    config::{self, Station},
    durable,
    fault::{Disposition, Fault},
    id::Digest,
    intake::{
        self, DropPath, Observation, Tracker, mount, receipt,
        scan::Stamp,
        watch::{Hint, Watch},
    },
    keys::{self, Credentials},
    pipeline::{self, Line, MAX_BATCH_BYTES, MAX_BATCH_ITEMS, Outcome},
};

/// How many events wait at most; hints beyond are dropped, since a scan finds what they told of.
const MAX_EVENTS: usize = 1024;

/// The longest wait between two looks while files stand still to be taken.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How much longer than a recording must stand still one run waits while nothing moves.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the daemon stopped, or did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The credentials.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The intake folder.
    #[error(transparent)]
    Intake(#[from] intake::Error),
    /// The line.
    #[error(transparent)]
    Line(#[from] pipeline::Error),
    /// A directory of the station.
    #[error(transparent)]
    Disk(#[from] durable::Error),
    /// A thread or the runtime could not be started.
    #[error("a thread of the daemon could not be started")]
    Thread,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Intake(error) => error.code(),
            Self::Line(error) => error.code(),
            Self::Disk(error) => error.code(),
            Self::Thread => "DA-01",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Config(error) => error.disposition(),
            Self::Keys(error) => error.disposition(),
            Self::Intake(error) => error.disposition(),
            Self::Line(error) => error.disposition(),
            Self::Disk(error) => error.disposition(),
            Self::Thread => Disposition::Halt,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Config(error) => error.remedy(),
            Self::Keys(error) => error.remedy(),
            Self::Intake(error) => error.remedy(),
            Self::Line(error) => error.remedy(),
            Self::Disk(error) => error.remedy(),
            Self::Thread => "Check the limits of processes and memory of the daemon's user.",
        }
    }
}

/// Something that the line's thread has to know.
#[derive(Debug)]
pub enum Event {
    /// A file may have come.
    Hint(Hint),
    /// Read the settings again.
    Reload,
    /// Finish the batch in hand and stop.
    Stop,
}

/// How far the work is, for a progress bar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Items that have left a batch.
    pub done: usize,
    /// Files that are still waited for.
    pub waiting: usize,
}

/// What a run did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// What became of each item that was taken, in order.
    pub outcomes: Vec<Outcome>,
    /// Decisions that were used.
    pub decisions: usize,
}

/// The daemon's own state; the line's thread owns it.
#[derive(Debug)]
struct Daemon {
    line: Line,
    tracker: Tracker,
    watch: Option<Watch>,
    polling: bool,
    clock: Arc<dyn Clock>,
    station_file: PathBuf,
    /// When a drop was first found to belong nowhere.
    unplaced: BTreeMap<DropPath, Duration>,
    /// Links, pipes and the like that have been told about.
    refused: BTreeSet<DropPath>,
    /// Files that stay where they are, as they were when that was told.
    left: BTreeMap<DropPath, Stamp>,
    /// Claimed files that a full disk or a writer kept from being sealed.
    again: bool,
    last_scan: Option<Duration>,
    summary: Summary,
}

/// Opens a station and works off what lies in it, then returns.
///
/// # Errors
///
/// Fails where the station itself does.
pub fn run_once(
    station_file: &Path,
    binary: &Path,
    clock: Arc<dyn Clock>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, Error> {
    let mut daemon = Daemon::open(station_file, binary, clock)?;
    let timing = daemon.line.station().timing;
    let patience = timing.settle.max(timing.media_settle).saturating_add(PATIENCE);
    let mut moved = ((0, 0), daemon.clock.monotonic());
    loop {
        let worked = daemon.look(true)?;
        progress(Progress { done: daemon.summary.outcomes.len(), waiting: daemon.tracker.len() });
        // What only waits for its sidecar is left to the daemon, or to the next run.
        let waits = daemon.tracker.len() > daemon.unplaced.len() || daemon.line.has_unopened();
        if !worked && !waits && !daemon.again {
            break;
        }
        // And so is what stays open, locked or without room on the disk.
        let now = daemon.clock.monotonic();
        let done = (daemon.summary.outcomes.len(), daemon.summary.decisions);
        if done != moved.0 {
            moved = (done, now);
        } else if now.saturating_sub(moved.1) > patience {
            tracing::warn!("something can't be taken now; it is left to the next run");
            break;
        }
        if !worked {
            std::thread::sleep(LOOK_AGAIN / 2);
        }
    }
    daemon.line.stop()?;
    Ok(daemon.summary)
}

/// Opens a station and works until it is told to stop.
///
/// # Errors
///
/// Fails where the station itself does.
pub fn run(station_file: &Path, binary: &Path, clock: Arc<dyn Clock>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|_| Error::Thread)?;
    let (sender, events) = sync_channel(MAX_EVENTS);
    let mut daemon = Daemon::open(station_file, binary, clock)?;
    daemon.start_watch(&runtime, &sender);
    runtime.spawn(signals(sender));
    notify(&[NotifyState::Ready]);
    tracing::info!("ready");
    let worked = daemon.work(&events);
    notify(&[NotifyState::Stopping]);
    // Whatever was in hand is sealed or lies in `claimed/`, where the next start finds it.
    let stopped = daemon.line.stop();
    runtime.shutdown_background();
    worked?;
    Ok(stopped?)
}

impl Daemon {
    fn open(station_file: &Path, binary: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let station = Station::load(station_file)?;
        make_directories(&station)?;
        for study in station.studies.keys() {
            mount::probe(&station.directories.intake_of(study))?;
        }
        let credentials = Credentials::load(&station.directories.credentials)?;
        let timing = station.timing;
        let polling = mount::needs_polling(&station.directories.intake);
        let digest = config_digest(station_file)?;
        let mut line = Line::open(station, credentials, binary, clock.clone())?;
        // Only now is it sure that no other daemon is writing drafts here.
        for dir in own_directories(line.station()) {
            durable::sweep_drafts(dir)?;
        }
        let left = line.recover(digest)?;
        let mut daemon = Self {
            tracker: Tracker::new(&timing),
            watch: None,
            polling,
            clock,
            station_file: station_file.to_owned(),
            unplaced: BTreeMap::new(),
            refused: BTreeSet::new(),
            left: BTreeMap::new(),
            again: false,
            last_scan: None,
            summary: Summary::default(),
            line,
        };
        daemon.feed(left)?;
        Ok(daemon)
    }

    fn start_watch(&mut self, runtime: &tokio::runtime::Runtime, sender: &SyncSender<Event>) {
        if self.polling {
            tracing::info!("the intake folder lies on a file system without events: polling");
            return;
        }
        let Some((watch, mut hints)) = Watch::start(self.line.intake()) else {
            self.polling = true;
            tracing::warn!("the operating system gives no events: polling");
            return;
        };
        self.watch = Some(watch);
        let sender = sender.clone();
        runtime.spawn(async move {
            while let Some(hint) = hints.recv().await {
                // A full channel holds enough to wake the line, whose next scan sees it all.
                if let Err(TrySendError::Disconnected(_)) = sender.try_send(Event::Hint(hint)) {
                    return;
                }
            }
        });
    }

    /// The loop: waits for an event or the next scan, works, and waits again.
    fn work(&mut self, events: &Receiver<Event>) -> Result<(), Error> {
        let mut full = true;
        loop {
            self.look(full)?;
            let wait = if self.tracker.is_empty() && !self.again {
                self.line.station().timing.rescan
            } else {
                LOOK_AGAIN
            };
            full = match events.recv_timeout(wait) {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Ok(Event::Reload) => {
                    self.reload();
                    true
                }
                Ok(Event::Hint(hint)) => self.hint(hint)?,
                Err(RecvTimeoutError::Timeout) => true,
            };
        }
    }

    /// Takes a hint; whether everything has to be scanned for it.
    fn hint(&mut self, hint: Hint) -> Result<bool, Error> {
        match hint {
            Hint::Rescan => Ok(true),
            Hint::Closed(path) => {
                self.scan(Some(&path.parent()))?;
                self.tracker.closed(&path);
                Ok(false)
            }
            Hint::Folder(folder) => {
                self.scan(Some(&folder))?;
                Ok(false)
            }
        }
    }

    /// Looks for files and decisions and works off what is ready. Whether there was any.
    fn look(&mut self, full: bool) -> Result<bool, Error> {
        if let Err(error) = self.line.intake().check() {
            tracing::error!(
                code = error.code(),
                "the intake folder is gone; nothing is taken until it is back"
            );
            return Ok(false);
        }
        if full {
            self.scan(None)?;
        }
        let mut worked = false;
        if self.again {
            self.again = false;
            let left = self.guard(|it| it.line.take_up())?;
            worked |= self.feed(left.unwrap_or_default())?;
        }
        loop {
            let ready = self.ready()?;
            if ready.is_empty() {
                break;
            }
            worked = true;
            let claimed = self.claim(&ready)?;
            self.feed(claimed)?;
            if self.again {
                break;
            }
        }
        let decided = self.guard(|it| it.line.decisions())?.unwrap_or(0);
        self.summary.decisions += decided;
        Ok(worked || decided > 0)
    }

    fn tell(&self, receipts: &[(DropPath, receipt::Receipt)]) {
        if !receipts.is_empty()
            && let Err(error) = receipt::put(self.line.intake(), receipts)
        {
            tracing::warn!(code = error.code(), "a receipt could not be written");
        }
    }

    /// What can be taken now: stands still, belongs somewhere or has waited long enough for its sidecar, and
    /// the disk has room.
    fn ready(&mut self) -> Result<Vec<Observation>, Error> {
        let station = self.line.station();
        let (grace, keep_free) = (station.timing.sidecar_grace, station.limits.free_bytes);
        let largest = station.limits.recording_bytes;
        let ready = self.tracker.ready(MAX_BATCH_ITEMS);
        if ready.is_empty() {
            return Ok(ready);
        }
        if mount::free_bytes(&station.directories.root)? < keep_free {
            tracing::error!("the disk is nearly full: nothing is taken until there is room");
            return Ok(Vec::new());
        }
        let now = self.clock.monotonic();
        let wall = self.clock.now();
        let mut taken = Vec::new();
        let mut told = Vec::new();
        let mut bytes = 0_u64;
        for it in ready {
            // Nothing could seal it: it stays where it is.
            if it.stamp.size > largest {
                let code = intake::Error::TooLarge { bytes: it.stamp.size, limit: largest }.code();
                told.push((it.path.clone(), please_fix(code, wall)));
                self.tracker.forget(&it.path);
                self.left.insert(it.path, it.stamp);
                continue;
            }
            match self.line.place_of(&it.path) {
                // Left where it is: it belongs to nobody's study, or must not be taken any more.
                Err(error @ (intake::Error::Withdrawn | intake::Error::NoStudy)) => {
                    told.push((it.path.clone(), please_fix(error.code(), wall)));
                    self.tracker.forget(&it.path);
                    self.left.insert(it.path, it.stamp);
                    continue;
                }
                Err(intake::Error::Unplaced) => {
                    let since = *self.unplaced.entry(it.path.clone()).or_insert(now);
                    if now.saturating_sub(since) < grace {
                        continue;
                    }
                }
                Ok(_) | Err(_) => {}
            }
            bytes = bytes.saturating_add(it.stamp.size.min(station_transcript_limit(&self.line)));
            if bytes > MAX_BATCH_BYTES && !taken.is_empty() {
                break;
            }
            taken.push(it);
        }
        self.tell(&told);
        Ok(taken)
    }

    /// Does something that a full disk may stop for a while; `None` if it did.
    fn guard<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, pipeline::Error>,
    ) -> Result<Option<T>, Error> {
        match work(self) {
            Ok(it) => Ok(Some(it)),
            Err(error) if error.disposition() == Disposition::Retry => {
                tracing::warn!(code = error.code(), "work pauses and is taken up again");
                self.again = true;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the settings again; the old ones stay in force if the new ones can't be used.
    fn reload(&mut self) {
        notify(&[
            NotifyState::Reloading,
            NotifyState::monotonic_usec_now().unwrap_or(NotifyState::Reloading),
        ]);
        let new = Station::load(&self.station_file)
            .and_then(|new| self.line.station().can_reload_to(&new).map(|()| new))
            .map_err(Error::from)
            .and_then(|new| Ok((new, config_digest(&self.station_file)?)))
            .and_then(|(new, digest)| Ok(self.line.reload(new, digest)?));
        match new {
            Ok(()) => tracing::info!("the new settings are in force"),
            Err(error) => {
                tracing::error!(code = error.code(), "the new settings can't be used; the old ones stay");
            }
        }
        notify(&[NotifyState::Ready]);
    }
}

fn please_fix(code: &str, at: crate::clock::Timestamp) -> receipt::Receipt {
    receipt::Receipt {
        state: receipt::State::PleaseFix,
        may_delete: false,
        reasons: vec![code.to_owned()],
        at,
    }
}

fn station_transcript_limit(line: &Line) -> u64 {
    line.station().limits.transcript_bytes
}

/// What the log says of the settings: which ones they were, to whoever has them.
fn config_digest(station_file: &Path) -> Result<Digest, Error> {
    let bytes = std::fs::read(station_file).map_err(durable::Error::from)?;
    Ok(Digest::from_bytes(Sha256::digest(&bytes).into()))
}

fn make_directories(station: &Station) -> Result<(), Error> {
    durable::make_dir(&station.directories.review_in)?;
    for dir in own_directories(station) {
        durable::make_dir(dir)?;
    }
    Ok(())
}

/// Directories that this process alone writes to.
const fn own_directories(station: &Station) -> [&PathBuf; 7] {
    let it = &station.directories;
    [&it.claimed, &it.outbox, &it.objects, &it.keystore, &it.log, &it.review_out, &it.release]
}

/// How many items are in each state, from the catalog of a station that may be running.
///
/// # Errors
///
/// Fails if the catalog can't be read.
pub fn counts(station: &Station) -> Result<Vec<(State, u64)>, pipeline::Error> {
    Ok(crate::catalog::Catalog::read(&station.directories.catalog())?.counts()?)
}
