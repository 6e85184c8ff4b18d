//! CHAT of `TalkBank` (MacWhinney): main lines, the times in them, and the dependent tiers that say what was said.
//!
//! ```text
//! *PSW:⇥so we went . ·0_1200· and then ? ·1200_2400·     two rows with times, ·: U+0015
//! %eng:⇥a translation                                    a row with a heading
//! ```
//!
//! Headers are not read (participants, ids, birth dates, places, media, comments), but for languages that are a code of
//! three letters and for what our own comment says that a speaker's code stands for. Nor are the other dependent tiers.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Error, decode,
    lines::Lines,
    rows::{self, Row, is_time},
    turns,
};
use crate::transcript::{LeftOut, Omission, Role};

/// How a code is told that stands for a label which CHAT has no room for.
pub(crate) const STANDS: &str = "speaker ";
pub(crate) const FOR: &str = " stands for ";
/// How the languages are held.
pub(crate) const LANGUAGES: &str = "languages: ";

/// Languages that are told on.
pub(crate) const KNOWN_LANGUAGES: &[&str] = &[
    "eng", "yue", "zho", "cmn", "nan", "hak", "wuu", "msa", "ind", "tgl", "hin", "urd", "nep", "tha", "vie",
    "jpn", "kor", "por", "fra", "deu", "spa", "ita", "nld", "rus", "ara",
];

/// Dependent tiers that hold words of the talk: translations, other spellings, what was meant.
pub(crate) const SAID: &[&str] =
    &["%eng", "%zho", "%yue", "%cmn", "%can", "%chi", "%trn", "%tra", "%gls", "%glo", "%ort", "%alt"];

/// What stands for U+0015 until lines are read.
const BULLET: char = '\u{1b}';

/// The main lines in their order, a row for each stretch with times.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let text = decode::decode(&legible(bytes)?)?.0;
    let mut reader = Reader::default();
    let mut open: Option<(usize, String)> = None;
    for line in Lines::plain(&text).filter(|it| !it.is_blank()) {
        if line.text.starts_with(['\t', ' ']) {
            let (_, open) = open.as_mut().ok_or(no_cue(line.number))?;
            open.push(' ');
            open.push_str(line.text.trim());
        } else if let Some((number, whole)) = open.replace((line.number, line.text.to_owned())) {
            reader.line(number, &whole)?;
        }
    }
    if let Some((number, whole)) = open {
        reader.line(number, &whole)?;
    }
    let tiers = u64::try_from(reader.tiers.len()).unwrap_or(u64::MAX);
    *left_out += (Omission::Tiers, tiers);
    *left_out += (Omission::Comments, reader.comments);
    match (reader.begun, reader.ended) {
        (false, _) => Err(Error::Mismatch),
        (true, false) => Err(Error::Truncated { line: text.lines().count() }),
        (true, true) => turns::held(&reader.rows()),
    }
}

const fn no_cue(line: usize) -> Error {
    Error::NoCue { line }
}

/// The bytes with U+0015 as a character that a text may have, and without the marks of underlining.
fn legible(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if !wide && (bytes.contains(&0) || !bytes.iter().any(|it| matches!(it, 0x1..=0x8 | 0x15 | 0x1b))) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut all = Vec::with_capacity(bytes.len());
    for unit in bytes.chunks(if wide { 2 } else { 1 }) {
        let (is_ascii, byte) = match *unit {
            [0, it] if bytes.starts_with(b"\xFE") => (true, it),
            [it, 0] | [it] => (true, it),
            _ => (false, 0),
        };
        match byte {
            0x1b => return Err(Error::Binary),
            0x1..=0x8 if is_ascii => {}
            0x15 => all.extend(unit.iter().map(|it| if *it == 0x15 { 0x1b } else { *it })),
            _ => all.extend_from_slice(unit),
        }
    }
    Ok(Cow::Owned(all))
}

#[derive(Default)]
struct Reader {
    begun: bool,
    ended: bool,
    languages: Vec<String>,
    /// What codes stand for.
    labels: BTreeMap<String, String>,
    /// Rows with the codes of their speakers.
    rows: Vec<(String, Row)>,
    /// Whose the last main line is.
    speaker: Option<String>,
    /// Dependent tiers that are not read.
    tiers: BTreeSet<String>,
    comments: u64,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Error> {
        let said = line.split_once(':');
        match line.chars().next() {
            Some('@') => {
                self.header(line.trim_end(), said);
                Ok(())
            }
            // What stands behind the end is nobody's.
            Some('*' | '%') if self.ended => Err(Error::Damaged),
            Some('*') => {
                let (code, said) = said.ok_or(Error::Truncated { line: number })?;
                let code = code.trim_start_matches('*').trim();
                if code.is_empty() {
                    return Err(no_cue(number));
                }
                self.speaker = Some(code.to_owned());
                self.main(code, said, number)
            }
            Some('%') => {
                let Some((tier, said)) = said.filter(|it| SAID.contains(&it.0.trim())) else {
                    match said.map(|it| it.0.trim()) {
                        Some("%com") => self.comments = self.comments.saturating_add(1),
                        Some(tier) => drop(self.tiers.insert(tier.to_owned())),
                        None => {}
                    }
                    return Ok(());
                };
                let code = self.speaker.clone().ok_or(no_cue(number))?;
                // Times in it are those of the main line.
                let said =
                    stretches(said, number)?.iter().map(|it| it.0.trim()).collect::<Vec<_>>().join(" ");
                self.push(&code, Row::default(), |row| {
                    row.with(Role::Header, tier.trim()).with(Role::Speech, &said)
                })
            }
            _ if self.ended => Ok(()),
            _ => Err(no_cue(number)),
        }
    }

