//! Payment cards and other numbers with a Luhn check digit (ISO/IEC 7812-1, annex B).

/// Whether 12 to 19 digits carry a fitting check digit, and are not one digit repeated.
pub(super) fn valid(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|it| it.to_digit(10)).collect();
    if !(12..=19).contains(&digits.len()) || digits.iter().all(|it| Some(it) == digits.first()) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(&digit, double)| match (double, digit * 2) {
            (false, _) => digit,
            (true, twice) if twice > 9 => twice - 9,
            (true, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["4111 1111 1111 1111", "5500-0000-0000-0004"],
        &["4111 1111 1111 1112", "0000 0000 0000 0000", "18"],
    );
}
