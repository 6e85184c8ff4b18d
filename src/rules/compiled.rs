//! One rule as checked and compiled.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use regex_automata::{
    Anchored, Input, PatternID,
    meta::{Config, Regex},
    util::primitives::NonMaxUsize,
};
use regex_syntax::hir::Hir;

use super::{
    Error, Place,
    finder::Finder,
    lint,
    list::List,
    near::Context,
    needs, opening,
    schema::{Advice, Bound, Case, Lookup, Near, OneOrMany, Rule, RuleClass},
    validate::{self, Validator},
};
use crate::{
    entity::{Class, EntityType, Tier},
    view::{folded_name, is_han, lower},
};

/// The confidence, in percent, from which a finding is certain.
pub(super) const CERTAIN: u8 = 85;
/// The confidence, in percent, from which a finding is transformed unless its rule says otherwise.
pub(super) const PROBABLE: u8 = 60;
/// The confidence, in percent, from which a reviewer sees it.
pub(super) const POSSIBLE: u8 = 35;
/// What a value gets that its validator refuses.
const REFUSED: u8 = 40;

/// The most bytes that one compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 4 * 1024 * 1024;

/// A rule, ready to run.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the rule's file")]
pub(super) struct Compiled {
    pub(super) id: String,
    pub(super) title: String,
    /// None for a keep rule.
    pub(super) entity: Option<EntityType>,
    pub(super) class: Class,
    pub(super) patterns: Vec<Pattern>,
    /// Names of the lists that it searches for.
    pub(super) lists: Vec<String>,
    pub(super) exact: bool,
    pub(super) finder: Option<Finder>,
    bound: Bound,
    validator: Option<Validator>,
    refused: (u8, Option<EntityType>),
    near: Vec<Context>,
    not_near: Vec<Context>,
    need_near: bool,
    confidence: u8,
    threshold: u8,
    /// Never more than possible.
    pub(super) flag: bool,
    pub(super) spread: bool,
    pub(super) across: bool,
    /// Whether a refused match is tried again one character on.
    pub(super) retry: bool,
    pub(super) spoken: bool,
    pub(super) ladder: Vec<String>,
}

/// A group whose text must be, or must not be, a term of some weight.
#[derive(Debug)]
struct Asked {
    group: usize,
    must: bool,
    list: Arc<List>,
    min: u64,
}

/// One pattern of a rule.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// What it is made of, as long as it is asked for that.
    pub(super) hir: Hir,
    /// The group `v`.
    value: Option<usize>,
    /// How many groups are looked at, the whole match counted.
    groups: usize,
    /// Groups whose text must be, or must not be, a term.
    lookups: Vec<Asked>,
    /// A list must have a group that this pattern lacks: it never fits.
    unfit: bool,
    /// The list that has the group with which every match opens: the pattern is only tried where a term stands.
    opening: Option<Arc<List>>,
    /// The group with which every match opens and which the first blank ends.
    head: Option<usize>,
}

/// Where the groups of a match start and end; kept, so that each search need not make room anew.
pub(super) type Room = Vec<Option<NonMaxUsize>>;

/// What a rule makes of one match.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) entity: Option<EntityType>,
    pub(super) confidence: u8,
    pub(super) tier: Option<Tier>,
    pub(super) vouched: bool,
}

/// What a pattern matched: the whole and the value in it.
pub(super) struct Match {
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
    /// Whether the looked-up groups are as the rule asks.
    pub(super) fits: bool,
}

pub(super) fn percent(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 100")]
    let it = (share * 100.0).round().clamp(0.0, 100.0) as u8;
    it
}

fn compiled(pattern: &str) -> Option<(Hir, Regex)> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let config = Config::new().nfa_size_limit(Some(MAX_PATTERN_BYTES));
    let regex = Regex::builder().configure(config).build_from_hir(&hir).ok()?;
    Some((hir, regex))
}

