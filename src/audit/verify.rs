//! Recomputes a whole log from its directory and its public key, and says where it is damaged. Reads
//! only; a stranger with a copy can run it.
//!
//! Every hash stands in two places at least (entry and tile, tile and the tile above or the signed root),
//! so that one changed file is told from those that still agree. Where more is damaged than can be told
//! apart, every file that disagrees is named.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use crate::{
    audit::{
        Error,
        entry::Entry,
        note::{self, Checkpoint, LogKey},
        reader::width_at,
        tile::{self, CHECKPOINT, Kind, TileName},
        tree::{self, Edge, Hash, TILE_WIDTH, WIDTH},
    },
    durable,
};

/// What a log was found to be.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Report {
    /// How many entries it has.
    pub size: u64,
    /// How many of them this version can't read; they are in the tree all the same.
    pub unreadable: u64,
    /// Signatures by others than the log, unchecked.
    pub cosignatures: usize,
    /// Files beyond the signed checkpoint, left by an append that was cut short. Not part of the log.
    pub leftovers: usize,
    /// What is wrong, in the order of the files. Empty means that the log is whole.
    pub damage: Vec<Damage>,
}

impl Report {
    /// Whether every byte is as it was signed.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.damage.is_empty()
    }
}

/// Something wrong with a file of the log.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Damage {
    /// The file, in the log's directory.
    pub file: PathBuf,
    /// The first byte of the hash, entry or line that is wrong.
    pub offset: usize,
    /// The entry that it is, or the first below that hash.
    pub leaf: Option<u64>,
    /// What is wrong.
    pub kind: DamageKind,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum DamageKind {
    /// The file is not there.
    Missing,
    /// It ends too early or in the middle of something.
    Truncated,
    /// It is longer than it should be.
    TooLong,
    /// It says something else than what was signed.
    Changed,
    /// It is no file of a log.
    Unexpected,
    /// Entries and tiles agree with each other, and are not what was signed.
    Rewritten,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DamageKind::Missing => "is missing",
            DamageKind::Truncated => "is cut short",
            DamageKind::TooLong => "is too long",
            DamageKind::Changed => "was changed",
            DamageKind::Unexpected => "does not belong here",
            DamageKind::Rewritten => "was not signed over these entries",
        };
        write!(f, "{} {what} at byte {}", self.file.display(), self.offset)?;
        self.leaf.map_or(Ok(()), |leaf| write!(f, " (entry {leaf})"))
    }
}

/// Recomputes the log in a directory.
///
/// # Errors
///
/// Fails only if the operating system does not let it be read; damage is in the report.
pub fn verify(dir: &Path, key: &LogKey) -> Result<Report, Error> {
    let mut files = Vec::new();
    walk(dir, Path::new(""), &mut files)?;
    files.sort();
    let bytes = read(dir, Path::new(CHECKPOINT))?;
    let signed = bytes.as_deref().and_then(|it| Checkpoint::verify(it, key).ok());
    let size = signed.as_ref().map_or_else(|| size_by_files(&files), |it| it.size);
    let mut it = Verifier { dir, size, root: signed.as_ref().map(|it| it.root), report: Report::default() };
    it.report.size = size;
    it.report.cosignatures = signed.as_ref().map_or(0, |it| it.cosignatures);
    let leaves = it.leaves()?;
    let root = it.upper_levels(&leaves)?;
    match (bytes, signed) {
        (Some(_), Some(signed)) if signed.root != root && it.report.damage.is_empty() => {
            it.blame(Path::new(CHECKPOINT), 0, None, DamageKind::Rewritten);
        }
        (Some(_), Some(_)) => {}
        (Some(bytes), None) => {
            let mut wanted = note::body(key.origin(), size, &root);
            wanted.push_str("\n— ");
            wanted.push_str(key.origin());
            wanted.push(' ');
            let same = bytes.iter().zip(wanted.as_bytes()).take_while(|(a, b)| a == b).count();
            it.blame(Path::new(CHECKPOINT), same, None, DamageKind::Changed);
        }
        (None, _) => it.blame(Path::new(CHECKPOINT), 0, None, DamageKind::Missing),
    }
    it.other_files(&files, &leaves)?;
    it.report.damage.sort();
    it.report.damage.dedup();
    Ok(it.report)
}

/// Files of an append that was cut short: drafts, and tiles beyond a tree of that size.
pub(crate) fn leftovers(dir: &Path, size: u64) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    walk(dir, Path::new(""), &mut files)?;
    Ok(files.into_iter().filter(|it| is_leftover(it, size)).map(|it| dir.join(it)).collect())
}

fn is_leftover(path: &Path, size: u64) -> bool {
    let draft = path.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with(".draft-"));
    draft
        || TileName::from_path(path).is_some_and(|it| it.width > width_at(size, level_of(it.kind), it.index))
}

const fn level_of(kind: Kind) -> u8 {
    match kind {
        Kind::Hashes(level) => level,
        Kind::Entries => 0,
    }
}

