//! Keys: who can open what. Recipients and identities (age, X-Wing), symmetric keys, signing keys,
//! steward files, the daemon's credentials and the key store.
//!
//! This module knows no object format and no policy about who may use a key. The private halves of
//! participants' keys pass through it once, when they are made, and leave it sealed to the stewards:
//! the daemon keeps the public halves and cannot open what it has sealed.

pub mod canonical;
mod credentials;
mod envelope;
mod signing;
mod steward;
mod store;
mod symmetric;

pub use credentials::Credentials;
pub use envelope::{
    DecryptReader, EncryptWriter, Identity, Recipient, decrypt, decrypt_from, encrypt, encrypt_to,
    is_for_others,
};
pub use signing::{SIGNATURE_BYTES, SigningKey, VerifyingKey};
pub use steward::{Steward, StewardName, StewardSecret, load_stewards};
pub use store::{Key, KeyIndex, KeyRecord, KeyStore, ObjectClass, Scope};
pub use symmetric::{KeyedDigest, SymmetricKey, keyed_digest};

use crate::{
    durable,
    fault::{Disposition, Fault},
};

/// Why a key could not be made, read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key file is not there.
    #[error("the key file {0} is missing")]
    Missing(&'static str),
    /// Other people of the machine can read, or its group can change, a key file.
    #[error("other users of this machine can read or change the key file {0}")]
    Exposed(&'static str),
    /// A text is no key of the kind wanted.
    #[error("expected {0}")]
    Malformed(&'static str),
    /// There is no steward to seal to.
    #[error("there is no steward")]
    NoSteward,
    /// None of the identities opens this, or it was damaged.
    #[error("none of the given identities opens this, or it is damaged")]
    NotForUs,
    /// A record of the key store is not as it was written.
    #[error("a record of the key store is damaged")]
    Record,
    /// The key store has no such key: destroyed, or of another station.
    #[error("the key store has no such key")]
    Unknown,
    /// A row was sealed with another key, in another place, or is damaged.
    #[error("a sealed row does not open")]
    Row,
    /// A signature is not by this key over these bytes.
    #[error("a signature does not hold")]
    Signature,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Random,
    /// Something could not be encrypted, or a file read or written.
    #[error("reading or writing failed ({0})")]
    Io(std::io::ErrorKind),
    /// A file could not be made durable.
    #[error(transparent)]
    Durable(#[from] durable::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "KE-01",
            Self::Exposed(_) => "KE-02",
            Self::Malformed(_) => "KE-03",
            Self::NoSteward => "KE-04",
            Self::NotForUs => "KE-05",
            Self::Record => "KE-06",
            Self::Unknown => "KE-07",
            Self::Row => "KE-08",
            Self::Signature => "KE-09",
            Self::Random => "KE-10",
            Self::Io(_) => "KE-11",
            Self::Durable(error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Missing(_)
            | Self::Exposed(_)
            | Self::Malformed(_)
            | Self::NoSteward
            | Self::Record
            | Self::Row
            | Self::Random => Disposition::Halt,
            Self::NotForUs | Self::Unknown | Self::Signature => Disposition::Hold,
            Self::Io(_) => Disposition::Retry,
            Self::Durable(error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Missing(_) => {
                "Put the key file back from its backup, or make a new station's keys with `vouchsafe init`."
            }
            Self::Exposed(_) => {
                "Take the rights away (chmod 600, owned by the daemon's user) and consider the key known."
            }
            Self::Malformed(_) => {
                "Give the whole line or file as vouchsafe wrote it; nothing may be cut or wrapped."
            }
            Self::NoSteward => {
                "Make a steward's keys with `vouchsafe keys steward new`, better two, and put the public files beside the configuration."
            }
            Self::NotForUs => {
                "Use the identity of a steward of this study; if it is the right one, restore the file from a backup."
            }
            Self::Record => "Restore the key store's file from a backup, then start again.",
            Self::Unknown => {
                "If the key was destroyed by a withdrawal this is right; else restore the key store from a backup."
            }
            Self::Row => {
                "Check that the station's database and credentials belong together, or restore both."
            }
            Self::Signature => "Ask the person who signed to do it again with the registered key.",
            Self::Random => "Restart once the operating system's random generator is ready.",
            Self::Io(_) => "Check that the file exists, that you may read it, and that the disk has space.",
            Self::Durable(error) => error.remedy(),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind())
    }
}

impl From<getrandom::Error> for Error {
    fn from(_: getrandom::Error) -> Self {
        Self::Random
    }
}
