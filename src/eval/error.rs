//! Why annotated texts can't be read. Lines and the names of entity types, never the text.

use crate::fault::{Disposition, Fault};

/// What is wrong with a file of annotated texts. Lines are counted from 1.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A line of standoff is none of brat's.
    #[error("line {0} is no line of brat's standoff format")]
    Standoff(usize),
    /// Offsets that do not fit the text, or no words of a mention where they point.
    #[error("the offsets in line {0} do not fit the text beside it")]
    Offsets(usize),
    /// Types of which nobody said what they are, each with the line in which it is met first.
    #[error("it is not known whether these types identify directly: {}", listed(.0))]
    Types(Vec<(String, usize)>),
    /// A line of columns whose last is no tag.
    #[error("the last column of line {0} is no tag such as O, B-PERSON or I-PERSON")]
    Tag(usize),
    /// A line has one column only.
    #[error("line {0} has one column; a token and a tag are needed")]
    Columns(usize),
    /// There are no texts.
    #[error("there is no annotated text in it")]
    Nothing,
    /// A span of a text does not lie in it, or is of no class.
    #[error("a mark in line {0} lies outside its text, or is neither direct nor quasi")]
    Mark(usize),
    /// A text bears the id of another.
    #[error("the document that starts in line {0} has the id of another")]
    Twice(usize),
}

fn listed(types: &[(String, usize)]) -> String {
    let named: Vec<_> = types.iter().map(|(name, line)| format!("{name} (first in line {line})")).collect();
    named.join(", ")
}

impl Fault for ReadError {
    fn code(&self) -> &'static str {
        match self {
            Self::Standoff(_) => "EV-01",
            Self::Offsets(_) => "EV-02",
            Self::Types(_) => "EV-03",
            Self::Tag(_) => "EV-04",
            Self::Columns(_) => "EV-05",
            Self::Nothing => "EV-06",
            Self::Twice(_) => "EV-07",
            Self::Mark(_) => "EV-09",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Quarantine
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Standoff(_) => {
                "A mention is `T1`, a tab, type and offsets, a tab, the words; other lines start with # * A E M N or R."
            }
            Self::Offsets(_) => {
                "Offsets count characters of the .txt from 0, line ends too; was the text changed after it was annotated?"
            }
            Self::Types(_) => {
                "Sort each with --direct, --quasi or --ignore, for example `--direct NICKNAME --ignore MISC`."
            }
            Self::Tag(_) => "Put the tag into the last column, as IOB, BIO, IOB2, BIOES or BILOU have it.",
            Self::Columns(_) => "Part the columns by tabs or blanks: first the token, last the tag.",
            Self::Nothing => "Name a file, or with brat a folder of .ann files with a .txt beside each.",
            Self::Twice(_) => "Give each document an id of its own.",
            Self::Mark(_) => {
                "Offsets are Unicode code points, half-open; `identifier_class` is `direct` or `quasi`, in small letters."
            }
        }
    }
}
