//! Among how many people a participant could be looked for, and how many of them share what. Reckons nothing; `ledger`
//! does.

use std::collections::BTreeMap;

use crate::{entity::EntityType, id::RoleId};

/// The people among whom a participant could be looked for. docs/risk.md says what is reckoned with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Population {
    /// How many there are, if known.
    pub size: Option<u32>,
    /// A combination that fits fewer people than this is warned of.
    pub threshold: u32,
    /// How many groups such as the study's there are, if known.
    pub groups: Option<u32>,
    /// How many of them have a role, where that is known.
    pub roles: BTreeMap<RoleId, u32>,
    /// How many of them belong to a unit of the roster, where that is known.
    pub units: BTreeMap<String, u32>,
    /// How large a share of them has an attribute, where that is known.
    pub shares: BTreeMap<EntityType, Shares>,
}

/// What is known of one kind of attribute.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shares {
    /// By the value as `vouchsafe risk` prints it.
    pub values: BTreeMap<String, Share>,
    /// Of any other value.
    pub others: Option<Share>,
}

/// A share of a population: more than nothing, at most all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Share {
    millionths: u32,
}

impl Share {
    /// A share such as 0.05.
    #[must_use]
    pub fn new(fraction: f64) -> Option<Self> {
        let millionths = (fraction * 1_000_000.0).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to a million")]
        (1.0..=1_000_000.0).contains(&millionths).then_some(Self { millionths: millionths as u32 })
    }

    /// As a fraction.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.millionths) / 1_000_000.0
    }
}
