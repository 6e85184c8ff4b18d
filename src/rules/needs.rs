//! What a line must hold for a pattern to match in it: some of these words, a digit, a capital. Lets
//! most patterns be passed over without being run; it never says that a pattern does match.
//!
//! Words are those of the folded view, so that one automaton serves patterns of either case.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look};

use crate::view::lower;

/// Sets of alternatives larger than that are not followed further.
const MAX_ALTERNATIVES: usize = 512;
/// A need that so large a share of short lines meets is no need.
const MAX_COST: f64 = 0.35;

/// One of these must be in the line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Need {
    /// Folded words.
    pub(super) words: Vec<String>,
    /// An ASCII digit.
    pub(super) digit: bool,
    /// An ASCII capital.
    pub(super) capital: bool,
}

/// How many characters of some kinds a text has, or has to have at least for a pattern to match in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Count {
    /// ASCII digits.
    pub(super) digits: usize,
    /// ASCII capitals.
    pub(super) capitals: usize,
    /// ASCII letters of either case.
    pub(super) letters: usize,
    /// Characters of three bytes or more, as Han ones are.
    pub(super) wide: usize,
}

impl Count {
    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut count = Self::default();
        for byte in text.bytes() {
            // No text has more bytes than a number can count.
            count.digits = count.digits.wrapping_add(usize::from(byte.is_ascii_digit()));
            count.capitals = count.capitals.wrapping_add(usize::from(byte.is_ascii_uppercase()));
            count.letters = count.letters.wrapping_add(usize::from(byte.is_ascii_alphabetic()));
            count.wide = count.wide.wrapping_add(usize::from(byte >= 0xE0));
        }
        count
    }

    /// What a pattern asks for at least.
    pub(super) fn floor(pattern: &Hir) -> Self {
        floor(pattern)
    }

    /// Whether a text with so many may match a pattern that asks for these.
    pub(super) const fn is_met_by(&self, text: &Self) -> bool {
        self.digits <= text.digits
            && self.capitals <= text.capitals
            && self.letters <= text.letters
            && self.wide <= text.wide
    }

    fn each(self, other: Self, with: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            digits: with(self.digits, other.digits),
            capitals: with(self.capitals, other.capitals),
            letters: with(self.letters, other.letters),
            wide: with(self.wide, other.wide),
        }
    }
}

fn floor(hir: &Hir) -> Count {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => Count::default(),
        HirKind::Literal(it) => str::from_utf8(&it.0).map_or_else(|_| Count::default(), Count::of),
        HirKind::Class(Class::Unicode(class)) => {
            let all = |kinds: &[(char, char)]| {
                let of_one = |it: &ClassUnicodeRange| {
                    kinds.iter().any(|(low, high)| it.start() >= *low && it.end() <= *high)
                };
                usize::from(class.ranges().iter().all(of_one))
            };
            Count {
                digits: all(&[('0', '9')]),
                capitals: all(&[('A', 'Z')]),
                letters: all(&[('A', 'Z'), ('a', 'z')]),
                wide: all(&[('\u{800}', char::MAX)]),
            }
        }
        HirKind::Capture(it) => floor(&it.sub),
        HirKind::Repetition(it) => {
            let times = usize::try_from(it.min).unwrap_or(0);
            floor(&it.sub).each(Count::default(), |a, _| a.saturating_mul(times))
        }
        HirKind::Alternation(parts) => {
            parts.iter().map(floor).reduce(|a, b| a.each(b, usize::min)).unwrap_or_default()
        }
        HirKind::Concat(parts) => {
            parts.iter().map(floor).fold(Count::default(), |a, b| a.each(b, usize::saturating_add))
        }
    }
}

/// How words are written: in lower case, or as they stand.
type Fold = fn(char) -> char;

/// What is known of a part of a pattern.
struct Part {
    /// All that it can match, folded, if that is little.
    exact: Option<Vec<String>>,
    need: Option<Need>,
}

/// What a pattern needs; none if it has to be run on every line.
pub(super) fn of(pattern: &Hir) -> Option<Need> {
    need_of(pattern, lower)
}

/// What a pattern needs, with words as cased as they must be in the text.
pub(super) fn cased(pattern: &Hir) -> Option<Need> {
    need_of(pattern, |it| it)
}

