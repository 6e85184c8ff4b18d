//! Takes in what stewards decided: checks it, has the result verified like everything else, counts the vote,
//! and seals what was approved.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error, InHand, Line,
    again::Again,
    error::reason,
    judge::guests,
    record::{seal_op, vote_entries},
    shelve::file_digest,
    stale::Known,
    study,
};
use crate::{
    audit::entry::{Actor, Entry, Outcome, Vote},
    catalog::{Change, Facts, Job, State},
    durable,
    entity::EntityType,
    id::{Digest, JobId, StudyId},
    item::Profile,
    keys::ObjectClass,
    registry::{self, Decision as Carried, Scope},
    release, render,
    review::{self, Ballot, Bundle, Decision, Expectation, Stage, apply, read_decision},
    roster::name_key::NameKey,
    transcript::{Role, Transcript},
    verify::{
        Deidentified, ReadBy, Rescan, Terms, Undecided, Verdict, Waivers,
        gate::{Gate, OriginalDigest, Originals},
        verify,
    },
};

/// A decision whose result has been read afresh.
struct Weighed {
    verdict: Verdict,
    gate: Gate,
    /// Markers in it, by what they took the place of.
    replaced: BTreeMap<EntityType, u64>,
    again: Again,
}

impl Line {
    pub(super) fn decide(&mut self, decision: Decision, job: Job) -> Result<(), Error> {
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
        let roster = &self.studies.get(&scope.study).ok_or(Error::NoStudy)?.roster;
        // Codes that the roster gave to somebody while the item waited, and those set aside for what was marked.
        let mut codes: BTreeMap<String, String> =
            roster.joined().iter().map(|(code, person)| (code.clone(), person.to_string())).collect();
        let marked = decision.marked().iter().map(|it| it.code.clone());
        codes.extend(marked.zip(settled).map(|(reserved, code)| (reserved, roster.known_as(code))));
        let decision = decision.recode(&codes)?;
        let carried = self.carried(&scope.study, &job, &decision)?;
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
        let decisions = &mut self.study(&scope.study)?.decisions;
        for (digest, said) in carried {
            match said {
                Some(it) => drop(decisions.insert(digest, it)),
                None => drop(decisions.remove(&digest)),
            }
        }
        Ok(())
    }

    /// What a decision says of other items, once it is approved. The last word about a string holds: taken out
    /// here, it no longer stays elsewhere. What was said both ways, here or in the rounds before, is asked again.
    fn carried(
        &self,
        study: &StudyId,
        job: &Job,
        decision: &Decision,
    ) -> Result<BTreeMap<Digest, Option<Carried>>, Error> {
        let study = self.studies.get(study).ok_or(Error::NoStudy)?;
        let names = &self.names;
        let (kept, redacted) = (decision.kept(names), decision.redacted(names));
        let elsewhere = decision.kept_elsewhere(names, &study.matcher);
        let before: BTreeSet<_> = job.facts.review.iter().flat_map(|it| &it.undone).copied().collect();
        let stays = |it: &Digest| study.decisions.get(it) == Some(&Carried::Keep);
        let undone = before.iter().copied().chain(decision.redacted_as_anything(names));
        let mut carried: BTreeMap<_, _> = undone.filter(stays).map(|it| (it, None)).collect();
        carried.extend(redacted.difference(&kept).map(|it| (*it, Some(Carried::Redact))));
        let elsewhere = elsewhere.iter().filter(|it| !redacted.contains(it) && !before.contains(it));
        carried.extend(elsewhere.map(|it| (*it, Some(Carried::Keep))));
        Ok(carried)
    }

    /// What this decision and those before it took out, for the day on which the item is approved.
    fn undone(&self, study: &StudyId, decision: &Decision) -> Result<BTreeSet<Digest>, Error> {
        let study = self.studies.get(study).ok_or(Error::NoStudy)?;
        let mut undone = decision.redacted(&self.names);
        let stays = |it: &Digest| study.decisions.get(it) == Some(&Carried::Keep);
        undone.extend(decision.redacted_as_anything(&self.names).into_iter().filter(stays));
        Ok(undone)
    }

    pub(super) fn open_decision(&self, bytes: &[u8]) -> Result<(Decision, Job), review::Error> {
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
        let decision = read_decision(bytes, &self.credentials.station, expectation, self.clock.now())?;
        Ok((decision, waiting.into_inner().ok_or(review::Error::OtherItem)?))
    }

