//! Which findings and labels of an item name the same thing.
//!
//! In doubt two: one code for two people would be worse than two codes for one.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use self::names::{Related, relate};
use crate::{
    detect::Detected,
    entity::{EntityType, Layer, Tier},
    id::Code,
    roster::{
        role::is_role_word,
        speaker::{Speaker, Speakers},
        squeeze::squeezed_name,
    },
    secret::Sensitive,
    transcript::{Role, Transcript},
    view::{self, folded_name},
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
    /// Those of its names that were found beyond doubt somewhere in the item.
    pub(crate) certain: Vec<Sensitive<String>>,
    /// Which mention is the same name in another writing, 陳大文 of `Chan Tai Man`, by its place in the list.
    pub(crate) same_as: Option<usize>,
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

impl Mentions {
    /// The names of persons that the roster does not have, short forms among them, and whether each is certain.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        let persons = self.list.iter().filter(|it| it.entity == EntityType::Person);
        persons.flat_map(|it| {
            let name = match &it.who {
                Who::Named(name) => Some(name),
                Who::Rostered(_) => None,
            };
            // EXPOSE: to keyed digests.
            name.into_iter()
                .chain(&it.also)
                .map(|name| (name.expose().as_str(), it.is_certain(name.expose())))
        })
    }
}

