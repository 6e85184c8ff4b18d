//! What a file that is not parsed is, by its ending and its first bytes, and whether it is whole.
//!
//! Nothing here reads more of a file than the heads of its boxes and chunks.

use std::io::{self, Read, Seek};

/// How many bytes of the start of a file [`sniff`] wants to see.
pub const SNIFF_BYTES: usize = 64;

/// What a file is, as far as the line treats files differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
#[non_exhaustive]
pub enum Media {
    /// Sound or film.
    Recording,
    /// A picture or a PDF: the scan of a signed form.
    Document,
}

/// Whether a container file is as long as it says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Whole {
    /// It is.
    Yes,
    /// It declares more bytes than it has: the upload has not finished.
    No,
    /// Its format does not say.
    Unknown,
}

/// What a file of this ending (without the dot, in any case) is; `None` for a transcript or anything else.
#[must_use]
pub fn by_extension(_extension: &str) -> Option<Media> {
    None
}

/// What a file that starts with these bytes is.
#[must_use]
pub fn sniff(_head: &[u8]) -> Option<Media> {
    None
}

/// Whether a container is as long as it declares.
///
/// # Errors
///
/// Those of reading.
pub fn is_whole<R: Read + Seek>(_file: &mut R) -> io::Result<Whole> {
    Ok(Whole::Unknown)
}
