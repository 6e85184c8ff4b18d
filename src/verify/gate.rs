//! The byte gate: the last search through the final bytes of every release.
//!
//! Bytes are decoded strictly in each encoding that could have been meant, normalised, and searched for the
//! roster's certain aliases and the item's direct originals. What lies inside one of the markers that the
//! transform can have written into this item is not counted; all else between brackets is. Memory does not grow
//! with the bytes: they are read in windows that overlap.
//!
//! An original that is one Han character, two letters or digits, fewer than [`MIN_DIGITS`] digits alone or a
//! common word is left out, and counted: found everywhere, it would teach people to waive blindly.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use aho_corasick::AhoCorasick;
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

use super::Error;
use crate::{
    config::Action,
    detect::{Detected, is_word_for_the_model},
    entity::{Class, EntityType, PersonIndex},
    id::Digest,
    roster::{
        matcher::{Border, Matcher, is_latin, stands_free},
        name_key::{NameKey, Purpose},
        squeeze::{Squeezed, squeezed_name},
        words,
    },
    secret::Sensitive,
    transcript::{Piece, Transcript},
    transform::{CodeTable, Markers, Policy},
    view::{self, View},
};

/// So many hits are reported; one is enough to block.
pub const MAX_GATE_HITS: usize = 1_000;

/// The fewest digits of an original that is digits only: shorter ones stand in time stamps by chance.
pub const MIN_DIGITS: usize = 5;

/// Bytes of decoded text that are searched at a time.
const WINDOW_BYTES: usize = 256 * 1024;

/// Bytes that two windows share; no alias or original is longer than half of it.
const OVERLAP_BYTES: usize = 8 * 1024;

/// The most characters of an original that is searched for; a longer one is searched by its start.
const MAX_ORIGINAL_CHARS: usize = 256;

/// What the gate found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum What {
    /// A certain alias of the roster.
    Alias(PersonIndex),
    /// A direct original of the item, by its place in the list.
    Original(usize),
}

/// In which decoding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Decoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Big5-HKSCS.
    Big5,
    /// GB18030.
    Gb18030,
}

/// Where it was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hit {
    /// In which decoding.
    pub decoding: Decoding,
    /// Exact bytes for UTF-8, bytes of the decoded text as UTF-8 for others.
    pub range: Range<usize>,
    /// What.
    pub what: What,
}

/// What a search said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Searched {
    /// Hits, at most [`MAX_GATE_HITS`].
    pub hits: Vec<Hit>,
    /// Whether any decoding read the bytes to their end. If none did, nothing can be said of them.
    pub readable: bool,
}

impl Searched {
    /// Whether the bytes may go out.
    #[must_use]
    pub const fn is_clear(&self) -> bool {
        self.readable && self.hits.is_empty()
    }
}

/// A direct original: what it was, and how the gate compares it.
#[derive(Debug)]
pub struct Original {
    /// As what it was found.
    pub entity: EntityType,
    /// The string, squeezed, folded and without what stands around a name.
    pub text: Sensitive<String>,
}

impl Original {
    /// A string as the gate compares it.
    #[must_use]
    pub fn of(entity: EntityType, string: &str) -> Self {
        Self { entity, text: Sensitive::new(normal(string)) }
    }

    /// Whether it is the same string, found as the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        // EXPOSE: compared.
        self.entity == other.entity && self.text.expose() == other.text.expose()
    }

    /// A second copy, wiped like the first.
    #[must_use]
    pub fn copy(&self) -> Self {
        // EXPOSE: from one wiped place to another.
        Self { entity: self.entity, text: Sensitive::new(self.text.expose().clone()) }
    }
}

/// What is kept of a direct original: its length and keyed digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginalDigest {
    /// As what it was found. A reviewer who keeps a string keeps it as one thing, not as every other.
    pub entity: EntityType,
    /// Characters of the squeezed, folded original.
    pub chars: u16,
    /// Its keyed digest.
    pub digest: Digest,
}

/// The direct originals of one item.
#[derive(Debug)]
pub enum Originals {
    /// The strings, while the item is in hand.
    Plain(Vec<Original>),
    /// What is left of them after a restart.
    Digests(NameKey, Vec<OriginalDigest>),
}

