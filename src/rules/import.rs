//! From a table of terms to a list for a pack: what `vouchsafe lists import` does with the bytes.
//!
//! Terms are folded as texts are, sorted, and each kept once. What can't be read is refused with its line; no
//! error holds a term, since a list may be of people.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    compact::{self, Compact},
    list::{Flaw, List, MAX_LIST_BYTES},
    pack::Content,
};
use crate::{
    fault::{Disposition, Fault},
    view::{View, folded_name},
};

/// A list, ready to be written into a pack's `lists/`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Imported {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many terms it has.
    pub terms: usize,
    /// How many lines named a term that an earlier one had named.
    pub repeated: usize,
}

/// A term as a person looks at it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// The term: folded if the list is compact, else as it was written.
    pub term: String,
    /// The weight, in a compact list.
    pub weight: Option<u64>,
    /// The rungs, nearest first.
    pub ladder: Vec<String>,
}

/// Why a table gives no list, or a list can't be shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Source or licence is empty, or has a line end.
    #[error("a source and a licence are one line each")]
    Head,
    /// Not CSV in UTF-8.
    #[error("line {0} is not CSV in UTF-8")]
    Csv(usize),
    /// A term that nothing is left of.
    #[error("line {0}: the term is empty")]
    Empty(usize),
    /// A weight that is no whole number, or more columns than two.
    #[error("line {0}: after the term stands at most one column, a whole number from 0 on")]
    Weight(usize),
    /// A comma, a `#` at the start, or a line end in a term or a rung.
    #[error("line {0}: a term or rung has a comma or a line end in it, or begins with #")]
    Sign(usize),
    /// The same term with other rungs.
    #[error("line {0}: the term stands in line {1} too, with other rungs")]
    Twice(usize, usize),
    /// There is no term.
    #[error("the table has no terms")]
    NoTerms,
    /// The list is larger than a pack may have it.
    #[error("the list would have more than 3 MiB")]
    TooLarge,
    /// What was to be shown is no list.
    #[error("line {0}: {1}")]
    NoList(usize, &'static str),
}

impl Fault for Refused {
    fn code(&self) -> &'static str {
        "RU-10"
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Head => "Say with --source and --licence where the terms come from and who may share them.",
            Self::Csv(_) => "Save the table as CSV (UTF-8); a quotation mark opens and closes a field.",
            Self::Empty(_) | Self::NoTerms => "Put one term in the first column of each line.",
            Self::Weight(_) => "Mend the line; for terms with places or groups behind them give --ladder.",
            Self::Sign(_) => "Take the comma, the line end or the # out.",
            Self::Twice(..) => "Keep one of the two lines, with the rungs that are true of both.",
            Self::TooLarge => "Leave rare terms out, or make two lists of it.",
            Self::NoList(..) => {
                "Name a .txt, .csv or .fst file of a pack's lists/; docs/rules.md shows them."
            }
        }
    }
}

/// Makes a compact list of a table `term[,weight]`; without a weight a term has 1. Of several weights of a
/// term the greatest stays.
///
/// # Errors
///
/// The first thing that is wrong with the table.
pub fn import_weights(csv: &[u8], source: &str, licence: &str) -> Result<Imported, Refused> {
    let head = head(source, licence)?;
    let mut terms: BTreeMap<String, u64> = BTreeMap::new();
    let mut repeated = 0_usize;
    for (line, fields) in rows(csv)? {
        let term = folded(&fields, line)?;
        let weight = match (fields.get(1).map(str::trim), fields.get(2)) {
            (None | Some(""), None) => 1,
            (Some(it), None) => match it.parse() {
                Ok(it) => it,
                Err(_) if line == 1 => continue,
                Err(_) => return Err(Refused::Weight(line)),
            },
            (_, Some(_)) => return Err(Refused::Weight(line)),
        };
        match terms.entry(term) {
            Entry::Vacant(it) => drop(it.insert(weight)),
            Entry::Occupied(mut it) => {
                repeated = repeated.saturating_add(1);
                let greatest = weight.max(*it.get());
                it.insert(greatest);
            }
        }
    }
    if terms.is_empty() {
        return Err(Refused::NoTerms);
    }
    let all = terms.iter().map(|(term, weight)| (term.as_str(), *weight));
    let bytes = Compact::encode(&head, all).map_err(|_| Refused::NoTerms)?;
    sized(Imported { bytes, terms: terms.len(), repeated })
}

