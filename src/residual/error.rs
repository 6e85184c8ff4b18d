//! Why turns can't be drawn or sheets can't be recorded. Lines, columns and ids of turns, never what readers wrote.

use std::fmt;

use crate::fault::{Disposition, Fault};

/// A column of a reading sheet that readers fill in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Column {
    /// Whether it is for direct identifiers.
    pub direct: bool,
    /// Whose it is: 1 or 2.
    pub reader: usize,
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", if self.direct { "direct" } else { "quasi" }, self.reader)
    }
}

/// What is wrong.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing is released yet.
    #[error("the study has no released copy with a turn in it")]
    NothingReleased,
    /// A released copy is not what the list says, or can't be read as a transcript.
    #[error("a released copy was changed, is missing or can't be read")]
    Copy,
    /// A sheet is no table, or lacks a column.
    #[error("line {0} can't be read as a line of a reading sheet")]
    Sheet(u64),
    /// A sheet is of another draw than the others, or of none.
    #[error("line {0} is of another draw")]
    OtherDraw(u64),
    /// There is no such turn in the draw.
    #[error("line {0} is of no turn that was drawn")]
    UnknownTurn(u64),
    /// The text of a turn is not the one that was handed out.
    #[error("the text in line {0} is not the one that was drawn")]
    OtherText(u64),
    /// What a reader found does not stand in the turn.
    #[error("what stands in line {0}, column {1}, does not stand in that turn")]
    NotInTurn(u64, Column),
    /// Two sheets have different words by the same reader about the same turn.
    #[error("turn {0} is filled in twice, otherwise, for reader {1}")]
    Twice(String, usize),
    /// Nobody has read anything.
    #[error("no turn is marked as read")]
    NothingRead,
    /// The draw is recorded already.
    #[error("the draw is recorded already")]
    Recorded,
    /// What the station keeps of draws can't be read.
    #[error("what is kept of a draw can't be read")]
    Kept,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingReleased => "RR-01",
            Self::Copy => "RR-02",
            Self::Sheet(_) => "RR-03",
            Self::OtherDraw(_) => "RR-04",
            Self::UnknownTurn(_) => "RR-05",
            Self::OtherText(_) => "RR-06",
            Self::NotInTurn(..) => "RR-07",
            Self::Twice(..) => "RR-08",
            Self::NothingRead => "RR-09",
            Self::Recorded => "RR-10",
            Self::Kept => "RR-11",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Hold
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NothingReleased => "Draw once something is released; `vouchsafe status` shows what waits.",
            Self::Copy => "Run `vouchsafe doctor`, which names the copies that were changed or removed.",
            Self::Sheet(_) => {
                "Save the sheet as CSV in UTF-8 with all its columns: turn, text, read_1, direct_1, quasi_1, read_2, direct_2, quasi_2."
            }
            Self::OtherDraw(_) => "Record the sheets of one draw at a time, at the station that drew it.",
            Self::UnknownTurn(_) => "Leave the column `turn` as it was.",
            Self::OtherText(_) => {
                "Leave the column `text` as it was: copy the line anew from the sheet that was drawn."
            }
            Self::NotInTurn(..) => {
                "Copy the words from the column `text`; part several by `;`; put `-` where nothing was found."
            }
            Self::Twice(..) => {
                "If two people filled in the columns of reader 1, move those of one to the columns of reader 2."
            }
            Self::NothingRead => {
                "Put an x into read_1 or read_2 of each turn that was read, also where nothing was found."
            }
            Self::Recorded => "`vouchsafe sample report` prints it; `--replace` records it anew.",
            Self::Kept => "Put the file back from a backup, or draw anew.",
        }
    }
}
