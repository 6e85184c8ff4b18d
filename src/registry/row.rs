//! Rows that only the roster key opens: AES-256-GCM, a random nonce, the row's place as associated data.

use crate::secret::Sensitive;

/// The roster key.
#[derive(Debug)]
pub struct RowKey(Sensitive<[u8; 32]>);

impl RowKey {
    /// Takes the key's bytes.
    #[must_use]
    pub const fn new(key: Sensitive<[u8; 32]>) -> Self {
        Self(key)
    }

    pub(crate) const fn key(&self) -> &Sensitive<[u8; 32]> {
        &self.0
    }
}
