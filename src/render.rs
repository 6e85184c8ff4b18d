//! Writing: from a transcript as it is held to a new file of its format. The other half of `parse`.
//!
//! Pure, and the same bytes for the same text. A file is made of what the text says and of constants, and of nothing
//! else: it can hold no name that the text does not. What is written is read again as a stranger would read it before
//! it goes anywhere.

mod docx;
mod package;
mod xml;

use std::borrow::Cow;

use crate::transcript::{Format, Notation};

/// The bytes of a file that says what is held.
#[must_use]
pub fn file(format: Format, held: &str) -> Cow<'_, [u8]> {
    match format {
        Format::Docx => Cow::Owned(docx::write(held)),
        _ if format.notation() == Notation::AsWritten => Cow::Borrowed(held.as_bytes()),
        _ => Cow::Borrowed(held.as_bytes()),
    }
}

/// What can be read in such a file, part by part: what is packed, unpacked.
#[must_use]
pub fn parts(bytes: &[u8]) -> Option<Vec<Cow<'_, [u8]>>> {
    if bytes.starts_with(b"PK\x03\x04") {
        // The names of the members stand in the container itself.
        let members = package::members(bytes)?.into_iter().map(Cow::Owned);
        return Some(std::iter::once(Cow::Borrowed(bytes)).chain(members).collect());
    }
    Some(vec![Cow::Borrowed(bytes)])
}
