//! Which findings and labels of an item name the same thing.
//!
//! In doubt two: one code for two people would be worse than two codes for one.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    detect::Detected,
    entity::EntityType,
    id::Code,
    roster::{
        role::is_role_word,
        speaker::{Speaker, Speakers},
        squeeze::squeezed_name,
    },
    secret::Sensitive,
    transcript::{Role, Transcript},
    view,
};

/// Whom or what a mention is.
#[derive(Debug)]
pub enum Who {
    /// Somebody of the roster.
    Rostered(Code),
    /// Somebody or something else, by its normalised name; the registry hands out a number.
    Named(Sensitive<String>),
}

/// One entity of an item: all findings and labels that name it.
#[derive(Debug)]
pub struct Mention {
    /// What it is.
    pub entity: EntityType,
    /// Who or what.
    pub who: Who,
    /// Shorter forms of the same name that the item uses for nobody else.
    pub(crate) also: Vec<Sensitive<String>>,
    /// Indexes of findings in the scan.
    pub findings: Vec<usize>,
    /// Indexes of label pieces in the layout.
    pub labels: Vec<usize>,
}

/// The entities of one item, in order of their first mention.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Them.
    pub list: Vec<Mention>,
}

/// Whether an entity type's things are told apart by number.
pub(super) const fn is_numbered(entity: EntityType) -> bool {
    matches!(
        entity,
        EntityType::Person
            | EntityType::Place
            | EntityType::Organisation
            | EntityType::Service
            | EntityType::Event
            | EntityType::Occupation
    )
}

/// What a finding or label comes down to.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
enum Key {
    Rostered(Code),
    Named(EntityType, String),
}

