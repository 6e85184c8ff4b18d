//! Checks what a study says of its population.

use std::collections::BTreeMap;

use super::{
    super::{Population, Share, Shares, written::PopulationTable},
    Error,
    source::Source,
};
use crate::entity::EntityType;

/// The k below which a combination is warned of, if the study does not say.
const THRESHOLD: u32 = 5;

/// The name that stands for all values that a table of shares does not list.
const OTHERS: &str = "*";

pub(super) fn check(source: &Source, written: &PopulationTable) -> Result<Population, Error> {
    let size = source.optional("population.size", written.size.as_ref())?;
    let threshold = source.optional("population.threshold", written.threshold.as_ref())?;
    let groups = source.optional("population.groups", written.groups.as_ref())?;
    let people = |key: &str, number| {
        let people = source.optional(key, Some(number))?.unwrap_or(1);
        if size.is_some_and(|it| people > it) {
            return Err(source.value(key, number.span().start, "no more people than population.size"));
        }
        Ok(people)
    };
    let mut roles = BTreeMap::new();
    for (role, number) in &written.roles {
        let role = source.key("population.roles", role, |it| it.parse().ok())?;
        roles.insert(role, people("population.roles", number)?);
    }
    let mut units = BTreeMap::new();
    for (unit, number) in &written.units {
        let unit = source
            .key("population.units", unit, |it| (!it.trim().is_empty()).then(|| it.trim().to_owned()))?;
        units.insert(unit, people("population.units", number)?);
    }
    let mut shares = BTreeMap::new();
    for (kind, values) in &written.shares {
        let kind: EntityType = source.key("population.shares", kind, |it| it.parse().ok())?;
        let key = format!("population.shares.{}", kind.name());
        let mut told = Shares::default();
        for (value, share) in values {
            let wrong =
                || source.value(&key, share.span().start, "a share above 0 and up to 1, such as 0.05");
            let share = Share::new(*share.get_ref()).ok_or_else(wrong)?;
            if value.get_ref() == OTHERS {
                told.others = Some(share);
            } else {
                told.values.insert(value.get_ref().clone(), share);
            }
        }
        shares.insert(kind, told);
    }
    Ok(Population { size, threshold: threshold.unwrap_or(THRESHOLD), groups, roles, units, shares })
}
