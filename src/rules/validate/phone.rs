//! International telephone numbers: 7 to 15 digits (ITU-T E.164).

/// Whether the count of digits can be a number, and they are not one digit repeated.
pub(super) fn valid(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (7..=15).contains(&digits.len()) && !super::is_repeated(&digits)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["+44 20 7946 0958", "020 7946 0958"],
        &["999", "1234567890123456", "0000000"],
    );
}
