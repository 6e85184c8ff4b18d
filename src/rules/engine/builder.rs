//! From packs as written to the engine: reads lists, rules and what a site adds, and builds the automata.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind};
use regex_syntax::hir::Hir;
use sha2::{Digest as _, Sha256};

use super::{
    Builder, Engine, Need, Placed, Terms, Wanted, Written,
    headed::{Headed, MAX_HEADED},
};
use crate::{
    id::Digest,
    rules::{
        Error, PackSource, Place,
        compiled::{Compiled, Pattern},
        define,
        lexicon::Lexicon,
        lint,
        list::List,
        needs,
        pack::{self, line_of},
        rungs::Rungs,
        schema::{self, RuleClass, Status},
        shape::{Shape, Shapes},
        validate,
    },
    view::lower,
};

/// A pattern is tried where a match may open, if that is at so large a share of a text's bytes at most.
const MAX_TRIED: f64 = 0.05;

/// It is run on whole lines instead if what it needs is met so much more seldom than its opening.
const RARER: f64 = 8.0;

/// Words of so many bytes together are searched by the faster and larger kind of automaton.
const MAX_FAST_BYTES: usize = 32 * 1024;

/// What tells where a pattern is worth running.
enum Told {
    /// One of these terms stands there.
    Terms(BTreeSet<String>),
    /// One of these words does, and every match opens with one.
    Opening(Vec<String>),
    /// Bytes that look like the opening of a match.
    Shape(Shape),
    /// One of these words is in the line, cased so if that is known.
    Words(Vec<(String, Option<Box<str>>)>),
    /// A word that its lists allow; told late or not.
    Head(bool),
    Nothing,
}

impl Told {
    /// What tells it of a pattern, and whether no ASCII letter or digit stands before such a word.
    fn by(pattern: &Pattern, retry: bool) -> (Self, bool) {
        let (told, bordered) = Self::without_lists(pattern);
        let late = match told {
            Self::Terms(_) => true,
            Self::Words(_) | Self::Nothing => false,
            Self::Opening(_) | Self::Shape(_) | Self::Head(_) => return (told, bordered),
        };
        if retry && !pattern.opens_with_term() && pattern.opens_with_known() {
            return (Self::Head(late), false);
        }
        (told, bordered)
    }

    fn without_lists(pattern: &Pattern) -> (Self, bool) {
        let need = needs::of(&pattern.hir);
        if (pattern.opens_with_term() || need.as_ref().is_none_or(|it| it.capital))
            && let Some(terms) = pattern.required()
        {
            // The words of the list are rarer than what the pattern itself tells.
            return (Self::Terms(terms), false);
        }
        let need = need.filter(|it| !it.digit && !it.capital);
        let least = need.as_ref().map_or(MAX_TRIED, |it| MAX_TRIED.min(it.cost() * RARER));
        let shape = Shape::of(&pattern.hir);
        let shape = Some((shape.cost(), shape)).filter(|it| it.0 <= least);
        let opening = needs::opening_words(&pattern.hir).filter(|it| it.1 <= least);
        match (opening, shape, need) {
            (Some((words, cost, bordered)), shape, _) if shape.as_ref().is_none_or(|it| cost <= it.0) => {
                (Self::Opening(words), bordered)
            }
            (_, Some((_, shape)), _) => (Self::Shape(shape), false),
            (_, None, Some(need)) => (Self::Words(words(pattern, need.words)), false),
            (_, None, None) => (Self::Nothing, false),
        }
    }
}

/// The words that a line must hold for a pattern, as cased as they must be, if the pattern is of one case.
fn words(pattern: &Pattern, folded: Vec<String>) -> Vec<(String, Option<Box<str>>)> {
    let fold = |it: &str| it.chars().map(lower).collect::<String>();
    match needs::cased(&pattern.hir) {
        Some(it) if !it.digit && !it.capital && it.words.len() <= folded.len().saturating_mul(2) => {
            it.words.into_iter().map(|it| (fold(&it), Some(it.into()))).collect()
        }
        Some(_) | None => folded.into_iter().map(|it| (it, None)).collect(),
    }
}

impl Builder {
    pub(super) fn read_lists(&mut self, source: &PackSource, errors: &mut Vec<Error>) {
        for file in &source.files {
            let Some(name) = file.path.strip_prefix("lists/") else { continue };
            let flaw = |line, why| Error::List(source.place(&file.path, line), why);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            match List::read(name, &file.content) {
                Ok(list) => {
                    if self.lists.insert(stem.to_owned(), Arc::new(list)).is_some() {
                        errors.push(flaw(0, "there are two lists of that name"));
                    }
                }
                Err(it) => errors.push(flaw(it.line(), it.why())),
            }
        }
    }

