//! Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note). Text and signatures only, no files.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest as _, Sha256};

use crate::{
    audit::tree::Hash,
    keys::{SigningKey, VerifyingKey},
};

/// The algorithm byte of Ed25519 in a signed note's keys.
const ED25519: u8 = 1;

/// The name of a log: the first line of its checkpoints, and the name of its key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

/// Why a text is no checkpoint, key or proof. Holds no part of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// A station's id has other characters than small letters, digits and hyphens.
    #[error("a station id is 1 to 64 small letters, digits, hyphens and dots")]
    Station,
    /// Not `name+id+key`, or the id does not fit.
    #[error("not a log key: name+id+key")]
    Key,
    /// Not a checkpoint.
    #[error("not a checkpoint: line {0}")]
    Checkpoint(u8),
    /// Signed by nobody we know, or wrongly.
    #[error("the checkpoint is not signed by this log's key")]
    Unsigned,
    /// Not a proof.
    #[error("not a tlog-proof: line {0}")]
    Proof(usize),
}

impl Origin {
    /// The origin of a station's log: `vouchsafe/<station id>`.
    ///
    /// # Errors
    ///
    /// Refuses an id with other characters than small letters, digits, hyphens and dots.
    pub fn of_station(id: &str) -> Result<Self, Malformed> {
        let fits = (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'.'));
        if fits { Ok(Self(format!("vouchsafe/{id}"))) } else { Err(Malformed::Station) }
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The public key of a log under its name, as one line: `name+id+key` (C2SP signed-note).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogKey {
    name: String,
    key: VerifyingKey,
}

impl LogKey {
    /// The key of the log with that origin.
    #[must_use]
    pub fn new(origin: &Origin, key: VerifyingKey) -> Self {
        Self { name: origin.0.clone(), key }
    }

    /// The log's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.name
    }

    /// The key id of signed notes: four bytes of a hash over name, algorithm and key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash: Hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize()
            .into();
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), BASE64.encode(bytes))
    }
}

impl FromStr for LogKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let parts = || {
            // The base64 of the key may hold a plus sign, the name may not.
            let mut parts = text.splitn(3, '+');
            let (name, _id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let bytes = BASE64.decode(key).ok()?;
            let (&ED25519, key) = bytes.split_first()? else { return None };
            let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
            let it = Self { name: name.to_owned(), key };
            (it.to_string() == text && is_name(name)).then_some(it)
        };
        parts().ok_or(Malformed::Key)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace() || c.is_control())
}

/// What a log signs: how many entries it has and the root over them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Signature lines by others than the log: witnesses, whose keys this program does not know yet.
    pub cosignatures: usize,
}

/// The text that is signed.
pub(crate) fn body(origin: &str, size: u64, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", BASE64.encode(root))
}

/// A signed checkpoint, whole.
pub(crate) fn sign(key: &SigningKey, origin: &Origin, size: u64, root: &Hash) -> String {
    let body = body(origin.as_str(), size, root);
    let mut signature = LogKey::new(origin, key.verifying_key()).id().to_vec();
    signature.extend_from_slice(&key.sign(body.as_bytes()));
    format!("{body}\n— {} {}\n", origin.as_str(), BASE64.encode(signature))
}

impl Checkpoint {
    /// Reads a checkpoint and checks the log's signature. Signatures by unknown keys are counted, not
    /// checked; extension lines are refused, since this log writes none.
    ///
    /// # Errors
    ///
    /// Says which line is wrong, or that the log's key has not signed it.
    pub fn verify(text: &[u8], key: &LogKey) -> Result<Self, Malformed> {
        let it = Self::parse(text, key.origin())?;
        let text = str::from_utf8(text).map_err(|_| Malformed::Checkpoint(0))?;
        let (_, signatures) = text.split_once("\n\n").ok_or(Malformed::Checkpoint(4))?;
        let signed = body(&key.name, it.size, &it.root);
        let mut own = false;
        let mut cosignatures = 0;
        for (name, bytes) in signatures.lines().filter_map(signature_line) {
            let Some((id, signature)) = bytes.split_at_checked(4) else { continue };
            if name == key.name && id == key.id() {
                key.key.verify(signed.as_bytes(), signature).map_err(|_| Malformed::Unsigned)?;
                own = true;
            } else {
                cosignatures += 1;
            }
        }
        if own { Ok(Self { cosignatures, ..it }) } else { Err(Malformed::Unsigned) }
    }

