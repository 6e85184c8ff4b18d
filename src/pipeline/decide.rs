//! Takes in what stewards decided: checks it, has the result verified like everything else, counts the vote,
//! and seals what was approved.
//!
//! A decision that can't be used is set aside under `review/in/refused/` with a note that says why.

use std::{collections::BTreeSet, fs, io::Read, path::Path};

use sha2::{Digest as _, Sha256};

use super::{Error, InHand, Line, error::reason, judge::participants, shelve::text_digest};
use crate::{
    audit::entry::{Actor, Entry, Op, Vote},
    catalog::{Change, Facts, Job, State},
    detect,
    durable::{self, Written},
    fault::{Disposition, Fault},
    id::{Digest, Handle, JobId},
    keys::{ObjectClass, VerifyingKey},
    parse::Hint,
    registry::{self, Decision as Carried, Scope},
    release,
    review::{self, Ballot, Bundle, Decision, Expectation, Source, Stage, apply, read_decision},
    roster::{consent::Profile, name_key::NameKey},
    transcript::Transcript,
    transform::{CodeTable, Policy},
    verify::{
        Deidentified, Held, ReadBy, Reason, Rescan, Terms, Undecided, Verdict, Waivers,
        gate::{Gate, OriginalDigest, Originals},
        verify,
    },
};

/// How a decision's file ends.
const ENDING: &str = ".decision.age";
/// Where decisions go that can't be used.
const REFUSED: &str = "refused";

/// A decision whose result has been read afresh.
struct Weighed {
    verdict: Verdict,
    gate: Gate,
    again: Again,
}

/// What a result needs to go to the stewards once more.
struct Again {
    source: Source,
    reasons: Vec<Reason>,
    /// What the next decision has to account for.
    found: Vec<OriginalDigest>,
    /// What this decision and those before it took out.
    gone: Vec<OriginalDigest>,
}

/// What the log calls a reviewer: derived from their public key alone.
pub(super) fn reviewer_handle(key: &VerifyingKey) -> Handle {
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let mut handle = [0; 16];
    handle.copy_from_slice(hash.first_chunk::<16>().unwrap_or(&[0; 16]));
    Handle::from_bytes(handle)
}

impl Line {
    /// Takes in every decision that lies in `review/in`. Returns how many were used.
    ///
    /// # Errors
    ///
    /// Fails where the station itself does; a decision that can't be used is no error.
    pub fn decisions(&mut self) -> Result<usize, Error> {
        let dir = self.station.directories.review_in.clone();
        let mut used = 0;
        self.catch_up()?;
        for name in names(&dir)? {
            let path = dir.join(&name);
            let decided = match read_bounded(&path) {
                Ok(Some(bytes)) => self.decide(&bytes),
                // No file, half synchronised, or not ours to read: it is looked at again.
                Ok(None) => continue,
                Err(error) => Err(error.into()),
            };
            let kept = match decided {
                Ok(()) => {
                    used += 1;
                    durable::unlink(&path).map_err(Error::from)
                }
                Err(Error::Review(error)) if error.disposition() != Disposition::Halt => {
                    tracing::warn!(code = error.code(), "a decision was refused");
                    refuse(&dir, &name, &error)
                }
                Err(error) => return Err(error),
            };
            // It is refused as a replay if it is met again.
            if let Err(error) = kept {
                tracing::warn!(code = error.code(), "a decision's file could not be removed");
            }
        }
        if used > 0 {
            self.go_on()?;
        }
        Ok(used)
    }

    fn decide(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let now = self.clock.now();
        let (decision, job) = self.open_decision(bytes, now)?;
        let scope =
            job.facts.place.as_ref().map(|it| Scope { study: it.study.clone(), group: it.group.clone() });
        let scope = scope.ok_or(review::Error::OtherItem)?;
        let marked: Vec<_> =
            decision.marked().iter().map(|it| (it.entity, &it.text, it.code.as_str())).collect();
        let settled = self.registry.settle(&scope, &marked).map_err(|error| {
            // A code of another kind than what was marked.
            let of_the_bundle = matches!(error, registry::Error::NotReserved);
            if of_the_bundle { review::Error::UnknownCode.into() } else { Error::from(error) }
        })?;
        let codes = decision.marked().iter().map(|it| it.code.clone()).zip(settled).collect();
        let decision = decision.recode(&codes)?;
        let mut carried: std::collections::BTreeMap<Digest, Carried> =
            decision.redacted(&self.names).into_iter().map(|it| (it, Carried::Redact)).collect();
        carried.extend(decision.kept(&self.names).into_iter().map(|it| (it, Carried::Keep)));
        let id = job.job;
        match decision.signed().ballot {
            Ballot::Approve => {
                let weighed = self.weigh(&job, &decision)?;
                self.count(job, decision, weighed)?;
            }
            Ballot::Reject => self.turn_down(&job, &decision)?,
        }
        // What one of two reviewers thinks holds for no other file before the other agrees.
        let approved = self.catalog.job(id)?.is_some_and(|it| it.state == State::Approved);
        if !approved {
            return Ok(());
        }
        self.registry.decide(&scope.study, &carried)?;
        self.state_changed = true;
        self.study(&scope.study)?.decisions.extend(carried);
        Ok(())
    }

