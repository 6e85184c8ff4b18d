//! What is done to each entity type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entity::EntityType;

/// What is done to a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Replaced by a code, the same for the same thing everywhere.
    Code,
    /// Replaced by a marker that says only that something stood there.
    Suppress,
    /// Replaced by the next wider place or kind.
    Generalize,
    /// Replaced by an age band.
    AgeBand,
    /// Replaced by its year.
    YearOnly,
    /// Moved by the participant's number of days.
    DateShift,
    /// Left as it is.
    Keep,
}

/// The actions of a study under one profile, and by how many days its dates move.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    actions: BTreeMap<EntityType, Action>,
    shift_days: i32,
}

impl Policy {
    /// A policy. What `actions` leaves out is done as [`Policy::action`] says; `shift_days` comes from the
    /// registry.
    #[must_use]
    pub const fn new(actions: BTreeMap<EntityType, Action>, shift_days: i32) -> Self {
        Self { actions, shift_days }
    }

    /// What is done to an entity type: what the study says, or else the careful choice.
    #[must_use]
    pub fn action(&self, entity: EntityType) -> Action {
        self.actions.get(&entity).copied().unwrap_or(Action::Code)
    }

    /// By how many days dates move.
    #[must_use]
    pub const fn shift_days(&self) -> i32 {
        self.shift_days
    }
}
