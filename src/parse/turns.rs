//! What the formats of turns have in common: how many turns there may be, and how a tier beside another of the same
//! speaker is named.

use super::{Error, rows::Row};
use crate::{transcript::MAX_TRANSCRIPT_BYTES, view::hkscs};

/// The most rows of a file: three hours of talk, word by word, have about 40,000.
pub(super) const MAX_ROWS: usize = 150_000;

/// What a tier is called that has no name.
pub(super) const NAMELESS: &str = "tier";

/// Adds a row.
pub(super) fn push(row: Row, rows: &mut Vec<Row>) -> Result<(), Error> {
    if rows.len() >= MAX_ROWS {
        return Err(Error::TooMuch);
    }
    rows.push(row);
    Ok(())
}

/// Rows as they are held. What a reference or an escape may say and a text file may not is refused.
pub(super) fn held(rows: &[Row]) -> Result<String, Error> {
    if rows.is_empty() {
        return Err(Error::Empty);
    }
    let text = super::rows::text(rows);
    if text.len() > MAX_TRANSCRIPT_BYTES {
        return Err(Error::TooLong);
    }
    if text.contains('\u{FFFD}') {
        return Err(Error::LostCharacters);
    }
    if text.contains(['\u{FFFE}', '\u{FFFF}']) {
        return Err(Error::Binary);
    }
    Ok(hkscs::standardised(text))
}

/// Who speaks on a tier: `PSW~2` holds what overlaps on `PSW`.
pub(super) fn label(tier: &str) -> &str {
    let mut label = tier.trim();
    while let Some((head, number)) = label.rsplit_once('~')
        && !head.trim().is_empty()
        && (1..=6).contains(&number.len())
        && number.bytes().all(|it| it.is_ascii_digit())
    {
        label = head.trim();
    }
    if label.is_empty() { NAMELESS } else { label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Role;

    #[test]
    fn overlaps_have_the_label_of_their_first_tier() {
        for (tier, want) in [
            ("PSW", "PSW"),
            ("PSW~2", "PSW"),
            (" PSW ~2 ", "PSW"),
            ("PSW~2~3", "PSW"),
            ("~2", "~2"),
            ("~2~2", "~2"),
            ("a~b", "a~b"),
            ("a~", "a~"),
            ("", NAMELESS),
        ] {
            assert_eq!(label(tier), want, "{tier:?}");
            assert_eq!(label(label(tier)), want, "{tier:?}");
        }
    }

    #[test]
    fn what_no_text_file_can_say_is_refused() {
        let of = |text: &str| held(&[Row::default().with(Role::Speech, text)]);
        assert_eq!(of("a\u{FFFD}"), Err(Error::LostCharacters));
        assert_eq!(of("a\u{FFFE}"), Err(Error::Binary));
        assert_eq!(held(&[]), Err(Error::Empty));
        let most = "a".repeat(MAX_TRANSCRIPT_BYTES - 2);
        assert!(of(&most).is_ok());
        assert_eq!(of(&format!("{most}a")), Err(Error::TooLong));
        let mut rows = vec![Row::default(); MAX_ROWS - 1];
        assert_eq!(push(Row::default(), &mut rows), Ok(()));
        assert_eq!(push(Row::default(), &mut rows), Err(Error::TooMuch));
    }
}
