//! What is known of an item before it is written: its number, its votes, and to whom it is sealed.

use serde::Serialize;

use super::{super::json, Planned, original, text_digest};
use crate::{
    audit::entry::Commitment,
    catalog::{Facts, Verdict},
    id::{Digest, JobId, StudyId},
    intake::{Claimed, DropPath},
    item::{ItemKind, Place},
    keys::{ObjectClass, keyed_digest},
    pipeline::{
        Error, Line,
        error::reason,
        judge::{Fate, Judged},
    },
    review::Votes,
    secret::{self, Sensitive},
    transcript::Transcript,
};

/// What the keyed hash of a file's name is for.
const NAME: &str = "file-name";

/// The `meta` member of an object: what a steward who opens it ought to know. Inside the seal.
#[derive(Serialize)]
struct Meta<'a> {
    job: JobId,
    study: &'a StudyId,
    place: Option<&'a Place>,
    kind: Option<ItemKind>,
    item: u32,
    version: u32,
    reason: Option<&'a str>,
    /// The path of the drop below the intake folder, with what is not UTF-8 replaced.
    dropped_as: String,
    owner: u32,
    /// Opens the commitment in the log to the bytes of the drop.
    salt: String,
}

impl Line {
    /// Everything about an item that asks a database or the key store.
    pub(super) fn plan(&mut self, judged: Judged) -> Result<Planned, Error> {
        let Judged { claimed, study, mut facts, fate } = judged;
        let job = claimed.job();
        self.number(&mut facts, job, &study, claimed.path())?;
        let salt: [u8; 32] = secret::random().map_err(|_| Error::Random)?;
        let meta = Self::meta(&claimed, &study, &facts, &salt)?;
        let mut specs = Vec::new();
        match &fate {
            Fate::Clear(it) => {
                let bytes = original(it.bytes.as_ref(), &it.source);
                facts.commitment = Some(Commitment::salted(&salt, bytes));
                // What a person took out that no rule finds would go out again.
                let was_changed = self.was_changed(&study, &facts)?;
                let undecided = it.undecided.max(usize::from(was_changed));
                facts.votes = Some(self.propose(&claimed, &study, &it.transcript, undecided)?);
                if was_changed {
                    facts.reason = Some(reason::CHANGED_BEFORE.to_owned());
                }
                specs.push(self.spec(job, &study, &facts, ObjectClass::Raw)?);
                specs.push(self.spec(job, &study, &facts, ObjectClass::Deidentified)?);
            }
            Fate::Hold(it) => {
                let bytes = original(it.bytes.as_ref(), &it.source);
                facts.commitment = Some(Commitment::salted(&salt, bytes));
                // Something was not certain: the automatic gate asks for one person.
                facts.votes = Some(self.propose(&claimed, &study, &it.transcript, 1)?);
                specs.push(self.spec(job, &study, &facts, ObjectClass::Raw)?);
            }
            Fate::Keep(bytes) => {
                // EXPOSE: into a salted hash whose salt is sealed.
                facts.commitment = Some(Commitment::salted(&salt, bytes.expose()));
                specs.push(self.spec(job, &study, &facts, ObjectClass::Raw)?);
            }
            Fate::Stream => {}
            Fate::Quarantine => specs.push(self.spec(job, &study, &facts, ObjectClass::Unassigned)?),
        }
        Ok(Planned { claimed, study, facts, meta, specs, fate })
    }

    /// Whether a reviewer changed an earlier version of the item.
    fn was_changed(&self, study: &StudyId, facts: &Facts) -> Result<bool, Error> {
        let Some(place) = &facts.place else { return Ok(false) };
        let versions = self.catalog.of_item(study, &place.slot(), facts.ordinal)?;
        Ok(versions.iter().any(|it| it.facts.version < facts.version && it.facts.changed_in_review))
    }

    fn propose<S>(
        &self,
        claimed: &Claimed,
        study: &StudyId,
        transcript: &Transcript<S>,
        undecided: usize,
    ) -> Result<Votes, Error> {
        let settings = &self.studies.get(study).ok_or(Error::NoStudy)?.settings;
        let submitter = crate::intake::place::submitter(claimed.path(), claimed.uid(), settings).cloned();
        Ok(Votes::propose(settings.gate, submitter, text_digest(transcript), undecided))
    }

    /// Numbers an item that is sealed in its place. What is quarantined leaves no gap, also if a judgement that
    /// was cut off had come to something else.
    fn number(
        &mut self,
        facts: &mut Facts,
        job: JobId,
        study: &StudyId,
        drop: &DropPath,
    ) -> Result<(), Error> {
        if facts.verdict == Some(Verdict::Quarantined) {
            return Ok(self.catalog.unnumber(job)?);
        }
        let Some(place) = &facts.place else { return Ok(()) };
        let settings = &self.studies.get(study).ok_or(Error::NoStudy)?.settings;
        let (mut slots, mut name) = (vec![place.slot()], drop.file_name());
        if place.language.is_some() {
            let others = settings.language_versions.iter().filter(|it| Some(**it) != place.language);
            slots.extend(others.map(|it| place.slot_in(Some(*it))));
            name = crate::intake::place::stem(drop, settings).0.as_bytes();
        }
        let name: Digest = keyed_digest(&self.credentials.dedup, NAME, name)?;
        (facts.ordinal, facts.version) = self.catalog.number(job, study, &slots, name)?;
        Ok(())
    }

    fn meta(
        claimed: &Claimed,
        study: &StudyId,
        facts: &Facts,
        salt: &[u8; 32],
    ) -> Result<Sensitive<Vec<u8>>, Error> {
        // EXPOSE: goes into the sealed object only.
        let path = claimed.path().to_sensitive();
        json(&Meta {
            job: claimed.job(),
            study,
            place: facts.place.as_ref(),
            kind: facts.kind,
            item: facts.ordinal,
            version: facts.version,
            reason: facts.reason.as_deref(),
            // EXPOSE: as above.
            dropped_as: String::from_utf8_lossy(path.expose()).into_owned(),
            owner: claimed.uid(),
            salt: Digest::from_bytes(*salt).to_string(),
        })
    }
}
