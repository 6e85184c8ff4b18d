//! Lists of terms: gazetteers, surnames, stop words. One term a line, a generalisation ladder a line, or a
//! compact list of terms with weights.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use super::{
    compact::Compact,
    pack::Content,
    slots::{Slots, hash},
};
use crate::view::{folded_name, name_forms};

/// The most bytes that a list may have.
pub(crate) const MAX_LIST_BYTES: usize = 3 * 1024 * 1024;

/// A term of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Term {
    /// Folded, as the view's folded text has it.
    pub(crate) folded: String,
    /// Normalised, as cased as the list.
    pub(crate) shown: String,
    /// Nearest rung first. Many terms share one.
    pub(crate) ladder: Arc<[String]>,
}

/// What a list must have and lacks. With the line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flaw {
    /// The first line names source and licence.
    NoSource,
    /// A term is empty.
    Empty(usize),
    /// It has too many bytes.
    TooLarge,
    /// It is no text, or no compact list, as its name says; or not all of it is there.
    Damaged,
    /// A compact list has a term that is not folded.
    Unfolded,
    /// A compact list has no term.
    NoTerms,
    /// Its name has another ending than lists have.
    Ending,
}

impl Flaw {
    /// The line, from 1; 0 for the list as a whole.
    pub(crate) const fn line(self) -> usize {
        match self {
            Self::Empty(line) => line,
            Self::NoSource => 1,
            Self::TooLarge | Self::Damaged | Self::Unfolded | Self::NoTerms | Self::Ending => 0,
        }
    }

    /// What is wrong.
    pub(crate) const fn why(self) -> &'static str {
        match self {
            Self::NoSource => "the first line does not name source and licence",
            Self::Empty(_) => "a term is empty",
            Self::TooLarge => "the list has more than 3 MiB",
            Self::Damaged => "the list is damaged, or is not what the ending of its name says",
            Self::Unfolded => "a term of the compact list is not folded, so that no text could match it",
            Self::NoTerms => "the compact list has no term",
            Self::Ending => "a list ends in .txt, .csv or .fst",
        }
    }
}

/// A list.
#[derive(Debug)]
pub(crate) enum List {
    /// Read from text.
    Plain(Plain),
    /// Searched where it lies.
    Compact(Compact),
}

/// A list as read from text.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    terms: Vec<Term>,
    /// Where in `terms` each folded term stands.
    index: Slots,
}

/// Whether a list's first line says where it comes from and under which licence.
pub(crate) fn is_source_line(line: &str) -> bool {
    line.starts_with('#') && line.contains("source:") && line.contains("licence:")
}

impl List {
    /// Reads the list of a file by the ending of its name. Compact lists that are built in are not looked
    /// through at every start: the tests of this program do that.
    pub(crate) fn read(name: &str, content: &Content) -> Result<Self, Flaw> {
        if content.as_bytes().len() > MAX_LIST_BYTES {
            return Err(Flaw::TooLarge);
        }
        match (name.rsplit_once('.').map(|(_, ending)| ending), content) {
            (Some("txt"), Content::Text(text)) => Self::parse(text, false),
            (Some("csv"), Content::Text(text)) => Self::parse(text, true),
            (Some("fst"), Content::Bytes(bytes)) => {
                let list = Compact::open(bytes.clone())?;
                if matches!(bytes, Cow::Owned(_)) {
                    list.check()?;
                }
                Ok(Self::Compact(list))
            }
            (Some("txt" | "csv" | "fst"), Content::Text(_) | Content::Bytes(_)) => Err(Flaw::Damaged),
            (Some(_) | None, _) => Err(Flaw::Ending),
        }
    }

    /// Reads a list; `csv` if its lines are ladders.
    pub(crate) fn parse(text: &str, csv: bool) -> Result<Self, Flaw> {
        let mut lines = text.lines().zip(1_usize..);
        if !lines.next().is_some_and(|(first, _)| is_source_line(first)) {
            return Err(Flaw::NoSource);
        }
        let mut list = Plain::default();
        let mut ladders: BTreeMap<&str, Arc<[String]>> = BTreeMap::new();
        for (line, number) in lines {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if csv {
                let (term, rungs) = line.split_once(',').unwrap_or((line, ""));
                let ladder = ladders.entry(rungs).or_insert_with(|| ladder(rungs));
                list.add(term.trim(), Arc::clone(ladder), number)?;
            } else {
                let (term, other) = match line.split_once('|') {
                    Some((term, other)) => (term.trim(), Some(other.trim())),
                    None => (line, None),
                };
                list.add(term, Arc::default(), number)?;
                if other.is_some_and(|it| folded_name(it).is_empty()) {
                    return Err(Flaw::Empty(number));
                }
            }
        }
        Ok(Self::Plain(list))
    }

    /// Whether a folded text is a term.
    pub(crate) fn contains(&self, folded: &str) -> bool {
        self.contains_from(folded, 0)
    }

    /// Whether a folded text is a term of at least some weight. Those of a list without weights have none.
    pub(crate) fn contains_from(&self, folded: &str, min: u64) -> bool {
        self.weight(folded).is_some_and(|it| it >= min)
    }

