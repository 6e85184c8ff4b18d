//! Ages as bands of so many years: `0-4`, `5-9`, … `85-89`, and `90+` (45 CFR 164.514(b)(2)(i)(C)).
//!
//! `in my forties` is a band already and stays one: `40-49`, or the wider band in which it lies.

use super::date::numbers_in;
use crate::view::View;

/// What makes a whole decade of a number of tens.
const ABOUT: &[&str] = &["幾", "几", "多", "餘", "余", "出頭", "出头", "odd", "something"];

/// The band of an age as written, if it can be read.
pub(super) fn band(written: &str, years: u8) -> Option<String> {
    let view = View::of(written);
    let text = view.folded();
    let years = u32::from(years).max(1);
    let any = |words: &[&str]| words.iter().any(|it| text.contains(it));
    let by_year = any(&["year", "歲", "岁"]);
    if !by_year && any(&["month", "week", "day old", "days old", "個月", "个月", "個星期", "个星期", "日大"])
    {
        return Some(of(0, years));
    }
    if any(&["hundred"]) {
        return Some(of(90, years));
    }
    // `三四十歲`, `十幾二十歲`: two ages in one run of numerals.
    if spans_decades(text) {
        return None;
    }
    let numbers = numbers_in(text);
    let (&age, more) = numbers.split_first()?;
    // `34 years and 6 months` is one age, `30 to 40` are two.
    let two = more.iter().any(|it| *it >= 12) || !more.is_empty() && !by_year;
    let same = |it: &u32| of(*it, years) == of(age, years);
    if age > 130 || two && !more.iter().all(same) {
        return None;
    }
    let decade = age % 10 == 0 && (any(ABOUT) || is_plural(text));
    if decade && (20..90).contains(&age) || age == 10 && (decade || text.contains("teen")) {
        let (first, last) = (of(age, years), of(age.saturating_add(9), years));
        return Some(if first == last { first } else { format!("{age}-{}", age.saturating_add(9)) });
    }
    Some(of(age, years))
}

fn of(age: u32, years: u32) -> String {
    if age >= 90 {
        return "90+".to_owned();
    }
    let from = age.saturating_sub(age % years);
    format!("{from}-{}", from.saturating_add(years).saturating_sub(1).min(89))
}

/// `forties`, `40s`, `40's`.
fn is_plural(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|it| {
        it.ends_with("ties")
            || it.strip_suffix('s').is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()) && !it.is_empty())
    }) || text.contains("0's")
}

/// Whether a run of numerals holds two digits before 十 or goes on after it with another ten.
fn spans_decades(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let digit = |c: char| "一二兩三四五六七八九".contains(c);
    let two = |it: &[char]| matches!(it, [a, b, '十'] if digit(*a) && digit(*b));
    chars.windows(3).any(two) || text.contains("十幾二十")
}

/// The band of so many years in which a band lies; none if it lies in two.
pub(super) fn widened(narrow: &str, years: u8) -> Option<String> {
    let years = u32::from(years).max(1);
    if narrow == "90+" {
        return Some(narrow.to_owned());
    }
    let (from, to) = narrow.split_once('-')?;
    let (from, to) = (of(from.parse().ok()?, years), of(to.parse().ok()?, years));
    (from == to).then_some(from)
}

/// Whether a text is a band that [`band`] gives.
pub(super) fn is_band(text: &str, years: u8) -> bool {
    let years = u32::from(years).max(1);
    let span = || {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
        let decade =
            (10..=80).contains(&from) && from % 10 == 0 && to == from.saturating_add(9) && years < 10;
        Some(from < 90 && (text == of(from, years) || decade && text == format!("{from}-{to}")))
    };
    text == "90+" || span().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(age: &str, years: u8, want: Option<&str>) {
        let got = band(age, years);
        assert_eq!(got.as_deref(), want, "{age}");
        assert!(want.is_none_or(|it| is_band(it, years)), "{age}");
    }

    #[test]
    fn ages_become_bands() {
        for (age, want) in [
            ("34", Some("30-34")),
            ("34 years old", Some("30-34")),
            ("34-year-old", Some("30-34")),
            ("34 years and 6 months", Some("30-34")),
            ("thirty-five", Some("35-39")),
            ("thirty four", Some("30-34")),
            ("三十四歲", Some("30-34")),
            ("卅四歲", Some("30-34")),
            ("５９歲", Some("55-59")),
            ("廿二歲", Some("20-24")),
            ("十六歲", Some("15-19")),
            ("her 40th birthday", Some("40-44")),
            ("89", Some("85-89")),
            ("90", Some("90+")),
            ("九十幾歲", Some("90+")),
            ("nineties", Some("90+")),
            ("ninety-three", Some("90+")),
            ("a hundred and two", Some("90+")),
            ("一百零二歲", Some("90+")),
            ("131", None),
            ("elderly", None),
        ] {
            check(age, 5, want);
        }
    }

    #[test]
    fn children_have_bands_of_their_own() {
        for (age, want) in [
            ("newborn, 3 weeks", "0-4"),
            ("6 months old", "0-4"),
            ("八個月大", "0-4"),
            ("兩歲", "0-4"),
            ("four", "0-4"),
            ("5", "5-9"),
            ("十歲", "10-14"),
            ("fourteen", "10-14"),
            ("17", "15-19"),
        ] {
            check(age, 5, Some(want));
        }
    }

    #[test]
    fn a_decade_stays_one() {
        for (age, years, want) in [
            ("三十幾歲", 5, Some("30-39")),
            ("四十多歲", 5, Some("40-49")),
            ("四十出頭", 5, Some("40-49")),
            ("in my forties", 5, Some("40-49")),
            ("early thirties", 5, Some("30-39")),
            ("his 40s", 5, Some("40-49")),
            ("forty-something", 5, Some("40-49")),
            ("十幾歲", 5, Some("10-19")),
            ("in my forties", 10, Some("40-49")),
            ("in my fifties", 20, Some("40-59")),
            ("三四十歲", 5, None),
            ("30 to 40", 5, None),
            ("31 or 32", 5, Some("30-34")),
            ("十幾二十歲", 5, None),
        ] {
            check(age, years, want);
        }
    }

    #[test]
    fn the_width_is_the_studys() {
        for (age, years, want) in [
            ("34", 10, "30-39"),
            ("34", 20, "20-39"),
            ("85", 20, "80-89"),
            ("3", 10, "0-9"),
            ("91", 20, "90+"),
        ] {
            check(age, years, Some(want));
        }
        for it in ["34", "31-35", "25-34", "025-29", "+25-29", "95-99", "20-24 or so", "90-94", "0-17"] {
            assert!(!is_band(it, 5), "{it}");
        }
        assert!(!is_band("30-34", 10) && !is_band("30-39", 20));
    }
}
