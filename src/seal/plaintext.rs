//! The plaintext of an object: a deterministic tar under zstd, padded to a Padmé length.
//!
//! The tar is POSIX ustar in GNU's spelling (`tar` writes sizes from 8 GiB on in base 256): regular files
//! only, mode 0600, owner 0, time 0, names sorted by their bytes. A reader rebuilds every header from
//! name and size and compares, so there is one spelling here too.

use std::io::{self, Read, Write};

use super::{Error, io_error};

const BLOCK_BYTES: usize = 512;
/// Every member's name has at most this many bytes, which fits the oldest tar header.
pub(super) const MAX_NAME_BYTES: usize = 100;
/// An object has at most this many members.
const MAX_MEMBERS: usize = 4096;
const SKIPPABLE_MAGIC: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();
const SKIPPABLE_START_BYTES: u64 = 8;
const LEVEL: i32 = 3;
/// A frame that wants more memory than 8 MiB to be decoded is not one of ours.
const MAX_WINDOW_LOG: u32 = 23;

/// Whether a member may be called so: lower-case letters, digits, `.`, `_`, `-`, in folders.
pub(super) fn is_member_name(name: &str) -> bool {
    name.len() <= MAX_NAME_BYTES
        && name.split('/').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
                })
        })
}

/// The Padmé length of `len`: it tells of a length no more than the order of its magnitude does.
pub(super) const fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let mask = (1 << (exponent - (exponent.ilog2() + 1))) - 1;
    (len + mask) & !mask
}

/// The length of `len` bytes with their padding, which is a skippable frame of 8 bytes at least, or none.
pub(super) const fn padded_len(len: u64) -> u64 {
    let padded = padme(len);
    match padded - len {
        0 => padded,
        1..SKIPPABLE_START_BYTES => padme(len + SKIPPABLE_START_BYTES),
        _ => padded,
    }
}

fn member_header(name: &str, size: u64) -> Result<[u8; BLOCK_BYTES], Error> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).map_err(|_| Error::Member)?;
    header.set_size(size);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    Ok(*header.as_bytes())
}

fn rest_of_block(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK_BYTES as u64
}

/// Counts what is written.
struct Counted<W> {
    out: W,
    len: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes members, in the order of their names.
#[must_use]
pub(super) struct MemberWriter<W: Write> {
    out: zstd::Encoder<'static, Counted<W>>,
    last: String,
}

impl<W: Write> MemberWriter<W> {
    pub(super) fn new(out: W) -> Result<Self, Error> {
        let out = zstd::Encoder::new(Counted { out, len: 0 }, LEVEL).map_err(io_error)?;
        Ok(Self { out, last: String::new() })
    }

    /// Writes a member of exactly `size` bytes.
    pub(super) fn member<R: Read>(&mut self, name: &str, size: u64, mut bytes: R) -> Result<(), Error> {
        if !is_member_name(name) || name <= self.last.as_str() {
            return Err(Error::Member);
        }
        name.clone_into(&mut self.last);
        self.out.write_all(&member_header(name, size)?).map_err(io_error)?;
        if io::copy(&mut bytes.by_ref().take(size), &mut self.out).map_err(io_error)? != size {
            return Err(Error::SourceChanged);
        }
        if bytes.read(&mut [0]).map_err(io_error)? != 0 {
            return Err(Error::SourceChanged);
        }
        io::copy(&mut io::repeat(0).take(rest_of_block(size)), &mut self.out).map_err(io_error)?;
        Ok(())
    }

    /// Ends the tar and the frame, and pads.
    pub(super) fn finish(mut self) -> Result<W, Error> {
        self.out.write_all(&[0; 2 * BLOCK_BYTES]).map_err(io_error)?;
        let mut counted = self.out.finish().map_err(io_error)?;
        let gap = padded_len(counted.len) - counted.len;
        if let Some(zeros) = gap.checked_sub(SKIPPABLE_START_BYTES) {
            let len = u32::try_from(zeros).map_err(|_| Error::TooLarge)?;
            counted.write_all(&SKIPPABLE_MAGIC).map_err(io_error)?;
            counted.write_all(&len.to_le_bytes()).map_err(io_error)?;
            io::copy(&mut io::repeat(0).take(zeros), &mut counted).map_err(io_error)?;
        }
        Ok(counted.out)
    }
}

/// Gives out at most so many bytes, then fails.
struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(Error::TooLarge))?;
        Ok(read)
    }
}

