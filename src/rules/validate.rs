//! Named validators: what a pattern cannot say. One a file; each sees one value and answers yes or no.
//!
//! They are pure and total: any text is an answer, never a panic.

mod age;
mod brn;
mod cn_resident_id;
mod date;
mod email;
mod hk_passport;
mod hk_phone;
mod hkid;
mod iban;
mod ipv4;
mod ipv6;
mod luhn;
mod nhs;
mod phone;
mod ssn;
mod url;
mod vin;

/// Whether a value is what its rule takes it for.
pub(crate) type Validator = fn(&str) -> bool;

const ALL: &[(&str, Validator)] = &[
    ("age", age::valid),
    ("brn", brn::valid),
    ("cn-resident-id", cn_resident_id::valid),
    ("date", date::valid),
    ("email", email::valid),
    ("hk-passport", hk_passport::valid),
    ("hk-phone", hk_phone::valid),
    ("hkid", hkid::valid),
    ("iban", iban::valid),
    ("ipv4", ipv4::valid),
    ("ipv6", ipv6::valid),
    ("luhn", luhn::valid),
    ("nhs", nhs::valid),
    ("phone", phone::valid),
    ("ssn", ssn::valid),
    ("url", url::valid),
    ("vin", vin::valid),
];

/// The validator of that name.
pub(crate) fn named(name: &str) -> Option<Validator> {
    ALL.iter().find(|(it, _)| *it == name).map(|(_, validator)| *validator)
}

/// Whether a text is a day as ISO 8601 writes it.
pub(super) fn is_iso_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().filter(|it| *it == b'-').count() == 2 && date::valid(text)
}

/// Whether all signs are the same one, as in numbers made up.
fn is_repeated(digits: &str) -> bool {
    let mut signs = digits.chars();
    signs.next().is_some_and(|first| signs.all(|it| it == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn check(valid: Validator, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(valid(text), "{text} is one");
        }
        for text in bad {
            assert!(!valid(text), "{text} is none");
        }
    }

    #[test]
    fn no_validator_trips_over_any_text() {
        for (name, validator) in ALL {
            for text in ["", "陳", "9999999999999999999999999", "A", "-", "://", "@", "\u{10FFFF}"] {
                let _answer: bool = validator(text);
            }
            assert!(named(name).is_some());
        }
        assert!(named("nobody").is_none());
    }
}
