//! What stands before an object's body: magic, header, envelope. Readable without keys but for the
//! envelope's content.
//!
//! The header names no person, no file and no plaintext size.

use std::io::Read;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Error, io_error};
use crate::{
    id::{Handle, JobId},
    keys::{ObjectClass, canonical},
};

const MAGIC: &[u8; 8] = b"VSAFE01\n";
const SUITE: &str = "age-v1-mlkem768x25519+cobblestone-256";
const COMPRESSION: &str = "zstd";
const CONTEXT_LABEL: &[u8] = b"vouchsafe/object/v1\0";
/// Headers are a few hundred bytes.
pub(super) const MAX_HEADER_BYTES: usize = 64 * 1024;
/// An age file of one layer has about 1.8 KiB.
pub(super) const MAX_ENVELOPE_BYTES: usize = 1024 * 1024;

/// An object's header: everything that can be known of it without a key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Header {
    class: ObjectClass,
    compression: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    crit: Vec<String>,
    job: JobId,
    keys: Vec<Handle>,
    participants: Vec<Handle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    study: Option<Handle>,
    suite: String,
}

impl Header {
    pub(super) fn new(
        class: ObjectClass,
        job: JobId,
        keys: Vec<Handle>,
        participants: Vec<Handle>,
        study: Option<Handle>,
    ) -> Result<Self, Error> {
        let header = Self {
            class,
            compression: COMPRESSION.to_owned(),
            crit: Vec::new(),
            job,
            keys,
            participants,
            study,
            suite: SUITE.to_owned(),
        };
        header.check()?;
        Ok(header)
    }

    /// What the object holds.
    #[must_use]
    pub const fn class(&self) -> ObjectClass {
        self.class
    }

    /// The job whose item it holds.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// The keys that open it, the outermost first; none if it is sealed to the stewards themselves.
    #[must_use]
    pub fn keys(&self) -> &[Handle] {
        &self.keys
    }

    /// Whose words it holds.
    #[must_use]
    pub fn participants(&self) -> &[Handle] {
        &self.participants
    }

    /// The study, if known.
    #[must_use]
    pub const fn study(&self) -> Option<Handle> {
        self.study
    }

    fn check(&self) -> Result<(), Error> {
        // No extension is defined yet: whatever `crit` lists is unknown to us.
        if !self.crit.is_empty() || self.suite != SUITE || self.compression != COMPRESSION {
            return Err(Error::Unsupported);
        }
        let to_stewards = self.keys.is_empty();
        if to_stewards != (self.class == ObjectClass::Station)
            || repeats(&self.keys)
            || repeats(&self.participants)
        {
            return Err(Error::Header);
        }
        Ok(())
    }
}

