//! What must hold of everything that is parsed: written back without an edit and read again, it is the same.
//! For tests and for fuzzing; no part of the program.

use std::borrow::Cow;

use super::{docx, file, pack};
use crate::{
    id::JobId,
    parse::{Error, Hint, parse},
    transcript::{Raw, Transcript},
};

/// Reads some bytes, writes them back, and reads what was written. Why they are refused, if they are.
///
/// # Errors
///
/// Says what does not hold, with the text: for texts of nobody only.
pub fn round_trip(bytes: &[u8], hint: &Hint) -> Result<Option<Error>, String> {
    let raw = match parse(JobId::from_bytes([7; 16]), bytes, hint) {
        Ok(raw) => raw,
        Err(error) => return Ok(Some(error)),
    };
    // EXPOSE: into a report of a test.
    let before = raw.text().expose().clone();
    in_order(&raw)?;
    let timings: Vec<_> = raw.layout().timings(&before).into_iter().map(str::to_owned).collect();
    let extension = raw.layout().format.extension().to_owned();
    let (written, _) = raw.rewrite(&[], |_, _| ());
    // EXPOSE: as above.
    let text = written.text().expose();
    let bytes = file(written.layout().format, text);
    let again = parse(written.job(), &bytes, &Hint { extension, ..hint.clone() })
        .map_err(|error| format!("{error}: {text:?}, written from {before:?}"))?;
    // EXPOSE: as above.
    if again.text().expose() != text {
        return Err(format!("another text than {text:?}, written from {before:?}"));
    }
    if !again.left_out().is_empty() {
        return Err(format!("something to leave out in {text:?}, written from {before:?}"));
    }
    if again.layout().pieces != written.layout().pieces {
        return Err(format!("other pieces of {text:?}, written from {before:?}"));
    }
    if again.layout().timings(text) != timings {
        return Err(format!("other times in {text:?}, written from {before:?}"));
    }
    Ok(None)
}

/// What a package is made of where nobody says otherwise, so that a fuzzer's first XML is read.
const ODF: &[u8] = b"application/vnd.oasis.opendocument.text";
const BOOK: &[u8] = b"<workbook><sheets><sheet id='r'/></sheets></workbook>";
const SHEETS: &[u8] =
    b"<Relationships><Relationship Id='r' Type='x/worksheet' Target='worksheets/sheet1.xml'/></Relationships>";

/// A file of that ending. A package is told as its members, apart by form feeds, each a line with its name and
/// then its bytes: whoever changes these at random gets past the container. Whatever starts like a container is one.
#[must_use]
pub fn packed<'b>(extension: &str, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let usual: &[(&str, &[u8])] = match extension {
        "docx" => &[docx::ROOT],
        "odt" => &[("mimetype", ODF)],
        "xlsx" => &[("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", SHEETS)],
        "qdpx" => &[],
        _ => return Cow::Borrowed(bytes),
    };
    if bytes.starts_with(b"PK") {
        return Cow::Borrowed(bytes);
    }
    let told = bytes.split(|it| *it == b'\x0c').map(|it| {
        let (name, rest) = it.split_at(it.iter().position(|it| *it == b'\n').unwrap_or(it.len()));
        (String::from_utf8_lossy(name).into_owned(), rest.strip_prefix(b"\n").unwrap_or(rest))
    });
    let mut members: Vec<(String, Cow<'_, [u8]>)> = Vec::new();
    for (name, bytes) in told.chain(usual.iter().map(|it| (it.0.to_owned(), it.1))) {
        // One name twice is the container's own concern, which its own bytes test.
        let bare = |it: &str| it.strip_prefix('=').unwrap_or(it).to_owned();
        if !members.iter().any(|it| bare(&it.0) == bare(&name)) {
            let ending = name.rsplit_once('.').map(|it| it.1);
            let is_document = ending == Some("docx") && !bytes.starts_with(b"PK");
            let document = || pack(&[docx::ROOT, (docx::BODY, bytes)]);
            members.push((name, if is_document { document().into() } else { bytes.into() }));
        }
    }
    let members: Vec<_> = members.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect();
    Cow::Owned(pack(&members))
}

/// Pieces hold something, and belong to turns that follow each other.
fn in_order(raw: &Transcript<Raw>) -> Result<(), String> {
    let mut turn = 0;
    for piece in &raw.layout().pieces {
        if piece.range().is_empty() || piece.turn < turn {
            // EXPOSE: into a report of a test.
            return Err(format!("{piece:?} in {:?}", raw.text().expose()));
        }
        turn = piece.turn;
    }
    Ok(())
}
