//! All rules of all packs over one stretch of normalised text. Layers of detection that know no rules
//! are in `detect`.
//!
//! One pass of an automaton over the words that patterns cannot match without tells which patterns are
//! worth running on a line; only those are run. (A set of all patterns in one automaton grows past any
//! cache and falls back to a search a hundred times slower.) Terms of lists are found by another
//! automaton. Work is linear in the text.

mod builder;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use aho_corasick::AhoCorasick;

use super::{
    Error, PackSource,
    compiled::{Compiled, Pattern, at_word_borders, is_cased_as},
    examples,
    list::List,
    needs::Count,
    pack,
    protected::Protected,
    schema::{self, Lang},
};
use crate::{
    config::Language,
    entity::{Class, EntityType, Tier},
    id::Digest,
};

/// A pattern that requires a term is run on so much text to either side of it.
const AROUND_BYTES: usize = 160;

/// A match that a validator or word border refuses is tried again one character on, if it is no longer.
const MAX_RETRIED_BYTES: usize = 256;

/// The rule packs, compiled.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Compiled>,
    /// Rule and pattern, of all patterns that keep to a line.
    patterns: Vec<(usize, usize)>,
    /// How many characters of each kind a line has to have for each of them.
    floors: Vec<Count>,
    /// ASCII characters with which those open that are tried where a term stands.
    firsts: Vec<u128>,
    /// The words that some of them need.
    words: Option<AhoCorasick>,
    /// Which patterns want each word, and whether as a word of its own.
    word_index: Vec<Vec<(usize, bool)>>,
    /// Patterns that no word tells of: run on every line that has characters enough.
    always: Vec<usize>,
    terms: Option<AhoCorasick>,
    /// Which rules want each term, cased how, with which ladder.
    term_index: Vec<Vec<Wanted>>,
    stop: Vec<Arc<List>>,
    digest: Digest,
    languages: Vec<Lang>,
    disabled: Vec<String>,
}

