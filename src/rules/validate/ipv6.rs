//! IPv6 addresses (RFC 4291).

/// Whether it is one.
pub(super) fn valid(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok_and(|it| !it.is_unspecified())
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["2001:db8::7"], &["12:30:45", "::"]);
}
