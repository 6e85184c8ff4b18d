//! Workbooks (ECMA-376 part 1, SpreadsheetML): the cells that are seen on the first sheet that is.
//!
//! Not read: other sheets, hidden rows and columns, formulas, comments, phonetic guides, names, properties, pictures.

use std::collections::BTreeSet;

use super::{MAX_COLUMNS, Table};
use crate::{
    clock::Date,
    parse::{
        Error,
        package::Package,
        rows,
        xml::{self, Element, Node},
    },
    transcript::{LeftOut, MAX_TRANSCRIPT_BYTES, Omission},
};

const BOOK: &str = "xl/workbook.xml";

/// 1970-01-01 as a workbook counts days, in the two ways of counting.
const DAYS_FROM_1900: i64 = 25_569;
const DAYS_FROM_1904: i64 = 24_107;
/// The last day that a workbook knows: 9999-12-31.
const MAX_SERIAL: f64 = 2_958_466.0;

pub(super) fn read(bytes: &[u8], table: &mut Table, left_out: &mut LeftOut) -> Result<(), Error> {
    let mut package = Package::open(bytes)?;
    let book = Book::read(&package.named(BOOK)?)?;
    let sheet = package.relations(BOOK)?.into_iter().rfind(|it| it.id == book.first);
    let sheet = sheet.and_then(|it| it.target).ok_or(Error::Damaged)?;
    let strings = package.optional("xl/sharedStrings.xml")?.map_or(Ok(Vec::new()), |it| strings(&it))?;
    let styles = package.optional("xl/styles.xml")?.map_or(Ok(Vec::new()), |it| styles(&it))?;
    let (name, sheet) = (sheet.clone(), package.named(&sheet)?);
    let mut reader = Sheet { strings, styles, from_1904: book.from_1904, ..Sheet::default() };
    xml::read(&sheet, |node| reader.take(node, table))?;
    *left_out += &reader.left_out;
    *left_out += (Omission::Sheets, book.others);
    beside(&mut package, &name, left_out);
    Ok(())
}

/// Counts what stands beside the cells. Nothing of it is read on, so that what can't be counted refuses no table.
fn beside(package: &mut Package<'_>, sheet: &str, left_out: &mut LeftOut) {
    for part in package.relations(sheet).unwrap_or_default() {
        let counted = |name: &str| match name {
            "comment" if part.is("comments") => Some(Omission::Comments),
            "pic" => Some(Omission::Pictures),
            "graphicFrame" => Some(Omission::Drawings),
            _ => None,
        };
        if !part.is("comments") && !part.is("drawing") {
            continue;
        }
        let Ok(bytes) = package.part(&part) else { continue };
        let mut own = LeftOut::default();
        let read = xml::read(&bytes, |node| {
            if let Node::Open(it) = node
                && let Some(it) = counted(&it.name)
            {
                own.add(it);
            }
            Ok(())
        });
        if read.is_ok() {
            *left_out += &own;
        }
    }
}

/// What is known of the workbook: the first sheet that is seen, and how it counts days.
#[derive(Debug, Default)]
struct Book {
    first: String,
    /// How many sheets there are besides it.
    others: u64,
    from_1904: bool,
}

impl Book {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let (mut sheet, mut others, mut from_1904) = (None, 0_u64, false);
        xml::read(bytes, |node| {
            if let Node::Open(it) = node {
                match it.name.as_str() {
                    "workbookPr" => from_1904 = is_on(&it, "date1904"),
                    "sheet" if sheet.is_none() && it.get("state").is_none_or(|it| it == "visible") => {
                        sheet = it.get("id").map(str::to_owned);
                    }
                    "sheet" => others = others.saturating_add(1),
                    _ => {}
                }
            }
            Ok(())
        })?;
        Ok(Self { first: sheet.ok_or(Error::Damaged)?, others, from_1904 })
    }
}

