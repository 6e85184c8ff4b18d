//! What a bundle is inside its age file: a zstd frame of a tar with known members in a known order.
//! The same members always give the same bytes. This module encrypts nothing.

use std::io::{Read, Write};

use zeroize::Zeroize;

use super::Error;
use crate::secret::Sensitive;

/// The most bytes that a bundle may unfold to: a transcript at its limit, twice, with its layout.
pub const MAX_BUNDLE_BYTES: usize = 512 * 1024 * 1024;
const ZSTD_LEVEL: i32 = 3;

/// Packs members in the order given.
pub(super) fn pack(members: &[(&str, &[u8])]) -> Result<Sensitive<Vec<u8>>, Error> {
    let size = members.iter().map(|it| it.1.len() + 1024).sum::<usize>() + 1024;
    if size > MAX_BUNDLE_BYTES {
        return Err(Error::TooLarge);
    }
    let mut tar = tar::Builder::new(Vec::with_capacity(size));
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(u64::try_from(bytes.len()).map_err(|_| Error::TooLarge)?);
        header.set_mode(0o600);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_entry_type(tar::EntryType::Regular);
        tar.append_data(&mut header, name, *bytes).map_err(|_| Error::Malformed)?;
    }
    let tar = Sensitive::new(tar.into_inner().map_err(|_| Error::Malformed)?);
    let mut zstd = zstd::Encoder::new(Vec::new(), ZSTD_LEVEL).map_err(|_| Error::Malformed)?;
    zstd.include_checksum(true).map_err(|_| Error::Malformed)?;
    // EXPOSE: compressed into memory that is wiped; the caller encrypts it.
    zstd.write_all(tar.expose()).map_err(|_| Error::Malformed)?;
    Ok(Sensitive::new(zstd.finish().map_err(|_| Error::Malformed)?))
}

/// Unpacks exactly these members in exactly this order.
pub(super) fn unpack<const N: usize>(
    packed: &[u8],
    names: [&str; N],
) -> Result<[Sensitive<Vec<u8>>; N], Error> {
    let limit = u64::try_from(MAX_BUNDLE_BYTES).map_err(|_| Error::TooLarge)?;
    let zstd = zstd::Decoder::with_buffer(packed).map_err(|_| Error::Malformed)?.single_frame();
    let mut tar = tar::Archive::new(zstd.take(limit));
    let mut members = Vec::with_capacity(N);
    for entry in tar.entries().map_err(|_| Error::Malformed)? {
        let mut entry = entry.map_err(|_| Error::Malformed)?;
        let expected = names.get(members.len()).ok_or(Error::Malformed)?;
        let size = entry.size();
        if entry.path_bytes().as_ref() != expected.as_bytes()
            || entry.header().entry_type() != tar::EntryType::Regular
            || size > limit
        {
            return Err(Error::Malformed);
        }
        // Room for all of it at once: a growing vector would leave copies behind.
        let mut bytes = Vec::with_capacity(usize::try_from(size).map_err(|_| Error::TooLarge)?);
        if entry.read_to_end(&mut bytes).is_err() {
            bytes.zeroize();
            return Err(Error::Malformed);
        }
        members.push(Sensitive::new(bytes));
    }
    // To the end of the frame, where its checksum stands, and nothing after it.
    let mut rest = tar.into_inner();
    std::io::copy(&mut rest, &mut std::io::sink()).map_err(|_| Error::Malformed)?;
    if !rest.into_inner().finish().is_empty() {
        return Err(Error::Malformed);
    }
    members.try_into().map_err(|_| Error::Malformed)
}

/// Text out of a member.
pub(super) fn text(bytes: &Sensitive<Vec<u8>>) -> Result<Sensitive<String>, Error> {
    // EXPOSE: from one wiped place to another.
    std::str::from_utf8(bytes.expose()).map(|it| Sensitive::new(it.to_owned())).map_err(|_| Error::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order_and_no_others() {
        let packed = pack(&[("a", b"one"), ("b", b"")]).unwrap();
        let [a, b] = unpack(packed.expose(), ["a", "b"]).unwrap();
        assert_eq!((a.expose().as_slice(), b.expose().as_slice()), (&b"one"[..], &b""[..]));
        let again = pack(&[("a", b"one"), ("b", b"")]).unwrap();
        assert_eq!(packed.expose(), again.expose(), "the same members give the same bytes");
        assert!(unpack(packed.expose(), ["b", "a"]).is_err(), "order");
        assert!(unpack(packed.expose(), ["a"]).is_err(), "one too many");
        assert!(unpack(packed.expose(), ["a", "b", "c"]).is_err(), "one too few");
        for cut in [0, 1, packed.len() / 2, packed.len() - 1] {
            assert!(unpack(&packed.expose()[..cut], ["a", "b"]).is_err(), "cut at {cut}");
        }
        let longer = [packed.expose().as_slice(), b"x"].concat();
        assert!(unpack(&longer, ["a", "b"]).is_err(), "more after the frame");
    }
}
