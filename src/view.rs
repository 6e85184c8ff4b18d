//! The normalised view: what detection and the byte gate read in place of the text, with an exact way
//! back to the text's own bytes.
//!
//! Compatibility forms, full-width letters, HKSCS private-use code points and look-alike letters are
//! folded; zero-width and bidirectional marks and soft hyphens vanish. Nothing is ever written from a view.

pub mod hkscs;

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

use crate::secret::Sensitive;

/// A normalised copy of some stretches of a text.
#[derive(Debug)]
pub struct View {
    text: Sensitive<String>,
    folded: Sensitive<String>,
    runs: Runs,
}

/// From bytes of a copy back to those of its source, by runs: a copy is its source for long stretches.
#[derive(Debug, Default)]
pub(crate) struct Runs(Vec<Run>);

/// Bytes of a copy that are those of the source one by one, or one character that took the place of others.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Where it starts in the copy; it ends where the next one starts.
    at: u32,
    /// Where the bytes behind it start in the source.
    start: u32,
    /// Where those behind one character that took the place of others end; none where each byte is itself.
    end: Option<u32>,
}

impl Runs {
    /// Says that the copy goes on with the source's bytes from `start`.
    pub(crate) fn same(&mut self, at: usize, start: usize) {
        let goes_on = self.0.last().is_some_and(|it| {
            it.end.is_none() && it.start.wrapping_sub(it.at) == position(start).wrapping_sub(position(at))
        });
        if !goes_on {
            self.0.push(Run { at: position(at), start: position(start), end: None });
        }
    }

    /// Says that the copy goes on with something that stands for the source's bytes from `start` to `end`.
    pub(crate) fn stands_for(&mut self, at: usize, source: Range<usize>) {
        self.0.push(Run { at: position(at), start: position(source.start), end: Some(position(source.end)) });
    }

    /// The source's bytes behind some bytes of the copy. Empty where the range is.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        let start = self.behind(range.start).start;
        let end = range.end.checked_sub(1).filter(|it| *it >= range.start).map(|it| self.behind(it).end);
        start..end.unwrap_or(start).max(start)
    }

    /// The source's bytes behind one byte of the copy.
    fn behind(&self, at: usize) -> Range<usize> {
        let n = self.0.partition_point(|it| index(it.at) <= at);
        let Some(run) = n.checked_sub(1).and_then(|it| self.0.get(it)) else { return 0..0 };
        if let Some(end) = run.end {
            return index(run.start)..index(end);
        }
        let start = index(run.start).saturating_add(at.saturating_sub(index(run.at)));
        start..start.saturating_add(1)
    }
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl View {
    /// A view of a whole text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_joined(text, std::iter::once(("", 0..text.len())))
    }

    /// A view of several stretches of a text, given in order, each with what is shown before it. A range that
    /// cuts a character counts as empty.
    pub fn of_joined<'b>(text: &str, stretches: impl IntoIterator<Item = (&'b str, Range<usize>)>) -> Self {
        let mut builder = Builder::default();
        for (before, stretch) in stretches {
            let at = stretch.start;
            for c in before.chars() {
                builder.push(c, at..at);
            }
            builder.append(text.get(stretch).unwrap_or_default(), at);
        }
        builder.finish()
    }

    /// The normalised text, as cased as the source.
    pub(crate) fn text(&self) -> &str {
        // EXPOSE: the borrower is one of ours, and reads; findings hold offsets only.
        self.text.expose()
    }

    /// The normalised text in lower case; offsets are those of [`Self::text`].
    pub(crate) fn folded(&self) -> &str {
        // EXPOSE: as above.
        self.folded.expose()
    }

    /// The source's bytes behind some bytes of the view. Empty where the range is.
    #[must_use]
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        self.runs.source(range)
    }

    /// How many bytes the view has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether it shows nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Normalises a name for comparison: the view of it, in lower case, each run of white space one space.
pub(crate) fn folded_name(name: &str) -> String {
    name_forms(name).1
}

/// The view of a name, each run of white space one space: as it is cased, and in lower case.
pub(crate) fn name_forms(name: &str) -> (String, String) {
    let squeezed = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain_prefix(name) == name.len() {
        let shown = squeezed(name);
        let folded = shown.to_ascii_lowercase();
        return (shown, folded);
    }
    let view = View::of(name);
    (squeezed(view.text()), squeezed(view.folded()))
}

/// Whether neither an ASCII letter nor a digit stands directly beside a range.
pub(crate) fn is_bordered(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|it| it.chars().next_back());
    let after = text.get(range.end..).and_then(|it| it.chars().next());
    !before.into_iter().chain(after).any(|it| it.is_ascii_alphanumeric())
}

/// Whether a character is one of Han script.
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FD5}' | '\u{3005}' | '\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3347F}')
}

#[derive(Default)]
struct Builder {
    text: String,
    folded: String,
    runs: Runs,
}

