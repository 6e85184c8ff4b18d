//! All rules of all packs over one stretch of normalised text. Layers of detection that know no rules
//! are in `detect`.
//!
//! Few patterns are run on a whole line. Most are only tried where a match can open: where a term stands that
//! a list has to have, a word with which every match begins, or bytes that look like such a beginning. The rest
//! is run on lines that hold a word which they cannot match without. (A set of all patterns in one automaton grows
//! past any cache and falls back to a search a hundred times slower.) Work is linear in the text.

mod builder;
mod headed;
mod kin;
mod place;
mod terms;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use aho_corasick::AhoCorasick;

pub use self::kin::Kin;
use self::{
    headed::{Headed, Line, Words},
    place::{Place, RawHit},
    terms::{Stood, Terms},
};
use super::{
    Error, PackSource,
    automaton::Room,
    compiled::{Compiled, is_cased_as},
    dictionary::Dictionary,
    examples,
    list::List,
    needs::Count,
    pack,
    protected::Protected,
    rungs::Ladders,
    schema::{self, Lang},
    shape::Shapes,
};
use crate::{
    config::Language,
    entity::{Class, EntityType, Tier},
    id::Digest,
};

/// A pattern that requires a term is run on so much text to either side of it.
const AROUND_BYTES: usize = 160;

/// The rule packs, compiled.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Compiled>,
    /// All patterns that keep to a line.
    patterns: Vec<Placed>,
    /// The words that some of them need, or open with.
    words: Option<AhoCorasick>,
    /// Which patterns want each word.
    word_index: Vec<Vec<Need>>,
    /// The bytes with which some of them open.
    shapes: Shapes,
    /// Patterns that are tried at words which their lists allow.
    headed: Headed,
    /// Patterns that nothing tells of: run on every line that has characters enough.
    always: Vec<usize>,
    /// The terms that rules look for and patterns require.
    terms: Terms,
    dictionary: Dictionary,
    digest: Digest,
    languages: Vec<Lang>,
    disabled: Vec<String>,
    ladders: Ladders,
    kin: Kin,
}

/// A pattern, and what tells that it is not worth a try.
#[derive(Debug)]
struct Placed {
    rule: usize,
    pattern: usize,
    /// How many characters of each kind a line has to have.
    floor: Count,
    /// ASCII characters with which a match opens, if it is tried where a term stands.
    firsts: u128,
    /// Whether no ASCII letter or digit may stand before the word with which a match opens.
    bordered: bool,
}

/// What a word says of a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Need {
    /// A line must hold it, or one like it, cased so if that is known.
    InLine(usize, Option<Box<str>>),
    /// Every match opens with it, or one like it.
    Opens(usize),
}

/// What a rule says of some bytes of a view.
#[derive(Clone, Debug)]
pub(crate) struct Hit<'e> {
    pub(crate) range: Range<usize>,
    pub(crate) entity: EntityType,
    pub(crate) class: Class,
    pub(crate) tier: Tier,
    pub(crate) confidence: u8,
    /// Whether a list found it.
    pub(crate) listed: bool,
    /// Whether its rule wants it searched elsewhere.
    pub(crate) spread: bool,
    pub(crate) rule: &'e str,
    pub(crate) ladder: &'e [String],
}

/// What a rule is, for listings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Summary<'e> {
    /// The id.
    pub id: &'e str,
    /// The title.
    pub title: &'e str,
    /// The entity type; none for a keep rule.
    pub entity: Option<EntityType>,
    /// How it identifies.
    pub class: Class,
}

impl Engine {
    /// Compiles packs and runs every example in them.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them; [`Self::faults`] tells all.
    pub fn compile(packs: &[PackSource], languages: &[Language]) -> Result<Self, Error> {
        let (engine, mut errors) = Self::build(packs);
        if let Some(engine) = &engine
            && errors.is_empty()
            && languages.iter().any(|it| !engine.covers(*it))
        {
            return Err(Error::Set("no enabled pack was written for a language of the study"));
        }
        match (engine, errors.is_empty()) {
            (Some(engine), true) => Ok(engine),
            _ => {
                Err(if errors.is_empty() { Error::Set("the packs do not compile") } else { errors.remove(0) })
            }
        }
    }

    /// All that is wrong with packs: what `vouchsafe rules test` prints.
    #[must_use]
    pub fn faults(packs: &[PackSource]) -> Vec<Error> {
        Self::build(packs).1
    }

