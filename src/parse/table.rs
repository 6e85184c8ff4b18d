//! Tables: CSV and TSV (RFC 4180), and the first sheet of a workbook that is seen. Held as rows.
//!
//! The first row has the headings. A table with a column of what was said is a transcript, a turn a row: who speaks
//! is a label, times are times. Any other is a table of facts. Every cell that is neither label nor time is searched.

pub(crate) mod headings;
mod workbook;

use csv::StringRecord;

use self::headings::Meaning;
use super::{
    Error, decode,
    rows::{self, Cell, Row},
};
use crate::{
    config::Columns,
    transcript::{LeftOut, MAX_TRANSCRIPT_BYTES, Role},
};

/// The most cells of a table.
const MAX_CELLS: usize = 1024 * 1024;
/// The most cells of a row; spreadsheets have no more either.
const MAX_COLUMNS: usize = 16_384;
/// A number of so many digits is a time only where those of its column go up.
const LONG_DIGITS: usize = 8;

/// The kinds of tables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Commas,
    Tabs,
    Workbook,
}

/// The table as rows.
pub(super) fn read(
    bytes: &[u8],
    kind: Kind,
    columns: &Columns,
    left_out: &mut LeftOut,
) -> Result<String, Error> {
    let mut table = Table::default();
    match kind {
        Kind::Commas => {
            let text = decode::decode(bytes)?.0;
            let (separator, text) = told(&text).unwrap_or_else(|| (sniffed(&text), &text));
            table.separated(text, separator)?;
        }
        Kind::Tabs => table.separated(&decode::decode(bytes)?.0, b'\t')?,
        Kind::Workbook => workbook::read(bytes, &mut table, left_out)?,
    }
    table.held(columns)
}

/// The separator that a first line `sep=;` tells spreadsheets, and what stands below it.
fn told(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    match first.trim_end().strip_prefix("sep=")?.as_bytes() {
        [separator @ (b',' | b';' | b'\t')] => Some((*separator, rest)),
        _ => None,
    }
}

/// The separator that stands most often between the headings.
fn sniffed(text: &str) -> u8 {
    let (mut quoted, mut counts) = (false, [(b',', 0_usize), (b';', 0), (b'\t', 0)]);
    for it in text.trim_start_matches(['\r', '\n']).bytes() {
        match it {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            it if !quoted => {
                if let Some(count) = counts.iter_mut().find(|count| count.0 == it) {
                    count.1 = count.1.saturating_add(1);
                }
            }
            _ => {}
        }
    }
    // Of as many, the first.
    counts.iter().rev().max_by_key(|it| it.1).map_or(b',', |it| it.0)
}

/// Rows of cells, as far as they have been read.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<String>>,
    cells: usize,
    bytes: usize,
}

impl Table {
    fn separated(&mut self, text: &str, separator: u8) -> Result<(), Error> {
        // A row is one record in memory before its cells are counted.
        let wide = |line: &[u8]| line.split(|it| *it == separator).count() > MAX_COLUMNS;
        if text.as_bytes().split(|it| *it == b'\n').any(wide) {
            return Err(Error::TooMuch);
        }
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(separator);
        let mut reader = reader.from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(|_| Error::Damaged)? {
            self.push(record.iter().map(rows::plain).collect())?;
        }
        Ok(())
    }

    /// Adds a row of cells as they are held, unless nothing is in it: what a heading means is what its copy means.
    fn push(&mut self, row: Vec<String>) -> Result<(), Error> {
        if row.iter().all(String::is_empty) {
            return Ok(());
        }
        self.cells = self.cells.saturating_add(row.len());
        self.bytes = self.bytes.saturating_add(row.iter().map(String::len).sum());
        if self.cells > MAX_CELLS || row.len() > MAX_COLUMNS {
            return Err(Error::TooMuch);
        }
        if self.bytes > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
        self.rows.push(row);
        Ok(())
    }

