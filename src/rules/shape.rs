//! With which bytes the matches of a pattern can open, and where in a text such bytes stand: one pass over a
//! text tells for many patterns the few places at which each of them is worth trying.

use regex_syntax::{
    hir::{Class, Hir, HirKind},
    utf8::Utf8Sequences,
};

/// So many bytes of a match are looked at.
const BYTES: usize = 4;

/// So many patterns share one pass.
const LANES: usize = 64;

/// For each of the first bytes of a match, what it can be.
#[derive(Clone, Debug)]
pub(super) struct Shape(Box<[[bool; 256]; BYTES]>);

/// Lengths that the part of a match which was looked at so far can have, as bits; the last one means as much or more.
type Lengths = u8;

const FULL: Lengths = 1 << BYTES;
const ANY: Lengths = FULL | (FULL - 1);

impl Shape {
    /// Of a pattern.
    pub(super) fn of(hir: &Hir) -> Self {
        let mut shape = Self(Box::new([[false; 256]; BYTES]));
        let lengths = shape.add(hir, 1);
        // Where a match may have ended, anything stands.
        let shortest = usize::try_from(lengths.trailing_zeros()).unwrap_or(0);
        for bytes in shape.0.iter_mut().skip(shortest) {
            *bytes = [true; 256];
        }
        shape
    }

    /// About how often it is met at a place of a text. Of Han characters, bytes tell too little.
    pub(super) fn cost(&self) -> f64 {
        let often = |byte: u8| match byte {
            b' ' => 0.17,
            b'a'..=b'z' => 0.03,
            b'0'..=b'9' | b'A'..=b'Z' => 0.002,
            0x80.. => 0.2,
            _ => 0.005,
        };
        let share = |bytes: &[bool; 256]| -> f64 {
            (0..=u8::MAX).zip(bytes).filter(|(_, it)| **it).map(|(byte, _)| often(byte)).sum()
        };
        self.0.iter().map(|it| share(it).min(1.0)).product()
    }

    /// Adds what a part of a pattern can show after so many bytes; gives the lengths after it.
    fn add(&mut self, hir: &Hir, from: Lengths) -> Lengths {
        if from & FULL == from {
            // All that is looked at is known.
            return from;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => from,
            HirKind::Literal(it) => it.0.iter().fold(from, |from, byte| self.step(from, [*byte..=*byte])),
            HirKind::Class(Class::Bytes(it)) => {
                it.ranges().iter().fold(0, |all, it| all | self.step(from, [it.start()..=it.end()]))
            }
            HirKind::Class(Class::Unicode(it)) => {
                it.ranges().iter().fold(0, |all, it| all | self.characters(it.start(), it.end(), from))
            }
            HirKind::Capture(it) => self.add(&it.sub, from),
            HirKind::Concat(parts) => parts.iter().fold(from, |from, it| self.add(it, from)),
            HirKind::Alternation(parts) => parts.iter().fold(0, |all, it| all | self.add(it, from)),
            HirKind::Repetition(it) => {
                let (mut all, mut last) = (if it.min == 0 { from } else { 0 }, from);
                // What comes later is too far on to be looked at, or is empty.
                let times = u32::try_from(BYTES).unwrap_or(u32::MAX);
                for n in 1..=it.max.unwrap_or(u32::MAX).min(times) {
                    last = self.add(&it.sub, last);
                    if n >= it.min.min(times) {
                        all |= last;
                    }
                }
                all
            }
        }
    }

    /// Adds one of some characters.
    fn characters(&mut self, first: char, last: char, from: Lengths) -> Lengths {
        if let (Ok(first), true) = (u8::try_from(first), last.is_ascii()) {
            return self.step(from, [first..=u8::try_from(last).unwrap_or(first)]);
        }
        Utf8Sequences::new(first, last)
            .fold(0, |all, it| all | self.step(from, it.as_slice().iter().map(|it| it.start..=it.end)))
    }

    /// Adds bytes one after the other.
    fn step(
        &mut self,
        from: Lengths,
        bytes: impl IntoIterator<Item = std::ops::RangeInclusive<u8>>,
    ) -> Lengths {
        bytes.into_iter().fold(from, |from, range| {
            for (_, shown) in self.0.iter_mut().enumerate().filter(|(n, _)| from >> n & 1 == 1) {
                for byte in range.clone() {
                    if let Some(it) = shown.get_mut(usize::from(byte)) {
                        *it = true;
                    }
                }
            }
            from << 1 & ANY | from & FULL
        })
    }
}