    /// How many examples packs have.
    #[must_use]
    pub fn examples(packs: &[PackSource]) -> usize {
        examples::count(packs)
    }

    /// The one name of each rung of a ladder by all its names, folded: 沙田 and `shatin` are `Sha Tin`.
    #[must_use]
    pub fn rung_names(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.ladders.names)
    }

    /// The rung above each rung of a ladder, by its one name: `Sha Tin` lies in `New Territories`.
    #[must_use]
    pub fn rungs_above(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.ladders.above)
    }

    /// What the packs say, as one digest: pinned when a file is claimed, named in every manifest.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The rules that run.
    pub fn rules(&self) -> impl Iterator<Item = Summary<'_>> {
        self.rules.iter().map(|it| Summary {
            id: &it.id,
            title: &it.title,
            entity: it.entity,
            class: it.class,
        })
    }

    /// Ids of direct rules that a site has disabled; named in every manifest.
    #[must_use]
    pub fn disabled(&self) -> &[String] {
        &self.disabled
    }

    /// Whether some pack was written for a language.
    fn covers(&self, language: Language) -> bool {
        self.languages.iter().any(|it| match (it, language) {
            (Lang::Any, _)
            | (Lang::En, Language::En)
            | (Lang::Yue, Language::Yue)
            | (Lang::Zh, Language::Zh) => true,
            (Lang::En | Lang::Yue | Lang::Zh, _) => false,
        })
    }

    /// Whether a folded text is a common word, and never somebody's name by itself.
    pub(crate) fn is_stop_word(&self, folded: &str) -> bool {
        self.dictionary.is_stop_word(folded)
    }

    /// The words that the packs know.
    pub(crate) const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What the rules find in a view's text and folded text, whose turns are lines. In no order; what
    /// keep rules protect is left out unless it is certain or a validator vouches for it.
    pub(crate) fn find(&self, text: &str, folded: &str) -> (Vec<Hit<'_>>, Protected) {
        let mut raw = Vec::new();
        self.find_all(text, folded, &|_| true, &mut raw);
        self.find_others(text, folded, &mut raw);
        let mut protected = Vec::new();
        raw.retain(|it| {
            let keeps = self.rules.get(it.rule).is_some_and(Compiled::keeps);
            if keeps {
                protected.push(it.range.clone());
            }
            !keeps
        });
        let protected = Protected::from(protected);
        let hits = self.weighed(text, folded, &raw, &protected);
        (hits, protected)
    }

    /// What the rules for spoken numbers find in a text whose spoken digits are read as digits.
    pub(crate) fn find_spoken(&self, text: &str, folded: &str) -> Vec<Hit<'_>> {
        let mut raw = Vec::new();
        self.find_patterns(text, folded, &self.terms.find(folded), &|it| it.spoken && !it.keeps(), &mut raw);
        self.weighed(text, folded, &raw, &Protected::default())
    }

    /// What keep rules protect in a text: for examples.
    pub(super) fn protected_by(&self, text: &str, folded: &str, id: &str) -> Vec<Range<usize>> {
        let mut raw = Vec::new();
        self.find_all(text, folded, &|it| it.id == id, &mut raw);
        raw.retain(|it| self.rules.get(it.rule).is_some_and(|rule| rule.id == id));
        raw.into_iter().map(|it| it.range).collect()
    }

    fn weighed<'e>(
        &'e self,
        text: &str,
        folded: &str,
        raw: &[RawHit<'e>],
        protected: &Protected,
    ) -> Vec<Hit<'e>> {
        let mut hits = Vec::with_capacity(raw.len());
        for it in raw {
            let Some(rule) = self.rules.get(it.rule) else { continue };
            let Some(verdict) = rule.weigh(text, folded, &it.range, it.plus) else { continue };
            let (Some(entity), Some(tier)) = (verdict.entity, verdict.tier) else { continue };
            if tier < Tier::Certain && !verdict.vouched && protected.covers(&it.range) {
                continue;
            }
            hits.push(Hit {
                range: it.range.clone(),
                entity,
                class: rule.class,
                tier,
                confidence: verdict.confidence,
                listed: it.ladder.is_some(),
                spread: rule.spread,
                rule: &rule.id,
                ladder: it.ladder.filter(|it| !it.is_empty()).unwrap_or(&rule.ladder),
            });
        }
        hits
    }

    fn find_all<'e>(
        &'e self,
        text: &str,
        folded: &str,
        wanted: &dyn Fn(&Compiled) -> bool,
        raw: &mut Vec<RawHit<'e>>,
    ) {
        let stood = self.terms.find(folded);
        self.find_patterns(text, folded, &stood, wanted, raw);
        self.find_terms(text, &stood, raw);
    }

    fn find_patterns<'e>(
        &'e self,
        text: &str,
        folded: &str,
        stood: &[Stood],
        wanted: &dyn Fn(&Compiled) -> bool,
        raw: &mut Vec<RawHit<'e>>,
    ) {
        let mut words = self.words.iter().flat_map(|it| it.find_overlapping_iter(folded)).peekable();
        let mut stood = stood.iter().peekable();
        // The line, from 1, for which a pattern was last put down, and whether it is worth a run there.
        let mut put: Vec<(usize, bool)> = vec![(0, false); self.patterns.len()];
        let mut worth: Vec<usize> = Vec::new();
        // Where in a line a match may open.
        let (mut heads, mut opens) = (Vec::<(usize, usize)>::new(), Vec::<(usize, usize)>::new());
        // Where in a line a pattern's required word stands.
        let mut spots: Vec<(usize, Range<usize>)> = Vec::new();
        let mut base = 0_usize;
        let mut room = Room::default();
        let mut words_at = Words::default();
        for (line, number) in text.split('\n').zip(1_usize..) {
            let end = base.saturating_add(line.len());
            worth.clear();
            heads.clear();
            opens.clear();
            spots.clear();
            // What is put down first is told first, also if only a word cased otherwise makes it worth a run.
            let mut put_down = |n: usize, met: bool| {
                let Some(last) = put.get_mut(n) else { return };
                if last.0 != number {
                    *last = (number, false);
                    worth.push(n);
                }
                last.1 = last.1 || met;
            };
            while let Some(word) = words.next_if(|it| it.end() <= end) {
                for need in self.word_index.get(word.pattern().as_usize()).into_iter().flatten() {
                    match need {
                        Need::InLine(n, shown) => {
                            let met = shown.as_deref().is_none_or(|it| text.get(word.range()) == Some(it));
                            put_down(*n, met);
                        }
                        Need::Opens(n) => {
                            if self.may_open(*n, text, word.start()) {
                                opens.push((*n, word.start().saturating_sub(base)));
                            }
                        }
                    }
                }
            }
            while let Some(it) = stood.next_if(|it| it.range.end <= end) {
                for n in self.terms.patterns_for(it.term) {
                    if self.may_open(*n, text, it.range.start) {
                        let range = it.range.start.saturating_sub(base)..it.range.end.saturating_sub(base);
                        spots.push((*n, range));
                    }
                }
            }
            if !line.is_empty() {
                self.shapes.find(line, |n, at| opens.push((n, at)));
                self.always.iter().for_each(|n| put_down(*n, true));
                let at_line = Line { text, folded, base, end };
                self.find_headed(&at_line, &mut words_at, |n, at, late| {
                    if late { spots.push((n, at..at)) } else { heads.push((n, at)) }
                });
            }
            let count = Count::of(line);
            let placed = |n: usize| {
                let it = self.patterns.get(n).filter(|it| it.floor.is_met_by(&count))?;
                let rule = self.rules.get(it.rule).filter(|rule| wanted(rule))?;
                Some(Place { rule, n: it.rule, pattern: rule.patterns.get(it.pattern)?, line, base })
            };
            for n in worth.iter().filter(|n| put.get(**n).is_some_and(|it| it.1)) {
                if let Some(it) = placed(*n) {
                    it.run(0..line.len(), &mut room, raw);
                }
            }
            heads.sort_unstable();
            opens.sort_unstable();
            let same = |a: &(usize, usize), b: &(usize, usize)| a.0 == b.0;
            for same in heads.chunk_by(same).chain(opens.chunk_by(same)) {
                if let Some(it) = same.first().and_then(|(n, _)| placed(*n)) {
                    it.try_at(same.iter().map(|(_, at)| *at), usize::MAX, &mut room, raw);
                }
            }
            spots.sort_by_key(|(n, it)| (*n, it.start));
            for same in spots.chunk_by(|(a, left), (b, right)| {
                a == b && right.start.saturating_sub(left.end) <= AROUND_BYTES.saturating_mul(2)
            }) {
                let Some((n, first)) = same.first() else { continue };
                let Some(it) = placed(*n) else { continue };
                if it.pattern.asks.open_with_term() || self.headed.has(*n) {
                    it.try_at(same.iter().map(|(_, it)| it.start), place::MAX_RETRIED_BYTES, &mut room, raw);
                    continue;
                }
                let last = same.iter().map(|(_, it)| it.end).max().unwrap_or(first.end);
                let from = line.floor_char_boundary(first.start.saturating_sub(AROUND_BYTES));
                let to = line.ceil_char_boundary(last.saturating_add(AROUND_BYTES));
                it.run(from..to, &mut room, raw);
            }
            base = end.saturating_add(1);
        }
        for (n, rule) in self.rules.iter().enumerate() {
            if rule.across && wanted(rule) {
                for pattern in &rule.patterns {
                    Place { rule, n, pattern, line: text, base: 0 }.run(0..text.len(), &mut room, raw);
                }
            }
        }
    }

    /// Whether a pattern may match from some place of a text on.
    fn may_open(&self, pattern: usize, text: &str, at: usize) -> bool {
        let Some(pattern) = self.patterns.get(pattern) else { return false };
        let byte = |at: usize| text.as_bytes().get(at).copied().unwrap_or_default();
        let first = byte(at);
        let firsts = pattern.firsts.checked_shr(u32::from(first));
        let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
        let clash = || is_word(first) && at.checked_sub(1).is_some_and(|at| is_word(byte(at)));
        (!first.is_ascii() || firsts.is_none_or(|it| it & 1 == 1)) && !(pattern.bordered && clash())
    }

    fn find_terms<'e>(&'e self, text: &str, stood: &[Stood], raw: &mut Vec<RawHit<'e>>) {
        let mut found: Vec<RawHit<'e>> = Vec::new();
        for it in stood {
            for wanted in self.terms.rules_for(it.term) {
                let exact = self.rules.get(wanted.rule).is_some_and(|it| it.exact);
                let shown = || text.get(it.range.clone());
                if exact && !shown().is_some_and(|it| is_cased_as(it, &wanted.shown)) {
                    continue;
                }
                let range = it.range.clone();
                found.push(RawHit { rule: wanted.rule, range, ladder: Some(&wanted.ladder), plus: 0 });
            }
        }
        // Per rule the leftmost, and of those the longest.
        found.sort_by_key(|it| (it.rule, it.range.start, usize::MAX.saturating_sub(it.range.end)));
        let mut last: Option<(usize, usize)> = None;
        for it in found {
            if last.is_none_or(|(rule, end)| rule != it.rule || it.range.start >= end) {
                last = Some((it.rule, it.range.end));
                raw.push(it);
            }
        }
    }

    fn find_others<'e>(&'e self, text: &str, folded: &str, raw: &mut Vec<RawHit<'e>>) {
        for (rule, it) in self.rules.iter().enumerate() {
            let found = it.finder.iter().flat_map(|it| it.find(text, folded));
            raw.extend(found.map(|(range, plus)| RawHit { rule, range, ladder: None, plus }));
        }
    }

    fn build(packs: &[PackSource]) -> (Option<Self>, Vec<Error>) {
        let mut errors = Vec::new();
        let mut builder = Builder::default();
        let names: BTreeSet<_> = packs.iter().map(|it| it.name.as_str()).collect();
        if packs.is_empty() || names.len() != packs.len() {
            return (None, vec![Error::Set("there is no pack, or one pack is named twice")]);
        }
        for source in packs {
            match pack::verified(source) {
                Ok(manifest) => builder.languages.extend(manifest.languages),
                Err(it) => errors.push(it),
            }
            builder.read_lists(source, &mut errors);
        }
        for source in packs {
            builder.read_rules(source, &mut errors);
        }
        for source in packs {
            builder.read_site(source, &mut errors);
        }
        let Some(engine) = builder.finish(packs, &mut errors) else { return (None, errors) };
        let (engine, rules) = engine;
        examples::check(&engine, &rules, packs, &mut errors);
        (Some(engine), errors)
    }
}

/// A rule as written, and where.
pub(super) struct Written {
    pub(super) rule: schema::Rule,
    pub(super) pack: usize,
    pub(super) file: usize,
}

#[derive(Default)]
struct Builder {
    lists: BTreeMap<String, Arc<List>>,
    rules: Vec<Compiled>,
    written: Vec<Written>,
    ids: BTreeSet<String>,
    languages: Vec<Lang>,
    disabled: Vec<String>,
    allowed: Vec<String>,
    packs: usize,
}
