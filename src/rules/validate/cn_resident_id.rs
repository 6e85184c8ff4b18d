//! Resident identity card numbers of mainland China (GB 11643-1999): 18 signs, ISO 7064 modulo 11-2.

/// Whether birthday and check sign fit.
pub(super) fn valid(text: &str) -> bool {
    let signs: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_uppercase()).collect();
    let Some((check, body)) = signs.split_last() else { return false };
    if body.len() != 17 || !body.iter().all(char::is_ascii_digit) {
        return false;
    }
    let birthday: String = body.iter().skip(6).take(8).collect();
    let sum = body.iter().filter_map(|it| it.to_digit(10)).fold(0, |sum, digit| (sum + digit) * 2 % 11);
    let want = (12 - sum) % 11;
    let have = if *check == 'X' { Some(10) } else { check.to_digit(10) };
    super::date::valid(&birthday) && have == Some(want)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["11010519491231002X", "440524188001010014"],
        &["11010519491231002A", "110105194913310021", "12345"],
    );
}
