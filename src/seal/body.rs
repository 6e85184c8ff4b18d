//! The body of an object: Cobblestone-256 of C2SP's chunked-encryption, streaming in constant memory.
//!
//! ```text
//! salt 24 | commitment 32 | chunks of 16 KiB + 16, the last one always shorter
//! okm = HKDF-Expand-SHA-512(key, label 0x00 salt context, 76) = AES-256-GCM key 32 | base nonce 12 | commitment 32
//! ```
//!
//! This module knows nothing of headers, envelopes or what the plaintext means. The crate `cobblestone`
//! and the Python package `cryptography` read what it writes.

use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom, Write},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{AeadInOut, Tag},
};
use hkdf::Hkdf;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::{Error, io_error};
use crate::secret::{self, Sensitive};

/// Plaintext bytes in every chunk but the last.
pub(super) const CHUNK_BYTES: usize = 16 * 1024;
const TAG_BYTES: usize = 16;
const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
const SALT_BYTES: usize = 24;
const COMMITMENT_BYTES: usize = 32;
/// What stands before the chunks.
pub(super) const OVERHEAD_BYTES: u64 = 56;
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// The 32 bytes that open one body.
pub(super) type DataKey = Sensitive<[u8; 32]>;

struct Chunks {
    cipher: Aes256Gcm,
    base_nonce: [u8; 12],
}

/// How many plaintext bytes a body of `sealed` bytes holds; `None` if no body has that length.
pub(super) fn plaintext_len(sealed: u64) -> Option<u64> {
    let chunks = sealed.checked_sub(OVERHEAD_BYTES)?;
    let (full, rest) = (chunks / SEALED_CHUNK_BYTES as u64, chunks % SEALED_CHUNK_BYTES as u64);
    Some(full * CHUNK_BYTES as u64 + rest.checked_sub(TAG_BYTES as u64)?)
}

impl Chunks {
    fn derive(
        key: &DataKey,
        salt: &[u8; SALT_BYTES],
        context: &[u8],
    ) -> Result<(Self, [u8; COMMITMENT_BYTES]), Error> {
        // HKDF wants a key of the hash's length; HMAC fills a short one with zeros, which is the same.
        let mut padded = Zeroizing::new([0_u8; 64]);
        if let Some(start) = padded.first_chunk_mut() {
            // EXPOSE: into a copy that is wiped on drop.
            *start = *key.expose();
        }
        let hkdf = Hkdf::<Sha512>::from_prk(&padded[..]).map_err(|_| Error::Commitment)?;
        let mut okm = Zeroizing::new([0_u8; 76]);
        hkdf.expand_multi_info(&[LABEL, salt, context], &mut okm[..]).map_err(|_| Error::Commitment)?;
        let (aes_key, rest) = okm.split_first_chunk::<32>().ok_or(Error::Commitment)?;
        let (base_nonce, rest) = rest.split_first_chunk::<12>().ok_or(Error::Commitment)?;
        let commitment = rest.first_chunk::<COMMITMENT_BYTES>().ok_or(Error::Commitment)?;
        Ok((Self { cipher: Aes256Gcm::new(aes_key.into()), base_nonce: *base_nonce }, *commitment))
    }

    /// Derives from a body's first 56 bytes and compares the commitment, before any chunk is touched.
    fn open(key: &DataKey, context: &[u8], start: &[u8; 56]) -> Result<Self, Error> {
        let (salt, found) = start.split_first_chunk::<SALT_BYTES>().ok_or(Error::Commitment)?;
        let (chunks, commitment) = Self::derive(key, salt, context)?;
        if bool::from(commitment.ct_eq(found)) { Ok(chunks) } else { Err(Error::Commitment) }
    }

    fn nonce(&self, index: u64) -> [u8; 12] {
        let mut nonce = self.base_nonce;
        // The cap of an object keeps the index far below the 40 bits that it may have.
        for (byte, count) in nonce.iter_mut().rev().zip(index.to_le_bytes()) {
            *byte ^= count;
        }
        nonce
    }

