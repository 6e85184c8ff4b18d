//! The straight line, a batch at a time. Decides nothing itself: it calls the stages in their order and
//! makes each result durable before the next step builds on it.
//!
//! ```text
//! admit ─▶ judge ─▶ shelve ─▶ record ─▶ part ─▶ hand_out
//! claimed   worker    sealed     logged    held, proposed,  released, done
//!           verify                         approved, kept
//! ```
//!
//! Architecture invariant: from `sealed` on every step starts from the catalog, so that what goes on after a
//! crash is the same code that goes on without one. Before `sealed` nothing is remembered but the claim.

mod admit;
mod again;
mod copies;
mod decide;
mod error;
mod hand_out;
mod inbox;
mod joined;
mod judge;
mod reading;
mod receipts;
mod record;
mod shelve;
mod stale;
mod station_state;
mod study;
mod together;
mod versions;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    audit::{
        Log,
        entry::{Actor, Entry, Op},
        note::Origin,
    },
    catalog::{Catalog, Facts, State},
    clock::{Clock, Timestamp},
    config::Station,
    id::{Digest, JobId, StudyId},
    intake::{
        claim::Claimed,
        scan::{DropPath, IntakeRoot},
        sidecar::Register,
    },
    item::Place,
    keys::{Credentials, KeyStore, SymmetricKey},
    registry::{self, Registry},
    roster::name_key::NameKey,
    seal::{Sealed, Store},
    secret::Sensitive,
    transform::{Markers, Policy},
    verify::{Deidentified, gate::Gate},
    worker::Leash,
};

use self::study::StudyLine;
pub use self::{
    error::Error,
    study::{open_roster, participants},
};

/// The most items of a batch.
pub const MAX_BATCH_ITEMS: usize = 64;

/// The bytes of transcripts at which a batch is closed, so that a few large ones don't fill the memory.
pub const MAX_BATCH_BYTES: u64 = 8 * 1024 * 1024;

/// The line, with everything that it needs.
#[derive(Debug)]
pub struct Line {
    station: Station,
    credentials: Credentials,
    vouchers: SymmetricKey,
    names: NameKey,
    catalog: Catalog,
    registry: Registry,
    keystore: KeyStore,
    store: Store,
    log: Log,
    studies: BTreeMap<StudyId, StudyLine>,
    intake: IntakeRoot,
    binary: PathBuf,
    leash: Leash,
    clock: Arc<dyn Clock>,
    /// Claimed files whose seal is durable, until it is logged.
    claimed: BTreeMap<JobId, Claimed>,
    /// When the station's memory was last sealed by this process, and whether it has changed since.
    state_kept: Option<Timestamp>,
    state_changed: bool,
    /// Whether something was claimed that has to be taken up again.
    postponed: bool,
    /// Claimed files that can't be sealed as they are.
    left: BTreeSet<JobId>,
    /// Files with the bytes of one that is not logged yet.
    deferred: Vec<(Claimed, Facts, JobId)>,
    /// Decisions that can't be opened yet, by file name.
    unopened: BTreeMap<String, inbox::Unopened>,
    /// What was sealed in this process and is still on its way out.
    in_hand: BTreeMap<JobId, InHand>,
    /// What is out for the team and perhaps not yet for others; whether all that was out before is in it.
    due: BTreeSet<JobId>,
    due_is_known: bool,
    /// Studies of which all that is out was looked through for codes that the roster in force gives to somebody.
    joined: BTreeSet<StudyId>,
}

/// A proof that lives in memory; after a restart the voucher in the catalog stands for it.
#[derive(Debug)]
struct InHand {
    sealed: Sealed<Deidentified>,
    gate: Gate,
}

/// How one item left a batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// The item.
    pub job: JobId,
    /// Its state now.
    pub state: State,
    /// Why it is not released: a code.
    pub reason: Option<String>,
}

impl std::fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Line {
    /// Opens a station's databases, log and keys. `binary` is what workers run.
    ///
    /// # Errors
    ///
    /// Fails if anything is missing, damaged or does not fit together.
    pub fn open(
        station: Station,
        credentials: Credentials,
        binary: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let directories = &station.directories;
        let origin = Origin::of_station(&station.id).map_err(crate::audit::Error::from)?;
        let log_key = crate::keys::SigningKey::from_text(
            // EXPOSE: from one owner of the key to another, which wipes it too.
            credentials.log.to_text().expose(),
        )?;
        // The log first: its lock tells best that another daemon is at work here.
        let log = Log::open(&directories.log, log_key, origin)?;
        let names = registry::name_key(&credentials.pseudonym)?;
        let rows = credentials.roster.derive("station.db")?;
        let mut registry = Registry::open(&directories.registry(), rows, names.share())?;
        let leash = Leash::default();
        let mut studies = BTreeMap::new();
        for (id, settings) in &station.studies {
            let study =
                StudyLine::open(&station, settings, &credentials, &names, &mut registry, binary, &leash)?;
            studies.insert(id.clone(), study);
        }
        let stewards = study::stewards(studies.values());
        Ok(Self {
            catalog: Catalog::open(&directories.catalog())?,
            keystore: KeyStore::open(&directories.keystore, stewards, credentials.rolling.clone())?,
            store: Store::new(&directories.objects),
            log,
            intake: IntakeRoot::open(&directories.intake)?,
            binary: binary.to_owned(),
            leash,
            claimed: BTreeMap::new(),
            state_kept: None,
            state_changed: false,
            postponed: false,
            left: BTreeSet::new(),
            deferred: Vec::new(),
            unopened: BTreeMap::new(),
            in_hand: BTreeMap::new(),
            due: BTreeSet::new(),
            due_is_known: false,
            joined: BTreeSet::new(),
            vouchers: credentials.roster.derive("vouchers")?,
            station,
            credentials,
            names,
            registry,
            studies,
            clock,
        })
    }

