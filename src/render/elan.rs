//! ELAN (EAF 3.0): a tier a speaker, with a slot of its own at each end of a turn. No media, no author, a date of nobody.
//!
//! Turns of one speaker that have the same times and follow each other divide the first one's time; others that overlap
//! stand on a tier beside, whose participant is the same.

use super::{
    text::add,
    tiers::{Names, Span, assign, number},
    xml::escape,
};
use crate::parse::rows::{self, Row};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="1970-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER>
"#;
const TAIL: &str = r#"<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="turns" TIME_ALIGNABLE="true" GRAPHIC_REFERENCES="false"/>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="parts" TIME_ALIGNABLE="false" GRAPHIC_REFERENCES="false" CONSTRAINTS="Symbolic_Subdivision"/>
<CONSTRAINT STEREOTYPE="Symbolic_Subdivision" DESCRIPTION="Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered"/>
</ANNOTATION_DOCUMENT>
"#;

/// A turn, or several of one speaker with the same times.
struct Unit {
    /// The first one's place among the rows.
    at: usize,
    rows: Vec<Row>,
}

impl Unit {
    fn times(&self) -> Vec<&str> {
        self.rows.first().map(|it| it.times().collect()).unwrap_or_default()
    }

    fn span(&self) -> Span<'_> {
        let label = self.rows.first().map_or("", Row::label);
        match *self.times() {
            [start, end] => Span { label, start: number(start), end: number(end), point: false },
            _ => Span { label, start: f64::INFINITY, end: f64::INFINITY, point: false },
        }
    }

    /// Whether a row says more at the same time.
    fn goes_on(&self, row: &Row) -> bool {
        let times: Vec<_> = row.times().collect();
        !times.is_empty()
            && times == self.times()
            && self.rows.first().is_some_and(|it| it.label() == row.label())
    }
}

pub(super) fn write(held: &str) -> Vec<u8> {
    let mut units: Vec<Unit> = Vec::new();
    for (at, row) in rows::rows(held).unwrap_or_default().into_iter().enumerate() {
        match units.last_mut().filter(|it| it.goes_on(&row)) {
            Some(open) => open.rows.push(row),
            None => units.push(Unit { at, rows: vec![row] }),
        }
    }
    let mut file = HEAD.to_owned();
    slots(&units, &mut file);
    let spans: Vec<_> = units.iter().map(Unit::span).collect();
    let tiers = assign(&spans);
    let mut names = Names::default();
    for it in &tiers {
        names.next(&it.name);
    }
    for tier in &tiers {
        let units: Vec<_> = tier.turns.iter().filter_map(|it| units.get(*it)).collect();
        open(&tier.name, tier.label, r#" LINGUISTIC_TYPE_REF="turns""#, &mut file);
        for it in &units {
            let (id, said) = (it.at, it.rows.first().map_or("", Row::speech));
            let slots = format!(r#"TIME_SLOT_REF1="ts{id}a" TIME_SLOT_REF2="ts{id}b""#);
            annotation("ALIGNABLE_ANNOTATION", &format!(r#"ANNOTATION_ID="a{id}" {slots}"#), said, &mut file);
        }
        file.push_str("</TIER>\n");
        if units.iter().all(|it| it.rows.len() < 2) {
            continue;
        }
        let mut parent = r#" LINGUISTIC_TYPE_REF="parts" PARENT_REF=""#.to_owned();
        escape(&tier.name, &mut parent);
        parent.push('"');
        open(&names.next(&tier.name), tier.label, &parent, &mut file);
        for it in &units {
            for ((id, more), n) in (it.at..).zip(&it.rows).zip(0..).skip(1) {
                let before = id.saturating_sub(1);
                let before =
                    if n > 1 { format!(r#" PREVIOUS_ANNOTATION="a{before}""#) } else { String::new() };
                let ids = format!(r#"ANNOTATION_ID="a{id}" ANNOTATION_REF="a{}"{before}"#, it.at);
                annotation("REF_ANNOTATION", &ids, more.speech(), &mut file);
            }
        }
        file.push_str("</TIER>\n");
    }
    file.push_str(TAIL);
    file.into_bytes()
}

/// The slots, in the order of their times; those without one at the end.
fn slots(units: &[Unit], file: &mut String) {
    let mut slots = Vec::new();
    for it in units {
        let times = it.times();
        let [start, end] = *times else {
            slots.extend([(f64::INFINITY, it.at, 'a', ""), (f64::INFINITY, it.at, 'b', "")]);
            continue;
        };
        slots.extend([(number(start), it.at, 'a', start), (number(end), it.at, 'b', end)]);
    }
    slots.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, at, side, value) in slots {
        add(file, format_args!(r#"<TIME_SLOT TIME_SLOT_ID="ts{at}{side}""#));
        if !value.is_empty() {
            file.push_str(r#" TIME_VALUE=""#);
            escape(value, file);
            file.push('"');
        }
        file.push_str("/>\n");
    }
    file.push_str("</TIME_ORDER>\n");
}

fn open(name: &str, label: &str, rest: &str, file: &mut String) {
    file.push_str(r#"<TIER TIER_ID=""#);
    escape(name, file);
    file.push_str(r#"" PARTICIPANT=""#);
    escape(label, file);
    file.push('"');
    file.push_str(rest);
    file.push_str(">\n");
}

fn annotation(kind: &str, ids: &str, said: &str, file: &mut String) {
    add(file, format_args!("<ANNOTATION><{kind} {ids}><ANNOTATION_VALUE>"));
    escape(said, file);
    add(file, format_args!("</ANNOTATION_VALUE></{kind}></ANNOTATION>\n"));
}
