//! From packs as written to the engine: reads lists, rules and what a site adds, and builds the automata.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind};
use sha2::{Digest as _, Sha256};

use super::{
    Builder, Engine, Kin, Need, Placed, Written,
    headed::Headed,
    terms::{Terms, Wanted, Who},
};
use crate::{
    id::Digest,
    rules::{
        Error, PackSource, Place,
        compiled::Compiled,
        define,
        dictionary::Dictionary,
        lint,
        list::{List, Term},
        pack::{self, line_of},
        rungs::Rungs,
        schema::{self, RuleClass, Status},
        shape::Shapes,
        told::{Tells, Told},
        validate,
    },
};

/// So many bytes of a word are searched for: few other words start like it, and all automata together stay small.
const MAX_WORD_BYTES: usize = 8;

fn start_of(word: &str) -> &str {
    word.get(..word.floor_char_boundary(MAX_WORD_BYTES)).unwrap_or(word)
}

/// Puts down who needs a word, once.
fn put_down(needed: &mut BTreeMap<String, Vec<Need>>, word: &str, need: Need) {
    let needs = needed.entry(start_of(word).to_owned()).or_default();
    if needs.last() != Some(&need) {
        needs.push(need);
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
        let (mut always, mut headed) = (Vec::new(), Headed::default());
        let mut shapes = Shapes::default();
        let mut needed: BTreeMap<String, Vec<Need>> = BTreeMap::new();
        let mut wants: Vec<(Cow<'_, str>, Who)> = Vec::new();
        for (n, rule) in self.rules.iter_mut().enumerate() {
            for (m, pattern) in rule.patterns.iter_mut().enumerate() {
                let Some(Tells { told, bordered, floor, firsts }) = pattern.tells.take() else { continue };
                if rule.across {
                    continue;
                }
                let at = patterns.len();
                patterns.push(Placed { rule: n, pattern: m, floor, firsts, bordered });
                match told {
                    Told::Terms(terms) => {
                        wants.extend(terms.into_iter().map(|it| (it.into(), Who::Pattern(at))));
                    }
                    Told::Opening(words) => {
                        for word in words {
                            put_down(&mut needed, &word, Need::Opens(at));
                        }
                    }
                    Told::Shape(shape) => shapes.add(at, &shape),
                    Told::Words(words) => {
                        for (word, shown) in words {
                            let shown = shown.map(|it| start_of(&it).into());
                            put_down(&mut needed, &word, Need::InLine(at, shown));
                        }
                    }
                    Told::Head(late) if headed.add(at, late, &pattern.asks) => {}
                    Told::Head(_) | Told::Nothing => always.push(at),
                }
            }
            for list in rule.lists.iter().filter_map(|it| self.lists.get(it)) {
                let mut want = |term: &Term, folded| {
                    let ladder = rungs.ladder(&term.folded, &term.ladder);
                    let shown = if rule.exact { term.shown.as_str().into() } else { Box::default() };
                    wants.push((folded, Who::Rule(Wanted { rule: n, shown, ladder })));
                };
                match list.terms() {
                    Cow::Borrowed(terms) => {
                        for it in terms {
                            want(it, it.folded.as_str().into());
                        }
                    }
                    Cow::Owned(terms) => {
                        for it in &terms {
                            want(it, it.folded.clone().into());
                        }
                    }
                }
            }
        }
        let terms = Terms::new(wants);
        let (words, word_index): (Vec<String>, Vec<_>) = needed.into_iter().unzip();
        let words = if words.is_empty() {
            None
        } else {
            // The faster kind takes some hundred bytes for each byte of a word.
            let kind = Some(AhoCorasickKind::ContiguousNFA);
            let Ok(it) = AhoCorasickBuilder::new().kind(kind).build(&words) else {
                errors.push(whole("all patterns together are too large"));
                return None;
            };
            Some(it)
        };
        let mut hash = Sha256::new();
        hash.update(b"vouchsafe/rules/v1\0");
        for it in packs {
            hash.update(it.digest().as_bytes());
        }
        let stop = ["stop-en", "stop-zh"].iter().filter_map(|it| self.lists.get(*it).cloned()).collect();
        let mut dictionary = Dictionary::new(stop);
        for it in self.rules.iter().filter_map(|it| it.finder.as_ref()) {
            it.tell(&mut dictionary);
        }
        let engine = Engine {
            rules: self.rules,
            patterns,
            words,
            word_index,
            shapes,
            headed,
            always,
            terms,
            dictionary,
            digest: Digest::from_bytes(hash.finalize().into()),
            languages: self.languages,
            disabled: self.disabled,
            ladders: rungs.into_ladders(),
            kin: Kin::of(&self.lists),
        };
        Some((engine, self.written))
    }
}