    /// Takes a batch of claimed files down the line, as far as it comes: what keeps a worker for long goes on
    /// by itself and is fetched later ([`Self::fetch`]).
    ///
    /// # Errors
    ///
    /// Fails where the station itself does; then every file is where it was, or sealed and logged.
    pub fn batch(&mut self, claims: Vec<Claimed>) -> Result<Vec<Outcome>, Error> {
        let mut jobs: Vec<_> = claims.iter().map(Claimed::job).collect();
        let admitted = self.admit(claims)?;
        let judged = self.judge(admitted)?;
        let unread = self.unread();
        let (late, mut done): (Vec<_>, Vec<_>) = jobs.iter().partition(|it| unread.contains(it));
        self.tell(&late)?;
        done.extend(judged.iter().map(|it| it.claimed.job()).filter(|it| !jobs.contains(it)));
        jobs = done;
        self.finish(judged, &jobs)
    }

    /// Goes on with what workers have read since.
    ///
    /// # Errors
    ///
    /// As [`Self::batch`].
    pub fn fetch(&mut self) -> Result<Vec<Outcome>, Error> {
        if self.unread().is_empty() {
            return Ok(Vec::new());
        }
        let judged = self.judge(Vec::new())?;
        if judged.is_empty() {
            return Ok(Vec::new());
        }
        let jobs: Vec<_> = judged.iter().map(|it| it.claimed.job()).collect();
        self.finish(judged, &jobs)
    }

    fn finish(&mut self, judged: Vec<judge::Judged>, jobs: &[JobId]) -> Result<Vec<Outcome>, Error> {
        self.shelve(judged)?;
        self.go_on()?;
        self.settle_deferred()?;
        self.state_changed = true;
        self.keep_state(false)?;
        self.outcomes(jobs)
    }

    /// Goes on with whatever is sealed and not yet where it belongs: after a batch, a decision or a restart.
    ///
    /// # Errors
    ///
    /// As [`Self::batch`].
    pub fn go_on(&mut self) -> Result<(), Error> {
        self.record()?;
        self.part()?;
        self.hand_out()?;
        self.take_joined()?;
        self.hand_out_to_others()?;
        self.tell_stale()
    }

    /// Compares the log with the catalog and takes up what a stop left behind. Returns what was claimed
    /// and not yet sealed.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::LogShrank`] if the log has lost entries.
    pub fn recover(&mut self, config: Digest) -> Result<Vec<Claimed>, Error> {
        let now = self.clock.now();
        let known = self.catalog.log_size(0)?;
        if self.log.size() < known {
            return Err(Error::LogShrank { log: self.log.size(), catalog: known });
        }
        let mut entries = vec![Entry::new(now, Actor::Daemon, Op::Start { config })];
        for study in self.studies.values() {
            entries.push(Entry::new(now, Actor::Daemon, Op::Rules { rules: study.pins.rules }));
        }
        self.catch_up()?;
        self.append(entries)?;
        self.go_on()?;
        let claimed = crate::intake::claim::resume(&self.intake, &self.station.directories.claimed)?;
        self.sort_out(claimed)
    }

    /// Takes up what was claimed and could not be sealed.
    ///
    /// # Errors
    ///
    /// As [`Self::batch`].
    pub fn take_up(&mut self) -> Result<Vec<Claimed>, Error> {
        self.postponed = false;
        self.catch_up()?;
        self.go_on()?;
        self.settle_deferred()?;
        let mut in_hand = self.unread();
        in_hand.extend(self.deferred.iter().map(|it| it.0.job()));
        let mut claimed = crate::intake::claim::resume(&self.intake, &self.station.directories.claimed)?;
        claimed.retain(|it| !self.left.contains(&it.job()) && !in_hand.contains(&it.job()));
        self.sort_out(claimed)
    }

    /// Whether something was claimed and has to be taken up again: its writer had not finished.
    #[must_use]
    pub const fn has_postponed(&self) -> bool {
        self.postponed
    }

    /// How many items are out for the team and wait for other readers' copies.
    #[must_use]
    pub fn due(&self) -> usize {
        self.due.len()
    }