struct Verifier<'d> {
    dir: &'d Path,
    size: u64,
    root: Option<Hash>,
    report: Report,
}

impl Verifier<'_> {
    fn blame(&mut self, file: &Path, offset: usize, leaf: Option<u64>, kind: DamageKind) {
        self.report.damage.push(Damage { file: file.to_owned(), offset, leaf, kind });
    }

    /// The hashes of a tile as it is stored, as far as they can be read; cut or long files are blamed.
    fn stored(&mut self, level: u8, index: u64, width: usize) -> Result<Vec<Hash>, Error> {
        let path = TileName { kind: Kind::Hashes(level), index, width }.path();
        let first = index.checked_mul(WIDTH).and_then(|it| it.checked_shl(8 * u32::from(level)));
        let Some(bytes) = read(self.dir, &path)? else {
            self.blame(&path, 0, first, DamageKind::Missing);
            return Ok(Vec::new());
        };
        if bytes.len() > width * 32 {
            self.blame(&path, width * 32, None, DamageKind::TooLong);
        }
        if bytes.len() < width * 32 {
            self.blame(&path, bytes.len(), None, DamageKind::Truncated);
        }
        let (hashes, _) = bytes.as_chunks::<32>();
        Ok(hashes.iter().take(width).copied().collect())
    }

    /// The hashes of the entries in a bundle, as far as they can be read, and where each entry starts.
    fn derived(&mut self, index: u64, width: usize) -> Result<Vec<(Hash, usize)>, Error> {
        let path = TileName { kind: Kind::Entries, index, width }.path();
        let Some(bytes) = read(self.dir, &path)? else {
            self.blame(&path, 0, Some(index * WIDTH), DamageKind::Missing);
            return Ok(Vec::new());
        };
        Ok(self.entries(&path, index, width, &bytes, true))
    }

    fn entries(
        &mut self,
        path: &Path,
        index: u64,
        width: usize,
        bytes: &[u8],
        count: bool,
    ) -> Vec<(Hash, usize)> {
        let (entries, cut) = match tile::entries(bytes) {
            Ok(entries) => (entries, None),
            Err((entries, cut)) => (entries, Some(cut)),
        };
        let mut at = 0;
        let mut hashes = Vec::with_capacity(entries.len());
        for entry in &entries {
            hashes.push((tree::leaf_hash(entry), at));
            at += 2 + entry.len();
            if count && Entry::from_bytes(entry).is_none() {
                self.report.unreadable += 1;
            }
        }
        let leaf = |at: usize| u64::try_from(at).ok().map(|it| index * WIDTH + it);
        if let Some((_, offset)) = hashes.get(width) {
            self.blame(path, *offset, None, DamageKind::TooLong);
        } else if let Some(cut) = cut {
            self.blame(path, cut, leaf(entries.len()), DamageKind::Truncated);
        } else if hashes.len() < width {
            self.blame(path, bytes.len(), leaf(entries.len()), DamageKind::Truncated);
        }
        hashes.truncate(width);
        hashes
    }

    /// Compares bundles with the lowest tiles and gives the hashes of all leaves as they should be.
    fn leaves(&mut self) -> Result<Vec<Hash>, Error> {
        let mut leaves = Vec::new();
        for index in 0..self.size.div_ceil(WIDTH) {
            let width = width_at(self.size, 0, index);
            let derived = self.derived(index, width)?;
            let stored = self.stored(0, index, width)?;
            let hashes: Vec<_> = derived.iter().map(|it| it.0).collect();
            if hashes == stored && stored.len() == width {
                leaves.extend(stored);
                continue;
            }
            let tile_holds = stored.len() == width && self.is_borne_out(index, width, &stored)?;
            let bundle_holds = hashes.len() == width && self.is_borne_out(index, width, &hashes)?;
            for at in 0..width {
                let (entry, hash) = (derived.get(at), stored.get(at));
                if entry.map(|it| it.0) == hash.copied() {
                    continue;
                }
                let leaf = Some(index * WIDTH + u64::try_from(at).unwrap_or_default());
                if !bundle_holds && let Some((_, offset)) = entry {
                    let path = TileName { kind: Kind::Entries, index, width }.path();
                    self.blame(&path, *offset, leaf, DamageKind::Changed);
                }
                if !tile_holds && hash.is_some() {
                    let path = TileName { kind: Kind::Hashes(0), index, width }.path();
                    self.blame(&path, at * 32, leaf, DamageKind::Changed);
                }
            }
            let (better, worse) = if bundle_holds { (&hashes, &stored) } else { (&stored, &hashes) };
            leaves.extend(
                (0..width).map(|at| better.get(at).or_else(|| worse.get(at)).copied().unwrap_or_default()),
            );
        }
        Ok(leaves)
    }

    /// Whether the tile above, or for the last tile the signed root, speaks for these hashes.
    fn is_borne_out(&self, index: u64, width: usize, hashes: &[Hash]) -> Result<bool, Error> {
        let mut levels = vec![hashes.to_vec()];
        for (level, last, width) in tree::edge_shape(self.size).into_iter().skip(1) {
            let name = TileName { kind: Kind::Hashes(level), index: last, width };
            let bytes = if width == 0 { Some(Vec::new()) } else { read(self.dir, &name.path())? };
            levels.push(bytes.and_then(|it| tile::hashes(&it)).unwrap_or_default());
        }
        if width < TILE_WIDTH {
            return Ok(self.root == Some(Edge { size: self.size, levels }.root()));
        }
        let above = index / WIDTH;
        let name = TileName { kind: Kind::Hashes(1), index: above, width: width_at(self.size, 1, above) };
        let at = usize::try_from(index % WIDTH).unwrap_or(usize::MAX);
        let parents = read(self.dir, &name.path())?.map(|it| it.as_chunks::<32>().0.to_vec());
        Ok(parents.is_some_and(|it| it.get(at) == Some(&tree::root_of(hashes))))
    }

    /// Compares the tiles above with what the leaves give, and gives the root.
    fn upper_levels(&mut self, leaves: &[Hash]) -> Result<Hash, Error> {
        let mut below = leaves.to_vec();
        let mut levels = Vec::new();
        for level in 1..=u8::MAX {
            let (full, last) = below.as_chunks::<TILE_WIDTH>();
            levels.push(last.to_vec());
            let expected: Vec<_> = full.iter().map(|it| tree::root_of(it)).collect();
            if expected.is_empty() {
                break;
            }
            for (index, hashes) in (0..).zip(expected.chunks(TILE_WIDTH)) {
                let stored = self.stored(level, index, hashes.len())?;
                let path = TileName { kind: Kind::Hashes(level), index, width: hashes.len() }.path();
                for (at, (stored, expected)) in stored.iter().zip(hashes).enumerate() {
                    if stored != expected {
                        let place = index * WIDTH + u64::try_from(at).unwrap_or_default();
                        self.blame(
                            &path,
                            at * 32,
                            place.checked_shl(8 * u32::from(level)),
                            DamageKind::Changed,
                        );
                    }
                }
            }
            below = expected;
        }
        Ok(Edge { size: self.size, levels }.root())
    }

    /// Older, narrower tiles, and whatever else lies there.
    fn other_files(&mut self, files: &[PathBuf], leaves: &[Hash]) -> Result<(), Error> {
        let mut levels = vec![leaves.to_vec()];
        while let Some(last) = levels.last().filter(|it| it.len() >= TILE_WIDTH) {
            let above = last.as_chunks::<TILE_WIDTH>().0.iter().map(|it| tree::root_of(it)).collect();
            levels.push(above);
        }
        for path in files {
            if path == Path::new(CHECKPOINT) {
                continue;
            }
            if is_leftover(path, self.size) {
                self.report.leftovers += 1;
                continue;
            }
            let Some(name) = TileName::from_path(path) else {
                self.blame(path, 0, None, DamageKind::Unexpected);
                continue;
            };
            let level = level_of(name.kind);
            if name.width == width_at(self.size, level, name.index) {
                continue;
            }
            let start = usize::try_from(name.index * WIDTH).unwrap_or(usize::MAX);
            let expected = levels
                .get(usize::from(level))
                .and_then(|it| it.get(start..start.checked_add(name.width)?))
                .unwrap_or_default();
            let found: Vec<(Hash, usize)> = match name.kind {
                Kind::Entries => {
                    let bytes = read(self.dir, path)?.unwrap_or_default();
                    self.entries(path, name.index, name.width, &bytes, false)
                }
                Kind::Hashes(_) => {
                    let hashes = self.stored(level, name.index, name.width)?;
                    hashes.into_iter().enumerate().map(|(at, it)| (it, at * 32)).collect()
                }
            };
            for (at, ((found, offset), expected)) in found.iter().zip(expected).enumerate() {
                if found != expected {
                    let place = name.index * WIDTH + u64::try_from(at).unwrap_or_default();
                    self.blame(path, *offset, place.checked_shl(8 * u32::from(level)), DamageKind::Changed);
                }
            }
        }
        Ok(())
    }
}

/// How many entries the files tell of, where no checkpoint can be believed.
fn size_by_files(files: &[PathBuf]) -> u64 {
    let entries = files
        .iter()
        .filter_map(|it| TileName::from_path(it))
        .filter(|it| it.kind == Kind::Entries)
        .map(|it| it.index * WIDTH + u64::try_from(it.width).unwrap_or_default());
    entries.max().unwrap_or_default()
}

fn walk(dir: &Path, below: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    for found in fs::read_dir(dir.join(below)).map_err(durable::Error::from)? {
        let found = found.map_err(durable::Error::from)?;
        let path = below.join(found.file_name());
        if found.file_type().map_err(durable::Error::from)?.is_dir() {
            walk(dir, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn read(dir: &Path, path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(dir.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(durable::Error::from(error).into()),
    }
}
