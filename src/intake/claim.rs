//! Takes drops over into `claimed/<job>/`, so that nobody else can touch them, and finds them again
//! after a crash.
//!
//! ```text
//! claimed/<job>/origin    where it lay, under which name, whose it is: written first, for the whole batch
//!              /sidecar   what lay beside it and spoke of its place, if anything
//!              /copied    only if it had to be copied: the source may still be there
//!              /item      the file itself
//! ```
//!
//! Whatever step is cut off, the bytes are whole in one place: at the drop, or as `item`.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use serde::{Deserialize, Serialize};

use super::{
    Error, Stream,
    name::SIDECARS,
    scan::{DropPath, IntakeRoot, Observation, Stamp, fd_path, os_name},
    sidecar::{self, MAX_SIDECAR_BYTES},
};
use crate::{
    config::Fields,
    durable::{self, Draft},
    id::JobId,
    secret::Sensitive,
};

const ITEM: &str = "item";
const ORIGIN: &str = "origin";
const COPIED: &str = "copied";
const SIDECAR: &str = "sidecar";
const DRAFT: &str = ".draft-";
/// The most bytes of an `origin`.
const MAX_ORIGIN_BYTES: u64 = 64 * 1024;
const CHUNK_BYTES: usize = 256 * 1024;

/// A file that is ours alone.
#[derive(Debug)]
#[must_use]
pub struct Claimed {
    job: JobId,
    dir: PathBuf,
    path: DropPath,
    uid: u32,
    /// As it was when it was claimed, or last read: nothing written later may be lost.
    stamp: Stamp,
    conflict: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    schema: u8,
    /// The bytes of the path below the intake folder.
    path: Vec<u8>,
    uid: u32,
    conflict: bool,
}

/// Takes over a batch of drops. An inner error concerns that drop, whose source is still where it was. The
/// outer one concerns all of them: no source has moved, unless it is a failed sync, after which the daemon
/// stops and [`resume`] finds what has.
///
/// # Errors
///
/// Fails with [`Error::Full`] or another error of the disk.
pub fn claim(
    root: &IntakeRoot,
    claimed: &Path,
    ready: &[Observation],
) -> Result<Vec<Result<Claimed, Error>>, Error> {
    let mut prepared = Vec::new();
    for seen in ready {
        match prepare(claimed, seen) {
            Ok(it) => prepared.push(it),
            Err(error) => {
                for (job, _) in prepared {
                    clear(&claimed.join(job.to_string()));
                }
                return Err(error);
            }
        }
    }
    if prepared.is_empty() {
        return Ok(Vec::new());
    }
    let synced = durable::sync(claimed)?;
    let mut results = Vec::new();
    for (seen, (job, origin)) in ready.iter().zip(prepared) {
        let dir = claimed.join(job.to_string());
        let result = origin
            .commit(&synced, &dir.join(ORIGIN))
            .map_err(Error::from)
            .and_then(|()| take(root, &dir, job, seen));
        if result.is_err() && !dir.join(ITEM).exists() {
            clear(&dir);
        }
        results.push(result);
    }
    // Names too, before anybody builds on them.
    let _synced = durable::sync(claimed)?;
    Ok(results)
}

/// Finds what was claimed before the last stop, finishing what was cut off.
///
/// # Errors
///
/// Fails with [`Error::Damaged`] if a job's directory can't be understood. Nothing is removed then.
pub fn resume(root: &IntakeRoot, claimed: &Path) -> Result<Vec<Claimed>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(claimed)? {
        let entry = entry?;
        let Some(job) = entry.file_name().to_str().and_then(|it| it.parse().ok()) else { continue };
        let dir = entry.path();
        if !dir.join(ITEM).try_exists()? {
            // The drop is still where it was, or the job was done.
            clear(&dir);
            continue;
        }
        let origin = read_origin(&dir)?;
        let path = DropPath::new(origin.path);
        if dir.join(COPIED).try_exists()? {
            finish_copy(root, &dir, &path)?;
        }
        let stamp = match open_item(&dir) {
            Ok((_, stamp)) => stamp,
            // Its owner took the right to read it away, or put a link or a pipe in its place at the last moment:
            // theirs alone stays behind.
            Err(error @ (Error::Durable(durable::Error::Denied) | Error::Symlink | Error::Special)) => {
                tracing::error!(code = crate::fault::Fault::code(&error), job = %job, "a claimed file can't be read");
                continue;
            }
            Err(error) => return Err(error),
        };
        found.push(Claimed { job, dir, path, uid: origin.uid, stamp, conflict: origin.conflict });
    }
    found.sort_by_key(|it| it.job);
    Ok(found)
}