    fn seal(&self, index: u64, chunk: &mut Vec<u8>) -> Result<(), Error> {
        let tag = self
            .cipher
            .encrypt_inout_detached(&self.nonce(index).into(), b"", chunk.as_mut_slice().into())
            .map_err(|_| Error::TooLarge)?;
        chunk.extend_from_slice(&tag);
        Ok(())
    }

    fn unseal(&self, index: u64, chunk: &mut Vec<u8>) -> Result<(), Error> {
        let len = chunk.len().checked_sub(TAG_BYTES).ok_or(Error::Truncated)?;
        let (text, tag) = chunk.split_at_mut_checked(len).ok_or(Error::Truncated)?;
        let tag = Tag::<Aes256Gcm>::try_from(&*tag).map_err(|_| Error::Truncated)?;
        self.cipher
            .decrypt_inout_detached(&self.nonce(index).into(), b"", text.into(), &tag)
            .map_err(|_| Error::Damaged { chunk: index })?;
        chunk.truncate(len);
        Ok(())
    }
}

/// Encrypts what is written to it; [`BodyWriter::finish`] writes the last chunk.
#[must_use]
pub(super) struct BodyWriter<W> {
    out: W,
    chunks: Chunks,
    buffer: Vec<u8>,
    index: u64,
}

impl<W: Write> BodyWriter<W> {
    /// Writes salt and commitment.
    pub(super) fn new(key: &DataKey, context: &[u8], mut out: W) -> Result<Self, Error> {
        let salt: [u8; SALT_BYTES] = secret::random().map_err(|_| Error::Random)?;
        let (chunks, commitment) = Chunks::derive(key, &salt, context)?;
        out.write_all(&salt).and_then(|()| out.write_all(&commitment)).map_err(io_error)?;
        Ok(Self { out, chunks, buffer: Vec::with_capacity(SEALED_CHUNK_BYTES), index: 0 })
    }

    fn emit(&mut self) -> io::Result<()> {
        self.chunks.seal(self.index, &mut self.buffer).map_err(io::Error::other)?;
        self.index += 1;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes the last chunk, which is never a full one.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.emit()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for BodyWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CHUNK_BYTES - self.buffer.len();
        let (now, _) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.buffer.extend_from_slice(now);
        if self.buffer.len() == CHUNK_BYTES {
            self.emit()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Decrypts from a reader. Gives out only what has proved genuine, and the end only if it is the end.
pub(super) struct BodyReader<R> {
    input: R,
    chunks: Chunks,
    buffer: Vec<u8>,
    at: usize,
    index: u64,
    ended: bool,
    failed: bool,
}

impl<R: Read> BodyReader<R> {
    /// Reads salt and commitment, and compares the commitment.
    pub(super) fn new(key: &DataKey, context: &[u8], mut input: R) -> Result<Self, Error> {
        let chunks = Chunks::open(key, context, &read_start(&mut input)?)?;
        let buffer = Vec::with_capacity(SEALED_CHUNK_BYTES);
        Ok(Self { input, chunks, buffer, at: 0, index: 0, ended: false, failed: false })
    }

    fn next(&mut self) -> Result<(), Error> {
        self.buffer.clear();
        self.at = 0;
        self.input
            .by_ref()
            .take(SEALED_CHUNK_BYTES as u64)
            .read_to_end(&mut self.buffer)
            .map_err(io_error)?;
        self.ended = self.buffer.len() < SEALED_CHUNK_BYTES;
        self.chunks.unseal(self.index, &mut self.buffer)?;
        self.index += 1;
        Ok(())
    }
}

impl<R: Read> Read for BodyReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.at == self.buffer.len() && !self.ended {
            if self.failed {
                return Err(io::Error::other(Error::Truncated));
            }
            if let Err(error) = self.next() {
                self.buffer.zeroize();
                self.at = 0;
                self.failed = true;
                return Err(io::Error::other(error));
            }
        }
        let mut rest = self.buffer.get(self.at..).unwrap_or_default();
        let read = rest.read(bytes)?;
        self.at += read;
        Ok(read)
    }
}

impl<R> Drop for BodyReader<R> {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}

/// Reads any stretch of a body's plaintext, touching only the chunks that hold it.
pub struct RandomAccess<R> {
    input: R,
    /// Where the chunks start in `input`.
    start: u64,
    /// How long they are together.
    sealed: u64,
    len: u64,
    chunks: Chunks,
}

impl<R: Read + Seek> RandomAccess<R> {
    /// Takes a body that starts at `start` and goes to the end of `input`. Proves the length by the last chunk.
    pub(super) fn new(key: &DataKey, context: &[u8], mut input: R, start: u64) -> Result<Self, Error> {
        let end = input.seek(SeekFrom::End(0)).map_err(io_error)?;
        let body = end.checked_sub(start).ok_or(Error::Truncated)?;
        let len = plaintext_len(body).ok_or(Error::Truncated)?;
        input.seek(SeekFrom::Start(start)).map_err(io_error)?;
        let chunks = Chunks::open(key, context, &read_start(&mut input)?)?;
        let (start, sealed) = (start + OVERHEAD_BYTES, body - OVERHEAD_BYTES);
        let mut this = Self { input, start, sealed, len, chunks };
        this.chunk(sealed / SEALED_CHUNK_BYTES as u64)?;
        Ok(this)
    }

