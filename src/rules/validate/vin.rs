//! Vehicle identification numbers (ISO 3779, with the North American check digit).

/// Whether the check sign in the ninth place fits.
pub(super) fn valid(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |c: char| match c.to_ascii_uppercase() {
        digit @ '0'..='9' => digit.to_digit(10),
        'A' | 'J' => Some(1),
        'B' | 'K' | 'S' => Some(2),
        'C' | 'L' | 'T' => Some(3),
        'D' | 'M' | 'U' => Some(4),
        'E' | 'N' | 'V' => Some(5),
        'F' | 'W' => Some(6),
        'G' | 'P' | 'X' => Some(7),
        'H' | 'Y' => Some(8),
        'R' | 'Z' => Some(9),
        _ => None,
    };
    if text.len() != 17 {
        return false;
    }
    let mut sum = 0;
    for (c, weight) in text.chars().zip(WEIGHTS) {
        let Some(value) = value(c) else { return false };
        sum += value * weight;
    }
    let want = match sum % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    };
    text.chars().nth(8).map(|it| it.to_ascii_uppercase()) == want
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["1M8GDM9AXKP042788"],
        &["1M8GDM9A1KP042788", "1M8GDM9AXKP04278", "1M8GDM9AXKP04278O"],
    );
}
