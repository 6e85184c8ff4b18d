//! Hong Kong SAR passports: a letter of the known series, sometimes two, and eight digits or seven.

/// Whether the series was ever issued.
pub(super) fn valid(text: &str) -> bool {
    let letters: String =
        text.chars().filter(char::is_ascii_alphabetic).map(|it| it.to_ascii_uppercase()).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match letters.as_str() {
        "H" | "K" => digits == 8,
        "HA" | "HB" | "HJ" | "KA" | "KB" | "KJ" => digits == 7,
        _ => false,
    }
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["K12345678", "HA 1234567"], &["K1234567", "Z12345678"]);
}
