//! `vouchsafe rules diff`: what differs between two sets of packs, and what that changes in texts.

use std::{collections::BTreeMap, process::ExitCode};

use toml::Value;

use super::{Detector, sources};
use crate::{
    cli::{
        args::RulesDiff,
        screen::{Colour, Failure, Screen, word},
        texts::{Text, read},
    },
    detect,
    eval::change::{Change, What, changes},
    rules::diff::{KeyChange, PackDiff, diff},
};

/// So many characters are shown before and after a finding.
const AROUND_CHARS: usize = 25;

/// The longest value of a key that is shown whole.
const MAX_VALUE_CHARS: usize = 60;

/// A change and where it is.
struct Found<'t> {
    text: &'t Text,
    change: Change,
}

pub(super) fn run(screen: &Screen, command: &RulesDiff) -> Result<ExitCode, Failure> {
    let split = |it: &str| it.split(',').map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (split(&command.old), split(&command.new));
    let told = diff(&sources(&old)?, &sources(&new)?)?;
    let mut texts = Vec::new();
    for it in &command.over {
        read(it, &mut texts)?;
    }
    let found = if texts.is_empty() { Vec::new() } else { compared(&old, &new, &texts)? };
    if screen.is_json() {
        screen.value(&value(&told, &texts, &found, command.show));
    } else {
        show(screen, &told, command);
        if !texts.is_empty() {
            show_found(screen, &texts, &found, command.show);
        }
    }
    Ok(ExitCode::from(u8::from(!told.is_empty() || !found.is_empty())))
}

fn compared<'t>(old: &[String], new: &[String], texts: &'t [Text]) -> Result<Vec<Found<'t>>, Failure> {
    let (old, new) = (Detector::new(old)?, Detector::new(new)?);
    let mut found = Vec::new();
    for text in texts {
        let scan = |packs: &Detector| detect::scan(&text.content, &text.layout, &packs.context());
        let told = changes(&scan(&old)?, &scan(&new)?);
        found.extend(told.into_iter().map(|change| Found { text, change }));
    }
    Ok(found)
}

fn in_words(it: &Change) -> String {
    match it.what {
        What::Gained(tier) => format!("gained, {}", word(&tier)),
        What::Lost(tier) => format!("lost, {}", word(&tier)),
        What::Retyped(old) => format!("was {old}"),
        What::Reweighed(old, new) => format!("{} → {}", word(&old), word(&new)),
        What::Resized => "other ends".to_owned(),
        What::Ladder => "other ladder".to_owned(),
    }
}

/// By rule, entity type and what differs.
fn counted<'f, 't>(found: &'f [Found<'t>]) -> BTreeMap<(&'f str, &'static str, String), Vec<&'f Found<'t>>> {
    let mut by: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for it in found {
        let change = &it.change;
        by.entry((change.rule.as_str(), change.entity.name(), in_words(change))).or_default().push(it);
    }
    by
}

/// The finding between brackets, with the words around it.
fn shown(it: &Found<'_>) -> String {
    let (text, span) = (it.text.content.as_str(), &it.change.span);
    let before = text.get(..span.start).unwrap_or_default().chars().rev().take(AROUND_CHARS);
    let before: String = before.collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = text.get(span.end..).unwrap_or_default().chars().take(AROUND_CHARS).collect();
    format!("{before}[[{}]]{after}", text.get(span.clone()).unwrap_or_default()).escape_debug().to_string()
}

