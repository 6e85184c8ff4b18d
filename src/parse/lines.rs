//! Lines of a text, whatever ends them. What a line end is differs: WebVTT and SubRip know CR, LF and
//! CRLF; in plain text everything that Unicode calls a line or paragraph separator ends a line.

use std::ops::Range;

/// A line of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Line<'t> {
    /// Its first byte.
    pub(super) start: usize,
    /// Its text, without the line end.
    pub(super) text: &'t str,
    /// What ends it; empty at the end of the text.
    pub(super) ending: &'t str,
    /// Its number, counted from 1.
    pub(super) number: usize,
}

impl Line<'_> {
    /// One past its last byte, without the line end.
    pub(super) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether nothing but white space is on it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The bytes of the text that lie between its white space.
    pub(super) fn trimmed(&self) -> Range<usize> {
        let start = self.end() - self.text.trim_start().len();
        start..start + self.text.trim().len()
    }
}

/// The lines of a text, in order.
#[derive(Clone, Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: usize,
    all_separators: bool,
}

impl<'t> Lines<'t> {
    /// Lines that end with CR, LF or CRLF.
    pub(super) const fn plain(text: &'t str) -> Self {
        Self { text, at: 0, number: 0, all_separators: false }
    }

    /// Lines that end with any of Unicode's separators.
    pub(super) const fn unicode(text: &'t str) -> Self {
        Self { text, at: 0, number: 0, all_separators: true }
    }

    /// Where the next line end is, and how many bytes it has.
    fn line_end(&self) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(byte) = bytes.get(at) {
            let after = |n: usize| bytes.get(at + n).copied();
            let len = match byte {
                b'\r' if after(1) == Some(b'\n') => 2,
                b'\n' | b'\r' => 1,
                0x0B | 0x0C if self.all_separators => 1,
                0xC2 if self.all_separators && after(1) == Some(0x85) => 2,
                0xE2 if self.all_separators
                    && after(1) == Some(0x80)
                    && matches!(after(2), Some(0xA8 | 0xA9)) =>
                {
                    3
                }
                _ => 0,
            };
            if len > 0 {
                return Some((at, len));
            }
            at += 1;
        }
        None
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let (end, len) = self.line_end().unwrap_or((self.text.len(), 0));
        self.at = end + len;
        self.number += 1;
        Some(Line {
            start,
            text: self.text.get(start..end).unwrap_or_default(),
            ending: self.text.get(end..self.at).unwrap_or_default(),
            number: self.number,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: Lines<'_>, want: &[&str]) {
        let text = lines.text;
        let got = lines.collect::<Vec<_>>();
        assert_eq!(got.iter().map(|it| it.text).collect::<Vec<_>>(), want, "{text:?}");
        assert_eq!(got.iter().flat_map(|it| [it.text, it.ending]).collect::<String>(), text);
        assert!(got.iter().zip(1..).all(|(line, n)| line.number == n));
    }

    #[test]
    fn every_separator_ends_a_line_of_plain_text() {
        check(Lines::unicode("a\nb\r\nc\rd"), &["a", "b", "c", "d"]);
        check(Lines::unicode("a\u{85}b\u{2028}c\u{2029}d\u{b}e\u{c}"), &["a", "b", "c", "d", "e"]);
        check(Lines::unicode("\n\n"), &["", ""]);
        check(Lines::unicode("é\u{2027}陳"), &["é\u{2027}陳"]);
    }

    #[test]
    fn cues_know_three_line_ends() {
        check(Lines::plain("a\rb\r\n\r\nc\u{2028}d\n"), &["a", "b", "", "c\u{2028}d"]);
        check(Lines::plain(""), &[]);
    }
}
