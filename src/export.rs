//! Released copies as analysts' programs want them: numbered text, Word, a table of turns, captions, a REFI-QDA project.
//! Pure: a released copy comes in, bytes go out. Needs no key and knows no names.
//!
//! ```text
//! index.csv + copies ─Copy::read→ Copy (turns) ─text, document, table, captions→ a file each
//!                                              └─project→ one file of all
//! ```
//!
//! Architecture invariant: what is written says what the copy says, what its row in the list says, and constants.

pub mod captions;
pub mod document;
pub mod project;
pub mod table;
pub mod text;
mod turns;

use std::str::FromStr;

pub use self::turns::{Moment, Turn};
use crate::{
    fault::{Disposition, Fault},
    release::Row,
};

/// What copies can be written as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Kind {
    /// A numbered line a turn, `.txt`.
    Text,
    /// Word, `.docx`, lines numbered.
    Document,
    /// A row a turn, `.csv`.
    Table,
    /// WebVTT, `.vtt`, of copies that have times.
    Captions,
    /// One REFI-QDA project of all copies, `.qdpx`.
    Project,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Document, Self::Table, Self::Captions, Self::Project];

    /// The ending of such a file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Document => "docx",
            Self::Table => "csv",
            Self::Captions => "vtt",
            Self::Project => "qdpx",
        }
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.extension() == text).ok_or("txt, docx, csv, vtt or qdpx")
    }
}

/// Why nothing is exported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A released copy can't be parsed.
    #[error("a released copy can't be read")]
    Copy,
    /// No random bytes for the project's ids.
    #[error("the operating system gives no random numbers")]
    Random,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Copy => "EX-01",
            Self::Random => "EX-02",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Copy => "Report this: what was released was read before. `--only` exports the others.",
            Self::Random => "Start it again; if it happens twice, restart the machine.",
        }
    }
}

/// A released copy, as its turns.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Its row in the list.
    pub row: Row,
    /// Its turns; headings, empty ones and bare times are left out, and leave their numbers.
    pub turns: Vec<Turn>,
}

impl Copy {
    /// Reads a copy.
    ///
    /// # Errors
    ///
    /// Fails if it can't be parsed.
    pub fn read(row: &Row, bytes: &[u8]) -> Result<Self, Error> {
        let parsed = row.parse(bytes).map_err(|_| Error::Copy)?;
        // EXPOSE: a released copy, written again for those whom it was released to.
        let mut turns = turns::of(parsed.text().expose(), parsed.layout()).ok_or(Error::Copy)?;
        // Turn 12 is turn 12 in every language, whatever stands above the talk and however captions cut it.
        if row.language.is_some() {
            // EXPOSE: as above; numbers are taken from it.
            let shared = parsed.layout().shared_turns(parsed.text().expose());
            for it in &mut turns {
                let at = usize::try_from(it.number.saturating_sub(1)).ok().and_then(|it| shared.get(it));
                (it.number, it.part) = at.map(|it| (it.number, it.part)).ok_or(Error::Copy)?;
            }
        }
        Ok(Self { row: row.clone(), turns })
    }

    /// Its name without the ending: `STUDY_D03_PIR_W2_interview_v1`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.row.name.rsplit_once('.').map_or(self.row.name.as_str(), |it| it.0)
    }

    /// What all versions of it share: `STUDY_D03_PIR_W2_interview`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let version = format!("_v{}", self.row.version);
        self.name().strip_suffix(version.as_str()).unwrap_or_else(|| self.name())
    }

    /// The id of a turn, the same in every version, every format and every language: `STUDY_D03_PIR_W2_interview#0012`;
    /// with `.2` behind it where one language has the turn in pieces.
    #[must_use]
    pub fn turn_id(&self, turn: &Turn) -> String {
        let language = self.row.language.map(|it| format!("_{}", it.name())).unwrap_or_default();
        let stem = self.stem();
        format!("{}#{}", stem.strip_suffix(language.as_str()).unwrap_or(stem), turn.counted())
    }

    /// The day of its release.
    #[must_use]
    pub fn day(&self) -> &str {
        self.row.released_at.get(..10).unwrap_or_default()
    }

    /// Whether any of it has a time that media players know.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.turns.iter().any(|it| it.start.as_ref().is_some_and(|it| it.millis.is_some()))
    }
}

#[cfg(test)]
mod tests;