/// What the gate searches for.
pub struct Gate {
    aliases: Arc<Matcher>,
    originals: Search,
    excluded: usize,
    markers: Option<Markers>,
}

enum Search {
    Plain(AhoCorasick),
    Digests { key: NameKey, by_chars: BTreeMap<u16, BTreeMap<Digest, usize>> },
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let originals = match &self.originals {
            Search::Plain(automaton) => automaton.patterns_len(),
            Search::Digests { by_chars, .. } => by_chars.values().map(BTreeMap::len).sum(),
        };
        write!(f, "Gate({originals} originals, {} left out)", self.excluded)
    }
}

impl Originals {
    /// The direct originals that an item's transform takes out: findings, and labels that name strangers.
    #[must_use]
    pub fn of(detected: &Transcript<Detected>, codes: &CodeTable, policy: &Policy) -> Self {
        // EXPOSE: the originals go into `Sensitive`.
        let text = detected.text().expose();
        // A name that is a common word stands elsewhere as the word that it is.
        let found = detected.state().scan().findings.iter().filter(|it| {
            it.is_transformed()
                && it.class == Class::Direct
                && policy.action(it.entity) != Action::Keep
                && !is_word_for_the_model(it)
        });
        // A label that is a role word has a participant's code too; a stranger's says `person-4`.
        let stranger = |code: &str| code.starts_with(EntityType::Person.noun());
        let labels = codes.labels.iter().filter(|(_, code)| stranger(code));
        let labels = labels.filter_map(|(n, _)| detected.layout().pieces.get(*n).map(Piece::range));
        let all: BTreeSet<(String, EntityType)> = found
            .map(|it| (it.span.clone(), it.entity))
            .chain(labels.map(|it| (it, EntityType::Person)))
            .filter_map(|(span, entity)| Some((normal(text.get(span)?), entity)))
            .filter(|it| !it.0.is_empty())
            .collect();
        let all = all.into_iter().map(|(text, entity)| Original { entity, text: Sensitive::new(text) });
        Self::Plain(all.collect())
    }

    /// What may be kept of them. Those that the gate leaves out are left out here too.
    #[must_use]
    pub fn digests(&self, key: &NameKey) -> Vec<OriginalDigest> {
        match self {
            Self::Plain(list) => list
                .iter()
                // EXPOSE: digested under the key.
                .map(|it| (it.entity, it.text.expose()))
                .filter(|(_, text)| is_searchable(text))
                .filter_map(|(entity, text)| {
                    let chars = u16::try_from(text.chars().count()).ok()?;
                    Some(OriginalDigest { entity, chars, digest: key.digest(Purpose::Gate, &[text]) })
                })
                .collect(),
            Self::Digests(_, list) => list.clone(),
        }
    }
}

impl Gate {
    /// Puts a roster's aliases and an item's originals together.
    ///
    /// # Errors
    ///
    /// Fails where no automaton holds the originals.
    pub fn new(aliases: Arc<Matcher>, originals: Originals) -> Result<Self, Error> {
        let mut excluded = 0_usize;
        let originals = match originals {
            Originals::Plain(list) => {
                // EXPOSE: into an automaton that is never printed.
                let patterns: Vec<&str> = list.iter().map(|it| it.text.expose().as_str()).collect();
                excluded = patterns.iter().filter(|it| !is_searchable(it)).count();
                // An empty place keeps the others' numbers; it matches nothing that stands free.
                let patterns = patterns.iter().map(|it| if is_searchable(it) { it } else { "\u{FFFF}" });
                Search::Plain(AhoCorasick::new(patterns).map_err(|_| Error::GateTooLarge)?)
            }
            Originals::Digests(key, list) => {
                let mut by_chars: BTreeMap<u16, BTreeMap<Digest, usize>> = BTreeMap::new();
                for (n, it) in list.iter().enumerate() {
                    by_chars.entry(it.chars).or_default().insert(it.digest, n);
                }
                Search::Digests { key, by_chars }
            }
        };
        Ok(Self { aliases, originals, excluded, markers: None })
    }

    /// Lets what lies inside one of these markers pass.
    #[must_use]
    pub fn with_markers(self, markers: Markers) -> Self {
        Self { markers: Some(markers), ..self }
    }