fn need_of(pattern: &Hir, fold: Fold) -> Option<Need> {
    best([part(pattern, fold).need()]).filter(|it| it.cost() <= MAX_COST)
}

/// The folded words with one of which every match of a pattern opens, about how often one is met at a place
/// of a text, and whether no ASCII letter or digit may stand before them.
pub(super) fn opening_words(hir: &Hir) -> Option<(Vec<String>, f64, bool)> {
    let mut words = opens(hir)?;
    // Where the shorter of two opens, it tells of the longer.
    words.sort();
    words.dedup_by(|longer, shorter| longer.starts_with(shorter.as_str()));
    let need = Need::words(&words)?;
    let cost = need.cost();
    Some((need.words, cost, hir.properties().look_set_prefix().contains(Look::WordAscii)))
}

fn opens(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(it) => opens(&it.sub),
        HirKind::Repetition(it) if it.min > 0 => opens(&it.sub),
        HirKind::Alternation(parts) => {
            let all: Vec<_> = parts.iter().map(opens).collect::<Option<Vec<_>>>()?.concat();
            (all.len() <= MAX_ALTERNATIVES).then_some(all)
        }
        HirKind::Concat(parts) => {
            let mut known = vec![String::new()];
            for it in parts {
                let exact = part(it, lower).exact;
                let whole = exact.is_some();
                let next = exact.or_else(|| opens(it));
                let Some(next) = next.filter(|it| known.len().saturating_mul(it.len()) <= MAX_ALTERNATIVES)
                else {
                    break;
                };
                known = joined(known, &next);
                if !whole {
                    break;
                }
            }
            Some(known)
        }
        HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_) => part(hir, lower).exact,
    }
}

/// The ASCII characters with which a match may open, as bits. Others may too.
pub(super) fn first_characters(hir: &Hir) -> u128 {
    let bit = |it: u32| 1_u128.checked_shl(it).unwrap_or(0);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => u128::MAX,
        HirKind::Literal(it) => it.0.first().map_or(u128::MAX, |it| bit(u32::from(*it))),
        HirKind::Class(Class::Unicode(it)) => it
            .ranges()
            .iter()
            .flat_map(|it| u32::from(it.start())..=u32::from(it.end()).min(127))
            .fold(0, |all, it| all | bit(it)),
        HirKind::Capture(it) => first_characters(&it.sub),
        HirKind::Repetition(it) => first_characters(&it.sub),
        HirKind::Alternation(parts) => parts.iter().fold(0, |all, it| all | first_characters(it)),
        HirKind::Concat(parts) => {
            let open = parts.iter().position(|it| it.properties().minimum_len() > Some(0));
            let Some(open) = open else { return u128::MAX };
            parts.iter().take(open.saturating_add(1)).fold(0, |all, it| all | first_characters(it))
        }
    }
}

impl Need {
    fn words(words: &[String]) -> Option<Self> {
        let sound = words.iter().all(|it| !it.trim().is_empty() && !it.contains('\n'));
        (sound && !words.is_empty()).then(|| Self { words: words.to_vec(), ..Self::default() })
    }

    /// About how often it is met at a place of a text.
    pub(super) fn cost(&self) -> f64 {
        let of = |c: char| match c {
            ' ' => 0.18,
            'a'..='z' => 0.07,
            '0'..='9' => 0.02,
            _ if c.is_ascii() => 0.01,
            _ => 0.005,
        };
        let words: f64 = self.words.iter().map(|it| it.chars().map(of).product::<f64>()).sum();
        words + if self.digit { 0.1 } else { 0.0 } + if self.capital { 0.25 } else { 0.0 }
    }
}

impl Part {
    fn need(self) -> Option<Need> {
        best([self.exact.as_deref().and_then(Need::words), self.need])
    }
}

fn best(needs: impl IntoIterator<Item = Option<Need>>) -> Option<Need> {
    needs.into_iter().flatten().min_by(|a, b| a.cost().total_cmp(&b.cost()))
}

