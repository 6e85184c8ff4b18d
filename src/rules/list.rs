//! Lists of terms: gazetteers, surnames, stop words. One term a line, or a generalisation ladder a line.

use std::collections::BTreeMap;

use crate::view::{View, folded_name};

/// A term of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Term {
    /// Folded, as the view's folded text has it.
    pub(crate) folded: String,
    /// Normalised, as cased as the list.
    pub(crate) shown: String,
    /// Nearest rung first.
    pub(crate) ladder: Vec<String>,
}

/// What a list must have and lacks. With the line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flaw {
    /// The first line names source and licence.
    NoSource,
    /// A term is empty.
    Empty(usize),
}

/// A list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct List {
    pub(crate) terms: Vec<Term>,
    /// Folded term to its place in `terms`.
    index: BTreeMap<String, usize>,
    /// A bit for each term's [`mark`]: most texts that are no terms are told by it at once.
    marks: Vec<u64>,
}

/// So many words of bits has a list.
const MARK_WORDS: usize = 256;

/// Where a text's bit stands: its word, and the bit in it. By its length, and its first and last bytes.
fn mark(folded: &str) -> (usize, u64) {
    let bytes = folded.as_bytes();
    let from_start = bytes.iter().take(3);
    let from_end = bytes.iter().rev().take(3);
    let mixed = from_start
        .chain(from_end)
        .fold(bytes.len(), |sum, it| sum.wrapping_mul(37).wrapping_add(usize::from(*it)));
    (mixed.wrapping_shr(6) % MARK_WORDS, 1_u64.rotate_left(u32::try_from(mixed & 63).unwrap_or(0)))
}

impl List {
    /// Reads a list; `csv` if its lines are ladders.
    pub(crate) fn parse(text: &str, csv: bool) -> Result<Self, Flaw> {
        let mut lines = text.lines().zip(1_usize..);
        match lines.next() {
            Some((first, _))
                if first.starts_with('#') && first.contains("source:") && first.contains("licence:") => {}
            Some(_) | None => return Err(Flaw::NoSource),
        }
        let mut list = Self::default();
        for (line, number) in lines {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if csv {
                let mut fields = line.split(',').map(str::trim);
                let term = fields.next().unwrap_or_default();
                // An empty field keeps its place: a region's district is not known, and it is no district.
                let mut ladder: Vec<String> = fields.map(str::to_owned).collect();
                ladder.truncate(
                    ladder.iter().rposition(|it| !it.is_empty()).map_or(0, |n| n.saturating_add(1)),
                );
                list.add(term, ladder, number)?;
            } else {
                let (term, other) = match line.split_once('|') {
                    Some((term, other)) => (term.trim(), Some(other.trim())),
                    None => (line, None),
                };
                list.add(term, Vec::new(), number)?;
                if other.is_some_and(|it| folded_name(it).is_empty()) {
                    return Err(Flaw::Empty(number));
                }
            }
        }
        Ok(list)
    }

    fn add(&mut self, term: &str, ladder: Vec<String>, line: usize) -> Result<(), Flaw> {
        let folded = folded_name(term);
        if folded.is_empty() {
            return Err(Flaw::Empty(line));
        }
        if !self.index.contains_key(&folded) {
            self.index.insert(folded.clone(), self.terms.len());
            self.marks.resize(MARK_WORDS, 0);
            let (word, bit) = mark(&folded);
            if let Some(word) = self.marks.get_mut(word) {
                *word |= bit;
            }
            let shown = View::of(term).text().split_whitespace().collect::<Vec<_>>().join(" ");
            self.terms.push(Term { folded, shown, ladder });
        }
        Ok(())
    }

    /// Whether a folded text is a term.
    pub(crate) fn contains(&self, folded: &str) -> bool {
        let (word, bit) = mark(folded);
        self.marks.get(word).is_some_and(|it| it & bit != 0) && self.index.contains_key(folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_its_source_first() {
        assert_eq!(List::parse("abc\n", false), Err(Flaw::NoSource));
        assert_eq!(List::parse("", false), Err(Flaw::NoSource));
        assert!(List::parse("# source: our own; licence: CC0\nabc\n", false).is_ok());
    }

    #[test]
    fn terms_are_folded_and_ladders_kept() {
        let list = List::parse(
            "# source: our own; licence: CC0\n# more\nＹau  Ma Tei, Kowloon, Hong Kong\n沙田,新界東\n新界,,香港,\n",
            true,
        )
        .unwrap();
        assert!(list.contains("yau ma tei") && list.contains("沙田"));
        assert_eq!(list.terms[0].ladder, ["Kowloon", "Hong Kong"]);
        assert_eq!(list.terms[0].shown, "Yau Ma Tei");
        assert_eq!(list.terms[2].ladder, ["", "香港"]);
        let list = List::parse("# source: our own; licence: CC0\nYMT | Yau Ma Tei\n", false).unwrap();
        assert!(list.contains("ymt") && !list.contains("yau ma tei"));
        assert_eq!(List::parse("# source: x; licence: y\n|a\n", false), Err(Flaw::Empty(2)));
    }
}
