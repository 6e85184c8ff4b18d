//! Text that grows.

use std::fmt;

/// Adds what is formatted.
pub(super) fn add(text: &mut String, what: fmt::Arguments<'_>) {
    let written = fmt::Write::write_fmt(text, what);
    // Into memory, by implementations that do not fail.
    debug_assert!(written.is_ok());
}