    /// How many originals are too short or too common to be searched for.
    #[must_use]
    pub const fn excluded(&self) -> usize {
        self.excluded
    }

    /// Searches bytes: a member of a release, or a file name.
    pub fn search(&self, bytes: &[u8]) -> Searched {
        let mut searched = Searched::default();
        if let Ok(text) = std::str::from_utf8(bytes) {
            searched.readable = true;
            self.search_text(text, &mut searched.hits);
        }
        // Every other byte of English in UTF-16 is a NUL, and so it reads as UTF-8.
        let is_utf8 = searched.readable && !bytes.contains(&0);
        for (decoding, encoding) in [
            (Decoding::Utf16Le, UTF_16LE),
            (Decoding::Utf16Be, UTF_16BE),
            (Decoding::Big5, BIG5),
            (Decoding::Gb18030, GB18030),
        ] {
            let wide = matches!(decoding, Decoding::Utf16Le | Decoding::Utf16Be);
            if wide && bytes.len() % 2 == 1 || !wide && bytes.is_ascii() {
                continue;
            }
            let read = self.search_decoded(bytes, encoding, decoding, is_utf8, &mut searched.hits);
            searched.readable = searched.readable || read;
        }
        searched.hits.truncate(MAX_GATE_HITS);
        searched
    }

    fn search_text(&self, text: &str, hits: &mut Vec<Hit>) {
        let mut start = 0;
        while start < text.len() {
            let end = boundary(text, start.saturating_add(WINDOW_BYTES));
            let window = Window { base: start, first: start == 0, last: end == text.len() };
            self.search_window(text.get(start..end).unwrap_or_default(), window, Decoding::Utf8, true, hits);
            if end == text.len() || hits.len() >= MAX_GATE_HITS {
                break;
            }
            start = boundary(text, end.saturating_sub(OVERLAP_BYTES));
        }
    }

    /// Whether the bytes are text of that encoding to their end.
    fn search_decoded(
        &self,
        bytes: &[u8],
        encoding: &'static Encoding,
        decoding: Decoding,
        is_utf8: bool,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut rest = bytes;
        let (mut base, mut first) = (0_usize, true);
        let mut window = zeroize::Zeroizing::new(String::new());
        loop {
            // What is reserved is wiped, used or not.
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
            window.reserve(room.unwrap_or(WINDOW_BYTES).min(WINDOW_BYTES));
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut window, true);
            rest = rest.get(read..).unwrap_or_default();
            let last = match result {
                DecoderResult::InputEmpty => true,
                DecoderResult::OutputFull => false,
                DecoderResult::Malformed(..) => return false,
            };
            // Digests cost a hash for each place and length: not spent on a second reading of UTF-8.
            self.search_window(&window, Window { base, first, last }, decoding, !is_utf8, hits);
            if last || hits.len() >= MAX_GATE_HITS {
                return true;
            }
            let keep = boundary(&window, window.len().saturating_sub(OVERLAP_BYTES));
            base = base.saturating_add(keep);
            first = false;
            window = zeroize::Zeroizing::new(window.split_off(keep));
        }
    }

    fn search_window(
        &self,
        text: &str,
        window: Window,
        decoding: Decoding,
        with_digests: bool,
        hits: &mut Vec<Hit>,
    ) {
        let view = View::of(text);
        let squeezed = Squeezed::of(view.folded());
        let ours = self.markers.as_ref().map_or_else(Vec::new, |it| it.find(text));
        let mut report = |range: Range<usize>, what: What| {
            let inside = view.source(range.clone());
            let at_edge = (!window.first && inside.start == 0) || (!window.last && inside.end == text.len());
            // What a list wrote into a marker may be an original's district; it is never somebody's name.
            let says = |it: &Range<usize>| text.get(it.clone()).is_some_and(|it| it.contains(':'));
            let is_alias = matches!(what, What::Alias(_));
            let marker = ours.get(ours.partition_point(|it| it.end <= inside.start));
            let in_marker = marker.is_some_and(|it| {
                it.start <= inside.start && inside.end <= it.end && !(is_alias && says(it))
            });
            let range = inside.start.saturating_add(window.base)..inside.end.saturating_add(window.base);
            // The next window sees the end of this one again, perhaps a name without its beginning.
            let known = |it: &Hit| {
                it.decoding == decoding && it.range.start <= range.start && range.end <= it.range.end
            };
            if !at_edge && !in_marker && hits.len() < MAX_GATE_HITS && !hits.iter().any(known) {
                hits.push(Hit { decoding, range, what });
            }
        };
        for hit in self.aliases.find_squeezed(&squeezed).into_iter().filter(|it| it.certain) {
            report(hit.range, What::Alias(hit.person));
        }
        match &self.originals {
            Search::Plain(automaton) => {
                for it in automaton.find_overlapping_iter(squeezed.text()) {
                    if stands_free(squeezed.text(), &it.range(), Border::Words) {
                        report(squeezed.source(it.range()), What::Original(it.pattern().as_usize()));
                    }
                }
            }
            Search::Digests { key, by_chars } if with_digests => {
                digests(key, by_chars, &squeezed, &mut report);
            }
            Search::Digests { .. } => {}
        }
    }
}

