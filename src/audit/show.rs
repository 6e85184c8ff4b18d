//! Shows what the log says, to a person or a program that has its directory and its public key. Changes
//! nothing, and trusts nothing beyond the signed checkpoint.

use std::path::Path;

use crate::{
    audit::{Error, entry::Entry, note::LogKey, reader::Reader},
    id::{JobId, ObjectId},
};

/// Which entries to show; those that meet every member that is set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filter {
    /// About this item.
    pub job: Option<JobId>,
    /// About this object.
    pub object: Option<ObjectId>,
    /// Of this operation, by name.
    pub op: Option<String>,
}

impl Filter {
    /// Whether an entry meets it.
    #[must_use]
    pub fn admits(&self, entry: &Entry) -> bool {
        let op = entry.op();
        self.job.is_none_or(|job| op.job() == Some(job))
            && self.object.is_none_or(|object| op.objects().contains(&object))
            && self.op.as_ref().is_none_or(|name| op.name() == name)
    }
}

/// The entries of a log that meet a filter, each with its place.
///
/// # Errors
///
/// Fails if the checkpoint can't be trusted; an entry that can't be read ends the list with an error.
pub fn show(
    dir: &Path,
    key: &LogKey,
    filter: Filter,
) -> Result<impl Iterator<Item = Result<(u64, Entry), Error>> + use<>, Error> {
    let entries = Reader::open(dir, key)?.entries_from(0);
    Ok(entries.filter(move |it| it.as_ref().map_or(true, |(_, entry)| filter.admits(entry))))
}

/// A leaf's entry and the text of its `.tlog-proof`.
///
/// # Errors
///
/// Fails if there is no such leaf or the log can't be trusted.
pub fn prove(dir: &Path, key: &LogKey, leaf: u64) -> Result<(Vec<u8>, String), Error> {
    let reader = Reader::open(dir, key)?;
    // Reads it as part of the tree first, so that no proof of a damaged entry is handed out.
    reader.entry(leaf)?;
    Ok((reader.bytes(leaf)?, reader.prove(leaf)?))
}
