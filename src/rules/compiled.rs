//! One rule as checked and compiled.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use regex_automata::{Anchored, Input};

use super::{
    Error, Place,
    asked::{self, Asked, Asks},
    automaton::{Automaton, Room},
    finder::Finder,
    lint,
    list::List,
    near::Context,
    schema::{Advice, Bound, Case, Lookup, Near, OneOrMany, Rule, RuleClass},
    told::Tells,
    validate::{self, Validator},
};
use crate::{
    entity::{Class, EntityType, Tier},
    view::{folded_name, is_bordered, is_han},
};

/// The confidence, in percent, from which a finding is certain.
pub(super) const CERTAIN: u8 = 85;
/// The confidence, in percent, from which a finding is transformed unless its rule says otherwise.
pub(super) const PROBABLE: u8 = 60;
/// The confidence, in percent, from which a reviewer sees it.
pub(super) const POSSIBLE: u8 = 35;
/// What a value gets that its validator refuses.
const REFUSED: u8 = 40;

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
    pub(super) ladder: Arc<[String]>,
}

/// One pattern of a rule.
#[derive(Debug)]
pub(super) struct Pattern {
    automaton: Automaton,
    /// The group `v`.
    value: Option<usize>,
    /// How many groups are looked at, the whole match counted.
    groups: usize,
    pub(super) asks: Asks,
    /// What is known of it before it is run, until the engine takes that.
    pub(super) tells: Option<Tells>,
}

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
            ladder: rule.ladder.as_slice().into(),
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
            ladder: Arc::default(),
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
        let digit = |it: Option<char>| it.is_some_and(|c| c.is_ascii_digit());
        let joins = |it: Option<char>| it.is_some_and(|c| matches!(c, '.' | '-' | ','));
        let joined = |chars: &mut dyn Iterator<Item = char>| joins(chars.next()) && digit(chars.next());
        match self.bound {
            Bound::None => true,
            Bound::Ascii => is_bordered(text, value),
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
    /// Whether there is a match in a line from `at` on.
    pub(super) fn is_in(&self, line: &str, at: usize) -> bool {
        !self.asks.is_unfit() && self.automaton.is_in(line, at)
    }

    /// The next match in a line from `at` on.
    pub(super) fn next_match(&self, room: &mut Room, line: &str, at: usize) -> Option<Match> {
        self.found(room, line, &Input::new(line).range(at..))
    }

    /// The match that begins where a part of a line does.
    pub(super) fn match_at(&self, room: &mut Room, line: &str, part: Range<usize>) -> Option<Match> {
        self.found(room, line, &Input::new(line).range(part).anchored(Anchored::Yes))
    }

    fn found(&self, room: &mut Room, line: &str, input: &Input<'_>) -> Option<Match> {
        if self.asks.is_unfit() || !self.automaton.search(room, self.groups, input) {
            return None;
        }
        let whole = room.group(0)?;
        let value = self.value.and_then(|it| room.group(it)).unwrap_or_else(|| whole.clone());
        let fits = self.asks.fit(|n| {
            let range = room.group(n)?;
            Some((line.get(range.clone()).unwrap_or_default(), at_word_borders(line, range)))
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
    let mut hirs = Vec::new();
    for it in &rule.patterns {
        let at = place(Some(it.span().start));
        let hir = regex_syntax::parse(it.get_ref()).map_err(|_| broken(at.clone()))?;
        if hir.properties().minimum_len() == Some(0) {
            return Err(Error::Lint(at, "the pattern matches the empty text"));
        }
        hirs.push((at, hir));
    }
    let mut patterns = Vec::new();
    for (at, hir) in &hirs {
        let names = asked::named_groups(hir);
        let index = |group: &str| names.iter().find(|it| it.0 == group).map(|it| it.1);
        let has =
            |group: &str| hirs.iter().any(|it| asked::named_groups(&it.1).iter().any(|it| it.0 == group));
        if require.iter().chain(forbid).any(|it| index(&it.0).is_none() && !has(&it.0)) {
            return Err(Error::Lint(at.clone(), "require or forbid names a group that no pattern has"));
        }
        let value = index("v");
        let all = require.iter().map(|it| (true, it)).chain(forbid.iter().map(|it| (false, it)));
        let unfit = require.iter().any(|(group, ..)| index(group).is_none());
        let asked = all.filter_map(|(must, (group, list, min))| {
            Some(Asked { group: index(group)?, must, list: Arc::clone(list), min: *min })
        });
        let asks = Asks::new(hir, asked.collect(), unfit);
        let groups = asks.last_group().max(value.unwrap_or(0)).saturating_add(1);
        let tells = Tells::of(hir, &asks, rule.retry.unwrap_or(true));
        let placed = tells.places(&asks) && !rule.across;
        let automaton = Automaton::new(hir, placed).ok_or_else(|| broken(at.clone()))?;
        patterns.push(Pattern { automaton, value, groups, asks, tells: Some(tells) });
    }
    Ok(patterns)
}

fn broken(at: Place) -> Error {
    Error::Pattern(at, "its syntax is wrong, or it is too large")
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
