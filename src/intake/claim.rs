//! Takes drops over into `claimed/`, so that nobody else can touch them, and finds them again after a crash.
//!
//! ```text
//! claimed/<batch>.origins  where each file of a batch lay, under which name, whose it is: written first
//!         <job>            a file itself
//!         <job>.sidecar    what lay beside it and spoke of its place, if anything
//!         <job>.copied     only if it had to be copied: the source may still be there
//! ```
//!
//! Whatever step is cut off, the bytes are whole in one place: at the drop, or in `claimed/`. There is no
//! directory and no record for each single file: a file system that is kept from using a freed inode again at
//! once, as ext4 is, gets slower with each one.

mod item;
mod origins;

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::{self, File},
    io::{ErrorKind, Read},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};

use self::{
    item::{copy, denied, finish_copy, open_item, open_source},
    origins::{Origin, Origins},
};
use super::{
    Error, Stream,
    name::SIDECARS,
    scan::{DropPath, FOREIGN, IntakeRoot, Observation, Stamp, fd_path, os_name},
    sidecar::{self, MAX_SIDECAR_BYTES},
};
use crate::{config::Fields, durable, id::JobId, secret::Sensitive};

const COPIED: &str = "copied";
const SIDECAR: &str = "sidecar";

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
    origins: Arc<Origins>,
}

/// Where the file of a job lies, and what belongs to it.
fn item_of(claimed: &Path, job: JobId) -> PathBuf {
    claimed.join(job.to_string())
}

/// Whether something bears that name, a link to nowhere too.
fn is_there(claimed: &Path, job: JobId) -> bool {
    !matches!(fs::symlink_metadata(item_of(claimed, job)), Err(error) if error.kind() == ErrorKind::NotFound)
}

fn beside(claimed: &Path, job: JobId, what: &str) -> PathBuf {
    claimed.join(format!("{job}.{what}"))
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
    if ready.is_empty() {
        return Ok(Vec::new());
    }
    let files = ready.iter().map(Origin::of).collect::<Result<Vec<_>, _>>()?;
    let jobs: Vec<_> = files.iter().map(|it| it.job).collect();
    // Its name is on the disk before anything is moved.
    let origins = Arc::new(Origins::write(claimed, files)?);
    let results: Vec<_> =
        ready.iter().zip(jobs).map(|(seen, job)| take(root, claimed, job, seen, &origins)).collect();
    // Names too, before anybody builds on them.
    let _synced = durable::sync(claimed)?;
    origins.clear_if_done();
    Ok(results)
}

/// Finds what was claimed before the last stop, finishing what was cut off.
///
/// # Errors
///
/// Fails with [`Error::Damaged`] if nobody can say where a claimed file came from. Nothing is removed then.
pub fn resume(root: &IntakeRoot, claimed: &Path) -> Result<Vec<Claimed>, Error> {
    let records: Vec<_> = Origins::all(claimed)?.into_iter().map(Arc::new).collect();
    let known: BTreeSet<_> = records.iter().flat_map(|it| it.files()).map(|it| it.job).collect();
    for entry in fs::read_dir(claimed)? {
        let job = entry?.file_name().to_str().and_then(|it| it.parse::<JobId>().ok());
        if job.is_some_and(|job| !known.contains(&job)) {
            return Err(Error::Damaged);
        }
    }
    let mut found = Vec::new();
    for origins in records {
        for origin in origins.files() {
            found.extend(find(root, claimed, origin, &origins)?);
        }
        origins.clear_if_done();
    }
    found.sort_by_key(|it| it.job);
    Ok(found)
}