impl Compiled {
    /// Checks and compiles a rule. `place` gives the place of a byte of its file.
    pub(super) fn new(
        rule: &Rule,
        lists: &BTreeMap<String, Arc<List>>,
        place: &dyn Fn(Option<usize>) -> Place,
    ) -> Result<Self, Error> {
        lint::rule(rule).map_err(|why| Error::Lint(place(None), why))?;
        let list = |name: &str| lists.get(name).cloned().ok_or_else(|| Error::Unknown(place(None), "list"));
        let lookup = |it: &Lookup| {
            let list = list(&it.list)?;
            lint::lookup(it, list.is_compact()).map_err(|why| Error::Lint(place(None), why))?;
            Ok((it.group.clone(), list, it.min))
        };
        let contexts = |all: &Option<OneOrMany<Near>>| -> Result<Vec<Context>, Error> {
            let mut contexts = Vec::new();
            for it in all.iter().flat_map(OneOrMany::as_slice) {
                let mut words: Vec<_> = it.words.iter().map(|it| folded_name(it)).collect();
                if let Some(name) = &it.list {
                    words.extend(list(name)?.terms().iter().map(|it| it.folded.clone()));
                }
                if words.iter().any(String::is_empty) {
                    return Err(Error::Lint(place(None), "a context word is empty"));
                }
                let add = i32::from(percent(it.add.abs())) * if it.add < 0.0 { -1 } else { 1 };
                let context = Context::new(&words, it.within, it.side, add);
                contexts.push(context.ok_or(Error::Pattern(place(None), "too many context words"))?);
            }
            Ok(contexts)
        };
        let validator = match &rule.validator {
            Some(name) => {
                Some(validate::named(name).ok_or_else(|| Error::Unknown(place(None), "validator"))?)
            }
            None => None,
        };
        let require = rule.require.iter().map(lookup).collect::<Result<Vec<_>, _>>()?;
        let forbid = rule.forbid.iter().map(lookup).collect::<Result<Vec<_>, _>>()?;
        let patterns = patterns(rule, &require, &forbid, place)?;
        let names: Vec<String> = rule.list.iter().flat_map(OneOrMany::as_slice).cloned().collect();
        for name in &names {
            list(name)?;
        }
        let confidence = rule.confidence.map_or(100, percent);
        let on_invalid = rule.on_invalid.as_ref();
        let refused = on_invalid.and_then(|it| it.confidence).map_or(REFUSED.min(confidence), percent);
        Ok(Self {
            id: rule.id.clone(),
            title: rule.title.clone(),
            entity: rule.entity,
            class: if rule.class == RuleClass::Quasi { Class::Quasi } else { Class::Direct },
            patterns,
            lists: names,
            exact: rule.case == Case::Exact,
            finder: finder(rule, lists).map_err(|what| Error::Unknown(place(None), what))?,
            bound: rule.bound,
            validator,
            refused: (refused, on_invalid.and_then(|it| it.entity)),
            near: contexts(&rule.near)?,
            not_near: contexts(&rule.not_near)?,
            need_near: rule.need_near,
            confidence,
            threshold: rule.threshold.map_or(PROBABLE, percent),
            flag: rule.action.as_ref().is_some_and(|it| it.default == Advice::Flag),
            spread: rule.spread.unwrap_or(rule.entity == Some(EntityType::Person)),
            across: rule.across,
            retry: rule.retry.unwrap_or(true),
            spoken: rule.spoken,
            ladder: rule.ladder.clone(),
        })
    }

