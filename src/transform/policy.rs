//! What is done to each entity type, and how much detail that leaves.

use std::collections::BTreeMap;

use crate::{
    config::{Action, Detail},
    entity::EntityType,
    item::Profile,
};

/// The years of an age band outside the team, at least.
const DECADE: u8 = 10;

/// The actions of a study under one profile, how much they leave, and by how many days its dates move.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    actions: BTreeMap<EntityType, Action>,
    detail: Detail,
    shift_days: i32,
}

impl Policy {
    /// A policy. What `actions` leaves out is done as the study's settings do without being asked;
    /// `shift_days` comes from the registry.
    #[must_use]
    pub const fn new(actions: BTreeMap<EntityType, Action>, detail: Detail, shift_days: i32) -> Self {
        Self { actions, detail, shift_days }
    }

    /// The same for other readers: outside the team, a place goes one rung further up, ages are told by the decade at
    /// least, and nobody bears a name. Who knows the people reads no dates.
    #[must_use]
    pub fn for_profile(mut self, profile: Profile) -> Self {
        let dates = match profile {
            Profile::Team => return self,
            Profile::External => None,
            Profile::InsiderSafe => Some(Action::Suppress),
        };
        self.detail.rungs = self.detail.rungs.saturating_add(1);
        self.detail.age_years = self.detail.age_years.max(DECADE);
        for entity in EntityType::ALL {
            let action = match self.action(*entity) {
                Action::YearOnly | Action::DateShift => dates,
                Action::Surrogate => {
                    Some(dates.filter(|_| *entity == EntityType::Date).unwrap_or(Action::Code))
                }
                Action::Code | Action::Suppress | Action::Generalize | Action::AgeBand | Action::Keep => None,
            };
            self.actions.extend(action.map(|it| (*entity, it)));
        }
        self
    }

    /// What is done to an entity type.
    #[must_use]
    pub fn action(&self, entity: EntityType) -> Action {
        self.actions.get(&entity).copied().unwrap_or(Action::default_for(entity))
    }

    /// How much detail is left.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        self.detail
    }

    /// By how many days dates move.
    #[must_use]
    pub const fn shift_days(&self) -> i32 {
        self.shift_days
    }
}
