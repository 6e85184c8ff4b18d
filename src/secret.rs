//! Values that must never be printed, serialised or left in freed memory.
//!
//! This module does not encrypt anything; it keeps personal data and keys out of logs, errors and
//! panics by giving them no `Display`, `Deref`, `Clone` or `Serialize`.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Holds personal data or key material; wiped on drop.
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes ownership of `value`.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Borrows the value. Every call stands under an `// EXPOSE:` comment that says why nothing leaks.
    pub(crate) const fn expose(&self) -> &T {
        &self.0
    }
}

impl Sensitive<String> {
    /// How many bytes of UTF-8 it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Sensitive<Vec<u8>> {
    /// How many bytes it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Sensitive<Vec<u8>> {
    /// The same bytes as text, where they are UTF-8. Nothing is copied.
    pub(crate) fn into_text(mut self) -> Result<Sensitive<String>, Self> {
        match String::from_utf8(std::mem::take(&mut self.0)) {
            Ok(text) => Ok(Sensitive::new(text)),
            Err(error) => Err(Self(error.into_bytes())),
        }
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[sensitive, {} bytes]", size_of_val(&self.0))
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Sensitive<T> {}

/// Fills an array from the operating system's generator, the one source of randomness.
///
/// # Errors
///
/// Fails if the operating system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
