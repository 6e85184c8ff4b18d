//! What was found in an item, by distinct strings, and what has been said about each so far. Decides nothing.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use crate::{
    entity::{EntityType, Tier},
    secret::Sensitive,
};

/// What has been said about a string so far.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// It stays.
    Keep,
    /// It goes.
    Redact,
    /// The reviewer found it.
    Mark,
}

/// A distinct string that was found, or that the reviewer marked.
#[derive(Debug)]
pub struct Candidate {
    /// The string.
    pub text: Sensitive<String>,
    /// What it is believed to be.
    pub entity: EntityType,
    /// The surest of its findings.
    pub tier: Tier,
    /// How often it stands in the item.
    pub count: usize,
    /// Where it stands first.
    pub first: Range<usize>,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// What has been said about it so far.
    pub said: Option<Said>,
}

pub(super) struct Choice {
    pub(super) said: Said,
    pub(super) entity: EntityType,
    pub(super) text: Sensitive<String>,
    pub(super) code: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceWire {
    pub(super) said: Said,
    pub(super) entity: EntityType,
    pub(super) text: String,
    pub(super) code: Option<String>,
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.said, self.entity)
    }
}

/// The candidates of a bundle, in order of their numbers.
pub(super) fn of(bundle: &Bundle, choices: &[Choice]) -> Vec<Candidate> {
    // EXPOSE: cut into strings that are wiped.
    let text = bundle.text.expose();
    let mut by_string: BTreeMap<(&str, EntityType), Candidate> = BTreeMap::new();
    for (n, finding) in bundle.facts.scan.findings.iter().enumerate() {
        let Some(string) = text.get(finding.span.clone()) else { continue };
        let candidate = by_string.entry((string, finding.entity)).or_insert_with(|| Candidate {
            text: Sensitive::new(string.to_owned()),
            entity: finding.entity,
            tier: finding.tier,
            count: 0,
            first: finding.span.clone(),
            code: None,
            said: None,
        });
        candidate.count += 1;
        candidate.tier = candidate.tier.max(finding.tier);
        if candidate.code.is_none() {
            candidate.code = bundle.facts.codes.findings.get(&n).cloned();
        }
    }
    for (choice, (string, entity)) in choices
        .iter()
        .filter_map(|choice| {
            // EXPOSE: compared.
            let key = (choice.text.expose().as_str(), choice.entity);
            by_string.contains_key(&key).then_some((choice, key))
        })
        .collect::<Vec<_>>()
    {
        if let Some(candidate) = by_string.get_mut(&(string, entity)) {
            candidate.said = Some(choice.said);
            candidate.code = choice.code.clone().or_else(|| candidate.code.take());
        }
    }
    let mut candidates: Vec<_> = by_string.into_values().collect();
    candidates.sort_by_key(|it| (it.tier, std::cmp::Reverse(it.count), it.first.start));
    candidates
}