/// Groups what will be transformed into entities.
#[must_use]
pub fn mentions(detected: &Transcript<Detected>, speakers: &Speakers<'_>) -> Mentions {
    // EXPOSE: normalised names go into `Sensitive`; the rest of what is kept are indexes.
    let text = detected.text().expose();
    let roster = speakers.roster();
    // In order of the text; labels after findings where both start at one byte.
    let mut found: Vec<(usize, Key, Source)> = Vec::new();
    for (n, finding) in detected.state().scan().findings.iter().enumerate() {
        if !finding.is_transformed() || !is_numbered(finding.entity) {
            continue;
        }
        let person =
            finding.person.and_then(|it| roster.person(it)).filter(|_| finding.entity == EntityType::Person);
        let key = match person {
            Some(person) => Key::Rostered(person.code().clone()),
            None => Key::Named(finding.entity, normal(text, finding.span.clone(), finding.entity)),
        };
        found.push((finding.span.start, key, Source::Finding(n)));
    }
    let mut labels: BTreeMap<&str, Speaker> = BTreeMap::new();
    for (n, piece) in detected.layout().pieces.iter().enumerate().filter(|(_, it)| it.role == Role::Label) {
        let label = text.get(piece.range()).unwrap_or_default();
        // A few labels stand in front of all turns.
        match labels.entry(label).or_insert_with(|| speakers.of(label)) {
            Speaker::Person(_, code) => {
                found.push((piece.start, Key::Rostered(code.clone()), Source::Label(n)));
            }
            Speaker::Role => {}
            Speaker::Unknown if is_role_word(label) || !label.contains(char::is_alphabetic) => {}
            Speaker::Unknown => {
                let key = Key::Named(EntityType::Person, normal(text, piece.range(), EntityType::Person));
                found.push((piece.start, key, Source::Label(n)));
            }
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    group(found)
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Finding(usize),
    Label(usize),
}

fn group(found: Vec<(usize, Key, Source)>) -> Mentions {
    let names: BTreeSet<String> = found
        .iter()
        .filter_map(|(_, key, _)| match key {
            Key::Named(EntityType::Person, name) => Some(name.clone()),
            Key::Named(..) | Key::Rostered(_) => None,
        })
        .collect();
    let fuller: BTreeMap<&String, &String> = names
        .iter()
        .filter_map(|short| {
            let mut longer = names.iter().filter(|it| is_short_for(short, it));
            match (longer.next(), longer.next()) {
                (Some(one), None) => Some((short, one)),
                _ => None,
            }
        })
        .collect();
    let mut mentions = Mentions::default();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for (_, key, source) in found {
        let (key, short) = match key {
            Key::Named(EntityType::Person, name) => match fuller.get(&name) {
                Some(full) => (Key::Named(EntityType::Person, (*full).clone()), Some(name)),
                None => (Key::Named(EntityType::Person, name), None),
            },
            Key::Named(..) | Key::Rostered(_) => (key, None),
        };
        let at = *places.entry(key.clone()).or_insert_with(|| {
            let (entity, who) = match key {
                Key::Rostered(code) => (EntityType::Person, Who::Rostered(code)),
                Key::Named(entity, name) => (entity, Who::Named(Sensitive::new(name))),
            };
            mentions.list.push(Mention {
                entity,
                who,
                also: Vec::new(),
                findings: Vec::new(),
                labels: Vec::new(),
            });
            mentions.list.len().saturating_sub(1)
        });
        let Some(mention) = mentions.list.get_mut(at) else { continue };
        match source {
            Source::Finding(n) => mention.findings.push(n),
            Source::Label(n) => mention.labels.push(n),
        }
        // EXPOSE: compared, and put into `Sensitive` again.
        if let Some(short) = short
            && !mention.also.iter().any(|it| *it.expose() == short)
        {
            mention.also.push(Sensitive::new(short));
        }
    }
    mentions
}

/// A name as it is compared: squeezed, without possessive and article; `mr` and `ms` kept before a
/// surname that stands alone, since Mr Wong and Mrs Wong are two.
pub(super) fn normal(text: &str, span: std::ops::Range<usize>, entity: EntityType) -> String {
    let (start, end) = (span.start, span.end);
    let name = squeezed_name(text.get(span).unwrap_or_default());
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let name = name.strip_suffix("'s").unwrap_or(name);
    if entity != EntityType::Person {
        return name.strip_prefix("the ").unwrap_or(name).to_owned();
    }
    let (mut title, mut bare) = ("", name);
    if let Some((first, rest)) = name.split_once(' ')
        && let Some(it) = title_class(first)
    {
        (title, bare) = (it, rest);
    }
    if let Some((it, rest)) =
        HAN_TITLES.iter().find_map(|(word, class)| Some((*class, name.strip_suffix(word)?)))
        && !rest.is_empty()
    {
        (title, bare) = (it, rest);
    }
    let alone = !bare.contains(' ')
        && bare.chars().count() > usize::from(!bare.starts_with(view::is_han))
        && (bare.chars().count() <= 2 || !bare.starts_with(view::is_han));
    if title.is_empty() && alone {
        let before = text.get(..start).unwrap_or_default().trim_end();
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
        title = title_class(&word.to_lowercase()).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        if let Some((_, class)) = HAN_TITLES.iter().find(|(word, _)| after.starts_with(word)) {
            title = class;
        }
    }
    if alone && !title.is_empty() { format!("{title} {bare}") } else { bare.to_owned() }
}

fn title_class(word: &str) -> Option<&'static str> {
    match word.trim_end_matches('.') {
        "mr" => Some("mr"),
        "mrs" | "ms" | "miss" | "madam" => Some("ms"),
        "dr" | "doctor" | "prof" | "professor" | "nurse" | "sir" => Some(""),
        _ => None,
    }
}

const HAN_TITLES: &[(&str, &str)] =
    &[("先生", "mr"), ("太太", "ms"), ("女士", "ms"), ("小姐", "ms"), ("姑娘", "ms")];

/// Whether one name is a shorter form of the other: some of its words in a row, the given name of a Han
/// name, or 阿 and its last character.
fn is_short_for(short: &str, full: &str) -> bool {
    if short == full || short.is_empty() {
        return false;
    }
    // A titled surname is short for a full name that has it at an end.
    let (titled, short) = match short.split_once(' ') {
        Some(("mr" | "ms", rest)) => (true, rest),
        _ => (false, short),
    };
    if full.starts_with("mr ") || full.starts_with("ms ") {
        return !titled && full.split_once(' ').is_some_and(|(_, rest)| rest == short);
    }
    let han = |it: &str| !it.is_empty() && it.chars().all(view::is_han);
    if han(short) && han(full) {
        let (short_len, full_len) = (short.chars().count(), full.chars().count());
        if full_len < 3 || short_len >= full_len {
            return false;
        }
        let nick = short.strip_prefix('阿').is_some_and(|it| it.chars().count() == 1 && full.ends_with(it));
        let surname = titled && short_len == 1 && full.starts_with(short);
        return nick || surname || short_len == 2 && full.ends_with(short);
    }
    let words: Vec<&str> = short.split(' ').collect();
    let all: Vec<&str> = full.split(' ').collect();
    words.len() < all.len()
        && words.iter().all(|it| it.chars().count() > 1)
        && all.windows(words.len()).any(|it| it == words.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(short: &str, full: &str, want: bool) {
        assert_eq!(is_short_for(short, full), want, "{short} for {full}");
    }

    #[test]
    fn shorter_forms_are_told() {
        check("tai man", "chan tai man", true);
        check("grace", "grace okafor", true);
        check("大文", "陳大文", true);
        check("阿文", "陳大文", true);
        check("mr chan", "chan tai man", true);
        check("wong", "mr wong", true);
        check("ms wong", "mr wong", false);
        check("大文", "文大明", false);
        check("陳大", "陳大文", false);
        check("man", "manning tai", false);
        check("t", "t chan", false);
    }

    fn grouped(names: &[&str]) -> Vec<Vec<usize>> {
        let found = names
            .iter()
            .enumerate()
            .map(|(n, it)| (n, Key::Named(EntityType::Person, (*it).to_owned()), Source::Finding(n)));
        group(found.collect()).list.into_iter().map(|it| it.findings).collect()
    }

    #[test]
    fn a_short_form_of_two_people_stands_for_itself() {
        assert_eq!(grouped(&["chan tai man", "tai man", "chan tai man"]), [vec![0, 1, 2]]);
        assert_eq!(grouped(&["chan tai man", "wong tai man", "tai man"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["mr wong", "ms wong", "wong"]), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn titles_keep_a_couple_apart() {
        for (text, name, want) in [
            ("Mr Wong came", "Wong", "mr wong"),
            ("Mrs. Wong's cat", "Wong's", "ms wong"),
            ("Mr Wong", "Mr Wong", "mr wong"),
            ("黃先生", "黃", "mr 黃"),
            ("Dr. Wong", "Dr. Wong", "wong"),
            ("Mr Chan Tai Man", "Chan Tai Man", "chan tai man"),
            ("the Chan Tai-man’s", "Chan Tai-man’s", "chan tai man"),
        ] {
            let start = text.find(name).unwrap();
            assert_eq!(normal(text, start..start + name.len(), EntityType::Person), want, "{text}");
        }
        let place = "The Harbour Club";
        assert_eq!(normal(place, 0..place.len(), EntityType::Organisation), "harbour club");
    }
}
