//! What is approved is released: checked once more, logged under its own leaf, and only then named in the
//! release folder.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error, InHand, Line,
    error::reason,
    judge::tier_name,
    record::{is_approved, reviewer_handle},
    together,
    versions::{Session, is_superseded, sessions},
};
use crate::{
    audit::{
        Receipt,
        entry::{Actor, Pins},
    },
    catalog::{Change, Facts, Job, State},
    config::Action,
    durable,
    entity::{EntityType, Tier},
    fault::{Disposition, Fault as _},
    id::{Handle, ObjectId},
    item::Profile,
    release::{self, Account, Applied, Destination, Prepared, Staged, Superseded},
    review::Votes,
    seal::{self, Sealed},
    verify::{
        Deidentified,
        gate::{Gate, Originals},
    },
};

/// Items that may not go, and why.
type Waits<'b> = Vec<(&'b Job, &'static str)>;

/// What waits for its leaf.
struct Ready {
    job: Job,
    prepared: Prepared,
}

/// What the last check of an item needs.
struct Gathered {
    sealed: Sealed<Deidentified>,
    receipt: Receipt,
    staged: Staged,
    gate: Gate,
    destination: Destination,
    account: Account,
}

impl Gathered {
    fn prepare(self) -> Result<Prepared, release::Error> {
        let Self { sealed, receipt, staged, gate, destination, account } = self;
        release::prepare(sealed, receipt, staged, &gate, destination, &account)
    }
}

/// How many votes a gate asks for at least.
const fn votes_of(gate: crate::config::Gate) -> u8 {
    match gate {
        crate::config::Gate::Automatic => 0,
        crate::config::Gate::OnePerson => 1,
        crate::config::Gate::TwoPerson => 2,
    }
}

impl Line {
    /// Releases what is approved. An item that the last check holds goes back to the stewards.
    pub(super) fn hand_out(&mut self) -> Result<(), Error> {
        let mut batch = Vec::new();
        for session in sessions(self.catalog.in_state(State::Approved)?) {
            batch.extend(session);
            if batch.len() >= super::MAX_BATCH_ITEMS {
                self.hand_out_batch(&std::mem::take(&mut batch))?;
            }
        }
        self.hand_out_batch(&batch)?;
        self.clear_released()
    }

