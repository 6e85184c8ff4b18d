//! The Merkle tree of RFC 6962, in tiles 256 hashes wide. No files here, no signatures.
//!
//! A tile at level 0 holds the hashes of leaves; a tile at level `n` holds the roots of full tiles at
//! level `n - 1`. Only the last tile of each level grows: together they are the right edge, which is
//! all that an append has to know.

use sha2::{Digest as _, Sha256};

/// A node of the tree.
pub type Hash = [u8; 32];

/// How many hashes a full tile holds.
pub const TILE_WIDTH: usize = 256;

/// The same, for arithmetic on indices.
pub(crate) const WIDTH: u64 = 256;

/// Why hashes cannot be put together.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the tree does not reach that far")]
pub struct OutOfTree;

/// The hash of a leaf (RFC 6962, 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two neighbours (RFC 6962, 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over hashes that all head trees of the same height; of none, the hash of nothing.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        several => {
            let (left, right) = several.split_at(split(several.len()));
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// The largest power of two below `n`, which is 2 or more.
const fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

const fn split_u64(n: u64) -> u64 {
    n.next_power_of_two() / 2
}

/// The growing tile of each level, lowest first. Cheap to copy: a few kilobytes a level.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Edge {
    pub(crate) size: u64,
    pub(crate) levels: Vec<Vec<Hash>>,
}

/// A tile that has become full.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FullTile {
    pub(crate) level: u8,
    pub(crate) index: u64,
    pub(crate) hashes: Vec<Hash>,
}

impl Edge {
    /// Adds a leaf and hands out the tiles that it fills.
    pub(crate) fn push(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        let mut covered = self.size;
        self.size += 1;
        for level in 0..=u8::MAX {
            let at = usize::from(level);
            if self.levels.len() <= at {
                self.levels.push(Vec::new());
            }
            let Some(tile) = self.levels.get_mut(at) else { break };
            tile.push(hash);
            if tile.len() < TILE_WIDTH {
                break;
            }
            let hashes = std::mem::take(tile);
            hash = root_of(&hashes);
            full.push(FullTile { level, index: covered / WIDTH, hashes });
            covered /= WIDTH;
        }
        full
    }

    /// The root of the whole tree.
    pub(crate) fn root(&self) -> Hash {
        // The trees of a lower level stand to the right of those of a higher one, and none is taller
        // than its left neighbour: the root is their fold from the right.
        let mut root = None;
        for level in &self.levels {
            let mut rest = level.as_slice();
            let mut peaks = Vec::new();
            while !rest.is_empty() {
                let taken = 1 << rest.len().ilog2();
                let (peak, after) = rest.split_at(taken);
                peaks.push(root_of(peak));
                rest = after;
            }
            for peak in peaks.iter().rev() {
                root = Some(root.map_or(*peak, |right| node_hash(peak, &right)));
            }
        }
        root.unwrap_or_else(|| root_of(&[]))
    }
}

/// How many hashes the last tile of each level has in a tree of that size, and its index; levels whose
/// last tile is empty have width 0.
pub(crate) fn edge_shape(size: u64) -> Vec<(u8, u64, usize)> {
    let mut shape = Vec::new();
    let mut count = size;
    for level in 0..=u8::MAX {
        if count == 0 {
            break;
        }
        shape.push((level, count / WIDTH, usize::try_from(count % WIDTH).unwrap_or_default()));
        count /= WIDTH;
    }
    shape
}

/// Hands out the hashes of tiles.
pub(crate) trait Tiles {
    /// Why it could not.
    type Error: From<OutOfTree>;

    /// The hashes of the tile, as many as the tree has there.
    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, Self::Error>;
}

/// The root over the leaves `from..to`.
pub(crate) fn range_hash<T: Tiles>(tiles: &T, from: u64, to: u64) -> Result<Hash, T::Error> {
    let len = to.checked_sub(from).filter(|it| *it > 0).ok_or(OutOfTree)?;
    if len.is_power_of_two() && from.is_multiple_of(len) {
        let (level, width) = (len.ilog2() / 8, 1_usize << (len.ilog2() % 8));
        let first = from >> (8 * level);
        let tile = tiles.tile(u8::try_from(level).map_err(|_| OutOfTree)?, first / WIDTH)?;
        let start = usize::try_from(first % WIDTH).map_err(|_| OutOfTree)?;
        return Ok(root_of(tile.get(start..start + width).ok_or(OutOfTree)?));
    }
    let middle = from + split_u64(len);
    Ok(node_hash(&range_hash(tiles, from, middle)?, &range_hash(tiles, middle, to)?))
}

