//! Makes a judged batch durable: keys, objects, outbox and bundles as drafts, one sync, then their names,
//! then one transaction. Whoever stops in between finds every claimed file where it was.

mod objects;
mod plan;

use std::io::{self, Read};

use self::objects::{Laid, Objects, Planned, Unlaid, original};
use super::{
    Error, InHand, Line,
    admit::{is_its_own, is_passing},
    error::reason,
    judge::{Clear, Fate, Hold, Judged},
    together,
};
use crate::{
    audit::entry::Outcome,
    catalog::{Change, Dedup, Facts, State, Verdict},
    durable::{self, Written},
    entity::EntityType,
    fault::Fault as _,
    id::{Digest, Handle, JobId, ObjectId, StudyId},
    intake::{Claimed, Stream},
    item::ItemKind,
    keys::{Key, KeyedDigest, ObjectClass, Scope},
    release::StagedDraft,
    render,
    review::{Bundle, Cast, Facts as BundleFacts, Source},
    seal::{self, Audience, Pending, RawParts, Spec, StreamClass},
    secret::Sensitive,
    transcript::Transcript,
    transform::CodeTable,
    verify::{Deidentified, Reason, gate::Gate},
    worker::Leash,
};

/// How long a steward has for a bundle.
const BUNDLE_MILLIS: u64 = 90 * 24 * 60 * 60 * 1000;
/// How many codes a bundle brings for people that the reviewer will mark.
const RESERVED_CODES: usize = 16;

/// What is written and has no name yet.
struct Draft {
    claimed: Claimed,
    facts: Facts,
    original: Original,
    clear: Option<(Pending<Deidentified>, StagedDraft, Gate)>,
    bundle: Option<Written>,
}

enum Original {
    Raw(Pending<seal::Original>),
    Unassigned(Pending<seal::Unassigned>),
    Stream(Pending<seal::Stream>),
}

impl Line {
    /// Seals a batch.
    pub(super) fn shelve(&mut self, judged: Vec<Judged>) -> Result<(), Error> {
        let mut planned = Vec::new();
        for it in judged {
            let job = it.claimed.job();
            let plan = self.plan(it);
            planned.extend(self.sort(job, plan)?);
        }
        let (store, outbox) = (&self.store, self.station.directories.outbox.as_path());
        let written = together::map(planned, |it| (it.claimed.job(), it.write(store, outbox)))?;
        let mut drafts = Vec::new();
        for (job, written) in written {
            let laid = written.or_else(|it| self.set_apart(*it));
            let draft = laid.and_then(|it| self.draft(it));
            drafts.extend(self.sort(job, draft)?.flatten());
        }
        if drafts.is_empty() {
            return Ok(());
        }
        let gates: Vec<_> = drafts
            .iter()
            .filter_map(|it| Some((it.claimed.job(), it.facts.review.as_ref()?.originals.clone())))
            .collect();
        self.registry.remember(&[], &gates)?;
        let synced = durable::sync(&self.station.directories.root)?;
        // Keys first: an object whose key has no name could never be opened.
        self.keystore.commit(&synced)?;
        let mut sealed = Vec::new();
        for draft in drafts {
            let Draft { claimed, mut facts, original, clear, bundle } = draft;
            let job = claimed.job();
            facts.raw_object = Some(match original {
                Original::Raw(it) => it.commit(&synced)?.object(),
                Original::Unassigned(it) => it.commit(&synced)?.object(),
                Original::Stream(it) => it.commit(&synced)?.object(),
            });
            if let Some((pending, staged, gate)) = clear {
                let sealed = pending.commit(&synced)?;
                facts.deidentified_digest = Some(sealed.digest());
                facts.deidentified = Some(sealed.record(&self.vouchers)?);
                let _staged = staged.commit(&synced)?;
                self.in_hand.insert(job, InHand { sealed, gate });
            }
            if let Some(bundle) = bundle {
                let name = self.station.directories.review_out.join(Bundle::file_name(job));
                bundle.commit_over(&synced, &name)?;
            }
            facts.source = Some(claimed.stamp());
            sealed.push((claimed, facts));
        }
        // The names too must survive a power cut before the catalog builds on them.
        let _named = durable::sync(&self.station.directories.root)?;
        let changes: Vec<_> = sealed
            .iter()
            .map(|(claimed, facts)| Change { job: claimed.job(), to: State::Sealed, facts })
            .collect();
        self.catalog.change(&changes, self.clock.now())?;
        self.claimed.extend(sealed.into_iter().map(|(claimed, _)| (claimed.job(), claimed)));
        Ok(())
    }

