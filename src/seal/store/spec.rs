//! What is asked for when an object is written, and what is known of it then. Writes nothing.

use std::fmt;

use crate::{
    id::{Digest, Handle, JobId},
    item::Profile,
    keys::{Key, ObjectClass, Recipient},
    verify::Deidentified,
};

/// Who can open an object.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Whoever holds all of these keys; the first one opens the outermost layer.
    Keys(Vec<Key>),
    /// Any one of the stewards. For `station` objects alone.
    Stewards(Vec<Recipient>),
}

/// What an object's header says beside its class.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The item's job.
    pub job: JobId,
    /// The study, if known.
    pub study: Option<Handle>,
    /// Whose words it holds.
    pub participants: Vec<Handle>,
    /// Who can open it.
    pub audience: Audience,
}

/// A named piece of an object.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Lower-case letters, digits, `.`, `_`, `-`, in folders; no word of the item's own name.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// What is sealed of an item as it was dropped.
#[derive(Clone, Copy)]
pub struct RawParts<'a> {
    /// The ending of the dropped file's name; what is no plain ending becomes `bin`.
    pub extension: &'a str,
    /// The dropped bytes.
    pub bytes: &'a [u8],
    /// What was found in them, as JSON; may hold originals.
    pub report: &'a [u8],
    /// What else is known of the item, as JSON: its file name, its place, its salt.
    pub meta: &'a [u8],
}

/// A file that is sealed as it is read.
pub struct Source<'a, R> {
    /// The ending of the dropped file's name; what is no plain ending becomes `bin`.
    pub extension: &'a str,
    /// How many bytes it has.
    pub len: u64,
    /// The bytes.
    pub bytes: R,
    /// What else is known of it, as JSON.
    pub meta: &'a [u8],
}

/// What a stream is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StreamClass {
    /// An item of any size as it was dropped, such as a filled-in scale.
    Raw,
    /// A recording.
    Recording,
    /// A signed consent form.
    Consent,
    /// An item that belongs to nobody known yet.
    Unassigned,
}

mod sealed {
    pub trait Sealed {}
}

/// What can be in an object. Nobody outside this crate can add to it.
pub trait Sealable: sealed::Sealed {
    /// What is known of it beside id, job and size.
    type Facts: fmt::Debug;
}

/// An item as it was dropped.
#[derive(Debug)]
pub struct Original(());

/// A recording, a consent form or another file sealed as it is.
#[derive(Debug)]
pub struct Stream(());

/// An item that belongs to nobody known yet.
#[derive(Debug)]
pub struct Unassigned(());

/// What the station remembers.
#[derive(Debug)]
pub struct StationState(());

/// What is known of a sealed stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StreamFacts {
    /// The keyed digest of the bytes that were read.
    pub digest: Digest,
}

/// What is known of a sealed de-identified copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeidentifiedFacts {
    /// SHA-256 of the de-identified bytes.
    pub digest: Digest,
    /// For whom it was de-identified.
    pub profile: Profile,
}

impl sealed::Sealed for Original {}
impl sealed::Sealed for Stream {}
impl sealed::Sealed for Unassigned {}
impl sealed::Sealed for StationState {}
impl sealed::Sealed for Deidentified {}

impl Sealable for Original {
    type Facts = ();
}
impl Sealable for Unassigned {
    type Facts = ();
}
impl Sealable for StationState {
    type Facts = ();
}
impl Sealable for Stream {
    type Facts = StreamFacts;
}
impl Sealable for Deidentified {
    type Facts = DeidentifiedFacts;
}

impl fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({} bytes)", self.bytes.len())
    }
}

impl fmt::Debug for RawParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawParts({} bytes)", self.bytes.len())
    }
}

impl<R> fmt::Debug for Source<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({} bytes)", self.len)
    }
}

impl StreamClass {
    pub(super) const fn object_class(self) -> ObjectClass {
        match self {
            Self::Raw => ObjectClass::Raw,
            Self::Recording => ObjectClass::Recording,
            Self::Consent => ObjectClass::Consent,
            Self::Unassigned => ObjectClass::Unassigned,
        }
    }
}

/// A plain ending in lower case, or `bin`: a file's name may identify, its ending may too.
pub(super) fn ending(extension: &str) -> String {
    let fits =
        (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits { extension.to_ascii_lowercase() } else { "bin".to_owned() }
}
