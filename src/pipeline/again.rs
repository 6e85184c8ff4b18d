//! What goes to the stewards once more: a result that somebody else has to agree to, or that does not pass, and
//! an approved copy that can't be released. The text of the new bundle is that result; the station has no other.

use std::collections::BTreeSet;

use super::{
    Error, Line,
    error::reason,
    judge::{carry, is_of_the_file, participants},
};
use crate::{
    audit::entry::{self, Actor, Entry, Op},
    catalog::{Change, Facts, Job, State},
    config::StaffId,
    detect::{self, Scan},
    durable,
    entity::Tier,
    fault::Fault,
    id::Digest,
    item::Profile,
    parse::Hint,
    release::{self, Staged},
    render,
    review::{self, Bundle, Source},
    secret::Sensitive,
    transcript::{Raw, Transcript},
    transform::{CodeTable, Markers, marker},
    verify::{
        Held, Reason, decision_digest,
        gate::{OriginalDigest, Originals},
        is_left,
    },
    worker::Reading,
};

/// What is known of a text that goes out again.
pub(super) struct Again {
    /// What a fresh reading of it found.
    pub(super) scan: Scan,
    /// Why it does not pass; empty if it only waits for another vote.
    pub(super) reasons: Vec<Reason>,
    /// What the decision on it lets stand.
    pub(super) kept: BTreeSet<Digest>,
    /// What this decision and those before it took out.
    pub(super) gone: Vec<OriginalDigest>,
    /// Who made it, and has said yes to it; everybody else sees it for the first time.
    pub(super) made_by: Option<StaffId>,
}

impl Line {
    /// The result does not pass: it goes back with what is left in it.
    pub(super) fn send_back(
        &mut self,
        job: &Job,
        mut facts: Facts,
        transcript: &Transcript<Held>,
        again: Again,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        facts.reason = Some(reason::VERIFY_HOLDS.to_owned());
        self.reissue(job, &mut facts, again, transcript)?;
        vote_anew(&mut facts);
        let reasons = entry::Reason::parse(reason::VERIFY_HOLDS).into_iter().collect();
        self.append(vec![Entry::new(now, Actor::Daemon, Op::Hold { job: job.job, reasons })])?;
        Ok(self.catalog.change(&[Change { job: job.job, to: State::Held, facts: &facts }], now)?)
    }

    /// An approved copy that can't be released goes back to the stewards: in a new bundle, or, where the outbox
    /// no longer holds what was sealed, in the one that is still out. Without either it is quarantined.
    pub(super) fn hold_again(&mut self, job: &Job, error: &release::Error) -> Result<(), Error> {
        tracing::error!(code = error.code(), job = %job.job, "an approved item can't be released and is held");
        let now = self.clock.now();
        let mut facts = job.facts.clone();
        facts.reason = Some(error.code().to_owned());
        // Whatever goes out later goes out under a leaf of its own.
        (facts.release_leaf, facts.release_name) = (None, None);
        let mut to = State::Held;
        if !self.show_staged(job, &mut facts)? {
            release::set_aside(&self.station.directories.outbox, job.job, now)?;
            if !self.show_as_before(job, &mut facts) {
                to = State::Quarantined;
            }
        }
        vote_anew(&mut facts);
        self.in_hand.remove(&job.job);
        let reasons = BTreeSet::from([entry::Reason::of(error)]);
        self.append(vec![Entry::new(now, Actor::Daemon, Op::Hold { job: job.job, reasons })])?;
        self.catalog.change(&[Change { job: job.job, to, facts: &facts }], now)?;
        self.tell(&[job.job])
    }