    /// What is with a worker, or waits for one.
    #[must_use]
    pub fn unread(&self) -> BTreeSet<JobId> {
        self.studies.values().flat_map(|it| it.unread.jobs()).collect()
    }

    /// Whether a worker has time for a file dropped there. Files of no study need none.
    #[must_use]
    pub fn has_time_for(&self, drop: &DropPath) -> bool {
        drop.study().and_then(|it| self.studies.get(&it)).is_none_or(|it| !it.workers.is_empty())
    }

    /// Whether some worker of each study has time.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.studies.values().all(|it| !it.workers.is_empty())
    }

    /// What holds the workers: pulled, it ends the batch in hand, which is judged again at the next start.
    #[must_use]
    pub fn leash(&self) -> Leash {
        self.leash.clone()
    }

    /// Where a drop belongs.
    ///
    /// # Errors
    ///
    /// Says why it belongs nowhere.
    pub fn place_of(&self, drop: &DropPath) -> Result<Place, crate::intake::Error> {
        let study = drop.study().filter(|it| self.studies.contains_key(it));
        let study = study.ok_or(crate::intake::Error::NoStudy)?;
        let register = Register::load(&self.intake, &study)?;
        self.place(drop, &study, &register, None)
    }

    /// Says in the log that the daemon stopped as it should.
    ///
    /// # Errors
    ///
    /// Fails if the log can't be written.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.keep_state(true)?;
        let now = self.clock.now();
        self.append(vec![Entry::new(now, Actor::Daemon, Op::Stop {})])?;
        for worker in self.studies.values_mut().flat_map(|it| &mut it.workers) {
            worker.stop();
        }
        Ok(())
    }

    /// Puts other settings in force. Directories stay; rosters and rules are read anew.
    ///
    /// # Errors
    ///
    /// Fails, with the old settings still in force, if the new ones can't be used.
    pub fn reload(&mut self, station: Station, config: Digest) -> Result<(), Error> {
        let mut studies = BTreeMap::new();
        for (id, settings) in &station.studies {
            let study = StudyLine::open(
                &station,
                settings,
                &self.credentials,
                &self.names,
                &mut self.registry,
                &self.binary,
                &self.leash,
            )?;
            studies.insert(id.clone(), study);
        }
        let now = self.clock.now();
        let mut entries = vec![Entry::new(now, Actor::Daemon, Op::Config { config })];
        for study in studies.values() {
            entries.push(Entry::new(now, Actor::Daemon, Op::Rules { rules: study.pins.rules }));
        }
        self.append(entries)?;
        (self.station, self.studies) = (station, studies);
        // What the old workers have not read is taken up again from `claimed/`.
        self.postponed = true;
        // What waits is searched for the new roster's names, not for those of the old.
        self.in_hand.clear();
        // Other profiles, or other people's consent.
        self.due_is_known = false;
        self.joined.clear();
        Ok(())
    }

    /// The settings in force.
    #[must_use]
    pub const fn station(&self) -> &Station {
        &self.station
    }

    /// The intake folder.
    #[must_use]
    pub const fn intake(&self) -> &IntakeRoot {
        &self.intake
    }

    /// The catalog, for reading.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn study(&mut self, id: &StudyId) -> Result<&mut StudyLine, Error> {
        self.studies.get_mut(id).ok_or(Error::NoStudy)
    }

    /// The markers that can stand in an item.
    fn markers(&self, study: &StudyId, facts: &Facts) -> Result<Markers, Error> {
        let line = self.studies.get(study).ok_or(Error::NoStudy)?;
        let kept = facts.review.as_ref().map(|it| (it.rungs.clone(), it.surrogates.clone()));
        let (rungs, surrogates) = kept.unwrap_or_default();
        let numbers = self.registry.numbers(study)?;
        Ok(line.markers(numbers, &self.policy(study, facts)?, &self.names, rungs, surrogates))
    }

    /// What is done to an item's entity types.
    fn policy(&self, study: &StudyId, facts: &Facts) -> Result<Policy, Error> {
        let line = self.studies.get(study).ok_or(Error::NoStudy)?;
        let place = facts.place.as_ref().ok_or(Error::Report)?;
        let detail = line.settings.detail;
        let shift_days = self.registry.shift_days(place, detail.keep_weekday);
        Ok(Policy::new(line.settings.actions.clone(), detail, shift_days))
    }

    fn outcomes(&self, jobs: &[JobId]) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::new();
        for job in jobs {
            if let Some(it) = self.catalog.job(*job)? {
                outcomes.push(Outcome { job: *job, state: it.state, reason: it.facts.reason });
            }
        }
        Ok(outcomes)
    }
}

/// JSON without anybody's name in it, for an object's members.
fn json(value: &impl serde::Serialize) -> Result<Sensitive<Vec<u8>>, Error> {
    serde_json::to_vec(value).map(Sensitive::new).map_err(|_| Error::Report)
}