/// The path from a leaf to the root of the tree of that size (RFC 6962, 2.1.1).
pub(crate) fn inclusion<T: Tiles>(tiles: &T, leaf: u64, size: u64) -> Result<Vec<Hash>, T::Error> {
    if leaf >= size {
        return Err(OutOfTree.into());
    }
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split_u64(to - from);
        if leaf < middle {
            path.push(range_hash(tiles, middle, to)?);
            to = middle;
        } else {
            path.push(range_hash(tiles, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of size `old` is the beginning of that of size `new` (RFC 6962, 2.1.2).
pub(crate) fn consistency<T: Tiles>(tiles: &T, old: u64, new: u64) -> Result<Vec<Hash>, T::Error> {
    if old == 0 || old > new {
        return Err(OutOfTree.into());
    }
    let (mut from, mut to, mut whole) = (0, new, true);
    let mut path = Vec::new();
    while old != to {
        let middle = from + split_u64(to - from);
        if old <= middle {
            path.push(range_hash(tiles, middle, to)?);
            to = middle;
        } else {
            path.push(range_hash(tiles, from, middle)?);
            from = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(range_hash(tiles, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether a leaf with that hash stands at `leaf` in the tree with that root.
#[must_use]
pub fn includes(root: &Hash, size: u64, leaf: u64, hash: &Hash, path: &[Hash]) -> bool {
    if leaf >= size {
        return false;
    }
    // RFC 9162, 2.1.3.2.
    let (mut node, mut last, mut got) = (leaf, size - 1, *hash);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            got = node_hash(sibling, &got);
            while node.is_multiple_of(2) && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            got = node_hash(&got, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && got == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Whole(Vec<Hash>);

    impl Tiles for Whole {
        type Error = OutOfTree;

        fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, OutOfTree> {
            let mut hashes = self.0.clone();
            for _ in 0..level {
                hashes = hashes.chunks_exact(TILE_WIDTH).map(root_of).collect();
            }
            let start = usize::try_from(index).unwrap() * TILE_WIDTH;
            Ok(hashes[start..].iter().take(TILE_WIDTH).copied().collect())
        }
    }

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|it| leaf_hash(&it.to_be_bytes())).collect()
    }

    #[test]
    fn the_edge_knows_the_root_at_every_size() {
        let mut edge = Edge::default();
        let all = leaves(1030);
        for (n, leaf) in all.iter().enumerate() {
            assert_eq!(edge.root(), root_of(&all[..n]), "{n}");
            edge.push(*leaf);
        }
    }

    #[test]
    fn a_tile_fills_after_256_hashes() {
        let mut edge = Edge::default();
        let full: Vec<_> = leaves(65_536).into_iter().flat_map(|it| edge.push(it)).collect();
        assert_eq!(full.len(), 257);
        assert_eq!((full[255].level, full[255].index), (0, 255));
        assert_eq!((full[256].level, full[256].index), (1, 0));
        assert_eq!(edge.levels, [vec![], vec![], vec![root_of(&full[256].hashes)]]);
    }

    #[test]
    fn an_inclusion_proof_fits_its_own_leaf_only() {
        for size in [1, 2, 3, 7, 255, 256, 257, 600] {
            let tiles = Whole(leaves(size));
            let root = root_of(&tiles.0);
            for leaf in [0, size / 2, size - 1] {
                let path = inclusion(&tiles, leaf, size).unwrap();
                let hash = tiles.0[usize::try_from(leaf).unwrap()];
                assert!(includes(&root, size, leaf, &hash, &path), "{leaf} of {size}");
                assert!(!includes(&root, size, leaf, &leaf_hash(b"other"), &path));
                assert!(!includes(&root, size, leaf + 1, &hash, &path));
                assert!(size == 1 || !includes(&root, size, leaf, &hash, &path[1..]));
            }
            assert!(inclusion(&tiles, size, size).is_err());
        }
    }
}
