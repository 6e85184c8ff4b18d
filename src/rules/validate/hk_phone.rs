//! Hong Kong telephone numbers: eight digits from 2, 3, 5 to 9 (Communications Authority, numbering plan).

/// Whether it is eight digits of an assigned block, with or without +852.
pub(super) fn valid(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let local = if digits.len() == 11 { digits.strip_prefix("852").unwrap_or_default() } else { &digits };
    local.len() == 8 && local.starts_with(['2', '3', '5', '6', '7', '8', '9']) && !super::is_repeated(local)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["9123 4567", "+852 2345 6789", "85251234567"],
        &["1123 4567", "9123 456", "8888 8888", "+853 9123 4567"],
    );
}
