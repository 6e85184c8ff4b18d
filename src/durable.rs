//! Files that are either there whole or not there at all. The only place that creates, renames or
//! removes files.
//!
//! A draft has no name until it is committed, and it is committed only with a proof that its bytes
//! have reached the disk. A failed sync is never retried: the kernel may have dropped the dirty pages
//! and a second sync would report success (`Error::Sync` halts the daemon).
//!
//! ```text
//! Draft ──finish──▶ Written ──commit(&Synced)──▶ name        many files, one `syncfs`
//!   └────────────────persist──────────────────▶ name        one file
//! ```

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    os::fd::AsFd,
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};

use crate::{
    fault::{Disposition, Fault},
    secret,
};

/// How a draft's name starts.
const DRAFT: &str = ".draft-";

/// Why a file could not be made durable. Holds no path: the caller knows it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk is full or the quota used up.
    #[error("no space is left on the disk")]
    Full,
    /// There is a file of that name already.
    #[error("a file of that name exists already")]
    Exists,
    /// There is no such file or directory.
    #[error("there is no such file or directory")]
    Missing,
    /// The operating system forbids it.
    #[error("the operating system denied access")]
    Denied,
    /// What was written may not have reached the disk.
    #[error("a sync to disk failed ({0})")]
    Sync(io::ErrorKind),
    /// Source and destination lie on different file systems.
    #[error("source and destination lie on different file systems")]
    CrossDevice,
    /// Anything else that the operating system reports.
    #[error("the operating system reported an error ({0})")]
    Io(io::ErrorKind),
    /// The operating system gave no randomness for a draft's name.
    #[error("the operating system gave no randomness")]
    Random,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Full => "DU-01",
            Self::Exists => "DU-02",
            Self::Missing => "DU-03",
            Self::Denied => "DU-04",
            Self::Sync(_) => "DU-05",
            Self::CrossDevice => "DU-06",
            Self::Io(_) => "DU-07",
            Self::Random => "DU-08",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Full | Self::Exists | Self::Missing | Self::Denied | Self::CrossDevice | Self::Io(_) => {
                Disposition::Retry
            }
            Self::Sync(_) | Self::Random => Disposition::Halt,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Full => "Free some space; work goes on by itself.",
            Self::Exists => "Move the existing file away.",
            Self::Missing => "Make the directory, or correct its path in the configuration.",
            Self::Denied => "Give the daemon's user the rights that `vouchsafe doctor` lists.",
            Self::Sync(_) => "Check the disk (dmesg, smartctl) before you start the daemon again.",
            Self::CrossDevice => "Put the directories of one station on one file system.",
            Self::Io(_) => "Look at the operating system's log; work is tried again by itself.",
            Self::Random => "Restart once the operating system's random generator is ready.",
        }
    }
}

impl From<io::Error> for Error {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's enum is open")]
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::CrossesDevices => Self::CrossDevice,
            kind => Self::Io(kind),
        }
    }
}

impl From<rustix::io::Errno> for Error {
    fn from(errno: rustix::io::Errno) -> Self {
        io::Error::from(errno).into()
    }
}

/// A file in the making: it lies under a random name that starts with a dot, and goes away with the value.
#[derive(Debug)]
#[must_use]
pub struct Draft {
    file: File,
    path: PathBuf,
    kept: bool,
}

/// A draft whose bytes are all written, though not yet safe from a power cut.
#[derive(Debug)]
#[must_use]
pub struct Written {
    draft: Draft,
}

/// Proof that everything written to a file system before it was made has reached the disk.
#[derive(Debug)]
#[must_use]
pub struct Synced {
    device: u64,
}