impl Claimed {
    /// The job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// Its bytes, when it was claimed or last read.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.stamp.size
    }

    /// Its owner, who handed it in.
    #[must_use]
    pub const fn uid(&self) -> u32 {
        self.uid
    }

    /// As it was when it was claimed, or last read.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Found again, with the stamp of what was sealed of it before the last stop: whatever was written since is
    /// another drop, and so is all of it where nobody knows what was sealed.
    pub fn sealed_as(self, stamp: Option<Stamp>) -> Self {
        Self { stamp: stamp.unwrap_or_default(), ..self }
    }

    /// Where it lay.
    #[must_use]
    pub const fn path(&self) -> &DropPath {
        &self.path
    }

    /// Whether it is one of two versions that a synchronisation program could not join.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        self.conflict
    }

    /// What its sidecar says, if it had one when it was claimed.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Table`] or [`Error::TooLarge`]: half of what it says is not what it says.
    pub fn sidecar(&self) -> Result<Option<Fields>, Error> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(CWD, self.dir.join(SIDECAR), flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        sidecar::read_bounded(file, MAX_SIDECAR_BYTES).and_then(|it| sidecar::parse(&it)).map(Some)
    }

    /// Reads the whole of it, once.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::TooLarge`], [`Error::Empty`], or with [`Error::Changed`] if somebody still writes:
    /// read it again when it stands still.
    pub fn read(&mut self, limit: u64) -> Result<Sensitive<Vec<u8>>, Error> {
        let mut stream = self.stream(limit)?;
        // One allocation of the right size, so that no copy is left behind unwiped.
        let capacity = usize::try_from(stream.size()).map_err(|_| Error::Damaged)?.saturating_add(1);
        let mut bytes = Vec::with_capacity(capacity);
        let most = stream.size() + 1;
        let read = (&mut stream).take(most).read_to_end(&mut bytes);
        let bytes = Sensitive::new(bytes);
        read?;
        stream.finish()?;
        Ok(bytes)
    }

    /// Starts to read it piece by piece.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::TooLarge`] or [`Error::Empty`].
    pub fn stream(&mut self, limit: u64) -> Result<Stream, Error> {
        let (file, start) = open_item(&self.dir)?;
        if start.size == 0 {
            return Err(Error::Empty);
        }
        if start.size > limit {
            return Err(Error::TooLarge { bytes: start.size, limit });
        }
        self.stamp = start;
        Ok(Stream::new(file, start))
    }

    /// Removes it. Only after its sealed object, catalog row and audit leaf are durable.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Changed`], and removes nothing, if somebody has written to it since it was read or
    /// sealed ([`Self::sealed_as`]).
    pub fn unlink(self) -> Result<(), Error> {
        match open_item(&self.dir) {
            Ok((_, now)) if now.same_bytes(&self.stamp) => {}
            Ok(_) => return Err(Error::Changed),
            Err(Error::Vanished) => {}
            Err(error) => return Err(error),
        }
        // The item first: a directory without one is a job that is done.
        durable::unlink(&self.dir.join(ITEM))?;
        clear(&self.dir);
        Ok(())
    }
}

fn prepare(claimed: &Path, seen: &Observation) -> Result<(JobId, durable::Written), Error> {
    let job = JobId::random().map_err(|_| durable::Error::Random)?;
    let dir = claimed.join(job.to_string());
    durable::make_dir(&dir)?;
    let origin =
        Origin { schema: 1, path: seen.path.bytes().to_vec(), uid: seen.uid, conflict: seen.conflict };
    let write = || -> Result<durable::Written, Error> {
        let mut draft = Draft::create(&dir)?;
        draft.write_all(&serde_json::to_vec(&origin).map_err(|_| Error::Damaged)?)?;
        Ok(draft.finish()?)
    };
    let written = write().inspect_err(|_| clear(&dir))?;
    Ok((job, written))
}

