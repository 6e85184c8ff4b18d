//! What is left of an identifier once it is replaced: nothing, something wider, or all of it. Says of a finding what
//! `replacement` writes in its place, for whoever counts what a released copy still tells.

use super::{Policy, age, date, mention, rung};
use crate::{config::Action, entity::EntityType, entity::Finding};

/// What is left of an identifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Left {
    /// All of it: the settings keep it.
    Whole,
    /// Something wider: a district, a band of ages, a year.
    Wider(String),
    /// A code, a bare marker, a moved date or a value that nobody has.
    Nothing,
}

/// What the settings leave of a finding that is transformed.
pub(crate) fn left(finding: &Finding, original: &str, policy: &Policy) -> Left {
    let wider = match policy.action(finding.entity) {
        Action::Keep => return Left::Whole,
        Action::Generalize => rung(&finding.ladder, original, policy.detail().rungs).cloned(),
        Action::AgeBand => age::band(original, policy.detail().age_years),
        Action::YearOnly => date::year(original).map(|it| it.to_string()),
        // What is moved is none of what was said; how far apart two dates lie is told in docs/risk.md.
        Action::Code | Action::Suppress | Action::DateShift | Action::Surrogate => None,
    };
    wider.map_or(Left::Nothing, Left::Wider)
}

/// An identifier as it is compared with others of its type: an age as a number, a date as it is written when it is
/// moved by no day, anything else squeezed.
pub(crate) fn value(entity: EntityType, original: &str) -> String {
    let read = if entity == EntityType::Age {
        age::band(original, 1)
    } else if entity == EntityType::Date {
        date::shifted(original, 0)
    } else {
        None
    };
    read.unwrap_or_else(|| mention::normal(original, 0..original.len(), entity))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::replacement, *};
    use crate::{
        config::Detail,
        entity::{Layer, Tier},
        transform::CodeTable,
    };

    #[test]
    fn what_is_left_is_what_the_marker_says() {
        let policy = |action| {
            let actions = EntityType::ALL.iter().map(|it| (*it, action)).collect();
            Policy::new(actions, Detail::default(), 40)
        };
        for (entity, original, ladder, action, want, marker) in [
            (
                EntityType::Place,
                "Sunny Court",
                &["Tuen Mun"][..],
                Action::Generalize,
                Some("Tuen Mun"),
                "[place: Tuen Mun]",
            ),
            (EntityType::Place, "Sunny Court", &[], Action::Generalize, None, "[place-1]"),
            (EntityType::Place, "Sunny Court", &["Tuen Mun"], Action::Code, None, "[place-1]"),
            (EntityType::Age, "thirty-four", &[], Action::AgeBand, Some("30-34"), "[age: 30-34]"),
            (EntityType::Date, "12 March 1961", &[], Action::YearOnly, Some("1961"), "[year: 1961]"),
            (EntityType::Date, "last Sunday", &[], Action::YearOnly, None, "[date]"),
            (EntityType::Date, "12 March 1961", &[], Action::DateShift, None, "[date: 21 April 1961]"),
            (EntityType::Occupation, "diver", &[], Action::Suppress, None, "[occupation]"),
        ] {
            let finding = Finding {
                entity,
                class: entity.class(),
                ladder: ladder.iter().map(|it| (*it).to_owned()).collect(),
                ..finding_of(original)
            };
            let codes =
                CodeTable { findings: BTreeMap::from([(0, "place-1".to_owned())]), ..CodeTable::default() };
            let policy = policy(action);
            let want = want.map_or(Left::Nothing, |it| Left::Wider(it.to_owned()));
            assert_eq!(left(&finding, original, &policy), want, "{original}");
            assert_eq!(replacement(0, &finding, original, &codes, &policy), marker);
        }
        assert_eq!(left(&finding_of("x"), "x", &policy(Action::Keep)), Left::Whole);
    }

    fn finding_of(original: &str) -> Finding {
        Finding {
            span: 0..original.len(),
            entity: EntityType::Event,
            class: EntityType::Event.class(),
            tier: Tier::Certain,
            confidence: 99,
            layer: Layer::Rule,
            rule: "test".to_owned(),
            person: None,
            ladder: Vec::new(),
        }
    }

    #[test]
    fn one_value_in_several_spellings_is_one() {
        for (entity, spellings) in [
            (EntityType::Age, &["34", "thirty-four", "三十四歲", "34 years old"][..]),
            (EntityType::Place, &["Sunny Court", "SUNNY  COURT", "the Sunny Court"]),
            (EntityType::Occupation, &["Taxi driver", "taxi-driver"]),
        ] {
            let values: std::collections::BTreeSet<_> =
                spellings.iter().map(|it| value(entity, it)).collect();
            assert_eq!(values.len(), 1, "{values:?}");
        }
        assert_ne!(value(EntityType::Age, "34"), value(EntityType::Age, "35"));
    }
}
