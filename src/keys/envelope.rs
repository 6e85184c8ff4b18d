//! age v1 files to X-Wing recipients: `age1pq1…` and `AGE-SECRET-KEY-PQ-1…`, as `age` 1.3 and npm's
//! `age-encryption` write and open them.
//!
//! The stanza is age's own `mlkem768x25519` (HPKE, X-Wing, HKDF-SHA-256, ChaCha20-Poly1305). This
//! module adds no format of its own.

use std::{
    fmt,
    io::{self, Read, Write},
    str::FromStr,
};

use age_core::{
    format::{FILE_KEY_BYTES, FileKey, Stanza},
    secrecy::ExposeSecret,
};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use bech32::{FromBase32, ToBase32, Variant};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::XWing,
};
use serde::{Deserialize, Serialize, de};
use zeroize::Zeroize;

use super::Error;
use crate::secret::{self, Sensitive};

const STANZA_TAG: &str = "mlkem768x25519";
/// age's label for recipients that may not be mixed with others that a quantum computer opens.
const STANZA_LABEL: &str = "postquantum";
const HPKE_INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const RECIPIENT_HRP: &str = "age1pq";
const IDENTITY_HRP: &str = "age-secret-key-pq-";
const NO_RECIPIENT: Error = Error::Malformed("an age recipient that starts with age1pq1");
const NO_IDENTITY: Error = Error::Malformed("an age identity that starts with AGE-SECRET-KEY-PQ-1");

type PublicKey = <XWing as hpke::Kem>::PublicKey;
type PrivateKey = <XWing as hpke::Kem>::PrivateKey;

/// Whom something is sealed to: the public half of an [`Identity`].
#[derive(Clone, Eq, PartialEq)]
pub struct Recipient(PublicKey);

/// What opens files sealed to its recipient: an X-Wing seed.
#[derive(Debug)]
pub struct Identity(Sensitive<[u8; 32]>);

impl Identity {
    /// A new one.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self(Sensitive::new(secret::random()?)))
    }

    /// The public half.
    ///
    /// # Errors
    ///
    /// Does not fail for a seed of 32 bytes; the library says it could.
    pub fn recipient(&self) -> Result<Recipient, Error> {
        Ok(Recipient(<XWing as hpke::Kem>::sk_to_pk(&self.private()?)))
    }

    /// As text, `AGE-SECRET-KEY-PQ-1…`.
    ///
    /// # Errors
    ///
    /// Does not fail for a seed of 32 bytes; the library says it could.
    pub fn to_text(&self) -> Result<Sensitive<String>, Error> {
        // EXPOSE: into a text that is wiped on drop.
        let mut text = bech32::encode(IDENTITY_HRP, self.0.expose().to_base32(), Variant::Bech32)
            .map_err(|_| NO_IDENTITY)?;
        text.make_ascii_uppercase();
        Ok(Sensitive::new(text))
    }

    /// From text.
    ///
    /// # Errors
    ///
    /// Refuses what is no X-Wing identity.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let (hrp, digits, variant) = bech32::decode(text.trim()).map_err(|_| NO_IDENTITY)?;
        if variant != Variant::Bech32 || !hrp.eq_ignore_ascii_case(IDENTITY_HRP) {
            return Err(NO_IDENTITY);
        }
        let mut bytes = Vec::<u8>::from_base32(&digits).map_err(|_| NO_IDENTITY)?;
        let seed = bytes.as_slice().try_into().map_err(|_| NO_IDENTITY);
        bytes.zeroize();
        Ok(Self(Sensitive::new(seed?)))
    }

    /// From the first identity in a file as `age-keygen` writes it: comment lines, then the identity.
    ///
    /// # Errors
    ///
    /// Refuses a file without an X-Wing identity.
    pub fn from_file_text(text: &str) -> Result<Self, Error> {
        let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
        lines.next().ok_or(NO_IDENTITY).and_then(Self::from_text)
    }

    fn private(&self) -> Result<PrivateKey, Error> {
        // EXPOSE: into the library's key type, which wipes itself.
        PrivateKey::from_bytes(self.0.expose()).map_err(|_| NO_IDENTITY)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode(RECIPIENT_HRP, self.0.to_bytes().to_base32(), Variant::Bech32);
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(age1pq1…)")
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (hrp, digits, variant) = bech32::decode(text.trim()).map_err(|_| NO_RECIPIENT)?;
        if variant != Variant::Bech32 || hrp != RECIPIENT_HRP {
            return Err(NO_RECIPIENT);
        }
        let bytes = Vec::<u8>::from_base32(&digits).map_err(|_| NO_RECIPIENT)?;
        PublicKey::from_bytes(&bytes).map(Self).map_err(|_| NO_RECIPIENT)
    }
}

