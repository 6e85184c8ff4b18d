//! What must hold of everything that is parsed: written back without an edit and read again, it is the same.
//! For tests and for fuzzing; no part of the program.

use super::file;
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
