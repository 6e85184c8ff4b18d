//! The archive: objects that hold one item version each, compressed, padded and encrypted to keys that
//! the daemon cannot open. No cryptography of our own; `docs/format.md` is the format to the byte.
//!
//! This module does not decide what is sealed to whom, and removes nothing: an object is created once
//! and never rewritten.
//!
//! ```text
//! Store::{raw, deidentified, stream, unassigned, station} ──▶ Pending<S> ──commit(&Synced)──▶ Sealed<S>
//! ```
//!
//! Architecture invariant: a `Sealed<Deidentified>` comes from a `Transcript<Deidentified>`, or from a
//! voucher that one such value left behind. It can't be cloned.

mod body;
mod header;
mod open;
mod plaintext;
mod store;

pub use body::RandomAccess;
pub use header::Header;
pub use open::{
    MAX_TAR_BYTES, Opened, Structure, identities_for, inspect, open, open_random_access, verify_structure,
};
pub use store::{
    Audience, DeidentifiedFacts, DeidentifiedRecord, MAX_OBJECT_BYTES, Member, Original, Pending, RawParts,
    Sealable, Sealed, Source, Spec, StationState, Store, Stream, StreamClass, StreamFacts, Unassigned,
};

pub use crate::keys::ObjectClass;
use crate::{
    durable,
    fault::{Disposition, Fault},
    keys,
};

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a file of ours.
    #[error("not an object: its first bytes are others")]
    NotAnObject,
    /// The header is damaged, or written in a way that we don't write.
    #[error("the object's header is malformed")]
    Header,
    /// The header asks for something that this version does not know.
    #[error("the object needs a newer version of this program")]
    Unsupported,
    /// None of the identities opens the envelope.
    #[error("none of the given identities opens the envelope, or it is damaged")]
    NotForUs,
    /// The body was sealed with another data key or under another header.
    #[error("the body does not belong to this header and key")]
    Commitment,
    /// A chunk is not as it was written.
    #[error("chunk {chunk} of the body is damaged")]
    Damaged {
        /// Which chunk, counted from 0.
        chunk: u64,
    },
    /// The file ends too early.
    #[error("the object is cut off")]
    Truncated,
    /// The plaintext is not what we write: another program's, or a fault of ours.
    #[error("the object's plaintext is malformed")]
    Tar,
    /// The file's bytes are not those that its name says.
    #[error("the object's bytes are not those of its name")]
    OtherBytes,
    /// Over the limit of an object, or of what the caller allows to be read.
    #[error("over the size limit")]
    TooLarge,
    /// A member's name is not allowed or out of order.
    #[error("a member's name is not allowed or out of order")]
    Member,
    /// The source gave more or fewer bytes than announced.
    #[error("the source changed while it was read")]
    SourceChanged,
    /// A voucher is not for these bytes and this object.
    #[error("a voucher does not fit its object and bytes")]
    Voucher,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Random,
    /// A file could not be read or written.
    #[error("reading or writing failed ({0})")]
    Io(std::io::ErrorKind),
    /// A file could not be made durable.
    #[error(transparent)]
    Durable(#[from] durable::Error),
    /// A key could not be used.
    #[error(transparent)]
    Keys(#[from] keys::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAnObject => "SE-01",
            Self::Header => "SE-02",
            Self::Unsupported => "SE-03",
            Self::NotForUs => "SE-04",
            Self::Commitment => "SE-05",
            Self::Damaged { .. } => "SE-06",
            Self::Truncated => "SE-07",
            Self::Tar => "SE-08",
            Self::OtherBytes => "SE-09",
            Self::TooLarge => "SE-10",
            Self::Member => "SE-11",
            Self::SourceChanged => "SE-12",
            Self::Voucher => "SE-13",
            Self::Random => "SE-14",
            Self::Io(_) => "SE-15",
            Self::Durable(error) => error.code(),
            Self::Keys(error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::NotAnObject
            | Self::Header
            | Self::Unsupported
            | Self::NotForUs
            | Self::Commitment
            | Self::Damaged { .. }
            | Self::Truncated
            | Self::Tar
            | Self::OtherBytes
            | Self::Voucher => Disposition::Hold,
            Self::TooLarge | Self::Member => Disposition::Quarantine,
            Self::SourceChanged | Self::Io(_) => Disposition::Retry,
            Self::Random => Disposition::Halt,
            Self::Durable(error) => error.disposition(),
            Self::Keys(error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotAnObject => "Check that this is a .vso file of the archive.",
            Self::Header
            | Self::Commitment
            | Self::Damaged { .. }
            | Self::Truncated
            | Self::Tar
            | Self::OtherBytes => "Restore the object from a replica, and find out what changed it.",
            Self::Unsupported => "Use the version of vouchsafe that wrote it, or a later one.",
            Self::NotForUs => {
                "Use the identities of the keys that `archive inspect` lists, the first one first."
            }
            Self::TooLarge => "Split the file, or raise the limit that you gave.",
            Self::Member => "Report this: vouchsafe names the members itself.",
            Self::SourceChanged => "Nothing: the file is read again once it stands still.",
            Self::Voucher => "Process the item again from its raw object: its staged bytes can't be trusted.",
            Self::Random => "Restart once the operating system's random generator is ready.",
            Self::Io(_) => "Check that the file exists, that you may read it, and that the disk has space.",
            Self::Durable(error) => error.remedy(),
            Self::Keys(error) => error.remedy(),
        }
    }
}

/// Our own errors come back out of readers and writers as they went in.
fn io_error(error: std::io::Error) -> Error {
    use std::io::ErrorKind;
    match error.downcast::<Error>() {
        Ok(ours) => ours,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Error::Truncated,
        Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            Error::Durable(durable::Error::Full)
        }
        Err(error) => Error::Io(error.kind()),
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        io_error(error)
    }
}
