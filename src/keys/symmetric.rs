//! Keys of 32 bytes: sealed rows, keyed digests, derived keys.
//!
//! Not for object bodies, which have a fresh key each.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Error;
use crate::{
    id::Digest,
    secret::{self, Sensitive},
};

const NONCE_BYTES: usize = 12;

/// A key of 32 bytes that the station keeps in a credential file.
#[derive(Debug)]
pub struct SymmetricKey(Sensitive<[u8; 32]>);

/// Computes a keyed digest over bytes that come in pieces.
pub struct KeyedDigest(Hmac<Sha256>);

impl SymmetricKey {
    /// From the bytes themselves.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Sensitive::new(bytes))
    }

    /// A new one.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self::from_bytes(secret::random()?))
    }

    /// From 64 lower-case hexadecimal digits, as in a credential file.
    ///
    /// # Errors
    ///
    /// Refuses anything else.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let digest: Digest =
            text.trim_end().parse().map_err(|_| Error::Malformed("a key of 64 hexadecimal digits"))?;
        Ok(Self::from_bytes(*digest.as_bytes()))
    }

    /// As 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> Sensitive<String> {
        // EXPOSE: into a text that is wiped on drop.
        Sensitive::new(Digest::from_bytes(*self.0.expose()).to_string())
    }

    /// A key for one purpose, from which this one can't be found.
    ///
    /// # Errors
    ///
    /// Does not fail for a key of 32 bytes; the library says it could.
    pub fn derive(&self, label: &str) -> Result<Self, Error> {
        let mut digest = KeyedDigest::new(self, "vouchsafe/derive/v1")?;
        digest.update(label.as_bytes());
        Ok(Self::from_bytes(*digest.finish().as_bytes()))
    }

    /// Encrypts a row of a table: nonce, ciphertext, tag. `aad` says where the row stands.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn seal_row(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE_BYTES] = secret::random()?;
        let payload = Payload { msg: plaintext, aad };
        let sealed = self.cipher().encrypt(&nonce.into(), payload).map_err(|_| Error::Row)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens a row that [`Self::seal_row`] made with the same `aad`.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Row`] if key, place or bytes are not those.
    pub fn open_row(&self, aad: &[u8], row: &[u8]) -> Result<Sensitive<Vec<u8>>, Error> {
        let (nonce, msg) = row.split_first_chunk::<NONCE_BYTES>().ok_or(Error::Row)?;
        let opened = self.cipher().decrypt(nonce.into(), Payload { msg, aad }).map_err(|_| Error::Row)?;
        Ok(Sensitive::new(opened))
    }

    fn cipher(&self) -> Aes256Gcm {
        // EXPOSE: into the cipher.
        Aes256Gcm::new(self.0.expose().into())
    }
}

impl KeyedDigest {
    /// Starts a digest; `label` keeps the purposes of one key apart and holds no NUL.
    ///
    /// # Errors
    ///
    /// Does not fail for a key of 32 bytes; the library says it could.
    pub fn new(key: &SymmetricKey, label: &str) -> Result<Self, Error> {
        // EXPOSE: into the HMAC.
        let mac = Hmac::<Sha256>::new_from_slice(key.0.expose());
        let mut mac = mac.map_err(|_| Error::Malformed("a key of 32 bytes"))?;
        mac.update(label.as_bytes());
        mac.update(&[0]);
        Ok(Self(mac))
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest::from_bytes(self.0.finalize().into_bytes().into())
    }
}

impl fmt::Debug for KeyedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedDigest")
    }
}

/// HMAC-SHA-256 under `key` of `label`, a NUL and `bytes`.
///
/// # Errors
///
/// Does not fail for a key of 32 bytes; the library says it could.
pub fn keyed_digest(key: &SymmetricKey, label: &str, bytes: &[u8]) -> Result<Digest, Error> {
    let mut digest = KeyedDigest::new(key, label)?;
    digest.update(bytes);
    Ok(digest.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_open_in_their_place_only() {
        let key = SymmetricKey::generate().unwrap();
        let row = key.seal_row(b"codes/7", b"PSW-03").unwrap();
        assert_eq!(key.open_row(b"codes/7", &row).unwrap().expose(), b"PSW-03");
        assert!(key.open_row(b"codes/8", &row).is_err());
        assert!(SymmetricKey::generate().unwrap().open_row(b"codes/7", &row).is_err());
        for at in 0..row.len() {
            let mut bad = row.clone();
            bad[at] ^= 0x80;
            assert!(key.open_row(b"codes/7", &bad).is_err(), "byte {at}");
            assert!(key.open_row(b"codes/7", &row[..at]).is_err(), "length {at}");
        }
        assert_ne!(row, key.seal_row(b"codes/7", b"PSW-03").unwrap());
    }

    #[test]
    fn labels_keep_purposes_apart() {
        let key = SymmetricKey::from_text(&"0b".repeat(32)).unwrap();
        let digest = |label, bytes: &[u8]| keyed_digest(&key, label, bytes).unwrap();
        assert_ne!(digest("a", b"bc"), digest("ab", b"c"));
        assert_ne!(key.derive("a").unwrap().to_text().expose(), key.derive("b").unwrap().to_text().expose());
        assert_eq!(key.to_text().expose(), &"0b".repeat(32));
        let mut pieces = KeyedDigest::new(&key, "a").unwrap();
        pieces.update(b"b");
        pieces.update(b"c");
        assert_eq!(pieces.finish(), digest("a", b"bc"));
        assert!(SymmetricKey::from_text("0b").is_err());
    }
}
