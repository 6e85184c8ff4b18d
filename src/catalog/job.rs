//! What is recorded of an item: ids, codes, counts and digests, never a name, a file name or a text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::State;
use crate::{
    audit::entry::Commitment,
    clock::Timestamp,
    config::StaffId,
    entity::EntityType,
    id::{Code, Digest, Handle, JobId, ObjectId, StudyId},
    intake::scan::Stamp,
    item::{ItemKind, Place, Profile},
    review::Votes,
    seal::DeidentifiedRecord,
    transcript::{Format, LeftOut},
    transform::{Known, LayoutFacts},
    verify::gate::OriginalDigest,
};

/// What the line decided about an item before sealing it; says where it goes once it is logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// De-identified and verified.
    Clear,
    /// Sealed, and not for release: no consent, or a kind that is never released.
    Kept,
    /// A reviewer has to look.
    Held,
    /// Cannot be used as it is.
    Quarantined,
}

/// What is recorded of a job.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "a job's id is a job id, as in every other struct")]
pub struct Job {
    /// Its id.
    pub job: JobId,
    /// How far it has come.
    pub state: State,
    /// The study whose intake it was dropped in.
    pub study: StudyId,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// Everything else.
    pub facts: Facts,
}

/// What is learnt of a job on its way. Written whole with each change of state.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The dropped file as it was when it was sealed: only what still looks like this is unlinked.
    pub source: Option<Stamp>,
    /// Where it belongs, once that is known.
    pub place: Option<Place>,
    /// Participants who speak in it and whom its place does not name: their consent is asked, too.
    pub guests: Vec<Code>,
    /// What it is.
    pub kind: Option<ItemKind>,
    /// Which item of its slot, counted from 1.
    pub ordinal: u32,
    /// Which version of its item, counted from 1.
    pub version: u32,
    /// The format that it was parsed from.
    pub format: Option<Format>,
    /// Turns, header lines included.
    pub turns: u64,
    /// What the parser left out of the file.
    pub left_out: LeftOut,
    /// How often somebody takes the word in it, if anybody is named.
    // By its old name for whoever only looks at a catalog that the daemon has not brought up yet.
    #[serde(alias = "turns_ahead")]
    pub times_taken: Option<u32>,
    /// Decided before sealing.
    pub verdict: Option<Verdict>,
    /// Why it is held, kept or quarantined: an error code.
    pub reason: Option<String>,
    /// The object with the raw bytes, or the stream.
    pub raw_object: Option<ObjectId>,
    /// The object with the de-identified copy, and the voucher that stands for its proof after a restart.
    pub deidentified: Option<DeidentifiedRecord>,
    /// SHA-256 of the de-identified bytes.
    pub deidentified_digest: Option<Digest>,
    /// Commits the log to the bytes of the drop.
    pub commitment: Option<Commitment>,
    /// Time stamps and turns of the source, which no result may change.
    pub before: Option<LayoutFacts>,
    /// The leaf that records the sealing.
    pub seal_leaf: Option<u64>,
    /// The leaf that records the sealing of the reviewed copy.
    pub review_leaf: Option<u64>,
    /// The leaf that records the release.
    pub release_leaf: Option<u64>,
    /// The released file's name.
    pub release_name: Option<String>,
    /// What became of the copies for other readers than the team.
    pub copies: BTreeMap<Profile, OtherCopy>,
    /// Digest of the rules that were in force.
    pub rules: Option<Digest>,
    /// Digest of the roster that was in force.
    pub roster: Option<Digest>,
    /// Digest of the statistical name finder, if there was one.
    #[serde(default)]
    pub model: Option<Digest>,
    /// Findings in the source by entity type and tier: `PERSON/certain` → 12.
    pub counts: BTreeMap<String, u64>,
    /// Markers in the de-identified copy, by what they took the place of.
    pub replaced: BTreeMap<EntityType, u64>,
    /// The votes on the bytes in hand.
    pub votes: Option<Votes>,
    /// The review bundle that is out.
    pub review: Option<Review>,
    /// Whether a reviewer changed what was proposed.
    pub changed_in_review: bool,
    /// Strings that the reviewers of the bytes in hand let stand, by kind.
    pub waivers: BTreeMap<EntityType, u64>,
    /// Bytes, rounded up to a power of two.
    pub size_bucket: u64,
}

/// A copy for other readers, made of the team's.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OtherCopy {
    /// The object with it, and the voucher that stands for its proof after a restart.
    pub sealed: Option<DeidentifiedRecord>,
    /// The leaf that records the sealing.
    pub seal_leaf: Option<u64>,
    /// The leaf that records the release.
    pub release_leaf: Option<u64>,
    /// The released file's name.
    pub release_name: Option<String>,
    /// Whether it lies in the release folder.
    pub is_out: bool,
    /// Why there is none: an error code.
    pub withheld: Option<String>,
}

impl Facts {
    /// The leaves of what is out of an item: of the team's copy, and of the others made of it.
    pub fn leaves_out(&self) -> impl Iterator<Item = u64> {
        let others = self.copies.values().filter(|it| it.is_out);
        self.release_leaf.into_iter().chain(others.filter_map(|it| it.release_leaf))
    }
}

impl OtherCopy {
    /// Whether it is sealed in that object.
    #[must_use]
    pub fn is(&self, object: ObjectId) -> bool {
        self.sealed.as_ref().is_some_and(|it| it.object == object)
    }
}

/// What the station has to know of a review bundle to check a decision about it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// The bundle.
    pub bundle: Option<Handle>,
    /// SHA-256 of the proposal in it.
    pub base: Option<Digest>,
    /// After this a decision is refused.
    pub expires: Option<Timestamp>,
    /// Codes that came with it.
    pub reserved: Vec<String>,
    /// Who has decided on it.
    pub decided_by: BTreeSet<StaffId>,
    /// Keyed digests of the originals that a decision must account for.
    pub originals: Vec<OriginalDigest>,
    /// Keyed digests of what the item's places and services can be generalized to.
    pub rungs: BTreeSet<Digest>,
    /// Keyed digests of the item's surrogates.
    pub surrogates: Vec<Known>,
    /// Keyed digests of what decisions on earlier bundles of the item took out.
    pub gone: Vec<OriginalDigest>,
    /// Decision digests of what those decisions took out: once the item is approved, no earlier decision lets
    /// these strings stand in other items.
    pub undone: BTreeSet<Digest>,
}
