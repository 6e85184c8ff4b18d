//! From claimed files to items whose place is known: one read, one keyed hash, duplicates set aside.

use std::collections::BTreeMap;

use super::{Error, Line, error::reason};
use crate::{
    audit::entry::{Actor, Entry, Op},
    catalog::{Change, Dedup, Facts, Job, State, Verdict},
    durable,
    fault::{Disposition, Fault},
    id::{JobId, StudyId},
    intake::{
        self,
        claim::Claimed,
        place,
        scan::DropPath,
        sidecar::{self, Register},
    },
    item::{ItemKind, Profile},
    keys::keyed_digest,
    parse::media::{self, Whole},
    secret::Sensitive,
};

/// What the keyed hash of a file is for.
pub(super) const DEDUP: &str = "file";

/// How an item will be dealt with.
#[derive(Debug)]
pub(super) enum Way {
    /// Read by the worker, transformed, verified.
    Read(Sensitive<Vec<u8>>),
    /// Sealed as it is, in one pass.
    Stream,
    /// Sealed as it is, for want of consent or because its kind is never released.
    Keep(Sensitive<Vec<u8>>),
    /// Sealed under a key of its own, with this reason.
    Quarantine,
}

/// A claimed file and what is known of it.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) claimed: Claimed,
    pub(super) study: StudyId,
    pub(super) facts: Facts,
    pub(super) way: Way,
}

impl Line {
    /// Admits a batch. Files whose drop can't be taken now stay claimed and are met again at the next start.
    pub(super) fn admit(&mut self, claims: Vec<Claimed>) -> Result<Vec<Item>, Error> {
        let now = self.clock.now();
        let mut known = Vec::new();
        for claimed in claims {
            match claimed.path().study().filter(|it| self.studies.contains_key(it)) {
                Some(study) => known.push((claimed, study)),
                // The folder belongs to no study: nobody can say under whose key it should lie.
                None => return Err(Error::NoStudy),
            }
        }
        let rows: Vec<_> = known.iter().map(|(claimed, study)| (claimed.job(), study)).collect();
        self.catalog.claim(&rows, now)?;
        self.remember_origins(known.iter().map(|(claimed, _)| claimed))?;
        let mut registers: BTreeMap<StudyId, Result<Register, intake::Error>> = BTreeMap::new();
        let mut items = Vec::new();
        for (claimed, study) in known {
            let register =
                registers.entry(study.clone()).or_insert_with(|| Register::load(&self.intake, &study));
            let job = claimed.job();
            match self.admit_one(claimed, study, register) {
                Ok(item) => items.extend(item),
                Err(Error::Intake(error)) if is_passing(&error) => self.postponed = true,
                Err(error) if is_its_own(&error) => self.leave(job, &error),
                Err(error) => return Err(error),
            }
        }
        Ok(items)
    }

    /// Leaves a file in `claimed/` that can't be read or sealed, until the next start: it stops no other.
    pub(super) fn leave(&mut self, job: JobId, error: &Error) {
        tracing::error!(code = error.code(), job = %job, "a claimed file can't be sealed and stays in claimed/");
        self.left.insert(job);
    }

    fn admit_one(
        &mut self,
        mut claimed: Claimed,
        study: StudyId,
        register: &Result<Register, intake::Error>,
    ) -> Result<Option<Item>, Error> {
        let job = claimed.job();
        let pins = self.studies.get(&study).ok_or(Error::NoStudy)?.pins;
        let mut facts = Facts {
            size_bucket: claimed.size().next_power_of_two(),
            rules: Some(pins.rules),
            roster: Some(pins.roster),
            model: pins.model,
            ..Facts::default()
        };
        let quarantine = |claimed, study, mut facts: Facts, code: &str| {
            facts.verdict = Some(Verdict::Quarantined);
            facts.reason = Some(code.to_owned());
            Ok(Some(Item { claimed, study, facts, way: Way::Quarantine }))
        };
        if claimed.is_conflict() {
            return quarantine(claimed, study, facts, intake::Error::SyncConflict.code());
        }
        let register = match register {
            Ok(register) => register,
            // What it says of this file nobody knows: it may contradict the folder.
            Err(error) if is_its_fault(error) => return quarantine(claimed, study, facts, error.code()),
            Err(_) => {
                self.postponed = true;
                return Ok(None);
            }
        };
        // It came along with the claim.
        let place = claimed.sidecar().and_then(|it| self.place(claimed.path(), &study, register, it));
        match place {
            Ok(place) => {
                facts.kind = Some(place.kind);
                facts.place = Some(place);
            }
            Err(error) => return quarantine(claimed, study, facts, error.code()),
        }
        let kind = facts.kind.unwrap_or(ItemKind::Recording);
        match is_whole(&mut claimed, self.station.limits.recording_bytes) {
            Ok(true) => {}
            Ok(false) => return quarantine(claimed, study, facts, intake::Error::Unfinished.code()),
            Err(error) if error.disposition() == Disposition::Quarantine => {
                return quarantine(claimed, study, facts, error.code());
            }
            Err(error) => return Err(error.into()),
        }
        let is_table = kind == ItemKind::Demographics && claimed.path().is_table();
        if !kind.is_parsed() && !is_table {
            facts.verdict = Some(Verdict::Kept);
            facts.reason = Some(reason::SEALED_ONLY.to_owned());
            return Ok(Some(Item { claimed, study, facts, way: Way::Stream }));
        }
        let bytes = match claimed.read(self.station.limits.transcript_bytes) {
            Ok(bytes) => bytes,
            Err(error) if error.disposition() == Disposition::Quarantine => {
                return quarantine(claimed, study, facts, error.code());
            }
            Err(error) => return Err(error.into()),
        };
        // EXPOSE: into a keyed hash.
        let hash = keyed_digest(&self.credentials.dedup, DEDUP, bytes.expose())?;
        if let Dedup::Seen(first) = self.catalog.hash(job, &study, hash)? {
            // Under another person's key it would be lost to this one: somebody has to say whose it is.
            if self.is_elsewhere(first, &facts)? {
                return quarantine(claimed, study, facts, reason::OTHER_PLACE);
            }
            return self.set_aside(claimed, facts, first).map(|()| None);
        }
        let allowed = self.studies.get(&study).is_some_and(|it| it.allows(&facts, Profile::Team));
        let way = if allowed {
            Way::Read(bytes)
        } else {
            facts.verdict = Some(Verdict::Kept);
            facts.reason = Some(reason::NO_CONSENT.to_owned());
            Way::Keep(bytes)
        };
        Ok(Some(Item { claimed, study, facts, way }))
    }

