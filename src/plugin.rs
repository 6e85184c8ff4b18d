//! A name finder of the study's own: a folder with a network, its tokeniser and its labels, pinned by `model.toml`.
//!
//! Read and compared with its pins here, by the daemon. What is in the files is understood by `detect::model`, in the
//! worker, which has no files and gets them over its pipe.

mod pins;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use serde::{Deserialize, Serialize};

pub use self::pins::{Pins, PinsError};
use crate::{
    config::Finder,
    fault::{Disposition, Fault},
    id::Digest,
};

/// What the files in a folder are called: the pins, and what they pin.
pub const PINS: &str = "model.toml";
/// The network.
pub const NETWORK: &str = "model.onnx";
/// What the network reads in place of words.
pub const TOKENISER: &str = "tokenizer.json";
/// What its answers mean.
pub const LABELS: &str = "config.json";

/// The most bytes of a folder's files together.
pub const MAX_PLUGIN_BYTES: usize = 512 * 1024 * 1024;
/// The most bytes of `model.toml`.
pub const MAX_PINS_BYTES: usize = 64 * 1024;

/// A file that is not what its name says must not keep us waiting, nor lead elsewhere.
const CAREFUL: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::NONBLOCK);

/// Why a folder can't be used. File names are those that every such folder has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or the folder is missing or can't be read.
    #[error("{0} of the name finder's folder can't be read ({1})")]
    Unreadable(&'static str, io::ErrorKind),
    /// It is a link, or no ordinary file.
    #[error("{0} of the name finder's folder is a symbolic link, or no ordinary file")]
    NotPlain(&'static str),
    /// The files are larger than they may be.
    #[error("the name finder's files are larger than {} MiB together, or model.toml than {} KiB", MAX_PLUGIN_BYTES >> 20, MAX_PINS_BYTES >> 10)]
    TooLarge,
    /// The pins are not as they must be.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// A file is not the one that was pinned.
    #[error("{0} of the name finder's folder is not the file that model.toml pins")]
    Changed(&'static str),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "MO-05",
            Self::NotPlain(_) => "MO-06",
            Self::TooLarge => "MO-07",
            Self::Pins(_) => "MO-08",
            Self::Changed(_) => "MO-09",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => {
                "Correct names.finder in study.toml, or the rights; `vouchsafe models pin FOLDER` writes model.toml."
            }
            Self::NotPlain(_) => "Put the file itself into the folder.",
            Self::TooLarge => "Use a smaller or a quantised model.",
            Self::Pins(_) => {
                "Correct model.toml as docs/models.md says; `vouchsafe models check FOLDER` tries it."
            }
            Self::Changed(_) => {
                "Find out who changed it. If it was you: look at it again, then remove model.toml and run `vouchsafe models pin FOLDER`."
            }
        }
    }
}

/// The files of a folder, whatever its pins say.
#[derive(Clone, Eq, PartialEq)]
pub struct Files {
    /// `model.onnx`.
    pub network: Vec<u8>,
    /// `tokenizer.json`.
    pub tokeniser: Vec<u8>,
    /// `config.json`.
    pub labels: Vec<u8>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("bytes", &self.size()).finish_non_exhaustive()
    }
}

impl Files {
    /// Reads what a folder holds besides its pins.
    ///
    /// # Errors
    ///
    /// Fails where a file is missing, a link, or too large.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        Self::read_in(&opened(folder)?)
    }

    fn read_in(folder: &File) -> Result<Self, Error> {
        let mut left = MAX_PLUGIN_BYTES;
        let mut next = |name| {
            let bytes = read(folder, name, left)?;
            left = left.saturating_sub(bytes.len());
            Ok::<_, Error>(bytes)
        };
        Ok(Self { labels: next(LABELS)?, tokeniser: next(TOKENISER)?, network: next(NETWORK)? })
    }

    /// How many bytes they are together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.network.len().saturating_add(self.tokeniser.len()).saturating_add(self.labels.len())
    }

    /// Each of them by its name.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &[u8]); 3] {
        [(NETWORK, &self.network), (TOKENISER, &self.tokeniser), (LABELS, &self.labels)]
    }
}

/// A folder's files, which are those that its pins name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plugin {
    files: Files,
    /// `model.toml` as it is written.
    written: String,
    pins: Pins,
}

