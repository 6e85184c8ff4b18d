//! A review bundle: everything that a steward needs to decide about one item, sealed to the stewards.
//!
//! Its name holds a job id and no identity. Where its strings are counted and ranked, that is done by
//! whoever has opened it (`work`); the bundle holds offsets.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    ops::Range,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    Error,
    pack::{pack, text, unpack},
};
use crate::{
    clock::Timestamp,
    config::{Action, Detail, StaffId},
    detect::{Detected, Scan},
    durable::{self, Draft, Written},
    entity::EntityType,
    id::{Digest, Handle, JobId, ObjectId},
    item::Place,
    keys::{self, Identity, Recipient, canonical},
    secret::Sensitive,
    transcript::{Former, Layout, LeftOut, Transcript},
    transform::CodeTable,
    verify::Reason,
};

const FORMAT: &str = "vouchsafe/review/v1";
const ENDING: &str = ".bundle.age";
const MEMBERS: [&str; 4] = ["bundle.json", "text", "layout.json", "proposed"];

/// What a bundle says besides its texts: `bundle.json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The bundle; new for each round of review.
    pub bundle: Handle,
    /// The item's job.
    pub job: JobId,
    /// Where it belongs.
    pub place: Place,
    /// Which version of its slot it is.
    pub version: u32,
    /// The sealed object of the raw item.
    pub raw: ObjectId,
    /// What was found, by offsets in `text`.
    pub scan: Scan,
    /// Where our own markers of earlier rounds stand in `text`, in order. Empty in the first round, whose text
    /// is the source.
    pub ours: Vec<Range<usize>>,
    /// What `verify` holds against it; empty if it only waits for votes, or could not be released.
    pub reasons: Vec<Reason>,
    /// The code of why it is not out: `PI-13` where only votes are missing, `RL-05` where the last check before
    /// the release held what was approved.
    pub why: Option<String>,
    /// The codes of this item.
    pub codes: CodeTable,
    /// Codes that nobody has yet, for whom the reviewer marks: `person-41`.
    pub reserved: Vec<String>,
    /// What is done to each entity type.
    pub actions: BTreeMap<EntityType, Action>,
    /// How much detail that leaves.
    #[serde(default)]
    pub detail: Detail,
    /// By how many days dates move.
    pub shift_days: i32,
    /// The rule packs' digest.
    pub rules: Digest,
    /// The roster's digest.
    pub roster: Digest,
    /// What decisions are sealed to. It stands in here, and in no file beside the bundles, so that nobody
    /// who can write to the review folder can have decisions sealed to themselves.
    pub station: Recipient,
    /// When it was made.
    pub made: Timestamp,
    /// After this a decision on it is refused.
    pub expires: Timestamp,
    /// What the parser left out of the file.
    #[serde(default, skip_serializing_if = "LeftOut::is_empty")]
    pub left_out: LeftOut,
    /// The votes that were in when it was made; none where it went out before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cast: Option<Cast>,
}

/// Votes that are in: who has cast one, and how many the gate asks for. Not what was said.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// Who.
    pub by: BTreeSet<StaffId>,
    /// How many are needed.
    pub needed: u8,
}

