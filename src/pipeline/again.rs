//! What goes to the stewards once more: a result that somebody else has to agree to, or that does not pass.
//! The text of the new bundle is that result; the station has no other.

use std::collections::BTreeSet;

use super::{Error, Line, error::reason, judge};
use crate::{
    audit::entry::{Actor, Entry, Op},
    catalog::{Change, Facts, Job, State},
    detect::{self, Scan},
    durable,
    entity::Tier,
    id::Digest,
    review::{self, Bundle, Source},
    transcript::Transcript,
    transform::{CodeTable, marker},
    verify::{
        Held, Reason, decision_digest,
        gate::{OriginalDigest, Originals},
        is_left,
    },
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

    /// Puts a bundle with this text in the place of the one before.
    pub(super) fn reissue<S>(
        &mut self,
        job: &Job,
        facts: &mut Facts,
        again: Again,
        transcript: &Transcript<S>,
    ) -> Result<(), Error> {
        let Again { mut scan, reasons, kept, gone } = again;
        let policy = self.policy(&job.study, facts)?;
        let ours = self.markers(&job.study, facts)?.places(transcript);
        // EXPOSE: compared by offsets and keyed digests, and copied into a transcript of its own.
        let text = transcript.text().expose();
        scan.findings.retain(|it| is_left(text, &it.span, &ours));
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        judge::Carried { names: &self.names, decisions: &study.decisions }.apply(transcript, &mut scan);
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
        review.decided_by.clear();
        let raw = facts.raw_object.ok_or(Error::Report)?;
        let source = Source::of(&detected).with_ours(ours);
        let bundle =
            self.bundle(&job.study, facts, raw, source, CodeTable::default(), reasons, transcript)?;
        let synced = durable::sync(&self.station.directories.root)?;
        bundle.commit_over(&synced, &self.station.directories.review_out.join(Bundle::file_name(job.job)))?;
        Ok(())
    }
}
