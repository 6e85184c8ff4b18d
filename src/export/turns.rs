//! The turns of a released copy: number, times, speaker, text.

use crate::{
    config::Columns,
    parse::{
        rows::{self, LINE, Row},
        table::headings::{Meaning, meaning},
    },
    transcript::{Format, Layout, Notation, Piece, Role},
};

/// A time: as the copy writes it, and in milliseconds where it can be told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Moment {
    /// As it is written.
    pub written: String,
    /// In milliseconds.
    pub millis: Option<u64>,
}

/// A turn of a copy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Turn {
    /// Which turn of the source, counted from 1; of language versions, the how manieth time that somebody takes the word.
    pub number: u32,
    /// Which piece of it, from 1; only language versions have several.
    pub part: u32,
    /// When it begins.
    pub start: Option<Moment>,
    /// When it ends.
    pub end: Option<Moment>,
    /// The speaker's label, or nothing.
    pub speaker: String,
    /// What was said; lines apart by line feeds.
    pub text: String,
}

impl Turn {
    /// Its number as it is shown: `0012`; a further piece of it is `0012.2`.
    #[must_use]
    pub fn counted(&self) -> String {
        if self.part > 1 {
            format!("{:04}.{}", self.number, self.part)
        } else {
            format!("{:04}", self.number)
        }
    }
}

/// The turns in which something is said.
pub(super) fn of(text: &str, layout: &Layout) -> Option<Vec<Turn>> {
    let mut turns = match layout.format.notation() {
        Notation::Rows => of_rows(&rows::rows(text)?, layout.format),
        Notation::AsWritten | Notation::Prose => layout
            .pieces
            .chunk_by(|a, b| a.turn == b.turn)
            .map(|pieces| of_pieces(text, pieces, layout.format))
            .collect::<Option<Vec<_>>>()?,
    };
    turns.retain(|it| !it.text.is_empty());
    Some(turns)
}

fn of_pieces(text: &str, pieces: &[Piece], format: Format) -> Option<Turn> {
    let in_cues = matches!(format, Format::WebVtt | Format::SubRip);
    let mut turn = Turn { number: pieces.first()?.turn.saturating_add(1), part: 1, ..Turn::default() };
    let (mut said, mut end) = (String::new(), None);
    for piece in pieces {
        let it = text.get(piece.range())?;
        match piece.role {
            Role::Label => it.trim().clone_into(&mut turn.speaker),
            Role::Timing if said.is_empty() => {
                let is_counter = format == Format::SubRip && it.bytes().all(|it| it.is_ascii_digit());
                if turn.start.is_none() && !is_counter {
                    (turn.start, turn.end) = span(it, format);
                }
            }
            Role::Timing if in_cues => {}
            Role::Header | Role::Speech | Role::Timing => {
                if end.is_some_and(|end| end != piece.start) && !said.ends_with(char::is_whitespace) {
                    said.push(' ');
                }
                said.push_str(it);
                end = Some(piece.end);
            }
            Role::Dropped => {}
        }
    }
    if in_cues {
        said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }
    turn.text = lines(&said);
    Some(turn)
}