/// Makes a list of ladders of a table `term,rung1,rung2`, nearest rung first.
///
/// # Errors
///
/// The first thing that is wrong with the table.
pub fn import_ladders(csv: &[u8], source: &str, licence: &str) -> Result<Imported, Refused> {
    let mut text = head(source, licence)?;
    let mut terms: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut repeated = 0_usize;
    for (line, fields) in rows(csv)? {
        let term = folded(&fields, line)?;
        let plain: Vec<String> = fields.iter().map(normalised).collect();
        if plain.iter().any(|it| it.contains(',') || it.starts_with('#'))
            || fields.iter().any(|it| it.contains('\n'))
        {
            return Err(Refused::Sign(line));
        }
        let row = plain.join(",").trim_end_matches(',').to_owned();
        let rungs = |row: &str| row.split_once(',').map(|(_, rungs)| rungs.to_owned());
        match terms.entry(term) {
            Entry::Vacant(it) => drop(it.insert((line, row))),
            Entry::Occupied(it) if rungs(&it.get().1) == rungs(&row) => repeated = repeated.saturating_add(1),
            Entry::Occupied(it) => return Err(Refused::Twice(line, it.get().0)),
        }
    }
    if terms.is_empty() {
        return Err(Refused::NoTerms);
    }
    for (_, row) in terms.values() {
        text.push_str(row);
        text.push('\n');
    }
    sized(Imported { bytes: text.into_bytes(), terms: terms.len(), repeated })
}

/// What stands at the head of a list, and its terms.
///
/// # Errors
///
/// Fails if a pack would not take the list.
pub fn show_list(name: &str, bytes: Vec<u8>) -> Result<(String, Vec<Shown>), Refused> {
    let no_list = |it: Flaw| Refused::NoList(it.line(), it.why());
    let said = compact::head(&bytes).0.trim_end().to_owned();
    let content = Content::of(name, bytes).ok_or(Refused::NoList(0, Flaw::Damaged.why()))?;
    let list = List::read(name, &content).map_err(no_list)?;
    let shown = match list {
        List::Plain(_) => {
            let shown = |it: &super::list::Term| Shown {
                term: it.shown.clone(),
                weight: None,
                ladder: it.ladder.to_vec(),
            };
            list.terms().iter().map(shown).collect()
        }
        List::Compact(it) => {
            let shown = |(term, weight)| Shown { term, weight: Some(weight), ladder: Vec::new() };
            it.terms().into_iter().map(shown).collect()
        }
    };
    Ok((said, shown))
}

fn head(source: &str, licence: &str) -> Result<String, Refused> {
    let (source, licence) = (source.trim(), licence.trim());
    if source.is_empty() || licence.is_empty() || [source, licence].concat().contains(['\n', '\r']) {
        return Err(Refused::Head);
    }
    Ok(format!("# source: {source}; licence: {licence}\n"))
}

/// The rows of a table that are neither empty nor comments, with their lines.
fn rows(csv: &[u8]) -> Result<Vec<(usize, csv::StringRecord)>, Refused> {
    let csv = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).comment(Some(b'#')).from_reader(csv);
    let line =
        |it: Option<&csv::Position>| it.map_or(0, |it| usize::try_from(it.line()).unwrap_or(usize::MAX));
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|it| Refused::Csv(line(it.position())))?;
        rows.push((line(row.position()), row));
    }
    Ok(rows)
}

fn folded(fields: &csv::StringRecord, line: usize) -> Result<String, Refused> {
    let term = folded_name(fields.get(0).unwrap_or_default());
    if term.is_empty() { Err(Refused::Empty(line)) } else { Ok(term) }
}

