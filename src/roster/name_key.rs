//! Keyed digests of names: how the station recognises a name again without keeping it.
//!
//! HMAC-SHA-256 under the pseudonym key, with a purpose, so that a digest made for one use matches in no
//! other. Never a bare hash: names are few, and a dictionary would undo it (DESIGN §4).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{id::Digest, secret::Sensitive};

/// What a digest is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Purpose {
    /// Finds the code of a name.
    Code,
    /// Finds a reviewer's decision about a string.
    Decision,
    /// Finds a direct original in what is about to be released.
    Gate,
    /// Knows again what a place was generalized to.
    Rung,
    /// Tells one roster from another.
    Roster,
    /// Draws a participant's date shift.
    DateShift,
    /// Draws a surrogate, and knows it again.
    Surrogate,
    /// Knows an attribute again in the quasi-identifier ledger.
    Ledger,
    /// Knows a name again in another item's text.
    Known,
    /// Names a row of the registry.
    Row,
}

/// The pseudonym key.
#[derive(Debug)]
pub struct NameKey(Sensitive<[u8; 32]>);

impl NameKey {
    /// Takes the key's bytes.
    #[must_use]
    pub const fn new(key: Sensitive<[u8; 32]>) -> Self {
        Self(key)
    }

    /// A second handle on the same key, for another owner.
    #[must_use]
    pub const fn share(&self) -> Self {
        // EXPOSE: from one wiped place to another.
        Self(Sensitive::new(*self.0.expose()))
    }

    /// The digest of some parts, each of them told apart from the next by its length.
    #[must_use]
    pub fn digest(&self, purpose: Purpose, parts: &[&str]) -> Digest {
        // EXPOSE: keys an HMAC, which keeps nothing readable.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose()) else {
            // HMAC takes keys of any length; a digest that no other equals is the safe answer all the same.
            return Digest::from_bytes([0; 32]);
        };
        let purpose: &[u8] = match purpose {
            Purpose::Code => b"code",
            Purpose::Decision => b"decision",
            Purpose::Gate => b"gate",
            Purpose::Rung => b"rung",
            Purpose::Roster => b"roster",
            Purpose::DateShift => b"date-shift",
            Purpose::Surrogate => b"surrogate",
            Purpose::Ledger => b"ledger",
            Purpose::Known => b"known",
            Purpose::Row => b"row",
        };
        mac.update(b"vouchsafe/name/v1\0");
        mac.update(purpose);
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Digest::from_bytes(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_differ_by_key_purpose_and_parts() {
        let key = NameKey::new(Sensitive::new([1; 32]));
        let other = NameKey::new(Sensitive::new([2; 32]));
        let base = key.digest(Purpose::Code, &["ab", "c"]);
        assert_eq!(key.share().digest(Purpose::Code, &["ab", "c"]), base);
        assert_ne!(key.digest(Purpose::Code, &["a", "bc"]), base);
        assert_ne!(key.digest(Purpose::Gate, &["ab", "c"]), base);
        assert_ne!(other.digest(Purpose::Code, &["ab", "c"]), base);
    }
}