    fn open_decision(&self, bytes: &[u8], now: crate::clock::Timestamp) -> Result<(Decision, Job), Error> {
        let waiting: std::cell::OnceCell<Job> = std::cell::OnceCell::new();
        let expectation = |id: JobId| {
            let job = waiting.set(self.catalog.job(id).ok().flatten()?).ok().and_then(|()| waiting.get())?;
            let review =
                job.facts.review.as_ref().filter(|_| matches!(job.state, State::Held | State::Proposed))?;
            let study = self.studies.get(&job.study)?;
            Some(Expectation {
                bundle: review.bundle?,
                raw: job.facts.raw_object?,
                base: review.base?,
                gate: &review.originals,
                names: &self.names,
                expires: review.expires?,
                reserved: &review.reserved,
                decided_by: &review.decided_by,
                reviewers: &study.reviewers,
            })
        };
        let decision = read_decision(bytes, &self.credentials.station, expectation, now)?;
        Ok((decision, waiting.into_inner().ok_or(review::Error::OtherItem)?))
    }

    /// Has a result parsed, searched and verified as if it had just been transformed.
    fn weigh(&mut self, job: &Job, decision: &Decision) -> Result<Weighed, Error> {
        let facts = &job.facts;
        let (place, format) = facts.place.clone().zip(facts.format).ok_or(Error::Report)?;
        let before = facts.before.ok_or(Error::Report)?;
        let shift = self.registry.shift_days(&job.study, &place.voice);
        let names = self.names.share();
        let study = self.study(&job.study)?;
        let policy = Policy::new(study.settings.actions.clone(), shift);
        let hint = Hint { extension: format.extension().to_owned(), kind: place.kind };
        let participants = participants(study, &place);
        let (setup, workers) = (&study.setup, &mut study.workers);
        let worker = workers.first_mut().ok_or(Error::Thread)?;
        // EXPOSE: to the worker's pipe.
        let result = decision.result().expose().as_bytes();
        let mut read = || worker.read(setup, job.job, result, &hint, &participants);
        let (parsed, scan) = read().map_err(Error::of_result)?;
        // EXPOSE: hashed and measured.
        let rescan = Rescan::of(parsed.text().expose(), parsed.layout(), scan);
        // A second reading, for the bundle that goes out again if the result is not the last word.
        let (again, scan) = read().map_err(Error::of_result)?;
        let detected = detect::accept(again, scan).map_err(|_| review::Error::Malformed)?;
        let found = Originals::of(&detected, &CodeTable::default(), &policy).digests(&names);
        let source = Source::of(&detected);
        let transformed = apply(decision, parsed, before, &policy)?;
        let gone = taken_out(facts, decision, &names);
        let gate = Gate::new(study.matcher.clone(), Originals::Digests(names.share(), gone.clone()))?;
        let mut waived = decision.kept(&names);
        waived.extend(
            study.decisions.iter().filter(|(_, it)| **it == Carried::Keep).map(|(digest, _)| *digest),
        );
        let terms = Terms {
            undecided: Undecided::Pass,
            read_by: ReadBy::Reviewer,
            waivers: Waivers::new(names, waived),
        };
        let verdict = verify(transformed, rescan, &gate, &terms)?;
        let reasons = match &verdict {
            Verdict::Clear(_) => Vec::new(),
            Verdict::Hold(it) => it.state().reasons().to_vec(),
        };
        Ok(Weighed { verdict, gate, again: Again { source, reasons, found, gone } })
    }