impl Plugin {
    /// Reads a folder and compares it with its pins.
    ///
    /// # Errors
    ///
    /// Fails where it can't be read, is too large, or is not what was pinned.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let folder = opened(folder)?;
        let written = read(&folder, PINS, MAX_PINS_BYTES)?;
        Self::checked(written, Files::read_in(&folder)?)
    }

    /// Takes pins and files that fit each other.
    ///
    /// # Errors
    ///
    /// Fails where they do not.
    pub fn checked(written: Vec<u8>, files: Files) -> Result<Self, Error> {
        if written.len() > MAX_PINS_BYTES || files.size() > MAX_PLUGIN_BYTES {
            return Err(Error::TooLarge);
        }
        let written = String::from_utf8(written).map_err(|_| PinsError::default())?;
        let pins = Pins::parse(&written)?;
        for (name, bytes) in files.all() {
            if pins.digest(name) != Some(Digest::sha256(bytes)) {
                return Err(Error::Changed(name));
            }
        }
        Ok(Self { files, written, pins })
    }

    /// What stands in manifests: the digest of the pins, which name those of all files.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::sha256(self.written.as_bytes())
    }

    /// What its steward wrote about it.
    #[must_use]
    pub const fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Its files.
    #[must_use]
    pub const fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn into_parts(self) -> (Files, Pins) {
        (self.files, self.pins)
    }
}

/// How the names of a study are found, with all that this needs.
#[derive(Clone, Debug, Default)]
pub enum Chosen {
    /// By the name finder that is part of the program.
    #[default]
    Embedded,
    /// By rules, lists and roster alone.
    Off,
    /// By one of the study's own.
    Own(Arc<Plugin>),
}

/// The same on a pipe: what is large follows the head, in this order and of these sizes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Announced {
    Embedded,
    Off,
    Own { network: usize, tokeniser: usize, labels: usize },
}

impl Chosen {
    /// Reads what a study's settings name.
    ///
    /// # Errors
    ///
    /// As [`Plugin::read`].
    pub fn read(finder: &Finder) -> Result<Self, Error> {
        match finder {
            Finder::Embedded => Ok(Self::Embedded),
            Finder::Off => Ok(Self::Off),
            Finder::Own(folder) => Ok(Self::Own(Arc::new(Plugin::read(folder)?))),
        }
    }

    pub(crate) fn announced(&self) -> (Announced, Vec<&[u8]>) {
        match self {
            Self::Embedded => (Announced::Embedded, Vec::new()),
            Self::Off => (Announced::Off, Vec::new()),
            Self::Own(it) => {
                let Files { network, tokeniser, labels } = &it.files;
                let sizes = Announced::Own {
                    network: network.len(),
                    tokeniser: tokeniser.len(),
                    labels: labels.len(),
                };
                (sizes, vec![network, tokeniser, labels, it.written.as_bytes()])
            }
        }
    }

    /// What was announced, of the bytes that came after it.
    pub(crate) fn arrived(announced: Announced, mut network: Vec<u8>) -> Result<Self, Error> {
        match announced {
            Announced::Embedded => Ok(Self::Embedded),
            Announced::Off => Ok(Self::Off),
            Announced::Own { network: first, tokeniser: second, labels: third } => {
                if first.saturating_add(second).saturating_add(third) > network.len() {
                    return Err(Error::TooLarge);
                }
                let mut tokeniser = network.split_off(first);
                let mut labels = tokeniser.split_off(second);
                let written = labels.split_off(third);
                Ok(Self::Own(Arc::new(Plugin::checked(written, Files { network, tokeniser, labels })?)))
            }
        }
    }
}

fn opened(folder: &Path) -> Result<File, Error> {
    let flags = CAREFUL.union(OFlags::DIRECTORY);
    openat(CWD, folder, flags, Mode::empty()).map(File::from).map_err(|errno| failed("folder", errno))
}

fn read(folder: &File, name: &'static str, most: usize) -> Result<Vec<u8>, Error> {
    let file = openat(folder, name, CAREFUL, Mode::empty()).map_err(|errno| failed(name, errno))?;
    let status = fstat(&file).map_err(|errno| failed(name, errno))?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Error::NotPlain(name));
    }
    let size = usize::try_from(status.st_size).map_err(|_| Error::TooLarge)?;
    if size > most {
        return Err(Error::TooLarge);
    }
    let mut bytes = Vec::with_capacity(size);
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::from(file).take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Error::Unreadable(name, error.kind()))?;
    if bytes.len() > most { Err(Error::TooLarge) } else { Ok(bytes) }
}

fn failed(name: &'static str, errno: rustix::io::Errno) -> Error {
    match errno {
        // The answers to NOFOLLOW, of a file and of a folder.
        rustix::io::Errno::LOOP | rustix::io::Errno::NOTDIR => Error::NotPlain(name),
        other => Error::Unreadable(name, io::Error::from(other).kind()),
    }
}

#[cfg(test)]
mod tests;
