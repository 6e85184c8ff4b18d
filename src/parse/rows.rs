//! The notation in which formats of rows are held while they are worked on: a turn a line, its cells apart by tabs.
//!
//! A cell begins with a character that says what it is; the rest is its text.
//!
//! | First | Is | Example |
//! |---|---|---|
//! | `@` | a time, as the source writes it | `@0.34` |
//! | `#` | who speaks | `#PSW` |
//! | `=` | what was said | `=so we went home` |
//! | `~` | a heading: searched like speech | `~speaker` |
//!
//! What is read back from it is what was put in: tabs in a cell are blanks, line ends U+2028, control characters gone.

use std::ops::Range;

use super::{Error, layout::Builder};
use crate::transcript::{Format, Layout, Role};

/// What ends a line inside a cell.
pub(crate) const LINE: char = '\u{2028}';

/// A part of a turn.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Cell {
    /// `Timing`, `Label`, `Speech` or `Header`.
    pub(crate) role: Role,
    /// Its text.
    pub(crate) text: String,
}

/// A turn: its cells in the order of the source.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// With another cell.
    pub(crate) fn with(mut self, role: Role, text: &str) -> Self {
        self.0.push(Cell { role, text: plain(text) });
        self
    }

    /// The times.
    pub(crate) fn times(&self) -> impl Iterator<Item = &str> {
        self.of(Role::Timing)
    }

    /// Who speaks; empty where nobody is named.
    pub(crate) fn label(&self) -> &str {
        self.of(Role::Label).next().unwrap_or_default()
    }

    /// What was said.
    pub(crate) fn speech(&self) -> &str {
        self.of(Role::Speech).next().unwrap_or_default()
    }

    fn of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |it| it.role == role).map(|it| it.text.as_str())
    }
}

/// A text as a cell can hold it.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_matches(|it: char| it.is_whitespace() || it.is_control());
    let one = |it: char| match it {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2029}' => Some(LINE),
        '\t' => Some(' '),
        it if it.is_control() => None,
        it => Some(it),
    };
    text.chars().filter_map(one).collect()
}

const fn mark(role: Role) -> char {
    match role {
        Role::Timing => '@',
        Role::Label => '#',
        Role::Header => '~',
        Role::Speech | Role::Dropped => '=',
    }
}

fn role(mark: char) -> Option<Role> {
    [Role::Timing, Role::Label, Role::Header, Role::Speech].into_iter().find(|it| self::mark(*it) == mark)
}

/// Rows as one text.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        for (n, cell) in row.0.iter().enumerate() {
            if n > 0 {
                text.push('\t');
            }
            text.push(mark(cell.role));
            text.push_str(&cell.text);
        }
        text.push('\n');
    }
    text
}

/// What the parts of a line are, and where they stand in it.
pub(crate) fn cells(line: &str) -> Option<Vec<(Role, Range<usize>)>> {
    let mut cells = Vec::new();
    let mut at = 0_usize;
    for cell in line.split('\t') {
        let role = role(cell.chars().next()?)?;
        cells.push((role, at.saturating_add(1)..at.saturating_add(cell.len())));
        at = at.saturating_add(cell.len()).saturating_add(1);
    }
    Some(cells)
}

/// The rows of a text.
pub(crate) fn rows(text: &str) -> Option<Vec<Row>> {
    text.lines()
        .map(|line| {
            let cells = cells(line)?.into_iter();
            cells
                .map(|(role, range)| Some(Cell { role, text: line.get(range)?.to_owned() }))
                .collect::<Option<_>>()
        })
        .map(|it| it.map(Row))
        .collect()
}

/// Lays out a text in this notation.
pub(super) fn lay_out(text: &str, format: Format, encoding: &str) -> Result<Layout, Error> {
    let mut builder = Builder::new();
    let mut at = 0_usize;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        builder.open_turn(number)?;
        for (role, range) in cells(line.trim_end_matches('\n')).ok_or(Error::Layout)? {
            let shown = line.get(range.clone()).ok_or(Error::Layout)?;
            if role == Role::Timing && !is_time(shown) {
                return Err(Error::Timing { line: number });
            }
            builder.push(at.saturating_add(range.start)..at.saturating_add(range.end), role)?;
        }
        at = at.saturating_add(line.len());
    }
    if builder.has_turns() { Ok(builder.finish(format, encoding)) } else { Err(Error::Empty) }
}

/// Whether this can be a time: it is kept to the byte and not searched, so nothing that names a person may be one.
pub(super) fn is_time(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    // Ten digits before the point are the milliseconds of months; a telephone number has no point.
    let whole = text.split(['.', ':', ',']).map(str::len).max().unwrap_or_default();
    digits <= 24
        && (whole <= 9 || text.contains('.'))
        && text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b':' | b',' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out() {
        let row = Row::default()
            .with(Role::Timing, "0.34")
            .with(Role::Label, "P\tS")
            .with(Role::Speech, " =a\r\n#b\n ");
        let other = Row::default().with(Role::Header, "who").with(Role::Speech, "");
        let text = text(&[row, other]);
        assert_eq!(text, "@0.34\t#P S\t==a\u{2028}#b\n~who\t=\n");
        let read = rows(&text).unwrap();
        assert_eq!((read[0].label(), read[0].speech()), ("P S", "=a\u{2028}#b"));
        let layout = lay_out(&text, Format::Csv, "UTF-8").unwrap();
        layout.check(&text).unwrap();
        let pieces: Vec<_> = layout.pieces.iter().map(|it| (it.turn, it.role, &text[it.range()])).collect();
        let want = [
            (0, Role::Timing, "0.34"),
            (0, Role::Label, "P S"),
            (0, Role::Speech, "=a\u{2028}#b"),
            (1, Role::Header, "who"),
        ];
        assert_eq!(pieces, want);
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for text in ["so we went\n", "=a\tb\n", "@9123 4567\n", "@A123456\n", "@91234567890\n", ""] {
            assert!(lay_out(text, Format::Csv, "UTF-8").is_err(), "{text}");
        }
        for time in ["0.34", "1234", "00:00:01,500", "00:00:01.5", "17.25000001", ""] {
            assert!(is_time(time), "{time}");
        }
    }
}