    fn count(&mut self, job: Job, decision: Decision, weighed: Weighed) -> Result<(), Error> {
        let Weighed { verdict, gate, again } = weighed;
        let mut facts = job.facts.clone();
        match verdict {
            Verdict::Hold(transcript) => self.send_back(&job, facts, &transcript, again),
            Verdict::Clear(transcript) => {
                let votes = facts.votes.as_mut().ok_or(Error::Report)?;
                let vote = decision.vote();
                let edited = vote.result != vote.base;
                let stage = votes.cast(vote).map_err(review::Error::Vote)?;
                let review = facts.review.get_or_insert_default();
                review.decided_by.insert(decision.reviewer().clone());
                for (entity, count) in decision.kept_by_entity() {
                    *facts.waivers.entry(entity).or_default() += count;
                }
                let complete = matches!(stage, Stage::Reviewed(n) if facts.votes.as_ref().is_some_and(|it| n >= it.needed()));
                if !complete {
                    return self.wait_for_another(
                        &job,
                        facts,
                        &decision,
                        edited.then_some((again, transcript)),
                    );
                }
                facts.votes.as_mut().ok_or(Error::Report)?.settle().map_err(review::Error::Vote)?;
                self.approve(&job, facts, &decision, transcript, gate)
            }
        }
    }

    /// All votes are in: the copy that was approved is sealed, unless it is the one that was sealed before.
    fn approve(
        &mut self,
        job: &Job,
        mut facts: Facts,
        decision: &Decision,
        transcript: Transcript<Deidentified>,
        gate: Gate,
    ) -> Result<(), Error> {
        let directories = self.station.directories.clone();
        let digest = text_digest(&transcript);
        let now = self.clock.now();
        let approved = facts.votes.as_ref().is_some_and(|it| it.stage() == Stage::Approved);
        if !approved {
            return self.turn_down(job, decision);
        }
        facts.reason = None;
        let mut entries = vote_entries(job, decision, Vote::Approve, now, facts.raw_object)?;
        if facts.deidentified_digest == Some(digest) {
            self.append(entries)?;
            self.catalog.change(&[Change { job: job.job, to: State::Approved, facts: &facts }], now)?;
            return self.tell(&[job.job]);
        }
        let spec = self.spec(job.job, &job.study, &facts, ObjectClass::Deidentified)?;
        let pending = self.store.deidentified(&spec, Profile::Team, &transcript, &[])?;
        let originals = taken_out(&facts, decision, &self.names);
        self.registry.remember(&[], &[(job.job, originals)])?;
        // An earlier proposal may lie in the outbox: it was never approved.
        durable::remove_dir(&directories.outbox.join(job.job.to_string()))?;
        let staged = release::stage(&transcript, &directories.outbox, Profile::Team)?;
        let synced = durable::sync(&directories.root)?;
        self.keystore.commit(&synced)?;
        let sealed = pending.commit(&synced)?;
        let _staged = staged.commit(&synced)?;
        let _named = durable::sync(&directories.root)?;
        facts.deidentified = Some(sealed.record(&self.vouchers)?);
        facts.deidentified_digest = Some(digest);
        // The catalog knows nothing of it before the log does: whoever stops in between finds the decision
        // where it lay, and decides again.
        let object = sealed.object();
        self.in_hand.insert(job.job, InHand { sealed, gate });
        entries.push(Entry::new(
            now,
            Actor::Daemon,
            Op::Seal {
                job: job.job,
                objects: vec![object],
                commitment: None,
                outcome: crate::audit::entry::Outcome::Ready,
                pins: super::record::pins(&facts),
                findings: std::collections::BTreeMap::new(),
            },
        ));
        let receipts = self.append(entries)?;
        facts.review_leaf = receipts.last().map(crate::audit::Receipt::leaf);
        self.catalog.change(&[Change { job: job.job, to: State::Approved, facts: &facts }], now)?;
        self.tell(&[job.job])
    }

    fn wait_for_another(
        &mut self,
        job: &Job,
        mut facts: Facts,
        decision: &Decision,
        edited: Option<(Again, Transcript<Deidentified>)>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        if let Some((again, transcript)) = edited {
            self.reissue(job, &mut facts, again, &transcript)?;
            // Whoever made it has said yes to it; everybody else sees it for the first time.
            facts.review.get_or_insert_default().decided_by.insert(decision.reviewer().clone());
        }
        self.append(vote_entries(job, decision, Vote::Approve, now, facts.raw_object)?)?;
        Ok(self.catalog.change(&[Change { job: job.job, to: job.state, facts: &facts }], now)?)
    }

