//! Names that say nothing about a person to anybody without the roster: study, group, participant
//! code, session, job, object and key handle.
//!
//! Each is parsed once and trusted from then on. None of them is ever derived from a name or a text.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use sha2::{Digest as _, Sha256};

use crate::secret;

/// Why a text is not such a name. Holds no part of the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NotAnId {
    expected: &'static str,
}

/// A name made of capital letters, digits and hyphens, as folders and codes are.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident, $max:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let fits = (1..=$max).contains(&text.len())
                    && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
                if fits { Ok(Self(text.to_owned())) } else { Err(NotAnId { expected: $expected }) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

label!(
    /// A study, such as `RECOVERY`.
    StudyId, 32, "a study id: 1 to 32 capital letters, digits or hyphens, such as RECOVERY"
);
label!(
    /// A group of participants: a dyad or a focus group, such as `D03`.
    GroupId, 16, "a group: 1 to 16 capital letters, digits or hyphens, such as D03"
);
label!(
    /// A participant's study code, such as `PSW-03`.
    Code, 24, "a participant code: 1 to 24 capital letters, digits or hyphens, such as PSW-03"
);
label!(
    /// What a participant is in the study, such as `PSW` or `PIR`.
    RoleId, 16, "a role: 1 to 16 capital letters, digits or hyphens, such as PIR"
);
label!(
    /// A session or wave, such as `W2`.
    Wave, 16, "a session: 1 to 16 capital letters, digits or hyphens, such as W2"
);

/// Bytes that are written as lower-case hexadecimal.
macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// From the bytes themselves.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes themselves.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let wrong = NotAnId { expected: $expected };
                let mut bytes = [0; $len];
                let digits = text.as_bytes();
                if digits.len() != $len * 2 {
                    return Err(wrong);
                }
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    let &[high, low] = pair else { return Err(wrong) };
                    *byte = nibble(high).zip(nibble(low)).map(|(h, l)| h << 4 | l).ok_or(wrong)?;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

hex_id!(
    /// One accepted file on its way through the pipeline; random.
    JobId, 16, "a job id: 32 lower-case hexadecimal digits"
);
hex_id!(
    /// A sealed object: the SHA-256 of its file.
    ObjectId, 32, "an object id: 64 lower-case hexadecimal digits"
);
hex_id!(
    /// Stands for a study, a participant or a key inside an object's header; random.
    Handle, 16, "a handle: 32 lower-case hexadecimal digits"
);
hex_id!(
    /// A SHA-256 or HMAC-SHA-256 value of public or keyed material.
    Digest, 32, "a digest: 64 lower-case hexadecimal digits"
);

impl Digest {
    /// The SHA-256 of some bytes.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl JobId {
    /// A new one.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        secret::random().map(Self)
    }
}

impl Handle {
    /// A new one.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        secret::random().map(Self)
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_capitals_digits_and_hyphens() {
        for good in ["D03", "PSW-03", "W2", "7"] {
            assert!(good.parse::<GroupId>().is_ok(), "{good}");
        }
        for bad in ["", "-1", "d03", "D 03", "D/03", "..", "陳", "ABCDEFGHIJKLMNOPQ"] {
            assert!(bad.parse::<GroupId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn hexadecimal_comes_back_as_it_went() {
        let id = Handle::from_bytes([0xa5; 16]);
        assert_eq!(id.to_string().parse::<Handle>(), Ok(id));
        assert!("A5".repeat(16).parse::<Handle>().is_err(), "one spelling only");
        assert!("a5".parse::<Handle>().is_err());
    }
}