impl Facts {
    /// Whether it had been approved, and the last check before the release held it.
    #[must_use]
    pub fn is_unreleased(&self) -> bool {
        self.why.as_ref().is_some_and(|it| it.starts_with("RL-"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    facts: Facts,
    text: Digest,
    proposed: Digest,
}

/// What was searched: a copy taken before the transform consumes it.
#[derive(Debug)]
pub struct Source {
    job: JobId,
    text: Sensitive<String>,
    layout: Layout,
    scan: Scan,
    ours: Vec<Range<usize>>,
}

/// An open review bundle.
#[derive(Debug)]
pub struct Bundle {
    pub(super) facts: Facts,
    pub(super) text: Sensitive<String>,
    pub(super) layout: Layout,
    pub(super) proposed: Sensitive<String>,
}

impl Source {
    /// Of what a transform has left behind.
    #[must_use]
    pub fn new(job: JobId, former: Former, scan: Scan) -> Self {
        Self { job, text: former.text, layout: former.layout, scan, ours: Vec::new() }
    }

    /// Copies what a bundle will need.
    #[must_use]
    pub fn of(detected: &Transcript<Detected>) -> Self {
        Self {
            job: detected.job(),
            // EXPOSE: from one wiped place to another.
            text: Sensitive::new(detected.text().expose().clone()),
            layout: detected.layout().clone(),
            scan: detected.state().scan().clone(),
            ours: Vec::new(),
        }
    }

    /// Says where markers of ours stand in it already.
    #[must_use]
    pub fn with_ours(self, ours: Vec<Range<usize>>) -> Self {
        Self { ours, ..self }
    }

    /// The item's job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    pub(crate) const fn text(&self) -> &Sensitive<String> {
        &self.text
    }

    /// The findings, for [`Facts::scan`].
    #[must_use]
    pub const fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Puts a bundle together. `proposal` is the item as the line would release it, held or not.
    #[must_use]
    pub fn propose<S>(self, proposal: &Transcript<S>, facts: Facts) -> Bundle {
        // EXPOSE: from one wiped place to another.
        let proposed = Sensitive::new(proposal.text().expose().clone());
        Bundle {
            facts: Facts { scan: self.scan, ours: self.ours, ..facts },
            text: self.text,
            layout: self.layout,
            proposed,
        }
    }
}

impl Bundle {
    /// What it says besides its texts.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// SHA-256 of the proposal: what votes are cast about until somebody edits it.
    #[must_use]
    pub fn proposal(&self) -> Digest {
        // EXPOSE: hashed; the digest goes to the station, which has the bytes.
        Digest::sha256(self.proposed.expose().as_bytes())
    }

    /// The file's name in `review/out`.
    #[must_use]
    pub fn file_name(job: JobId) -> String {
        format!("{job}{ENDING}")
    }

    /// The job in a bundle's file name.
    #[must_use]
    pub fn job_of(file_name: &str) -> Option<JobId> {
        file_name.strip_suffix(ENDING)?.parse().ok()
    }

    /// Seals it to the stewards.
    ///
    /// # Errors
    ///
    /// Fails without a steward, or over the limit.
    pub fn seal(&self, stewards: &[Recipient]) -> Result<Vec<u8>, Error> {
        // EXPOSE: all of it goes into the age file.
        let (text, proposed) = (self.text.expose().as_bytes(), self.proposed.expose().as_bytes());
        let wire = Wire {
            format: FORMAT.to_owned(),
            facts: self.facts.clone(),
            text: Digest::sha256(text),
            proposed: Digest::sha256(proposed),
        };
        let facts = canonical::to_bytes(&wire).map_err(|_| Error::Malformed)?;
        let layout = canonical::to_bytes(&self.layout).map_err(|_| Error::Malformed)?;
        let [a, b, c, d] = MEMBERS;
        let packed = pack(&[(a, &facts), (b, text), (c, &layout), (d, proposed)])?;
        // EXPOSE: to the cipher.
        Ok(keys::encrypt(stewards, packed.expose())?)
    }

    /// Writes it as a draft in `review/out`, to be committed as [`Bundle::file_name`] with its batch.
    ///
    /// # Errors
    ///
    /// Fails as [`Bundle::seal`] does, or if the directory can't be written to.
    pub fn draft(&self, dir: &Path, stewards: &[Recipient]) -> Result<Written, Error> {
        let mut draft = Draft::create(dir)?;
        // The directory's group, stewards, reads it; it is sealed.
        draft.set_mode(0o640)?;
        draft.write_all(&self.seal(stewards)?).map_err(durable::Error::from)?;
        Ok(draft.finish()?)
    }

    /// Puts it in the place of the round before.
    ///
    /// # Errors
    ///
    /// Fails as [`Bundle::draft`] does.
    pub fn reissue(&self, dir: &Path, stewards: &[Recipient]) -> Result<(), Error> {
        let mut draft = Draft::create(dir)?;
        draft.set_mode(0o640)?;
        draft.write_all(&self.seal(stewards)?).map_err(durable::Error::from)?;
        Ok(draft.persist_over(&Self::file_name(self.facts.job))?)
    }

    /// Opens one with a steward's identity.
    ///
    /// # Errors
    ///
    /// Fails if it is for others, damaged, or not what it says.
    pub fn open(bytes: &[u8], steward: &[Identity]) -> Result<Self, Error> {
        let packed = keys::decrypt(steward, bytes)?;
        // EXPOSE: unpacked into memory that is wiped.
        let [facts, source, layout, proposed] = unpack(packed.expose(), MEMBERS)?;
        // EXPOSE: read as JSON of offsets and codes.
        let wire: Wire = canonical::from_bytes(facts.expose()).map_err(|_| Error::Malformed)?;
        // EXPOSE: as above.
        let layout: Layout = canonical::from_bytes(layout.expose()).map_err(|_| Error::Malformed)?;
        // EXPOSE: hashed.
        if wire.format != FORMAT
            || wire.text != Digest::sha256(source.expose())
            || wire.proposed != Digest::sha256(proposed.expose())
        {
            return Err(Error::Malformed);
        }
        let (source, proposed) = (text(&source)?, text(&proposed)?);
        // EXPOSE: offsets are checked against it.
        layout.check(source.expose()).map_err(|_| Error::Malformed)?;
        // EXPOSE: as above.
        let fits = |span: &Range<usize>| source.expose().get(span.clone()).is_some();
        let ours = &wire.facts.ours;
        let apart = ours.windows(2).all(|it| matches!(it, [a, b] if a.end <= b.start));
        if !apart || !ours.iter().chain(wire.facts.scan.findings.iter().map(|it| &it.span)).all(fits) {
            return Err(Error::Malformed);
        }
        Ok(Self { facts: wire.facts, text: source, layout, proposed })
    }
}
