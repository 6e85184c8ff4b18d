//! The markers that stand in the output, how they are found again, and how a source's own are escaped.
//!
//! Surrogates bear no brackets; they are told by keyed digests, and count as markers wherever markers do.
//!
//! A marker is `[` a code `]`, `[` a noun `]`, `[` a noun, a hyphen and a number `]`, or `[` a noun, a colon
//! and what is left of the original `]`. A source that has what looks like one gets `source: ` after its
//! bracket, which makes it none.
//!
//! Two questions, answered apart. What looks like a marker (`escapes`) is answered widely, since whatever an
//! analyst could take for one has to be escaped. What is a marker of ours ([`Markers`]) is answered narrowly,
//! since nothing is searched in there: only what the transform can have written, letter for letter.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    Policy, age, date,
    kin::FAMILY_MEMBER,
    surrogate::known::{self, Known},
};
use crate::{
    config::Action,
    detect::Scan,
    entity::EntityType,
    id::Digest,
    roster::name_key::{NameKey, Purpose},
    transcript::{Edit, Layout, Piece, Role, Transcript},
    view::View,
};

/// The longest marker, brackets included.
const MAX_MARKER_BYTES: usize = 256;

/// What stands after the bracket of a marker that the source brought along.
const ESCAPE: &str = "[source: ";

/// The word before a year.
const YEAR: &str = "year";

/// The markers that the transform can have written into one item. Anything else between brackets is speech.
#[derive(Debug)]
pub struct Markers {
    /// The study's codes of people.
    pub(crate) codes: BTreeSet<String>,
    /// The greatest number that was handed out for each entity type.
    pub(crate) numbers: BTreeMap<EntityType, u32>,
    /// What is done to which entity type.
    pub(crate) policy: Policy,
    /// The key of `rungs`.
    pub(crate) names: NameKey,
    /// Keyed digests of what the item's places and services can become: [`rungs`].
    pub(crate) rungs: BTreeSet<Digest>,
    /// What is kept of the item's surrogates, under the same key.
    pub(crate) surrogates: Vec<Known>,
}

