//! `vouchsafe explain`: what is found in a file, which layers spoke for it, and how loudly.

use std::process::ExitCode;

use super::{
    args::Explain,
    rules::Detector,
    screen::{Failure, Screen, word},
    texts::{Text, read},
};
use crate::{detect, entity::Finding};

pub(super) fn run(screen: &Screen, command: &Explain) -> Result<ExitCode, Failure> {
    let packs = Detector::new(&command.packs)?;
    let packs = if command.fast { packs } else { packs.with_model(command.model.as_deref())? };
    let context = packs.context();
    let mut texts = Vec::new();
    for it in &command.files {
        read(it, &mut texts)?;
    }
    let mut told = Vec::new();
    for text in &texts {
        let explained = detect::explain(&text.content, &text.layout, &context)?;
        if screen.is_json() {
            told.push(value(text, &explained));
        } else {
            show(screen, text, &explained, texts.len() > 1);
        }
    }
    if screen.is_json() {
        screen.value(&told);
    }
    Ok(ExitCode::SUCCESS)
}

fn value(text: &Text, explained: &[(Finding, Vec<Finding>)]) -> serde_json::Value {
    let of = |it: &Finding| {
        serde_json::json!({
            "start": it.span.start, "end": it.span.end, "text": text.content.get(it.span.clone()),
            "entity": it.entity, "class": it.class, "tier": it.tier, "confidence": it.confidence, "layer": it.layer,
            "rule": it.rule,
        })
    };
    let findings: Vec<_> = explained
        .iter()
        .map(|(finding, voices)| {
            let mut told = of(finding);
            if let Some(members) = told.as_object_mut() {
                members.insert("voices".to_owned(), voices.iter().map(of).collect());
            }
            told
        })
        .collect();
    serde_json::json!({ "file": text.name, "findings": findings })
}

fn show(screen: &Screen, text: &Text, explained: &[(Finding, Vec<Finding>)], named: bool) {
    if named {
        screen.heading(&text.name);
    }
    if explained.is_empty() {
        screen.line("Nothing found. (Names of the study's roster are searched for by the daemon, not here.)");
        return;
    }
    let rows: Vec<_> = explained
        .iter()
        .map(|(finding, voices)| {
            let line = text.content.get(..finding.span.start).unwrap_or_default().matches('\n').count();
            let string = text.content.get(finding.span.clone()).unwrap_or_default();
            vec![
                line.saturating_add(1).to_string(),
                string.escape_debug().to_string(),
                finding.entity.name().to_owned(),
                word(&finding.tier),
                voices.iter().map(voice).collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    screen.table(&["LINE", "TEXT", "KIND", "TIER", "WHO SPOKE, AND HOW SURE (%)"], &rows);
}

/// A layer by its rule, or by its own name where it has none.
fn voice(it: &Finding) -> String {
    format!("{} {} {}", it.rule, it.entity, it.confidence)
}
