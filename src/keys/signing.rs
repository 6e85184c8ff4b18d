//! Ed25519 keys (RFC 8032): the daemon signs its log's checkpoints, stewards sign their votes.
//!
//! What the bytes mean, and what keeps one purpose apart from another, is the caller's business.

use std::{fmt, str::FromStr};

use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize, de};

use super::Error;
use crate::{
    id::Digest,
    secret::{self, Sensitive},
};

/// How long a signature is.
pub const SIGNATURE_BYTES: usize = 64;
const PUBLIC_PREFIX: &str = "ed25519:";
const SECRET_PREFIX: &str = "ed25519-secret:";
const NO_PUBLIC: Error = Error::Malformed("a verifying key: ed25519: and 64 hexadecimal digits");
const NO_SECRET: Error = Error::Malformed("a signing key: ed25519-secret: and 64 hexadecimal digits");

/// Signs.
#[derive(Debug)]
pub struct SigningKey(Sensitive<[u8; 32]>);

/// Checks what its [`SigningKey`] signed. As text: `ed25519:` and 64 hexadecimal digits.
#[derive(Clone, Copy, Eq, PartialEq, Hash)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self(Sensitive::new(secret::random()?)))
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.dalek().verifying_key())
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.dalek().sign(bytes).to_bytes()
    }

    /// As text: `ed25519-secret:` and 64 hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> Sensitive<String> {
        // EXPOSE: into a text that is wiped on drop.
        Sensitive::new(format!("{SECRET_PREFIX}{}", Digest::from_bytes(*self.0.expose())))
    }

    /// From text.
    ///
    /// # Errors
    ///
    /// Refuses anything else.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let digits = text.trim().strip_prefix(SECRET_PREFIX).ok_or(NO_SECRET)?;
        let seed: Digest = digits.parse().map_err(|_| NO_SECRET)?;
        Ok(Self(Sensitive::new(*seed.as_bytes())))
    }

    fn dalek(&self) -> ed25519_dalek::SigningKey {
        // EXPOSE: into the library's key type, which wipes itself.
        ed25519_dalek::SigningKey::from_bytes(self.0.expose())
    }
}

impl VerifyingKey {
    /// The 32 bytes of RFC 8032.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// From the 32 bytes of RFC 8032.
    ///
    /// # Errors
    ///
    /// Refuses bytes that are no point, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| NO_PUBLIC)?;
        if key.is_weak() { Err(NO_PUBLIC) } else { Ok(Self(key)) }
    }

    /// Checks a signature.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Signature`] if it is not by this key over these bytes.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), Error> {
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| Error::Signature)?;
        self.0.verify_strict(bytes, &signature).map_err(|_| Error::Signature)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC_PREFIX}{}", Digest::from_bytes(*self.as_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifyingKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.trim().strip_prefix(PUBLIC_PREFIX).ok_or(NO_PUBLIC)?;
        let bytes: Digest = digits.parse().map_err(|_| NO_PUBLIC)?;
        Self::from_bytes(bytes.as_bytes())
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_signer_over_the_same_bytes() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let again = SigningKey::from_text(key.to_text().expose()).unwrap();
        let signature = again.sign(b"vote");
        let public: VerifyingKey = key.verifying_key().to_string().parse().unwrap();
        assert!(public.verify(b"vote", &signature).is_ok());
        assert!(public.verify(b"veto", &signature).is_err());
        assert!(other.verifying_key().verify(b"vote", &signature).is_err());
        for at in 0..SIGNATURE_BYTES {
            let mut bad = signature;
            bad[at] ^= 1;
            assert!(public.verify(b"vote", &bad).is_err(), "byte {at}");
        }
        assert!(public.verify(b"vote", &signature[..63]).is_err());
    }

    #[test]
    fn weak_or_malformed_keys_are_refused() {
        assert!(VerifyingKey::from_bytes(&[0; 32]).is_err());
        assert!("ed25519:00".parse::<VerifyingKey>().is_err());
        assert!(SigningKey::from_text(&format!("{PUBLIC_PREFIX}{}", "00".repeat(32))).is_err());
    }
}
