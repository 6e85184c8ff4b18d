//! Runs what rules say they must and must not match, and the cases of the packs. A pack whose own
//! examples fail is not loaded.

use std::ops::Range;

use super::{
    Engine, Error, PackSource,
    engine::{Hit, Written},
    pack::line_of,
    schema::{RuleClass, RuleFile},
};
use crate::{
    entity::{EntityType, Tier},
    view::View,
};

/// Adds an error for every example that does not hold.
pub(super) fn check(engine: &Engine, rules: &[Written], packs: &[PackSource], errors: &mut Vec<Error>) {
    for it in rules {
        let Some(source) = packs.get(it.pack) else { continue };
        let Some(file) = source.files.get(it.file) else { continue };
        let rule = &it.rule;
        let flag = rule.action.as_ref().is_some_and(|it| it.default == super::schema::Advice::Flag);
        let least = if flag { Tier::Possible } else { Tier::Probable };
        for example in &rule.must_match {
            let place = || source.place(&file.path, line_of(file.text(), example.span().start));
            let example = example.get_ref();
            let found = found(engine, &example.text, &rule.id, rule.class, least);
            let Some(at) = example.text.find(&example.find) else {
                errors.push(Error::Example(
                    place(),
                    rule.id.clone(),
                    "the text does not hold what it must find",
                ));
                continue;
            };
            let want = at..at.saturating_add(example.find.len());
            let fits = |it: &Option<EntityType>| example.entity.is_none() || *it == example.entity;
            if !found.iter().any(|(range, entity)| *range == want && fits(entity)) {
                let why = match found.first() {
                    None => "a must_match is not found",
                    Some(_) => "a must_match is found with other borders or as another entity",
                };
                errors.push(Error::Example(place(), rule.id.clone(), why));
            }
        }
        for example in &rule.must_not_match {
            let text = &example.get_ref().text;
            if !found(engine, text, &rule.id, rule.class, least).is_empty() {
                let place = source.place(&file.path, line_of(file.text(), example.span().start));
                errors.push(Error::Example(place, rule.id.clone(), "a must_not_match is found"));
            }
        }
    }
    for source in packs {
        for file in source.files.iter().filter(|it| it.path.starts_with("cases/")) {
            for (line, number) in file.text().lines().zip(1_usize..) {
                if line.starts_with('#') || line.trim().is_empty() {
                    continue;
                }
                if let Err(why) = case(engine, line) {
                    let place = source.place(&file.path, number);
                    errors.push(Error::Example(place, "case".to_owned(), why));
                }
            }
        }
    }
}

/// How many examples packs have: what rules must and must not match, and the cases.
pub(super) fn count(packs: &[PackSource]) -> usize {
    let lines = |text: &str| text.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty()).count();
    let rules = |text: &str| {
        let rules = toml::from_str::<RuleFile>(text).map(|it| it.rule).unwrap_or_default();
        rules.iter().map(toml::Spanned::get_ref).map(|it| it.must_match.len() + it.must_not_match.len()).sum()
    };
    let files = packs.iter().flat_map(|it| &it.files);
    files
        .map(|it| match it.path.split_once('/') {
            Some(("cases", _)) => lines(it.text()),
            Some(("lists" | "site", _)) | None => 0,
            Some(_) => rules(it.text()),
        })
        .sum()
}

/// What one rule finds in an example, in bytes of the example.
fn found(
    engine: &Engine,
    text: &str,
    id: &str,
    class: RuleClass,
    least: Tier,
) -> Vec<(Range<usize>, Option<EntityType>)> {
    let view = View::of(text);
    if class == RuleClass::Keep {
        let spans = engine.protected_by(view.text(), view.folded(), id);
        return spans.into_iter().map(|it| (view.source(it), None)).collect();
    }
    let (hits, _) = engine.find(view.text(), view.folded());
    hits.into_iter()
        .filter(|it| it.rule == id && it.tier >= least)
        .map(|it| (view.source(it.range), Some(it.entity)))
        .collect()
}

/// A passage with `[[text|ENTITY]]` marks.
fn case(engine: &Engine, line: &str) -> Result<(), &'static str> {
    let mut text = String::new();
    let mut marks: Vec<(Range<usize>, EntityType, bool)> = Vec::new();
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once("[[") {
        text.push_str(before);
        let (mark, after) = marked.split_once("]]").ok_or("a mark is not closed")?;
        let (value, entity) = mark.rsplit_once('|').ok_or("a mark has no entity")?;
        let (entity, flagged) = entity.strip_suffix('?').map_or((entity, false), |it| (it, true));
        let entity = entity.parse().map_err(|_| "a mark has no known entity")?;
        marks.push((text.len()..text.len().saturating_add(value.len()), entity, flagged));
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    let view = View::of(&text);
    let (hits, _) = engine.find(view.text(), view.folded());
    let hits: Vec<(Range<usize>, &Hit<'_>)> =
        hits.iter().map(|it| (view.source(it.range.clone()), it)).collect();
    for (span, entity, flagged) in &marks {
        let least = if *flagged { Tier::Possible } else { Tier::Probable };
        let met = hits.iter().any(|(range, it)| {
            range.start <= span.start && range.end >= span.end && it.entity == *entity && it.tier >= least
        });
        if !met {
            return Err("a marked text is not found as that entity");
        }
    }
    let stray = hits.iter().any(|(range, it)| {
        it.tier >= Tier::Probable
            && !marks.iter().any(|(span, ..)| range.start < span.end && span.start < range.end)
    });
    if stray { Err("something that is not marked would be transformed") } else { Ok(()) }
}