/// A marker or a surrogate, as it is read again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token<'t> {
    /// A code, without brackets.
    Code(&'t str),
    /// What is left of an original: `place`, `Tuen Mun`.
    Left(&'t str, &'t str),
    /// The kind of what stood there, and nothing else.
    Bare,
    /// A surrogate, and what it is one of.
    Surrogate(EntityType, &'t str),
}

impl Markers {
    /// Where they stand in a transcript: in what was said, and labels that are codes.
    #[must_use]
    pub fn places<S>(&self, transcript: &Transcript<S>) -> Vec<Range<usize>> {
        // EXPOSE: searched for markers, of which offsets are kept.
        let text = transcript.text().expose();
        self.tokens(text, &transcript.layout().pieces).into_iter().map(|it| it.0).collect()
    }

    /// Where they stand in a text that has a layout, in order, and what each of them says.
    pub(super) fn tokens<'t>(&self, text: &'t str, pieces: &[Piece]) -> Vec<(Range<usize>, Token<'t>)> {
        let mut tokens = Vec::new();
        for piece in pieces {
            let source = text.get(piece.range()).unwrap_or_default();
            match piece.role {
                Role::Header | Role::Speech => {
                    let found = self.found(source).into_iter();
                    tokens.extend(found.filter_map(|(it, surrogate)| {
                        let written = source.get(it.clone())?;
                        let token = match surrogate {
                            Some(entity) => Token::Surrogate(entity, written),
                            None => self.token(written)?,
                        };
                        Some((
                            piece.start.saturating_add(it.start)..piece.start.saturating_add(it.end),
                            token,
                        ))
                    }));
                }
                Role::Label if self.is_code(source) => tokens.push((piece.range(), Token::Code(source))),
                Role::Label | Role::Timing | Role::Dropped => {}
            }
        }
        tokens
    }

    /// Whether something looks like a marker and is none that can be written now: settings or roster have changed since
    /// it was.
    pub(super) fn has_unknown(&self, text: &str, pieces: &[Piece]) -> bool {
        let known: Vec<_> = self.tokens(text, pieces).into_iter().map(|it| it.0).collect();
        pieces.iter().filter(|it| it.is_searched()).any(|piece| {
            let view = View::of_joined(text, [("", piece.range())]);
            markers(&view).into_iter().map(|it| view.source(it)).any(|it| {
                let same = known.partition_point(|known| known.start < it.start);
                known.get(same) != Some(&it)
            })
        })
    }

    fn token<'t>(&self, marker: &'t str) -> Option<Token<'t>> {
        let content = marker.strip_prefix('[')?.strip_suffix(']')?;
        Some(match content.split_once(": ") {
            Some((noun, rest)) => Token::Left(noun, rest),
            None if self.is_code(content) => Token::Code(content),
            None => Token::Bare,
        })
    }

    /// How many of them stand for what was said, by what they took the place of.
    #[must_use]
    pub fn counts<S>(&self, transcript: &Transcript<S>) -> BTreeMap<EntityType, u64> {
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        // EXPOSE: searched for markers, which are counted.
        let text = transcript.text().expose();
        for piece in transcript.layout().pieces.iter().filter(|it| it.is_searched()) {
            let speech = text.get(piece.range()).unwrap_or_default();
            let markers = self.markers(speech);
            let surrogates = self.surrogates(speech, &markers).into_iter().map(|it| it.1);
            for entity in
                markers.into_iter().filter_map(|it| self.stands_for(speech.get(it)?)).chain(surrogates)
            {
                let count = counts.entry(entity).or_default();
                *count = count.saturating_add(1);
            }
        }
        counts
    }

    /// What a marker of ours took the place of.
    fn stands_for(&self, marker: &str) -> Option<EntityType> {
        let content = marker.strip_prefix('[')?.strip_suffix(']')?;
        if self.codes.contains(content) {
            let noun = content.rsplit_once('-').map(|it| it.0);
            return Some(noun.and_then(entity_of).unwrap_or(EntityType::Person));
        }
        let noun = content.split_once(": ").map_or(content, |it| it.0);
        if noun == YEAR {
            return Some(EntityType::Date);
        }
        entity_of(noun).or_else(|| entity_of(noun.rsplit_once('-')?.0))
    }

    /// Where they and surrogates stand in a text that has no layout, brackets included; in order.
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.found(text).into_iter().map(|it| it.0).collect()
    }

    /// The same; with a surrogate comes what it is one of.
    fn found(&self, text: &str) -> Vec<(Range<usize>, Option<EntityType>)> {
        let markers = self.markers(text);
        let surrogates = self.surrogates(text, &markers);
        let mut found: Vec<_> = markers.into_iter().map(|it| (it, None)).collect();
        if !surrogates.is_empty() {
            found.extend(surrogates.into_iter().map(|(it, entity)| (it, Some(entity))));
            found.sort_unstable_by_key(|it| it.0.start);
        }
        found
    }

    /// Surrogates outside markers.
    fn surrogates(&self, text: &str, markers: &[Range<usize>]) -> Vec<(Range<usize>, EntityType)> {
        let mut found = known::find(&self.names, &self.surrogates, text);
        found.retain(|(it, _)| is_outside(it, markers));
        found
    }

    fn markers(&self, text: &str) -> Vec<Range<usize>> {
        let opened = text.match_indices('[').filter_map(|(start, _)| {
            let from = start.saturating_add(1);
            let rest = text.get(from..)?;
            let content = rest.get(..rest.find(['[', ']'])?)?;
            let end = from.saturating_add(content.len()).saturating_add(1);
            let whole = text.get(start..end)?;
            (whole.ends_with(']') && whole.len() <= MAX_MARKER_BYTES && self.writes(content))
                .then_some(start..end)
        });
        opened.collect()
    }

    /// Those that stand in a text, each once: what a parser must not take for speakers.
    pub(crate) fn strings(&self, text: &str) -> BTreeSet<String> {
        let found = self.find(text).into_iter().filter_map(|it| text.get(it).map(str::to_owned));
        // Nobody is found by it, and nobody speaks by that name.
        found.chain(text.contains(FAMILY_MEMBER).then(|| FAMILY_MEMBER.to_owned())).collect()
    }

    /// Whether the transform writes that between brackets, letter for letter.
    fn writes(&self, content: &str) -> bool {
        match content.split_once(": ") {
            Some((noun, rest)) => self.leaves(noun, rest),
            None => self.is_code(content) || entity_of(content).is_some(),
        }
    }

    /// Whether a code of that form was handed out.
    fn is_code(&self, content: &str) -> bool {
        let numbered = || {
            let (noun, digits) = content.rsplit_once('-')?;
            let number: u32 = digits.parse().ok()?;
            let handed_out = self.numbers.get(&entity_of(noun)?).copied().unwrap_or(0);
            Some(number.to_string() == digits && (1..=handed_out).contains(&number))
        };
        self.codes.contains(content) || numbered().unwrap_or(false)
    }

    /// Whether that is what the study's settings leave of an original.
    fn leaves(&self, noun: &str, rest: &str) -> bool {
        let asked = |action| EntityType::ALL.iter().any(|it| self.policy.action(*it) == action);
        let entity = entity_of(noun);
        match noun {
            YEAR => asked(Action::YearOnly) && date::year(rest).is_some_and(|it| it.to_string() == rest),
            _ if entity == Some(EntityType::Age) && asked(Action::AgeBand) => {
                age::is_band(rest, self.policy.detail().age_years)
            }
            _ if entity == Some(EntityType::Date) && asked(Action::DateShift) => {
                self.policy.shift_days() != 0 && date::shifted(rest, 0).as_deref() == Some(rest)
            }
            _ => entity.is_some_and(|it| {
                self.policy.action(it) == Action::Generalize
                    && self.rungs.contains(&rung_digest(&self.names, it, rest))
            }),
        }
    }
}