    /// How many plaintext bytes there are, the padding included.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads exactly `bytes.len()` bytes from `offset` on.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Truncated`] past the end, with [`Error::Damaged`] if a chunk is not genuine.
    pub fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> Result<(), Error> {
        let wanted = offset.checked_add(bytes.len() as u64).ok_or(Error::Truncated)?;
        if wanted > self.len {
            return Err(Error::Truncated);
        }
        let mut at = offset;
        let mut out = bytes;
        while !out.is_empty() {
            let chunk = self.chunk(at / CHUNK_BYTES as u64)?;
            let from = usize::try_from(at % CHUNK_BYTES as u64).map_err(|_| Error::Truncated)?;
            let mut rest = chunk.get(from..).unwrap_or_default();
            let read = rest.read(out).map_err(io_error)?;
            if read == 0 {
                return Err(Error::Truncated);
            }
            at += read as u64;
            out = out.split_at_mut_checked(read).ok_or(Error::Truncated)?.1;
        }
        Ok(())
    }

    fn chunk(&mut self, index: u64) -> Result<Zeroizing<Vec<u8>>, Error> {
        let offset = index * SEALED_CHUNK_BYTES as u64;
        let here = self.sealed.saturating_sub(offset).min(SEALED_CHUNK_BYTES as u64);
        self.input.seek(SeekFrom::Start(self.start + offset)).map_err(io_error)?;
        let mut chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK_BYTES));
        self.input.by_ref().take(here).read_to_end(&mut chunk).map_err(io_error)?;
        self.chunks.unseal(index, &mut chunk)?;
        Ok(chunk)
    }
}

impl<R> fmt::Debug for RandomAccess<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RandomAccess({} bytes)", self.len)
    }
}

