//! A folded text with its white space, hyphens and dots between names squeezed, and the way back.
//!
//! A name may be broken by a line end, a hyphen or two blanks; a Han name also by a single one. Squeezed,
//! every such break is one blank between Latin words and nothing between Han characters.

use std::ops::Range;

use crate::{secret::Sensitive, view};

/// A squeezed text.
#[derive(Debug)]
pub(crate) struct Squeezed {
    text: Sensitive<String>,
    /// For each byte of `text`, the byte of the source at which its character starts; one more for the end.
    starts: Vec<u32>,
    /// For each byte of `text`, where its character ends in the source.
    ends: Vec<u32>,
}

impl Squeezed {
    /// Squeezes a folded text.
    pub(crate) fn of(folded: &str) -> Self {
        let mut out = Self {
            text: Sensitive::new(String::new()),
            starts: Vec::with_capacity(folded.len()),
            ends: Vec::with_capacity(folded.len()),
        };
        let mut text = String::with_capacity(folded.len());
        let mut break_at = None;
        let mut last = None;
        for (at, c) in folded.char_indices() {
            if is_break(c) {
                break_at = break_at.or(Some(at));
                continue;
            }
            if let Some(start) = break_at.take()
                && !(last.is_some_and(view::is_han) && view::is_han(c))
            {
                out.push(&mut text, ' ', start, at);
            }
            out.push(&mut text, c, at, at.saturating_add(c.len_utf8()));
            last = Some(c);
        }
        if let Some(start) = break_at {
            out.push(&mut text, ' ', start, folded.len());
        }
        out.text = Sensitive::new(text);
        out
    }

    fn push(&mut self, text: &mut String, c: char, start: usize, end: usize) {
        text.push(c);
        for _ in 0..c.len_utf8() {
            self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            self.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn text(&self) -> &str {
        // EXPOSE: the borrower is one of ours, and reads; hits hold offsets only.
        self.text.expose()
    }

    /// The source's bytes behind some bytes of the squeezed text.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        let at = |table: &[u32], n: usize| table.get(n).and_then(|it| usize::try_from(*it).ok()).unwrap_or(0);
        let start = at(&self.starts, range.start);
        let end = if range.end > range.start { at(&self.ends, range.end.saturating_sub(1)) } else { start };
        start..end.max(start)
    }
}

/// A name as a squeezed, folded text has it: what aliases and originals are compared by.
pub(crate) fn squeezed_name(name: &str) -> String {
    let view = view::View::of(name);
    Squeezed::of(view.folded()).text().trim().to_owned()
}

/// What may stand between the parts of a name.
fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '·' | '・' | '•' | '‧')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_are_one_blank_and_none_between_han() {
        for (from, to) in [
            ("chan  tai-man", "chan tai man"),
            ("陳 大\n文", "陳大文"),
            ("david 陳", "david 陳"),
            (" - a -", " a "),
        ] {
            let squeezed = Squeezed::of(from);
            assert_eq!(squeezed.text(), to);
            assert_eq!(squeezed.source(0..squeezed.text().len()), 0..from.len());
        }
        assert_eq!(squeezed_name(" CHAN  Tai‑Man "), "chan tai man");
    }
}