    /// A keep rule for the terms of a list.
    pub(super) fn allow(id: &str, list: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: "Terms that this site allows".to_owned(),
            entity: None,
            class: Class::Quasi,
            patterns: Vec::new(),
            lists: vec![list.to_owned()],
            exact: false,
            finder: None,
            bound: Bound::None,
            validator: None,
            refused: (REFUSED, None),
            near: Vec::new(),
            not_near: Vec::new(),
            need_near: false,
            confidence: 100,
            threshold: PROBABLE,
            flag: false,
            spread: false,
            across: false,
            retry: true,
            spoken: false,
            ladder: Vec::new(),
        }
    }

    /// Overrides of a station.
    pub(super) fn adjust(&mut self, confidence: Option<f64>, threshold: Option<f64>) {
        if let Some(it) = confidence {
            self.confidence = percent(it);
        }
        if let Some(it) = threshold {
            self.threshold = percent(it);
        }
    }

    /// Whether it protects rather than finds.
    pub(super) const fn keeps(&self) -> bool {
        self.entity.is_none()
    }

    /// Weighs a value that stands at `value` in the text and in the folded text alike; `plus` is what a finder
    /// says of it.
    pub(super) fn weigh(&self, text: &str, folded: &str, value: &Range<usize>, plus: i32) -> Option<Verdict> {
        let (mut confidence, mut entity, mut vouched) = (self.confidence, self.entity, false);
        if let Some(validator) = self.validator {
            if validator(text.get(value.clone())?) {
                vouched = true;
            } else {
                confidence = self.refused.0;
                entity = self.refused.1.or(entity);
            }
        }
        let mut sum = i32::from(confidence).saturating_add(plus);
        let mut near = false;
        for it in &self.near {
            if it.holds(folded, value) {
                near = true;
                sum = sum.saturating_add(it.add);
            }
        }
        if self.need_near && !near {
            return None;
        }
        for it in &self.not_near {
            if it.holds(folded, value) {
                sum = sum.saturating_add(it.add);
            }
        }
        let confidence = u8::try_from(sum.clamp(0, 100)).unwrap_or(100);
        Some(Verdict { entity, confidence, tier: self.tier(confidence), vouched })
    }

    fn tier(&self, confidence: u8) -> Option<Tier> {
        if self.flag {
            (confidence >= POSSIBLE.min(self.threshold)).then_some(Tier::Possible)
        } else if confidence >= self.threshold && confidence >= CERTAIN {
            Some(Tier::Certain)
        } else if confidence >= self.threshold {
            Some(Tier::Probable)
        } else {
            (confidence >= POSSIBLE).then_some(Tier::Possible)
        }
    }

    /// Whether the value may stand between its neighbours.
    pub(super) fn is_bounded(&self, text: &str, value: &Range<usize>) -> bool {
        let before = || text.get(..value.start).unwrap_or_default().chars().rev();
        let after = || text.get(value.end..).unwrap_or_default().chars();
        let alphanumeric = |it: Option<char>| it.is_some_and(|c| c.is_ascii_alphanumeric());
        let digit = |it: Option<char>| it.is_some_and(|c| c.is_ascii_digit());
        let joins = |it: Option<char>| it.is_some_and(|c| matches!(c, '.' | '-' | ','));
        let joined = |chars: &mut dyn Iterator<Item = char>| joins(chars.next()) && digit(chars.next());
        match self.bound {
            Bound::None => true,
            Bound::Ascii => !alphanumeric(before().next()) && !alphanumeric(after().next()),
            Bound::Number => {
                !(digit(before().next())
                    || digit(after().next())
                    || joined(&mut before())
                    || joined(&mut after()))
            }
        }
    }
}

impl Pattern {
    /// Whether a match opens with a term of a list.
    pub(super) const fn opens_with_term(&self) -> bool {
        self.opening.is_some()
    }

    /// The ASCII characters with which it opens, as bits, if it is tried where a term stands.
    pub(super) fn first_characters(&self) -> u128 {
        if self.opens_with_term() || self.head.is_some() {
            needs::first_characters(&self.hir)
        } else {
            u128::MAX
        }
    }

    /// Whether every match opens with a word that a list has, and which can be looked up before the pattern is run.
    pub(super) fn opens_with_known(&self) -> bool {
        self.lookups.iter().any(|it| Some(it.group) == self.head && it.must)
    }

    /// Whether the lists allow a match to open with a folded word. True where that is not known.
    pub(super) fn may_open_with(&self, word: &str) -> bool {
        let own = self.lookups.iter().filter(|it| Some(it.group) == self.head);
        own.into_iter().all(|it| it.list.contains_from(word, it.min) == it.must)
    }

    /// Words of which one must stand in a line, as a word of its own, for a match to fit: the first words
    /// of the terms of the list with which it opens, or else of the shortest list that it requires. A compact
    /// list has too many for that.
    pub(super) fn required(&self) -> Option<BTreeSet<String>> {
        let lists = self.lookups.iter().filter(|it| it.must && !it.list.is_compact()).map(|it| &it.list);
        let list = self.opening.as_ref().or_else(|| lists.min_by_key(|it| it.terms().len()))?;
        Some(list.terms().iter().filter_map(|it| Some(it.folded.split(' ').next()?.to_owned())).collect())
    }

    /// Whether there is a match in a line from `at` on.
    pub(super) fn is_in(&self, line: &str, at: usize) -> bool {
        !self.unfit && self.regex.is_match(Input::new(line).range(at..))
    }

    /// The next match in a line from `at` on.
    pub(super) fn next_match(&self, room: &mut Room, line: &str, at: usize) -> Option<Match> {
        self.found(room, line, Input::new(line).range(at..))
    }

    /// The match that begins where a part of a line does.
    pub(super) fn match_at(&self, room: &mut Room, line: &str, part: Range<usize>) -> Option<Match> {
        self.found(room, line, Input::new(line).range(part).anchored(Anchored::Yes))
    }

