//! Private-use code points of old HKSCS texts and the standard characters that they stand for.
//!
//! Before Unicode 4.1, Hong Kong's supplementary characters were kept at U+E000 to U+F848, laid out as
//! the user-defined rows of Big5 (Hong Kong Supplementary Character Set, 2004, annex). The same rows,
//! read as Big5-HKSCS by the WHATWG table, give the characters of today; so no table of our own is needed.

use encoding_rs::BIG5;

/// How many trail bytes a row of Big5 has: 0x40 to 0x7E and 0xA1 to 0xFE.
const ROW: u32 = 157;

/// The characters of rows 0xC6A1 to 0xC6FE that come before the first whole row.
const SHORT_ROW: u32 = 94;

/// A text with standard characters in the place of those.
pub(crate) fn standardised(text: String) -> String {
    if text.chars().any(|it| standard(it).is_some()) {
        return text.chars().map(|it| standard(it).unwrap_or(it)).collect();
    }
    text
}

/// The standard character that a private-use code point of HKSCS stands for; `None` if it is none, or
/// has none.
#[must_use]
pub fn standard(c: char) -> Option<char> {
    let code = u32::from(c);
    let (lead, index) = match code {
        0xE000..=0xE310 => row(0xFA, code - 0xE000),
        0xE311..=0xEEB7 => row(0x8E, code - 0xE311),
        0xEEB8..=0xF6B0 => row(0x81, code - 0xEEB8),
        0xF6B1..=0xF848 => row(0xC6, code - 0xF6B1 + (ROW - SHORT_ROW)),
        _ => return None,
    };
    let trail = if index < 63 { 0x40 + index } else { 0xA1 + index - 63 };
    let bytes = [u8::try_from(lead).ok()?, u8::try_from(trail).ok()?];
    let text = BIG5.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let mut chars = text.chars();
    let first = chars.next()?;
    (chars.next().is_none() && !is_private_use(first)).then_some(first)
}

/// Whether a character is of the private-use area: a name may hide there.
#[must_use]
pub const fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

const fn row(first_lead: u32, offset: u32) -> (u32, u32) {
    (first_lead + offset / ROW, offset % ROW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cantonese_characters_come_out_of_private_use() {
        assert_eq!(standard('\u{ECE1}'), Some('𠺢'));
        assert_eq!(standard('陳'), None);
    }

    #[test]
    fn most_of_the_area_is_mapped_and_nothing_maps_back_into_it() {
        let mapped = ('\u{E000}'..='\u{F848}').filter_map(standard).collect::<Vec<_>>();
        assert!(mapped.len() > 4000, "{}", mapped.len());
        assert!(mapped.iter().all(|it| !is_private_use(*it)));
    }
}
