//! The reading sheet: a CSV table with a turn a line and columns for two readers. Written once, read back filled in,
//! one copy a reader, so that neither sees what the other found.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Column, Error, Turn, draw::Draw, words::Words};
use crate::view::is_han;

/// Says to spreadsheets that the file is UTF-8.
const MARK: &str = "\u{FEFF}";

const HEAD: [&str; 11] = [
    "turn", "file", "kind", "speaker", "text", "read_1", "direct_1", "quasi_1", "read_2", "direct_2",
    "quasi_2",
];

/// How a cell says that nothing was found.
const NOTHING: [&str; 6] = ["-", "–", "0", "none", "無", "无"];

/// Between an id of a draw and the number of a turn.
const DASH: char = '-';

/// Writes the sheet of a draw.
///
/// # Errors
///
/// Fails if the table can't be written.
pub fn write(draw: &Draw, turns: &[&Turn]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    writer.write_record(HEAD).map_err(|_| Error::Sheet(1))?;
    for (drawn, it) in draw.turns.iter().zip(turns) {
        let mut row = [drawn.turn.as_str(), &it.name, it.kind.folder(), &it.speaker, &it.text]
            .map(|cell| unlike_a_formula(&cell.split_whitespace().collect::<Vec<_>>().join(" ")))
            .to_vec();
        row.resize(HEAD.len(), String::new());
        writer.write_record(&row).map_err(|_| Error::Sheet(1))?;
    }
    writer.into_inner().map_err(|_| Error::Sheet(1))
}

/// A spreadsheet would reckon with what begins like this (CWE-1236).
fn unlike_a_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The draw that a sheet is of.
///
/// # Errors
///
/// Fails if it is no sheet.
pub fn draw_of(sheet: &[u8]) -> Result<String, Error> {
    let (columns, mut reader) = open(sheet)?;
    let row = reader.records().next().ok_or(Error::Sheet(2))?.map_err(|_| Error::Sheet(2))?;
    let turn = row.get(columns.turn).unwrap_or_default();
    let id = turn.rsplit_once(DASH).map(|it| it.0).ok_or(Error::Sheet(2))?;
    // It becomes part of a file's name.
    let fits = id.len() == 8 && id.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(id.to_owned()) } else { Err(Error::Sheet(2)) }
}

/// Where the columns are. Others may stand among them: readers make notes.
struct Columns {
    turn: usize,
    text: usize,
    /// Of each reader: read, direct, quasi.
    readers: [[usize; 3]; 2],
}

fn open(sheet: &[u8]) -> Result<(Columns, csv::Reader<&[u8]>), Error> {
    let sheet = sheet.strip_prefix(MARK.as_bytes()).unwrap_or(sheet);
    let head = sheet.split(|it| *it == b'\n').next().unwrap_or_default();
    let count = |of: u8| head.split(|it| *it == of).count();
    // Spreadsheets of some countries part columns otherwise.
    let parted = [b',', b';', b'\t'].into_iter().max_by_key(|it| count(*it)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(parted).flexible(true).from_reader(sheet);
    let head = reader.headers().map_err(|_| Error::Sheet(1))?.clone();
    let at = |name: &str| head.iter().position(|it| it.trim() == name).ok_or(Error::Sheet(1));
    let of = |n: usize| -> Result<[usize; 3], Error> {
        Ok([at(&format!("read_{n}"))?, at(&format!("direct_{n}"))?, at(&format!("quasi_{n}"))?])
    };
    Ok((Columns { turn: at("turn")?, text: at("text")?, readers: [of(1)?, of(2)?] }, reader))
}

/// What one reader found in one turn, by where it stands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Entry {
    direct: BTreeSet<(usize, usize)>,
    quasi: BTreeSet<(usize, usize)>,
}

/// What was found, by turn and reader.
#[derive(Debug, Default)]
pub struct Reading(BTreeMap<(usize, usize), Entry>);

