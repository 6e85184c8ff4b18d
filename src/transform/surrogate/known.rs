//! Knows the surrogates of an item again, by keyed digests: nobody who reads the catalog learns which names in a
//! release are nobody's.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::super::CodeTable;
use crate::{
    config::Action,
    detect::Scan,
    entity::EntityType,
    id::Digest,
    roster::name_key::{NameKey, Purpose},
    transform::Policy,
    view,
};

/// What is kept of one surrogate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What it took the place of.
    pub entity: EntityType,
    /// Its characters.
    pub chars: u16,
    /// Whether it begins in a Han character.
    pub han: bool,
    /// Its keyed digest.
    pub digest: Digest,
}

/// What is kept of an item's surrogates.
#[must_use]
pub fn known(names: &NameKey, scan: &Scan, codes: &CodeTable, policy: &Policy) -> Vec<Known> {
    let of = |(n, surrogate): (&usize, &String)| {
        let entity = scan.findings.get(*n)?.entity;
        let chars = u16::try_from(surrogate.chars().count()).ok()?;
        let asked = policy.action(entity) == Action::Surrogate;
        asked.then(|| Known {
            entity,
            chars,
            han: surrogate.starts_with(view::is_han),
            digest: digest(names, surrogate),
        })
    };
    let mut known: Vec<Known> = codes.surrogates.iter().filter_map(of).collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn digest(names: &NameKey, surrogate: &str) -> Digest {
    names.digest(Purpose::Surrogate, &["known", surrogate])
}

/// Where they stand in a text, the longest first where several begin.
pub(in crate::transform) fn find(
    names: &NameKey,
    known: &[Known],
    text: &str,
) -> Vec<(Range<usize>, EntityType)> {
    let mut found = Vec::new();
    if known.is_empty() {
        return found;
    }
    // By script and length, longest first.
    let mut by_form: BTreeMap<(bool, std::cmp::Reverse<u16>), BTreeMap<Digest, EntityType>> = BTreeMap::new();
    for it in known {
        by_form.entry((it.han, std::cmp::Reverse(it.chars))).or_default().insert(it.digest, it.entity);
    }
    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    let word = |c: Option<char>| c.is_some_and(|it| it.is_ascii_alphanumeric());
    let mut reach = 0;
    for (n, start) in places.iter().enumerate() {
        let Some(first) = text.get(*start..).and_then(|it| it.chars().next()) else { break };
        let before = text.get(..*start).and_then(|it| it.chars().next_back());
        if *start < reach || word(before) && word(Some(first)) {
            continue;
        }
        for ((han, chars), wanted) in &by_form {
            let Some(end) = places.get(n.saturating_add(usize::from(chars.0))) else { continue };
            let stretch = text.get(*start..*end).unwrap_or_default();
            let after = text.get(*end..).and_then(|it| it.chars().next());
            if *han != view::is_han(first) || word(after) && word(stretch.chars().next_back()) {
                continue;
            }
            if let Some(entity) = wanted.get(&digest(names, stretch)) {
                found.push((*start..*end, *entity));
                reach = *end;
                break;
            }
        }
    }
    found
}