/// Moves the drop to `item`, and makes sure that it is the file that was observed.
fn take(root: &IntakeRoot, dir: &Path, job: JobId, seen: &Observation) -> Result<Claimed, Error> {
    let folder = root.open_beneath(&seen.path.parent(), OFlags::DIRECTORY | OFlags::RDONLY)?;
    let name = os_name(seen.path.file_name());
    let source = open_source(&folder, seen)?;
    let from = fd_path(&folder).join(&name);
    match durable::rename_new(&from, &dir.join(ITEM)) {
        Ok(()) => {
            let moved = rustix::fs::statat(CWD, dir.join(ITEM), AtFlags::SYMLINK_NOFOLLOW)?;
            let stamp = Stamp::of(&moved);
            if (stamp.device, stamp.inode) != (seen.stamp.device, seen.stamp.inode) || moved.st_nlink != 1 {
                // Another file took the name between look and deed: back with it.
                durable::rename_new(&dir.join(ITEM), &from)?;
                return Err(Error::Changed);
            }
        }
        Err(durable::Error::CrossDevice) => {
            durable::write_new(dir, COPIED, b"")?;
            copy(source, dir)?;
            if let Err(error) = finish_copy(root, dir, &seen.path)
                && rustix::fs::statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
            {
                // The source can't be removed: it stays the only copy, or it would come in for ever.
                durable::unlink(&dir.join(ITEM))?;
                return Err(error);
            }
        }
        Err(durable::Error::Denied) => return Err(denied(&rustix::fs::fstat(&folder)?)),
        Err(error) => return Err(error.into()),
    }
    // From here on the file is ours, and nothing may say otherwise.
    take_sidecar(&folder, dir, &seen.path);
    let stamp = open_item(dir).map_or(seen.stamp, |it| it.1);
    Ok(Claimed {
        job,
        dir: dir.to_owned(),
        path: seen.path.clone(),
        uid: seen.uid,
        stamp,
        conflict: seen.conflict,
    })
}

/// Takes the sidecar along, so that it goes when the job is done and never speaks of a later version.
fn take_sidecar(folder: &OwnedFd, dir: &Path, path: &DropPath) {
    for end in SIDECARS {
        let name = os_name(&[path.file_name(), end.as_bytes()].concat());
        let plain = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|it| FileType::from_raw_mode(it.st_mode) == FileType::RegularFile);
        if plain {
            // Best effort: one that can't be moved stays where it is, and is no drop.
            drop(durable::rename_new(&fd_path(folder).join(&name), &dir.join(SIDECAR)));
        }
    }
}

fn open_source(folder: &OwnedFd, seen: &Observation) -> Result<File, Error> {
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

/// Copies to `item`, durably, or leaves none.
fn copy(mut source: File, dir: &Path) -> Result<(), Error> {
    let start = Stamp::of(&rustix::fs::fstat(&source)?);
    let mut draft = Draft::create(dir)?;
    let copied = std::io::copy(&mut source, &mut draft)?;
    let end = Stamp::of(&rustix::fs::fstat(&source)?);
    if start != end || copied != end.size {
        return Err(Error::Changed);
    }
    Ok(draft.persist(ITEM)?)
}

/// Removes the source of a copy, if it still says the same; a source that says something else is a new drop.
fn finish_copy(root: &IntakeRoot, dir: &Path, path: &DropPath) -> Result<(), Error> {
    let folder = match root.open_beneath(&path.parent(), OFlags::DIRECTORY | OFlags::RDONLY) {
        Ok(folder) => folder,
        Err(Error::Vanished) => return Ok(durable::unlink(&dir.join(COPIED))?),
        Err(error) => return Err(error),
    };
    let name = os_name(path.file_name());
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    if let Ok(fd) = rustix::fs::openat(&folder, &name, flags, Mode::empty()) {
        let mut source = File::from(fd);
        let (mut item, _) = open_item(dir)?;
        let before = Stamp::of(&rustix::fs::fstat(&source)?);
        let same = same_bytes(&mut source, &mut item)?;
        let after = Stamp::of(&rustix::fs::statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW)?);
        if same && before == after {
            durable::unlink(&fd_path(&folder).join(&name))?;
            durable::sync_dir(&fd_path(&folder))?;
        }
    }
    Ok(durable::unlink(&dir.join(COPIED))?)
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

fn open_item(dir: &Path) -> Result<(File, Stamp), Error> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(CWD, dir.join(ITEM), flags, Mode::empty()) {
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

/// The `origin`, also if the power went before it had its name.
fn read_origin(dir: &Path) -> Result<Origin, Error> {
    let mut names = vec![dir.join(ORIGIN)];
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|it| it.starts_with(DRAFT)) {
            names.push(entry.path());
        }
    }
    for name in names {
        let mut bytes = Vec::new();
        let Ok(file) = File::open(&name) else { continue };
        file.take(MAX_ORIGIN_BYTES).read_to_end(&mut bytes)?;
        if let Ok(origin) = serde_json::from_slice::<Origin>(&bytes)
            && origin.schema == 1
        {
            return Ok(origin);
        }
    }
    Err(Error::Damaged)
}

/// Removes a job's directory that holds no item. Best effort: the next start does it again.
fn clear(dir: &Path) {
    if dir.join(ITEM).exists() {
        return;
    }
    if let Ok(entries) = fs::read_dir(dir) {
        for entry in entries.flatten() {
            drop(durable::unlink(&entry.path()));
        }
    }
    drop(fs::remove_dir(dir));
}

fn denied(stat: &rustix::fs::Stat) -> Error {
    Error::Denied { uid: stat.st_uid, gid: stat.st_gid, mode: stat.st_mode & 0o7777 }
}
