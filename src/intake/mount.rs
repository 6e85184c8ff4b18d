//! What the file system under the intake folder can do: whether it tells of changes, and whether the
//! daemon has the rights it needs.

use std::{os::unix::fs::MetadataExt, path::Path};

use super::Error;
use crate::{
    durable::{self, Draft},
    secret,
};

/// A kind of file system by its magic number (`statfs(2)`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mount {
    /// On this machine: tells of changes.
    Local,
    /// NFS.
    Nfs,
    /// SMB or CIFS.
    Smb,
    /// FUSE: rclone, sshfs, many cloud folders.
    Fuse,
    /// 9p: virtual machines, WSL.
    Plan9,
    /// Ceph, AFS, Coda and other file systems of several machines.
    Cluster,
    /// An overlay: changes made below are not told of.
    Overlay,
}

/// What the file system of a directory is.
///
/// # Errors
///
/// Fails if it can't be asked.
pub fn of(path: &Path) -> Result<Mount, Error> {
    let magic = rustix::fs::statfs(path)?.f_type;
    // The numbers are 32 bits wide whatever the machine's word is.
    let magic = u32::try_from(i128::from(magic) & 0xffff_ffff).unwrap_or(0);
    Ok(match magic {
        0x6969 => Mount::Nfs,
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Mount::Smb,
        0x6573_5546 => Mount::Fuse,
        0x0102_1997 => Mount::Plan9,
        0x00c3_6400 | 0x5346_414f | 0x7375_7245 | 0x0116_1970 | 0x7461_636f => Mount::Cluster,
        0x794c_7630 => Mount::Overlay,
        _ => Mount::Local,
    })
}

/// Whether changes under a directory may go untold, so that it is scanned again and again. If it can't be
/// asked, it is.
#[must_use]
pub fn needs_polling(path: &Path) -> bool {
    of(path).map_or(true, |it| it != Mount::Local)
}

/// How many bytes of a directory's file system are left for the daemon.
///
/// # Errors
///
/// Fails if it can't be asked.
pub fn free_bytes(path: &Path) -> Result<u64, Error> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Makes, reads, renames and removes a file of our own in a folder.
///
/// # Errors
///
/// Fails with [`Error::Rights`], which says whose the folder is and who we are.
pub fn probe(folder: &Path) -> Result<(), Error> {
    let attempt = || -> Result<(), durable::Error> {
        let tag = u64::from_be_bytes(secret::random().map_err(|_| durable::Error::Random)?);
        let draft = Draft::create(folder)?;
        let name = folder.join(format!(".draft-probe-{tag:016x}"));
        draft.persist(&format!(".draft-probe-{tag:016x}.new"))?;
        let made = name.with_extension("new");
        let moved = durable::rename_new(&made, &name);
        durable::unlink(&made)?;
        durable::unlink(&name)?;
        moved?;
        std::fs::read_dir(folder)?;
        Ok(())
    };
    match attempt() {
        Ok(()) => Ok(()),
        Err(durable::Error::Denied) => {
            let stat = std::fs::symlink_metadata(folder)?;
            Err(Error::Rights {
                uid: rustix::process::geteuid().as_raw(),
                gid: rustix::process::getegid().as_raw(),
                owner: stat.uid(),
                group: stat.gid(),
                mode: stat.mode() & 0o7777,
            })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_ours_passes_and_nothing_stays_behind() {
        let dir = tempfile::tempdir().unwrap();
        probe(dir.path()).unwrap();
        assert!(free_bytes(dir.path()).unwrap() > 0);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(matches!(probe(&dir.path().join("none")), Err(Error::Vanished)));
    }

    #[test]
    fn what_cannot_be_asked_is_polled() {
        assert!(needs_polling(Path::new("/nowhere/at/all")));
    }
}