impl Draft {
    /// Starts a file in `dir`, readable by nobody but the daemon.
    ///
    /// # Errors
    ///
    /// Fails if `dir` can't be written to.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        let bytes: [u8; 8] = secret::random().map_err(|_| Error::Random)?;
        let path = dir.join(format!("{DRAFT}{:016x}", u64::from_be_bytes(bytes)));
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDWR;
        let fd = rustix::fs::openat(CWD, &path, flags, Mode::RUSR | Mode::WUSR)?;
        Ok(Self { file: File::from(fd), path, kept: false })
    }

    /// Gives the file other rights than `0600`, such as `0640` for files that analysts read.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses.
    pub fn set_mode(&self, mode: u32) -> Result<(), Error> {
        Ok(rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode))?)
    }

    /// Says that all bytes are written.
    ///
    /// # Errors
    ///
    /// Fails if the last of them could not be.
    pub fn finish(mut self) -> Result<Written, Error> {
        self.file.flush()?;
        Ok(Written { draft: self })
    }

    /// Syncs this one file, gives it its name and syncs the directory. Fails if the name is taken.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Exists`] if the name is taken.
    pub fn persist(self, name: &str) -> Result<(), Error> {
        self.persist_with(name, RenameFlags::NOREPLACE)
    }

    /// Syncs this one file and puts it in the place of whatever bears its name.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses.
    pub fn persist_over(self, name: &str) -> Result<(), Error> {
        self.persist_with(name, RenameFlags::empty())
    }

    fn persist_with(mut self, name: &str, flags: RenameFlags) -> Result<(), Error> {
        self.file.flush()?;
        self.file.sync_all().map_err(|error| sync_error(&error))?;
        let dir = self.path.parent().ok_or(Error::Missing)?.to_owned();
        rename(&self.path, &dir.join(name), flags)?;
        self.kept = true;
        sync_dir(&dir)
    }
}

impl Written {
    /// Gives the file its name. The name itself is safe from a power cut after the next [`sync`].
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Exists`] if the name is taken, with [`Error::CrossDevice`] if `synced` speaks of
    /// another file system.
    pub fn commit(mut self, synced: &Synced, name: &Path) -> Result<(), Error> {
        if device(&self.draft.file)? != synced.device {
            return Err(Error::CrossDevice);
        }
        rename(&self.draft.path, name, RenameFlags::NOREPLACE)?;
        self.draft.kept = true;
        Ok(())
    }
}

impl Written {
    /// Gives the file its name in the place of whatever bears it. The name itself is safe from a power cut
    /// after the next [`sync`].
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrossDevice`] if `synced` speaks of another file system.
    pub fn commit_over(self, synced: &Synced, name: &Path) -> Result<(), Error> {
        if device(&self.draft.file)? != synced.device {
            return Err(Error::CrossDevice);
        }
        self.name_before_sync(name)
    }

    /// Gives the file its name before its bytes are safe from a power cut, in the place of whatever bears
    /// it. Only for a file that nothing refers to until after the next [`sync`], which makes bytes and name
    /// safe at once: the tiles beyond a log's signed checkpoint.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses.
    pub fn name_before_sync(mut self, name: &Path) -> Result<(), Error> {
        rename(&self.draft.path, name, RenameFlags::empty())?;
        self.draft.kept = true;
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for Draft {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort: a draft that stays behind is swept at the next start.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Sends everything written to the file system of `dir` to the disk.
///
/// # Errors
///
/// Fails with [`Error::Sync`], after which nothing written since the last success may be trusted.
pub fn sync(dir: &Path) -> Result<Synced, Error> {
    let dir = File::open(dir)?;
    let device = device(&dir)?;
    rustix::fs::syncfs(&dir).map_err(|errno| sync_error(&errno.into()))?;
    Ok(Synced { device })
}

/// Sends a directory's names to the disk.
///
/// # Errors
///
/// Fails with [`Error::Sync`].
pub fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir)?.sync_all().map_err(|error| sync_error(&error))
}

/// Writes a whole new file, durably.
///
/// # Errors
///
/// Fails with [`Error::Exists`] if the name is taken.
pub fn write_new(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = Draft::create(dir)?;
    draft.write_all(bytes)?;
    draft.persist(name)
}

/// Writes a whole file in the place of whatever bears its name, durably.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn write_over(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = Draft::create(dir)?;
    draft.write_all(bytes)?;
    draft.persist_over(name)
}

