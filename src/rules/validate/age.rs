//! Ages: a number up to 120.

/// Whether the first number is an age that people reach; an age in words passes.
pub(super) fn valid(text: &str) -> bool {
    let digits: String =
        text.chars().skip_while(|it| !it.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.is_empty() || digits.parse::<u32>().is_ok_and(|it| it <= 120)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["47", "47 years old", "forty-seven"], &["450", "121 years old"]);
}
