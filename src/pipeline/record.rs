//! What is sealed is written to the log, and then goes where its verdict sends it. Only here is a dropped
//! file unlinked.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Error, Line, shelve::outcome};
use crate::{
    audit::{
        Receipt,
        entry::{Actor, Bucket, Entry, Op, Outcome, Pins, Reason, Vote},
    },
    catalog::{Change, Facts, Job, State, Verdict},
    clock::Timestamp,
    entity::EntityType,
    id::{Digest, Handle, JobId, ObjectId},
    intake::{self, claim::Claimed},
    keys::VerifyingKey,
    release,
    review::{Stage, decision::Signed},
};

impl Line {
    /// Appends entries and remembers how long the log is, and how much of it the catalog knows: what these
    /// entries say is recorded after this, so they count as unknown until the next ones are appended.
    pub(super) fn append(&mut self, entries: Vec<Entry>) -> Result<Vec<Receipt>, Error> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.catalog.log_settled(self.log.size())?;
        let receipts = self.log.append(entries)?;
        self.catalog.log_size(self.log.size())?;
        Ok(receipts)
    }

    /// Takes into the catalog what the log says and the catalog does not: after a restart, and after an error
    /// between the two, so that nothing is logged a second time.
    pub(super) fn catch_up(&mut self) -> Result<(), Error> {
        let known = self.catalog.log_settled(0)?;
        if known < self.log.size() {
            self.adopt_entries(known)?;
            self.catalog.log_settled(self.log.size())?;
        }
        Ok(())
    }

    /// Writes to the log what is sealed and not there yet.
    pub(super) fn record(&mut self) -> Result<(), Error> {
        let jobs = self.catalog.in_state(State::Sealed)?;
        for batch in jobs.chunks(super::MAX_BATCH_ITEMS) {
            let now = self.clock.now();
            let mut facts: Vec<_> = batch.iter().map(|it| it.facts.clone()).collect();
            // The claim is told with its seal: one append, one signed checkpoint for both.
            let claim = |job: &Job| {
                let op = Op::Claim { job: job.job, pins: pins(&job.facts) };
                Entry::new(job.claimed_at, Actor::Daemon, op)
            };
            let entries = batch.iter().map(claim);
            let seal = |job: &Job| {
                let facts = &job.facts;
                let copy = facts.deidentified.as_ref().map(|it| it.object);
                let objects = facts.raw_object.into_iter().chain(copy).collect();
                Entry::new(now, Actor::Daemon, seal_op(job.job, facts, objects, outcome(facts.verdict)))
            };
            let entries = entries.chain(batch.iter().map(seal));
            let receipts = self.append(entries.collect())?;
            let seals = receipts.iter().skip(batch.len());
            for (facts, receipt) in facts.iter_mut().zip(seals) {
                facts.seal_leaf = Some(receipt.leaf());
            }
            self.change_all(batch, State::Logged, &facts)?;
        }
        Ok(())
    }

    /// Removes the files whose seal is logged, and sends each item where its verdict says.
    pub(super) fn part(&mut self) -> Result<(), Error> {
        let jobs = self.catalog.in_state(State::Logged)?;
        if jobs.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut holds = Vec::new();
        let mut changes = Vec::new();
        for job in &jobs {
            if let Some(claimed) = self.claimed.remove(&job.job) {
                self.let_go(claimed)?;
            }
            let to = next(&job.facts);
            if to != State::Approved {
                // It may wait for weeks: the voucher stands for the proof from here on.
                self.in_hand.remove(&job.job);
            }
            if matches!(to, State::Held | State::Quarantined) {
                let reasons = job.facts.reason.iter().filter_map(|it| Reason::parse(it)).collect();
                holds.push(Entry::new(now, Actor::Daemon, Op::Hold { job: job.job, reasons }));
            }
            changes.push((job, to));
        }
        self.append(holds)?;
        // What is approved goes out at once, and its owner is told when that is done.
        let told: Vec<_> =
            changes.iter().filter(|(_, to)| *to != State::Approved).map(|(it, _)| it.job).collect();
        let changes: Vec<_> =
            changes.iter().map(|(job, to)| Change { job: job.job, to: *to, facts: &job.facts }).collect();
        self.catalog.change(&changes, now)?;
        self.tell(&told)
    }

    /// Takes into the catalog what the log holds beyond it: the daemon was stopped between the two.
    fn adopt_entries(&mut self, known: u64) -> Result<(), Error> {
        let mut sealed: Vec<(JobId, u64, Vec<ObjectId>)> = Vec::new();
        for entry in self.log.entries_from(known) {
            let (leaf, entry) = entry?;
            if let Op::Seal { job, objects, .. } = entry.op() {
                sealed.push((*job, leaf, objects.clone()));
            } else if let Op::Release { job, object, .. } = entry.op() {
                self.adopt_release(*job, *object, leaf)?;
            } else if let Op::Stale { release } = entry.op() {
                self.catalog.stale_logged(&[*release])?;
            }
        }
        for (id, leaf, objects) in sealed {
            let Some(job) = self.catalog.job(id)? else { continue };
            let mut facts = job.facts.clone();
            // The entry may speak of an earlier copy than the one in hand.
            let newest = facts.deidentified.as_ref().map(|it| it.object).or(facts.raw_object);
            if !newest.is_some_and(|it| objects.contains(&it)) {
                continue;
            }
            let to = match job.state {
                State::Sealed => {
                    facts.seal_leaf = Some(leaf);
                    State::Logged
                }
                State::Reviewed => {
                    facts.review_leaf = Some(leaf);
                    State::Approved
                }
                State::Claimed
                | State::Logged
                | State::Proposed
                | State::Held
                | State::Approved
                | State::Released
                | State::Done
                | State::Quarantined
                | State::Duplicate
                | State::Rejected => continue,
            };
            self.catalog.change(&[Change { job: id, to, facts: &facts }], self.clock.now())?;
        }
        Ok(())
    }

    fn adopt_release(&mut self, id: JobId, object: ObjectId, leaf: u64) -> Result<(), Error> {
        if let Some(mut job) = self.catalog.job(id)?
            && let Some(copy) = job.facts.copies.values_mut().find(|it| it.is(object))
        {
            copy.release_leaf = Some(leaf);
            let change = Change { job: id, to: job.state, facts: &job.facts };
            return Ok(self.catalog.change(&[change], self.clock.now())?);
        }
        let same = |it: &Job| it.facts.deidentified.as_ref().is_some_and(|it| it.object == object);
        let Some(job) = self.catalog.job(id)?.filter(|it| it.state == State::Approved && same(it)) else {
            return Ok(());
        };
        let mut facts = job.facts.clone();
        facts.release_leaf = Some(leaf);
        Ok(self.catalog.change(&[Change { job: id, to: job.state, facts: &facts }], self.clock.now())?)
    }

    /// Tells files that still have to be judged from those that only have to be removed.
    pub(super) fn sort_out(&mut self, claimed: Vec<Claimed>) -> Result<Vec<Claimed>, Error> {
        let mut to_judge = Vec::new();
        for it in claimed {
            let job = self.catalog.job(it.job())?;
            let source = job.as_ref().and_then(|it| it.facts.source);
            match job.map(|it| it.state) {
                None | Some(State::Claimed) => {
                    // What was staged before a stop was of another judgement, and nothing refers to it.
                    release::discard(&self.station.directories.outbox, it.job())?;
                    to_judge.push(it);
                }
                Some(State::Sealed) => {
                    self.claimed.insert(it.job(), it.sealed_as(source));
                }
                Some(
                    State::Logged
                    | State::Proposed
                    | State::Held
                    | State::Reviewed
                    | State::Approved
                    | State::Released
                    | State::Done
                    | State::Quarantined
                    | State::Duplicate
                    | State::Rejected,
                ) => self.let_go(it.sealed_as(source))?,
            }
        }
        self.go_on()?;
        Ok(to_judge)
    }

    /// Removes a claimed file. If its writer still had it open and wrote on, what it is now is another drop
    /// under the same name: it is taken up as a new job.
    pub(super) fn let_go(&mut self, claimed: Claimed) -> Result<(), Error> {
        match claimed.unlink() {
            Err(intake::Error::Changed) => {
                self.postponed = true;
                Ok(())
            }
            other => Ok(other?),
        }
    }

    fn change_all(&mut self, jobs: &[Job], to: State, facts: &[Facts]) -> Result<(), Error> {
        let changes: Vec<_> =
            jobs.iter().zip(facts).map(|(job, facts)| Change { job: job.job, to, facts }).collect();
        Ok(self.catalog.change(&changes, self.clock.now())?)
    }
}