impl Serialize for Recipient {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Our recipient in age's terms.
struct Wrap<'a>(&'a Recipient);

impl age::Recipient for Wrap<'_> {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSetOfLabels), age::EncryptError> {
        let (encapsulated, body) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.0.0,
            HPKE_INFO,
            key.expose_secret(),
            b"",
        )
        .map_err(|_| age::EncryptError::Io(io::ErrorKind::InvalidInput.into()))?;
        let args = vec![BASE64_STANDARD_NO_PAD.encode(encapsulated.to_bytes())];
        let stanza = Stanza { tag: STANZA_TAG.to_owned(), args, body };
        Ok((vec![stanza], std::iter::once(STANZA_LABEL.to_owned()).collect()))
    }
}

#[expect(clippy::disallowed_types, reason = "the age crate's trait asks for it")]
type HashSetOfLabels = std::collections::HashSet<String>;

/// Our identity in age's terms.
struct Unwrap(PrivateKey);

impl age::Identity for Unwrap {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag != STANZA_TAG {
            return None;
        }
        let [encapsulated] = stanza.args.as_slice() else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        let Ok(encapsulated) = BASE64_STANDARD_NO_PAD.decode(encapsulated) else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        let Ok(encapsulated) = <XWing as hpke::Kem>::EncappedKey::from_bytes(&encapsulated) else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        if stanza.body.len() != FILE_KEY_BYTES + 16 {
            return Some(Err(age::DecryptError::InvalidHeader));
        }
        // A stanza for somebody else has the same tag: try the next one.
        let mut opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            HPKE_INFO,
            &stanza.body,
            b"",
        )
        .ok()?;
        let key = FileKey::init_with_mut(|key| key.copy_from_slice(&opened));
        opened.zeroize();
        Some(Ok(key))
    }
}

/// Writes an age file; [`EncryptWriter::finish`] ends it.
#[must_use]
pub struct EncryptWriter<W: Write>(age::stream::StreamWriter<W>);

/// Reads what an age file holds. The end is reported only after all of it has proved whole.
pub struct DecryptReader<R: Read>(age::stream::StreamReader<R>);

impl<W: Write> fmt::Debug for EncryptWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptWriter")
    }
}

impl<R: Read> fmt::Debug for DecryptReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DecryptReader")
    }
}

impl<W: Write> EncryptWriter<W> {
    /// Writes the last chunk, without which the file does not open.
    ///
    /// # Errors
    ///
    /// Fails if the inner writer does.
    pub fn finish(self) -> Result<W, Error> {
        Ok(self.0.finish()?)
    }
}

impl<W: Write> Write for EncryptWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<R: Read> Read for DecryptReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

/// Starts a binary age file that any one of the recipients can open.
///
/// # Errors
///
/// Fails without a recipient, or if `out` does.
pub fn encrypt_to<W: Write>(recipients: &[Recipient], out: W) -> Result<EncryptWriter<W>, Error> {
    let wraps: Vec<_> = recipients.iter().map(Wrap).collect();
    let encryptor = age::Encryptor::with_recipients(wraps.iter().map(|it| it as &dyn age::Recipient))
        .map_err(|_| Error::NoSteward)?;
    Ok(EncryptWriter(encryptor.wrap_output(out)?))
}

/// Makes a binary age file that any one of the recipients can open.
///
/// # Errors
///
/// Fails without a recipient.
pub fn encrypt(recipients: &[Recipient], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = encrypt_to(recipients, Vec::new())?;
    out.write_all(plaintext)?;
    out.finish()
}

