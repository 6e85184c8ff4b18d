//! Which names of an item are one person's: the same name written otherwise, and shorter forms of exactly one fuller
//! name. In doubt two.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    roster::{latin, romanised, variants},
    view,
};

/// What the names of an item come to.
#[derive(Debug, Default)]
pub(super) struct Related {
    /// A short form, and the only name that it is short for.
    pub(super) fuller: BTreeMap<String, String>,
    /// A name, and how else the same name is written in the item; each group under its first writing.
    pub(super) writings: BTreeMap<String, String>,
}

/// Relates names, normalised; of those that are marked a final `s` may be a possessive.
pub(super) fn relate(names: &BTreeMap<String, bool>) -> Related {
    let all: Vec<&str> = names.keys().map(String::as_str).collect();
    let writings = writings(&all);
    let class = |name: &str| writings.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (short, possessive) in names {
        let bare = short.strip_suffix('s').filter(|it| *possessive && it.chars().count() > 3);
        let stands_for = |full: &str| {
            is_short_for(short, full) || bare.is_some_and(|it| it == full || is_short_for(it, full))
        };
        let fuller = all.iter().copied().filter(|it| class(it) != class(short) && stands_for(it));
        direct.insert(short, fuller.collect());
    }
    let mut fuller = BTreeMap::new();
    for short in &all {
        // `Wong` is short for `Mr Wong`, who is Wong Tai Man: one person, if nobody else is called so.
        let mut last = BTreeSet::new();
        let mut open: Vec<&str> = direct.get(short).into_iter().flatten().copied().collect();
        let mut met: BTreeSet<&str> = open.iter().copied().collect();
        while let Some(name) = open.pop() {
            let next = direct.get(name).filter(|it| !it.is_empty());
            let Some(next) = next else {
                last.insert(class(name));
                continue;
            };
            open.extend(next.iter().copied().filter(|it| met.insert(it)));
        }
        if let Some(one) = last.pop_first().filter(|_| last.is_empty()) {
            fuller.insert((*short).to_owned(), one);
        }
    }
    let writings = writings.into_iter().filter(|(name, first)| name != first && !fuller.contains_key(name));
    let writings = writings.collect();
    Related { fuller, writings }
}

/// Names that are the same, each with the first writing of its group: a Han one where there is one.
fn writings(names: &[&str]) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for across in [true, false] {
        let same = |a: &str, b: &str| {
            if is_han(a) == is_han(b) { is_rewritten(a, b) } else { across && is_spelled(a, b) }
        };
        let mut left: BTreeSet<&str> = names.iter().copied().filter(|it| !known.contains_key(*it)).collect();
        while let Some(first) = left.pop_first() {
            let mut group = vec![first];
            let mut at = 0;
            while let Some(one) = group.get(at).copied() {
                let more: Vec<&str> = left.iter().copied().filter(|it| same(one, it)).collect();
                left.retain(|it| !more.contains(it));
                group.extend(more);
                at = at.saturating_add(1);
            }
            // Where a spelling fits two names, nobody knows whose it is.
            let agreed = group
                .iter()
                .enumerate()
                .all(|(n, a)| group.iter().skip(n.saturating_add(1)).all(|b| same(a, b)));
            if group.len() > 1 && agreed {
                group.sort_by_key(|it| (!is_han(it), *it));
                let first = group.first().copied().unwrap_or(first);
                known.extend(group.iter().map(|it| ((*it).to_owned(), first.to_owned())));
            }
        }
    }
    known
}

fn is_han(name: &str) -> bool {
    let bare = untitled(name).1;
    !bare.is_empty() && bare.chars().all(view::is_han)
}

/// The title that keeps a couple apart, and the name.
fn untitled(name: &str) -> (&str, &str) {
    match name.split_once(' ') {
        Some((title @ ("mr" | "ms"), rest)) => (title, rest),
        _ => ("", name),
    }
}

/// Whether two names in one script are one: traditional and simplified, with and without hyphen, surname first or last.
fn is_rewritten(a: &str, b: &str) -> bool {
    let ((title, a), (other, b)) = (untitled(a), untitled(b));
    if title != other || a == b {
        return title == other;
    }
    if is_han(a) && is_han(b) {
        return variants::of(a).iter().any(|it| it == b) || variants::of(b).iter().any(|it| it == a);
    }
    let joined = |it: &str| it.replace([' ', ','], "");
    if joined(a) == joined(b) {
        return true;
    }
    let (ours, theirs) = (readings(a), readings(b));
    ours.iter().any(|it| theirs.contains(it))
}