impl Builder {
    fn append(&mut self, text: &str, base: usize) {
        self.text.reserve(text.len());
        self.folded.reserve(text.len());
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|it| !it.is_empty()) {
            let plain = plain_prefix(rest);
            if plain > 0 {
                let run = rest.get(..plain).unwrap_or_default();
                self.runs.same(self.text.len(), base.saturating_add(at));
                self.text.push_str(run);
                let from = self.folded.len();
                self.folded.push_str(run);
                if let Some(folded) = self.folded.get_mut(from..) {
                    folded.make_ascii_lowercase();
                }
                at = at.saturating_add(plain);
                continue;
            }
            let cluster = rest.get(..cluster_of(rest)).unwrap_or_default();
            let start = base.saturating_add(at);
            let source = start..start.saturating_add(cluster.len());
            let visible =
                cluster.chars().filter(|it| !is_invisible(*it)).map(|it| hkscs::standard(it).unwrap_or(it));
            for it in visible.nfkc() {
                self.push(look_alike(it), source.clone());
            }
            at = at.saturating_add(cluster.len());
        }
    }

    /// A character that stands for some bytes of the source.
    fn push(&mut self, c: char, source: Range<usize>) {
        self.runs.stands_for(self.text.len(), source);
        self.text.push(c);
        self.folded.push(lower(c));
    }

    fn finish(self) -> View {
        View { text: Sensitive::new(self.text), folded: Sensitive::new(self.folded), runs: self.runs }
    }
}

/// So many bytes are looked at together, as long as all are ASCII.
const ASCII_BLOCK: usize = 32;

/// How many bytes at the start normalisation leaves as they are, and no mark that follows changes.
fn plain_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    // Where the last character started: it is left to the cluster of a mark that follows.
    let mut last = 0;
    while let Some(first) = bytes.get(at) {
        if let Some(block) = bytes.get(at..at.saturating_add(ASCII_BLOCK)).filter(|it| it.is_ascii()) {
            at = at.saturating_add(block.len());
            last = at.saturating_sub(1);
            continue;
        }
        let len = if first.is_ascii() {
            1
        } else {
            match text.get(at..).and_then(|it| it.chars().next()) {
                Some(c) if is_plain(c) => c.len_utf8(),
                Some(c) if is_mark(c) || is_invisible(c) => return last,
                Some(_) | None => return at,
            }
        };
        last = at;
        at = at.saturating_add(len);
    }
    at
}

/// How many bytes the first character has, with the marks and invisible characters that follow it.
fn cluster_of(text: &str) -> usize {
    let mut chars = text.chars();
    let first = chars.next().map_or(0, char::len_utf8);
    let follows = |it: &char| !it.is_ascii() && !is_plain(*it) && (is_mark(*it) || is_invisible(*it));
    chars.take_while(follows).map(char::len_utf8).sum::<usize>().saturating_add(first)
}

/// Lower case, where it takes as many bytes.
pub(crate) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if is_plain(c) {
        return c;
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(it), None) if it.len_utf8() == c.len_utf8() => it,
        _ => c,
    }
}

/// Characters that normalisation leaves as they are, and that need no second look: common Han and its
/// punctuation, so that Chinese text takes the short way.
const fn is_plain(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3002}' | '\u{300A}'..='\u{3011}')
}

fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0 || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Takes no room on the page: zero-width and bidirectional marks, soft hyphen, variation selectors.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Letters of Greek and Cyrillic that look like Latin ones, and typographic forms of ASCII signs.
const fn look_alike(c: char) -> char {
    match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'х' | 'χ' => 'x',
        'у' => 'y',
        '\u{2018}'..='\u{201B}' | '\u{02BC}' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{00A0}' | '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, shown: &str) {
        let view = View::of(source);
        assert_eq!(view.text(), shown);
        assert_eq!(view.source(0..view.len()), 0..source.len(), "{source:?}");
    }

    #[test]
    fn forms_of_one_letter_are_one_letter() {
        check("Ａ１２３４５６（３）", "A123456(3)");
        check("Cha\u{200B}n T\u{00AD}ai", "Chan Tai");
        check("Сhаn", "Chan");
        check("Jose\u{301}", "José");
        check("ﬁne", "fine");
        check("tai‑man’s", "tai-man's");
        check("陳大文", "陳大文");
        check("\u{ECE1}", "𠺢");
    }

    #[test]
    fn findings_map_back_to_the_bytes_of_the_source() {
        let source = "電話：９１２３\u{200B}４５６７呀";
        let view = View::of(source);
        let at = view.text().find("91234567").unwrap();
        assert_eq!(&source[view.source(at..at + 8)], "９１２３\u{200B}４５６７");
    }

    #[test]
    fn stretches_are_joined_and_mapped() {
        let source = "P: my name\nI: is Ada";
        let view = View::of_joined(source, [("", 3..10), ("\n", 14..20)]);
        assert_eq!(view.text(), "my name\nis Ada");
        let at = view.text().find("Ada").unwrap();
        assert_eq!(&source[view.source(at..at + 3)], "Ada");
    }

    #[test]
    fn folding_keeps_offsets() {
        let view = View::of("İSTANBUL Ünal ΣΑΣ 陳");
        assert_eq!(view.text().len(), view.folded().len());
        assert!(view.folded().contains("ünal"));
        assert_eq!(folded_name("  CHAN\u{3000}Tai-Man "), "chan tai-man");
    }

    #[test]
    fn any_text_maps_back_inside_itself() {
        proptest::proptest!(|(source in "\\PC{0,40}")| {
            let view = View::of(&source);
            for (at, c) in view.text().char_indices() {
                let range = view.source(at..at + c.len_utf8());
                proptest::prop_assert!(source.get(range).is_some_and(|it| !it.is_empty()));
            }
        });
    }
}
