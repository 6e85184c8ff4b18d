//! What a file's name alone says: a drop, or something that a program left there.
//!
//! The list is of the programs that people really use around a shared folder: editors, browsers,
//! Syncthing, Nextcloud and ownCloud, macOS, Windows, Synology and `LibreOffice`.

use crate::config::{REGISTER_FILE, SHEET_FILE};

/// The ending of a receipt.
pub(super) const RECEIPT: &str = ".receipt.txt";
/// The endings of a sidecar, after the whole name of its file.
pub(super) const SIDECARS: [&str; 2] = [".vouchsafe.toml", ".vouchsafe.yaml"];

/// What a name is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Name {
    /// A drop.
    Take,
    /// A drop that a synchronisation program could not join with another.
    Conflict,
    /// Not for us.
    Ignore,
    /// The lock of a file that somebody has open; the locked file's name, or its end.
    Lock(Vec<u8>),
    /// A receipt, if its first line says so.
    Receipt,
    /// A sidecar.
    Sidecar,
    /// The study's register.
    Register,
}

const IGNORED: &[&[u8]] = &[
    b"thumbs.db",
    b"ehthumbs.db",
    b"desktop.ini",
    b"icon\r",
    b"4913",
    b"nohup.out",
    b"@eadir",
    b"#recycle",
    b"#snapshot",
    b"__macosx",
    b"lost+found",
    b"system volume information",
    b"$recycle.bin",
    b"network trash folder",
    b"temporary items",
];
const IGNORED_ENDS: &[&[u8]] = &[
    b".tmp",
    b".temp",
    b".part",
    b".partial",
    b".crdownload",
    b".download",
    b".filepart",
    b".opdownload",
    b".!ut",
    b".aria2",
    b".swp",
    b".swo",
    b".swx",
    b".kate-swp",
    b"~",
    b".lock",
    b".lnk",
    b".laccdb",
    b".vouchsafe-ignore",
];
const IGNORED_STARTS: &[&[u8]] = &[b".", b"~syncthing~", b"~wrl", b"~wrd", b"#"];
const CONFLICTS: &[&[u8]] =
    &[b".sync-conflict-", b"(conflicted copy", b"(case conflict", b"_conflict-", b"'s conflicted copy"];

/// What a name is. Compares letters in any case.
#[must_use]
pub fn classify(name: &[u8]) -> Name {
    let lower = name.to_ascii_lowercase();
    if let Some(rest) = name.strip_prefix(b".~lock.").and_then(|it| it.strip_suffix(b"#")) {
        return Name::Lock(rest.to_vec());
    }
    // Word replaces the first two letters of a long name, and none of a short one.
    if let Some(rest) = name.strip_prefix(b"~$") {
        return Name::Lock(rest.to_vec());
    }
    if IGNORED.contains(&lower.as_slice())
        || IGNORED_STARTS.iter().any(|it| lower.starts_with(it))
        || IGNORED_ENDS.iter().any(|it| lower.ends_with(it))
        || contains(&lower, b".sb-")
        || name == SHEET_FILE.as_bytes()
    {
        return Name::Ignore;
    }
    if lower == REGISTER_FILE.as_bytes() {
        return Name::Register;
    }
    if SIDECARS.iter().any(|it| lower.ends_with(it.as_bytes())) {
        return Name::Sidecar;
    }
    if lower.ends_with(RECEIPT.as_bytes()) {
        return Name::Receipt;
    }
    if CONFLICTS.iter().any(|it| contains(&lower, it)) {
        return Name::Conflict;
    }
    Name::Take
}

/// Whether a lock with that rest speaks of a file of that name.
#[must_use]
pub fn locks(rest: &[u8], name: &[u8]) -> bool {
    name == rest || (name.len() == rest.len() + 2 && name.ends_with(rest))
}

/// Whether a file with that ending is sealed as a stream and takes long to upload.
#[must_use]
pub fn is_media(name: &[u8]) -> bool {
    const MEDIA: &[&[u8]] = &[
        b"mp3", b"m4a", b"wav", b"flac", b"ogg", b"oga", b"opus", b"aac", b"wma", b"amr", b"aif", b"aiff",
        b"caf", b"mp4", b"m4v", b"mov", b"mkv", b"webm", b"avi", b"wmv", b"mpg", b"mpeg", b"3gp", b"mts",
        b"dss", b"ds2",
    ];
    name.rsplit(|b| *b == b'.')
        .next()
        .is_some_and(|it| it.len() < name.len() && MEDIA.contains(&it.to_ascii_lowercase().as_slice()))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|it| it == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_leave_behind_is_no_drop() {
        for it in [
            ".DS_Store",
            "._a.txt",
            "Thumbs.db",
            "DESKTOP.INI",
            "a.txt~",
            ".a.txt.swp",
            "4913",
            "a.tmp",
            "a.mp4.part",
            "a.crdownload",
            "a.filepart",
            ".syncthing.a.txt.tmp",
            "~syncthing~a.txt.tmp",
            ".a.txt.~2f3",
            "@eaDir",
            "~WRL0001.tmp",
            "a.txt.sb-1a2b-Xy",
            "#a.txt#",
            ".draft-00ff",
            SHEET_FILE,
        ] {
            assert_eq!(classify(it.as_bytes()), Name::Ignore, "{it}");
        }
    }

    #[test]
    fn drops_with_odd_names_are_drops() {
        for it in [
            "a.txt",
            "A.TXT",
            "訪談 一.txt",
            "a\nb.txt",
            "\u{1b}[31m.txt",
            "part.txt",
            "tmp",
            "a.docx",
            "~a.txt",
        ] {
            assert_eq!(classify(it.as_bytes()), Name::Take, "{it}");
        }
        assert_eq!(classify(b"\xff\xfe.txt"), Name::Take);
    }

    #[test]
    fn a_conflict_is_flagged_and_not_ignored() {
        for it in [
            "a.sync-conflict-20260101-101010-ABCDEFG.txt",
            "a (conflicted copy 2026-01-01).txt",
            "a_conflict-1.txt",
        ] {
            assert_eq!(classify(it.as_bytes()), Name::Conflict, "{it}");
        }
    }

    #[test]
    fn locks_speak_of_their_file() {
        for (lock, file, want) in [
            ("~$terview.docx", "interview.docx", true),
            ("~$a.docx", "a.docx", true),
            (".~lock.a.odt#", "a.odt", true),
            ("~$a.docx", "b.docx", false),
        ] {
            let Name::Lock(rest) = classify(lock.as_bytes()) else { panic!("{lock}") };
            assert_eq!(locks(&rest, file.as_bytes()), want, "{lock} {file}");
        }
    }
}
