//! IPv4 addresses in dotted decimals.

/// Whether it is one.
pub(super) fn valid(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok_and(|it| !it.is_unspecified())
}

#[cfg(test)]
#[test]
fn known_values_pass_and_near_misses_fail() {
    super::tests::check(valid, &["192.168.1.20"], &["1.2.3", "256.1.1.1", "0.0.0.0"]);
}
