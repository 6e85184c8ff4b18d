//! Cuts what is searched into blocks of bounded size that overlap, so that memory does not grow with the
//! text and nothing that stands at a border is missed. Finds nothing itself.

use std::ops::Range;

use crate::{
    transcript::Layout,
    view::{View, is_han},
};

/// About how many bytes of text a block shows.
const BLOCK_BYTES: usize = 256 * 1024;
/// How many bytes, at least, are shown again by the next block.
const OVERLAP_BYTES: usize = 4 * 1024;
/// A longer line is cut into parts of about this size, at white space where there is some.
const PART_BYTES: usize = 16 * 1024;
/// How far back from there white space is looked for.
const SEEK_BYTES: usize = 1024;

/// What a block shows: one part of one line of one piece.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Part {
    before: &'static str,
    range: Range<usize>,
}

impl Part {
    const fn len(&self) -> usize {
        self.before.len().saturating_add(self.range.end.saturating_sub(self.range.start))
    }
}

/// The blocks of a text, to be looked at more than once: kept if they are few, made anew if not.
pub(super) struct Views<'t> {
    text: &'t str,
    layout: &'t Layout,
    kept: Option<Vec<View>>,
}

impl<'t> Views<'t> {
    pub(super) fn new(text: &'t str, layout: &'t Layout) -> Self {
        let kept = (text.len() <= BLOCK_BYTES).then(|| Blocks::new(text, layout).collect());
        Self { text, layout, kept }
    }

    /// Looks at every block, first to last.
    pub(super) fn each(&self, mut look: impl FnMut(&View)) {
        match &self.kept {
            Some(views) => views.iter().for_each(look),
            None => Blocks::new(self.text, self.layout).for_each(|it| look(&it)),
        }
    }
}

/// The blocks of a text, first to last.
struct Blocks<'t> {
    text: &'t str,
    parts: Parts<'t>,
    carried: Vec<Part>,
    over: bool,
}

impl<'t> Blocks<'t> {
    fn new(text: &'t str, layout: &'t Layout) -> Self {
        let parts = Parts { text, layout, piece: 0, at: None, turn: None, last: None };
        Self { text, parts, carried: Vec::new(), over: false }
    }
}

impl Iterator for Blocks<'_> {
    type Item = View;

    fn next(&mut self) -> Option<View> {
        if self.over {
            return None;
        }
        let mut shown = std::mem::take(&mut self.carried);
        let mut size: usize = shown.iter().map(Part::len).sum();
        let carried = shown.len();
        while size < BLOCK_BYTES {
            let Some(part) = self.parts.next() else {
                self.over = true;
                break;
            };
            size = size.saturating_add(part.len());
            shown.push(part);
        }
        if shown.len() == carried {
            // All of it stood in the block before.
            return None;
        }
        if !self.over {
            let mut tail = 0_usize;
            let from = shown
                .iter()
                .rposition(|it| {
                    tail = tail.saturating_add(it.len());
                    tail >= OVERLAP_BYTES
                })
                .unwrap_or(0);
            self.carried = shown.get(from.max(1)..).unwrap_or_default().to_vec();
        }
        Some(View::of_joined(self.text, shown.into_iter().map(|it| (it.before, it.range))))
    }
}

struct Parts<'t> {
    text: &'t str,
    layout: &'t Layout,
    piece: usize,
    /// Where in the piece the next part starts.
    at: Option<usize>,
    turn: Option<u32>,
    /// The last character shown.
    last: Option<char>,
}

impl Parts<'_> {
    fn next(&mut self) -> Option<Part> {
        loop {
            let piece = self.layout.pieces.get(self.piece)?;
            let start = self.at.unwrap_or(piece.start);
            if !piece.is_searched() || start >= piece.end {
                self.piece = self.piece.saturating_add(1);
                self.at = None;
                continue;
            }
            let rest = self.text.get(start..piece.end).unwrap_or_default();
            let line = rest.split('\n').next().unwrap_or_default();
            let cut = cut_of(line);
            let part = line.get(..cut).unwrap_or(line);
            let whole = part.len() == line.len();
            // A part of a line goes on at once; a line end is stepped over.
            let next = start.saturating_add(part.len()).saturating_add(usize::from(whole));
            self.at = Some(next);
            let continues = self.at.is_some()
                && start > piece.start
                && !self.text.get(..start).is_some_and(|it| it.ends_with('\n'));
            let first = part.trim_start().chars().next();
            let before = if self.turn.is_none() || continues {
                ""
            } else if self.turn != Some(piece.turn) {
                "\n"
            } else if self.last.is_some_and(is_han) && first.is_some_and(is_han) {
                ""
            } else {
                " "
            };
            if part.is_empty() {
                continue;
            }
            self.turn = Some(piece.turn);
            self.last = part.trim_end().chars().next_back();
            return Some(Part { before, range: start..start.saturating_add(part.len()) });
        }
    }
}

/// Where a line is cut: at its end, if it is short.
fn cut_of(line: &str) -> usize {
    if line.len() <= PART_BYTES {
        return line.len();
    }
    let end = line.floor_char_boundary(PART_BYTES);
    let from = line.floor_char_boundary(end.saturating_sub(SEEK_BYTES));
    line.get(from..end)
        .and_then(|it| it.rfind(|c: char| c.is_ascii_whitespace()))
        .map_or(end, |at| from.saturating_add(at).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Format, Piece, Role};

    fn layout(pieces: Vec<Piece>) -> Layout {
        Layout { format: Format::Text, encoding: "UTF-8".into(), pieces }
    }

    fn shown(text: &str, pieces: Vec<Piece>) -> Vec<String> {
        Blocks::new(text, &layout(pieces)).map(|it| it.text().to_owned()).collect()
    }

    const fn speech(start: usize, end: usize, turn: u32) -> Piece {
        Piece { start, end, role: Role::Speech, turn }
    }

    #[test]
    fn turns_are_lines_and_lines_of_a_turn_are_not() {
        let text = "A: one\ntwo\nB: three";
        assert_eq!(shown(text, vec![speech(3, 10, 0), speech(14, 19, 1)]), ["one two\nthree"]);
        let han = "我叫陳\n大文";
        assert_eq!(shown(han, vec![speech(0, han.len(), 0)]), ["我叫陳大文"]);
    }

    #[test]
    fn every_byte_is_shown_and_borders_are_shown_twice() {
        for unit in ["word four ", "字", "a\n"] {
            let text = unit.repeat(700_000 / unit.len());
            let views: Vec<_> = Blocks::new(&text, &layout(vec![speech(0, text.len(), 0)])).collect();
            assert!(views.len() > 1);
            let mut covered = 0;
            for (n, view) in views.iter().enumerate() {
                let range = view.source(0..view.len());
                assert!(view.len() <= BLOCK_BYTES + PART_BYTES);
                if n > 0 {
                    assert!(range.start + 1024 <= covered, "block {n} of {unit:?}");
                }
                covered = range.end;
            }
            assert_eq!(covered, text.trim_end_matches('\n').len(), "{unit:?}");
        }
    }

    #[test]
    fn a_text_without_speech_has_no_block() {
        assert!(shown("", vec![]).is_empty());
        assert!(shown("WEBVTT", vec![Piece { role: Role::Timing, ..speech(0, 6, 0) }]).is_empty());
    }
}
