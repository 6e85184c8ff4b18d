//! What the operating system enforces, and where it may keep plaintext: swap, dumps, the disk itself.

use std::{
    fs,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

use rustix::process::{Resource, getrlimit};

use super::Findings;

/// The oldest SQLite whose write-ahead log loses nothing.
const SQLITE: (i32, &str) = (3_051_003, "3.51.3");
/// How many devices a volume may stand on, one above the other.
const MAX_LAYERS: usize = 8;

/// Whether a volume is known to be encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Encryption {
    Yes,
    No,
    Unknown,
}

/// Everything that does not depend on the station.
pub(super) fn examine(to: &mut Findings) {
    swap(to);
    dumps(to);
    kernel(to);
    let version = rusqlite::version_number();
    if version >= SQLITE.0 {
        to.good(format!("SQLite {}", rusqlite::version()));
    } else {
        to.wrong(
            format!("SQLite {} is older than {}", rusqlite::version(), SQLITE.1),
            "Build vouchsafe with its own SQLite.",
        );
    }
    let unit = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]
        .iter()
        .any(|it| Path::new(it).join("vouchsafe.service").exists());
    if unit {
        to.good("the service unit is installed (systemd-analyze security vouchsafe)");
    } else {
        to.weak(
            "no service unit is installed: nothing restarts the daemon, and it runs with all rights of its user",
            "Install systemd/vouchsafe.service; it takes network, devices and other files away from the daemon.",
        );
    }
    if rustix::process::geteuid().is_root() {
        to.weak(
            "this runs as root",
            "Give the daemon a user of its own; root can read what the unit would hide.",
        );
    }
}

/// Whether the disk under the station is encrypted, so far as this machine can see.
pub(super) fn volume(to: &mut Findings, root: &Path) {
    match fs::metadata(root).map_or(Encryption::Unknown, |it| of_device(it.dev())) {
        Encryption::Yes => to.good("the station's volume is encrypted (device mapper)"),
        Encryption::No => to.weak(
            "the station's volume is not encrypted by this machine: dropped files leave traces on it",
            "Use LUKS, unless the disk or the host does it below what this machine can see.",
        ),
        Encryption::Unknown => to.weak(
            "this machine cannot tell whether the station's volume is encrypted",
            "Ask whoever runs the disk; a dropped file leaves traces where it lay.",
        ),
    }
}

fn swap(to: &mut Findings) {
    let Ok(text) = fs::read_to_string("/proc/swaps") else {
        return to.weak("this machine cannot tell whether it swaps", "Turn swap off, or encrypt it.");
    };
    let plain = swaps(&text).into_iter().filter(|it| swap_encryption(it) != Encryption::Yes).count();
    if plain == 0 {
        to.good("memory is not written to a swap that others could read");
    } else {
        to.weak(
            format!("{plain} swap areas are not known to be encrypted: what is in memory may reach them"),
            "Turn swap off (swapoff -a), or put it on an encrypted device.",
        );
    }
}

/// The devices and files in `/proc/swaps`; compressed memory is none.
fn swaps(text: &str) -> Vec<PathBuf> {
    let first = text.lines().skip(1).filter_map(|it| it.split_whitespace().next());
    first.filter(|it| !it.starts_with("/dev/zram")).map(PathBuf::from).collect()
}

fn swap_encryption(path: &Path) -> Encryption {
    fs::metadata(path).map_or(Encryption::Unknown, |it| {
        of_device(if it.file_type().is_block_device() { it.rdev() } else { it.dev() })
    })
}

fn of_device(device: u64) -> Encryption {
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    match fs::canonicalize(format!("/sys/dev/block/{major}:{minor}")) {
        // Overlays, pools and network file systems have no block device of their own.
        Ok(block) if major != 0 => of_block(&block, 0),
        Ok(_) | Err(_) => Encryption::Unknown,
    }
}