    fn hand_out_batch(&mut self, batch: &[Job]) -> Result<(), Error> {
        let now = self.clock.now();
        let (mut may_go, mut waits) = self.may_go(batch)?;
        let superseded: BTreeSet<_> =
            may_go.iter().filter(|it| is_superseded(it, &may_go)).map(|it| it.job).collect();
        may_go.retain(|it| !superseded.contains(&it.job));
        let mut stays = BTreeSet::new();
        for (session, why) in self.incomplete(&may_go)? {
            waits.extend(may_go.iter().filter(|it| Session::of(it) == session).map(|it| (*it, why)));
            stays.insert(session);
        }
        let mut gathered = Vec::new();
        may_go.retain(|it| !stays.contains(&Session::of(it)));
        for job in may_go {
            match self.gather(job) {
                Ok(it) => gathered.push((job, it)),
                Err(error) => {
                    stays.insert(Session::of(job));
                    self.hold_or_fail(job, error)?;
                }
            }
        }
        let mut ready = Vec::new();
        for (job, prepared) in together::map(gathered, |(job, it)| (job, it.prepare()))? {
            match prepared {
                Ok(prepared) => ready.push(Ready { job: job.clone(), prepared }),
                Err(error) => {
                    stays.insert(Session::of(job));
                    self.hold_or_fail(job, error.into())?;
                }
            }
        }
        // What has to be looked at again keeps back its other language versions.
        ready.retain(|it| !stays.contains(&Session::of(&it.job)));
        self.say_why(&waits)?;
        if ready.is_empty() {
            return Ok(());
        }
        let mut outgoing = Vec::new();
        for Ready { job, prepared } in &ready {
            let object = job.facts.deidentified.as_ref().map(|it| it.object).ok_or(Error::Report)?;
            outgoing.push((prepared, object, job.facts.release_leaf));
        }
        let receipts = self.leaves(&outgoing)?;
        let mut published = Vec::new();
        let replaced: Vec<u64> = ready.iter().filter_map(|it| it.prepared.replaces()).collect();
        let mut facts: BTreeMap<_, Facts> = BTreeMap::new();
        for (Ready { job, prepared }, receipt) in ready.into_iter().zip(receipts) {
            let mut known = job.facts.clone();
            known.release_leaf = Some(receipt.leaf());
            known.release_name = Some(prepared.file_name());
            facts.insert(job.job, known);
            published.push((prepared, receipt));
        }
        // Remembered before anything is named: whoever stops from here on goes on under the same leaf.
        let changes: Vec<_> =
            facts.iter().map(|(job, facts)| Change { job: *job, to: State::Approved, facts }).collect();
        self.catalog.change(&changes, now)?;
        let directories = &self.station.directories;
        let away = directories.station.join("withdrawn");
        match release::publish(&directories.release, &away, &self.log, published) {
            Ok(out) => {
                self.catalog.clear_stale(&replaced)?;
                // What waited may bear codes that have become somebody else's.
                for job in batch {
                    self.joined.remove(&job.study);
                }
                let changes: Vec<_> = out
                    .iter()
                    .filter_map(|it| {
                        Some(Change { job: it.job, to: State::Released, facts: facts.get(&it.job)? })
                    })
                    .collect();
                Ok(self.catalog.change(&changes, now)?)
            }
            // One that can't go keeps none of the others back, and stops nobody's work.
            Err(error) if error.disposition() == Disposition::Hold => {
                let jobs = facts.keys().map(|it| self.catalog.job(*it)).collect::<Result<Vec<_>, _>>()?;
                let sessions = sessions(jobs.into_iter().flatten().collect());
                for session in &sessions {
                    match session.as_slice() {
                        session if sessions.len() > 1 => self.hand_out_batch(session)?,
                        session => session.iter().try_for_each(|it| self.hold_again(it, &error))?,
                    }
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The leaves of what goes out, in the same order. One that was written before a stop is used, if it says what is
    /// handed out now; no copy goes out under two. With each copy come its object and the leaf that is remembered.
    pub(super) fn leaves(
        &mut self,
        outgoing: &[(&Prepared, ObjectId, Option<u64>)],
    ) -> Result<Vec<Receipt>, Error> {
        let now = self.clock.now();
        let mut told = Vec::new();
        let mut entries = Vec::new();
        for (prepared, object, leaf) in outgoing {
            let known = leaf.and_then(|leaf| self.log.receipt(leaf, object).ok());
            let known = known.filter(|it| prepared.is_told_by(it));
            if known.is_none() {
                entries.push(prepared.release_entry(now, Actor::Daemon));
            }
            told.push(known);
        }
        let mut new = self.append(entries)?.into_iter();
        told.into_iter().map(|known| known.or_else(|| new.next()).ok_or(Error::Report)).collect()
    }

    /// Whether a later version of the item is out: an earlier one beside it would point at what was changed.
    pub(super) fn newer_is_out(&self, job: &Job) -> Result<bool, Error> {
        let Some(place) = &job.facts.place else { return Ok(false) };
        let versions = self.catalog.of_item(&job.study, &place.slot(), job.facts.ordinal)?;
        Ok(versions.iter().any(|it| {
            it.facts.version > job.facts.version
                && it.facts.release_leaf.is_some()
                && matches!(it.state, State::Approved | State::Released | State::Done)
        }))
    }

    /// What may go by itself, and what may not, each with the reason.
    fn may_go<'b>(&mut self, batch: &'b [Job]) -> Result<(Vec<&'b Job>, Waits<'b>), Error> {
        let now = self.clock.now();
        // An approval that has ended has ended, whatever a clock says later.
        let today = self.catalog.greatest_time(now)?.date();
        let mut waits = Vec::new();
        let mut may_go = Vec::new();
        for job in batch {
            let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
            // Consent may have changed since the item was judged.
            let allowed = study.allows(&job.facts, Profile::Team);
            // A gate that asks for more than was given holds back what has not gone yet.
            let enough = votes_of(study.settings.gate) <= job.facts.votes.as_ref().map_or(0, Votes::needed);
            if today > study.settings.approval_until || !allowed || !enough || !is_approved(&job.facts) {
                waits.push((job, reason::MAY_NOT_GO));
            } else if self.newer_is_out(job)? {
                self.hold_again(job, &release::Error::OtherVersion)?;
            } else {
                may_go.push(job);
            }
        }
        Ok((may_go, waits))
    }

    /// What is approved and still may not go says so in `status`.
    fn say_why(&mut self, waits: &[(&Job, &str)]) -> Result<(), Error> {
        let new = waits.iter().filter(|(it, why)| it.facts.reason.as_deref() != Some(*why));
        let facts: Vec<_> = new
            .map(|(it, why)| (it.job, Facts { reason: Some((*why).to_owned()), ..it.facts.clone() }))
            .collect();
        let changes: Vec<_> =
            facts.iter().map(|(job, facts)| Change { job: *job, to: State::Approved, facts }).collect();
        self.catalog.change(&changes, self.clock.now())?;
        self.tell(&facts.iter().map(|it| it.0).collect::<Vec<_>>())
    }

    /// What keeps one item back, and no other.
    fn hold_or_fail(&mut self, job: &Job, error: Error) -> Result<(), Error> {
        if let Error::Release(error) = &error
            && error.disposition() == Disposition::Hold
        {
            return self.hold_again(job, error);
        }
        // Its voucher is for other bytes than those in the outbox.
        if matches!(error, Error::Seal(seal::Error::Voucher)) {
            return self.hold_again(job, &release::Error::OtherBytes);
        }
        Err(error)
    }

    fn gather(&mut self, job: &Job) -> Result<Gathered, Error> {
        let facts = &job.facts;
        let (place, format) = facts.place.clone().zip(facts.format).ok_or(Error::Report)?;
        let record = facts.deidentified.as_ref().ok_or(Error::Report)?;
        let leaf = facts.review_leaf.or(facts.seal_leaf).ok_or(Error::Report)?;
        let receipt = self.log.receipt(leaf, &record.object)?;
        let staged = Staged::resume(&self.station.directories.outbox, job.job, Profile::Team, format)?;
        let InHand { sealed, gate } = match self.in_hand.remove(&job.job) {
            Some(it) => it,
            None => self.resume(job, &staged)?,
        };
        let destination = Destination {
            supersedes: self.superseded(job)?,
            place,
            profile: Profile::Team,
            alias: None,
            number: facts.ordinal,
            version: facts.version,
        };
        let account = self.account(job)?;
        Ok(Gathered { sealed, receipt, staged, gate, destination, account })
    }

    /// The proof after a restart: the voucher over what was sealed, and a gate of keyed digests.
    fn resume(&self, job: &Job, staged: &Staged) -> Result<InHand, Error> {
        let record = job.facts.deidentified.as_ref().ok_or(Error::Report)?;
        let bytes = staged.bytes()?;
        let sealed = Sealed::<Deidentified>::resume(record, &bytes, &self.vouchers)?;
        // Without its list nobody can say what must not be in it.
        let originals = self.registry.gate(job.job)?.ok_or(release::Error::Unreadable)?;
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        let gate = Gate::new(study.matcher.clone(), Originals::Digests(self.names.share(), originals))?;
        Ok(InHand { sealed, gate: gate.with_markers(self.markers(&job.study, &job.facts)?) })
    }

    /// The released version that this one takes the place of.
    fn superseded(&self, job: &Job) -> Result<Option<Superseded>, Error> {
        let Some(place) = &job.facts.place else { return Ok(None) };
        let mut released = self.catalog.of_item(&job.study, &place.slot(), job.facts.ordinal)?;
        released.retain(|it| it.job != job.job && matches!(it.state, State::Released | State::Done));
        Ok(released
            .into_iter()
            .filter_map(|it| Some(Superseded { version: it.facts.version, leaf: it.facts.release_leaf? }))
            .filter(|it| it.version < job.facts.version)
            .max_by_key(|it| it.version))
    }

    fn account(&self, job: &Job) -> Result<Account, Error> {
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        self.account_of(job, job.facts.replaced.clone(), |entity| study.settings.action(entity))
    }

    /// What is said of a copy in which so many identifiers of each kind were treated so.
    pub(super) fn account_of(
        &self,
        job: &Job,
        mut counts: BTreeMap<EntityType, u64>,
        action: impl Fn(EntityType) -> Action,
    ) -> Result<Account, Error> {
        let facts = &job.facts;
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        let (rules, roster) = facts.rules.zip(facts.roster).ok_or(Error::Report)?;
        // What stays by the study's settings is nowhere marked in the copy.
        for (name, count) in &facts.counts {
            let entity = name.split_once('/').filter(|it| it.1 != tier_name(Tier::Possible));
            let entity = entity.and_then(|it| it.0.parse::<EntityType>().ok());
            if let Some(entity) = entity.filter(|it| action(*it) == Action::Keep) {
                *counts.entry(entity).or_default() += count;
            }
        }
        let reviewers: BTreeSet<Handle> =
            facts.votes.iter().flat_map(Votes::opened).map(|it| reviewer_handle(&it.key)).collect();
        Ok(Account {
            pins: Pins { rules, roster, model: facts.model },
            turns: u32::try_from(facts.turns).unwrap_or(u32::MAX),
            applied: counts
                .into_iter()
                .map(|(entity, count)| Applied { entity, action: action(entity), count })
                .collect(),
            // What was asked of this item, whatever the settings say by now.
            gate: facts.votes.as_ref().map_or(study.settings.gate, Votes::gate),
            reviewers,
            waivers: facts.waivers.clone(),
            warnings: BTreeSet::new(),
            witnessed: false,
        })
    }

    /// What is out needs neither outbox nor gate digests any more.
    fn clear_released(&mut self) -> Result<(), Error> {
        let released = self.catalog.in_state(State::Released)?;
        if released.is_empty() {
            return Ok(());
        }
        for job in &released {
            release::discard(&self.station.directories.outbox, job.job)?;
            let bundle = self.station.directories.review_out.join(crate::review::Bundle::file_name(job.job));
            durable::unlink(&bundle)?;
        }
        let jobs: Vec<_> = released.iter().map(|it| it.job).collect();
        let mut facts: Vec<_> = released.iter().map(|it| it.facts.clone()).collect();
        for it in &mut facts {
            it.reason = None;
        }
        let changes: Vec<_> = jobs
            .iter()
            .zip(&facts)
            .map(|(job, facts)| Change { job: *job, to: State::Done, facts })
            .collect();
        self.catalog.change(&changes, self.clock.now())?;
        self.due.extend(&jobs);
        self.tell(&jobs)
    }
}