    pub(super) fn place(
        &self,
        drop: &DropPath,
        study: &StudyId,
        register: &Register,
        claimed: Option<crate::config::Fields>,
    ) -> Result<crate::item::Place, intake::Error> {
        let line = self.studies.get(study).ok_or(intake::Error::UnknownPlace)?;
        let sidecar = match claimed {
            Some(said) => Some(said),
            None => sidecar::of(&self.intake, drop)?,
        };
        place::resolve(drop, &line.settings, &line.people, register, sidecar.as_ref())
    }

    /// Whether the first with the same bytes is known to belong to another place. Nobody knows before it is
    /// sealed.
    pub(super) fn is_elsewhere(&self, first: JobId, facts: &Facts) -> Result<bool, Error> {
        let first = self.catalog.job(first)?;
        Ok(first.is_some_and(|it| it.facts.place.is_some() && it.facts.place != facts.place))
    }

    /// The same bytes lie in the archive: nothing is sealed twice. The copy goes once the first is logged.
    pub(super) fn set_aside(
        &mut self,
        claimed: Claimed,
        mut facts: Facts,
        first: JobId,
    ) -> Result<(), Error> {
        let first_now = self.catalog.job(first)?;
        if first_now.as_ref().is_none_or(|it| matches!(it.state, State::Quarantined | State::Rejected)) {
            // The first turned out to be of no use: this one is taken up again, as if it were the first.
            self.postponed = true;
            return Ok(());
        }
        if !first_now.is_some_and(|it| is_logged(&it)) {
            // The first is in this very batch: met again when that is logged.
            self.deferred.push((claimed, facts, first));
            return Ok(());
        }
        let (job, now) = (claimed.job(), self.clock.now());
        facts.reason = Some(reason::DUPLICATE.to_owned());
        facts.source = Some(claimed.stamp());
        self.append(vec![Entry::new(now, Actor::Daemon, Op::Duplicate { job, of: first })])?;
        self.catalog.change(&[Change { job, to: State::Duplicate, facts: &facts }], now)?;
        self.tell(&[job])?;
        self.let_go(claimed)
    }
}

/// Whether a register cannot be used as it stands, rather than not be read just now.
const fn is_its_fault(error: &intake::Error) -> bool {
    matches!(
        error,
        intake::Error::Table { .. }
            | intake::Error::TooLarge { .. }
            | intake::Error::Special
            | intake::Error::Symlink
            | intake::Error::Denied { .. }
            | intake::Error::Durable(durable::Error::Denied)
    )
}

/// Whether somebody else has the file in hand: it is taken up again when they have done.
pub(super) const fn is_passing(error: &intake::Error) -> bool {
    matches!(error, intake::Error::Changed | intake::Error::Busy | intake::Error::Vanished)
}

/// Whether an error concerns one file alone: it can't be read, or is larger than anything that is sealed.
pub(super) fn is_its_own(error: &Error) -> bool {
    if let Error::Intake(error) = error {
        let of_all = matches!(error, intake::Error::Full | intake::Error::RootGone);
        return !of_all && error.disposition() != Disposition::Halt;
    }
    matches!(error, Error::Seal(crate::seal::Error::TooLarge))
}

/// Whether a recording is as long as it says of itself; an unfinished upload is not.
fn is_whole(claimed: &mut Claimed, limit: u64) -> Result<bool, intake::Error> {
    let mut file = claimed.stream(limit)?;
    match media::is_whole(&mut file)? {
        Whole::Yes | Whole::Unknown => Ok(true),
        Whole::No => Ok(false),
    }
}

const fn is_logged(job: &Job) -> bool {
    !matches!(job.state, State::Claimed | State::Sealed)
}
