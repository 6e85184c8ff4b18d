//! Ages as bands: `0-17`, `18-24`, then five years each, `90+` (45 CFR 164.514(b)(2)(i)(C)).

use super::date::number_in;
use crate::view::View;

/// The band of an age as written, if it can be read.
pub(super) fn band(written: &str) -> Option<String> {
    let view = View::of(written);
    let text = view.folded();
    if ["month", "week", "days old", "個月", "个月", "星期大", "日大"].iter().any(|it| text.contains(it))
    {
        return Some("0-17".to_owned());
    }
    let age = number_in(text)?;
    let whole_decade = text.contains('幾')
        || text.contains('多')
        || text.ends_with("ties")
        || text.contains("ties ")
        || text.split_whitespace().any(|it| {
            it.trim_end_matches('s').len() < it.len() && it.starts_with(|c: char| c.is_ascii_digit())
        });
    match age {
        0..=17 => Some("0-17".to_owned()),
        90..=130 => Some("90+".to_owned()),
        20..=89 if whole_decade && age % 10 == 0 => Some(format!("{age}-{}", age.saturating_add(9))),
        18..=24 => Some("18-24".to_owned()),
        25..=89 => {
            let from = age - age % 5;
            Some(format!("{from}-{}", from.saturating_add(4)))
        }
        _ => None,
    }
}

/// Whether a text is a band that [`band`] gives.
pub(super) fn is_band(text: &str) -> bool {
    let span = || {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
        let five = (25..=85).contains(&from) && from % 5 == 0 && to == from.saturating_add(4);
        let ten = (20..=80).contains(&from) && from % 10 == 0 && to == from.saturating_add(9);
        Some((five || ten) && text == format!("{from}-{to}"))
    };
    matches!(text, "0-17" | "18-24" | "90+") || span().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_become_bands() {
        for (age, want) in [
            ("34", Some("30-34")),
            ("34 years old", Some("30-34")),
            ("thirty-five", Some("35-39")),
            ("三十四歲", Some("30-34")),
            ("５９歲", Some("55-59")),
            ("廿二歲", Some("18-24")),
            ("十六歲", Some("0-17")),
            ("6 months old", Some("0-17")),
            ("89", Some("85-89")),
            ("90", Some("90+")),
            ("九十幾歲", Some("90+")),
            ("三十幾歲", Some("30-39")),
            ("thirties", Some("30-39")),
            ("ninety-three", Some("90+")),
            ("131", None),
            ("elderly", None),
        ] {
            assert_eq!(band(age).as_deref(), want, "{age}");
            assert!(want.is_none_or(is_band), "{age}");
        }
        for it in ["34", "31-35", "25-34", "025-29", "+25-29", "95-99", "18-24 or so"] {
            assert!(!is_band(it), "{it}");
        }
    }
}