    fn header(&mut self, line: &str, said: Option<(&str, &str)>) {
        match (line, said) {
            ("@Begin", _) => self.begun = true,
            ("@End", _) => self.ended = true,
            (_, Some(("@Languages", it))) => {
                let all: Vec<_> = it.split([',', ' ', '\t']).filter(|it| !it.is_empty()).collect();
                if all.iter().all(|it| KNOWN_LANGUAGES.contains(it)) && self.languages.is_empty() {
                    let mut seen = BTreeSet::new();
                    self.languages =
                        all.iter().filter(|it| seen.insert(**it)).map(|it| (*it).to_owned()).collect();
                }
            }
            (_, Some(("@Comment", it))) => {
                let told = it.trim().strip_prefix(STANDS).and_then(|it| it.split_once(FOR));
                let told = told.map(|(code, label)| (code, rows::plain(label)));
                match told.filter(|it| !it.1.is_empty()) {
                    Some((code, label)) => {
                        self.labels.entry(code.to_owned()).or_insert(label);
                    }
                    None => self.comments = self.comments.saturating_add(1),
                }
            }
            _ => {}
        }
    }

    fn main(&mut self, code: &str, said: &str, number: usize) -> Result<(), Error> {
        for (said, times) in stretches(said, number)? {
            let row = times.iter().flatten().fold(Row::default(), |row, it| row.with(Role::Timing, it));
            self.push(code, row, |row| row.with(Role::Speech, said))?;
        }
        Ok(())
    }

    /// Adds a row whose label stands between its times and what was said.
    fn push(&mut self, code: &str, times: Row, said: impl Fn(Row) -> Row) -> Result<(), Error> {
        if self.rows.len() >= turns::MAX_ROWS {
            return Err(Error::TooMuch);
        }
        let row = said(times.with(Role::Label, code));
        self.rows.push((code.to_owned(), row));
        Ok(())
    }

    fn rows(self) -> Vec<Row> {
        let mut all = Vec::new();
        if !self.languages.is_empty() {
            let said = format!("{LANGUAGES}{}", self.languages.join(", "));
            all.push(Row::default().with(Role::Header, &said));
        }
        if self.rows.is_empty() {
            return Vec::new();
        }
        for (code, row) in self.rows {
            let Some(label) = self.labels.get(&code) else {
                all.push(row);
                continue;
            };
            let label = Row::default().with(Role::Label, label);
            let named = |it: rows::Cell| {
                if it.role == Role::Label { rows::Cell { text: label.label().to_owned(), ..it } } else { it }
            };
            all.push(Row(row.0.into_iter().map(named).collect()));
        }
        all
    }
}

type Times<'t> = Option<[&'t str; 2]>;

/// What was said up to each time, and the times.
fn stretches(line: &str, number: usize) -> Result<Vec<(&str, Times<'_>)>, Error> {
    let mut all = Vec::new();
    let mut parts = line.split(BULLET);
    let mut said = parts.next().unwrap_or_default();
    while let Some(bullet) = parts.next() {
        let next = parts.next().ok_or(Error::Timing { line: number })?;
        all.push((said, times(bullet, number)?));
        said = next;
    }
    if all.is_empty() || !said.trim().is_empty() {
        all.push((said, None));
    }
    Ok(all)
}

/// `0_1200`, also behind the name of a sound file, which is not read.
fn times(bullet: &str, number: usize) -> Result<Times<'_>, Error> {
    let wrong = Error::Timing { line: number };
    if bullet.starts_with("%pic:") || bullet.starts_with("%txt:") {
        return Ok(None);
    }
    let (rest, end) = bullet.trim().trim_end_matches('-').rsplit_once('_').ok_or(wrong)?;
    let start = rest.rsplit('_').next().unwrap_or(rest);
    let digits =
        |it: &str| (1..=9).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()) && is_time(it);
    if !digits(start) || !digits(end) || rest.contains('_') && !rest.starts_with('%') {
        return Err(wrong);
    }
    let value = |it: &str| it.parse::<u64>().unwrap_or_default();
    if value(start) > value(end) {
        return Err(Error::EndBeforeStart { line: number });
    }
    Ok(Some([start, end]))
}

#[cfg(test)]
mod tests;