/// Opens a binary age file with whichever of the identities fits.
///
/// # Errors
///
/// Fails with [`Error::NotForUs`] if none does or the file's header is damaged.
pub fn decrypt_from<R: Read>(identities: &[Identity], input: R) -> Result<DecryptReader<R>, Error> {
    let decryptor = age::Decryptor::new(input).map_err(|_| Error::NotForUs)?;
    let unwraps = identities.iter().map(|it| it.private().map(Unwrap)).collect::<Result<Vec<_>, _>>()?;
    let reader =
        decryptor.decrypt(unwraps.iter().map(|it| it as &dyn age::Identity)).map_err(|_| Error::NotForUs)?;
    Ok(DecryptReader(reader))
}

/// Whether the head of a binary age file is whole and names none of the identities: somebody else opens it.
#[must_use]
pub fn is_for_others(identities: &[Identity], file: &[u8]) -> bool {
    let Ok(decryptor) = age::Decryptor::new(file) else { return false };
    let Ok(unwraps) = identities.iter().map(|it| it.private().map(Unwrap)).collect::<Result<Vec<_>, _>>()
    else {
        return false;
    };
    let opened = decryptor.decrypt(unwraps.iter().map(|it| it as &dyn age::Identity));
    matches!(opened, Err(age::DecryptError::NoMatchingKeys))
}

/// Opens a whole binary age file with whichever of the identities fits.
///
/// # Errors
///
/// Fails with [`Error::NotForUs`] if none does or the file is damaged.
pub fn decrypt(identities: &[Identity], file: &[u8]) -> Result<Sensitive<Vec<u8>>, Error> {
    let mut reader = decrypt_from(identities, file)?;
    // Room for all of it at once: a growing vector would leave copies behind.
    let mut out = Vec::with_capacity(file.len());
    if reader.read_to_end(&mut out).is_err() {
        out.zeroize();
        return Err(Error::NotForUs);
    }
    Ok(Sensitive::new(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_recipient_opens_and_nobody_else() {
        let [a, b, c] = [(); 3].map(|()| Identity::generate().unwrap());
        let file = encrypt(&[a.recipient().unwrap(), b.recipient().unwrap()], b"said in confidence").unwrap();
        for who in [&a, &b] {
            let again = Identity::from_text(who.to_text().unwrap().expose()).unwrap();
            assert_eq!(decrypt(&[again], &file).unwrap().expose(), b"said in confidence");
        }
        assert!(matches!(decrypt(std::slice::from_ref(&c), &file), Err(Error::NotForUs)));
        assert!(is_for_others(std::slice::from_ref(&c), &file) && !is_for_others(&[], &file[..40]));
        assert!(!is_for_others(std::slice::from_ref(&a), &file), "nor if its body is damaged");
        assert_eq!(decrypt(&[c, a], &file).unwrap().expose(), b"said in confidence");
        assert!(matches!(encrypt(&[], b""), Err(Error::NoSteward)));
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let who = Identity::generate().unwrap();
        let file = encrypt(&[who.recipient().unwrap()], b"x").unwrap();
        let who = [who];
        for at in (0..file.len()).step_by(7).chain(file.len() - 20..file.len()) {
            let mut bad = file.clone();
            bad[at] ^= 1;
            assert!(decrypt(&who, &bad).is_err(), "byte {at}");
        }
        for len in [0, 10, file.len() - 1] {
            assert!(decrypt(&who, &file[..len]).is_err(), "length {len}");
        }
        assert!(decrypt(&who, &[&file[..], b"x"].concat()).is_err());
    }

    #[test]
    fn text_comes_back_as_it_went() {
        let who = Identity::generate().unwrap();
        let (secret, public) = (who.to_text().unwrap(), who.recipient().unwrap().to_string());
        assert!(secret.expose().starts_with("AGE-SECRET-KEY-PQ-1"));
        assert!(public.starts_with("age1pq1"));
        assert_eq!(public.parse::<Recipient>().unwrap(), who.recipient().unwrap());
        let file = format!("# created: today\n# public key: x\n{}\n", secret.expose());
        assert_eq!(Identity::from_file_text(&file).unwrap().recipient().unwrap().to_string(), public);
        for bad in
            ["", "age1pq1", &public[..public.len() - 1], &public.replacen('q', "p", 3), "AGE-SECRET-KEY-1QQ"]
        {
            assert!(bad.parse::<Recipient>().is_err());
            assert!(Identity::from_text(bad).is_err());
        }
        assert!(!format!("{who:?}").contains("AGE"));
    }
}