/// The shapes of many patterns.
#[derive(Debug, Default)]
pub(super) struct Shapes(Vec<Pass>);

/// Up to [`LANES`] patterns.
#[derive(Debug)]
struct Pass {
    patterns: Vec<usize>,
    /// For each byte, and each place in a match, the patterns that can show it there, as bits.
    masks: Box<[[u64; BYTES]; 256]>,
}

impl Shapes {
    pub(super) fn add(&mut self, pattern: usize, shape: &Shape) {
        if self.0.last().is_none_or(|it| it.patterns.len() >= LANES) {
            self.0.push(Pass { patterns: Vec::new(), masks: Box::new([[0; BYTES]; 256]) });
        }
        let Some(pass) = self.0.last_mut() else { return };
        let bit = 1_u64.rotate_left(u32::try_from(pass.patterns.len()).unwrap_or(0));
        pass.patterns.push(pattern);
        for (shown, n) in shape.0.iter().zip(0_usize..) {
            for (masks, _) in pass.masks.iter_mut().zip(shown).filter(|(_, shown)| **shown) {
                if let Some(it) = masks.get_mut(n) {
                    *it |= bit;
                }
            }
        }
    }

    /// Says which patterns may match at which places of a line.
    pub(super) fn find(&self, line: &str, mut found: impl FnMut(usize, usize)) {
        for pass in &self.0 {
            // Those of which the last one, two, three bytes are shown.
            let (mut one, mut two, mut three) = (0_u64, 0_u64, 0_u64);
            let mut end = 0_usize;
            // A match may end with the line.
            let bytes = line.bytes().chain(std::iter::repeat_n(b'\n', BYTES.saturating_sub(1)));
            bytes.for_each(|byte| {
                end = end.wrapping_add(1);
                let Some([first, second, third, fourth]) = pass.masks.get(usize::from(byte)) else { return };
                let mut whole = three & fourth;
                (one, two, three) = (*first, one & second, two & third);
                while whole != 0 {
                    let n = usize::try_from(whole.trailing_zeros()).unwrap_or(0);
                    whole &= whole.wrapping_sub(1);
                    if let Some(pattern) = pass.patterns.get(n) {
                        found(*pattern, end.saturating_sub(BYTES));
                    }
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, line: &str, want: &[usize]) {
        let mut shapes = Shapes::default();
        shapes.add(7, &Shape::of(&regex_syntax::parse(pattern).unwrap()));
        let mut got = Vec::new();
        shapes.find(line, |n, at| {
            assert_eq!(n, 7);
            got.push(at);
        });
        assert_eq!(got, want, "{pattern} {line}");
    }

    #[test]
    fn a_pattern_is_tried_where_its_first_bytes_stand() {
        check("[0-9]{3}-[0-9]", "12-3 123-4 5678", &[5]);
        check("[A-Z][.][ ]?[A-Z]", "A. B.C x A", &[0, 3]);
        check("(?i)hkid|id", "my HKID, iD", &[3, 5, 9]);
        check("[+]?[0-9]", "+1 a 2", &[0, 1, 5]);
        check("[A-Z]", "aBc", &[1]);
        check("陳[大小]?文", "陳文 陳大文 大文", &[0, 7]);
        check("(?:ab){2}", "abab", &[0]);
        check("a*b", "aaab", &[0, 1, 2, 3]);
        check("x", "", &[]);
    }

    #[test]
    fn no_match_opens_where_its_pattern_is_not_tried() {
        let patterns = ["[a-c]{2}[0-9]?x", "(?i)k[é陳]|b{0,3}1", "(?:a|陳大)+", "(?-u:\\b)[ab]", "[^a]b"];
        proptest::proptest!(|(line in "[a-cxKé陳大1 ]{0,12}")| {
            for pattern in patterns {
                let mut shapes = Shapes::default();
                shapes.add(0, &Shape::of(&regex_syntax::parse(pattern).unwrap()));
                let mut tried = Vec::new();
                shapes.find(&line, |_, at| tried.push(at));
                let regex = regex_automata::meta::Regex::builder().build(pattern).unwrap();
                for at in regex.find_iter(&line) {
                    proptest::prop_assert!(tried.contains(&at.start()), "{}", pattern);
                }
            }
        });
    }
}
