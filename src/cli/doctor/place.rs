//! Where things lie, and who may read and write them.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::Access;

use super::Findings;
use crate::{
    config::Station,
    intake::mount::{self, Mount},
    keys::Credentials,
};

/// The private half of the rolling key, which belongs on another machine.
const ROLLING: &str = "keystore.key";
/// Folders in which file servers and synchronisers keep what was deleted.
const REMAINS: &[(&str, &str)] = &[
    (".stversions", "Syncthing keeps deleted files here"),
    (".stfolder", "Syncthing copies this folder to other devices"),
    ("@Recycle", "a NAS keeps deleted files here"),
    ("#recycle", "a NAS keeps deleted files here"),
    ("@Recently-Snapshot", "a NAS keeps snapshots here"),
    (".snapshots", "a snapshot holds what was deleted since"),
    (".snapshot", "a snapshot holds what was deleted since"),
    (".zfs", "a snapshot may hold what was deleted since"),
];
/// How deep folders lie in a study's intake folder.
const MAX_DEPTH: usize = 6;

/// Keys: there, ours alone, and apart from what they open.
pub(super) fn credentials(to: &mut Findings, station: &Station) -> Option<Credentials> {
    let dir = &station.directories.credentials;
    let loaded = match Credentials::load(dir) {
        Ok(it) => {
            to.good("the station's keys load, and nobody else can read them");
            Some(it)
        }
        Err(error) => {
            to.fault("the station's keys", &error);
            None
        }
    };
    if open_to_others(dir) {
        to.weak("others can list the directory of the keys", format!("chmod 700 {}", dir.display()));
    }
    if device(dir).is_some() && device(dir) == device(&station.directories.root) {
        to.weak(
            "the keys lie on the same disk as what they protect: a copy of the disk has the roster too",
            "Hand them over as systemd credentials (systemd-creds encrypt, bound to a TPM), or keep them on another disk.",
        );
    } else {
        to.good("the keys lie on another disk than the archive");
    }
    if dir.join(ROLLING).exists() {
        to.weak(
            format!("{ROLLING} lies on this machine: a snapshot of the station holds it, and a withdrawal is then not final"),
            "Before going live, move it to a second machine or a safe, and delete it here; the daemon does not need it.",
        );
    } else {
        to.good(format!("{ROLLING} is not on this machine"));
    }
    loaded
}

/// Directories: there, ours, on one disk with room.
pub(super) fn directories(to: &mut Findings, station: &Station) {
    let root = device(&station.directories.root);
    let mut made = 0_usize;
    let mut sound = 0_usize;
    for (key, path) in station.directories.all() {
        if !path.exists() {
            made = made.saturating_add(1);
            continue;
        }
        if !path.is_dir() {
            to.wrong(format!("{key} is no directory"), format!("Move {} away.", path.display()));
            continue;
        }
        // Settings, public keys and secrets are read by the daemon, the rest is written.
        let read_only = matches!(
            key,
            "directories.root" | "directories.studies" | "directories.stewards" | "directories.credentials"
        );
        let want =
            if read_only { Access::READ_OK } else { Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK };
        if rustix::fs::access(path, want).is_err() {
            to.wrong(
                format!("{key}: you lack rights on it"),
                format!("Run this as the daemon's user, or give that user {}.", path.display()),
            );
            continue;
        }
        let private = !matches!(
            key,
            "directories.root" | "directories.intake" | "directories.release" | "directories.credentials"
        );
        if private && open_to_others(path) && reachable(path, &station.directories.root) {
            to.weak(
                format!("{key}: any user of this machine can look into it"),
                format!("chmod o-rwx {}", path.display()),
            );
            continue;
        }
        if key != "directories.credentials" && device(path) != root {
            to.weak(
                format!("{key} lies on another disk than the station: files are copied there, not renamed"),
                "Put all directories of a station on one file system.",
            );
            continue;
        }
        sound = sound.saturating_add(1);
    }
    to.good(format!(
        "{sound} directories are there, ours, and on one file system; {made} come with the first start"
    ));
    match mount::free_bytes(&station.directories.root) {
        Ok(free) if free < station.limits.free_bytes => to.wrong(
            format!(
                "{} MiB are free, fewer than the {} MiB that the settings keep free: intake pauses",
                free >> 20,
                station.limits.free_bytes >> 20
            ),
            "Free space.",
        ),
        Ok(free) => to.good(format!("{} MiB are free", free >> 20)),
        Err(error) => to.fault("the disk", &error),
    }
}

/// The intake folder: rights, kind of file system, places where deleted files live on.
pub(super) fn intake(to: &mut Findings, station: &Station) {
    let intake = &station.directories.intake;
    if !intake.is_dir() {
        return to.wrong("there is no intake folder", "Run `vouchsafe init`, or mount it.");
    }
    match mount::of(intake) {
        Ok(Mount::Local) => to.good("the intake folder is on this machine: changes are told of at once"),
        Ok(kind) => to.weak(
            format!(
                "the intake folder is not plainly on this machine ({kind:?}): it is scanned every {} s",
                station.timing.rescan.as_secs()
            ),
            "Nothing, if that is meant; what the other machine keeps of deleted files, this one can't see.",
        ),
        Err(error) => to.fault("the intake folder", &error),
    }
    let mut folders = Vec::new();
    for study in station.studies.keys() {
        collect(&station.directories.intake_of(study), 0, &mut folders);
    }
    let refused: Vec<_> = folders.iter().filter_map(|it| mount::probe(it).err()).collect();
    match refused.first() {
        Some(error) => to.fault(&format!("{} of {} drop folders", refused.len(), folders.len()), error),
        None => to.good(format!("{} drop folders: files can be taken from each", folders.len())),
    }
    let mut around: Vec<PathBuf> = folders;
    around.push(intake.clone());
    around.extend(intake.ancestors().skip(1).map(Path::to_owned));
    let mut remains = 0_usize;
    for dir in around {
        for (name, why) in REMAINS {
            if dir.join(name).exists() {
                remains = remains.saturating_add(1);
                to.weak(
                    format!("{name} beside or above the intake folder: {why}"),
                    format!("Turn that off for the intake folder, and empty {}.", dir.join(name).display()),
                );
            }
        }
        if has_trash(&dir) {
            remains = remains.saturating_add(1);
            to.weak(
                "a recycle bin lies beside or above the intake folder",
                format!(
                    "Empty the .Trash folders in {}; what fieldworkers delete lands there.",
                    dir.display()
                ),
            );
        }
    }
    if remains == 0 {
        to.good("no recycle bin, snapshot or version folder is in sight of the intake folder");
    }
}

fn collect(dir: &Path, depth: usize, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    into.push(dir.to_owned());
    if depth == MAX_DEPTH {
        return;
    }
    for entry in entries.flatten() {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // Links are not followed.
        if !hidden && entry.file_type().is_ok_and(|it| it.is_dir()) {
            collect(&entry.path(), depth.saturating_add(1), into);
        }
    }
}

fn has_trash(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else { return false };
    entries.flatten().any(|it| it.file_name().as_encoded_bytes().starts_with(b".Trash"))
}

fn device(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|it| it.dev())
}

fn open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o007 != 0)
}

/// Whether others get as far as to a directory below the root.
fn reachable(path: &Path, root: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .take_while(|it| it.starts_with(root))
        .all(|it| fs::metadata(it).is_ok_and(|it| it.permissions().mode() & 0o001 != 0))
}