/// What was claimed for one job; nothing if the drop is still where it was, or the job was done.
fn find(
    root: &IntakeRoot,
    claimed: &Path,
    origin: &Origin,
    origins: &Arc<Origins>,
) -> Result<Option<Claimed>, Error> {
    let job = origin.job;
    if !is_there(claimed, job) {
        clear(claimed, job);
        return Ok(None);
    }
    let path = DropPath::new(origin.path.clone());
    let finished = if beside(claimed, job, COPIED).try_exists()? {
        finish_copy(root, claimed, job, &path)
    } else {
        Ok(())
    };
    let stamp = match finished.and_then(|()| open_item(claimed, job)) {
        Ok((_, stamp)) => stamp,
        // Its owner took the right to read it away, or put a link or a pipe in its place at the last moment:
        // theirs alone stays behind.
        Err(error @ (Error::Durable(durable::Error::Denied) | Error::Symlink | Error::Special)) => {
            tracing::error!(code = crate::fault::Fault::code(&error), job = %job, "a claimed file can't be read");
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    Ok(Some(Claimed {
        job,
        dir: claimed.to_owned(),
        path,
        uid: origin.uid,
        stamp,
        conflict: origin.conflict,
        origins: Arc::clone(origins),
    }))
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
        let sidecar = beside(&self.dir, self.job, SIDECAR);
        let file = match rustix::fs::openat(CWD, sidecar, FOREIGN, Mode::empty()) {
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
        let (file, start) = open_item(&self.dir, self.job)?;
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
    /// Fails with [`Error::Changed`] if somebody has written to it since it was read or sealed
    /// ([`Self::sealed_as`]): what it is now is another drop under the same name, found by [`resume`].
    pub fn unlink(self) -> Result<(), Error> {
        match open_item(&self.dir, self.job) {
            Ok((_, now)) if now.same_bytes(&self.stamp) => {}
            Ok(_) => {
                self.drop_again()?;
                return Err(Error::Changed);
            }
            Err(Error::Vanished) => {}
            Err(error) => return Err(error),
        }
        // The item first: a job without one is done.
        durable::unlink(&item_of(&self.dir, self.job))?;
        clear(&self.dir, self.job);
        self.origins.clear_if_done();
        Ok(())
    }

    /// Makes another job of it.
    fn drop_again(&self) -> Result<(), Error> {
        let job = JobId::random().map_err(|_| durable::Error::Random)?;
        let origin = Origin { job, path: self.path.bytes().to_vec(), uid: self.uid, conflict: self.conflict };
        let _origins = Origins::write(&self.dir, vec![origin])?;
        // Under both names while the item changes its own: a sidecar without an item is cleared away.
        let sidecar = beside(&self.dir, self.job, SIDECAR);
        durable::link_new(&sidecar, &beside(&self.dir, job, SIDECAR))?;
        durable::rename_new(&item_of(&self.dir, self.job), &item_of(&self.dir, job))?;
        durable::unlink(&sidecar)?;
        self.origins.clear_if_done();
        Ok(())
    }
}

/// Moves the drop to its job's name, and makes sure that it is the file that was observed.
fn take(
    root: &IntakeRoot,
    claimed: &Path,
    job: JobId,
    seen: &Observation,
    origins: &Arc<Origins>,
) -> Result<Claimed, Error> {
    let folder = root.open_beneath(&seen.path.parent(), OFlags::DIRECTORY | OFlags::RDONLY)?;
    let name = os_name(seen.path.file_name());
    let source = open_source(&folder, seen)?;
    let from = fd_path(&folder).join(&name);
    let item = item_of(claimed, job);
    match durable::rename_new(&from, &item) {
        Ok(()) => {
            let moved = rustix::fs::statat(CWD, &item, AtFlags::SYMLINK_NOFOLLOW)?;
            let stamp = Stamp::of(&moved);
            if (stamp.device, stamp.inode) != (seen.stamp.device, seen.stamp.inode) || moved.st_nlink != 1 {
                // Another file took the name between look and deed: back with it.
                durable::rename_new(&item, &from)?;
                return Err(Error::Changed);
            }
        }
        Err(durable::Error::CrossDevice) => {
            durable::write_new(claimed, &format!("{job}.{COPIED}"), b"")?;
            if let Err(error) = copy(source, claimed, job) {
                clear(claimed, job);
                return Err(error);
            }
            if let Err(error) = finish_copy(root, claimed, job, &seen.path) {
                // Both lie there until the next start, which asks again.
                if matches!(error, Error::Durable(durable::Error::Sync(_))) {
                    return Err(error);
                }
                // The source can't be removed: it stays the only copy, or it would come in for ever.
                if is_still_there(&folder, &name, seen) {
                    durable::unlink(&item)?;
                    clear(claimed, job);
                    return Err(error);
                }
            }
        }
        Err(durable::Error::Denied) => return Err(denied(&rustix::fs::fstat(&folder)?)),
        Err(error) => return Err(error.into()),
    }
    // From here on the file is ours, and nothing may say otherwise.
    take_sidecar(&folder, &beside(claimed, job, SIDECAR), &seen.path);
    let stamp = open_item(claimed, job).map_or(seen.stamp, |it| it.1);
    Ok(Claimed {
        job,
        dir: claimed.to_owned(),
        path: seen.path.clone(),
        uid: seen.uid,
        stamp,
        conflict: seen.conflict,
        origins: Arc::clone(origins),
    })
}

/// Whether a name is still that of the file that was observed.
fn is_still_there(folder: &OwnedFd, name: &OsStr, seen: &Observation) -> bool {
    rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|it| {
        let now = Stamp::of(&it);
        (now.device, now.inode) == (seen.stamp.device, seen.stamp.inode)
    })
}

/// Takes the sidecar along, so that it goes when the job is done and never speaks of a later version.
fn take_sidecar(folder: &OwnedFd, to: &Path, path: &DropPath) {
    for end in SIDECARS {
        let name = os_name(&[path.file_name(), end.as_bytes()].concat());
        let plain = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|it| FileType::from_raw_mode(it.st_mode) == FileType::RegularFile);
        if plain {
            // Best effort: one that can't be moved stays where it is, and is no drop.
            drop(durable::rename_new(&fd_path(folder).join(&name), to));
        }
    }
}

/// Removes what belongs to a job that has no item. Best effort: the next start does it again.
fn clear(claimed: &Path, job: JobId) {
    for what in [SIDECAR, COPIED] {
        drop(durable::unlink(&beside(claimed, job, what)));
    }
}
