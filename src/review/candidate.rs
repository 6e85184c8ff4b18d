//! What was found in an item, by distinct strings, and what has been said about each so far. Decides nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use crate::{
    entity::{EntityType, Finding, Tier},
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

/// What becomes of an occurrence that nobody says anything about. One string can stand in an item both ways:
/// May the person, and "May" of which nobody can tell.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unsaid {
    /// It is taken out.
    #[default]
    Goes,
    /// It is only possible, and would stay: somebody has to decide.
    Stays,
}

impl Unsaid {
    pub(super) fn of(finding: &Finding) -> Self {
        if finding.is_transformed() { Self::Goes } else { Self::Stays }
    }
}

/// A distinct string that was found: its occurrences that are taken out, or those that are only possible.
#[derive(Debug)]
pub struct Candidate {
    /// The string.
    pub text: Sensitive<String>,
    /// What it is believed to be.
    pub entity: EntityType,
    /// The surest of its findings.
    pub tier: Tier,
    /// How many occurrences this is about.
    pub count: usize,
    /// Where it stands first.
    pub first: Range<usize>,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// What has been said about it so far.
    pub said: Option<Said>,
    /// Whether the string is an alias of somebody in the roster: if it is kept, then in this item only.
    pub rostered: bool,
}

/// What was said about a candidate; a mark is about every occurrence of its string.
pub(super) struct Choice {
    pub(super) said: Said,
    pub(super) unsaid: Unsaid,
    pub(super) entity: EntityType,
    pub(super) text: Sensitive<String>,
    pub(super) code: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceWire {
    pub(super) said: Said,
    #[serde(default)]
    pub(super) unsaid: Unsaid,
    pub(super) entity: EntityType,
    pub(super) text: String,
    pub(super) code: Option<String>,
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.said, self.entity)
    }
}

impl Candidate {
    /// Whether it stays unless somebody decides, and nobody has.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.tier == Tier::Possible && self.said.is_none()
    }

    /// What is said about it, in place of what was.
    pub(super) fn choose(self, said: Said, code: Option<String>) -> Choice {
        let unsaid = if self.tier == Tier::Possible { Unsaid::Stays } else { Unsaid::Goes };
        Choice { said, unsaid, entity: self.entity, text: self.text, code }
    }
}

impl Choice {
    /// Whether it speaks of occurrences of this string.
    pub(super) fn is_about(&self, string: &str, entity: EntityType, unsaid: Unsaid) -> bool {
        let same = self.said == Said::Mark || self.unsaid == unsaid;
        // EXPOSE: compared.
        same && self.entity == entity && self.text.expose() == string
    }

    /// Whether a later one leaves nothing of it.
    pub(super) fn gives_way_to(&self, later: &Self) -> bool {
        let all = self.said == Said::Mark || later.said == Said::Mark;
        // EXPOSE: compared.
        (all || self.unsaid == later.unsaid)
            && self.entity == later.entity
            && self.text.expose() == later.text.expose()
    }
}

/// The candidates of a bundle, in order of their numbers. What is only possible is a candidate apart from
/// what is taken out, also where the string is the same.
pub(super) fn of(bundle: &Bundle, choices: &[Choice]) -> Vec<Candidate> {
    // EXPOSE: cut into strings that are wiped.
    let text = bundle.text.expose();
    let mut by_string: BTreeMap<(&str, EntityType, Unsaid), Candidate> = BTreeMap::new();
    let mut rostered = BTreeSet::new();
    for (n, finding) in bundle.facts.scan.findings.iter().enumerate() {
        let Some(string) = text.get(finding.span.clone()) else { continue };
        let key = (string, finding.entity, Unsaid::of(finding));
        let candidate = by_string.entry(key).or_insert_with(|| Candidate {
            text: Sensitive::new(string.to_owned()),
            entity: finding.entity,
            tier: finding.tier,
            count: 0,
            first: finding.span.clone(),
            code: None,
            said: None,
            rostered: false,
        });
        candidate.count += 1;
        if finding.is_rostered() {
            rostered.insert(string);
        }
        candidate.tier = candidate.tier.max(finding.tier);
        if candidate.code.is_none() {
            candidate.code = bundle.facts.codes.findings.get(&n).cloned();
        }
    }
    for ((string, entity, unsaid), candidate) in &mut by_string {
        candidate.rostered = rostered.contains(string);
        if let Some(choice) = choices.iter().find(|it| it.is_about(string, *entity, *unsaid)) {
            candidate.said = Some(choice.said);
            candidate.code = choice.code.clone().or_else(|| candidate.code.take());
        }
    }
    // Whoever is taken out elsewhere in the item has one code, and no second one.
    let codes: BTreeMap<_, _> = by_string
        .iter()
        .filter(|(key, _)| key.2 == Unsaid::Goes)
        .filter_map(|(key, it)| Some(((key.0, key.1), it.code.clone()?)))
        .collect();
    for ((string, entity, _), candidate) in &mut by_string {
        candidate.code = candidate.code.take().or_else(|| codes.get(&(*string, *entity)).cloned());
    }
    let mut candidates: Vec<_> = by_string.into_values().collect();
    candidates.sort_by_key(|it| (it.tier, std::cmp::Reverse(it.count), it.first.start));
    candidates
}
