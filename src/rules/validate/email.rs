//! E-mail addresses as people write them.

/// Whether there is a local part and a host with a dot.
pub(super) fn valid(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let sound = |it: &str| !it.is_empty() && !it.starts_with('.') && !it.ends_with('.') && !it.contains("..");
    sound(local)
        && local.len() <= 64
        && sound(host)
        && host.contains('.')
        && host
            .rsplit('.')
            .next()
            .is_some_and(|it| it.len() >= 2 && !it.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["may.lo@example.org"], &["@may", "a@b", "a..b@example.org", "x@1.2"]);
}