#[derive(Debug)]
struct Wanted {
    rule: usize,
    shown: String,
    ladder: Vec<String>,
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
        self.stop.iter().any(|it| it.contains(folded))
    }

    /// What the rules find in a view's text and folded text, whose turns are lines. In no order; what
    /// keep rules protect is left out unless it is certain or a validator vouches for it.
    pub(crate) fn find(&self, text: &str, folded: &str) -> (Vec<Hit<'_>>, Protected) {
        let mut raw = Vec::new();
        self.find_patterns(text, folded, &|_| true, &mut raw);
        self.find_terms(text, folded, &mut raw);
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
        self.find_patterns(text, folded, &|it| it.spoken && !it.keeps(), &mut raw);
        self.weighed(text, folded, &raw, &Protected::default())
    }

    /// What keep rules protect in a text: for examples.
    pub(super) fn protected_by(&self, text: &str, folded: &str, id: &str) -> Vec<Range<usize>> {
        let mut raw = Vec::new();
        self.find_patterns(text, folded, &|it| it.id == id, &mut raw);
        self.find_terms(text, folded, &mut raw);
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

    fn find_patterns<'e>(
        &'e self,
        text: &str,
        folded: &str,
        wanted: &dyn Fn(&Compiled) -> bool,
        raw: &mut Vec<RawHit<'e>>,
    ) {
        let mut words = self.words.iter().flat_map(|it| it.find_overlapping_iter(folded)).peekable();
        // The line, from 1, for which a pattern was last put down.
        let mut put: Vec<usize> = vec![0; self.patterns.len()];
        let mut worth: Vec<usize> = Vec::new();
        // Where in a line a pattern's required word stands.
        let mut spots: Vec<(usize, Range<usize>)> = Vec::new();
        let mut base = 0_usize;
        for (line, number) in text.split('\n').zip(1_usize..) {
            let end = base.saturating_add(line.len());
            worth.clear();
            spots.clear();
            let mut put_down = |n: &usize, worth: &mut Vec<usize>| {
                if let Some(last) = put.get_mut(*n).filter(|it| **it != number) {
                    *last = number;
                    worth.push(*n);
                }
            };
            while let Some(word) = words.next_if(|it| it.end() <= end) {
                let wanting = self.word_index.get(word.pattern().as_usize()).into_iter().flatten();
                let first = text.as_bytes().get(word.start()).copied().unwrap_or_default();
                let mut own = None;
                for (n, bordered) in wanting {
                    if !bordered {
                        put_down(n, &mut worth);
                    } else if self.may_open(*n, first)
                        && *own.get_or_insert_with(|| at_word_borders(folded, word.range()))
                    {
                        spots.push((*n, word.start().saturating_sub(base)..word.end().saturating_sub(base)));
                    }
                }
            }
            if !line.is_empty() {
                for n in &self.always {
                    put_down(n, &mut worth);
                }
            }
            let count = Count::of(line);
            let enough = |n: usize| self.floors.get(n).is_none_or(|it| it.is_met_by(&count));
            worth.retain(|it| enough(*it));
            spots.retain(|(it, _)| enough(*it));
            for n in &worth {
                let Some(&(at, pattern)) = self.patterns.get(*n) else { continue };
                let Some(rule) = self.rules.get(at) else { continue };
                if wanted(rule) {
                    run(rule, at, pattern, line, 0..line.len(), base, raw);
                }
            }
            spots.sort_by_key(|(n, it)| (*n, it.start));
            for same in spots.chunk_by(|(a, left), (b, right)| {
                a == b && right.start.saturating_sub(left.end) <= AROUND_BYTES.saturating_mul(2)
            }) {
                let Some(&(n, ref first)) = same.first() else { continue };
                let Some(&(at, pattern)) = self.patterns.get(n) else { continue };
                let Some(rule) = self.rules.get(at).filter(|it| wanted(it)) else { continue };
                if rule.patterns.get(pattern).is_some_and(Pattern::opens_with_term) {
                    try_at(rule, at, pattern, line, same.iter().map(|(_, it)| it.start), base, raw);
                    continue;
                }
                let last = same.iter().map(|(_, it)| it.end).max().unwrap_or(first.end);
                let from = line.floor_char_boundary(first.start.saturating_sub(AROUND_BYTES));
                let to = line.ceil_char_boundary(last.saturating_add(AROUND_BYTES));
                run(rule, at, pattern, line, from..to, base, raw);
            }
            base = end.saturating_add(1);
        }
        for (at, rule) in self.rules.iter().enumerate() {
            if rule.across && wanted(rule) {
                for pattern in 0..rule.patterns.len() {
                    run(rule, at, pattern, text, 0..text.len(), 0, raw);
                }
            }
        }
    }

    /// Whether a pattern may match where such a byte stands.
    fn may_open(&self, pattern: usize, first: u8) -> bool {
        let firsts = self.firsts.get(pattern).copied().unwrap_or(u128::MAX);
        !first.is_ascii() || firsts.checked_shr(u32::from(first)).is_none_or(|it| it & 1 == 1)
    }

    fn find_terms<'e>(&'e self, text: &str, folded: &str, raw: &mut Vec<RawHit<'e>>) {
        let Some(terms) = &self.terms else { return };
        let mut found: Vec<RawHit<'e>> = Vec::new();
        for it in terms.find_overlapping_iter(folded) {
            let range = it.range();
            if !at_word_borders(folded, range.clone()) {
                continue;
            }
            for wanted in self.term_index.get(it.pattern().as_usize()).into_iter().flatten() {
                let exact = self.rules.get(wanted.rule).is_some_and(|it| it.exact);
                if exact && !text.get(range.clone()).is_some_and(|it| is_cased_as(it, &wanted.shown)) {
                    continue;
                }
                found.push(RawHit {
                    rule: wanted.rule,
                    range: range.clone(),
                    ladder: Some(&wanted.ladder),
                    plus: 0,
                });
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

/// A match before it is weighed.
struct RawHit<'e> {
    rule: usize,
    range: Range<usize>,
    /// Only terms of lists have one.
    ladder: Option<&'e [String]>,
    /// What a finder adds to the rule's confidence, in percent.
    plus: i32,
}

/// Runs a pattern over part of a line, seeing what stands before that part.
fn run<'e>(
    rule: &'e Compiled,
    n: usize,
    pattern: usize,
    line: &str,
    part: Range<usize>,
    base: usize,
    raw: &mut Vec<RawHit<'e>>,
) {
    let Some(pattern) = rule.patterns.get(pattern) else { return };
    let whole = part.end >= line.len();
    let Some(line) = line.get(..part.end.min(line.len())) else { return };
    if !pattern.regex.is_match_at(line, part.start) {
        return;
    }
    let mut room = pattern.room();
    let mut at = part.start;
    while at <= line.len() {
        let Some(found) = pattern.next_match(&mut room, line, at) else { return };
        if !whole && found.whole.end >= line.len() {
            // Cut off: a name is shorter than that.
            return;
        }
        let good = found.fits && !found.value.is_empty() && rule.is_bounded(line, &found.value);
        if good {
            let range = base.saturating_add(found.value.start)..base.saturating_add(found.value.end);
            raw.push(RawHit { rule: n, range, ladder: None, plus: 0 });
        }
        let step = |from: usize| {
            let rest = line.get(from..).unwrap_or_default();
            from.saturating_add(rest.chars().next().map_or(1, char::len_utf8))
        };
        at = if good {
            // What follows the value may open the next match.
            if found.value.end > at { found.value.end } else { step(found.whole.end) }
        } else if rule.retry && found.whole.len() <= MAX_RETRIED_BYTES {
            step(found.whole.start.max(at))
        } else {
            found.whole.end
        };
    }
}

/// Tries a pattern that opens with a term at places of a line where terms start, in order.
fn try_at<'e>(
    rule: &'e Compiled,
    n: usize,
    pattern: usize,
    line: &str,
    places: impl Iterator<Item = usize>,
    base: usize,
    raw: &mut Vec<RawHit<'e>>,
) {
    let Some(pattern) = rule.patterns.get(pattern) else { return };
    let mut room = pattern.room();
    let mut from = 0;
    for at in places {
        if at < from {
            continue;
        }
        let to = line.ceil_char_boundary(at.saturating_add(MAX_RETRIED_BYTES));
        let Some(found) = pattern.match_at(&mut room, line, at..to) else { continue };
        let cut = to < line.len() && found.whole.end >= to;
        if !cut && !found.value.is_empty() && rule.is_bounded(line, &found.value) {
            let range = base.saturating_add(found.value.start)..base.saturating_add(found.value.end);
            raw.push(RawHit { rule: n, range, ladder: None, plus: 0 });
            // What follows the value may open the next match.
            from = found.value.end.max(at.saturating_add(1));
        }
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