/// Renames without ever replacing. Durable after the next [`sync`].
///
/// # Errors
///
/// Fails with [`Error::Exists`] or [`Error::CrossDevice`].
pub fn rename_new(from: &Path, to: &Path) -> Result<(), Error> {
    rename(from, to, RenameFlags::NOREPLACE)
}

/// Removes a file's name; it is no error if it is gone already.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn unlink(path: &Path) -> Result<(), Error> {
    match rustix::fs::unlinkat(CWD, path, AtFlags::empty()) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Gives a file a second name; it is no error if there is no such file.
///
/// # Errors
///
/// Fails with [`Error::Exists`] if the name is taken.
pub fn link_new(from: &Path, to: &Path) -> Result<(), Error> {
    match rustix::fs::linkat(CWD, from, CWD, to, AtFlags::empty()) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Makes a directory, and those above it, for the daemon alone; it is no error if it exists.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn make_dir(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(())
}

/// Removes the drafts that a stopped process left behind, in a directory and those below it. For directories
/// that no other process writes to.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn sweep_drafts(dir: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sweep_drafts(&entry.path())?;
        } else if entry.file_name().to_str().is_some_and(|it| it.starts_with(DRAFT)) {
            unlink(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a directory of files, not of directories; it is no error if it is gone already.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn remove_dir(path: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries {
        unlink(&entry?.path())?;
    }
    match rustix::fs::unlinkat(CWD, path, AtFlags::REMOVEDIR) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

fn rename(from: &Path, to: &Path, flags: RenameFlags) -> Result<(), Error> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, flags) {
        // NFS and some FUSE file systems know no flags there.
        Err(rustix::io::Errno::INVAL) if flags == RenameFlags::NOREPLACE => {
            rustix::fs::linkat(CWD, from, CWD, to, AtFlags::empty())?;
            Ok(rustix::fs::unlinkat(CWD, from, AtFlags::empty())?)
        }
        other => Ok(other?),
    }
}

fn device(file: &File) -> Result<u64, Error> {
    Ok(rustix::fs::fstat(file.as_fd())?.st_dev)
}

fn sync_error(error: &io::Error) -> Error {
    Error::Sync(error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_dropped_draft_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut draft = Draft::create(dir.path()).unwrap();
        draft.write_all(b"half").unwrap();
        drop(draft);
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_name_is_never_taken_twice() {
        let dir = tempfile::tempdir().unwrap();
        write_new(dir.path(), "a", b"1").unwrap();
        assert!(matches!(write_new(dir.path(), "a", b"2"), Err(Error::Exists)));
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"1");
        write_over(dir.path(), "a", b"3").unwrap();
        assert_eq!(fs::read(dir.path().join("a")).unwrap(), b"3");
        assert_eq!(names(dir.path()), ["a"]);
    }

    #[test]
    fn many_drafts_are_committed_after_one_sync() {
        let dir = tempfile::tempdir().unwrap();
        let written: Vec<_> = (0..3)
            .map(|n: u8| {
                let mut draft = Draft::create(dir.path()).unwrap();
                draft.write_all(&[n]).unwrap();
                draft.finish().unwrap()
            })
            .collect();
        let synced = sync(dir.path()).unwrap();
        for (n, it) in written.into_iter().enumerate() {
            it.commit(&synced, &dir.path().join(n.to_string())).unwrap();
        }
        assert_eq!(names(dir.path()), ["0", "1", "2"]);
    }

    #[test]
    fn links_are_not_followed_and_directories_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        make_dir(&dir.path().join("a/b")).unwrap();
        assert_eq!(fs::metadata(dir.path().join("a/b")).unwrap().permissions().mode() & 0o777, 0o700);
        std::os::unix::fs::symlink("elsewhere", dir.path().join("link")).unwrap();
        assert!(matches!(write_new(dir.path(), "link", b""), Err(Error::Exists)));
        assert!(!dir.path().join("elsewhere").exists());
    }
}
