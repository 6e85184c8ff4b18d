//! Ids as people type them: the first digits are enough where only one id starts so.

use std::{fmt, str::FromStr};

use super::screen::Failure;

/// The fewest digits that are taken.
const MIN_DIGITS: usize = 8;
/// The digits of the longest id.
const MAX_DIGITS: usize = 64;

/// The first digits of an id, or all of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Prefix(String);

impl FromStr for Prefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.to_ascii_lowercase();
        let fits = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len())
            && digits.bytes().all(|it| it.is_ascii_hexdigit());
        if fits { Ok(Self(digits)) } else { Err("expected an id, or at least its first 8 digits (0-9, a-f)") }
    }
}

impl Prefix {
    /// Whether an id starts so.
    pub(super) fn fits(&self, id: &impl fmt::Display) -> bool {
        id.to_string().starts_with(&self.0)
    }

    /// The one id that starts so. `what` is what the ids are of: `object`.
    pub(super) fn pick<I: fmt::Display>(
        &self,
        ids: impl IntoIterator<Item = I>,
        what: &str,
        list: &str,
    ) -> Result<I, Failure> {
        let mut fitting = ids.into_iter().filter(|it| self.fits(it));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(Failure::new(
                "CL-01",
                format!("there is no {what} whose id starts with {}", self.0),
                format!("`{list}` shows what there is."),
            )),
            (Some(_), Some(_)) => Err(Failure::new(
                "CL-02",
                format!("several {what}s have ids that start with {}", self.0),
                "Give more digits of the id.".to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_digits_find_one_id_or_none() {
        let ids = ["0123456789abcdef", "0123456700000000", "ffffffffffffffff"];
        for (prefix, want) in [
            ("ffffffff", Ok("ffffffffffffffff")),
            ("FFFFFFFF", Ok("ffffffffffffffff")),
            ("0123456789", Ok("0123456789abcdef")),
            ("01234567", Err("CL-02")),
            ("eeeeeeee", Err("CL-01")),
        ] {
            let prefix: Prefix = prefix.parse().unwrap();
            let found = prefix.pick(ids, "object", "archive ls").map_err(|it| it.code);
            assert_eq!(found, want, "{prefix:?}");
        }
        for bad in ["", "ffffff", "../../../x", "gggggggg", &"f".repeat(65)] {
            assert!(bad.parse::<Prefix>().is_err(), "{bad}");
        }
    }
}
