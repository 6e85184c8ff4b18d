//! Why the registry failed. Holds nothing of what it was asked.

use crate::fault::{Disposition, Fault};

/// Why the registry failed. Holds nothing of what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be opened, read or written.
    #[error("the station's memory cannot be read or written")]
    Database,
    /// A row does not open under the roster key, or was moved from another place.
    #[error("a row of the station's memory does not open under the roster key")]
    Row,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Random,
    /// The file is of a later version.
    #[error("the station's memory was written by a later version")]
    Version,
    /// No more numbers are left for an entity type.
    #[error("no more codes are left for an entity type")]
    Exhausted,
    /// A decision bundle uses a code that was not set aside for it.
    #[error("a code was not reserved")]
    NotReserved,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Database => "RG-01",
            Self::Row => "RG-02",
            Self::Random => "RG-03",
            Self::Version => "RG-04",
            Self::Exhausted => "RG-05",
            Self::NotReserved => "RG-06",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Database | Self::Row | Self::Random | Self::Version | Self::Exhausted => Disposition::Halt,
            Self::NotReserved => Disposition::Hold,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Database => "check the disk and the rights of station.db, then start again",
            Self::Row => {
                "use the roster key that this station was made with, or restore station.db from a `station` object"
            }
            Self::Random => "start again when the operating system's generator is ready",
            Self::Version => "use the version of vouchsafe that wrote station.db, or a later one",
            Self::Exhausted => "split the study",
            Self::NotReserved => "review the item again with its newest bundle",
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(_: rusqlite::Error) -> Self {
        // SQLite's own message may quote what it was given.
        Self::Database
    }
}