/// Lines without the white space at their ends, and without empty ones.
fn lines(text: &str) -> String {
    let is_end = |it| matches!(it, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | LINE | '\u{2029}');
    let lines = text.split(is_end).map(str::trim).filter(|it| !it.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn of_rows(rows: &[Row], format: Format) -> Vec<Turn> {
    let is_table = matches!(format, Format::Csv | Format::Tsv);
    let heads: Vec<&str> = match rows.first() {
        Some(first) if is_table => first.0.iter().map(|it| it.text.as_str()).collect(),
        _ => Vec::new(),
    };
    let columns = Columns::of_a_copy();
    let meanings: Vec<_> = heads.iter().map(|it| meaning(it, &columns)).collect();
    let said = |row: &Row| {
        let cells = row.0.iter().enumerate();
        let searched = cells.filter(|(_, it)| matches!(it.role, Role::Speech | Role::Header));
        let filled = searched.filter(|(_, it)| !it.text.is_empty());
        let texts: Vec<String> = if meanings.contains(&Some(Meaning::Text)) {
            let texts = filled.filter(|(n, _)| meanings.get(*n) == Some(&Some(Meaning::Text)));
            texts.map(|(_, it)| it.text.clone()).collect()
        } else {
            filled
                .map(|(n, it)| match heads.get(n) {
                    Some(head) if !head.is_empty() => format!("{head}: {}", it.text),
                    _ => it.text.clone(),
                })
                .collect()
        };
        lines(&texts.join(if is_table { "\n" } else { " " }))
    };
    let numbered = (1_u32..).zip(rows).skip(usize::from(is_table));
    numbered
        .map(|(number, row)| {
            let (start, end) = times(row, &heads, format);
            Turn { number, part: 1, start, end, speaker: row.label().to_owned(), text: said(row) }
        })
        .collect()
}

/// When a row begins and ends. In a table the headings say which is which.
fn times(row: &Row, heads: &[&str], format: Format) -> (Option<Moment>, Option<Moment>) {
    let moment = |it: &str, head: &str| {
        (!it.is_empty()).then(|| {
            let low = head.to_lowercase();
            let thousandths = matches!(format, Format::Elan | Format::Chat)
                || low.split(|it: char| !it.is_alphanumeric()).any(|it| matches!(it, "ms" | "msec"));
            Moment { written: it.to_owned(), millis: millis(it, thousandths) }
        })
    };
    if heads.is_empty() {
        let mut times = row.times().map(|it| moment(it, ""));
        return (times.next().flatten(), times.next().flatten());
    }
    let (mut start, mut end) = (None, None);
    for (cell, head) in row.0.iter().zip(heads).filter(|it| it.0.role == Role::Timing) {
        let low = head.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|it| low.contains(it));
        if is(&["duration", "時長", "时长"]) {
            continue;
        }
        let which = if is(&["end", "offset", "結束", "结束"]) { &mut end } else { &mut start };
        if which.is_none() {
            *which = moment(&cell.text, head);
        }
    }
    (start, end)
}

/// Start and end of a stamp: `[00:01:02]`, `00:01.000 --> 00:02.000 line:0`, `#00:05:12-3#`.
fn span(stamp: &str, format: Format) -> (Option<Moment>, Option<Moment>) {
    let bare = stamp.trim_matches(|it: char| {
        it.is_whitespace()
            || matches!(
                it,
                '[' | ']' | '(' | ')' | '{' | '}' | '<' | '>' | '#' | '（' | '）' | '【' | '】' | '［' | '］'
            )
    });
    let moment = |it: &str| {
        let written = it.split_whitespace().next()?.to_owned();
        let pointed = !written.contains(':') && format.notation() != Notation::Rows;
        // Minutes and seconds: `[12.05]`.
        let clock = if pointed { written.replacen('.', ":", 1) } else { written.clone() };
        Some(Moment { millis: millis(&clock, false), written })
    };
    for between in ["-->", "->", "–", "—", "~", "to ", "-"] {
        if let Some((start, end)) = bare.split_once(between)
            && end.contains(':')
        {
            return (moment(start), moment(end));
        }
    }
    (moment(bare), None)
}

/// A clock's time, or seconds, or thousandths of seconds.
fn millis(written: &str, thousandths: bool) -> Option<u64> {
    // f4 and its like write tenths behind a hyphen.
    let written = written.replace(',', ".").replacen('-', ".", 1);
    let mut parts = written.rsplit(':');
    let seconds = parts.next()?;
    if thousandths && !written.contains([':', '.']) {
        return seconds.parse().ok();
    }
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let part: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    let mut all = whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(part)?;
    let mut unit = 60_000_u64;
    for it in parts {
        all = it.trim().parse::<u64>().ok()?.checked_mul(unit)?.checked_add(all)?;
        unit = unit.checked_mul(60)?;
    }
    // A hundred hours are the most that captions hold.
    (all < 360_000_000 && unit <= 12_960_000_000).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_milliseconds() {
        for (written, thousandths, want) in [
            ("00:01:02", false, Some(62_000)),
            ("01:02.5", false, Some(62_500)),
            ("00:00:01,500", false, Some(1500)),
            ("0.34", false, Some(340)),
            ("17.25000001", false, Some(17_250)),
            ("00:05:12-3", false, Some(312_300)),
            ("1500", true, Some(1500)),
            ("1500", false, Some(1_500_000)),
            ("", false, None),
            ("99999999999999999999", false, None),
            ("1:2:3:4:5", false, None),
        ] {
            assert_eq!(millis(written, thousandths), want, "{written}");
        }
    }

    #[test]
    fn stamps_have_a_start_and_may_have_an_end() {
        let told = |it: &str| {
            let (start, end) = span(it, Format::Text);
            (start.and_then(|it| it.millis), end.and_then(|it| it.millis))
        };
        assert_eq!(told("[00:01:02]"), (Some(62_000), None));
        assert_eq!(told("00:01.000 --> 00:02.000 line:0"), (Some(1000), Some(2000)));
        assert_eq!(told("(00:12 - 00:14)"), (Some(12_000), Some(14_000)));
        assert_eq!(told("#00:05:12-3#"), (Some(312_300), None));
        assert_eq!(told("[12.05]"), (Some(725_000), None));
    }
}
