//! Builds a layout piece by piece and keeps the limits. It decides nothing about what a piece is.

use std::ops::Range;

use super::{Error, MAX_PIECES, MAX_TURN_BYTES, MAX_TURNS};
use crate::transcript::{Format, Layout, Piece, Role};

/// Pieces of a text that is known as a whole.
#[derive(Debug)]
pub(super) struct Builder {
    pieces: Vec<Piece>,
    /// How many turns have been opened.
    turns: u32,
    /// The first byte and the first line of the open turn.
    open: Option<(usize, usize)>,
}

impl Builder {
    pub(super) const fn new() -> Self {
        Self { pieces: Vec::new(), turns: 0, open: None }
    }

    /// Opens the next turn.
    pub(super) fn open_turn(&mut self, line: usize) -> Result<(), Error> {
        self.turns += 1;
        self.open = None;
        if usize::try_from(self.turns).is_ok_and(|it| it <= MAX_TURNS) {
            self.open = Some((usize::MAX, line));
            Ok(())
        } else {
            Err(Error::TooManyTurns)
        }
    }

    /// Adds a piece to the open turn. An empty range adds nothing.
    pub(super) fn push(&mut self, range: Range<usize>, role: Role) -> Result<(), Error> {
        if range.is_empty() {
            return Ok(());
        }
        if self.pieces.len() >= MAX_PIECES {
            return Err(Error::TooManyTurns);
        }
        if let Some((first, line)) = &mut self.open {
            *first = range.start.min(*first);
            if range.end - *first > MAX_TURN_BYTES {
                return Err(Error::TurnTooLong { line: *line });
            }
        }
        let turn = self.turns.saturating_sub(1);
        self.pieces.push(Piece { start: range.start, end: range.end, role, turn });
        Ok(())
    }

    /// Adds a piece that is left out of what is written, and that is of no turn of its own.
    pub(super) fn drop_piece(&mut self, range: Range<usize>) -> Result<(), Error> {
        let open = self.open.take();
        let pushed = self.push(range, Role::Dropped);
        self.open = open;
        pushed
    }

    /// Whether anything was said at all, or at least timed.
    pub(super) const fn has_turns(&self) -> bool {
        self.turns > 0
    }

    pub(super) fn finish(self, format: Format, encoding: &str) -> Layout {
        Layout { format, encoding: encoding.to_owned(), pieces: self.pieces }
    }
}
