//! The log's files: where a tile lies and what it holds (C2SP tlog-tiles). Hashes nothing, signs nothing.

use std::path::{Path, PathBuf};

use crate::audit::tree::{Hash, TILE_WIDTH};

/// The file of the signed checkpoint.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// Which kind of tile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(crate) enum Kind {
    /// Hashes, at a level of the tree.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// One file of the tree: its kind, its place and how much it holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(crate) struct TileName {
    pub(crate) kind: Kind,
    pub(crate) index: u64,
    /// 1 to 256 entries or hashes; 256 is a full tile.
    pub(crate) width: usize,
}

impl TileName {
    /// Where it lies in the log's directory: `tile/0/x001/234.p/5`.
    pub(crate) fn path(&self) -> PathBuf {
        let mut path = PathBuf::from("tile");
        match self.kind {
            Kind::Hashes(level) => path.push(level.to_string()),
            Kind::Entries => path.push("entries"),
        }
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        if self.width < TILE_WIDTH
            && let Some(last) = groups.first_mut()
        {
            last.push_str(".p");
        }
        path.extend(groups.iter().rev());
        if self.width < TILE_WIDTH {
            path.push(self.width.to_string());
        }
        path
    }

    /// The tile that lies there, if the path is one that [`TileName::path`] gives.
    pub(crate) fn from_path(path: &Path) -> Option<Self> {
        let mut parts = path.iter().map(|it| it.to_str());
        if parts.next()?? != "tile" {
            return None;
        }
        let kind = match parts.next()?? {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().ok()?),
        };
        let (mut index, mut width) = (0_u64, TILE_WIDTH);
        let rest: Option<Vec<&str>> = parts.collect();
        let mut rest = rest?.into_iter();
        for part in rest.by_ref() {
            let (digits, last) = match (part.strip_prefix('x'), part.strip_suffix(".p")) {
                (Some(group), _) => (group, false),
                (None, Some(group)) => (group, true),
                (None, None) => (part, false),
            };
            index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
            if last {
                width = rest.next()?.parse().ok()?;
                break;
            }
        }
        let it = Self { kind, index, width };
        // Compared as it would be written, so that each tile has one name.
        (rest.next().is_none() && width > 0 && it.path() == path).then_some(it)
    }
}

/// The hashes of a tile; `None` if they do not come out even.
pub(crate) fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

/// The entries before one that is cut short, and where that one starts.
pub(crate) type Cut<'a> = (Vec<&'a [u8]>, usize);

/// The entries of a bundle, each after its length in two bytes.
pub(crate) fn entries(bytes: &[u8]) -> Result<Vec<&[u8]>, Cut<'_>> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let Some((entry, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))) else {
            break;
        };
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err((entries, bytes.len() - rest.len())) }
}

/// Adds an entry to a bundle; `false` if it is too long for one.
pub(crate) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(length) = u16::try_from(entry.len()) else { return false };
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        for (kind, index, width, want) in [
            (Kind::Hashes(0), 0, 256, "tile/0/000"),
            (Kind::Hashes(1), 5, 17, "tile/1/005.p/17"),
            (Kind::Entries, 1_234_067, 256, "tile/entries/x001/x234/067"),
            (Kind::Entries, 1_234_067, 1, "tile/entries/x001/x234/067.p/1"),
            (Kind::Hashes(2), 1000, 256, "tile/2/x001/000"),
        ] {
            let name = TileName { kind, index, width };
            assert_eq!(name.path(), Path::new(want));
            assert_eq!(TileName::from_path(Path::new(want)), Some(name));
        }
        for not in ["tile/0/00", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/x000/001", "x"]
        {
            assert_eq!(TileName::from_path(Path::new(not)), None, "{not}");
        }
    }

    #[test]
    fn a_bundle_comes_apart_as_it_was_put_together() {
        let mut bundle = Vec::new();
        assert!(push_entry(&mut bundle, b"one") && push_entry(&mut bundle, b""));
        assert_eq!(entries(&bundle), Ok(vec![b"one".as_slice(), b""]));
        assert_eq!(entries(&bundle[..6]), Err((vec![b"one".as_slice()], 5)));
        assert!(!push_entry(&mut bundle, &vec![0; 65_536]));
    }
}
