//! Calendar dates in figures: day, month and year in any usual order.

/// Whether some reading of two or three numbers is a day that exists.
pub(super) fn valid(text: &str) -> bool {
    let numbers: Option<Vec<u32>> = text
        .split(|it: char| !it.is_ascii_digit())
        .filter(|it| !it.is_empty())
        .map(|it| it.parse().ok())
        .collect();
    match numbers.as_deref() {
        Some(&[a, b, c]) => exists(c, b, a) || exists(c, a, b) || exists(a, b, c),
        Some(&[a, b]) => {
            exists(2000, b, a) || exists(2000, a, b) || (1900..2100).contains(&a) && (1..=12).contains(&b)
        }
        Some(&[whole]) if text.len() == 8 => {
            exists(whole / 10_000, whole / 100 % 100, whole % 100)
                || exists(whole % 10_000, whole / 10_000 % 100, whole / 1_000_000)
        }
        Some(_) | None => false,
    }
}

fn exists(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (year < 100 || (1800..2200).contains(&year)) && (1..=days).contains(&day)
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(
        valid,
        &["13/8/2018", "2018-05-12", "8.13.18", "29/2/2024", "20180512", "3/4"],
        &["31/2/2018", "13/13/2018", "29/2/2023", "1/2/3/4", "450/2"],
    );
}
