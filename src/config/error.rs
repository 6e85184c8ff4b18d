//! What can be wrong with the settings, said by file, line, column and key.
//!
//! Keys and positions are no personal data; values are never repeated, since some name people.

use std::fmt;

use crate::{
    durable,
    fault::{Disposition, Fault},
    id::StudyId,
};

/// Which of the files of settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileRole {
    /// `vouchsafe.toml`.
    Station,
    /// `studies/<STUDY>/study.toml`.
    Study(StudyId),
}

/// A place in a file, counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Why the settings are not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file of settings can't be read.
    #[error("{file} can't be read ({kind})")]
    Unreadable {
        /// Which.
        file: FileRole,
        /// Why.
        kind: std::io::ErrorKind,
    },
    /// It is not TOML.
    #[error("{file}, {at}: this is not TOML, or a key is written twice")]
    Syntax {
        /// Which file.
        file: FileRole,
        /// Where.
        at: Position,
    },
    /// There is no such key.
    #[error("{file}, {at}: there is no key `{key}`")]
    UnknownKey {
        /// Which file.
        file: FileRole,
        /// Where.
        at: Position,
        /// The key as written; `…` if it is not a plain word.
        key: String,
    },
    /// A key that must be there is not.
    #[error("{file}, {at}: the key `{key}` is missing")]
    MissingKey {
        /// Which file.
        file: FileRole,
        /// Where the table begins that it belongs to.
        at: Position,
        /// The key.
        key: String,
    },
    /// A value is not what its key wants.
    #[error("{file}, {at}: `{key}` wants {expected}")]
    Value {
        /// Which file.
        file: FileRole,
        /// Where.
        at: Position,
        /// The key.
        key: String,
        /// What it wants.
        expected: String,
    },
    /// Two directories that must lie apart don't.
    #[error("vouchsafe.toml: `{one}` and `{other}` are the same directory, or one lies inside the other")]
    Overlap {
        /// The one's key.
        one: &'static str,
        /// The other's key.
        other: &'static str,
    },
    /// A directory lies outside the station's root.
    #[error("vouchsafe.toml: `{key}` lies outside the station's root")]
    OutsideRoot {
        /// Its key.
        key: &'static str,
    },
    /// A directory can't be looked at.
    #[error("vouchsafe.toml: the directory of `{key}` can't be resolved ({kind})")]
    Directory {
        /// Its key.
        key: &'static str,
        /// Why.
        kind: std::io::ErrorKind,
    },
    /// A study's folder bears another name than its id, or a name that can't be an id.
    #[error("a folder under `directories.studies` does not bear its study's id as its name")]
    StudyFolder,
    /// There is no study.
    #[error("there is no study under `directories.studies`")]
    NoStudy,
    /// What can't change while the daemon runs has changed.
    #[error("`{key}` can't change while the daemon runs")]
    NotWhileRunning {
        /// The key.
        key: &'static str,
    },
    /// `init` found a station or study where it was to make one.
    #[error("there is a station or a study of that id already")]
    Taken,
    /// `init` could not write.
    #[error("the station's files could not be written: {0}")]
    Write(#[from] durable::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "CF-01",
            Self::Syntax { .. } => "CF-02",
            Self::UnknownKey { .. } => "CF-03",
            Self::MissingKey { .. } => "CF-04",
            Self::Value { .. } => "CF-05",
            Self::Overlap { .. } => "CF-06",
            Self::OutsideRoot { .. } => "CF-07",
            Self::Directory { .. } => "CF-08",
            Self::StudyFolder => "CF-09",
            Self::NoStudy => "CF-10",
            Self::NotWhileRunning { .. } => "CF-11",
            Self::Taken => "CF-12",
            Self::Write(_) => "CF-13",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "Correct the path, or let the daemon's user read the file.",
            Self::Syntax { .. } => "Correct the line; text stands in double quotes.",
            Self::UnknownKey { .. } => "Correct or remove the key; docs/configuration.md lists all of them.",
            Self::MissingKey { .. } => "Add the key; docs/configuration.md says what it means.",
            Self::Value { .. } => "Correct the value; docs/configuration.md gives an example.",
            Self::Overlap { .. } => "Give each its own directory, neither inside the other.",
            Self::OutsideRoot { .. } => "Put the directory under the root, or leave the key out.",
            Self::Directory { .. } => "Make the directory, or let the daemon's user enter it.",
            Self::StudyFolder => "Name the folder exactly as `study.id` in its study.toml.",
            Self::NoStudy => "Make one with `vouchsafe init`.",
            Self::NotWhileRunning { .. } => "Stop the daemon, change it, and start it again.",
            Self::Taken => "Choose another directory or study id; nothing has been changed.",
            Self::Write(_) => "Free some space or correct the rights, then run `vouchsafe init` again.",
        }
    }
}

impl fmt::Display for FileRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Station => f.write_str("vouchsafe.toml"),
            Self::Study(id) => write!(f, "studies/{id}/study.toml"),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
