//! Writing: from a transcript as it is held to a new file of its format. The other half of `parse`.
//!
//! Pure, and the same bytes for the same text. A file is made of what the text says and of constants, and of nothing
//! else: it can hold no name that the text does not. What is written is read again as a stranger would read it before
//! it goes anywhere.

mod chat;
pub(crate) mod docx;
mod elan;
mod odt;
mod otranscribe;
mod package;
#[cfg(any(test, fuzzing))]
mod round_trip;
mod table;
mod text;
mod textgrid;
mod tiers;
mod whisper;
mod xml;

use std::borrow::Cow;

#[cfg(any(test, fuzzing))]
pub use self::round_trip::{packed, round_trip};

pub(crate) use self::{package::pack, xml::escape};
use crate::transcript::{Format, Transcript};

/// The bytes of a file that says what is held.
#[must_use]
pub fn file(format: Format, held: &str) -> Cow<'_, [u8]> {
    Cow::Owned(match format {
        Format::Text | Format::Markdown | Format::WebVtt | Format::SubRip => {
            return Cow::Borrowed(held.as_bytes());
        }
        Format::Docx => docx::write(held),
        Format::Odt => odt::write(held),
        Format::OTranscribe => otranscribe::write(held),
        Format::Whisper => whisper::write(held),
        Format::Elan => elan::write(held),
        Format::TextGrid => textgrid::write(held),
        Format::Chat => chat::write(held),
        Format::Csv => table::write(held, b','),
        Format::Tsv => table::write(held, b'\t'),
    })
}

/// The same of a transcript.
pub(crate) fn of<S>(transcript: &Transcript<S>) -> Cow<'_, [u8]> {
    // EXPOSE: into the file that it becomes.
    file(transcript.layout().format, transcript.text().expose())
}

/// What can be read in such a file, part by part, for whoever searches it: the text of what is packed, unpacked and
/// without markup, so that no tag stands between the letters of a word; and the names of the parts.
#[must_use]
pub fn parts(bytes: &[u8]) -> Option<Vec<Cow<'_, [u8]>>> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Some(vec![Cow::Borrowed(bytes)]);
    }
    let members = package::members(bytes)?.into_iter();
    Some(members.flat_map(|(name, bytes)| [name.into_bytes(), bare(&bytes)]).map(Cow::Owned).collect())
}

/// XML without its tags; what ends a paragraph, a line or a cell is a line end.
fn bare(xml: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.iter().position(|it| *it == b'<') {
        let (said, tag) = rest.split_at(at);
        text.extend_from_slice(said);
        let end = tag.iter().position(|it| *it == b'>').map_or(tag.len(), |it| it.saturating_add(1));
        let (tag, after) = tag.split_at(end);
        let breaks = [&b"</w:p>"[..], b"<w:br", b"<w:tab", b"</text:", b"<text:line-break", b"<text:tab"];
        if breaks.iter().any(|it| tag.starts_with(it)) {
            text.push(b'\n');
        }
        rest = after;
    }
    text.extend_from_slice(rest);
    text
}

#[cfg(test)]
mod hidden;
#[cfg(test)]
mod tests;
