//! International bank account numbers (ISO 13616: modulo 97).

/// Whether country, length and check digits fit.
pub(super) fn valid(text: &str) -> bool {
    let signs: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_uppercase()).collect();
    if !(15..=34).contains(&signs.len()) {
        return false;
    }
    let (head, tail) = signs.split_at(4);
    let shaped = matches!(head, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase()
        && c.is_ascii_digit() && d.is_ascii_digit());
    shaped
        && tail.iter().chain(head).filter_map(|it| it.to_digit(36)).fold(0, |rest, digit| {
            if digit > 9 { (rest * 100 + digit) % 97 } else { (rest * 10 + digit) % 97 }
        }) == 1
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"],
        &["GB82 WEST 1234 5698 7654 33", "GB82"],
    );
}