    /// Files whose bytes are those of one that was not logged yet. What belongs to another place is no duplicate:
    /// under one person's key it would be lost to the other.
    pub(super) fn settle_deferred(&mut self) -> Result<(), Error> {
        let mut others = Vec::new();
        for (claimed, mut facts, first) in std::mem::take(&mut self.deferred) {
            let study = self.catalog.job(claimed.job())?.map(|it| it.study);
            match study {
                Some(study) if self.is_elsewhere(first, &facts)? => {
                    let mut fate = Fate::Stream;
                    if facts.kind.is_none_or(ItemKind::is_parsed) {
                        facts.verdict = Some(Verdict::Quarantined);
                        facts.reason = Some(reason::OTHER_PLACE.to_owned());
                        fate = Fate::Quarantine;
                    }
                    others.push(Judged { claimed, study, facts, fate });
                }
                Some(_) | None => self.set_aside(claimed, facts, first)?,
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        self.shelve(others)?;
        self.go_on()
    }

    /// What concerns one file keeps back that file; anything else takes the whole batch back.
    fn sort<T>(&mut self, job: JobId, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(it) => return Ok(Some(it)),
            Err(Error::Intake(error)) if is_passing(&error) => self.postponed = true,
            Err(Error::Seal(seal::Error::SourceChanged)) => self.postponed = true,
            Err(error) if is_its_own(&error) => self.leave(job, &error),
            Err(error) => {
                self.keystore.roll_back();
                return Err(error);
            }
        }
        Ok(None)
    }

    /// What can't be sealed as it was judged, by a fault of ours that is about this one item, is sealed as it was
    /// dropped: it stops nobody, and its owner is told.
    fn set_apart(&mut self, it: Unlaid) -> Result<Laid, Error> {
        let Unlaid { claimed, study, mut facts, error } = it;
        if !is_ours_with_it(&error) {
            return Err(error);
        }
        tracing::error!(code = error.code(), job = %claimed.job(), "an item is quarantined by a fault of the program");
        facts.verdict = Some(Verdict::Quarantined);
        facts.reason = Some(error.code().to_owned());
        (facts.ordinal, facts.version) = Default::default();
        (facts.commitment, facts.votes, facts.review) = (None, None, None);
        let Planned { claimed, study, facts, meta, specs, .. } =
            self.plan(Judged { claimed, study, facts, fate: Fate::Quarantine })?;
        Ok(Laid { claimed, study, facts, meta, specs, written: Objects::Quarantine })
    }

    /// Whatever is left once objects and copies are written: bundles, and what is sealed as it is read.
    fn draft(&mut self, laid: Laid) -> Result<Option<Draft>, Error> {
        let Laid { mut claimed, study, mut facts, meta, specs, written } = laid;
        let mut clear = None;
        let mut bundle = None;
        let original = match written {
            Objects::Clear(it) => {
                let (raw, pending, staged, Clear { transcript, gate, source, codes, .. }) = *it;
                if facts.votes.as_ref().is_some_and(|it| it.needed() > 0) {
                    let object = raw.object();
                    bundle = Some(self.bundle(
                        &study,
                        &mut facts,
                        object,
                        source,
                        codes,
                        Vec::new(),
                        &transcript,
                    )?);
                }
                clear = Some((pending, staged, gate));
                Original::Raw(raw)
            }
            Objects::Hold(it) => {
                let (raw, Hold { transcript, source, codes, .. }) = *it;
                let (object, reasons) = (raw.object(), transcript.state().reasons().to_vec());
                bundle =
                    Some(self.bundle(&study, &mut facts, object, source, codes, reasons, &transcript)?);
                Original::Raw(raw)
            }
            Objects::Keep(raw) => Original::Raw(*raw),
            Objects::Stream => return self.draft_stream(claimed, study, facts, &meta),
            Objects::Quarantine => {
                let spec = specs.first().ok_or(Error::Report)?;
                match self.stream(&mut claimed, spec, StreamClass::Unassigned, &meta) {
                    Ok(it) => Original::Stream(it),
                    // Nothing can be sealed of an empty file; the receipt says so.
                    Err(Error::Intake(crate::intake::Error::Empty)) => {
                        // EXPOSE: into the object.
                        let parts =
                            RawParts { extension: "", bytes: &[], report: b"{}", meta: meta.expose() };
                        Original::Unassigned(self.store.unassigned(spec, parts)?)
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        Ok(Some(Draft { claimed, facts, original, clear, bundle }))
    }

    /// A recording, a form or a table: hashed while it is sealed, so that it is read once.
    fn draft_stream(
        &mut self,
        mut claimed: Claimed,
        study: StudyId,
        facts: Facts,
        meta: &Sensitive<Vec<u8>>,
    ) -> Result<Option<Draft>, Error> {
        let (class, sealed_as) = match facts.kind {
            Some(ItemKind::Recording) => (StreamClass::Recording, ObjectClass::Recording),
            Some(ItemKind::Consent) => (StreamClass::Consent, ObjectClass::Consent),
            Some(
                ItemKind::Transcript | ItemKind::Fieldnote | ItemKind::Demographics | ItemKind::Instrument,
            )
            | None => (StreamClass::Raw, ObjectClass::Raw),
        };
        let spec = self.spec(claimed.job(), &study, &facts, sealed_as)?;
        let pending = self.stream(&mut claimed, &spec, class, meta)?;
        let digest = pending.digest();
        if let Dedup::Seen(first) = self.catalog.hash(claimed.job(), &study, digest)?
            && !self.is_elsewhere(first, &facts)?
        {
            drop(pending);
            self.catalog.unnumber(claimed.job())?;
            self.set_aside(claimed, facts, first)?;
            return Ok(None);
        }
        Ok(Some(Draft { claimed, facts, original: Original::Stream(pending), clear: None, bundle: None }))
    }

    fn stream(
        &self,
        claimed: &mut Claimed,
        spec: &Spec,
        class: StreamClass,
        meta: &Sensitive<Vec<u8>>,
    ) -> Result<Pending<seal::Stream>, Error> {
        let extension = claimed.path().extension().unwrap_or_default();
        let mut source = claimed.stream(self.station.limits.recording_bytes)?;
        let size = source.size();
        let digest = KeyedDigest::new(&self.credentials.dedup, super::admit::DEDUP)?;
        let mut bytes = UntilStopped { source: &mut source, leash: &self.leash };
        // EXPOSE: into the object.
        let parts = seal::Source { extension: &extension, len: size, bytes: &mut bytes, meta: meta.expose() };
        let pending = self.store.stream(spec, class, parts, digest)?;
        source.finish()?;
        Ok(pending)
    }

    /// To whom an object is sealed: those whose words it holds, each under a key of the session and class.
    pub(super) fn spec(
        &mut self,
        job: JobId,
        study: &StudyId,
        facts: &Facts,
        class: ObjectClass,
    ) -> Result<Spec, Error> {
        let handle = self.studies.get(study).ok_or(Error::NoStudy)?.handle;
        let mut keys: Vec<Key> = Vec::new();
        let mut participants: Vec<Handle> = Vec::new();
        match (&facts.place, class) {
            (
                Some(place),
                ObjectClass::Raw | ObjectClass::Deidentified | ObjectClass::Recording | ObjectClass::Consent,
            ) => {
                for code in place.voice.codes().iter().chain(&facts.guests) {
                    let participant = self.registry.participant_handle(study, code)?;
                    let scope = Scope::Participant { participant, wave: place.wave.clone(), class };
                    keys.push(self.keystore.ensure(&scope)?);
                    participants.push(participant);
                }
            }
            (_, ObjectClass::Unassigned | ObjectClass::Station) | (None, _) => {
                keys.push(self.keystore.ensure(&Scope::Unassigned { job })?);
            }
        }
        Ok(Spec { job, study: Some(handle), participants, audience: Audience::Keys(keys) })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one bundle")]
    pub(super) fn bundle<S>(
        &mut self,
        study: &StudyId,
        facts: &mut Facts,
        raw: ObjectId,
        source: Source,
        codes: CodeTable,
        reasons: Vec<Reason>,
        proposal: &Transcript<S>,
    ) -> Result<Written, Error> {
        let place = facts.place.clone().ok_or(Error::NoStudy)?;
        let now = self.clock.now();
        let reserved = self.registry.reserve(study, EntityType::Person, RESERVED_CODES)?;
        let line = self.studies.get(study).ok_or(Error::NoStudy)?;
        let detail = line.settings.detail;
        let shift_days = self.registry.shift_days(&place, detail.keep_weekday);
        let by = facts.review.as_ref().map(|it| it.decided_by.clone()).filter(|it| !it.is_empty());
        let cast = by.zip(facts.votes.as_ref()).map(|(by, votes)| Cast { by, needed: votes.needed() });
        let bundle_facts = BundleFacts {
            bundle: Handle::random().map_err(|_| Error::Random)?,
            job: proposal.job(),
            place,
            version: facts.version,
            raw,
            scan: source.scan().clone(),
            ours: Vec::new(),
            reasons,
            why: facts.reason.clone(),
            codes,
            reserved,
            actions: line.settings.actions.clone(),
            detail,
            shift_days,
            rules: line.pins.rules,
            roster: line.pins.roster,
            station: self.credentials.station.recipient()?,
            made: now,
            expires: crate::clock::Timestamp::from_millis(now.as_millis().saturating_add(BUNDLE_MILLIS)),
            left_out: facts.left_out.clone(),
            cast,
        };
        let bundle = source.propose(proposal, bundle_facts);
        let review = facts.review.get_or_insert_default();
        review.bundle = Some(bundle.facts().bundle);
        review.base = Some(bundle.proposal());
        review.expires = Some(bundle.facts().expires);
        review.reserved.clone_from(&bundle.facts().reserved);
        Ok(bundle.draft(&self.station.directories.review_out, &line.stewards)?)
    }
}

/// Whether an error is a fault of ours that another item need not meet: what was made of this one is not as an object,
/// a copy or a report has to be. What the disk, the keys or the log say is about all of them.
const fn is_ours_with_it(error: &Error) -> bool {
    matches!(error, Error::Seal(seal::Error::Member) | Error::Report)
}

/// A source that breaks off when the daemon is told to stop: hours of film are sealed at the next start.
struct UntilStopped<'s> {
    source: &'s mut Stream,
    leash: &'s Leash,
}

impl Read for UntilStopped<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.leash.is_pulled() { Err(io::ErrorKind::TimedOut.into()) } else { self.source.read(bytes) }
    }
}

/// What the log says of a verdict.
pub(super) const fn outcome(verdict: Option<Verdict>) -> Outcome {
    match verdict {
        Some(Verdict::Clear) => Outcome::Ready,
        Some(Verdict::Kept) => Outcome::Kept,
        Some(Verdict::Held) => Outcome::Held,
        Some(Verdict::Quarantined) | None => Outcome::Quarantined,
    }
}

/// What votes are about.
fn text_digest<S>(transcript: &Transcript<S>) -> Digest {
    // EXPOSE: hashed.
    Digest::sha256(transcript.text().expose().as_bytes())
}

/// What is sealed and goes out.
pub(super) fn file_digest<S>(transcript: &Transcript<S>) -> Digest {
    Digest::sha256(&render::of(transcript))
}