/// Reads every member in turn and hands it to `take`; fails if the decompressed tar is over `limit`.
pub(super) fn read_members<R: Read>(
    input: R,
    limit: u64,
    take: &mut dyn FnMut(&str, u64, &mut dyn Read) -> io::Result<()>,
) -> Result<(), Error> {
    let mut decoder = zstd::Decoder::new(input).map_err(io_error)?;
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(io_error)?;
    let mut tar = Bounded { input: decoder, left: limit };
    let mut last = String::new();
    for _ in 0..=MAX_MEMBERS {
        let mut block = [0; BLOCK_BYTES];
        read_exact(&mut tar, &mut block)?;
        if block == [0; BLOCK_BYTES] {
            read_exact(&mut tar, &mut block)?;
            let ended = block == [0; BLOCK_BYTES] && tar.read(&mut [0]).map_err(malformed)? == 0;
            return if ended { Ok(()) } else { Err(Error::Tar) };
        }
        let (name, size) = parsed(&block)?;
        if name <= last || size > tar.left {
            return Err(if size > tar.left { Error::TooLarge } else { Error::Tar });
        }
        let mut member = tar.by_ref().take(size);
        take(&name, size, &mut member).map_err(io_error)?;
        io::copy(&mut member, &mut io::sink()).map_err(malformed)?;
        if member.limit() != 0 {
            return Err(Error::Tar);
        }
        let rest = usize::try_from(rest_of_block(size)).map_err(|_| Error::Tar)?;
        let mut padding = vec![0; rest];
        read_exact(&mut tar, &mut padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Error::Tar);
        }
        last = name;
    }
    Err(Error::Tar)
}

fn parsed(block: &[u8; BLOCK_BYTES]) -> Result<(String, u64), Error> {
    let header = tar::Header::from_byte_slice(block);
    let name = std::str::from_utf8(&header.path_bytes()).map_err(|_| Error::Tar)?.to_owned();
    let size = header.size().map_err(|_| Error::Tar)?;
    if is_member_name(&name) && member_header(&name, size)? == *block {
        Ok((name, size))
    } else {
        Err(Error::Tar)
    }
}

fn read_exact<R: Read>(input: &mut R, bytes: &mut [u8]) -> Result<(), Error> {
    input.read_exact(bytes).map_err(|error| {
        // Our own `Truncated` says that the object is cut off; the reader's, that the tar inside is.
        let cut = error.kind() == io::ErrorKind::UnexpectedEof
            && error.get_ref().is_none_or(|it| !it.is::<Error>());
        if cut { Error::Tar } else { malformed(error) }
    })
}

