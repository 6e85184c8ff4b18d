//! `vouchsafe eval`: searches annotated texts, writes down what would be taken out, and says how good that is.
//! What it shows of misses is text of the gold, for whoever may read that.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use serde::de::DeserializeOwned;

use super::{
    args::{Eval, GoldFormat},
    rules::WithoutRoster,
    screen::{Colour, Failure, Screen},
    texts::laid_out,
};
use crate::{
    detect::{self, Context},
    durable,
    eval::{self, Count, Gold, Predicted, PredictedSpan, Score, interval, tab},
    item::ItemKind,
};

pub(super) fn run(screen: &Screen, command: &Eval) -> Result<ExitCode, Failure> {
    match command.format {
        GoldFormat::Jsonl => {
            let gold: Vec<Gold> = lines(&command.gold)?;
            let texts = gold.iter().map(|it| (it.id.as_str(), it.text.as_str()));
            let predicted = predictions(command, texts, ItemKind::Transcript)?;
            let score = eval::score(&gold, &predicted, command.lang.as_deref()).map_err(unfit)?;
            if screen.is_json() {
                screen.value(&value(&score));
            } else {
                show(screen, &score, command.errors);
            }
        }
        GoldFormat::Tab => {
            let text = read(&command.gold)?;
            let gold: Vec<tab::Judgment> =
                serde_json::from_str(&text).map_err(|_| no_gold(&command.gold, 1))?;
            let texts = gold.iter().map(|it| (it.doc_id.as_str(), it.text.as_str()));
            let predicted = predictions(command, texts, ItemKind::Fieldnote)?;
            let score = tab::score(&gold, &predicted).map_err(unfit)?;
            let rows = [
                ("direct", score.direct),
                ("quasi", score.quasi),
                ("mention", score.mentions),
                ("token precision", score.words),
            ];
            if screen.is_json() {
                let rows: BTreeMap<_, _> = rows.iter().map(|(name, it)| (*name, counted(*it))).collect();
                screen.value(&rows);
            } else {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|(name, it)| vec![(*name).to_owned(), it.n.to_string(), percent(it.share())])
                    .collect();
                screen.table(&["FIGURE", "OF", "SHARE"], &rows);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|_| {
        Failure::new(
            "CL-04",
            format!("{} can't be read as text", path.display()),
            "Check the path, the rights, and that the file is UTF-8.",
        )
    })
}

fn no_gold(path: &Path, line: usize) -> Failure {
    Failure::new(
        "CL-15",
        format!("line {line} of {} is not as the format says", path.display()),
        "docs/evaluation.md shows the formats; --format tab is for judgments of the Text Anonymization Benchmark.",
    )
}

fn unfit(error: eval::Error) -> Failure {
    Failure::new("CL-16", error.to_string(), "Give the gold that these predictions were made for.")
}

pub(super) fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = read(path)?;
    let rows = (1..).zip(text.lines()).filter(|(_, it)| !it.trim().is_empty());
    rows.map(|(n, it)| serde_json::from_str(it).map_err(|_| no_gold(path, n))).collect()
}

/// Somebody's predictions, or ours; ours are written down where that is asked for.
fn predictions<'t>(
    command: &Eval,
    texts: impl Iterator<Item = (&'t str, &'t str)>,
    kind: ItemKind,
) -> Result<Vec<Predicted>, Failure> {
    if let Some(theirs) = &command.score {
        return lines(theirs);
    }
    let packs = WithoutRoster::new(&command.packs)?;
    let packs = if command.fast {
        packs
    } else {
        packs.with_model(command.model.as_deref())?.with_bars(command.sureness.bars())
    };
    let context = packs.context();
    let predicted = texts
        .map(|(id, text)| Ok(Predicted { id: id.to_owned(), spans: found(text, kind, &context)? }))
        .collect::<Result<Vec<_>, Failure>>()?;
    if let Some(path) = &command.predictions {
        let rows = predicted.iter().filter_map(|it| serde_json::to_string(it).ok());
        let text: String = rows.flat_map(|it| [it, "\n".to_owned()]).collect();
        let name = path.file_name().and_then(|it| it.to_str()).ok_or_else(|| no_gold(path, 0))?;
        let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        durable::write_over(dir, name, text.as_bytes())?;
    }
    Ok(predicted)
}