    /// Reads without looking at what the signatures say; for finding out what is damaged.
    pub(crate) fn parse(text: &[u8], origin: &str) -> Result<Self, Malformed> {
        let text = str::from_utf8(text).map_err(|_| Malformed::Checkpoint(0))?;
        let (head, signatures) = text.split_once("\n\n").ok_or(Malformed::Checkpoint(4))?;
        let mut lines = head.split('\n');
        let (name, size, root) = (lines.next(), lines.next(), lines.next());
        if name != Some(origin) {
            return Err(Malformed::Checkpoint(1));
        }
        let size: u64 = size.and_then(|it| it.parse().ok()).ok_or(Malformed::Checkpoint(2))?;
        let root = root
            .and_then(|it| BASE64.decode(it).ok())
            .and_then(|it| Hash::try_from(it).ok())
            .ok_or(Malformed::Checkpoint(3))?;
        // Compared as it would be written, so that a number has one spelling.
        if lines.next().is_some() || body(origin, size, &root).trim_end_matches('\n') != head {
            return Err(Malformed::Checkpoint(4));
        }
        let whole = signatures.ends_with('\n') && !signatures.starts_with('\n');
        if !whole || signatures.lines().any(|it| signature_line(it).is_none()) {
            return Err(Malformed::Checkpoint(5));
        }
        Ok(Self { size, root, cosignatures: 0 })
    }
}

/// `— name base64`.
fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = BASE64.decode(signature).ok()?;
    is_name(name).then_some((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(byte: u8) -> SigningKey {
        SigningKey::from_text(&format!("ed25519-secret:{}", format!("{byte:02x}").repeat(32))).unwrap()
    }

    #[test]
    fn a_log_key_is_one_line_that_comes_back() {
        let key = key_of(3).verifying_key();
        let key = LogKey::new(&Origin::of_station("sha-tin").unwrap(), key);
        let text = key.to_string();
        assert_eq!(text.parse::<LogKey>(), Ok(key));
        assert!(text.starts_with("vouchsafe/sha-tin+"));
        for bad in ["", "a+b", "vouchsafe/x+00000000+AQ==", &text.replace("sha", "tai")] {
            assert_eq!(bad.parse::<LogKey>(), Err(Malformed::Key), "{bad}");
        }
        assert_eq!(Origin::of_station("Sha Tin"), Err(Malformed::Station));
    }

    #[test]
    fn every_changed_byte_of_a_checkpoint_is_noticed() {
        let signer = key_of(3);
        let origin = Origin::of_station("x").unwrap();
        let key = LogKey::new(&origin, signer.verifying_key());
        let text = sign(&signer, &origin, 12, &[7; 32]).into_bytes();
        assert_eq!(Checkpoint::verify(&text, &key).unwrap().size, 12);
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] ^= 1;
            assert!(Checkpoint::verify(&changed, &key).is_err(), "byte {at}");
            assert!(Checkpoint::verify(&text[..at], &key).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_witness_may_sign_too() {
        let (signer, other) = (key_of(3), key_of(4));
        let origin = Origin::of_station("x").unwrap();
        let key = LogKey::new(&origin, signer.verifying_key());
        let mut text = sign(&signer, &origin, 1, &[7; 32]);
        let cosigned = sign(&other, &Origin("witness.example".to_owned()), 1, &[7; 32]);
        text.push_str(cosigned.split_once("\n\n").unwrap().1);
        assert_eq!(Checkpoint::verify(text.as_bytes(), &key).unwrap().cosignatures, 1);
        assert_eq!(
            Checkpoint::verify(sign(&other, &origin, 1, &[7; 32]).as_bytes(), &key),
            Err(Malformed::Unsigned),
            "the right name under another key"
        );
    }
}
