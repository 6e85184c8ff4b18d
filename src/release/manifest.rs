//! What is said of a release to whoever uses it: by which rules, with whose eyes, with what result. Holds
//! no raw hash, which would let anybody confirm a guess at the original.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Destination, Error, outbox::Staged};
use crate::{
    audit::entry::{Pins, Reason},
    config::{Action, Gate},
    entity::EntityType,
    id::{Digest, Handle, ObjectId},
    item::Profile,
    keys::canonical,
    transcript::Format,
};

/// So many identifiers of a kind were treated in the same way: so many markers stand for them in the copy, or, of
/// a kind that stays, so many were found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// What they are.
    pub entity: EntityType,
    /// What was done with them.
    pub action: Action,
    /// How many.
    pub count: u64,
}

/// What the pipeline knows of an item and its release. The same after a restart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// What it was judged by.
    pub pins: Pins,
    /// How many turns it has.
    pub turns: u32,
    /// What was replaced, and how.
    pub applied: Vec<Applied>,
    /// The study's gate.
    pub gate: Gate,
    /// Whose approval it has.
    pub reviewers: BTreeSet<Handle>,
    /// What reviewers let through, by kind; and `automatic` is a waiver of review.
    pub waivers: BTreeMap<EntityType, u64>,
    /// Codes of warnings that stand.
    pub warnings: BTreeSet<Reason>,
    /// Whether a witness has signed the log.
    pub witnessed: bool,
}

#[derive(Serialize)]
struct Manifest<'m> {
    v: u8,
    engine: &'static str,
    name: String,
    profile: Profile,
    version: u32,
    format: Format,
    bytes: u64,
    turns: u32,
    sha256: Digest,
    object: ObjectId,
    pins: Pins,
    applied: &'m [Applied],
    gate: Gate,
    reviewers: &'m BTreeSet<Handle>,
    reviewed: &'static str,
    waivers: &'m BTreeMap<EntityType, u64>,
    warnings: &'m BTreeSet<Reason>,
    witness: &'static str,
}

/// The manifest of a release, as canonical JSON and a line end.
pub(super) fn write(
    object: ObjectId,
    destination: &Destination,
    staged: &Staged,
    bytes: usize,
    account: &Account,
) -> Result<Vec<u8>, Error> {
    let manifest = Manifest {
        v: 1,
        engine: env!("CARGO_PKG_VERSION"),
        name: destination.file_name(staged.format()),
        profile: destination.profile,
        version: destination.version,
        format: staged.format(),
        bytes: u64::try_from(bytes).map_err(|_| Error::Manifest)?,
        turns: account.turns,
        sha256: staged.digest(),
        object,
        pins: account.pins,
        applied: &account.applied,
        gate: account.gate,
        reviewers: &account.reviewers,
        reviewed: match account.gate {
            Gate::Automatic if account.reviewers.is_empty() => "waived: released without a reviewer",
            // Something in it had to be looked at all the same.
            Gate::Automatic | Gate::OnePerson => "by one person",
            Gate::TwoPerson => "by two persons",
        },
        waivers: &account.waivers,
        warnings: &account.warnings,
        witness: if account.witnessed { "witnessed" } else { "not witnessed" },
    };
    let mut bytes = canonical::to_bytes(&manifest).map_err(|_| Error::Manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The digest under which the log names a manifest: of the file, whole.
pub(super) fn digest(manifest: &[u8]) -> Digest {
    Digest::sha256(manifest)
}
