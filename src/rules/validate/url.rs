//! Web addresses.

/// Whether there is a host with a dot after an optional scheme.
pub(super) fn valid(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let mut labels = host.split('.').rev();
    host.len() <= 253
        && labels.next().is_some_and(|it| it.len() >= 2 && it.chars().all(|c| c.is_ascii_alphabetic()))
        && labels.next().is_some_and(|it| !it.is_empty())
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["https://example.org/a?b", "www.example.org"], &["https://", "3.5", "e.g"]);
}