fn repeats(handles: &[Handle]) -> bool {
    let mut sorted = handles.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// Everything before the body.
pub(super) struct Preamble {
    pub(super) header: Header,
    pub(super) envelope: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

impl Preamble {
    pub(super) fn new(header: Header, envelope: Vec<u8>) -> Result<Self, Error> {
        let text = canonical::to_bytes(&header).map_err(|_| Error::Header)?;
        let mut bytes = MAGIC.to_vec();
        for (part, max) in [(&text, MAX_HEADER_BYTES), (&envelope, MAX_ENVELOPE_BYTES)] {
            let len = u32::try_from(part.len()).ok().filter(|_| part.len() <= max).ok_or(Error::Header)?;
            bytes.extend(len.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Ok(Self { header, envelope, bytes })
    }

    pub(super) fn read<R: Read>(mut input: R) -> Result<Self, Error> {
        let mut magic = [0; 8];
        input.read_exact(&mut magic).map_err(io_error)?;
        if magic != *MAGIC {
            return Err(Error::NotAnObject);
        }
        let text = read_part(&mut input, MAX_HEADER_BYTES)?;
        // `crit` first: what it announces may change what the rest means.
        let header: Header = canonical::from_bytes(&text).map_err(|_| Error::Header)?;
        header.check()?;
        let envelope = read_part(&mut input, MAX_ENVELOPE_BYTES)?;
        let mut bytes = magic.to_vec();
        for part in [&text, &envelope] {
            bytes.extend(u32::try_from(part.len()).map_err(|_| Error::Header)?.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Ok(Self { header, envelope, bytes })
    }

    /// What binds a body to everything before it.
    pub(super) fn context(&self) -> Vec<u8> {
        [CONTEXT_LABEL, &Sha256::digest(&self.bytes)].concat()
    }
}

fn read_part<R: Read>(input: &mut R, max: usize) -> Result<Vec<u8>, Error> {
    let mut len = [0; 4];
    input.read_exact(&mut len).map_err(io_error)?;
    let len = usize::try_from(u32::from_be_bytes(len)).ok().filter(|len| *len <= max).ok_or(Error::Header)?;
    let mut part = vec![0; len];
    input.read_exact(&mut part).map_err(io_error)?;
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let handle = |byte| Handle::from_bytes([byte; 16]);
        Header::new(
            ObjectClass::Raw,
            JobId::from_bytes([1; 16]),
            vec![handle(2)],
            vec![handle(3)],
            Some(handle(4)),
        )
        .unwrap()
    }

    fn with_text(text: &str) -> Result<Preamble, Error> {
        let len = u32::try_from(text.len()).unwrap().to_be_bytes();
        Preamble::read(&[&MAGIC[..], &len, text.as_bytes(), &[0, 0, 0, 1, b'e']].concat()[..])
    }

    #[test]
    fn what_is_written_is_what_the_format_says() {
        let preamble = Preamble::new(header(), b"e".to_vec()).unwrap();
        let text = concat!(
            r#"{"class":"raw","compression":"zstd","job":"01010101010101010101010101010101","#,
            r#""keys":["02020202020202020202020202020202"],"participants":["03030303030303030303030303030303"],"#,
            r#""study":"04040404040404040404040404040404","suite":"age-v1-mlkem768x25519+cobblestone-256"}"#
        );
        let again = with_text(text).unwrap();
        assert_eq!(preamble.bytes, again.bytes);
        assert_eq!(again.header, header());
        assert_eq!(again.envelope, b"e");
    }

    #[test]
    fn other_headers_are_refused() {
        let good = String::from_utf8(canonical::to_bytes(&header()).unwrap()).unwrap();
        let extended = good.replace("\"suite\"", "\"someday\":1,\"suite\"");
        // A member that nobody calls critical is passed over; it must still stand in its place.
        assert!(with_text(&good.replace("},", "}")).is_ok());
        assert!(with_text(&extended).is_err(), "someday stands before study");
        let placed = good.replace("\"study\"", "\"someday\":1,\"study\"");
        assert!(with_text(&placed).is_ok());
        let critical = placed.replace("\"job\"", "\"crit\":[\"someday\"],\"job\"");
        assert!(matches!(with_text(&critical), Err(Error::Unsupported)));
        assert!(matches!(with_text(&good.replace("zstd", "gzip")), Err(Error::Unsupported)));
        assert!(matches!(with_text(&good.replace("256", "128")), Err(Error::Unsupported)));
        for bad in [
            good.replace(',', ", "),
            format!("{good}\n"),
            good.replace("\"raw\"", "\"other\""),
            good.replace("\"raw\"", "\"station\""),
            good.replace("[\"02020202020202020202020202020202\"]", "[]"),
            good.replace(
                "[\"02020202020202020202020202020202\"]",
                "[\"02020202020202020202020202020202\",\"02020202020202020202020202020202\"]",
            ),
            String::new(),
        ] {
            assert!(matches!(with_text(&bad), Err(Error::Header)), "{bad}");
        }
        assert!(matches!(Preamble::read(&b"VSAFE02\n"[..]), Err(Error::NotAnObject)));
        let huge = [&MAGIC[..], &u32::MAX.to_be_bytes()].concat();
        assert!(matches!(Preamble::read(&huge[..]), Err(Error::Header)), "no memory for a length alone");
    }
}
