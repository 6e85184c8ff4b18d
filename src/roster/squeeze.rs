//! A folded text with its white space, hyphens and dots between names squeezed, and the way back.
//!
//! A name may be broken by a line end, a hyphen or two blanks; a Han name also by a single one. Squeezed,
//! every such break is one blank between Latin words and nothing between Han characters.

use std::ops::Range;

use crate::{
    secret::Sensitive,
    view::{self, Runs, is_han},
};

/// A squeezed text.
#[derive(Debug)]
pub(crate) struct Squeezed {
    text: Sensitive<String>,
    runs: Runs,
}

impl Squeezed {
    /// Squeezes a folded text.
    pub(crate) fn of(folded: &str) -> Self {
        let mut text = String::with_capacity(folded.len());
        let mut runs = Runs::default();
        let mut at = 0;
        while let Some(rest) = folded.get(at..).filter(|it| !it.is_empty()) {
            let word = next_break(rest);
            if word > 0 {
                runs.same(text.len(), at);
                text.push_str(rest.get(..word).unwrap_or_default());
                at = at.saturating_add(word);
                continue;
            }
            let gap = rest.find(|it| !is_break(it)).unwrap_or(rest.len());
            let next = rest.get(gap..).and_then(|it| it.chars().next());
            let end = at.saturating_add(gap);
            if !(text.chars().next_back().is_some_and(is_han) && next.is_some_and(is_han)) {
                if gap == 1 {
                    runs.same(text.len(), at);
                } else {
                    runs.stands_for(text.len(), at..end);
                }
                text.push(' ');
            }
            at = end;
        }
        Self { text: Sensitive::new(text), runs }
    }

    pub(crate) fn text(&self) -> &str {
        // EXPOSE: the borrower is one of ours, and reads; hits hold offsets only.
        self.text.expose()
    }

    /// The source's bytes behind some bytes of the squeezed text.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        self.runs.source(range)
    }
}

/// A name as a squeezed, folded text has it: what aliases and originals are compared by.
pub(crate) fn squeezed_name(name: &str) -> String {
    let view = view::View::of(name);
    Squeezed::of(view.folded()).text().trim().to_owned()
}

/// Where the first break of a text starts, or its end.
fn next_break(text: &str) -> usize {
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let at = text.len().saturating_sub(rest.len());
        if first.is_ascii() {
            if is_break(char::from(*first)) {
                return at;
            }
            rest = others;
        } else {
            let Some(c) = text.get(at..).and_then(|it| it.chars().next()).filter(|it| !is_break(*it)) else {
                return at;
            };
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    text.len()
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