    /// Has a result parsed, searched and verified as if it had just been transformed.
    fn weigh(&mut self, job: &Job, decision: &Decision) -> Result<Weighed, Error> {
        let facts = &job.facts;
        let before = facts.before.ok_or(Error::Report)?;
        let policy = self.policy(&job.study, facts)?;
        let markers = self.markers(&job.study, facts)?;
        let names = self.names.share();
        let format = facts.format.ok_or(Error::Report)?;
        // EXPOSE: to the worker's pipe, as the file that it becomes.
        let file = render::file(format, decision.result().expose()).into_owned();
        let read = self.read_result(job, file)?;
        let (parsed, scan) = read.ok_or(review::Error::Malformed)?;
        let study = self.study(&job.study)?;
        // EXPOSE: hashed and measured.
        let rescan = Rescan::of(parsed.text().expose(), parsed.layout(), scan.clone());
        let transformed = apply(decision, parsed, before, &policy, &markers)?;
        let gone = taken_out(facts, decision, &names);
        let gate = Gate::new(study.matcher.clone(), Originals::Digests(names.share(), gone.clone()))?;
        let replaced = markers.counts(&transformed);
        let gate = gate.with_markers(markers);
        let kept = decision.kept(&names);
        let carried = study::kept(&study.decisions);
        let terms = Terms {
            undecided: Undecided::Pass,
            read_by: ReadBy::Reviewer,
            waivers: Waivers::new(names, kept.clone(), carried),
        };
        let verdict = verify(transformed, rescan, &gate, &terms)?;
        let reasons = match &verdict {
            Verdict::Clear(_) => Vec::new(),
            Verdict::Hold(it) => it.state().reasons().to_vec(),
        };
        Ok(Weighed { verdict, gate, replaced, again: Again { scan, reasons, kept, gone, made_by: None } })
    }

    fn count(&mut self, job: Job, decision: Decision, weighed: Weighed) -> Result<(), Error> {
        let Weighed { verdict, gate, replaced, again } = weighed;
        let mut facts = job.facts.clone();
        let undone = self.undone(&job.study, &decision)?;
        facts.review.get_or_insert_default().undone.extend(undone);
        match verdict {
            Verdict::Hold(transcript) => self.send_back(&job, facts, &transcript, again),
            Verdict::Clear(transcript) => {
                if let Some(place) = &job.facts.place {
                    let mut known = Known::default();
                    known.add_decided(&place.group, &decision);
                    self.look_for(&job.study, known)?;
                }
                facts.changed_in_review |= decision.signed().base != decision.signed().result;
                let votes = facts.votes.as_mut().ok_or(Error::Report)?;
                let vote = decision.vote();
                let edited = vote.result != vote.base;
                let stage = votes.cast(vote).map_err(review::Error::Vote)?;
                let review = facts.review.get_or_insert_default();
                review.decided_by.insert(decision.reviewer().clone());
                // Whoever votes after another has been asked about the same strings, and has said the same.
                (facts.replaced, facts.waivers) = (replaced, decision.kept_by_entity());
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

    /// Whoever of the roster speaks in it by now: a reviewer may have said so, or the roster since.
    fn note_guests(
        &self,
        job: &Job,
        facts: &mut Facts,
        transcript: &Transcript<Deidentified>,
    ) -> Result<(), Error> {
        let Some(place) = &job.facts.place else { return Ok(()) };
        let roster = &self.studies.get(&job.study).ok_or(Error::NoStudy)?.roster;
        // EXPOSE: labels are compared with the roster's codes.
        let text = transcript.text().expose();
        let labels = transcript.layout().pieces.iter().filter(|it| it.role == Role::Label);
        let labels = labels.filter_map(|it| text.get(it.range())?.trim().parse().ok());
        facts.guests.extend(guests::among(roster, place, labels));
        facts.guests.sort();
        facts.guests.dedup();
        Ok(())
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
        let now = self.clock.now();
        let approved = facts.votes.as_ref().is_some_and(|it| it.stage() == Stage::Approved);
        if !approved {
            return self.turn_down(job, decision);
        }
        facts.reason = None;
        self.note_guests(job, &mut facts, &transcript)?;
        // Before the catalog knows of the approval: whoever stops in between decides again, and this is noted again.
        let mut redacted = decision.redacted(&self.names);
        redacted.extend(decision.redacted_as_anything(&self.names));
        redacted.extend(facts.review.iter().flat_map(|it| &it.undone));
        self.registry.note_review(&job.study, job.job, &decision.kept(&self.names), &redacted)?;
        let mut entries = vote_entries(job.job, facts.raw_object, decision.signed(), Vote::Approve, now)?;
        let digest = file_digest(&transcript);
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
        release::discard(&directories.outbox, job.job)?;
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
        let seal = seal_op(job.job, &facts, vec![sealed.object()], Outcome::Ready);
        entries.push(Entry::new(now, Actor::Daemon, seal));
        self.in_hand.insert(job.job, InHand { sealed, gate });
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
            let again = Again { made_by: Some(decision.reviewer().clone()), ..again };
            self.reissue(job, &mut facts, again, &transcript)?;
        }
        self.append(vote_entries(job.job, facts.raw_object, decision.signed(), Vote::Approve, now)?)?;
        Ok(self.catalog.change(&[Change { job: job.job, to: job.state, facts: &facts }], now)?)
    }

    fn turn_down(&mut self, job: &Job, decision: &Decision) -> Result<(), Error> {
        let now = self.clock.now();
        let mut facts = job.facts.clone();
        facts.reason = Some(reason::REJECTED.to_owned());
        self.append(vote_entries(job.job, facts.raw_object, decision.signed(), Vote::Reject, now)?)?;
        self.catalog.change(&[Change { job: job.job, to: State::Rejected, facts: &facts }], now)?;
        release::discard(&self.station.directories.outbox, job.job)?;
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