    pub(super) fn read_rules(&mut self, source: &PackSource, errors: &mut Vec<Error>) {
        const FOLDERS: [&str; 6] = ["00-keep", "10-direct", "20-names", "30-places", "40-time", "50-quasi"];
        let pack = self.packs;
        self.packs = self.packs.saturating_add(1);
        for (n, file) in source.files.iter().enumerate() {
            let folder = file.path.split_once('/').map_or("", |(folder, _)| folder);
            if !FOLDERS.contains(&folder) {
                if file.path != pack::MANIFEST && !matches!(folder, "lists" | "cases" | "site") {
                    let place = source.place(&file.path, 0);
                    errors.push(Error::Shape(place, "the file lies in no folder that a pack has"));
                }
                continue;
            }
            let parsed: schema::RuleFile = match pack::parse(source, &file.path, file.text()) {
                Ok(it) => it,
                Err(it) => {
                    errors.push(it);
                    continue;
                }
            };
            if parsed.schema != schema::SCHEMA {
                errors.push(Error::Shape(source.place(&file.path, 0), "schema is not 1"));
            }
            for rule in parsed.rule {
                let start = rule.span().start;
                let place =
                    |at: Option<usize>| source.place(&file.path, line_of(file.text(), at.unwrap_or(start)));
                let mut rule = rule.into_inner();
                if let Err((at, why)) = self.put_in(&mut rule, &parsed.define) {
                    errors.push(Error::Lint(place(Some(at)), why));
                    continue;
                }
                if !self.ids.insert(rule.id.clone()) {
                    errors.push(Error::Lint(place(None), "there are two rules of that id"));
                    continue;
                }
                if (rule.class == RuleClass::Keep) != (folder == "00-keep") {
                    errors.push(Error::Lint(place(None), "keep rules lie in 00-keep, and no others do"));
                    continue;
                }
                if rule.status == Status::Retired {
                    if let Err(why) = lint::rule(&rule) {
                        errors.push(Error::Lint(place(None), why));
                    }
                    continue;
                }
                match Compiled::new(&rule, &self.lists, &place) {
                    Ok(it) => self.rules.push(it),
                    Err(it) => {
                        errors.push(it);
                        continue;
                    }
                }
                self.written.push(Written { rule, pack, file: n });
            }
        }
    }

    /// Puts what patterns name in their places. Which pattern is at fault, and how.
    fn put_in(
        &self,
        rule: &mut schema::Rule,
        definitions: &BTreeMap<String, String>,
    ) -> Result<(), (usize, &'static str)> {
        for it in &mut rule.patterns {
            let at = it.span().start;
            let whole = define::expanded(it.get_ref(), definitions, &self.lists).map_err(|why| (at, why))?;
            *it.get_mut() = whole;
        }
        Ok(())
    }

    pub(super) fn read_site(&mut self, source: &PackSource, errors: &mut Vec<Error>) {
        for file in source.files.iter().filter(|it| it.path.starts_with("site/")) {
            let parsed: schema::SiteFile = match pack::parse(source, &file.path, file.text()) {
                Ok(it) => it,
                Err(it) => {
                    errors.push(it);
                    continue;
                }
            };
            let place = |at: usize| source.place(&file.path, line_of(file.text(), at));
            if parsed.schema != schema::SCHEMA {
                errors.push(Error::Shape(place(0), "schema is not 1"));
            }
            let signed = |reason: &str, by: &str, date: &str| {
                !reason.trim().is_empty() && !by.trim().is_empty() && validate::is_iso_date(date)
            };
            for it in parsed.overrides {
                let at = place(it.span().start);
                let it = it.into_inner();
                if !signed(&it.reason, &it.by, &it.date) {
                    errors.push(Error::Lint(at, "an override says reason, by and date (YYYY-MM-DD)"));
                    continue;
                }
                let Some(n) = self.rules.iter().position(|rule| rule.id == it.id) else {
                    errors.push(Error::Unknown(at, "rule"));
                    continue;
                };
                if let Some(rule) = self.rules.get_mut(n) {
                    rule.adjust(it.confidence, it.threshold);
                }
                if it.enabled == Some(false) {
                    self.rules.remove(n);
                    let written = self.written.remove(n);
                    if written.rule.class == RuleClass::Direct {
                        self.disabled.push(it.id);
                    }
                }
            }
            for it in parsed.allow {
                let at = place(it.span().start);
                let it = it.into_inner();
                if signed(&it.reason, &it.by, &it.date) {
                    self.allowed.push(it.term);
                } else {
                    errors.push(Error::Lint(at, "an allowed term says reason, by and date (YYYY-MM-DD)"));
                }
            }
        }
    }