    /// The result does not pass: it goes back with what is left in it.
    fn send_back(
        &mut self,
        job: &Job,
        mut facts: Facts,
        transcript: &Transcript<Held>,
        again: Again,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.reissue(job, &mut facts, again, transcript)?;
        let base = facts.review.as_ref().and_then(|it| it.base);
        if let (Some(votes), Some(base)) = (facts.votes.as_mut(), base) {
            votes.restart(base);
        }
        facts.reason = Some(reason::VERIFY_HOLDS.to_owned());
        let reasons = crate::audit::entry::Reason::parse(reason::VERIFY_HOLDS).into_iter().collect();
        self.append(vec![Entry::new(now, Actor::Daemon, Op::Hold { job: job.job, reasons })])?;
        Ok(self.catalog.change(&[Change { job: job.job, to: State::Held, facts: &facts }], now)?)
    }

    fn reissue<S>(
        &mut self,
        job: &Job,
        facts: &mut Facts,
        again: Again,
        proposal: &Transcript<S>,
    ) -> Result<(), Error> {
        let Again { source, reasons, found, gone } = again;
        let review = facts.review.get_or_insert_default();
        (review.originals, review.gone) = (found, gone);
        review.decided_by.clear();
        let bundle: Written = self.bundle(
            &job.study,
            facts,
            facts.raw_object.ok_or(Error::Report)?,
            source,
            CodeTable::default(),
            reasons,
            proposal,
        )?;
        let synced = durable::sync(&self.station.directories.root)?;
        bundle.commit_over(&synced, &self.station.directories.review_out.join(Bundle::file_name(job.job)))?;
        Ok(())
    }

    fn turn_down(&mut self, job: &Job, decision: &Decision) -> Result<(), Error> {
        let now = self.clock.now();
        let mut facts = job.facts.clone();
        facts.reason = Some(reason::REJECTED.to_owned());
        self.append(vote_entries(job, decision, Vote::Reject, now, facts.raw_object)?)?;
        self.catalog.change(&[Change { job: job.job, to: State::Rejected, facts: &facts }], now)?;
        durable::remove_dir(&self.station.directories.outbox.join(job.job.to_string()))?;
        durable::unlink(&self.station.directories.review_out.join(Bundle::file_name(job.job)))?;
        self.in_hand.remove(&job.job);
        self.tell(&[job.job])
    }
}

/// What this decision takes out, and what those on earlier bundles of the item took out.
fn taken_out(facts: &Facts, decision: &Decision, names: &NameKey) -> Vec<OriginalDigest> {
    let mut gone = decision.originals().digests(names);
    let before = facts.review.iter().flat_map(|it| &it.gone);
    let before: Vec<_> = before.filter(|it| !gone.contains(it)).copied().collect();
    gone.extend(before);
    gone
}

fn vote_entries(
    job: &Job,
    decision: &Decision,
    vote: Vote,
    now: crate::clock::Timestamp,
    object: Option<crate::id::ObjectId>,
) -> Result<Vec<Entry>, Error> {
    let actor = Actor::Person(reviewer_handle(&decision.signed().key));
    let digest = decision.signed().digest()?;
    let mut entries = vec![Entry::new(now, actor, Op::Decide { job: job.job, decision: digest })];
    if let Some(object) = object {
        entries.push(Entry::new(now, actor, Op::Approve { job: job.job, object, decision: digest, vote }));
    }
    Ok(entries)
}

/// A decision's bytes, if it is a file that can be read and there are not too many of them. Others write to
/// that folder: no link is followed, and no pipe waited for.
fn read_bounded(path: &Path) -> Result<Option<Vec<u8>>, review::Error> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = openat(CWD, path, flags, Mode::empty()).map(fs::File::from) else { return Ok(None) };
    if !file.metadata().is_ok_and(|it| it.is_file()) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(review::MAX_BUNDLE_BYTES).unwrap_or(u64::MAX);
    if file.take(limit.saturating_add(1)).read_to_end(&mut bytes).is_err() {
        return Ok(None);
    }
    if bytes.len() > review::MAX_BUNDLE_BYTES { Err(review::Error::TooLarge) } else { Ok(Some(bytes)) }
}

fn names(dir: &Path) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(dir).map_err(durable::Error::from)? {
        let name = entry.map_err(durable::Error::from)?.file_name();
        if let Some(name) = name.to_str().filter(|it| it.ends_with(ENDING) && !it.starts_with('.')) {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

fn refuse(dir: &Path, name: &str, error: &review::Error) -> Result<(), Error> {
    let refused = dir.join(REFUSED);
    durable::make_dir(&refused)?;
    let note = format!("{}: {error}.\n{}\n", error.code(), error.remedy());
    durable::write_over(&refused, &format!("{name}.txt"), note.as_bytes())?;
    match durable::rename_new(&dir.join(name), &refused.join(name)) {
        Err(durable::Error::Exists) => Ok(durable::unlink(&dir.join(name))?),
        other => Ok(other?),
    }
}
