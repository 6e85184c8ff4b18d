//! Where the files of a batch lay: written and named before the first of them is moved.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    super::{Error, scan::Observation},
    is_there,
};
use crate::{
    durable,
    id::{Handle, JobId},
};

const ENDING: &str = "origins";
const SCHEMA: u8 = 1;
/// The most bytes of a record: 64 paths of 4,096 bytes, each byte a number of up to three digits.
const MAX_ORIGINS_BYTES: u64 = 2 * 1024 * 1024;

/// Where one file lay.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Origin {
    pub(super) job: JobId,
    /// The bytes of the path below the intake folder.
    pub(super) path: Vec<u8>,
    pub(super) uid: u32,
    pub(super) conflict: bool,
}

/// Where those of a batch lay, and the record that says so.
#[derive(Debug)]
pub(super) struct Origins {
    claimed: PathBuf,
    record: PathBuf,
    files: Vec<Origin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    schema: u8,
    files: Vec<Origin>,
}

impl Origin {
    /// Of a drop that is about to be claimed, as a new job.
    pub(super) fn of(seen: &Observation) -> Result<Self, Error> {
        let job = JobId::random().map_err(|_| durable::Error::Random)?;
        Ok(Self { job, path: seen.path.bytes().to_vec(), uid: seen.uid, conflict: seen.conflict })
    }
}

impl Origins {
    /// Writes a record, durably.
    pub(super) fn write(claimed: &Path, files: Vec<Origin>) -> Result<Self, Error> {
        let batch = Handle::random().map_err(|_| durable::Error::Random)?;
        let name = format!("{batch}.{ENDING}");
        let record = Record { schema: SCHEMA, files };
        let bytes = serde_json::to_vec(&record).map_err(|_| Error::Damaged)?;
        durable::write_new(claimed, &name, &bytes)?;
        Ok(Self { claimed: claimed.to_owned(), record: claimed.join(name), files: record.files })
    }

    /// All records there are.
    pub(super) fn all(claimed: &Path) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        for entry in fs::read_dir(claimed)? {
            let record = entry?.path();
            if record.extension().is_none_or(|it| it != ENDING) {
                continue;
            }
            let mut bytes = Vec::new();
            File::open(&record)?.take(MAX_ORIGINS_BYTES).read_to_end(&mut bytes)?;
            let read: Record = serde_json::from_slice(&bytes).map_err(|_| Error::Damaged)?;
            if read.schema != SCHEMA {
                return Err(Error::Damaged);
            }
            all.push(Self { claimed: claimed.to_owned(), record, files: read.files });
        }
        Ok(all)
    }

    pub(super) fn files(&self) -> &[Origin] {
        &self.files
    }

    /// Removes the record once none of its files is left. Best effort: the next start does it again.
    pub(super) fn clear_if_done(&self) {
        let left = |it: &Origin| is_there(&self.claimed, it.job);
        if !self.files.iter().any(left) {
            drop(durable::unlink(&self.record));
        }
    }
}