    fn found(&self, room: &mut Room, line: &str, input: Input<'_>) -> Option<Match> {
        if self.unfit {
            return None;
        }
        room.clear();
        room.resize(self.groups.saturating_mul(2), None);
        self.regex.search_slots(&input, room)?;
        let group = |n: usize| {
            let at = |n: usize| Some(room.get(n).copied().flatten()?.get());
            let start = n.saturating_mul(2);
            Some(at(start)?..at(start.saturating_add(1))?)
        };
        let whole = group(0)?;
        let value = self.value.and_then(group).unwrap_or_else(|| whole.clone());
        let fits = self.lookups.iter().all(|Asked { group: n, must, list, min }| {
            let Some(range) = group(*n) else { return !*must };
            let text = line.get(range.clone()).unwrap_or_default();
            list.contains_from(&folded(text), *min) == *must && (!*must || at_word_borders(line, range))
        });
        Some(Match { whole, value, fits })
    }
}

/// The patterns of a rule, which looks up groups in lists.
fn patterns(
    rule: &Rule,
    require: &[(String, Arc<List>, u64)],
    forbid: &[(String, Arc<List>, u64)],
    place: &dyn Fn(Option<usize>) -> Place,
) -> Result<Vec<Pattern>, Error> {
    let mut patterns = Vec::new();
    for it in &rule.patterns {
        let at = place(Some(it.span().start));
        let (hir, regex) = compiled(it.get_ref())
            .ok_or_else(|| Error::Pattern(at.clone(), "its syntax is wrong, or it is too large"))?;
        if regex.is_match("") {
            return Err(Error::Lint(at, "the pattern matches the empty text"));
        }
        let names: Vec<_> = regex.group_info().pattern_names(PatternID::ZERO).flatten().collect();
        let asked = require.iter().chain(forbid).map(|(group, ..)| group.as_str());
        for group in asked {
            if !names.contains(&group)
                && !rule.patterns.iter().any(|it| {
                    it.get_ref().contains(&format!("(?P<{group}>"))
                        || it.get_ref().contains(&format!("(?<{group}>"))
                })
            {
                return Err(Error::Lint(at, "require or forbid names a group that no pattern has"));
            }
        }
        let index = |group: &str| regex.group_info().to_index(PatternID::ZERO, group);
        let value = index("v");
        let all = require.iter().map(|it| (true, it)).chain(forbid.iter().map(|it| (false, it)));
        let unfit = require.iter().any(|(group, ..)| index(group).is_none());
        let lookups: Vec<_> = all
            .filter_map(|(must, (group, list, min))| {
                Some(Asked { group: index(group)?, must, list: Arc::clone(list), min: *min })
            })
            .collect();
        let opening = opening::opening_groups(&hir)
            .iter()
            .find_map(|group| lookups.iter().find(|it| it.group == *group && it.must))
            .filter(|it| !it.list.is_compact())
            .map(|it| Arc::clone(&it.list));
        let groups = lookups.iter().map(|it| it.group).chain(value).max().unwrap_or(0).saturating_add(1);
        let head = opening::head_group(&hir);
        patterns.push(Pattern { regex, hir, value, groups, lookups, unfit, opening, head });
    }
    Ok(patterns)
}

/// The finder that a rule names, over its lists.
fn finder(rule: &Rule, lists: &BTreeMap<String, Arc<List>>) -> Result<Option<Finder>, &'static str> {
    let Some(it) = &rule.finder else { return Ok(None) };
    let read = |names: &[String]| -> Result<Vec<_>, _> {
        names.iter().map(|it| lists.get(it).cloned().ok_or("list")).collect()
    };
    let finder = Finder::named(&it.name, &read(&it.lists)?, &read(&it.names)?, it.min);
    finder.map(Some).ok_or("finder over such lists")
}

/// As a list's terms are folded, for a text that is of a view already.
fn folded(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|it| it.is_ascii_lowercase()) || text.chars().all(is_han);
    if plain {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().map(lower));
    }
    Cow::Owned(folded)
}

/// Letters and digits of scripts that put spaces between words.
pub(super) fn is_word_like(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && !is_han(c) && c.is_alphanumeric()
}

/// Whether a term that begins or ends in such a letter stands as a word of its own.
pub(super) fn at_word_borders(text: &str, term: Range<usize>) -> bool {
    let inside = text.get(term.clone()).unwrap_or_default();
    let clash = |own: Option<char>, other: Option<char>| {
        own.is_some_and(is_word_like) && other.is_some_and(is_word_like)
    };
    let before = text.get(..term.start).and_then(|it| it.chars().next_back());
    let after = text.get(term.end..).and_then(|it| it.chars().next());
    !clash(inside.chars().next(), before) && !clash(inside.chars().next_back(), after)
}

/// A view's text as a list's term has it.
pub(super) fn is_cased_as(view_text: &str, shown: &str) -> bool {
    view_text == shown
}