/// The codes that stand in a text by themselves: no letter, digit or other word joins them.
pub fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.map(|it| it.trim_matches('-')).filter(|it| it.contains('-'))
}

/// Whether a range touches none of some, which are in order.
pub(super) fn is_outside(it: &Range<usize>, markers: &[Range<usize>]) -> bool {
    let next = markers.get(markers.partition_point(|marker| marker.end <= it.start));
    next.is_none_or(|marker| it.end <= marker.start)
}

/// Keyed digests of everything that an item's findings can be generalized to.
pub(crate) fn rungs(names: &NameKey, scan: &Scan, policy: &Policy) -> BTreeSet<Digest> {
    let wider = scan.findings.iter().filter(|it| policy.action(it.entity) == Action::Generalize);
    let said = |it: &&String| !it.is_empty();
    wider
        .flat_map(|it| it.ladder.iter().filter(said).map(|rung| rung_digest(names, it.entity, &bare(rung))))
        .collect()
}

pub(super) fn rung_digest(names: &NameKey, entity: EntityType, rung: &str) -> Digest {
    names.digest(Purpose::Rung, &[entity.name(), rung])
}

/// `[content]`.
pub(super) fn marker(content: &str) -> String {
    format!("[{}]", bare(content))
}

/// What comes from a list could hold brackets; a marker has one pair.
fn bare(content: &str) -> String {
    content.chars().filter(|it| !matches!(it, '[' | ']' | '\n' | '\r' | '<' | '>')).collect()
}

/// `[noun]`.
pub(super) fn typed(entity: EntityType) -> String {
    marker(entity.noun())
}

/// `[noun: rest]`.
pub(super) fn with_rest(noun: &str, rest: &str) -> String {
    marker(&format!("{noun}: {rest}"))
}

/// `[year: 1961]`.
pub(super) fn year(year: u16) -> String {
    with_rest(YEAR, &year.to_string())
}

/// The edits that escape whatever in a source looks like a marker.
pub(super) fn escapes(text: &str, layout: &Layout) -> Vec<Edit> {
    let mut edits = Vec::new();
    for piece in layout.pieces.iter().filter(|it| it.is_searched()) {
        let source = text.get(piece.range()).unwrap_or_default();
        if !source.contains(['[', '［', '\u{FE47}']) {
            continue;
        }
        let view = View::of_joined(text, [("", piece.range())]);
        edits.extend(markers(&view).into_iter().map(|it| Edit {
            range: view.source(it.start..it.start.saturating_add(1)),
            with: ESCAPE.to_owned(),
        }));
    }
    edits
}