/// Where an item goes once it is logged.
fn next(facts: &Facts) -> State {
    match facts.verdict {
        Some(Verdict::Clear) => match facts.votes.as_ref().map(crate::review::Votes::needed) {
            Some(0) => State::Approved,
            Some(_) | None => State::Proposed,
        },
        Some(Verdict::Kept) => State::Done,
        Some(Verdict::Held) => State::Held,
        Some(Verdict::Quarantined) | None => State::Quarantined,
    }
}

/// What the log says of objects of an item that were sealed.
pub(super) fn seal_op(job: JobId, facts: &Facts, objects: Vec<ObjectId>, outcome: Outcome) -> Op {
    let (pins, findings) = (pins(facts), buckets(facts));
    Op::Seal { job, objects, commitment: facts.commitment, outcome, pins, findings }
}

/// What the log says of a decision and of the vote in it, which is about the item as it was dropped.
pub(super) fn vote_entries(
    job: JobId,
    raw: Option<ObjectId>,
    decision: &Signed,
    vote: Vote,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let actor = Actor::Person(reviewer_handle(&decision.key));
    let digest = decision.digest()?;
    let approve = raw.map(|object| Op::Approve { job, object, decision: digest, vote });
    let ops = std::iter::once(Op::Decide { job, decision: digest }).chain(approve);
    Ok(ops.map(|op| Entry::new(now, actor, op)).collect())
}

/// What the log calls a reviewer: derived from their public key alone.
pub(super) fn reviewer_handle(key: &VerifyingKey) -> Handle {
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let mut handle = [0; 16];
    handle.copy_from_slice(hash.first_chunk::<16>().unwrap_or(&[0; 16]));
    Handle::from_bytes(handle)
}

/// What an item was judged by. Every item is given both when it is admitted.
fn pins(facts: &Facts) -> Pins {
    let none = Digest::from_bytes([0; 32]);
    Pins { rules: facts.rules.unwrap_or(none), roster: facts.roster.unwrap_or(none), model: facts.model }
}

/// Findings by entity type, made coarse.
fn buckets(facts: &Facts) -> BTreeMap<EntityType, Bucket> {
    let mut sums = BTreeMap::new();
    for (name, count) in &facts.counts {
        let entity = name.split('/').next().and_then(|it| it.parse::<EntityType>().ok());
        if let Some(entity) = entity {
            *sums.entry(entity).or_insert(0) += usize::try_from(*count).unwrap_or(usize::MAX);
        }
    }
    sums.into_iter().map(|(entity, count)| (entity, Bucket::of(count))).collect()
}

/// Whether the votes let an item go.
pub(super) fn is_approved(facts: &Facts) -> bool {
    facts.votes.as_ref().is_some_and(|it| it.needed() == 0 || it.stage() == Stage::Approved)
}
