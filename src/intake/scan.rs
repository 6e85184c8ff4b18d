//! Walks the intake folder and says what lies there. Opens no file's content but the first line of
//! what may be a receipt; follows no link; leaves everything as it is.

use std::{
    cmp::Ordering,
    ffi::{OsStr, OsString},
    fmt,
    fs::File,
    io::Read,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, ResolveFlags, Stat};
use serde::{Deserialize, Serialize};

use super::{Error, Refusal, name, name::Name, receipt};
use crate::{id::StudyId, secret::Sensitive};

/// How many folders deep a drop may lie, the study's own included.
pub const MAX_FOLDERS: usize = 8;

/// How a file is opened that lies where others write: no link is followed, and no pipe waited for. What was opened
/// may still be no plain file.
pub(crate) const FOREIGN: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// A drop's path below the intake folder. File names are identifiers: it is never printed.
pub struct DropPath(Sensitive<Vec<u8>>);

/// The intake folder, and the knowledge which one it was when it was opened.
#[derive(Debug)]
pub struct IntakeRoot {
    path: PathBuf,
    dir: OwnedFd,
    device: u64,
    inode: u64,
}

/// What the file system says of a drop.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Observation {
    /// Where it lies.
    pub path: DropPath,
    /// Its bytes, times and inode: what must stand still.
    pub stamp: Stamp,
    /// Its owner.
    pub uid: u32,
    /// Whether a synchronisation program could not join it with another version.
    pub conflict: bool,
}

/// What changes whenever a file is written to. The default is no file's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970 of the last write.
    pub modified: i128,
    /// Nanoseconds since 1970 of the last change, which a program can't set.
    pub changed: i128,
    /// The file system.
    pub device: u64,
    /// The file in it.
    pub inode: u64,
}

/// What a scan sees.
#[derive(Debug)]
pub enum Seen {
    /// A file that may become a job.
    File(Observation),
    /// A folder: a watch belongs on it.
    Folder(DropPath),
    /// Something that stays where it is.
    Refused(DropPath, Refusal),
    /// One of our receipts, by the time of its last write in nanoseconds since 1970.
    Receipt(DropPath, i128),
    /// Somebody has a file open in this folder; the rest of its name.
    Lock(DropPath),
    /// A folder that could not be read: what lies in it is not known, and not gone.
    Unreadable(DropPath),
}