/// Whether an edit's text is that of an escape.
pub(super) fn is_escape(with: &str) -> bool {
    with == ESCAPE
}

/// What looks like a marker in a view, brackets included: more than the transform writes.
fn markers(view: &View) -> Vec<Range<usize>> {
    let folded = view.folded();
    let mut found = Vec::new();
    let mut open = None;
    for (at, c) in folded.char_indices() {
        match c {
            '[' => open = Some(at),
            ']' => {
                if let Some(start) = open.take()
                    && at.saturating_sub(start) < MAX_MARKER_BYTES
                    && folded.get(start.saturating_add(1)..at).is_some_and(is_marker)
                {
                    found.push(start..at.saturating_add(1));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether what stands between brackets, folded, makes a marker.
fn is_marker(content: &str) -> bool {
    let content = content.trim();
    is_code(content) || is_typed(content) || is_numbered(content)
}

/// A participant's code in any case: starts with a letter, has a digit.
fn is_code(folded: &str) -> bool {
    (2..=24).contains(&folded.len())
        && folded.starts_with(|c: char| c.is_ascii_lowercase())
        && folded.contains(|c: char| c.is_ascii_digit())
        && folded.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn is_numbered(content: &str) -> bool {
    content.rsplit_once('-').is_some_and(|(noun, n)| {
        is_noun(noun.trim()) && !n.is_empty() && n.bytes().all(|it| it.is_ascii_digit())
    })
}

fn is_typed(content: &str) -> bool {
    is_noun(content.split_once(':').map_or(content, |(noun, _)| noun).trim())
}

fn is_noun(word: &str) -> bool {
    word == YEAR || entity_of(word).is_some()
}

pub(super) fn entity_of(noun: &str) -> Option<EntityType> {
    EntityType::ALL.iter().copied().find(|it| it.noun() == noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Detail,
        entity::{Class, Finding, Layer, Tier},
        id::JobId,
        secret::Sensitive,
        transcript::{Format, Piece},
    };

    fn layout(text: &str) -> Layout {
        let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
        Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces: vec![piece] }
    }

    fn names() -> NameKey {
        NameKey::new(Sensitive::new([3; 32]))
    }

    /// Those of a study with two people and twelve of each thing, whose dates move.
    fn ours() -> Markers {
        let policy =
            Policy::new(BTreeMap::from([(EntityType::Date, Action::DateShift)]), Detail::default(), 20);
        let finding = Finding {
            span: 0..1,
            entity: EntityType::Place,
            class: Class::Quasi,
            tier: Tier::Certain,
            confidence: 99,
            layer: Layer::Gazetteer,
            rule: "t".to_owned(),
            person: None,
            ladder: vec!["屯門".to_owned(), "Tuen Mun".to_owned()],
        };
        let scan = Scan { findings: vec![finding], uncovered: Vec::new(), weighed: false };
        Markers {
            codes: ["PSW-03", "P07"].map(str::to_owned).into(),
            numbers: EntityType::ALL.iter().map(|it| (*it, 12)).collect(),
            rungs: rungs(&names(), &scan, &policy),
            policy,
            names: names(),
            surrogates: Vec::new(),
        }
    }

    fn check(source: &str, escaped: &str) {
        let mut out = source.to_owned();
        for edit in escapes(source, &layout(source)).iter().rev() {
            out.replace_range(edit.range.clone(), &edit.with);
        }
        assert_eq!(out, escaped);
        assert!(ours().find(&out).is_empty(), "{out}");
    }

    #[test]
    fn markers_of_the_source_are_escaped() {
        check("so [PSW-03] said", "so [source: PSW-03] said");
        check("［ｐｓｗ‑０３］呀", "[source: ｐｓｗ‑０３］呀");
        check("[P07] [person-1] [ phone ]", "[source: P07] [source: person-1] [source:  phone ]");
        check("[[place: Mars]]", "[[source: place: Mars]]");
        check("[PSW\u{200B}-03]", "[source: PSW\u{200B}-03]");
    }

    #[test]
    fn what_transcribers_write_stays() {
        for it in [
            "[laughs]",
            "[3s]",
            "[12]",
            "[00:01:02]",
            "[phone rings]",
            "[inaudible 00:12]",
            "[source: x]",
            "[",
        ] {
            check(it, it);
        }
    }

    #[test]
    fn every_marker_of_ours_is_found_and_no_escaped_text_has_one() {
        let ours = ours();
        for entity in EntityType::ALL {
            for it in [typed(*entity), marker(&format!("{}-12", entity.noun()))] {
                assert_eq!(ours.find(&it).pop(), Some(0..it.len()), "{it}");
            }
        }
        for it in [
            with_rest("place", "屯門"),
            with_rest("place", "Tuen Mun"),
            with_rest("age", "30-34"),
            with_rest("age", "30-39"),
            with_rest("age", "90+"),
            with_rest("date", "1 April 2019"),
            with_rest("date", "2019年4月1日"),
            marker("PSW-03"),
        ] {
            assert_eq!(ours.find(&it).pop(), Some(0..it.len()), "{it}");
        }
        let years = Markers { policy: Policy::default(), ..self::ours() };
        assert_eq!(years.find(&year(1961)).len(), 1);
        proptest::proptest!(|(source in "[\\[\\]［ Pp0-9a-z:-]{0,30}")| {
            let mut out = source.clone();
            for edit in escapes(&source, &layout(&source)).iter().rev() {
                out.replace_range(edit.range.clone(), &edit.with);
            }
            proptest::prop_assert!(ours.find(&out).is_empty());
        });
    }

    #[test]
    fn what_the_transform_cannot_have_written_is_no_marker() {
        let ours = ours();
        for it in [
            "[phone: 9123 4567]",
            "[person: Daisy Quill]",
            "[place: Mars]",
            "[place: tuen mun]",
            "[service: Tuen Mun]",
            "[A1234563]",
            "[PSW-04]",
            "[psw-03]",
            "[ PSW-03 ]",
            "[PSW\u{200B}-03]",
            "[person-13]",
            "[person-0]",
            "[person-012]",
            "[person-91234567]",
            "[age: 34]",
            "[age: 31-35]",
            "[year: 1961]",
            "[year]",
            "[date: call 9123 4567]",
            "[date: 12 march 2019]",
            "[source: PSW-03]",
            "［PSW-03］",
        ] {
            assert_eq!(ours.find(it), [0..0; 0], "{it}");
        }
        let text = "[[PSW-03] and [person-2] [phone] [age: 30-34] [place: 屯門] [place: Mars] [source: P07]";
        assert_eq!(ours.find(text)[..2], [1..9, 14..24]);
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout(text)).unwrap();
        let counts =
            [(EntityType::Person, 2), (EntityType::Phone, 1), (EntityType::Place, 1), (EntityType::Age, 1)];
        assert_eq!(ours.counts(&raw), counts.into());
        let years = Markers { policy: Policy::default(), ..self::ours() };
        assert!(years.find("[date: 1 April 2019]").is_empty(), "dates become years there");
    }

    #[test]
    fn labels_that_are_codes_are_ours_and_no_others() {
        for (label, is) in [("PSW-03", true), ("person-4", true), ("A1234563", false), ("person-40", false)] {
            let text = format!("{label}: [phone]");
            let pieces = vec![
                Piece { start: 0, end: label.len(), role: Role::Label, turn: 0 },
                Piece { start: label.len() + 2, end: text.len(), role: Role::Speech, turn: 0 },
            ];
            let layout = Layout { pieces, ..layout("") };
            let raw = Transcript::new(JobId::from_bytes([1; 16]), text, layout).unwrap();
            assert_eq!(ours().places(&raw).len(), 1 + usize::from(is), "{label}");
        }
    }

    #[test]
    fn codes_are_found_where_no_word_joins_them() {
        for it in ["x [person-4] y", "person-4: hm", "-person-4: hm", "<t>[person-4]</t>", "我同[person-4]講"]
        {
            assert_eq!(codes_in(it).collect::<Vec<_>>(), ["person-4"], "{it}");
        }
        for (text, code) in [("[person-41]", "person-41"), ("[my-person-4]", "my-person-4")] {
            assert_eq!(codes_in(text).collect::<Vec<_>>(), [code]);
        }
    }
}
