//! Hong Kong identity card numbers: one or two letters, six digits, a check digit modulo 11 (Immigration Department).

/// Whether the check digit fits.
pub(super) fn valid(text: &str) -> bool {
    let signs: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_uppercase()).collect();
    let (letters, digits) = signs.split_at(signs.len().saturating_sub(7));
    let letter = |c: char| u32::from(c).saturating_sub(u32::from('A')).saturating_add(10);
    let (first, second) = match letters {
        [b] if b.is_ascii_alphabetic() => (36, letter(*b)),
        [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => (letter(*a), letter(*b)),
        _ => return false,
    };
    let Some((check, six)) = digits.split_last() else { return false };
    let mut sum = 9 * first + 8 * second;
    for (weight, digit) in (2..=7).rev().zip(six) {
        let Some(digit) = digit.to_digit(10) else { return false };
        sum += weight * digit;
    }
    let check = match check {
        'A' => 10,
        other => match other.to_digit(10) {
            Some(digit) => digit,
            None => return false,
        },
    };
    (sum + check).is_multiple_of(11)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["A123456(3)", "a 123456 3", "AB987654(3)"],
        &["A123456(4)", "123456(3)", "A12345(3)", "ABC123456(3)"],
    );
}