    /// The rows as they are held, without the columns that the study leaves out.
    fn held(self, columns: &Columns) -> Result<String, Error> {
        let mut rows = self.rows;
        let heads = rows.first().ok_or(Error::Empty)?;
        let mut meanings: Vec<_> = heads.iter().map(|it| headings::meaning(it, columns)).collect();
        if meanings.iter().all(|it| matches!(it, None | Some(Meaning::LeftOut))) {
            return Err(Error::Columns);
        }
        leave_out(&mut rows, &meanings)?;
        meanings.retain(|it| *it != Some(Meaning::LeftOut));
        let mut rows = rows.into_iter();
        let heads = rows.next().ok_or(Error::Empty)?;
        if rows.as_slice().is_empty() {
            return Err(Error::Empty);
        }
        let roles = roles(&meanings, rows.as_slice());
        let row = |cells: Vec<String>, roles: &[Role], other: Role| {
            let roles = roles.iter().copied().chain(std::iter::repeat(other));
            Row(cells.into_iter().zip(roles).map(|(text, role)| Cell { role, text }).collect())
        };
        let mut text = rows::text(&[row(heads, &[], Role::Header)]);
        for cells in rows {
            text.push_str(&rows::text(&[row(cells, &roles, Role::Speech)]));
        }
        Ok(text)
    }
}

/// Takes out the columns that the study leaves out, and the rows that have nothing else.
fn leave_out(rows: &mut Vec<Vec<String>>, meanings: &[Option<Meaning>]) -> Result<(), Error> {
    let goes = |n: usize| meanings.get(n) == Some(&Some(Meaning::LeftOut));
    if !(0..meanings.len()).any(goes) {
        return Ok(());
    }
    // A cell too many has moved those before it: what is to be left out may stand below any heading.
    let too_many = |row: &Vec<String>| row.iter().skip(meanings.len()).any(|it| !it.trim().is_empty());
    if rows.iter().any(too_many) {
        return Err(Error::Damaged);
    }
    for row in rows.iter_mut() {
        let mut n = 0_usize;
        row.retain(|_| {
            let stays = !goes(n);
            n = n.saturating_add(1);
            stays
        });
    }
    rows.retain(|row| row.iter().any(|it| !it.trim().is_empty()));
    Ok(())
}

/// What the cells of each column are.
fn roles(meanings: &[Option<Meaning>], rows: &[Vec<String>]) -> Vec<Role> {
    let mut roles = vec![Role::Speech; meanings.len()];
    if !meanings.contains(&Some(Meaning::Text)) {
        return roles;
    }
    let rank = |it: &Option<Meaning>| match it {
        Some(Meaning::Speaker(rank)) => Some(*rank),
        _ => None,
    };
    let best = meanings.iter().filter_map(rank).min();
    let speaker = best.and_then(|best| meanings.iter().position(|it| rank(it) == Some(best)));
    for (n, role) in roles.iter_mut().enumerate() {
        if speaker == Some(n) {
            *role = Role::Label;
        } else if meanings.get(n) == Some(&Some(Meaning::Time)) && are_times(rows, n) {
            *role = Role::Timing;
        }
    }
    roles
}

/// Whether a column has times and nothing else: they are kept to the byte and not searched. Dates are none, and a
/// telephone number must not pass for one.
fn are_times(rows: &[Vec<String>], column: usize) -> bool {
    let cells = || rows.iter().filter_map(|it| it.get(column)).map(|it| it.trim());
    let long = |it: &str| it.len() >= LONG_DIGITS && it.bytes().all(|it| it.is_ascii_digit());
    let number = |it: &str| it.parse::<f64>().unwrap_or_default();
    cells().all(|it| rows::is_time(it) && !it.contains('-'))
        && (!cells().any(long) || cells().is_sorted_by(|a, b| number(a) <= number(b)))
}

#[cfg(test)]
mod tests;
