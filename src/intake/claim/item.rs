//! The bytes of a claimed file: reading them in one go or piece by piece, and copying them where a file can't
//! be renamed. Whether they stood still is told at the end.

use std::{fs::File, io::Read, os::fd::OwnedFd, path::Path};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};

use super::{
    super::{
        Error,
        scan::{DropPath, IntakeRoot, Observation, Stamp, fd_path, os_name},
    },
    COPIED, beside, item_of,
};
use crate::{
    durable::{self, Draft},
    id::JobId,
};

const CHUNK_BYTES: usize = 256 * 1024;

/// A claimed file that is read piece by piece. Whether it stood still is known at the end.
#[derive(Debug)]
#[must_use = "what was read counts only after `finish`"]
pub struct Stream {
    file: File,
    start: Stamp,
    read: u64,
}

impl Stream {
    pub(super) const fn new(file: File, start: Stamp) -> Self {
        Self { file, start, read: 0 }
    }

    /// How many bytes it had at the start.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.start.size
    }

    /// Says that all was read, and how much.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Changed`] if the file was written to meanwhile, or not read to its end.
    pub fn finish(self) -> Result<u64, Error> {
        let end = Stamp::of(&rustix::fs::fstat(&self.file)?);
        if end == self.start && self.read == end.size { Ok(self.read) } else { Err(Error::Changed) }
    }
}

impl std::io::Seek for Stream {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.read += u64::try_from(read).unwrap_or(0);
        Ok(read)
    }
}

pub(super) fn open_source(folder: &OwnedFd, seen: &Observation) -> Result<File, Error> {
    let name = os_name(seen.path.file_name());
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(folder, &name, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(rustix::io::Errno::LOOP) => return Err(Error::Symlink),
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM) => {
            return Err(denied(&rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)?));
        }
        Err(errno) => return Err(errno.into()),
    };
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Error::Special);
    }
    if stat.st_nlink != 1 {
        return Err(Error::HardLink);
    }
    if Stamp::of(&stat) != seen.stamp {
        return Err(Error::Changed);
    }
    Ok(file)
}

/// Copies to the job's name, durably, or leaves none.
pub(super) fn copy(mut source: File, claimed: &Path, job: JobId) -> Result<(), Error> {
    let start = Stamp::of(&rustix::fs::fstat(&source)?);
    let mut draft = Draft::create(claimed)?;
    let copied = std::io::copy(&mut source, &mut draft)?;
    let end = Stamp::of(&rustix::fs::fstat(&source)?);
    if start != end || copied != end.size {
        return Err(Error::Changed);
    }
    Ok(draft.persist(&job.to_string())?)
}

/// Removes the source of a copy, if it still says the same; a source that says something else is a new drop.
pub(super) fn finish_copy(
    root: &IntakeRoot,
    claimed: &Path,
    job: JobId,
    path: &DropPath,
) -> Result<(), Error> {
    let mark = beside(claimed, job, COPIED);
    let folder = match root.open_beneath(&path.parent(), OFlags::DIRECTORY | OFlags::RDONLY) {
        Ok(folder) => folder,
        Err(Error::Vanished) => return Ok(durable::unlink(&mark)?),
        Err(error) => return Err(error),
    };
    let name = os_name(path.file_name());
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    if let Ok(fd) = rustix::fs::openat(&folder, &name, flags, Mode::empty()) {
        let mut source = File::from(fd);
        let (mut item, _) = open_item(claimed, job)?;
        let before = Stamp::of(&rustix::fs::fstat(&source)?);
        let same = same_bytes(&mut source, &mut item)?;
        let after = Stamp::of(&rustix::fs::statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW)?);
        if same && before == after {
            durable::unlink(&fd_path(&folder).join(&name))?;
            durable::sync_dir(&fd_path(&folder))?;
        }
    }
    Ok(durable::unlink(&mark)?)
}

fn same_bytes(one: &mut File, other: &mut File) -> Result<bool, Error> {
    let (mut left, mut right) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
    loop {
        let one_read = fill(one, &mut left)?;
        let other_read = fill(other, &mut right)?;
        if one_read != other_read || left.get(..one_read) != right.get(..other_read) {
            return Ok(false);
        }
        if one_read == 0 {
            return Ok(true);
        }
    }
}

fn fill(file: &mut File, chunk: &mut Vec<u8>) -> Result<usize, Error> {
    chunk.clear();
    let most = u64::try_from(CHUNK_BYTES).unwrap_or(0);
    Ok(file.take(most).read_to_end(chunk)?)
}

pub(super) fn open_item(claimed: &Path, job: JobId) -> Result<(File, Stamp), Error> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(CWD, item_of(claimed, job), flags, Mode::empty())?);
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Error::Damaged);
    }
    Ok((file, Stamp::of(&stat)))
}

pub(super) fn denied(stat: &rustix::fs::Stat) -> Error {
    Error::Denied { uid: stat.st_uid, gid: stat.st_gid, mode: stat.st_mode & 0o7777 }
}
