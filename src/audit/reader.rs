//! Reads the log's files at the size of its checkpoint. Trusts a tile only as far as the root bears it out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    audit::{
        Error,
        entry::Entry,
        note::{Checkpoint, LogKey},
        proof,
        tile::{self, CHECKPOINT, Kind, TileName},
        tree::{self, Edge, Hash, TILE_WIDTH, Tiles, WIDTH},
    },
    durable,
};

/// A log as it was when its checkpoint was read.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) dir: PathBuf,
    pub(crate) size: u64,
    pub(crate) root: Hash,
    pub(crate) text: String,
}

impl Reader {
    /// Reads the checkpoint and checks who signed it.
    pub(crate) fn open(dir: &Path, key: &LogKey) -> Result<Self, Error> {
        let bytes = read(&dir.join(CHECKPOINT))?;
        let it = Checkpoint::verify(&bytes, key)?;
        let text = String::from_utf8(bytes).map_err(|_| Error::Mismatch)?;
        Ok(Self { dir: dir.to_owned(), size: it.size, root: it.root, text })
    }

    /// The right edge, once it is known to give the signed root, and the last bundle.
    pub(crate) fn edge(&self) -> Result<(Edge, Vec<u8>), Error> {
        let mut edge = Edge { size: self.size, levels: Vec::new() };
        for (level, index, width) in tree::edge_shape(self.size) {
            edge.levels.push(if width == 0 { Vec::new() } else { self.tile(level, index)? });
        }
        if edge.root() != self.root {
            return Err(Error::Mismatch);
        }
        let width = width_at(self.size, 0, self.size / WIDTH);
        if width == 0 {
            return Ok((edge, Vec::new()));
        }
        let bundle = self.bundle(self.size / WIDTH)?;
        let hashes: Vec<_> =
            tile::entries(&bundle).map_err(|_| Error::Mismatch)?.into_iter().map(tree::leaf_hash).collect();
        if edge.levels.first() == Some(&hashes) { Ok((edge, bundle)) } else { Err(Error::Mismatch) }
    }

    fn bundle(&self, index: u64) -> Result<Vec<u8>, Error> {
        let width = width_at(self.size, 0, index);
        read(&self.dir.join(TileName { kind: Kind::Entries, index, width }.path()))
    }

    /// One entry's bytes.
    pub(crate) fn bytes(&self, leaf: u64) -> Result<Vec<u8>, Error> {
        if leaf >= self.size {
            return Err(Error::NoLeaf(leaf));
        }
        let bundle = self.bundle(leaf / WIDTH)?;
        let entries = tile::entries(&bundle).map_err(|_| Error::Mismatch)?;
        let at = usize::try_from(leaf % WIDTH).map_err(|_| Error::Mismatch)?;
        entries.get(at).map(|it| it.to_vec()).ok_or(Error::Mismatch)
    }

    /// One entry, once it is known to be in the signed tree.
    pub(crate) fn entry(&self, leaf: u64) -> Result<Entry, Error> {
        let bytes = self.bytes(leaf)?;
        let path = tree::inclusion(self, leaf, self.size)?;
        if !tree::includes(&self.root, self.size, leaf, &tree::leaf_hash(&bytes), &path) {
            return Err(Error::Mismatch);
        }
        Entry::from_bytes(&bytes).ok_or(Error::Unreadable(leaf))
    }

    /// The text of a `.tlog-proof` for a leaf.
    pub(crate) fn prove(&self, leaf: u64) -> Result<String, Error> {
        if leaf >= self.size {
            return Err(Error::NoLeaf(leaf));
        }
        Ok(proof::write(leaf, &tree::inclusion(self, leaf, self.size)?, &self.text))
    }

    /// The entries from a leaf on. Each is as the bundle has it; `verify` and `entry` compare with the tree.
    pub(crate) fn entries_from(self, leaf: u64) -> impl Iterator<Item = Result<(u64, Entry), Error>> {
        let mut bundle: (Option<u64>, Vec<u8>) = (None, Vec::new());
        let mut failed = false;
        (leaf..self.size).map_while(move |leaf| {
            if failed {
                return None;
            }
            let mut one = || {
                if bundle.0 != Some(leaf / WIDTH) {
                    bundle = (Some(leaf / WIDTH), self.bundle(leaf / WIDTH)?);
                }
                let entries = tile::entries(&bundle.1).map_err(|_| Error::Mismatch)?;
                let at = usize::try_from(leaf % WIDTH).map_err(|_| Error::Mismatch)?;
                let bytes = entries.get(at).ok_or(Error::Mismatch)?;
                Ok((leaf, Entry::from_bytes(bytes).ok_or(Error::Unreadable(leaf))?))
            };
            let one = one();
            failed = one.is_err();
            Some(one)
        })
    }
}

impl Tiles for Reader {
    type Error = Error;

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, Error> {
        let width = width_at(self.size, level, index);
        let bytes = read(&self.dir.join(TileName { kind: Kind::Hashes(level), index, width }.path()))?;
        let hashes = tile::hashes(&bytes).ok_or(Error::Mismatch)?;
        if hashes.len() == width { Ok(hashes) } else { Err(Error::Mismatch) }
    }
}

/// How wide a tile is in a tree of that size; 0 if it is not there.
pub(crate) fn width_at(size: u64, level: u8, index: u64) -> usize {
    let count = size.checked_shr(8 * u32::from(level)).unwrap_or_default();
    let from = index.saturating_mul(WIDTH);
    usize::try_from(count.saturating_sub(from)).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    Ok(fs::read(path).map_err(durable::Error::from)?)
}
