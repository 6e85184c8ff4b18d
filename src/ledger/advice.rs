//! What can be done about an attribute that helps to single somebody out: which setting leaves less of it.

use std::fmt;

use super::risk::{Part, Remains};
use crate::{
    config::{Action, Study},
    entity::EntityType,
};

/// The widths of age bands, narrowest first.
const BAND_YEARS: [u8; 3] = [5, 10, 20];

/// One thing to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Advice {
    /// Take places further up their ladders.
    Rungs(u8),
    /// Make age bands wider.
    AgeYears(u8),
    /// Do something else to that type.
    Action(EntityType, Action),
    /// The settings keep that type.
    Kept(EntityType),
    /// A reviewer let it stand.
    Stands(EntityType),
    /// The copy was made under settings that left more.
    Anew(EntityType),
}

impl Advice {
    /// What leaves less of an attribute.
    #[must_use]
    pub fn on(part: &Part, settings: &Study) -> Option<Self> {
        let (kind, action) = (part.kind, settings.action(part.kind));
        match &part.remains {
            Remains::Nothing => None,
            Remains::Whole if action == Action::Keep => Some(Self::Kept(kind)),
            Remains::Whole => Some(Self::Stands(kind)),
            Remains::Wider(_) => Some(match action {
                Action::Generalize if part.has_above => Self::Rungs(settings.detail.rungs.saturating_add(1)),
                Action::Generalize => Self::Action(kind, Action::Code),
                Action::AgeBand => {
                    let wider = BAND_YEARS.into_iter().find(|it| *it > settings.detail.age_years);
                    wider.map_or(Self::Action(kind, Action::Suppress), Self::AgeYears)
                }
                Action::YearOnly => Self::Action(kind, Action::DateShift),
                Action::Code | Action::Suppress | Action::DateShift | Action::Surrogate | Action::Keep => {
                    Self::Anew(kind)
                }
            }),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rungs(rungs) => write!(f, "places: `rungs = {rungs}` under [detail]"),
            Self::AgeYears(years) => write!(f, "ages: `age_years = {years}` under [detail]"),
            Self::Action(kind, action) => {
                write!(f, "{}: `{} = \"{}\"` under [actions]", kind.noun(), kind.name(), word(*action))
            }
            Self::Kept(kind) => {
                write!(
                    f,
                    "{}: `{}` is kept by [actions]; generalize, code or suppress it",
                    kind.noun(),
                    kind.name()
                )
            }
            Self::Stands(kind) => write!(
                f,
                "{}: a steward let it stand; hand the file in again and redact it in review",
                kind.noun()
            ),
            Self::Anew(kind) => {
                write!(f, "{}: the settings leave less by now; hand the file in again", kind.noun())
            }
        }
    }
}

const fn word(action: Action) -> &'static str {
    match action {
        Action::Code => "code",
        Action::Suppress => "suppress",
        Action::Generalize => "generalize",
        Action::AgeBand => "age-band",
        Action::YearOnly => "year-only",
        Action::DateShift => "date-shift",
        Action::Surrogate => "surrogate",
        Action::Keep => "keep",
    }
}