/// A block device and what it stands on.
fn of_block(block: &Path, depth: usize) -> Encryption {
    if fs::read_to_string(block.join("dm/uuid")).is_ok_and(|it| it.starts_with("CRYPT-")) {
        return Encryption::Yes;
    }
    if depth == MAX_LAYERS {
        return Encryption::Unknown;
    }
    let Ok(below) = fs::read_dir(block.join("slaves")) else { return Encryption::No };
    let below: Vec<_> = below
        .flatten()
        .filter_map(|it| fs::canonicalize(it.path()).ok())
        .map(|it| of_block(&it, depth.saturating_add(1)))
        .collect();
    if !below.is_empty() && below.iter().all(|it| *it == Encryption::Yes) {
        Encryption::Yes
    } else {
        Encryption::No
    }
}

fn dumps(to: &mut Findings) {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    let limit = getrlimit(Resource::Core).current;
    if pattern.trim().is_empty() || pattern.starts_with("|/bin/false") {
        to.good("a crash leaves no dump of memory");
    } else if pattern.starts_with('|') {
        to.weak(
            "a crash hands the memory of a process to a program, which may store it",
            "Say Storage=none in coredump.conf, or set kernel.core_pattern to |/bin/false.",
        );
    } else if limit == Some(0) {
        to.good(
            "a crash leaves no dump of memory here (the limit is 0); the unit sets the same for the daemon",
        );
    } else {
        to.weak(
            "a crash writes the memory of a process to the disk",
            "Set ulimit -c 0, or LimitCORE=0 in the unit.",
        );
    }
}

fn kernel(to: &mut Findings) {
    for (file, least, good, bad) in [
        (
            "/proc/sys/fs/protected_hardlinks",
            1,
            "the kernel refuses hard links to other people's files",
            "the kernel allows hard links to other people's files",
        ),
        (
            "/proc/sys/fs/protected_symlinks",
            1,
            "the kernel follows no foreign links in shared folders",
            "the kernel follows foreign links in shared folders",
        ),
        (
            "/proc/sys/kernel/yama/ptrace_scope",
            1,
            "the kernel keeps processes of one user out of each other's memory",
            "a process of the same user can read the daemon's memory",
        ),
    ] {
        let value = fs::read_to_string(file).ok().and_then(|it| it.trim().parse::<u32>().ok());
        if value.is_some_and(|it| it >= least) {
            to.good(good);
        } else {
            let name = file.trim_start_matches("/proc/sys/").replace('/', ".");
            to.weak(bad, format!("sysctl -w {name}={least}, and the same in /etc/sysctl.d."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_areas_are_read_and_compressed_memory_is_none() {
        let head = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert!(swaps(head).is_empty());
        let text = format!(
            "{head}/dev/zram0   partition 1 0 100\n/dev/dm-1   partition 1 0 -2\n/swapfile file 1 0 -3\n"
        );
        assert_eq!(swaps(&text), [PathBuf::from("/dev/dm-1"), PathBuf::from("/swapfile")]);
    }

    #[test]
    fn a_volume_is_as_good_as_what_it_stands_on() {
        let dir = tempfile::tempdir().unwrap();
        let block = |name: &str, uuid: Option<&str>, below: &[&str]| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.join("dm")).unwrap();
            fs::create_dir_all(path.join("slaves")).unwrap();
            if let Some(uuid) = uuid {
                fs::write(path.join("dm/uuid"), uuid).unwrap();
            }
            for it in below {
                std::os::unix::fs::symlink(dir.path().join(it), path.join("slaves").join(it)).unwrap();
            }
            path
        };
        let plain = block("sda", None, &[]);
        let crypt = block("dm-0", Some("CRYPT-LUKS2-0-x\n"), &["sda"]);
        let above = block("dm-1", Some("LVM-0\n"), &["dm-0"]);
        let mixed = block("dm-2", Some("LVM-1\n"), &["dm-0", "sda"]);
        for (path, want) in [
            (plain, Encryption::No),
            (crypt, Encryption::Yes),
            (above, Encryption::Yes),
            (mixed, Encryption::No),
        ] {
            assert_eq!(of_block(&path, 0), want, "{}", path.display());
        }
    }
}