/// What fails while decompressing is either our own error from below, or a plaintext that is not zstd.
fn malformed(error: io::Error) -> Error {
    let error = io_error(error);
    if matches!(error, Error::Io(_)) { Error::Tar } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(members: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
        let mut writer = MemberWriter::new(Vec::new())?;
        for (name, bytes) in members {
            writer.member(name, bytes.len() as u64, *bytes)?;
        }
        writer.finish()
    }

    fn read(plaintext: &[u8], limit: u64) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut members = Vec::new();
        read_members(plaintext, limit, &mut |name, _, bytes| {
            let mut all = Vec::new();
            bytes.read_to_end(&mut all)?;
            members.push((name.to_owned(), all));
            Ok(())
        })?;
        Ok(members)
    }

    #[test]
    fn lengths_are_padme_and_the_gap_is_none_or_holds_a_frame() {
        for (len, expected) in [
            (1, 1),
            (9, 10),
            (100, 104),
            (1000, 1024),
            (1 << 20, 1 << 20),
            ((1 << 20) + 1, (1 << 20) + (1 << 15)),
        ] {
            assert_eq!(padme(len), expected, "{len}");
        }
        for len in (9..5000).chain((1 << 30)..(1 << 30) + 100) {
            let padded = padded_len(len);
            assert!(padded == len || padded >= len + 8, "{len}");
            assert_eq!(padme(padded), padded, "{len}");
            assert!(padded <= padme(len + 8));
        }
    }

    #[test]
    fn members_come_back_and_are_always_written_alike() {
        let noise: Vec<u8> =
            (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let members: &[(&str, &[u8])] =
            &[("a/b.txt", b""), ("meta.json", b"{}"), ("noise", &noise), ("z", &[0; 512])];
        let plaintext = written(members).unwrap();
        assert_eq!(plaintext, written(members).unwrap());
        assert_eq!(padme(plaintext.len() as u64), plaintext.len() as u64);
        let back = read(&plaintext, 1 << 20).unwrap();
        let back: Vec<_> = back.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        assert_eq!(back, members);
    }

    #[test]
    fn names_are_plain_and_in_order() {
        let long = "a".repeat(MAX_NAME_BYTES + 1);
        for bad in ["", "/a", "a/", "a//b", "../a", "a/..", ".a", "A", "a b", "陳", &long] {
            assert!(matches!(written(&[(bad, b"")]), Err(Error::Member)), "{bad}");
        }
        assert!(written(&[(&long[1..], b"")]).is_ok());
        assert!(written(&[("b", b""), ("a", b"")]).is_err());
        assert!(written(&[("a", b""), ("a", b"")]).is_err());
    }

    #[test]
    fn a_source_of_another_length_is_noticed() {
        for size in [3, 5] {
            let mut writer = MemberWriter::new(Vec::new()).unwrap();
            assert!(matches!(writer.member("a", size, &b"1234"[..]), Err(Error::SourceChanged)), "{size}");
        }
    }

    #[test]
    fn a_plaintext_that_swells_is_bounded() {
        let mut bomb = MemberWriter::new(Vec::new()).unwrap();
        bomb.member("a", 50 << 20, io::repeat(0).take(50 << 20)).unwrap();
        let bomb = bomb.finish().unwrap();
        assert!(bomb.len() < 10_000);
        let mut seen = 0;
        let stopped = read_members(&bomb[..], 1 << 20, &mut |_, _, bytes| {
            seen += io::copy(bytes, &mut io::sink())?;
            Ok(())
        });
        assert!(matches!(stopped, Err(Error::TooLarge)));
        assert_eq!(seen, 0, "refused by its stated size");
        // Many empty frames' worth of zeros after the end are no way around it.
        let tail = zstd::encode_all(io::repeat(0).take(50 << 20), 3).unwrap();
        let plaintext = [written(&[("a", b"x")]).unwrap(), tail].concat();
        assert!(matches!(read(&plaintext, 1 << 20), Err(Error::Tar)));
    }

    #[test]
    fn only_our_own_spelling_of_a_tar_is_read() {
        let header = |change: fn(&mut tar::Header)| {
            let mut header = tar::Header::from_byte_slice(&member_header("a", 1).unwrap()).clone();
            change(&mut header);
            header.set_cksum();
            let mut tar = header.as_bytes().to_vec();
            tar.extend([b'x'; 1]);
            tar.resize(4 * BLOCK_BYTES, 0);
            read(&zstd::encode_all(&tar[..], 3).unwrap(), 1 << 20)
        };
        assert!(header(|_| ()).is_ok());
        assert!(header(|it| it.set_mtime(1)).is_err());
        assert!(header(|it| it.set_mode(0o644)).is_err());
        assert!(header(|it| it.set_uid(1)).is_err());
        assert!(header(|it| it.set_size(0)).is_err());
        assert!(header(|it| it.set_size(513)).is_err());
        assert!(header(|it| it.set_entry_type(tar::EntryType::Symlink)).is_err());
        assert!(header(|it| it.as_mut_bytes()[0] = b'/').is_err());
        for bad in [&b""[..], b"not zstd", &zstd::encode_all(&[0_u8; 100][..], 3).unwrap()] {
            assert!(matches!(read(bad, 1 << 20), Err(Error::Tar)));
        }
    }
}