    /// The weight of a folded text that is a term.
    pub(crate) fn weight(&self, folded: &str) -> Option<u64> {
        match self {
            Self::Plain(it) => it.contains(folded).then_some(0),
            Self::Compact(it) => it.weight(folded),
        }
    }

    /// The terms that a folded text begins with, as [`Compact::prefixes`] tells them; none where terms have no
    /// weights.
    pub(crate) fn prefixes(&self, folded: &str, each: impl FnMut(usize, u64)) {
        match self {
            Self::Plain(_) => {}
            Self::Compact(it) => it.prefixes(folded, each),
        }
    }

    /// All terms; those of a compact list are made for it, which takes a while.
    pub(crate) fn terms(&self) -> Cow<'_, [Term]> {
        match self {
            Self::Plain(it) => Cow::Borrowed(&it.terms),
            Self::Compact(it) => {
                let term =
                    |(it, _): (String, u64)| Term { shown: it.clone(), folded: it, ladder: Arc::default() };
                Cow::Owned(it.terms().into_iter().map(term).collect())
            }
        }
    }

    /// Whether it is one that is only worth looking up in, and whose terms have weights.
    pub(crate) const fn is_compact(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Compact(_) => true,
        }
    }
}

/// The rungs behind a term. An empty one keeps its place: a region's district is not known, and it is no district.
fn ladder(rungs: &str) -> Arc<[String]> {
    let rungs: Vec<_> = rungs.split(',').map(str::trim).collect();
    let last = rungs.iter().rposition(|it| !it.is_empty()).map_or(0, |n| n.saturating_add(1));
    rungs.into_iter().take(last).map(str::to_owned).collect()
}

impl Plain {
    fn add(&mut self, term: &str, ladder: Arc<[String]>, line: usize) -> Result<(), Flaw> {
        let (shown, folded) = name_forms(term);
        if folded.is_empty() {
            return Err(Flaw::Empty(line));
        }
        if !self.contains(&folded) {
            self.index.put(hash(&folded), self.terms.len());
            self.terms.push(Term { folded, shown, ladder });
        }
        Ok(())
    }

    fn contains(&self, folded: &str) -> bool {
        let is = |n: usize| self.terms.get(n).is_some_and(|it| it.folded == folded);
        self.index.find(hash(folded), is).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_its_source_first() {
        assert_eq!(List::parse("abc\n", false).unwrap_err(), Flaw::NoSource);
        assert_eq!(List::parse("", false).unwrap_err(), Flaw::NoSource);
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
        assert!(!list.contains_from("沙田", 1), "no weights, no term of weight 1");
        assert_eq!(*list.terms()[0].ladder, ["Kowloon", "Hong Kong"]);
        assert_eq!(list.terms()[0].shown, "Yau Ma Tei");
        assert_eq!(*list.terms()[2].ladder, ["", "香港"]);
        let list = List::parse("# source: our own; licence: CC0\nYMT | Yau Ma Tei\n", false).unwrap();
        assert!(list.contains("ymt") && !list.contains("yau ma tei"));
        assert_eq!(List::parse("# source: x; licence: y\n|a\n", false).unwrap_err(), Flaw::Empty(2));
    }

    #[test]
    fn a_list_is_read_by_the_ending_of_its_name() {
        let head = "# source: our own; licence: CC0\n";
        let text = Content::Text(Cow::Borrowed("# source: our own; licence: CC0\nabc\n"));
        let bytes = Compact::encode(head, [("abc", 4)].into_iter()).unwrap();
        let bytes = Content::Bytes(Cow::Owned(bytes));
        let flaw = |name: &str, content: &Content| List::read(name, content).unwrap_err();
        assert!(List::read("a.txt", &text).unwrap().contains("abc"));
        let list = List::read("a.fst", &bytes).unwrap();
        assert!(list.contains_from("abc", 4) && !list.contains_from("abc", 5) && list.contains("abc"));
        assert_eq!(list.terms()[0].folded, "abc");
        assert_eq!(flaw("a.fst", &text), Flaw::Damaged);
        assert_eq!(flaw("a.csv", &bytes), Flaw::Damaged);
        assert_eq!(flaw("a.md", &text), Flaw::Ending);
        assert_eq!(flaw("a", &bytes), Flaw::Ending);
    }

    #[test]
    fn a_list_has_at_most_so_many_bytes() {
        let head = "# source: our own; licence: CC0\n";
        let of = |bytes: usize| Content::Text(format!("{head}{}", "a".repeat(bytes - head.len())).into());
        assert!(List::read("a.txt", &of(MAX_LIST_BYTES)).is_ok());
        assert_eq!(List::read("a.txt", &of(MAX_LIST_BYTES + 1)).unwrap_err(), Flaw::TooLarge);
        let long = Content::Bytes(Cow::Owned(vec![0; MAX_LIST_BYTES + 1]));
        assert_eq!(List::read("a.fst", &long).unwrap_err(), Flaw::TooLarge);
    }

    #[test]
    fn a_compact_list_of_ones_own_is_looked_through() {
        let bytes = Compact::encode("# source: x; licence: y\n", [("Abc", 4)].into_iter()).unwrap();
        assert_eq!(List::read("a.fst", &Content::Bytes(Cow::Owned(bytes))).unwrap_err(), Flaw::Unfolded);
    }
}