impl IntakeRoot {
    /// Opens the intake folder.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::RootGone`] if it is not there.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let dir = rustix::fs::openat(CWD, path, flags, Mode::empty()).map_err(|_| Error::RootGone)?;
        let stat = rustix::fs::fstat(&dir)?;
        Ok(Self { path: path.to_owned(), dir, device: stat.st_dev, inode: stat.st_ino })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the same folder still stands at its path. An unmount never looks like files that left.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::RootGone`].
    pub fn check(&self) -> Result<(), Error> {
        let stat =
            rustix::fs::statat(CWD, &self.path, AtFlags::SYMLINK_NOFOLLOW).map_err(|_| Error::RootGone)?;
        if (stat.st_dev, stat.st_ino) == (self.device, self.inode) { Ok(()) } else { Err(Error::RootGone) }
    }

    /// Walks everything below, one entry at a time.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::RootGone`], before or after; a folder that can't be read is told of and passed.
    pub fn scan(&self, visit: &mut dyn FnMut(Seen)) -> Result<(), Error> {
        self.check()?;
        self.walk(&DropPath::new(Vec::new()), 0, visit);
        self.check()
    }

    /// Walks one folder and what is below it: for a new folder, or an event.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::RootGone`].
    pub fn scan_folder(&self, folder: &DropPath, visit: &mut dyn FnMut(Seen)) -> Result<(), Error> {
        self.check()?;
        self.walk(folder, folder.components().count(), visit);
        Ok(())
    }

    /// Opens something below without following any link.
    pub(super) fn open_beneath(&self, path: &DropPath, flags: OFlags) -> Result<OwnedFd, Error> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        // EXPOSE: handed to the kernel.
        let bytes = path.0.expose();
        let whole: &[u8] = if bytes.is_empty() { b"." } else { bytes };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.dir, whole, flags, Mode::empty(), resolve) {
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL | rustix::io::Errno::PERM) => {
                self.open_by_steps(path, flags)
            }
            Err(rustix::io::Errno::LOOP) => Err(Error::Symlink),
            other => Ok(other?),
        }
    }

    /// The same on kernels and in sandboxes without `openat2`: no step can be a link or lead up.
    fn open_by_steps(&self, path: &DropPath, flags: OFlags) -> Result<OwnedFd, Error> {
        let steps: Vec<_> = path.components().collect();
        let step_flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let Some((last, folders)) = steps.split_last() else {
            return Ok(rustix::fs::openat(&self.dir, ".", step_flags, Mode::empty())?);
        };
        let mut at = self.dir.try_clone()?;
        for step in folders {
            at = rustix::fs::openat(&at, *step, step_flags, Mode::empty())?;
        }
        match rustix::fs::openat(&at, *last, flags, Mode::empty()) {
            Err(rustix::io::Errno::LOOP) => Err(Error::Symlink),
            other => Ok(other?),
        }
    }

    fn walk(&self, folder: &DropPath, depth: usize, visit: &mut dyn FnMut(Seen)) {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY;
        let Ok(mut entries) = self.open_beneath(folder, flags).and_then(|it| Ok(Dir::new(it)?)) else {
            visit(Seen::Unreadable(folder.clone()));
            return;
        };
        let mut folders = Vec::new();
        while let Some(entry) = entries.read() {
            let Ok(entry) = entry else {
                visit(Seen::Unreadable(folder.clone()));
                return;
            };
            let bytes = entry.file_name().to_bytes();
            if bytes == b"." || bytes == b".." {
                continue;
            }
            let class = name::classify(bytes);
            if class == Name::Ignore {
                continue;
            }
            let path = folder.join(bytes);
            let Ok(dir) = entries.fd() else { return };
            // Gone since the folder was read: the next scan knows.
            let Ok(stat) = rustix::fs::statat(dir, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory if depth < MAX_FOLDERS => folders.push(path),
                FileType::Directory => visit(Seen::Refused(path, Refusal::TooDeep)),
                FileType::RegularFile => self.file(path, class, &stat, visit),
                FileType::Symlink => visit(Seen::Refused(path, Refusal::Symlink)),
                FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice
                | FileType::Unknown => visit(Seen::Refused(path, Refusal::Special)),
            }
        }
        drop(entries);
        for folder in folders {
            visit(Seen::Folder(folder.clone()));
            self.walk(&folder, depth + 1, visit);
        }
    }

    fn file(&self, path: DropPath, class: Name, stat: &Stat, visit: &mut dyn FnMut(Seen)) {
        let conflict = class == Name::Conflict;
        match class {
            Name::Ignore | Name::Sidecar | Name::Register => {}
            Name::Lock(rest) => visit(Seen::Lock(path.sibling(&rest))),
            Name::Receipt if self.is_receipt(&path) => visit(Seen::Receipt(path, Stamp::of(stat).modified)),
            Name::Take | Name::Conflict | Name::Receipt => {
                if stat.st_nlink == 1 {
                    let stamp = Stamp::of(stat);
                    visit(Seen::File(Observation { path, stamp, uid: stat.st_uid, conflict }));
                } else {
                    visit(Seen::Refused(path, Refusal::HardLink));
                }
            }
        }
    }

    /// Whether a file begins as our receipts do.
    pub(super) fn is_receipt(&self, path: &DropPath) -> bool {
        let mut start = Vec::new();
        self.open_beneath(path, OFlags::RDONLY)
            .ok()
            .and_then(|it| File::from(it).take(receipt::MARKER_BYTES).read_to_end(&mut start).ok())
            .is_some_and(|_| receipt::state_of(&start).is_some())
    }
}

impl Stamp {
    pub(crate) fn of(stat: &Stat) -> Self {
        let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            modified: nanos(stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or(0)),
            changed: nanos(stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or(0)),
            device: stat.st_dev,
            inode: stat.st_ino,
        }
    }

    /// Whether nothing was written in between, and the file not renamed. The number of a file system may be
    /// another after a restart of the machine, so that is left out.
    pub(super) fn same_bytes(&self, other: &Self) -> bool {
        (self.size, self.modified, self.changed, self.inode)
            == (other.size, other.modified, other.changed, other.inode)
    }
}