#[derive(Clone, Copy)]
struct Window {
    base: usize,
    first: bool,
    last: bool,
}

/// Digests every stretch of a searched length that stands free.
fn digests(
    key: &NameKey,
    by_chars: &BTreeMap<u16, BTreeMap<Digest, usize>>,
    squeezed: &Squeezed,
    report: &mut impl FnMut(Range<usize>, What),
) {
    let text = squeezed.text();
    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    for (n, start) in places.iter().enumerate() {
        for (chars, wanted) in by_chars {
            let Some(end) = places.get(n.saturating_add(usize::from(*chars))) else { break };
            let range = *start..*end;
            let stretch = text.get(range.clone()).unwrap_or_default();
            if stretch.starts_with(' ') || stretch.ends_with(' ') || !stands_free(text, &range, Border::Words)
            {
                continue;
            }
            if let Some(original) = wanted.get(&key.digest(Purpose::Gate, &[stretch])) {
                report(squeezed.source(range), What::Original(*original));
            }
        }
    }
}

/// An original as the gate compares it.
fn normal(original: &str) -> String {
    let name = squeezed_name(original);
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let name = name.strip_suffix("'s").unwrap_or(name);
    name.chars().take(MAX_ORIGINAL_CHARS).collect::<String>().trim_end().to_owned()
}

/// Whether finding it somewhere says anything.
fn is_searchable(normal: &str) -> bool {
    let count = |is: fn(char) -> bool| normal.chars().filter(|it| is(*it)).count();
    let (han, latin, digits) = (count(view::is_han), count(is_latin), count(|it| it.is_ascii_digit()));
    let others =
        count(char::is_alphanumeric).saturating_sub(han.saturating_add(latin).saturating_add(digits));
    let long_enough = match (han, latin, others) {
        (0, 0, 0) => digits >= MIN_DIGITS,
        (0, _, _) => latin.saturating_add(digits).saturating_add(others) > 2,
        _ => normal.chars().filter(|it| it.is_alphanumeric()).count() >= 2,
    };
    long_enough && !words::is_common(normal)
}