    /// Sends out what lies in the outbox, if it is what was sealed and can be read.
    fn show_staged(&mut self, job: &Job, facts: &mut Facts) -> Result<bool, Error> {
        let Some(format) = facts.format else { return Ok(false) };
        let staged = match Staged::resume(&self.station.directories.outbox, job.job, Profile::Team, format) {
            Ok(it) if Some(it.digest()) == facts.deidentified_digest => it,
            Ok(_) | Err(release::Error::OtherBytes) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let bytes = staged.bytes()?;
        let Some((raw, scan)) = self.read_result(job, bytes)? else { return Ok(false) };
        let mut gone = self.registry.gate(job.job)?.unwrap_or_default();
        gone.extend(facts.review.iter().flat_map(|it| &it.gone));
        gone.sort_unstable();
        gone.dedup();
        let again = Again { scan, reasons: Vec::new(), kept: BTreeSet::new(), gone, made_by: None };
        self.reissue(job, facts, again, &raw)?;
        Ok(true)
    }

    /// Whether the bundle that is out can be decided on once more. The copy that was sealed is lost to the
    /// station: whatever comes of it is sealed anew.
    fn show_as_before(&self, job: &Job, facts: &mut Facts) -> bool {
        let now = self.clock.now();
        let bundle = self.station.directories.review_out.join(Bundle::file_name(job.job));
        let Some(review) = facts.review.as_mut().filter(|it| it.bundle.is_some()) else { return false };
        if review.expires.is_none_or(|it| it <= now) || !bundle.is_file() {
            return false;
        }
        review.decided_by.clear();
        (facts.deidentified, facts.deidentified_digest, facts.review_leaf) = (None, None, None);
        true
    }

    /// Has a result, or a copy that was made of one, parsed and searched afresh. `None` if it does not read back.
    pub(super) fn read_result(
        &mut self,
        job: &Job,
        bytes: Vec<u8>,
    ) -> Result<Option<(Transcript<Raw>, Scan)>, Error> {
        let markers = self.markers(&job.study, &job.facts)?;
        self.read_with(job, bytes, &markers)
    }

    /// The same, with markers of another profile in it.
    pub(super) fn read_with(
        &mut self,
        job: &Job,
        bytes: Vec<u8>,
        markers: &Markers,
    ) -> Result<Option<(Transcript<Raw>, Scan)>, Error> {
        let (place, format) = job.facts.place.clone().zip(job.facts.format).ok_or(Error::Report)?;
        // They stand in the file as they stand in its text.
        let parts = render::parts(&bytes).unwrap_or_default();
        let markers = parts
            .iter()
            .filter_map(|it| str::from_utf8(it).ok())
            .flat_map(|it| markers.strings(it))
            .collect();
        drop(parts);
        let study = self.study(&job.study)?;
        let columns = study.settings.columns.clone();
        let hint = Hint { markers, columns, ..Hint::of(format.extension().to_owned(), place.kind) };
        let participants = participants(study, &place);
        let worker = study.workers.first_mut().ok_or(Error::Busy)?;
        match worker.read(&study.setup, job.job, Sensitive::new(bytes), &hint, &participants) {
            Ok(Reading { raw, scan, .. }) => Ok(Some((raw, scan))),
            Err(error) if is_of_the_file(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a bundle with this text in the place of the one before.
    pub(super) fn reissue<S>(
        &mut self,
        job: &Job,
        facts: &mut Facts,
        again: Again,
        transcript: &Transcript<S>,
    ) -> Result<(), Error> {
        let Again { mut scan, reasons, kept, gone, made_by } = again;
        let policy = self.policy(&job.study, facts)?;
        let ours = self.markers(&job.study, facts)?.places(transcript);
        // EXPOSE: compared by offsets and keyed digests, and copied into a transcript of its own.
        let text = transcript.text().expose();
        scan.findings.retain(|it| is_left(text, &it.span, &ours));
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        carry(&self.names, &study.decisions, transcript, &mut scan);
        for it in &mut scan.findings {
            let string = text.get(it.span.clone()).unwrap_or_default();
            if kept.contains(&decision_digest(&self.names, it.entity, string)) {
                // One reviewer lets it stand; the next one is asked, and neither is overruled by a rule.
                it.tier = Tier::Possible;
            }
        }
        let raw = Transcript::new(job.job, text.clone(), transcript.layout().clone())
            .map_err(|_| review::Error::Malformed)?;
        let detected = detect::accept(raw, scan).map_err(|_| review::Error::Malformed)?;
        let review = facts.review.get_or_insert_default();
        review.originals = Originals::of(&detected, &CodeTable::default(), &policy).digests(&self.names);
        review.rungs.extend(marker::rungs(&self.names, detected.state().scan(), &policy));
        review.gone = gone;
        review.decided_by = made_by.into_iter().collect();
        let raw = facts.raw_object.ok_or(Error::Report)?;
        let source = Source::of(&detected).with_ours(ours);
        let bundle =
            self.bundle(&job.study, facts, raw, source, CodeTable::default(), reasons, transcript)?;
        let synced = durable::sync(&self.station.directories.root)?;
        bundle.commit_over(&synced, &self.station.directories.review_out.join(Bundle::file_name(job.job)))?;
        Ok(())
    }
}

/// Puts the text of the bundle that is out to the vote again.
fn vote_anew(facts: &mut Facts) {
    let base = facts.review.as_ref().and_then(|it| it.base);
    if let (Some(votes), Some(base)) = (facts.votes.as_mut(), base) {
        votes.restart(base);
    }
}
