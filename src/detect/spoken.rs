//! Reads spoken digits as digits: `nine one double five …`, 九一二三 …, over fillers and over the
//! back-channel turns of a listener. Says where they stand; which numbers they are, the rules say.

use std::ops::Range;

use crate::view::is_han;

/// So many digits in a row are a number that somebody tells.
const MIN_DIGITS: usize = 6;
/// After two letters said one by one fewer are: a plate, a file.
const MIN_DIGITS_AFTER_LETTERS: usize = 3;
/// So many letters before the digits belong to them.
const MAX_LETTERS: usize = 4;
/// So many words may stand between two digits, if all are fillers.
const MAX_FILLERS: usize = 5;
/// How much of the text around is shown, for context words.
const AROUND_BYTES: usize = 240;

/// A text around one number told in digits, with those digits as figures.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) text: String,
    /// For each byte of `text`, the bytes of the folded view behind it.
    map: Vec<(usize, usize)>,
    /// Where the digits stand in `text`.
    pub(super) digits: Range<usize>,
}

impl Told {
    /// The bytes of the view behind some bytes of the text.
    pub(super) fn behind(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let start = self.map.get(range.start)?.0;
        let end = self.map.get(range.end.checked_sub(1)?)?.1;
        Some(start..end)
    }

    /// Whether so many digits are a number whatever stands around.
    pub(super) fn is_long(&self) -> bool {
        self.digits.len() >= MIN_DIGITS
    }

    /// Whether it is a mere count, or one digit again and again.
    pub(super) fn is_counting(&self) -> bool {
        let digits = self.text.get(self.digits.clone()).unwrap_or_default().as_bytes();
        let mut pairs = digits.iter().zip(digits.iter().skip(1));
        let step = |a: u8, b: u8| i16::from(b) - i16::from(a);
        let first = digits.iter().zip(digits.iter().skip(1)).next().map_or(0, |(a, b)| step(*a, *b));
        first.abs() <= 1
            && pairs.all(|(a, b)| step(*a, *b) == first || (first == 1 && *a == b'9' && *b == b'1'))
    }

