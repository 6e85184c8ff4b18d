//! Watches the intake and review folders, feeds the line, and stops in order. Everything that it does to an
//! item is done by `pipeline`.
//!
//! One thread owns the line; signals and hints of new files reach it through one bounded channel. Scans are
//! the truth and hints only shorten the wait, so a lost hint costs seconds and never a file.

mod error;
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

pub use self::error::Error;
use self::signals::{notify, signals};
use crate::{
    catalog::State,
    clock::Clock,
    config::{STUDY_FILE, Station},
    durable,
    fault::{Disposition, Fault},
    id::Digest,
    intake::{
        Claimed, DropPath, Tracker, mount,
        scan::Stamp,
        watch::{Hint, Watch},
    },
    keys::Credentials,
    pipeline::{self, Line, Outcome},
    worker::Leash,
};

/// How many events wait at most; hints beyond are dropped, since a scan finds what they told of.
const MAX_EVENTS: usize = 1024;

/// The longest wait between two looks while files stand still to be taken.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How much longer than a recording must stand still one run waits while nothing moves.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something that the line's thread has to know.
#[derive(Debug)]
pub enum Event {
    /// A file may have come.
    Hint(Hint),
    /// Read the settings again.
    Reload,
    /// Stop; the batch in hand is left to the next start.
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
    /// Claimed files for which no worker has time yet.
    waiting: Vec<Claimed>,
    /// How much was free, if that was too little to take anything when last looked at.
    no_room: Option<u64>,
    leash: Leash,
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
    let mut moved = ((0, 0, 0), daemon.clock.monotonic());
    loop {
        let worked = daemon.look(true)?;
        let reading = daemon.line.unread().len().saturating_add(daemon.waiting.len());
        let waiting = daemon.tracker.len().saturating_add(reading);
        progress(Progress { done: daemon.summary.outcomes.len(), waiting });
        if let Some(free) = daemon.no_room.filter(|_| !worked && reading == 0) {
            daemon.line.stop()?;
            let keep = daemon.line.station().limits.free_bytes;
            return Err(Error::NoRoom { free, keep });
        }
        // What only waits for its sidecar is left to the daemon, or to the next run.
        let waits = waiting > daemon.unplaced.len() || daemon.line.has_unopened();
        if !worked && !waits && !daemon.again {
            break;
        }
        // And so is what stays open, locked or without room on the disk.
        let now = daemon.clock.monotonic();
        let done = (daemon.summary.outcomes.len(), daemon.summary.decisions, daemon.line.due());
        if done != moved.0 || reading > 0 {
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
    runtime.spawn(signals(sender, daemon.leash.clone()));
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
        let digest = config_digest(station_file, &station)?;
        let mut line = Line::open(station, credentials, binary, clock.clone())?;
        // Only now is it sure that no other daemon is writing drafts here.
        for dir in own_directories(line.station()) {
            durable::sweep_drafts(dir)?;
        }
        // What is left is taken up by the first look, when the daemon listens already.
        let left = line.recover(digest)?;
        Ok(Self {
            tracker: Tracker::new(&timing),
            watch: None,
            polling,
            clock,
            station_file: station_file.to_owned(),
            unplaced: BTreeMap::new(),
            refused: BTreeSet::new(),
            left: BTreeMap::new(),
            again: !left.is_empty() || line.has_postponed(),
            waiting: Vec::new(),
            no_room: None,
            leash: line.leash(),
            last_scan: None,
            summary: Summary::default(),
            line,
        })
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
        while !self.leash.is_pulled() {
            self.look(full)?;
            let idle = self.tracker.is_empty() && self.waiting.is_empty() && self.line.unread().is_empty();
            let wait = if idle && !self.again { self.line.station().timing.rescan } else { LOOK_AGAIN };
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
        Ok(())
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
        let mut worked = self.fetch()?;
        if self.again {
            self.again = false;
            let mut left = self.guard(|it| it.line.take_up())?.unwrap_or_default();
            left.retain(|it| !self.waiting.iter().any(|waiting| waiting.job() == it.job()));
            worked |= self.feed(left)?;
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
        // A result is read by a worker too.
        let decided = if self.line.has_time() { self.guard(|it| it.line.decisions())? } else { None };
        let decided = decided.unwrap_or(0);
        self.summary.decisions += decided;
        self.again |= self.line.has_postponed();
        Ok(worked || decided > 0)
    }

    /// Does something that a full disk may stop for a while; `None` if it did.
    fn guard<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, pipeline::Error>,
    ) -> Result<Option<T>, Error> {
        match work(self) {
            Ok(it) => Ok(Some(it)),
            Err(error) if error.disposition() == Disposition::Retry && self.leash.is_pulled() => {
                tracing::info!("told to stop: what is in hand is left to the next start");
                Ok(None)
            }
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
            .and_then(|new| {
                let digest = config_digest(&self.station_file, &new)?;
                Ok((new, digest))
            })
            .and_then(|(new, digest)| Ok(self.line.reload(new, digest)?));
        match new {
            Ok(()) => {
                // What the old workers had not read is taken up again.
                self.again = true;
                tracing::info!("the new settings are in force");
            }
            Err(error) => {
                tracing::error!(code = error.code(), "the new settings can't be used; the old ones stay");
            }
        }
        notify(&[NotifyState::Ready]);
    }
}

/// What the log says of the settings: which ones they were, to whoever has them. Of the station's file, and of each
/// study's, in order of their ids, one after the other.
fn config_digest(station_file: &Path, station: &Station) -> Result<Digest, Error> {
    let mut bytes = std::fs::read(station_file).map_err(durable::Error::from)?;
    for id in station.studies.keys() {
        let file = station.directories.study(id).join(STUDY_FILE);
        bytes.extend(std::fs::read(file).map_err(durable::Error::from)?);
    }
    Ok(Digest::sha256(&bytes))
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