/// The strings that cells share.
fn strings(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let mut strings = Vec::new();
    let mut text = Said::default();
    xml::read(bytes, |node| {
        match &node {
            Node::Open(it) if it.name == "si" => text = Said::default(),
            Node::Close(name) if name == "si" => strings.push(std::mem::take(&mut text).words),
            Node::Open(_) | Node::Close(_) | Node::Text(_) => text.take(&node),
        }
        Ok(())
    })?;
    Ok(strings)
}

/// The text of a string: that of its runs, without phonetic guides.
#[derive(Debug, Default)]
struct Said {
    words: String,
    in_text: bool,
    in_guide: bool,
}

impl Said {
    fn take(&mut self, node: &Node) {
        match node {
            Node::Open(it) if it.name == "rPh" => self.in_guide = true,
            Node::Close(name) if name == "rPh" => self.in_guide = false,
            Node::Open(it) if it.name == "t" => self.in_text = true,
            Node::Close(name) if name == "t" => self.in_text = false,
            Node::Text(it) if self.in_text && !self.in_guide => self.words.push_str(it),
            Node::Open(_) | Node::Close(_) | Node::Text(_) => {}
        }
    }
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Shown {
    #[default]
    Number,
    Date,
    Time,
}

/// How the cells of each style show numbers.
fn styles(bytes: &[u8]) -> Result<Vec<Shown>, Error> {
    let (mut own, mut styles, mut in_cells) = (Vec::new(), Vec::new(), false);
    xml::read(bytes, |node| {
        match node {
            Node::Open(it) if it.name == "numFmt" => {
                let id = it.get("numFmtId").unwrap_or_default().to_owned();
                own.push((id, shown(it.get("formatCode").unwrap_or_default())));
            }
            Node::Open(it) if it.name == "cellXfs" => in_cells = true,
            Node::Close(name) if name == "cellXfs" => in_cells = false,
            Node::Open(it) if it.name == "xf" && in_cells => {
                let id = it.get("numFmtId").unwrap_or_default();
                let own = own.iter().find(|it| it.0 == id).map(|it| it.1);
                styles.push(own.unwrap_or_else(|| built_in(id.parse().unwrap_or_default())));
            }
            Node::Open(_) | Node::Close(_) | Node::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// 18.8.30 numFmt: the formats that every program knows.
const fn built_in(id: u32) -> Shown {
    match id {
        14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Date,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Shown::Time,
        _ => Shown::Number,
    }
}

/// What a format's code shows, by its letters outside quotes, colours and conditions.
fn shown(code: &str) -> Shown {
    let code = code.split(';').next().unwrap_or_default().to_ascii_lowercase();
    if code.contains("general") {
        return Shown::Number;
    }
    let (mut quoted, mut escaped, mut bracket) = (false, false, None::<String>);
    let (mut day, mut clock, mut month) = (false, false, false);
    for c in code.chars() {
        if let Some(open) = &mut bracket {
            if c == ']' {
                clock |= !open.is_empty() && open.chars().all(|it| matches!(it, 'h' | 'm' | 's'));
                bracket = None;
            } else {
                open.push(c);
            }
            continue;
        }
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            '[' => bracket = Some(String::new()),
            'y' | 'd' | 'e' if c != 'e' || !code.contains('0') => day = true,
            'h' | 's' => clock = true,
            'm' => month = true,
            _ => {}
        }
    }
    match (day || month && !clock, clock) {
        (true, _) => Shown::Date,
        (false, true) => Shown::Time,
        (false, false) => Shown::Number,
    }
}

/// A sheet that is being read.
#[derive(Debug, Default)]
struct Sheet {
    strings: Vec<String>,
    styles: Vec<Shown>,
    from_1904: bool,
    /// Whether each column is hidden, as far as the sheet says.
    hidden: Vec<bool>,
    row_is_seen: Seen,
    row: Vec<String>,
    /// Where the cell stands, counted from 0, its type and style.
    column: usize,
    kind: String,
    style: usize,
    in_value: bool,
    value: String,
    inline: Said,
    bytes: usize,
    left_out: LeftOut,
    /// Hidden columns that something stands in.
    filled: BTreeSet<usize>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Seen {
    #[default]
    Yes,
    /// It is hidden, and nothing stands in it so far.
    Empty,
    /// It is hidden, and something does.
    No,
}

impl Sheet {
    fn take(&mut self, node: Node, table: &mut Table) -> Result<(), Error> {
        match node {
            Node::Open(it) => self.open(&it)?,
            Node::Text(it) if self.in_value => self.value.push_str(&it),
            Node::Text(it) => self.inline.take(&Node::Text(it)),
            Node::Close(name) => match name.as_str() {
                "v" => self.in_value = false,
                "c" => self.cell()?,
                "row" => {
                    let row = std::mem::take(&mut self.row).iter().map(|it| rows::plain(it)).collect();
                    match self.row_is_seen {
                        Seen::Yes => table.push(row)?,
                        Seen::Empty => {}
                        Seen::No => self.left_out.add(Omission::HiddenRows),
                    }
                }
                _ => self.inline.take(&Node::Close(name)),
            },
        }
        Ok(())
    }

    fn open(&mut self, it: &Element) -> Result<(), Error> {
        match it.name.as_str() {
            "col" if is_on(it, "hidden") || it.get("width").is_some_and(|it| it == "0") => {
                let number = |name| it.get(name).and_then(|it| it.parse::<usize>().ok()).unwrap_or_default();
                let (first, end) = (number("min"), number("max"));
                if first <= self.hidden.len() || end > MAX_COLUMNS || first > end {
                    return Err(Error::Damaged);
                }
                self.hidden.resize(first.saturating_sub(1), false);
                self.hidden.resize(end, true);
            }
            "row" => {
                self.row.clear();
                self.column = 0;
                let hidden = is_on(it, "hidden") || it.get("ht").is_some_and(|it| it == "0");
                self.row_is_seen = if hidden { Seen::Empty } else { Seen::Yes };
            }
            "c" => {
                if let Some(place) = it.get("r") {
                    self.column = column(place).ok_or(Error::Damaged)?;
                }
                it.get("t").unwrap_or("n").clone_into(&mut self.kind);
                self.style = it.get("s").and_then(|it| it.parse().ok()).unwrap_or_default();
                (self.value, self.inline) = (String::new(), Said::default());
            }
            "v" => self.in_value = true,
            "oleObject" => self.left_out.add(Omission::Objects),
            _ => self.inline.take(&Node::Open(it.clone())),
        }
        Ok(())
    }

    fn cell(&mut self) -> Result<(), Error> {
        let value = std::mem::take(&mut self.value);
        let said = match self.kind.as_str() {
            "s" if value.is_empty() => value,
            "s" => {
                let at = value.trim().parse::<usize>().map_err(|_| Error::Damaged)?;
                self.strings.get(at).ok_or(Error::Damaged)?.clone()
            }
            "inlineStr" => std::mem::take(&mut self.inline).words,
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "n" => self.number(&value),
            _ => value,
        };
        let at = self.column;
        if at >= MAX_COLUMNS {
            return Err(Error::Damaged);
        }
        self.column = at.saturating_add(1);
        let is_hidden = self.hidden.get(at).copied().unwrap_or_default();
        if said.is_empty() {
            return Ok(());
        }
        if self.row_is_seen != Seen::Yes {
            self.row_is_seen = Seen::No;
            return Ok(());
        }
        if is_hidden {
            if self.filled.insert(at) {
                self.left_out.add(Omission::HiddenRows);
            }
            return Ok(());
        }
        // Columns that nobody sees leave no gap.
        let at = at.saturating_sub(self.hidden.iter().take(at).filter(|it| **it).count());
        self.bytes = self.bytes.saturating_add(said.len());
        if self.bytes > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
        if self.row.len() <= at {
            self.row.resize(at.saturating_add(1), String::new());
        }
        match self.row.get_mut(at) {
            Some(cell) if cell.is_empty() => *cell = said,
            // Whoever reads it elsewhere may see the other.
            _ => return Err(Error::Damaged),
        }
        Ok(())
    }

    fn number(&self, value: &str) -> String {
        let Ok(number) = value.trim().parse::<f64>() else { return value.to_owned() };
        let shown = self.styles.get(self.style).copied().unwrap_or_default();
        match shown {
            Shown::Date if (0.0..MAX_SERIAL).contains(&number) => date(number, self.from_1904),
            Shown::Time if (0.0..MAX_SERIAL).contains(&number) => clock(number),
            Shown::Number | Shown::Date | Shown::Time => plain(number),
        }
    }
}

/// Whether an attribute says so.
fn is_on(it: &Element, name: &str) -> bool {
    matches!(it.get(name), Some("1" | "true" | "on"))
}

/// The column of a cell, `AB12`, counted from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).fold(0_usize, |sum, it| {
        sum.saturating_mul(26).saturating_add(usize::from(it.to_ascii_uppercase().saturating_sub(b'@')))
    });
    number.checked_sub(1).filter(|it| *it < MAX_COLUMNS)
}

/// As a spreadsheet shows it: 15 digits.
fn plain(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    if rounded.abs() < 1e15 { format!("{rounded}") } else { format!("{rounded:e}") }
}

/// Milliseconds of a number of days.
fn milliseconds(days: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "below the last day that a workbook knows")]
    let all = (days * 86_400_000.0).round() as i64;
    all
}

