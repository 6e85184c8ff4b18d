//! Zip containers of our own: no times, no owners, members in the order that they are given.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Packs members. A name that begins with `=` is stored as it is: what tells the container's type stands first and plain.
pub(crate) fn pack<B: AsRef<[u8]>>(members: &[(&str, B)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let plain = name.strip_prefix('=');
        let method = if plain.is_some() { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).unix_permissions(0o644);
        let written =
            zip.start_file(plain.unwrap_or(name), options).and_then(|()| Ok(zip.write_all(bytes.as_ref())?));
        // Into memory, and below every limit of the format.
        debug_assert!(written.is_ok());
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// The members of a container, unpacked, with their names.
pub(super) fn members(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..zip.len())
        .map(|n| {
            let mut bytes = Vec::new();
            let mut member = zip.by_index(n).ok()?;
            member.read_to_end(&mut bytes).ok()?;
            let name = member.name().ok()?.into_owned();
            Some((name, bytes))
        })
        .collect()
}