impl DropPath {
    pub(super) const fn new(bytes: Vec<u8>) -> Self {
        Self(Sensitive::new(bytes))
    }

    /// From a path as an event brings it; `None` if it does not lie below the intake folder.
    #[must_use]
    pub fn below(root: &Path, path: &Path) -> Option<Self> {
        let below = path.strip_prefix(root).ok()?;
        Some(Self::new(below.as_os_str().as_bytes().to_vec()))
    }

    /// The whole path, for the operating system only.
    #[must_use]
    pub fn under(&self, root: &Path) -> PathBuf {
        // EXPOSE: a path for the kernel; `Path` is not logged anywhere.
        root.join(OsStr::from_bytes(self.0.expose()))
    }

    /// Its bytes, for the catalog and `origin`, which lie in the daemon's own directories.
    pub(super) fn bytes(&self) -> &[u8] {
        // EXPOSE: stays in this module, which writes it to the job's own directory.
        self.0.expose()
    }

    /// A copy of its bytes that stays sensitive, for the catalog.
    #[must_use]
    pub fn to_sensitive(&self) -> Sensitive<Vec<u8>> {
        Sensitive::new(self.bytes().to_vec())
    }

    /// Back from [`DropPath::to_sensitive`].
    #[must_use]
    pub const fn from_sensitive(bytes: Sensitive<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(super) fn components(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.bytes().split(|b| *b == b'/').filter(|it| !it.is_empty())
    }

    /// The folders, without the file's own name.
    pub(super) fn folders(&self) -> Vec<&[u8]> {
        let mut folders: Vec<_> = self.components().collect();
        folders.pop();
        folders
    }

    /// The file's own name.
    pub(crate) fn file_name(&self) -> &[u8] {
        self.components().next_back().unwrap_or_default()
    }

    /// The file's ending in lower case, if it is a short plain one: what the parser is told.
    #[must_use]
    pub fn extension(&self) -> Option<String> {
        let name = self.file_name();
        let at = name.iter().rposition(|b| *b == b'.').filter(|at| *at > 0)?;
        let end = str::from_utf8(name.get(at + 1..)?).ok()?;
        let plain = (1..=8).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| end.to_ascii_lowercase())
    }

    /// Whether the ending says that it is a recording.
    #[must_use]
    pub fn is_media(&self) -> bool {
        name::is_media(self.file_name())
    }

    /// Whether the ending says that it is a table.
    #[must_use]
    pub fn is_table(&self) -> bool {
        let extension = self.extension().unwrap_or_default();
        ["csv", "tsv", "xlsx"].iter().any(|it| extension.eq_ignore_ascii_case(it))
    }

    /// The study in whose folder it lies.
    #[must_use]
    pub fn study(&self) -> Option<StudyId> {
        let folders = self.folders();
        str::from_utf8(folders.first()?).ok()?.parse().ok()
    }

    pub(crate) fn parent(&self) -> Self {
        let bytes = self.bytes();
        let end = bytes.iter().rposition(|b| *b == b'/').unwrap_or(0);
        Self::new(bytes.get(..end).unwrap_or_default().to_vec())
    }

    pub(super) fn join(&self, name: &[u8]) -> Self {
        let mut bytes = self.bytes().to_vec();
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name);
        Self::new(bytes)
    }

    pub(super) fn sibling(&self, name: &[u8]) -> Self {
        self.parent().join(name)
    }
}

/// A path that leads to an open directory whatever becomes of its name: what `durable` is given, so that
/// nobody can swap a folder for a link between the look and the deed.
pub(super) fn fd_path(dir: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", dir.as_fd().as_raw_fd()))
}

pub(super) fn os_name(name: &[u8]) -> OsString {
    OsString::from_vec(name.to_vec())
}

impl Clone for DropPath {
    fn clone(&self) -> Self {
        Self::new(self.bytes().to_vec())
    }
}

impl PartialEq for DropPath {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for DropPath {}

impl PartialOrd for DropPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DropPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl fmt::Debug for DropPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DropPath({} bytes)", self.0.len())
    }
}
