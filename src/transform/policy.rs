//! What is done to each entity type.

use std::collections::BTreeMap;

use crate::{config::Action, entity::EntityType};

/// The actions of a study under one profile, and by how many days its dates move.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    actions: BTreeMap<EntityType, Action>,
    shift_days: i32,
}

impl Policy {
    /// A policy. What `actions` leaves out is done as the study's settings do without being asked;
    /// `shift_days` comes from the registry.
    #[must_use]
    pub const fn new(actions: BTreeMap<EntityType, Action>, shift_days: i32) -> Self {
        Self { actions, shift_days }
    }

    /// What is done to an entity type.
    #[must_use]
    pub fn action(&self, entity: EntityType) -> Action {
        self.actions.get(&entity).copied().unwrap_or(Action::default_for(entity))
    }

    /// By how many days dates move.
    #[must_use]
    pub const fn shift_days(&self) -> i32 {
        self.shift_days
    }
}