/// Hours, minutes and seconds, as many hours as there are.
fn clock(days: f64) -> String {
    let all = milliseconds(days);
    let (seconds, rest) = (all / 1000, all % 1000);
    let whole = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { whole } else { format!("{whole}.{rest:03}") }
}

/// A day, and the time where it has one.
fn date(serial: f64, from_1904: bool) -> String {
    let all = milliseconds(serial);
    let (day, rest) = (all.div_euclid(86_400_000), all.rem_euclid(86_400_000));
    // 1900 is taken for a leap year, for the sake of a program of 1983.
    let day = if !from_1904 && day < 60 { day.saturating_add(1) } else { day };
    let day = Date::from_days(day - if from_1904 { DAYS_FROM_1904 } else { DAYS_FROM_1900 });
    let minutes = rest / 60_000;
    if minutes == 0 { day.to_string() } else { format!("{day} {:02}:{:02}", minutes / 60, minutes % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_they_are_seen() {
        for (serial, from_1904, want) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (43_536.0, false, "2019-03-12"),
            (43_536.5, false, "2019-03-12 12:00"),
            (42_074.0, true, "2019-03-12"),
        ] {
            assert_eq!(date(serial, from_1904), want);
        }
        assert_eq!(
            [clock(0.5), clock(1.25), clock(62.5 / 86_400.0)],
            ["12:00:00", "30:00:00", "00:01:02.500"]
        );
        assert_eq!(
            [plain(0.1 + 0.2), plain(47.0), plain(91_234_567.0), plain(1e300)],
            ["0.3", "47", "91234567", "1e300"]
        );
    }

    #[test]
    fn formats_tell_dates_from_times() {
        for (code, want) in [
            ("General", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0.00_);[Red](#,##0.00)", Shown::Number),
            ("yyyy\\-mm\\-dd", Shown::Date),
            ("d/m/yy h:mm", Shown::Date),
            ("mmm", Shown::Date),
            ("[h]:mm:ss", Shown::Time),
            ("mm:ss.0", Shown::Time),
            ("0 \"days\"", Shown::Number),
            ("[$-404]e/m/d", Shown::Date),
        ] {
            assert_eq!(shown(code), want, "{code}");
        }
        assert_eq!(
            [column("A1"), column("AB12"), column("XFD1"), column("XFE1"), column("1")],
            [Some(0), Some(27), Some(16_383), None, None]
        );
    }
}