impl Mention {
    /// Whether one of its names was found beyond doubt.
    pub(crate) fn is_certain(&self, name: &str) -> bool {
        // EXPOSE: compared.
        self.certain.iter().any(|it| it.expose() == name)
    }
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

/// Groups what will be transformed into entities. `rungs` has the one name of what has several: 青山醫院 is Castle Peak
/// Hospital.
#[must_use]
pub fn mentions(
    detected: &Transcript<Detected>,
    speakers: &Speakers<'_>,
    rungs: &BTreeMap<String, String>,
) -> Mentions {
    // EXPOSE: normalised names go into `Sensitive`; the rest of what is kept are indexes.
    let text = detected.text().expose();
    let roster = speakers.roster();
    // In order of the text; labels after findings where both start at one byte.
    let mut found: Vec<(usize, Key, Source)> = Vec::new();
    let mut persons = Persons::default();
    for (n, finding) in detected.state().scan().findings.iter().enumerate() {
        if !finding.is_transformed() || !is_numbered(finding.entity) {
            continue;
        }
        let person =
            finding.person.and_then(|it| roster.person(it)).filter(|_| finding.entity == EntityType::Person);
        let key = if let Some(person) = person {
            Key::Rostered(person.code().clone())
        } else {
            let original = text.get(finding.span.clone()).unwrap_or_default();
            let one = Some(original).filter(|_| finding.entity != EntityType::Person);
            let one = one.and_then(|it| one_name(rungs, it));
            let name = one.unwrap_or_else(|| normal(text, finding.span.clone(), finding.entity));
            if finding.entity == EntityType::Person {
                *persons.swept.entry(name.clone()).or_insert(true) &= finding.layer == Layer::Sweep;
                if finding.tier == Tier::Certain {
                    persons.certain.insert(name.clone());
                }
            }
            Key::Named(finding.entity, name)
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
                let name = normal(text, piece.range(), EntityType::Person);
                persons.swept.insert(name.clone(), false);
                persons.certain.insert(name.clone());
                found.push((piece.start, Key::Named(EntityType::Person, name), Source::Label(n)));
            }
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    group(found, &persons)
}

/// The one name, squeezed, of what has several in the lists of rungs.
pub(crate) fn one_name(rungs: &BTreeMap<String, String>, original: &str) -> Option<String> {
    rungs.get(&folded_name(original)).map(|it| squeezed_name(it))
}

/// What is told of the names of persons beyond where they stand.
#[derive(Debug, Default)]
struct Persons {
    /// Them all, and of each whether it was met only where another name was searched for.
    swept: BTreeMap<String, bool>,
    /// Those found beyond doubt.
    certain: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Finding(usize),
    Label(usize),
}

fn group(found: Vec<(usize, Key, Source)>, persons: &Persons) -> Mentions {
    let Related { fuller, writings } = relate(&persons.swept);
    let mut mentions = Mentions::default();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for (_, key, source) in found {
        let (key, short) = match key {
            Key::Named(EntityType::Person, name) => match fuller.get(&name) {
                Some(full) => (Key::Named(EntityType::Person, full.clone()), Some(name)),
                None => (Key::Named(EntityType::Person, name), None),
            },
            Key::Named(..) | Key::Rostered(_) => (key, None),
        };
        let name = match &key {
            Key::Named(EntityType::Person, name) => Some(short.as_ref().unwrap_or(name)),
            Key::Named(..) | Key::Rostered(_) => None,
        };
        let certain = name.filter(|it| persons.certain.contains(*it)).cloned();
        let at = *places.entry(key.clone()).or_insert_with(|| {
            let (entity, who) = match key {
                Key::Rostered(code) => (EntityType::Person, Who::Rostered(code)),
                Key::Named(entity, name) => (entity, Who::Named(Sensitive::new(name))),
            };
            mentions.list.push(Mention {
                entity,
                who,
                also: Vec::new(),
                certain: Vec::new(),
                same_as: None,
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
        if let Some(name) = certain
            && !mention.is_certain(&name)
        {
            mention.certain.push(Sensitive::new(name));
        }
    }
    for (name, first) in writings {
        let place = |it: String| places.get(&Key::Named(EntityType::Person, it)).copied();
        if let (Some(at), Some(first)) = (place(name), place(first))
            && let Some(mention) = mentions.list.get_mut(at)
        {
            mention.same_as = Some(first);
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
    // 陳生 is 陳先生; whose given name ends so has more than one character before it.
    if let Some((it, rest)) =
        [("生", "mr"), ("太", "ms")].iter().find_map(|(word, class)| Some((*class, name.strip_suffix(word)?)))
        && rest.chars().count() == 1
        && rest.chars().all(view::is_han)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(short: &str, full: &str, want: bool) {
        assert_eq!(names::is_short_for(short, full), want, "{short} for {full}");
    }

    #[test]
    fn shorter_forms_are_told() {
        check("tai man", "chan tai man", true);
        check("taiman", "chan tai man", true);
        check("tai man", "chan taiman", true);
        check("grace", "grace okafor", true);
        check("大文", "陳大文", true);
        check("国华", "陳國華", true);
        check("阿文", "陳大文", true);
        check("文姐", "陳大文", true);
        check("阿文", "陳文", true);
        check("mr chan", "chan tai man", true);
        check("wong", "mr wong", true);
        check("tai man", "陳大文", true);
        check("大文", "chan tai man", true);
        check("大文", "david chan taiman", true);
        check("ms wong", "mr wong", false);
        check("大文", "文大明", false);
        check("陳大", "陳大文", false);
        check("大姐", "陳大文", false);
        check("man", "manning tai", false);
        check("t", "t chan", false);
        check("man", "陳大文", false);
        check("大文", "tai man", false);
        check("小文", "chan tai man", false);
        check("tai man", "tai man", false);
    }

    /// Which names are one person's, by the place of the first.
    fn grouped(names: &[&str]) -> Vec<Vec<usize>> {
        grouped_with(names, &[])
    }

    fn grouped_with(names: &[&str], swept: &[&str]) -> Vec<Vec<usize>> {
        let found = names
            .iter()
            .enumerate()
            .map(|(n, it)| (n, Key::Named(EntityType::Person, (*it).to_owned()), Source::Finding(n)));
        let swept = names.iter().map(|it| ((*it).to_owned(), swept.contains(it))).collect();
        let persons = Persons { swept, ..Persons::default() };
        let mentions = group(found.collect(), &persons).list;
        let mut all: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, it) in mentions.into_iter().enumerate() {
            all.entry(it.same_as.unwrap_or(n)).or_default().extend(it.findings);
        }
        let mut all: Vec<_> = all.into_values().collect();
        for it in &mut all {
            it.sort_unstable();
        }
        all.sort();
        all
    }

    #[test]
    fn a_short_form_of_two_people_stands_for_itself() {
        assert_eq!(grouped(&["chan tai man", "tai man", "chan tai man"]), [vec![0, 1, 2]]);
        assert_eq!(grouped(&["chan tai man", "wong tai man", "tai man"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["mr wong", "ms wong", "wong"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["陳大文", "黃大文", "大文", "阿文"]), [vec![0], vec![1], vec![2], vec![3]]);
        assert_eq!(grouped(&["grace okafor", "grace lam", "grace"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["wong", "mr wong", "wong tai man"]), [vec![0, 1, 2]]);
        assert_eq!(grouped(&["wong", "mr wong", "wong tai man", "wong ka yan"]).len(), 4);
    }

    #[test]
    fn one_person_in_two_scripts_is_one() {
        assert_eq!(grouped(&["chan tai man", "陳大文", "tai man", "大文", "阿文"]), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(grouped(&["陳大文", "tai man"]), [vec![0, 1]]);
        assert_eq!(grouped(&["tai man chan", "陈大文", "陳大文", "chan taiman"]), [vec![0, 1, 2, 3]]);
        assert_eq!(grouped(&["mr chan", "mr 陳"]), [vec![0, 1]]);
        assert_eq!(grouped(&["mr chan", "ms 陳"]), [vec![0], vec![1]]);
    }

    #[test]
    fn a_spelling_of_two_names_is_neither_s() {
        assert_eq!(grouped(&["陳大文", "陳戴文", "chan tai man"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["陳大文", "chan tai man", "chan dai man"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["陳大文", "黃大文", "tai man"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["鍾小明", "鐘小明", "钟小明"]), [vec![0], vec![1], vec![2]]);
        assert_eq!(grouped(&["ho lam", "lam ho"]), [vec![0], vec![1]]);
        assert_eq!(grouped(&["陳大文", "wong tai man", "chan siu man"]), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn a_possessive_without_its_apostrophe_is_the_name() {
        assert_eq!(grouped_with(&["fatima", "fatimas"], &["fatimas"]), [vec![0, 1]]);
        assert_eq!(grouped_with(&["fatima rahmani", "fatimas"], &["fatimas"]), [vec![0, 1]]);
        assert_eq!(grouped(&["william", "williams"]), [vec![0], vec![1]], "found for itself");
    }

    #[test]
    fn titles_keep_a_couple_apart() {
        for (text, name, want) in [
            ("Mr Wong came", "Wong", "mr wong"),
            ("Mrs. Wong's cat", "Wong's", "ms wong"),
            ("Mr Wong", "Mr Wong", "mr wong"),
            ("黃先生", "黃", "mr 黃"),
            ("黃生", "黃生", "mr 黃"),
            ("黃水生", "黃水生", "黃水生"),
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