    /// Makes a keep rule of the terms that a site allows.
    fn allow_terms(&mut self, errors: &mut Vec<Error>) {
        if self.allowed.is_empty() {
            return;
        }
        let text = format!("# source: site; licence: none\n{}\n", self.allowed.join("\n"));
        match List::parse(&text, false) {
            Ok(list) => {
                self.lists.insert("site-allow".to_owned(), Arc::new(list));
                self.rules.push(Compiled::allow("site.allow", "site-allow"));
            }
            Err(_) => errors.push(Error::Set("an allowed term of a site is empty")),
        }
    }

    pub(super) fn finish(
        mut self,
        packs: &[PackSource],
        errors: &mut Vec<Error>,
    ) -> Option<(Engine, Vec<Written>)> {
        let whole = |why| Error::Pattern(Place { pack: String::new(), file: String::new(), line: 0 }, why);
        self.allow_terms(errors);
        let mut rungs = Rungs::of(&self.lists);
        for rule in &mut self.rules {
            rule.ladder = rungs.ladder("", &rule.ladder);
        }
        let mut patterns = Vec::new();
        let (mut always, mut headed) = (Vec::new(), Vec::new());
        let mut shapes = Shapes::default();
        let mut needed: BTreeMap<String, Vec<Need>> = BTreeMap::new();
        let mut wanted: BTreeMap<String, Terms> = BTreeMap::new();
        for (n, rule) in self.rules.iter().enumerate() {
            for (m, pattern) in rule.patterns.iter().enumerate() {
                if rule.across {
                    continue;
                }
                let at = patterns.len();
                let (told, bordered) = Told::by(pattern, rule.retry);
                patterns.push(Placed {
                    rule: n,
                    pattern: m,
                    floor: needs::Count::floor(&pattern.hir),
                    firsts: pattern.first_characters(),
                    bordered,
                });
                match told {
                    Told::Terms(terms) => {
                        for term in terms {
                            wanted.entry(term).or_default().patterns.push(at);
                        }
                    }
                    Told::Opening(words) => {
                        for word in words {
                            needed.entry(word).or_default().push(Need::Opens(at));
                        }
                    }
                    Told::Shape(shape) => shapes.add(at, &shape),
                    Told::Words(words) => {
                        for (word, shown) in words {
                            needed.entry(word).or_default().push(Need::InLine(at, shown));
                        }
                    }
                    Told::Head(late) if headed.len() < MAX_HEADED => {
                        headed.push(Headed { pattern: at, late });
                    }
                    Told::Head(_) | Told::Nothing => always.push(at),
                }
            }
            for list in rule.lists.iter().filter_map(|it| self.lists.get(it)) {
                for term in list.terms().iter() {
                    let ladder = rungs.ladder(&term.folded, &term.ladder);
                    let shown = if rule.exact { term.shown.clone() } else { String::new() };
                    wanted.entry(term.folded.clone()).or_default().rules.push(Wanted {
                        rule: n,
                        shown,
                        ladder,
                    });
                }
            }
        }
        // Told all that they can tell.
        self.rules.iter_mut().flat_map(|it| &mut it.patterns).for_each(|it| it.hir = Hir::empty());
        let (words, word_index): (Vec<String>, Vec<_>) = needed.into_iter().unzip();
        let words = if words.is_empty() {
            None
        } else {
            // The faster kind takes some hundred bytes for each byte of a word.
            let fast = words.iter().map(String::len).sum::<usize>() <= MAX_FAST_BYTES;
            let kind = fast.then_some(AhoCorasickKind::DFA);
            let Ok(it) = AhoCorasickBuilder::new().kind(kind).build(&words) else {
                errors.push(whole("all patterns together are too large"));
                return None;
            };
            Some(it)
        };
        let lexicon = Lexicon::new(wanted.keys().map(String::as_str));
        let term_index = wanted.into_values().collect();
        let mut hash = Sha256::new();
        hash.update(b"vouchsafe/rules/v1\0");
        for it in packs {
            hash.update(it.digest().as_bytes());
        }
        let stop = ["stop-en", "stop-zh"].iter().filter_map(|it| self.lists.get(*it).cloned()).collect();
        let engine = Engine {
            rules: self.rules,
            patterns,
            words,
            word_index,
            shapes,
            headed,
            always,
            lexicon,
            term_index,
            stop,
            digest: Digest::from_bytes(hash.finalize().into()),
            languages: self.languages,
            disabled: self.disabled,
        };
        Some((engine, self.written))
    }
}
