//! Social security numbers of the United States: no check digit, but ranges that are never issued.

/// Whether it can have been issued.
pub(super) fn valid(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let part = |range| digits.get(range).unwrap_or_default();
    digits.len() == 9
        && !matches!(part(0..3), "000" | "666")
        && !digits.starts_with('9')
        && part(3..5) != "00"
        && part(5..9) != "0000"
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["536-90-4399"],
        &["000-12-3456", "666-12-3456", "912-34-5678", "123-00-4567"],
    );
}