fn read_start<R: Read>(input: &mut R) -> Result<[u8; 56], Error> {
    let mut start = [0; 56];
    input.read_exact(&mut start).map_err(io_error)?;
    Ok(start)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const CONTEXT: &[u8] = b"a context";

    fn key(byte: u8) -> DataKey {
        Sensitive::new([byte; 32])
    }

    fn text(len: usize) -> Vec<u8> {
        (0..251).cycle().take(len).collect()
    }

    fn sealed(text: &[u8]) -> Vec<u8> {
        let mut writer = BodyWriter::new(&key(1), CONTEXT, Vec::new()).unwrap();
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn opened(key: &DataKey, context: &[u8], body: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        BodyReader::new(key, context, body)?.read_to_end(&mut out).map_err(io_error)?;
        Ok(out)
    }

    #[test]
    fn another_program_reads_what_we_write_and_writes_what_we_read() {
        let theirs = cobblestone::Key256::from_bytes(&[1; 32]);
        for len in [0, 1, 55, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 100_000] {
            let text = text(len);
            let body = sealed(&text);
            assert_eq!(plaintext_len(body.len() as u64), Some(len as u64), "{len}");
            assert_eq!(cobblestone::decrypt(&theirs, CONTEXT, &body).unwrap(), text, "{len}");
            let body = cobblestone::encrypt(&theirs, CONTEXT, &text).unwrap();
            assert_eq!(opened(&key(1), CONTEXT, &body).unwrap(), text, "{len}");
        }
    }

    #[test]
    fn nothing_but_the_whole_body_opens() {
        const SEALED: usize = SEALED_CHUNK_BYTES;
        let text = text(3 * CHUNK_BYTES + 5);
        let body = sealed(&text);
        let refused = |what: &str, body: &[u8]| {
            assert!(opened(&key(1), CONTEXT, body).is_err(), "{what}");
            assert!(
                RandomAccess::new(&key(1), CONTEXT, Cursor::new(body), 0)
                    .and_then(|mut it| {
                        let mut out = vec![0; usize::try_from(it.len()).unwrap()];
                        it.read_at(0, &mut out)
                    })
                    .is_err(),
                "{what} at random"
            );
        };
        let edges = (0..56).chain((0..4).flat_map(|n| {
            let start = 56 + n * SEALED;
            [start, start + 1, (start + SEALED - 1).min(body.len() - 1)]
        }));
        for at in edges {
            let mut bad = body.clone();
            bad[at] ^= 1;
            refused(&format!("byte {at}"), &bad);
        }
        for len in [0, 55, 56, 57, 72, 56 + SEALED, 56 + 2 * SEALED, 56 + 3 * SEALED, body.len() - 1] {
            refused(&format!("length {len}"), &body[..len]);
        }
        let (start, chunks) = body.split_at(56);
        let (a, b, c) = (&chunks[..SEALED], &chunks[SEALED..2 * SEALED], &chunks[2 * SEALED..]);
        refused("swapped", &[start, b, a, c].concat());
        refused("dropped", &[start, a, c].concat());
        refused("repeated", &[start, a, a, b, c].concat());
        refused("last chunk first", &[start, &c[SEALED..]].concat());
        refused("trailing byte", &[&body[..], b"x"].concat());
        refused("trailing chunk", &[&body[..], a].concat());
        assert!(matches!(opened(&key(2), CONTEXT, &body), Err(Error::Commitment)));
        assert!(matches!(opened(&key(1), b"another context", &body), Err(Error::Commitment)));
        assert!(matches!(opened(&key(1), b"", &body), Err(Error::Commitment)));
    }

    #[test]
    fn any_stretch_is_read_without_the_rest() {
        for len in [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 5] {
            let text = text(len);
            let file = [b"before".to_vec(), sealed(&text)].concat();
            let mut access = RandomAccess::new(&key(1), CONTEXT, Cursor::new(file), 6).unwrap();
            assert_eq!(access.len(), len as u64);
            for (from, to) in [(0, len), (len / 3, len / 2), (len.saturating_sub(1), len), (len, len)] {
                let mut out = vec![0; to - from];
                access.read_at(from as u64, &mut out).unwrap();
                assert_eq!(out, text[from..to]);
            }
            assert!(access.read_at(len as u64, &mut [0]).is_err());
        }
    }

    #[test]
    fn lengths_that_no_body_has_are_known() {
        for sealed in [0, 56, 71, 56 + SEALED_CHUNK_BYTES as u64, 56 + SEALED_CHUNK_BYTES as u64 + 15] {
            assert_eq!(plaintext_len(sealed), None, "{sealed}");
        }
    }
}
