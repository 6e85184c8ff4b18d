//! Residual risk: what people still find in released copies. Draws turns for two readers, counts what they found, and
//! says how much is left (ISO/IEC 27559, 8.2.3; NIST SP 800-188). Pure: copies, sheets, seed and time come in.
//!
//! ```text
//! released copies ─turns→ Turn ─draw→ Draw + sheet ─two readers→ filled sheets ─read→ Reading ─record→ Record ─report→ text
//! ```
//!
//! Architecture invariant: what is kept, [`draw::Draw`] and [`record::Record`], holds numbers, digests and ids of turns. What readers
//! wrote down is compared and dropped with their sheets.

pub mod draw;
mod error;
pub mod record;
pub mod report;
pub mod sheet;
pub mod words;

use crate::{id::Digest, item::Activity, release::Row, residual::words::Words, transcript::Role};

pub use self::error::{Column, Error};

/// One turn of a released copy.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The copy's name.
    pub name: String,
    /// The SHA-256 of the copy.
    pub copy: Digest,
    /// Which turn of the copy, counted from 1.
    pub number: u32,
    /// What was going on.
    pub kind: Activity,
    /// The speaker's label, or nothing.
    pub speaker: String,
    /// What was said.
    pub text: String,
    /// How many words were said.
    pub words: Words,
}

/// The turns of a released copy in which something is said.
///
/// # Errors
///
/// Fails if the copy can't be parsed.
pub fn turns(row: &Row, bytes: &[u8]) -> Result<Vec<Turn>, Error> {
    let parsed = row.parse(bytes).map_err(|_| Error::Copy)?;
    // EXPOSE: a released copy, for the reading sheet, which is for its readers alone.
    let text = parsed.text().expose();
    let mut turns: Vec<Turn> = Vec::new();
    for piece in &parsed.layout().pieces {
        let said = text.get(piece.range()).ok_or(Error::Copy)?;
        let number = piece.turn.saturating_add(1);
        if turns.last().is_none_or(|it| it.number != number) {
            turns.push(Turn {
                name: row.name.clone(),
                copy: row.sha256,
                number,
                kind: row.activity,
                speaker: String::new(),
                text: String::new(),
                words: Words::default(),
            });
        }
        let Some(turn) = turns.last_mut() else { continue };
        let part = match piece.role {
            Role::Header | Role::Speech => &mut turn.text,
            Role::Label => &mut turn.speaker,
            Role::Timing | Role::Dropped => continue,
        };
        if !part.is_empty() {
            part.push(' ');
        }
        part.push_str(said);
    }
    for it in &mut turns {
        it.words = Words::of(&it.text);
    }
    turns.retain(|it| it.words.all() > 0);
    Ok(turns)
}