/// The nearest character boundary at or before a place.
fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Roster;

    const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
        PSW-03,PSW,D03,,Chan Tai Man 陳大文,,,team,\nPIR-03,PIR,D03,,May Ho 何小玲,,,team,\n";

    fn key() -> NameKey {
        NameKey::new(Sensitive::new([9; 32]))
    }

    fn originals(list: &[&str]) -> Originals {
        Originals::Plain(list.iter().map(|it| Original::of(EntityType::Person, it)).collect())
    }

    fn gates(list: &[&str]) -> [Gate; 2] {
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let matcher = Arc::new(Matcher::new(&roster.alias_table()).unwrap());
        let digests = Originals::Digests(key(), originals(list).digests(&key()));
        [Gate::new(matcher.clone(), originals(list)).unwrap(), Gate::new(matcher, digests).unwrap()]
            .map(|it| it.with_markers(markers()))
    }

    /// Those of an item with two persons and a road of one name with its district.
    fn markers() -> Markers {
        let policy = Policy::default();
        let road = crate::entity::Finding {
            span: 0..1,
            entity: EntityType::Place,
            class: Class::Quasi,
            tier: crate::entity::Tier::Certain,
            confidence: 99,
            layer: crate::entity::Layer::Gazetteer,
            rule: "t".to_owned(),
            person: None,
            ladder: vec!["Tuen Mun Road".to_owned()],
        };
        let scan = crate::detect::Scan { findings: vec![road], uncovered: Vec::new(), weighed: false };
        Markers {
            codes: BTreeSet::from(["PSW-03".to_owned()]),
            numbers: BTreeMap::from([(EntityType::Person, 2)]),
            rungs: crate::transform::marker::rungs(&key(), &scan, &policy),
            surrogates: Vec::new(),
            policy,
            names: key(),
        }
    }

    /// Both gates say the same, in every encoding that can write the text.
    fn check(list: &[&str], text: &str, want: bool) {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for gate in gates(list) {
            let searched = gate.search(text.as_bytes());
            assert!(searched.readable);
            assert_eq!(!searched.hits.is_empty(), want, "{text}");
            assert!(
                searched
                    .hits
                    .iter()
                    .all(|it| it.decoding != Decoding::Utf8 || text.get(it.range.clone()).is_some())
            );
            let mut others = vec![utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
            for encoding in [BIG5, GB18030] {
                let (bytes, _, unwritable) = encoding.encode(text);
                if !unwritable {
                    others.push(bytes.into_owned());
                }
            }
            if want {
                for bytes in others {
                    assert!(!gate.search(&bytes).hits.is_empty(), "{text} in another encoding");
                }
            }
        }
    }

    #[test]
    fn certain_aliases_block_in_every_encoding() {
        check(&[], "so chan tai-man said", true);
        check(&[], "佢叫陳大文呀", true);
        check(&[], "佢叫陳\n大文呀", true);
        check(&[], "ＣＨＡＮ Tai Man", true);
        check(&[], "mail chantaiman88@x.hk", true);
        check(&[], "in May we met Mr Chan, 陳生", false);
    }

    #[test]
    fn originals_block_at_word_borders() {
        check(&["Daisy Quill", "9123 4567"], "and daisy  QUILL’s cat", true);
        check(&["9123 4567"], "call 9123-4567 now", true);
        check(&["阿花"], "話阿花知", true);
        check(&["Ann"], "Annual channels", false);
        check(&["Ann"], "to Ann.", true);
    }

    #[test]
    fn what_would_block_everything_is_left_out_and_counted() {
        let list = ["花", "Jo", "12", "1234", "Hope", "大家"];
        check(&list, "花 Jo 12 1234 hope 大家", false);
        assert_eq!(gates(&list)[0].excluded(), list.len());
    }

    #[test]
    fn our_own_markers_do_not_block() {
        check(&["person", "hospital"], "[person-1] went", false);
        check(&["tuen mun road"], "in [place: Tuen Mun Road], ", false);
        check(&["tuen mun road"], "in Tuen Mun Road, ", true);
    }

    #[test]
    fn what_is_no_marker_of_ours_is_searched() {
        check(&["9123 4567"], "[phone: 9123 4567]", true);
        check(&["A1234563"], "[A1234563]", true);
        check(&["Daisy Quill"], "[person: Daisy Quill]", true);
        check(&["91234567"], "[person-91234567]", true);
        check(&[], "[place: Chan Tai Man] ", true);
    }

    #[test]
    fn bytes_that_no_encoding_reads_are_not_cleared() {
        let searched = gates(&[])[0].search(&[0x80, 0xff, 0xd8]);
        assert!(!searched.readable && !searched.is_clear());
    }

    #[test]
    fn a_name_on_the_border_of_two_windows_is_found_once() {
        for at in [
            WINDOW_BYTES - 6,
            WINDOW_BYTES,
            WINDOW_BYTES - OVERLAP_BYTES - 4,
            2 * WINDOW_BYTES - OVERLAP_BYTES,
        ] {
            let mut text = "x ".repeat(WINDOW_BYTES);
            text.replace_range(at..at + 14, " chan tai man ");
            let hits = gates(&[])[0].search(text.as_bytes()).hits;
            assert_eq!(hits.iter().filter(|it| it.decoding == Decoding::Utf8).count(), 1, "{at}");
        }
    }
}
