//! Why a dropped file is not taken over. Holds no file name.

use crate::{
    durable,
    fault::{Disposition, Fault},
};

/// Why a file is left where it is, for good, with a receipt that says so.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Refusal {
    /// A symbolic link.
    Symlink,
    /// A file with a second name somewhere.
    HardLink,
    /// A pipe, a socket or a device.
    Special,
    /// In a folder too deep.
    TooDeep,
}

/// Why intake fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The intake folder is gone, or another file system is mounted there.
    #[error("the intake folder is gone or was replaced")]
    RootGone,
    /// The file is a link, a pipe or a device.
    #[error("the file is a symbolic link")]
    Symlink,
    /// The file has a second name somewhere.
    #[error("the file has a second name (hard link)")]
    HardLink,
    /// It is no file.
    #[error("this is a pipe, a socket or a device, not a file")]
    Special,
    /// In a folder too deep.
    #[error("the file lies in too many folders inside each other")]
    TooDeep,
    /// The file changed while it was looked at: somebody still writes it.
    #[error("the file changed while it was read")]
    Changed,
    /// The file is gone.
    #[error("the file is gone")]
    Vanished,
    /// Somebody holds the file.
    #[error("the file is in use")]
    Busy,
    /// The daemon may not read or move the file.
    #[error("the daemon may not read or move a file of owner {uid}, group {gid}, mode {mode:03o}")]
    Denied {
        /// Its owner.
        uid: u32,
        /// Its group.
        gid: u32,
        /// Its rights.
        mode: u32,
    },
    /// The file is larger than is taken.
    #[error("the file has {bytes} bytes; {limit} are taken at most")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// A recording or archive is shorter than it says of itself.
    #[error("the file is shorter than it says of itself: an unfinished upload")]
    Unfinished,
    /// A synchronisation program made two versions.
    #[error("the file is one of two versions that a synchronisation program could not join")]
    SyncConflict,
    /// Nobody says where the file belongs.
    #[error("nothing says where the file belongs")]
    Unplaced,
    /// The places that say where the file belongs contradict each other.
    #[error("folder, file name, register and sidecar contradict each other")]
    Contradiction,
    /// The group, participant, session or study is not known.
    #[error("the file's group, participant, session or study is not in the roster or settings")]
    UnknownPlace,
    /// The folder is of no study.
    #[error("the folder belongs to no study of the settings")]
    NoStudy,
    /// The sidecar or register can't be read, or says what it may not.
    #[error("the sidecar or register can't be read, line {line}")]
    Table {
        /// The line, counted from 1.
        line: u64,
    },
    /// The participant has withdrawn.
    #[error("the participant has withdrawn")]
    Withdrawn,
    /// A job's directory holds what it should not.
    #[error("a claimed job's directory is damaged")]
    Damaged,
    /// The daemon lacks rights on a folder.
    #[error(
        "the daemon (user {uid}, group {gid}) can't read, rename and remove in a folder of owner {owner}, group {group}, mode {mode:03o}"
    )]
    Rights {
        /// The daemon's user.
        uid: u32,
        /// The daemon's group.
        gid: u32,
        /// The folder's owner.
        owner: u32,
        /// The folder's group.
        group: u32,
        /// The folder's rights.
        mode: u32,
    },
    /// The disk is full; the source is kept.
    #[error("no space is left on the disk")]
    Full,
    /// Files could not be written or moved.
    #[error("taking the file over failed: {0}")]
    Durable(durable::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::RootGone => "IN-01",
            Self::Symlink => "IN-02",
            Self::HardLink => "IN-03",
            Self::Special => "IN-04",
            Self::TooDeep => "IN-05",
            Self::Changed => "IN-06",
            Self::Vanished => "IN-07",
            Self::Busy => "IN-08",
            Self::Denied { .. } => "IN-09",
            Self::TooLarge { .. } => "IN-10",
            Self::Empty => "IN-11",
            Self::Unfinished => "IN-12",
            Self::SyncConflict => "IN-13",
            Self::Unplaced => "IN-14",
            Self::Contradiction => "IN-15",
            Self::UnknownPlace => "IN-16",
            Self::Table { .. } => "IN-17",
            Self::Withdrawn => "IN-18",
            Self::Damaged => "IN-19",
            Self::Rights { .. } => "IN-20",
            Self::Full => "IN-21",
            Self::Durable(_) => "IN-22",
            Self::NoStudy => "IN-23",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::RootGone
            | Self::Changed
            | Self::Vanished
            | Self::Busy
            | Self::Full
            | Self::Denied { .. }
            | Self::Symlink
            | Self::HardLink
            | Self::Special
            | Self::TooDeep
            | Self::NoStudy
            | Self::Withdrawn => Disposition::Retry,
            Self::TooLarge { .. } | Self::Empty | Self::Unfinished | Self::SyncConflict => {
                Disposition::Quarantine
            }
            Self::Unplaced | Self::Contradiction | Self::UnknownPlace | Self::Table { .. } => {
                Disposition::Hold
            }
            Self::Damaged | Self::Rights { .. } => Disposition::Halt,
            Self::Durable(error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::RootGone => "Mount or restore the intake folder; work goes on by itself.",
            Self::Symlink => "Put the file itself there, not a link to it.",
            Self::HardLink => "Copy the file there again as an independent copy.",
            Self::Special => "Put an ordinary file there.",
            Self::TooDeep => "Move the file up to its drop folder.",
            Self::Changed => "Nothing to do: the file is read again when it stands still.",
            Self::Vanished => "If you did not remove the file, drop it again.",
            Self::Busy => "Close the program that has the file open; it is tried again by itself.",
            Self::Denied { .. } => {
                "Give the daemon's group the right to read the file and to write its folder."
            }
            Self::TooLarge { .. } => {
                "Split the file, or raise the limit in vouchsafe.toml if it can be raised."
            }
            Self::Empty => "Export the file again and drop it under the same name.",
            Self::Unfinished => "Upload the file again and wait until it is complete.",
            Self::SyncConflict => "Decide which version is right and drop that one alone.",
            Self::Unplaced => "Move the file to its drop folder, or add a register line or sidecar.",
            Self::Contradiction => "Correct the folder, the file's name, the register or the sidecar.",
            Self::UnknownPlace => "Correct the place, or add the participant or session to the study.",
            Self::Table { .. } => "Correct that line; a sidecar may say group, role, wave and activity only.",
            Self::NoStudy => "Put the file into the folder of a study.",
            Self::Withdrawn => "Do not hand in this person's material; ask the steward.",
            Self::Damaged => "Look at the job's directory under claimed/; nothing in it has been removed.",
            Self::Rights { .. } => "Let the daemon's group own the folder with mode 2770, as systemd/ does.",
            Self::Full => "Free some space; the file is kept and work goes on by itself.",
            Self::Durable(error) => error.remedy(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Symlink => Self::Symlink,
            Refusal::HardLink => Self::HardLink,
            Refusal::Special => Self::Special,
            Refusal::TooDeep => Self::TooDeep,
        }
    }
}

impl From<durable::Error> for Error {
    fn from(error: durable::Error) -> Self {
        match error {
            durable::Error::Full => Self::Full,
            durable::Error::Missing => Self::Vanished,
            durable::Error::Exists
            | durable::Error::Denied
            | durable::Error::Sync(_)
            | durable::Error::CrossDevice
            | durable::Error::Io(_)
            | durable::Error::Random => Self::Durable(error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if matches!(error.kind(), std::io::ErrorKind::ResourceBusy | std::io::ErrorKind::ExecutableFileBusy) {
            Self::Busy
        } else {
            durable::Error::from(error).into()
        }
    }
}

impl From<rustix::io::Errno> for Error {
    fn from(errno: rustix::io::Errno) -> Self {
        std::io::Error::from(errno).into()
    }
}