fn show(screen: &Screen, told: &PackDiff, command: &RulesDiff) {
    if told.is_empty() {
        screen.line(&format!("{}  The packs say the same.", screen.paint(Colour::Green, "SAME")));
        return;
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for it in &told.packs {
        rows.push(vec!["pack".to_owned(), it.name.clone(), word(&it.became), String::new()]);
    }
    for (kind, all) in [("rule", &told.rules), ("site", &told.site)] {
        for it in all {
            let mut row = vec![kind.to_owned(), it.id.clone(), word(&it.became)];
            let mut keys = it.keys.iter().map(in_short);
            row.push(keys.next().unwrap_or_default());
            rows.push(row);
            rows.extend(keys.map(|it| vec![String::new(), String::new(), String::new(), it]));
        }
    }
    for it in &told.lists {
        let sums = [("+", &it.added), ("−", &it.removed), ("other ladder: ", &it.ladders)];
        let mut parts = sums.iter().filter(|(_, terms)| !terms.is_empty()).map(|(sign, terms)| {
            let named: Vec<_> = terms.iter().take(command.terms).map(String::as_str).collect();
            let more = if terms.len() > named.len() && !named.is_empty() { ", …" } else { "" };
            format!("{sign}{} {}{more}", terms.len(), named.join(", ")).trim_end().to_owned()
        });
        let row =
            vec!["list".to_owned(), it.name.clone(), word(&it.became), parts.next().unwrap_or_default()];
        rows.push(row);
        rows.extend(parts.map(|it| vec![String::new(), String::new(), String::new(), it]));
    }
    screen.table(&["WHAT", "NAME", "BECAME", "HOW"], &rows);
}

/// `confidence: 0.7 → 0.8`, `patterns: +1 −2`.
fn in_short(it: &KeyChange) -> String {
    let plain = |it: &Option<Value>| match it {
        Some(Value::Array(_) | Value::Table(_)) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(value) => Some(value.to_string()),
        None => Some("–".to_owned()),
    };
    if let (Some(old), Some(new)) = (plain(&it.old), plain(&it.new))
        && old.chars().count().max(new.chars().count()) <= MAX_VALUE_CHARS
    {
        return format!("{}: {old} → {new}", it.key);
    }
    match it.one_sided() {
        (gone, come) if gone.is_empty() && come.is_empty() => format!("{}: in another order", it.key),
        (gone, come) => format!("{}: +{} −{}", it.key, come.len(), gone.len()),
    }
}

fn show_found(screen: &Screen, texts: &[Text], found: &[Found<'_>], show: usize) {
    screen.heading(&format!("over {} text{}", texts.len(), if texts.len() == 1 { "" } else { "s" }));
    if found.is_empty() {
        screen.line("Both find the same.");
        return;
    }
    let by = counted(found);
    let rows: Vec<_> = by
        .iter()
        .map(|((rule, kind, what), all)| {
            vec![(*rule).to_owned(), (*kind).to_owned(), what.clone(), all.len().to_string()]
        })
        .collect();
    screen.table(&["RULE", "KIND", "CHANGE", "N"], &rows);
    if show == 0 {
        screen.line("With --show 10 you see where: it prints what was said.");
        return;
    }
    for ((rule, kind, what), all) in &by {
        screen.heading(&format!("{rule}  {kind}  {what}"));
        for it in all.iter().take(show) {
            screen.line(&format!("{}  {}", it.text.name, shown(it)));
        }
    }
}

fn value(told: &PackDiff, texts: &[Text], found: &[Found<'_>], show: usize) -> serde_json::Value {
    let by = counted(found);
    let rows = by.iter().map(|((rule, kind, what), all)| {
        let mut row = serde_json::json!({ "rule": rule, "entity": kind, "change": what, "n": all.len() });
        if show > 0 {
            let strings = all.iter().take(show).map(|it| {
                serde_json::json!({
                    "text": it.text.name, "start": it.change.span.start, "end": it.change.span.end,
                    "shown": shown(it),
                })
            });
            if let Some(row) = row.as_object_mut() {
                row.insert("examples".to_owned(), strings.collect());
            }
        }
        row
    });
    let rows: Vec<_> = rows.collect();
    serde_json::json!({
        "equal": told.is_empty() && found.is_empty(), "packs": told.packs, "rules": told.rules,
        "lists": told.lists, "site": told.site, "texts": texts.len(), "findings": rows,
    })
}