fn part(hir: &Hir, fold: Fold) -> Part {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Part { exact: Some(vec![String::new()]), need: None },
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Part { exact: Some(vec![text.chars().map(fold).collect()]), need: None },
            Err(_) => Part { exact: None, need: None },
        },
        HirKind::Class(class) => class_part(class, fold),
        HirKind::Capture(it) => part(&it.sub, fold),
        HirKind::Repetition(it) => {
            let sub = part(&it.sub, fold);
            match (it.min, it.max, sub.exact) {
                (0, Some(1), Some(mut exact)) if exact.len() <= 8 => {
                    exact.push(String::new());
                    Part { exact: Some(exact), need: None }
                }
                (0, ..) => Part { exact: None, need: None },
                (_, _, exact) => Part { need: Part { exact, need: sub.need }.need(), exact: None },
            }
        }
        HirKind::Concat(parts) => concat(parts, fold),
        HirKind::Alternation(parts) => {
            let parts: Vec<Part> = parts.iter().map(|it| part(it, fold)).collect();
            let size: usize =
                parts.iter().map(|it| it.exact.as_ref().map_or(MAX_ALTERNATIVES, Vec::len)).sum();
            if size < MAX_ALTERNATIVES {
                let exact = parts.into_iter().filter_map(|it| it.exact).flatten().collect();
                return Part { exact: Some(exact), need: None };
            }
            let needs: Option<Vec<Need>> = parts.into_iter().map(Part::need).collect();
            let need = needs.map(|needs| {
                needs.into_iter().fold(Need::default(), |mut all, it| {
                    all.words.extend(it.words);
                    Need {
                        words: all.words,
                        digit: all.digit || it.digit,
                        capital: all.capital || it.capital,
                    }
                })
            });
            Part { exact: None, need }
        }
    }
}

fn concat(parts: &[Hir], fold: Fold) -> Part {
    let mut known = vec![String::new()];
    let mut need: Option<Need> = None;
    let mut whole = true;
    for it in parts {
        let next = part(it, fold);
        match next.exact {
            Some(exact) if known.len().saturating_mul(exact.len()) <= MAX_ALTERNATIVES => {
                known = joined(known, &exact);
            }
            exact => {
                whole = false;
                need = best([need, Need::words(&known), next.need]);
                known = exact.unwrap_or_else(|| vec![String::new()]);
            }
        }
    }
    if whole {
        return Part { exact: Some(known), need: None };
    }
    Part { exact: None, need: best([need, Need::words(&known)]) }
}

/// Each of some beginnings with each of some ends.
fn joined(mut known: Vec<String>, ends: &[String]) -> Vec<String> {
    if let [end] = ends {
        for it in &mut known {
            it.push_str(end);
        }
        return known;
    }
    known.iter().flat_map(|known| ends.iter().map(move |end| [known.as_str(), end].concat())).collect()
}