/// The surname of a Latin name and all that is not, together; none where it is not clear which is which.
fn readings(name: &str) -> Vec<(String, String)> {
    let comma = name.split_once(',').map(|(family, given)| (family.trim(), given.trim()));
    let words: Vec<&str> =
        name.split(' ').map(|it| it.trim_end_matches(',')).filter(|it| !it.is_empty()).collect();
    let one = |(family, given): (String, Vec<&str>)| (family, given.concat());
    if let Some((family, given)) = comma {
        return vec![(family.to_owned(), given.replace(' ', ""))];
    }
    if let Some(it) = latin::two_words(&words) {
        return vec![one(it)];
    }
    let [first, middle @ .., last] = words.as_slice() else { return Vec::new() };
    let mut all = Vec::new();
    if latin::is_surname(first) {
        all.push(((*first).to_owned(), format!("{}{last}", middle.concat())));
    }
    if latin::is_surname(last) || all.is_empty() {
        all.push(((*last).to_owned(), format!("{first}{}", middle.concat())));
    }
    // `Ho Lam` and `Lam Ho` may be two.
    if all.len() > 1 && middle.is_empty() { Vec::new() } else { all }
}

/// Whether one is how the other is spelled in Latin letters.
fn is_spelled(a: &str, b: &str) -> bool {
    let (han, other) = if is_han(a) { (a, b) } else { (b, a) };
    let ((title, han), (same, other)) = (untitled(han), untitled(other));
    let mut chars = han.chars();
    match (title == same, title, chars.next(), chars.next()) {
        (false, ..) => false,
        (true, "", ..) => romanised::is_of(other, han),
        (true, _, Some(one), None) => romanised::spells(one, other),
        (true, ..) => romanised::is_of(other, han),
    }
}

/// Whether one name is a shorter form of the other: some of its words in a row, the given name of a Han
/// name, or its last character and a form of address; in the other script, its given name.
pub(super) fn is_short_for(short: &str, full: &str) -> bool {
    if short == full || short.is_empty() {
        return false;
    }
    // A titled surname is short for a full name that has it at an end.
    let (title, short) = untitled(short);
    if full.starts_with("mr ") || full.starts_with("ms ") {
        return title.is_empty() && untitled(full).1 == short;
    }
    let han = |it: &str| !it.is_empty() && it.chars().all(view::is_han);
    match (han(short), han(full)) {
        (true, true) => is_short_han(title, short, full),
        (false, true) => romanised::is_given(&short.split(' ').collect::<Vec<_>>(), full),
        (true, false) => title.is_empty() && is_given_of_latin(short, full),
        (false, false) => is_short_latin(short, full),
    }
}

fn is_short_han(title: &str, short: &str, full: &str) -> bool {
    const ADDRESS: &[char] = &['仔', '姐', '哥', '姨', '叔', '伯'];
    let (short_len, full_len) = (short.chars().count(), full.chars().count());
    let one = |it: &str| it.chars().count() == 1 && full.ends_with(it);
    let called = short.strip_prefix('阿').is_some_and(one) || short.strip_suffix(ADDRESS).is_some_and(one);
    if called && full_len >= 2 {
        // 阿文 is Chan Tai-man's form of address, and Chan Man's.
        return full_len >= 3 || romanised::opens_with_surname(full);
    }
    if full_len < 3 || short_len >= full_len {
        return false;
    }
    let surname = !title.is_empty() && short_len == 1 && full.starts_with(short);
    let given = |it: &str| it.chars().count() == 2 && full.ends_with(it);
    surname || given(short) || variants::of(short).iter().any(|it| given(it))
}

fn is_short_latin(short: &str, full: &str) -> bool {
    let words: Vec<&str> = short.split(' ').collect();
    let all: Vec<&str> = full.split(' ').map(|it| it.trim_end_matches(',')).collect();
    let joined = words.concat();
    words.iter().all(|it| it.chars().count() > 1)
        && (1..all.len()).any(|many| all.windows(many).any(|it| it.concat() == joined))
}

/// Whether two characters are read as two syllables of a longer Latin name.
fn is_given_of_latin(han: &str, full: &str) -> bool {
    let all: Vec<&str> = full.split([' ', '-']).map(|it| it.trim_end_matches(',')).collect();
    han.chars().count() == 2
        && (1..=2).any(|many| all.len() > many && all.windows(many).any(|it| romanised::is_written(han, it)))
}
