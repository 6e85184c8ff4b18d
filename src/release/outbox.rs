//! The outbox: final bytes that wait for approval, for the daemon alone. What lies here is read again and
//! compared before it goes anywhere.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    clock::Timestamp,
    durable::{self, Draft, Synced, Written},
    id::{Digest, JobId},
    item::Profile,
    render,
    transcript::{Format, Transcript},
    verify::Deidentified,
};

/// Final bytes in the outbox.
#[derive(Debug)]
#[must_use]
pub struct Staged {
    job: JobId,
    profile: Profile,
    format: Format,
    digest: Digest,
    path: PathBuf,
}

/// Final bytes on their way into the outbox.
#[derive(Debug)]
#[must_use]
pub struct StagedDraft {
    written: Written,
    staged: Staged,
}

/// Writes a transcript's final bytes to `outbox/<job>.<profile>.<ending>`: the source's format, in UTF-8.
///
/// # Errors
///
/// Fails if they can't be written.
pub fn stage(
    transcript: &Transcript<Deidentified>,
    outbox: &Path,
    profile: Profile,
) -> Result<StagedDraft, Error> {
    stage_bytes(transcript.job(), transcript.layout().format, &render::of(transcript), outbox, profile)
}

pub(super) fn stage_bytes(
    job: JobId,
    format: Format,
    bytes: &[u8],
    outbox: &Path,
    profile: Profile,
) -> Result<StagedDraft, Error> {
    let path = path_of(outbox, job, profile, format);
    let mut draft = Draft::create(outbox)?;
    draft.write_all(bytes).map_err(durable::Error::from)?;
    let staged = Staged { job, profile, format, digest: Digest::sha256(bytes), path };
    Ok(StagedDraft { written: draft.finish()?, staged })
}

impl StagedDraft {
    /// The digest of the bytes, for sealing it along.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.staged.digest
    }

    /// Gives the bytes their name. It is no error if they bear it already.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::OtherBytes`] if other bytes do.
    pub fn commit(self, synced: &Synced) -> Result<Staged, Error> {
        match self.written.commit(synced, &self.staged.path) {
            Ok(()) => Ok(self.staged),
            Err(durable::Error::Exists) => self.staged.read().map(|_| ()).map(|()| self.staged),
            Err(error) => Err(error.into()),
        }
    }
}

impl Staged {
    /// Finds the bytes again after a restart.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::OtherBytes`] if they are not there.
    pub fn resume(outbox: &Path, job: JobId, profile: Profile, format: Format) -> Result<Self, Error> {
        let path = path_of(outbox, job, profile, format);
        let bytes = read(&path)?;
        Ok(Self { job, profile, format, digest: Digest::sha256(&bytes), path })
    }

    /// The item.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// To whom it goes.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// In which format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The SHA-256 of the bytes.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The bytes, for the voucher that stands for their proof after a restart.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::OtherBytes`] if they are not those that were staged.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        self.read()
    }

    /// The bytes, if they are still those that were staged.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::OtherBytes`] if they are not.
    pub fn read(&self) -> Result<Vec<u8>, Error> {
        read_exact(&self.path, self.digest)
    }

    pub(super) fn into_path(self) -> PathBuf {
        self.path
    }
}

/// A file's bytes, if they have that digest.
pub(super) fn read_exact(path: &Path, wanted: Digest) -> Result<Vec<u8>, Error> {
    let bytes = read(path)?;
    if Digest::sha256(&bytes) == wanted { Ok(bytes) } else { Err(Error::OtherBytes) }
}

/// A file's bytes. One that is gone, or no file any more, was changed like one that has others.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let lost = [ErrorKind::NotFound, ErrorKind::IsADirectory, ErrorKind::NotADirectory];
    fs::read(path).map_err(|error| {
        if lost.contains(&error.kind()) { Error::OtherBytes } else { durable::Error::from(error).into() }
    })
}

fn path_of(outbox: &Path, job: JobId, profile: Profile, format: Format) -> PathBuf {
    outbox.join(format!("{job}.{}.{}", profile.name(), format.extension()))
}

/// Whatever an item may have in the outbox.
fn all_of(outbox: &Path, job: JobId) -> impl Iterator<Item = PathBuf> {
    Profile::ALL.into_iter().flat_map(move |profile| Format::ALL.map(|it| path_of(outbox, job, profile, it)))
}

/// Removes what an item has in the outbox: it is out, or was never approved.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn discard(outbox: &Path, job: JobId) -> Result<(), Error> {
    all_of(outbox, job).try_for_each(|it| Ok(durable::unlink(&it)?))
}

/// Removes one copy of an item: it is made anew.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn discard_copy(outbox: &Path, job: JobId, profile: Profile, format: Format) -> Result<(), Error> {
    Ok(durable::unlink(&path_of(outbox, job, profile, format))?)
}

/// Keeps what lies in the outbox in place of the copy that was sealed, for whoever asks who put it there.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn set_aside(outbox: &Path, job: JobId, now: Timestamp) -> Result<(), Error> {
    all_of(outbox, job).try_for_each(|it| {
        let mut aside = it.clone().into_os_string();
        aside.push(format!(".{}.changed", now.as_millis()));
        match durable::rename_new(&it, Path::new(&aside)) {
            Err(durable::Error::Missing) => Ok(()),
            other => Ok(other?),
        }
    })
}