/// An identifier that was found in a turn. The same words count once in a turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Identifier {
    /// Whether it identifies directly, by the word of one reader at least.
    pub direct: bool,
    /// Who found it.
    pub by: [bool; 2],
    /// Whether one says direct and the other quasi.
    pub disputed: bool,
}

/// A turn and what was found in it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ReadTurn {
    /// Who read it.
    pub read: [bool; 2],
    /// What was found.
    pub found: Vec<Identifier>,
}

impl Reading {
    /// Takes in a filled sheet.
    ///
    /// # Errors
    ///
    /// Names the line, and the column, that can't be used.
    pub fn add(&mut self, sheet: &[u8], draw: &Draw) -> Result<(), Error> {
        let known: BTreeMap<&str, usize> =
            (0..).zip(&draw.turns).map(|(n, it)| (it.turn.as_str(), n)).collect();
        let (columns, mut reader) = open(sheet)?;
        // Lines as a spreadsheet numbers them.
        for (line, row) in (2..).zip(reader.records()) {
            let row = row.map_err(|_| Error::Sheet(line))?;
            let cell = |n: usize| row.get(n).unwrap_or_default().trim();
            let turn = cell(columns.turn);
            if row.iter().all(|it| it.trim().is_empty()) {
                continue;
            }
            if turn.rsplit_once(DASH).is_some_and(|it| it.0 != draw.id) {
                return Err(Error::OtherDraw(line));
            }
            let index = *known.get(turn).ok_or(Error::UnknownTurn(line))?;
            let drawn = draw.turns.get(index).ok_or(Error::UnknownTurn(line))?;
            if Words::of(cell(columns.text)) != drawn.words {
                return Err(Error::OtherText(line));
            }
            let text = folded(cell(columns.text));
            for (reader, [read, direct, quasi]) in (1..).zip(columns.readers) {
                let cells = [cell(read), cell(direct), cell(quasi)];
                if cells.iter().all(|it| it.is_empty()) {
                    continue;
                }
                let places = |cell: &str, direct: bool| {
                    places(cell, &text).ok_or(Error::NotInTurn(line, Column { direct, reader }))
                };
                let [_, direct, quasi] = cells;
                let entry = Entry { direct: places(direct, true)?, quasi: places(quasi, false)? };
                let before = self.0.entry((index, reader)).or_insert_with(|| entry.clone());
                if *before != entry {
                    return Err(Error::Twice(turn.to_owned(), reader));
                }
            }
        }
        Ok(())
    }

    /// What was found in each turn of the draw, in its order.
    #[must_use]
    pub fn turns(&self, draw: &Draw) -> Vec<ReadTurn> {
        let of = |turn: usize, reader: usize| self.0.get(&(turn, reader));
        (0..draw.turns.len()).map(|n| joined([of(n, 1), of(n, 2)])).collect()
    }
}

/// What two readers found, where words that overlap are one identifier.
fn joined(entries: [Option<&Entry>; 2]) -> ReadTurn {
    let mut places: Vec<(Range<usize>, usize, bool)> = Vec::new();
    for (reader, entry) in entries.into_iter().enumerate() {
        let all = entry.into_iter().flat_map(|it| {
            it.direct.iter().map(|it| (it, true)).chain(it.quasi.iter().map(|it| (it, false)))
        });
        places.extend(all.map(|((start, end), direct)| (*start..*end, reader, direct)));
    }
    places.sort_by_key(|it| (it.0.start, it.0.end));
    let mut found: Vec<(usize, [[bool; 2]; 2])> = Vec::new();
    for (place, reader, direct) in places {
        if found.last().is_none_or(|it| it.0 <= place.start) {
            found.push((place.end, [[false; 2]; 2]));
        }
        if let Some((end, said)) = found.last_mut() {
            *end = place.end.max(*end);
            if let Some(it) = said.get_mut(reader).and_then(|it| it.get_mut(usize::from(direct))) {
                *it = true;
            }
        }
    }
    let identifiers = found.into_iter().map(|(_, [first, second])| {
        let ([quasi_1, direct_1], [quasi_2, direct_2]) = (first, second);
        let by = [quasi_1 || direct_1, quasi_2 || direct_2];
        Identifier { direct: direct_1 || direct_2, by, disputed: by == [true; 2] && direct_1 != direct_2 }
    });
    ReadTurn { read: entries.map(|it| it.is_some()), found: identifiers.collect() }
}