/// What would be transformed without a reviewer, in code points.
fn found(text: &str, kind: ItemKind, context: &Context<'_>) -> Result<Vec<PredictedSpan>, Failure> {
    let layout = laid_out(text, kind);
    let starts: Vec<usize> = text.char_indices().map(|it| it.0).collect();
    let point = |at: usize| starts.partition_point(|it| *it < at);
    let scan = detect::scan(text, &layout, context)?;
    let spans = scan
        .findings
        .iter()
        .filter(|it| it.is_transformed())
        .map(|it| PredictedSpan {
            start: point(it.span.start),
            end: point(it.span.end),
            r#type: it.entity.name().to_owned(),
        })
        .collect();
    Ok(spans)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn show(screen: &Screen, score: &Score, errors: usize) {
    let rows: Vec<_> = score
        .rows
        .iter()
        .map(|(name, it)| {
            let (low, high) = interval(it.n.saturating_sub(it.full), it.n);
            let chars = Count { n: it.chars, hit: it.covered };
            vec![
                name.clone(),
                it.n.to_string(),
                percent(it.leak()),
                format!("{:.1} – {:.1}", low * 100.0, high * 100.0),
                percent(Count { n: it.n, hit: it.partial }.share()),
                percent(chars.share()),
            ]
        })
        .collect();
    screen.table(&["MENTIONS", "N", "LEAK", "95 %", "TOUCHED", "CHARACTERS"], &rows);
    screen.line("");
    let hard = total(&score.hard_negatives);
    for (name, it) in [
        ("direct entities that leak", score.direct_entities),
        ("texts with a direct leak", score.leaking_docs),
        ("character precision", score.masked),
        ("span precision", score.spans),
        ("hard negatives hit", hard),
    ] {
        screen.line(&format!("{name}: {} of {}", percent(it.share()), it.n));
    }
    screen.line(&format!("masked for nothing: {:.1} characters in 1,000", score.outside.share() * 1000.0));
    for (what, counts) in [("hard negatives", &score.hard_negatives), ("direct leak", &score.styles)] {
        screen.heading(what);
        let rows: Vec<_> = counts
            .iter()
            .map(|(name, it)| vec![name.clone(), it.n.to_string(), percent(it.share())])
            .collect();
        screen.table(&["KIND", "N", "SHARE"], &rows);
    }
    if errors > 0 {
        screen.heading("misses");
        for (id, kind, shown) in score.misses.iter().take(errors) {
            screen.line(&format!(
                "{id}  {kind}  {}",
                screen.paint(Colour::Red, &shown.escape_debug().to_string())
            ));
        }
        screen.heading("masked for nothing, most often first");
        let mut over: Vec<_> = score.over_masked.iter().collect();
        over.sort_by_key(|it| std::cmp::Reverse(it.1));
        for ((kind, text), count) in over.into_iter().take(errors) {
            screen.line(&format!("{count:>5}  {kind}  {}", text.escape_debug()));
        }
    }
}

fn total(counts: &BTreeMap<String, Count>) -> Count {
    counts.values().fold(Count::default(), |sum, it| Count {
        n: sum.n.saturating_add(it.n),
        hit: sum.hit.saturating_add(it.hit),
    })
}

fn counted(it: Count) -> serde_json::Value {
    serde_json::json!({ "n": it.n, "share": it.share() })
}

fn value(score: &Score) -> serde_json::Value {
    let rows: BTreeMap<_, _> = score
        .rows
        .iter()
        .map(|(name, it)| {
            let (low, high) = interval(it.n.saturating_sub(it.full), it.n);
            let row = serde_json::json!({
                "n": it.n, "leak": it.leak(), "leak_ci95": [low, high],
                "full_recall": Count { n: it.n, hit: it.full }.share(),
                "partial_recall": Count { n: it.n, hit: it.partial }.share(),
                "char_recall": Count { n: it.chars, hit: it.covered }.share(),
            });
            (name, row)
        })
        .collect();
    let shares = |counts: &BTreeMap<String, Count>| -> BTreeMap<String, serde_json::Value> {
        counts.iter().map(|(name, it)| (name.clone(), counted(*it))).collect()
    };
    serde_json::json!({
        "docs": score.docs, "mentions": rows,
        "direct_entity_leak": score.direct_entities.share(), "direct_entities": score.direct_entities.n,
        "doc_leak": score.leaking_docs.share(), "char_precision": score.masked.share(),
        "span_precision": score.spans.share(), "pred_spans": score.spans.n,
        "hard_negatives": total(&score.hard_negatives).n, "hn_rate": total(&score.hard_negatives).share(),
        "hn_by_kind": shares(&score.hard_negatives), "direct_leak_by_style": shares(&score.styles),
        "overmask_per_1000": score.outside.share() * 1000.0,
    })
}