    fn copy(&mut self, folded: &str, range: Range<usize>) {
        let part = folded.get(range.clone()).unwrap_or_default();
        self.text.push_str(part);
        for (at, c) in part.char_indices() {
            let from = range.start.saturating_add(at);
            for _ in 0..c.len_utf8() {
                self.map.push((from, from.saturating_add(c.len_utf8())));
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Word {
    /// These digits, told by words.
    Digit(char),
    /// Written in figures.
    Figures,
    /// The next digit so many times.
    Times(usize),
    /// `nine hundred`: so many noughts after a digit.
    Noughts(usize),
    /// A letter said by itself.
    Letter(char),
    Filler,
    Other,
}

/// The numbers told in a folded view.
pub(super) fn told(folded: &str) -> Vec<Told> {
    let mut all = Vec::new();
    let mut run = Run::default();
    for (range, token) in (Tokens { text: folded, at: 0 }) {
        if run.is_idle() && !may_start(token) {
            continue;
        }
        match word(token) {
            Word::Digit(digit) => run.digit(digit, range, true),
            Word::Figures => {
                if run.digits.is_empty() && token.len() > 4 {
                    continue;
                }
                for (n, digit) in token.chars().enumerate() {
                    let at = range.start.saturating_add(n);
                    run.digit(digit, at..at.saturating_add(1), false);
                }
            }
            Word::Times(times) => run.times = Some((times, range)),
            Word::Noughts(times) if run.ends_in_digit => {
                run.times = Some((times, range.clone()));
                run.digit('0', range, true);
                run.ends_in_digit = false;
            }
            Word::Letter(letter) => {
                if !run.digits.is_empty() {
                    run.end(folded, &mut all);
                }
                run.letter(letter, range);
            }
            Word::Filler if run.digits.is_empty() => {}
            Word::Filler if run.fillers < MAX_FILLERS => run.fillers = run.fillers.saturating_add(1),
            Word::Filler | Word::Other | Word::Noughts(_) => run.end(folded, &mut all),
        }
    }
    run.end(folded, &mut all);
    all
}

#[derive(Default)]
struct Run {
    digits: Vec<(char, Range<usize>)>,
    spoken: usize,
    fillers: usize,
    times: Option<(usize, Range<usize>)>,
    /// Said one by one right before the digits.
    letters: Vec<(char, Range<usize>)>,
    /// Whether the last word was a digit.
    ends_in_digit: bool,
}

impl Run {
    /// Whether only a digit, or what may stand before one, makes a difference.
    const fn is_idle(&self) -> bool {
        self.digits.is_empty() && self.times.is_none() && self.letters.is_empty()
    }

    fn digit(&mut self, digit: char, range: Range<usize>, spoken: bool) {
        self.fillers = 0;
        self.ends_in_digit = spoken;
        self.spoken = self.spoken.saturating_add(usize::from(spoken));
        let (times, start) = self.times.take().map_or((1, range.start), |(times, at)| (times, at.start));
        for _ in 0..times {
            self.digits.push((digit, start..range.end));
        }
    }

    fn letter(&mut self, letter: char, range: Range<usize>) {
        if self.letters.len() >= MAX_LETTERS {
            self.letters.clear();
        }
        self.letters.push((letter, range));
    }

    fn end(&mut self, folded: &str, all: &mut Vec<Told>) {
        if self.digits.is_empty() {
            self.letters.clear();
            self.times = None;
            return;
        }
        let run = std::mem::take(self);
        // One letter may be an article; as it stands the rules see it anyway.
        let letters = if run.letters.len() > 1 { run.letters } else { Vec::new() };
        let least = if letters.is_empty() { MIN_DIGITS } else { MIN_DIGITS_AFTER_LETTERS };
        if run.digits.len() < least || run.spoken < least / 2 {
            return;
        }
        let (Some((_, opens)), Some((_, ends))) = (run.digits.first(), run.digits.last()) else { return };
        let opens = letters.first().map_or(opens, |it| &it.1).start;
        let from = folded.floor_char_boundary(opens.saturating_sub(AROUND_BYTES));
        let to = folded.ceil_char_boundary(ends.end.saturating_add(AROUND_BYTES));
        let mut told = Told::default();
        told.copy(folded, from..opens);
        for (letter, range) in &letters {
            told.text.push(*letter);
            told.map.push((range.start, range.end));
        }
        let start = told.text.len();
        for (digit, range) in &run.digits {
            told.text.push(*digit);
            told.map.push((range.start, range.end));
        }
        told.digits = start..told.text.len();
        told.copy(folded, ends.end..to);
        all.push(told);
    }
}

/// Words and single Han characters, and nothing else.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (Range<usize>, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let (skipped, first) = rest.char_indices().find(|(_, c)| is_alphanumeric(*c))?;
        let start = self.at.saturating_add(skipped);
        let rest = rest.get(skipped..)?;
        let same =
            |c: char| !is_han(c) && c.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let len = if is_han(first) {
            first.len_utf8()
        } else {
            rest.find(|c: char| !same(c) && c != '\'').unwrap_or(rest.len()).max(first.len_utf8())
        };
        self.at = start.saturating_add(len);
        Some((start..self.at, rest.get(..len)?))
    }
}

/// A letter or digit; common Han, which are looked up slowly, told at once.
fn is_alphanumeric(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphanumeric()
}

/// Whether a run of digits may start with a word: no other one needs to be looked up as long as there is none.
fn may_start(token: &str) -> bool {
    match token.as_bytes() {
        [_] | [b'0'..=b'9', ..] => true,
        [0x80..=0xFF, ..] => matches!(
            token,
            "零" | "〇" | "一" | "幺" | "二" | "三" | "四" | "五" | "六" | "七" | "八" | "九" | "孖"
        ),
        [b'z' | b'o' | b'n' | b't' | b'f' | b's' | b'e' | b'd', rest @ ..] => rest.len() < 6,
        _ => false,
    }
}

fn word(token: &str) -> Word {
    match token {
        "zero" | "oh" | "o" | "nought" | "零" | "〇" => Word::Digit('0'),
        "one" | "一" | "幺" => Word::Digit('1'),
        "two" | "二" => Word::Digit('2'),
        "three" | "三" => Word::Digit('3'),
        "four" | "四" => Word::Digit('4'),
        "five" | "五" => Word::Digit('5'),
        "six" | "六" => Word::Digit('6'),
        "seven" | "七" => Word::Digit('7'),
        "eight" | "八" => Word::Digit('8'),
        "nine" | "九" => Word::Digit('9'),
        "hundred" => Word::Noughts(2),
        "thousand" => Word::Noughts(3),
        "double" | "孖" => Word::Times(2),
        "triple" | "treble" => Word::Times(3),
        "um" | "uh" | "er" | "erm" | "ah" | "eh" | "like" | "okay" | "ok" | "so" | "then" | "and"
        | "yeah" | "yep" | "mm" | "mhm" | "hm" | "hmm" | "huh" | "right" | "yes" | "dash" | "hyphen"
        | "space" | "bracket" | "brackets" | "open" | "close" | "got" | "it" | "誒" | "呃" | "嗯" | "唔"
        | "係" | "好" | "哦" | "噢" | "啊" | "呀" | "跟" | "住" | "嘅" | "吓" | "括" | "弧" | "號" | "再" => {
            Word::Filler
        }
        _ if token.bytes().all(|it| it.is_ascii_digit()) => Word::Figures,
        _ if token.len() == 1 => token.chars().next().map_or(Word::Other, Word::Letter),
        _ => Word::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, digits: &[&str], covers: &str) {
        let all = told(text);
        let got: Vec<_> = all.iter().map(|it| &it.text[it.digits.clone()]).collect();
        assert_eq!(got, digits, "{text}");
        if let Some(it) = all.first() {
            assert_eq!(&text[it.behind(&it.digits).unwrap()], covers, "{text}");
        }
    }

    #[test]
    fn digits_told_in_words_are_read_as_digits() {
        check(
            "nine one two three four five six seven",
            &["91234567"],
            "nine one two three four five six seven",
        );
        check(
            "call nine one, um, double five three three oh two please",
            &["91553302"],
            "nine one, um, double five three three oh two",
        );
        check("電話九一二三四五六七呀", &["91234567"], "九一二三四五六七");
        check("九一，誒，二三四 孖五七", &["91234557"], "九一，誒，二三四 孖五七");
        check(
            "nine-one-two\nmm-hm\nthree four five six seven",
            &["91234567"],
            "nine-one-two\nmm-hm\nthree four five six seven",
        );
    }

    #[test]
    fn letters_said_one_by_one_and_hundreds_belong_to_the_number() {
        check("plate is k w eight one oh eight", &["8108"], "eight one oh eight");
        assert!(told("plate is k w eight one oh eight")[0].text.contains("is kw8108"));
        check(
            "oh seven seven double oh nine hundred one two three",
            &["07700900123"],
            "oh seven seven double oh nine hundred one two three",
        );
        check("a one two three four", &[], "");
        check("nine thousand people", &[], "");
    }

    #[test]
    fn few_digits_or_words_between_are_no_number() {
        check("one or two, three at most", &[], "");
        check("one two three four five", &[], "");
        check("one apple two pears three plums four figs five dates six", &[], "");
        check("九千八百七十六萬五千四百", &[], "");
        check("12345678 is a number in figures", &[], "");
    }

    #[test]
    fn counting_is_known_as_such() {
        assert!(told("one two three four five six seven eight nine")[0].is_counting());
        assert!(told("ten nine eight seven six five four three")[0].is_counting());
        assert!(!told("nine one two three four five six seven")[0].is_counting());
    }
}