/// As words are compared: in lower case, one blank between them.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Where the words of a cell stand in a turn; none if some do not.
fn places(cell: &str, text: &str) -> Option<BTreeSet<(usize, usize)>> {
    if NOTHING.contains(&folded(cell).as_str()) {
        return Some(BTreeSet::new());
    }
    let words = cell.split([';', '；', '\n']).map(folded).filter(|it| !it.is_empty());
    words.map(|it| place(&it, text)).collect()
}

/// The first place where the words stand by themselves, or else the first at all.
fn place(words: &str, text: &str) -> Option<(usize, usize)> {
    let inside = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() && !is_han(it));
    let alone = |start: usize, end: usize| {
        let before = text.get(..start).and_then(|it| it.chars().next_back());
        let after = text.get(end..).and_then(|it| it.chars().next());
        !(inside(before) && inside(words.chars().next())
            || inside(after) && inside(words.chars().next_back()))
    };
    let all = || text.match_indices(words).map(|it| (it.0, it.0.saturating_add(words.len())));
    all().find(|it| alone(it.0, it.1)).or_else(|| all().next())
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::{
        super::draw::{Allocation, Size, draw, tests as drawn},
        *,
    };

    /// A sheet of four turns that say `yes [person-1] said`, with cells of both readers by line.
    pub(crate) fn filled(cells: &[[&str; 6]]) -> (Draw, String) {
        let turns = drawn::turns(4, 0);
        let (draw, chosen) =
            draw(&turns, &drawn::plan(Size::Turns(4), &[], Allocation::Proportional)).unwrap();
        let sheet = String::from_utf8(write(&draw, &chosen).unwrap()).unwrap();
        let mut lines = sheet.lines();
        let mut filled = format!("{}\n", lines.next().unwrap());
        for (line, cells) in lines.zip(cells.iter().chain(std::iter::repeat(&[""; 6]))) {
            let line = line.strip_suffix(",,,,,,").unwrap();
            filled.extend([line, ",", &cells.join(","), "\n"]);
        }
        (draw, filled)
    }

    fn check(cells: &[[&str; 6]], want: &Result<Vec<ReadTurn>, Error>) {
        let (draw, sheet) = filled(cells);
        let mut reading = Reading::default();
        let told = reading.add(sheet.as_bytes(), &draw).map(|()| {
            let mut turns = reading.turns(&draw);
            turns.truncate(cells.len());
            turns
        });
        assert_eq!(told, *want, "{cells:?}");
    }

    fn turn(read: [bool; 2], found: &[(bool, [bool; 2], bool)]) -> ReadTurn {
        let found = found.iter().map(|(direct, by, disputed)| Identifier {
            direct: *direct,
            by: *by,
            disputed: *disputed,
        });
        ReadTurn { read, found: found.collect() }
    }

    #[test]
    fn what_two_readers_found_is_matched_by_where_it_stands() {
        let both = [true, true];
        check(&[["x", "", "", "", "", ""]], &Ok(vec![turn([true, false], &[])]));
        check(&[["x", "-", "", "", "", "無"]], &Ok(vec![turn(both, &[])]));
        check(
            &[["", "yes", "said", "x", "YES [person-1]", ""]],
            &Ok(vec![turn(both, &[(true, both, false), (false, [true, false], false)])]),
        );
        check(&[["", "yes;yes", "", "", "", "yes"]], &Ok(vec![turn(both, &[(true, both, true)])]));
        check(
            &[[""; 6], ["", "", "", "x", "", ""]],
            &Ok(vec![turn([false; 2], &[]), turn([false, true], &[])]),
        );
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_column() {
        let column = Column { direct: false, reader: 2 };
        check(&[[""; 6], ["", "", "", "", "", "Tamsin"]], &Err(Error::NotInTurn(3, column)));
        let (draw, sheet) = filled(&[["", "yes", "", "", "", ""]]);
        let add = |sheet: &str| Reading::default().add(sheet.as_bytes(), &draw).unwrap_err();
        assert_eq!(add(&sheet.replacen(" said", "", 1)), Error::OtherText(2));
        assert_eq!(add(&sheet.replacen("-0001", "-0099", 1)), Error::UnknownTurn(2));
        assert_eq!(add(&sheet.replacen("0a1b2c3d-0002", "ffffffff-0002", 1)), Error::OtherDraw(3));
        assert_eq!(add(&sheet.replacen("quasi_2", "quasi", 1)), Error::Sheet(1));
        let mut reading = Reading::default();
        reading.add(sheet.as_bytes(), &draw).unwrap();
        reading.add(sheet.as_bytes(), &draw).unwrap();
        let (_, other) = filled(&[["", "said", "", "", "", ""]]);
        let told = reading.add(other.as_bytes(), &draw).unwrap_err();
        assert_eq!(told, Error::Twice("0a1b2c3d-0001".into(), 1));
    }

    proptest! {
        /// A sheet that comes back as it was handed out fits, whatever was said.
        #[test]
        fn what_was_written_is_read_back(said in "(\\PC|[\n\r\t\"';,=-]|[a-z係]){1,30}") {
            let turns = [Turn { words: Words::of(&said), text: said, ..drawn::turns(1, 0)[0].clone() }];
            let plan = drawn::plan(Size::Turns(1), &[], Allocation::Equal);
            let (draw, chosen) = draw(&turns, &plan).unwrap();
            let sheet = write(&draw, &chosen).unwrap();
            prop_assert_eq!(Reading::default().add(&sheet, &draw), Ok(()));
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let (draw, sheet) = filled(&[]);
            drop(draw_of(&bytes));
            drop(Reading::default().add(&[sheet.as_bytes(), &bytes].concat(), &draw));
        }
    }

    #[test]
    fn sheets_of_each_reader_and_of_other_countries_are_read() {
        let (draw, first) = filled(&[["x", "yes", "", "", "", ""]]);
        let (_, second) = filled(&[["", "", "", "x", "", ""]]);
        let mut reading = Reading::default();
        reading.add(first.replace(',', ";").as_bytes(), &draw).unwrap();
        reading.add(second.trim_start_matches(MARK).replace('\n', "\r\n").as_bytes(), &draw).unwrap();
        assert_eq!(reading.turns(&draw)[0], turn([true, true], &[(true, [true, false], false)]));
        assert_eq!(draw_of(first.as_bytes()).unwrap(), "0a1b2c3d");
        assert_eq!(draw_of(first.replace("0a1b2c3d", "../../..").as_bytes()), Err(Error::Sheet(2)));
    }

    #[test]
    fn a_spreadsheet_reckons_with_nothing_that_was_said() {
        let turns = drawn::turns(1, 0);
        let turns = [Turn { text: "=1+1".into(), words: Words::of("=1+1"), ..turns[0].clone() }];
        let (draw, chosen) = draw(&turns, &drawn::plan(Size::Turns(1), &[], Allocation::Equal)).unwrap();
        let sheet = write(&draw, &chosen).unwrap();
        assert!(String::from_utf8(sheet.clone()).unwrap().contains(",'=1+1,"));
        Reading::default().add(&sheet, &draw).unwrap();
    }
}
