//! From packs as written to the engine: reads lists, rules and what a site adds, and builds the automata.

use std::{collections::BTreeMap, sync::Arc};

use aho_corasick::AhoCorasickBuilder;
use sha2::{Digest as _, Sha256};

use super::{Builder, Engine, Wanted, Written};
use crate::{
    id::Digest,
    rules::{
        Error, PackSource, Place,
        compiled::Compiled,
        define, lint,
        list::List,
        needs,
        pack::{self, line_of},
        rungs::Rungs,
        schema::{self, RuleClass, Status},
        validate,
    },
};

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

    pub(super) fn finish(
        mut self,
        packs: &[PackSource],
        errors: &mut Vec<Error>,
    ) -> Option<(Engine, Vec<Written>)> {
        let whole = |why| Error::Pattern(Place { pack: String::new(), file: String::new(), line: 0 }, why);
        if !self.allowed.is_empty() {
            let mut text = "# source: site; licence: none\n".to_owned();
            for it in &self.allowed {
                text.push_str(it);
                text.push('\n');
            }
            match List::parse(&text, false) {
                Ok(list) => {
                    self.lists.insert("site-allow".to_owned(), Arc::new(list));
                    self.rules.push(Compiled::allow("site.allow", "site-allow"));
                }
                Err(_) => errors.push(Error::Set("an allowed term of a site is empty")),
            }
        }
        let mut rungs = Rungs::of(&self.lists);
        for rule in &mut self.rules {
            rule.ladder = rungs.ladder("", &rule.ladder);
        }
        let mut patterns = Vec::new();
        let mut firsts = Vec::new();
        let mut floors = Vec::new();
        let mut always = Vec::new();
        let mut needed: BTreeMap<String, Vec<(usize, bool)>> = BTreeMap::new();
        let mut wanted: BTreeMap<&str, Vec<Wanted>> = BTreeMap::new();
        let searched = self.rules.iter().flat_map(|it| &it.lists);
        let searched: BTreeMap<_, _> =
            searched.filter_map(|it| Some((it, self.lists.get(it)?.terms()))).collect();
        for (n, rule) in self.rules.iter().enumerate() {
            for (m, pattern) in rule.patterns.iter().enumerate() {
                if rule.across {
                    continue;
                }
                let at = patterns.len();
                patterns.push((n, m));
                firsts.push(pattern.first_characters());
                floors.push(needs::Count::floor(&pattern.source));
                let need = needs::of(&pattern.source);
                if need.as_ref().is_none_or(|it| it.capital)
                    && let Some(terms) = pattern.required()
                {
                    // The words of the list are rarer than what the pattern itself tells.
                    for term in terms {
                        needed.entry(term).or_default().push((at, true));
                    }
                    continue;
                }
                let Some(need) = need.filter(|it| !it.digit && !it.capital) else {
                    always.push(at);
                    continue;
                };
                for word in need.words {
                    needed.entry(word).or_default().push((at, false));
                }
            }
            for term in rule.lists.iter().filter_map(|it| searched.get(it)).flat_map(|it| it.iter()) {
                let ladder = rungs.ladder(&term.folded, &term.ladder);
                let it = Wanted { rule: n, shown: term.shown.clone(), ladder };
                wanted.entry(&term.folded).or_default().push(it);
            }
        }
        let (words, word_index): (Vec<String>, Vec<_>) = needed.into_iter().unzip();
        let words = if words.is_empty() {
            None
        } else {
            let Ok(it) = AhoCorasickBuilder::new().build(&words) else {
                errors.push(whole("all patterns together are too large"));
                return None;
            };
            Some(it)
        };
        let (terms, term_index): (Vec<&str>, Vec<_>) = wanted.into_iter().unzip();
        let terms = if terms.is_empty() {
            None
        } else {
            let Ok(it) = AhoCorasickBuilder::new().build(&terms) else {
                errors.push(whole("all lists together are too large"));
                return None;
            };
            Some(it)
        };
        drop(searched);
        let mut hash = Sha256::new();
        hash.update(b"vouchsafe/rules/v1\0");
        for it in packs {
            hash.update(it.digest().as_bytes());
        }
        let stop = ["stop-en", "stop-zh"].iter().filter_map(|it| self.lists.get(*it).cloned()).collect();
        let engine = Engine {
            rules: self.rules,
            patterns,
            floors,
            firsts,
            words,
            word_index,
            always,
            terms,
            term_index,
            stop,
            digest: Digest::from_bytes(hash.finalize().into()),
            languages: self.languages,
            disabled: self.disabled,
        };
        Some((engine, self.written))
    }
}
