//! Zip containers: opened with limits, and nothing in them trusted to be what it says.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _},
};

use zip::{ZipArchive, result::ZipError};

use super::Error;

/// The most members of a container.
const MAX_MEMBERS: usize = 4096;
/// The most bytes that are unpacked of one container.
pub(super) const MAX_UNPACKED_BYTES: u64 = 96 * 1024 * 1024;

/// A container that is read member by member.
pub(super) struct Container<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    names: BTreeSet<String>,
    left: u64,
}

impl<'b> Container<'b> {
    /// Opens it, and looks at the names of its members.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Error> {
        Self::open_within(bytes, MAX_UNPACKED_BYTES)
    }

    /// The same of one that may unpack to so many bytes: what lies in another container has what that one has left.
    pub(super) fn open_within(bytes: &'b [u8], left: u64) -> Result<Self, Error> {
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(if bytes.starts_with(b"\xD0\xCF\x11\xE0") { Error::Locked } else { Error::Mismatch });
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Error::Damaged)?;
        if zip.len() > MAX_MEMBERS {
            return Err(Error::TooMuch);
        }
        let (mut names, mut declared) = (BTreeSet::new(), 0_u64);
        for n in 0..zip.len() {
            let member = zip.by_index_raw(n).map_err(|_| Error::Damaged)?;
            if member.encrypted() {
                return Err(Error::Locked);
            }
            let name = member.name().map_err(|_| Error::Members)?.into_owned();
            let leads_out = name.starts_with(['/', '\\']) || name.split(['/', '\\']).any(|it| it == "..");
            declared = declared.saturating_add(member.size());
            // Two members of one name: whoever reads it elsewhere may see the other.
            if leads_out || name.contains('\0') || !names.insert(name) {
                return Err(Error::Members);
            }
        }
        if declared > left {
            return Err(Error::TooMuch);
        }
        Ok(Self { zip, names, left })
    }

    /// How many bytes it may still unpack to.
    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    /// What lies in it has unpacked to some bytes: so many are left.
    pub(super) const fn leave(&mut self, left: u64) {
        self.left = left;
    }

    /// The members' names, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// A member, unpacked; none if there is none of that name.
    pub(super) fn member(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let member = match self.zip.by_name(name) {
            Ok(it) => it,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(Error::Damaged),
        };
        let mut bytes = Vec::new();
        let most = self.left.saturating_add(1);
        member.take(most).read_to_end(&mut bytes).map_err(|_| Error::Damaged)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(size).ok_or(Error::TooMuch)?;
        Ok(Some(bytes))
    }
}
