//! Why the daemon stops, or does not start. Passes on what its parts say.

use crate::{
    config, durable,
    fault::{Disposition, Fault},
    intake, keys, pipeline,
};

/// Why the daemon stopped, or did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The credentials.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The intake folder.
    #[error(transparent)]
    Intake(#[from] intake::Error),
    /// The line.
    #[error(transparent)]
    Line(#[from] pipeline::Error),
    /// A directory of the station.
    #[error(transparent)]
    Disk(#[from] durable::Error),
    /// A thread or the runtime could not be started.
    #[error("a thread of the daemon could not be started")]
    Thread,
    /// A single run found the disk too full to take anything. The daemon waits; a run does not.
    #[error("{free} bytes are free on the disk, and {keep} are to stay free (keep_free): nothing was taken")]
    NoRoom {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must stay free.
        keep: u64,
    },
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Intake(error) => error.code(),
            Self::Line(error) => error.code(),
            Self::Disk(error) => error.code(),
            Self::Thread => "DA-01",
            Self::NoRoom { .. } => "DA-02",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Config(error) => error.disposition(),
            Self::Keys(error) => error.disposition(),
            Self::Intake(error) => error.disposition(),
            Self::Line(error) => error.disposition(),
            Self::Disk(error) => error.disposition(),
            Self::Thread => Disposition::Halt,
            Self::NoRoom { .. } => Disposition::Retry,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Config(error) => error.remedy(),
            Self::Keys(error) => error.remedy(),
            Self::Intake(error) => error.remedy(),
            Self::Line(error) => error.remedy(),
            Self::Disk(error) => error.remedy(),
            Self::Thread => "Check the limits of processes and memory of the daemon's user.",
            Self::NoRoom { .. } => {
                "Free some space, or lower keep_free in vouchsafe.toml, and run it again; every file lies where it was."
            }
        }
    }
}
