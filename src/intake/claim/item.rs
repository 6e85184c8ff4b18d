//! Opens drops and claimed files for what they are, and copies a drop where it can't be renamed.

use std::{fs::File, io::Read, os::fd::OwnedFd, path::Path};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};

use super::{
    super::{
        Error,
        scan::{DropPath, FOREIGN, IntakeRoot, Observation, Stamp, fd_path, os_name},
    },
    COPIED, beside, item_of,
};
use crate::{
    durable::{self, Draft},
    id::JobId,
};

const CHUNK_BYTES: usize = 256 * 1024;

pub(super) fn open_source(folder: &OwnedFd, seen: &Observation) -> Result<File, Error> {
    let name = os_name(seen.path.file_name());
    let file = match rustix::fs::openat(folder, &name, FOREIGN, Mode::empty()) {
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
    if let Ok(fd) = rustix::fs::openat(&folder, &name, FOREIGN, Mode::empty()) {
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
    let file = match rustix::fs::openat(CWD, item_of(claimed, job), FOREIGN, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(rustix::io::Errno::LOOP) => return Err(Error::Symlink),
        Err(rustix::io::Errno::NXIO) => return Err(Error::Special),
        Err(errno) => return Err(errno.into()),
    };
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Error::Special);
    }
    Ok((file, Stamp::of(&stat)))
}

pub(super) fn denied(stat: &rustix::fs::Stat) -> Error {
    Error::Denied { uid: stat.st_uid, gid: stat.st_gid, mode: stat.st_mode & 0o7777 }
}
