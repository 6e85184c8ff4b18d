//! Prints the figures of `vouchsafe eval`, for people and for programs. Text of the gold only where it was asked for.

use std::collections::BTreeMap;

use super::super::screen::{Colour, Screen};
use crate::{
    estimate::Interval,
    eval::{
        Count, Miss, Score, Scored,
        compare::{Comparison, Figure},
        report::{between, percent},
        review::Review,
        tab,
    },
};

/// One figure of a score.
type Of<'f, S> = &'f dyn Fn(&S) -> Count;

/// Figures of a score by name.
type Counts<'f> = &'f dyn Fn(&Score) -> &BTreeMap<String, Count>;

/// Leak first.
pub(super) fn figures(screen: &Screen, scored: &Scored, review: Option<&Review>, errors: usize) {
    let score = &scored.total;
    let rows: Vec<_> = score
        .rows
        .iter()
        .map(|(name, it)| {
            let chars = Count { n: it.chars, hit: it.covered };
            vec![
                name.clone(),
                it.n.to_string(),
                percent(it.leak()),
                between(scored.interval(|of| of.leaking(name))),
                percent(Count { n: it.n, hit: it.partial }.share()),
                percent(chars.share()),
            ]
        })
        .collect();
    screen.table(&["MENTIONS", "N", "LEAK", "95 %", "TOUCHED", "CHARACTERS"], &rows);
    screen.line("");
    let shares: [(&str, Of<'_, Score>); 5] = [
        ("direct entities that leak", &|it| it.direct_entities),
        ("texts with a direct leak", &|it| it.leaking_docs),
        ("character precision", &|it| it.masked),
        ("span precision", &|it| it.spans),
        ("hard negatives hit", &Score::all_hard_negatives),
    ];
    let rows = shares.map(|(name, of)| {
        let it = of(score);
        let interval = scored.interval(|score| of(score).part());
        vec![name.to_owned(), it.n.to_string(), percent(it.share()), between(interval)]
    });
    screen.table(&["FIGURE", "OF", "SHARE", "95 %"], &rows);
    let over = scored.interval(|it| it.outside.part());
    screen.line(&format!(
        "masked for nothing: {:.1} characters in 1,000 ({:.1} – {:.1})",
        score.outside.share() * 1000.0,
        over.low * 1000.0,
        over.high * 1000.0
    ));
    if let Some(it) = review {
        screen.line(&format!(
            "a reviewer is asked about {} distinct strings, {:.1} in an hour of talk: {} of {} direct leaks are in them",
            it.candidates,
            it.an_hour(),
            it.leaks.hit,
            it.leaks.of
        ));
    }
    let tables: [(&str, Counts<'_>); 2] =
        [("hard negatives", &|it| &it.hard_negatives), ("direct leak", &|it| &it.styles)];
    for (what, counts) in tables {
        screen.heading(what);
        let rows: Vec<_> = counts(score)
            .iter()
            .map(|(name, it)| {
                let of = |score: &Score| counts(score).get(name).copied().unwrap_or_default().part();
                vec![name.clone(), it.n.to_string(), percent(it.share()), between(scored.interval(of))]
            })
            .collect();
        screen.table(&["KIND", "N", "SHARE", "95 %"], &rows);
    }
    if errors > 0 {
        screen.heading("misses");
        score.misses.iter().filter(|it| it.class == "direct").take(errors).for_each(|it| miss(screen, it));
        screen.heading("masked for nothing, most often first");
        let mut over: Vec<_> = score.over_masked.iter().collect();
        over.sort_by_key(|it| std::cmp::Reverse(it.1));
        for ((kind, text), count) in over.into_iter().take(errors) {
            screen.line(&format!("{count:>5}  {kind}  {}", text.escape_debug()));
        }
    }
}

fn counted(it: Count) -> serde_json::Value {
    serde_json::json!({ "n": it.n, "share": it.share() })
}

pub(super) fn value(scored: &Scored, review: Option<&Review>) -> serde_json::Value {
    let score = &scored.total;
    let rows: BTreeMap<_, _> = score
        .rows
        .iter()
        .map(|(name, it)| {
            let Interval { low, high } = scored.interval(|of| of.leaking(name));
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
    let ci = |of: Of<'_, Score>| {
        let it = scored.interval(|score| of(score).part());
        [it.low, it.high]
    };
    serde_json::json!({
        "docs": score.docs, "mentions": rows,
        "direct_entity_leak": score.direct_entities.share(), "direct_entities": score.direct_entities.n,
        "doc_leak": score.leaking_docs.share(), "char_precision": score.masked.share(),
        "span_precision": score.spans.share(), "pred_spans": score.spans.n,
        "hard_negatives": score.all_hard_negatives().n, "hn_rate": score.all_hard_negatives().share(),
        "hn_by_kind": shares(&score.hard_negatives), "direct_leak_by_style": shares(&score.styles),
        "overmask_per_1000": score.outside.share() * 1000.0,
        "review": review.map(|it| serde_json::json!({
            "candidates": it.candidates, "hours": it.hours, "candidates_per_hour": it.an_hour(),
            "leaks": it.leaks.of, "leaks_asked": it.leaks.hit,
        })),
        "ci95": {
            "direct_entity_leak": ci(&|it| it.direct_entities), "doc_leak": ci(&|it| it.leaking_docs),
            "char_precision": ci(&|it| it.masked), "span_precision": ci(&|it| it.spans),
            "hn_rate": ci(&Score::all_hard_negatives),
            "overmask_per_1000": ci(&|it| it.outside).map(|it| it * 1000.0),
        },
    })
}

/// A miss with the words around it.
fn miss(screen: &Screen, it: &Miss) {
    let shown = screen.paint(Colour::Red, &it.shown.escape_debug().to_string());
    screen.line(&format!("{}  {}  {shown}", it.id, it.kind));
}

/// What two programs differ in. Misses are told by place alone unless text was asked for.
pub(super) fn comparison(screen: &Screen, it: &Comparison<'_>, errors: usize) {
    if screen.is_json() {
        let figures = it.figures.iter().map(|it| {
            serde_json::json!({
                "figure": it.figure, "n": it.a.of, "a": it.a.share(), "b": it.b.share(),
                "difference": it.by, "ci95": it.interval.map(|it| [it.low, it.high]),
            })
        });
        let misses = |of: &[&Miss]| -> Vec<_> {
            let told = of.iter().map(|it| {
                serde_json::json!({
                    "id": it.id, "class": it.class, "type": it.kind, "start": it.span.start, "end": it.span.end,
                })
            });
            told.collect()
        };
        screen.value(&serde_json::json!({
            "figures": figures.collect::<Vec<_>>(),
            "only_a_misses": misses(&it.only_a), "only_b_misses": misses(&it.only_b),
        }));
        return;
    }
    let rows: Vec<_> = it
        .figures
        .iter()
        .map(|it| {
            let (unit, scale) = match it.figure {
                Figure::Overmask => ("‰", 1000.0),
                Figure::DirectLeak | Figure::QuasiLeak | Figure::DocLeak | Figure::HardNegatives => {
                    ("%", 100.0)
                }
            };
            let interval = it.interval.map_or_else(
                || "one text only".to_owned(),
                |it| format!("{:+.1} – {:+.1}", it.low * scale, it.high * scale),
            );
            let [a, b] = [it.a, it.b].map(|it| format!("{:.1} {unit}", it.share() * scale));
            let by = format!("{:+.1}", it.by * scale);
            vec![it.figure.words().to_owned(), it.a.of.to_string(), a, b, by, interval]
        })
        .collect();
    screen.table(&["FIGURE", "OF", "A", "B", "B – A", "95 %"], &rows);
    screen.line("An interval without 0 in it is more than chance. Texts are drawn anew for it, both programs' together.");
    for (name, misses) in [("only A misses", &it.only_a), ("only B misses", &it.only_b)] {
        let direct = misses.iter().filter(|it| it.class == "direct").count();
        let quasi = misses.len().saturating_sub(direct);
        screen.heading(&format!("{name}: {direct} direct, {quasi} quasi"));
        for class in ["direct", "quasi"] {
            misses.iter().filter(|it| it.class == class).take(errors).for_each(|it| miss(screen, it));
        }
    }
    if errors == 0 {
        screen.line("");
        screen.line("--errors N shows so many of each, with the words around them.");
    }
}

/// The figures over judgments.
pub(super) fn judgments(screen: &Screen, scored: &tab::Scored) {
    let total = scored.total();
    let rows: [(&str, Of<'_, tab::Score>); 4] = [
        ("direct", &|it| it.direct),
        ("quasi", &|it| it.quasi),
        ("mention", &|it| it.mentions),
        ("token precision", &|it| it.words),
    ];
    if screen.is_json() {
        let rows: BTreeMap<_, _> = rows
            .iter()
            .map(|(name, of)| {
                let (it, interval) = (of(&total), scored.interval(of));
                let ci = [interval.low, interval.high];
                (*name, serde_json::json!({ "n": it.n, "share": it.share(), "ci95": ci }))
            })
            .collect();
        screen.value(&rows);
        return;
    }
    let rows = rows.map(|(name, of)| {
        let it = of(&total);
        vec![name.to_owned(), it.n.to_string(), percent(it.share()), between(scored.interval(of))]
    });
    screen.table(&["FIGURE", "OF", "SHARE", "95 %"], &rows);
}