fn normalised(text: &str) -> String {
    View::of(text).text().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sized(it: Imported) -> Result<Imported, Refused> {
    if it.bytes.len() > MAX_LIST_BYTES { Err(Refused::TooLarge) } else { Ok(it) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(csv: &str) -> Result<Imported, Refused> {
        import_weights(csv.as_bytes(), "our own", "CC0")
    }

    fn ladders(csv: &str) -> Result<String, Refused> {
        import_ladders(csv.as_bytes(), "our own", "CC0").map(|it| String::from_utf8(it.bytes).unwrap())
    }

    fn shown(name: &str, it: Imported) -> Vec<(String, Option<u64>)> {
        let (head, all) = show_list(name, it.bytes).unwrap();
        assert_eq!(head, "# source: our own; licence: CC0");
        all.into_iter().map(|it| (it.term, it.weight)).collect()
    }

    #[test]
    fn a_table_of_weights_becomes_a_list_that_shows_them() {
        let it = weights("\u{FEFF}term,weight\nＭing,3\n# a comment\nmei  ling,7\nMING,2\n陳\n").unwrap();
        assert_eq!((it.terms, it.repeated), (3, 1));
        let want = [("mei ling", 7), ("ming", 3), ("陳", 1)];
        assert_eq!(shown("a.fst", it), want.map(|(term, weight)| (term.to_owned(), Some(weight))));
    }

    #[test]
    fn the_order_of_lines_does_not_matter() {
        assert_eq!(weights("a,1\nb,2\nc\n").unwrap().bytes, weights("c,1\nb,2\na\n").unwrap().bytes);
        assert_eq!(ladders("a,x\nB,y\n"), ladders("B,y\na,x\n"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(weights("a,1\nb,x\n"), Err(Refused::Weight(2)));
        assert_eq!(weights("a,1\nb,-1\n"), Err(Refused::Weight(2)));
        assert_eq!(weights("a,1\nb,1,2\n"), Err(Refused::Weight(2)));
        assert_eq!(weights("a,1\n ,2\n"), Err(Refused::Empty(2)));
        assert_eq!(weights("# nothing\n"), Err(Refused::NoTerms));
        assert_eq!(import_weights(b"a\n\xFF\n", "x", "y"), Err(Refused::Csv(2)));
        assert_eq!(import_weights(b"a\n", " ", "y"), Err(Refused::Head));
        assert_eq!(import_weights(b"a\n", "x", "y\nb"), Err(Refused::Head));
        assert_eq!(ladders("a,x\n\"b, c\",y\n"), Err(Refused::Sign(2)));
        assert_eq!(ladders("a,x\nb\nA,y\n"), Err(Refused::Twice(3, 1)));
    }

    #[test]
    fn ladders_are_sorted_and_kept_once() {
        let want = "# source: our own; licence: CC0\nSha Tin,NT East,Hong Kong\n沙田,新界東\n";
        assert_eq!(
            ladders("沙田,新界東\nSha  Tin, NT East,Hong Kong,\nsha tin,NT East,Hong Kong\n").unwrap(),
            want
        );
    }

    #[test]
    fn a_list_that_no_pack_would_take_is_not_made() {
        let long = |bytes: usize| format!("{}\n", "x".repeat(bytes));
        let head = "# source: our own; licence: CC0\n".len();
        assert!(ladders(&long(MAX_LIST_BYTES - head - 1)).is_ok());
        assert_eq!(ladders(&long(MAX_LIST_BYTES - head)), Err(Refused::TooLarge));
    }

    #[test]
    fn what_is_no_list_is_not_shown() {
        let of = |name: &str, bytes: &[u8]| show_list(name, bytes.to_vec()).unwrap_err();
        assert!(matches!(of("a.txt", b"abc\n"), Refused::NoList(1, _)));
        assert!(matches!(of("a.fst", b"# source: x; licence: y\nabc"), Refused::NoList(0, _)));
        assert!(matches!(of("a.md", b"# source: x; licence: y\nabc"), Refused::NoList(0, _)));
    }
}
