//! NHS numbers of England, Wales and the Isle of Man: ten digits, modulo 11.

/// Whether the check digit fits.
pub(super) fn valid(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|it| it.to_digit(10)).collect();
    let Some((check, body)) = digits.split_last() else { return false };
    if body.len() != 9 || body.iter().all(|it| it == check) {
        return false;
    }
    let sum: u32 = (2..=10).rev().zip(body).map(|(weight, digit)| weight * digit).sum();
    let want = 11 - sum % 11;
    want != 10 && want % 11 == *check
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["943 476 5919"], &["943 476 5918", "943", "0000000000"]);
}
