//! A claimed file that is read once, piece by piece, and says at the end whether it stood still meanwhile.

use std::{fs::File, io::Read};

use super::{Error, scan::Stamp};

/// A claimed file that is read piece by piece. Whether it stood still is known at the end.
#[derive(Debug)]
#[must_use = "what was read counts only after `finish`"]
pub struct Stream {
    file: File,
    start: Stamp,
    read: u64,
}

impl Stream {
    pub(super) const fn new(file: File, start: Stamp) -> Self {
        Self { file, start, read: 0 }
    }

    /// How many bytes it had at the start.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.start.size
    }

    /// Says that all was read, and how much.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Changed`] if the file was written to meanwhile, or not read to its end.
    pub fn finish(self) -> Result<u64, Error> {
        let end = Stamp::of(&rustix::fs::fstat(&self.file)?);
        if end == self.start && self.read == end.size { Ok(self.read) } else { Err(Error::Changed) }
    }
}

impl std::io::Seek for Stream {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.read += u64::try_from(read).unwrap_or(0);
        Ok(read)
    }
}
