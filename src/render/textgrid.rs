//! Praat's `TextGrid` as long text in UTF-8: a tier a speaker, filled up with empty intervals. It starts at 0 and ends
//! where the last turn does.

use super::{
    text::add,
    tiers::{Span, Tier, assign, number},
};
use crate::parse::rows::{self, Row};

pub(super) fn write(held: &str) -> Vec<u8> {
    let rows: Vec<_> = rows::rows(held).unwrap_or_default();
    let spans: Vec<_> = rows.iter().map(span).collect();
    let tiers = assign(&spans);
    let times = || rows.iter().flat_map(Row::times).map(|it| (number(it), it));
    let start = times().chain([(0.0, "0")]).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, "0")).1;
    let end =
        times().max_by(|a, b| a.0.total_cmp(&b.0)).filter(|it| it.0 > number(start)).map_or("1", |it| it.1);
    let count = tiers.len();
    let mut file = format!(
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = {start} \nxmax = {end} \n\
         tiers? <exists> \nsize = {count} \nitem []: \n"
    );
    for (n, tier) in (1..).zip(&tiers) {
        let class = if tier.point { "TextTier" } else { "IntervalTier" };
        let name = quoted(&tier.name);
        add(
            &mut file,
            format_args!(
                "    item [{n}]:\n        class = \"{class}\" \n        name = {name} \n\
             \x20       xmin = {start} \n        xmax = {end} \n"
            ),
        );
        let rows = tier.turns.iter().filter_map(|it| rows.get(*it));
        if tier.point { points(tier, rows, &mut file) } else { intervals(rows, [start, end], &mut file) }
    }
    file.into_bytes()
}

fn span(row: &Row) -> Span<'_> {
    let mut times = row.times().map(number);
    let start = times.next().unwrap_or(f64::INFINITY);
    let end = times.next();
    Span { label: row.label(), start, end: end.unwrap_or(start), point: end.is_none() }
}

fn points<'h>(tier: &Tier<'_>, rows: impl Iterator<Item = &'h Row>, file: &mut String) {
    add(file, format_args!("        points: size = {} \n", tier.turns.len()));
    for (n, row) in (1..).zip(rows) {
        let (time, mark) = (row.times().next().unwrap_or("0"), quoted(row.speech()));
        add(
            file,
            format_args!("        points [{n}]:\n            number = {time} \n            mark = {mark} \n"),
        );
    }
}

/// Intervals from start to end without a gap.
fn intervals<'h>(rows: impl Iterator<Item = &'h Row>, [start, end]: [&'h str; 2], file: &mut String) {
    let mut all = Vec::new();
    let mut at = start;
    for row in rows {
        let mut times = row.times();
        let (Some(from), Some(to)) = (times.next(), times.next()) else { continue };
        if number(from) > number(at) {
            all.push((at, from, ""));
        }
        all.push((from, to, row.speech()));
        at = to;
    }
    if number(end) > number(at) {
        all.push((at, end, ""));
    }
    add(file, format_args!("        intervals: size = {} \n", all.len()));
    for (n, (from, to, said)) in (1..).zip(all) {
        let said = quoted(said);
        add(
            file,
            format_args!(
                "        intervals [{n}]:\n            xmin = {from} \n            xmax = {to} \n            text = {said} \n"
            ),
        );
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
