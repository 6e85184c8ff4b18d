//! Business registration numbers of Hong Kong: eight digits, sometimes with branch, month, year and check signs.

/// Whether the count of digits fits.
pub(super) fn valid(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    matches!(digits.len(), 8 | 11 | 17) && !super::is_repeated(&digits)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["12345678", "12345678-000"], &["1234567", "11111111"]);
}