fn class_part(class: &Class, fold: Fold) -> Part {
    let Class::Unicode(class) = class else { return Part { exact: None, need: None } };
    let all = |low: char, high: char| class.ranges().iter().all(|it| it.start() >= low && it.end() <= high);
    let flag = |digit, capital| Part { exact: None, need: Some(Need { words: Vec::new(), digit, capital }) };
    if all('0', '9') && class.ranges().iter().any(|it| it.len() > 4) {
        return flag(true, false);
    }
    let size: usize = class.ranges().iter().map(ClassUnicodeRange::len).sum();
    if size <= 24 && !all('A', 'Z') || size <= 4 {
        let mut exact: Vec<String> = class
            .ranges()
            .iter()
            .flat_map(|it| it.start()..=it.end())
            // Normalisation leaves no long s and no Kelvin sign.
            .filter(|it| !matches!(it, '\u{17F}' | '\u{212A}'))
            .map(|it| fold(it).to_string())
            .collect();
        exact.sort();
        exact.dedup();
        return Part { exact: Some(exact), need: None };
    }
    if all('A', 'Z') { flag(false, true) } else { Part { exact: None, need: None } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::parse(pattern).unwrap()
    }

    #[track_caller]
    fn check(pattern: &str, words: &[&str], digit: bool, capital: bool) {
        let need = of(&parsed(pattern)).unwrap_or_default();
        let mut have = need.words.clone();
        have.sort();
        have.dedup();
        assert_eq!(
            (have, need.digit, need.capital),
            (words.iter().map(|it| (*it).to_owned()).collect(), digit, capital),
            "{pattern}"
        );
    }

    #[test]
    fn a_pattern_tells_what_it_needs() {
        check("(?i)hkid[ ]?[0-9]", &["hkid", "hkid "], false, false);
        check(
            "(?:Dr|Mrs|Mr)[.]?[ ](?P<v>[A-Z][a-z]+)",
            &["dr ", "dr. ", "mr ", "mr. ", "mrs ", "mrs. "],
            false,
            false,
        );
        check(r"[a-z.]+@[a-z]+", &["@"], false, false);
        check(r"[2-9][0-9]{3}[ ]?[0-9]{4}", &[], true, false);
        check(r"[A-Z][a-z]+", &[], false, true);
        check(r"[a-z]+ing[a-z]+", &["ing"], false, false);
        check(r"我(?:叫|係)(?P<v>\p{Han}{2,3})", &["我係", "我叫"], false, false);
        check(r"\p{Han}{2,3}", &[], false, false);
        check(r"(?:abc|[a-z]+)x?", &[], false, false);
        check(r"(?:[A-Z][a-z]+|[0-9]{2})", &[], true, true);
    }

    #[test]
    fn a_pattern_tells_how_many_characters_it_needs() {
        for (pattern, digits, capitals, letters, wide) in [
            ("[2-9][0-9]{3}[ ]?[0-9]{4}", 8, 0, 0, 0),
            ("(?:[A-Z]{1,2}[0-9]{6}|[A-Z][0-9]{3}x)", 3, 1, 1, 0),
            ("(?i)hkid", 0, 0, 3, 0),
            (r"我叫(?P<v>\p{Han}{2,3})", 0, 0, 0, 4),
            (r"[A-Z][.][ ]?(?:[A-Z][a-z]*)+", 0, 2, 2, 0),
            (r"[\p{Han}a]+", 0, 0, 0, 0),
        ] {
            assert_eq!(
                Count::floor(&parsed(pattern)),
                Count { digits, capitals, letters, wide },
                "{pattern}"
            );
        }
        assert_eq!(Count::of("我叫May 12"), Count { digits: 2, capitals: 1, letters: 3, wide: 2 });
    }

    #[test]
    fn a_pattern_tells_the_words_with_which_it_opens() {
        for (pattern, words, bordered) in [
            ("(?i)(?-u:\\b)(?:nurse|dr[.]?)[ ](?P<v>[a-z]+)", &["dr ", "dr. ", "nurse "][..], true),
            ("(?:sister|sisters?) [A-Z]", &["sister ", "sisters "], false),
            ("(?:我|我哋)叫", &["我叫", "我哋叫"], false),
            ("(?:ab){2,}", &["ab"], false),
            ("(?:an?|an?d) ?x", &["a x", "ad x", "adx", "an x", "and x", "andx", "anx", "ax"], false),
            ("ab?c*", &["a"], false),
            ("x*abc", &[], false),
            ("[a-z]+abc", &[], false),
            ("(?:abc|[a-z]+)x", &[], false),
        ] {
            let told = opening_words(&parsed(pattern)).map(|it| (it.0, it.2));
            let want: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(told, (!want.is_empty()).then_some((want, bordered)), "{pattern}");
        }
    }

    #[test]
    fn needed_words_may_be_cased() {
        let words = |pattern: &str| cased(&parsed(pattern)).map(|it| it.words).unwrap_or_default();
        assert_eq!(words(r"\p{Lu}\p{Ll}+ (?:Road|Lane)"), [" Road", " Lane"]);
        assert_eq!(words("[a-z]+ [Rr]d"), [" Rd", " rd"]);
    }

    #[test]
    fn a_pattern_tells_the_characters_with_which_it_opens() {
        for (pattern, opens, not) in [
            ("(?P<g>[A-C][a-z]+)", "ABC", "Dabc1 "),
            ("(?:x[ ])?[a-b]+", "xab", "cX "),
            ("Ab|c", "Ac", "ab"),
            (r"\b[a-z]", "aB1", ""),
            ("[a-z]{0,2}", "az", "A"),
            (r"\p{Han}a", "", "a"),
        ] {
            let first = first_characters(&parsed(pattern));
            let has = |it: char| first >> u32::from(it) & 1 == 1;
            assert!(opens.chars().all(has) && !not.chars().any(has), "{pattern}");
        }
    }
}
