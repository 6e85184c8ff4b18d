//! Writes down what was done, so that nobody can take it back: a tiled transparency log on disk.
//!
//! Entries are leaves of a Merkle tree (RFC 6962) that is kept as C2SP tlog-tiles; the root is signed as a
//! checkpoint. Whatever lies beyond the signed checkpoint is not part of the log: that is what makes an
//! append atomic. Nothing here decides what is logged, and no entry has room for a text ([`entry`]).
//!
//! ```text
//! log/checkpoint                 signed note: origin, size, root
//! log/tile/<level>/<n>[.p/<w>]   hashes, 256 a tile
//! log/tile/entries/<n>[.p/<w>]   the entries, each after its length in two bytes
//! ```
//!
//! An append names the new tiles, sends them to the disk in one sync, replaces the checkpoint in one
//! more, and only then hands out receipts. A receipt is used up by the step that it allows.

pub mod entry;
pub mod note;
pub mod proof;
pub mod show;
pub mod tree;
pub mod verify;

mod reader;
mod tile;

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use rustix::fs::FlockOperation;

use self::{
    entry::{Entry, Op},
    note::{LogKey, Malformed, Origin},
    reader::Reader,
    tile::{CHECKPOINT, Kind, TileName},
    tree::{Edge, Hash, OutOfTree, TILE_WIDTH},
};
use crate::{
    durable::{self, Draft},
    fault::{Disposition, Fault},
    id::{JobId, ObjectId},
    keys::SigningKey,
};

/// Why the log cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk.
    #[error("the log's files: {0}")]
    Disk(#[from] durable::Error),
    /// Another process has it open.
    #[error("another process has the log open")]
    Locked,
    /// The checkpoint cannot be trusted.
    #[error("the log's checkpoint: {0}")]
    Checkpoint(#[from] Malformed),
    /// There are tiles and no checkpoint.
    #[error("the log has tiles and no checkpoint")]
    NoCheckpoint,
    /// The tiles are not those that the checkpoint was signed over.
    #[error("the log's tiles do not match its checkpoint")]
    Mismatch,
    /// An entry is over [`entry::MAX_ENTRY_BYTES`] or names too many objects.
    #[error("an entry is over the limit")]
    TooLong,
    /// An earlier append failed in a way that leaves open what the disk holds.
    #[error("the log stopped after an earlier failure")]
    Stopped,
    /// There is no such leaf.
    #[error("the log has no leaf {0}")]
    NoLeaf(u64),
    /// The leaf says something else than was asked for.
    #[error("leaf {0} is about another object")]
    OtherObject(u64),
    /// An entry was not written by a version of this program that is known here.
    #[error("leaf {0} can't be read by this version")]
    Unreadable(u64),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Disk(_) => "AU-01",
            Self::Locked => "AU-02",
            Self::Checkpoint(_) => "AU-03",
            Self::NoCheckpoint => "AU-04",
            Self::Mismatch => "AU-05",
            Self::TooLong => "AU-06",
            Self::Stopped => "AU-07",
            Self::NoLeaf(_) => "AU-08",
            Self::OtherObject(_) => "AU-09",
            Self::Unreadable(_) => "AU-10",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Disk(error) => error.disposition(),
            Self::Locked
            | Self::Checkpoint(_)
            | Self::NoCheckpoint
            | Self::Mismatch
            | Self::TooLong
            | Self::Stopped
            | Self::NoLeaf(_)
            | Self::OtherObject(_)
            | Self::Unreadable(_) => Disposition::Halt,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Disk(error) => error.remedy(),
            Self::Locked => "Stop the other daemon, or give this one a station directory of its own.",
            Self::Checkpoint(_) | Self::NoCheckpoint | Self::Mismatch => {
                "Run `vouchsafe audit verify` to see what is damaged; restore the log from a copy, never start a new one."
            }
            Self::TooLong | Self::Unreadable(_) => "Report this: it is a fault of the program.",
            Self::Stopped => "Check the disk, then start the daemon again.",
            Self::NoLeaf(_) | Self::OtherObject(_) => {
                "The catalog and the log disagree: one of them was restored from an older copy. Restore both from the same one."
            }
        }
    }
}

impl From<OutOfTree> for Error {
    fn from(_: OutOfTree) -> Self {
        Self::Mismatch
    }
}

/// Proof that an entry is in the log and its checkpoint on the disk. Used up by the step that it allows.
#[derive(Debug)]
#[must_use]
pub struct Receipt {
    leaf: u64,
    entry: Entry,
}

impl Receipt {
    /// Where the entry stands, counted from 0.
    #[must_use]
    pub const fn leaf(&self) -> u64 {
        self.leaf
    }

    /// What was logged.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Whether the entry says that this object was sealed.
    #[must_use]
    pub fn covers_seal(&self, job: JobId, object: &ObjectId) -> bool {
        matches!(&self.entry.op(), Op::Seal { job: of, objects, .. } if *of == job && objects.contains(object))
    }
}

/// The log, open for writing. One at a time.
#[derive(Debug)]
pub struct Log {
    dir: PathBuf,
    /// Keeps other processes out as long as it is open.
    _lock: File,
    key: SigningKey,
    origin: Origin,
    edge: Edge,
    /// The entries of the last tile, as its bundle.
    bundle: Vec<u8>,
    checkpoint: String,
    leftovers: Vec<PathBuf>,
    stopped: bool,
}

/// A file of an append.
struct NewTile {
    name: TileName,
    bytes: Vec<u8>,
}

impl Log {
    /// Opens the log of a directory, or starts one if the directory is empty. Removes what an append that
    /// was cut short left behind.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Locked`] if it is open elsewhere, with [`Error::Checkpoint`],
    /// [`Error::NoCheckpoint`] or [`Error::Mismatch`] if it can't be trusted.
    pub fn open(dir: &Path, key: SigningKey, origin: Origin) -> Result<Self, Error> {
        durable::make_dir(dir)?;
        let lock = File::open(dir).map_err(durable::Error::from)?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(Error::Locked),
            Err(errno) => return Err(durable::Error::from(errno).into()),
        }
        let public = LogKey::new(&origin, key.verifying_key());
        let has_checkpoint = fs::exists(dir.join(CHECKPOINT)).map_err(durable::Error::from)?;
        if !has_checkpoint {
            if fs::exists(dir.join("tile")).map_err(durable::Error::from)? {
                return Err(Error::NoCheckpoint);
            }
            let text = note::sign(&key, &origin, 0, &tree::root_of(&[]));
            durable::write_over(dir, CHECKPOINT, text.as_bytes())?;
        }
        let reader = Reader::open(dir, &public)?;
        let (edge, bundle) = reader.edge()?;
        for path in verify::leftovers(dir, edge.size)? {
            durable::unlink(&path)?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            _lock: lock,
            key,
            origin,
            edge,
            bundle,
            checkpoint: reader.text,
            leftovers: Vec::new(),
            stopped: false,
        })
    }

    /// How many entries it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.edge.size
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// The signed checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The public key under which everything here can be verified.
    #[must_use]
    pub fn key(&self) -> LogKey {
        LogKey::new(&self.origin, self.key.verifying_key())
    }

    /// Adds entries, in order, durably: one sync of the tiles, one of the checkpoint, however many entries.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::TooLong`] before anything is written. After any other error none of the entries
    /// is in the log, unless it is [`Error::Stopped`]: then only a restart tells.
    pub fn append(&mut self, entries: Vec<Entry>) -> Result<Vec<Receipt>, Error> {
        if self.stopped {
            return Err(Error::Stopped);
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        for path in self.leftovers.drain(..) {
            durable::unlink(&path)?;
        }
        let (edge, bundle, tiles) = self.grown(&entries)?;
        self.write(&tiles)?;
        let text = note::sign(&self.key, &self.origin, edge.size, &edge.root());
        if let Err(error) = durable::write_over(&self.dir, CHECKPOINT, text.as_bytes()) {
            // A second checkpoint over other entries would fork the log if this one did get out.
            let unchanged =
                fs::read(self.dir.join(CHECKPOINT)).is_ok_and(|it| it == self.checkpoint.as_bytes());
            self.stopped = !unchanged;
            return Err(error.into());
        }
        let first = self.edge.size;
        (self.edge, self.bundle, self.checkpoint) = (edge, bundle, text);
        self.leftovers.clear();
        self.drop_partials(&tiles);
        Ok((first..).zip(entries).map(|(leaf, entry)| Receipt { leaf, entry }).collect())
    }

    /// The tree with the entries added, and the files that say so.
    fn grown(&self, entries: &[Entry]) -> Result<(Edge, Vec<u8>, Vec<NewTile>), Error> {
        let (mut edge, mut bundle) = (self.edge.clone(), self.bundle.clone());
        let mut tiles = Vec::new();
        for entry in entries {
            let bytes = entry.to_bytes().ok_or(Error::TooLong)?;
            if !tile::push_entry(&mut bundle, &bytes) {
                return Err(Error::TooLong);
            }
            for full in edge.push(tree::leaf_hash(&bytes)) {
                if full.level == 0 {
                    let name = TileName { kind: Kind::Entries, index: full.index, width: TILE_WIDTH };
                    tiles.push(NewTile { name, bytes: std::mem::take(&mut bundle) });
                }
                let name = TileName { kind: Kind::Hashes(full.level), index: full.index, width: TILE_WIDTH };
                tiles.push(NewTile { name, bytes: full.hashes.concat() });
            }
        }
        let before = tree::edge_shape(self.edge.size);
        for (level, index, width) in tree::edge_shape(edge.size) {
            if width == 0 || before.contains(&(level, index, width)) {
                continue;
            }
            if level == 0 {
                let name = TileName { kind: Kind::Entries, index, width };
                tiles.push(NewTile { name, bytes: bundle.clone() });
            }
            let hashes = edge.levels.get(usize::from(level)).ok_or(OutOfTree)?;
            let name = TileName { kind: Kind::Hashes(level), index, width };
            tiles.push(NewTile { name, bytes: hashes.concat() });
        }
        Ok((edge, bundle, tiles))
    }

    fn write(&mut self, tiles: &[NewTile]) -> Result<(), Error> {
        for tile in tiles {
            let path = self.dir.join(tile.name.path());
            let dir = path.parent().ok_or(durable::Error::Missing)?;
            durable::make_dir(dir)?;
            let mut draft = Draft::create(dir)?;
            draft.write_all(&tile.bytes).map_err(durable::Error::from)?;
            let written = draft.finish()?;
            self.leftovers.push(path.clone());
            written.name_before_sync(&path)?;
        }
        let _synced = durable::sync(&self.dir)?;
        Ok(())
    }

    /// Removes the partial tiles of those that are full now. Best effort: whoever reads the log checks
    /// them if they stay.
    fn drop_partials(&self, tiles: &[NewTile]) {
        for tile in tiles.iter().filter(|it| it.name.width == TILE_WIDTH) {
            let last = TileName { width: 1, ..tile.name }.path();
            let Some(dir) = last.parent() else { continue };
            let Ok(found) = fs::read_dir(self.dir.join(dir)) else { continue };
            for file in found.flatten() {
                drop(durable::unlink(&file.path()));
            }
        }
    }

    fn reader(&self) -> Reader {
        Reader {
            dir: self.dir.clone(),
            size: self.edge.size,
            root: self.edge.root(),
            text: self.checkpoint.clone(),
        }
    }

    /// The receipt of an entry that was logged before a crash: proves anew that the leaf is in the tree and
    /// about that object.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::NoLeaf`] or [`Error::OtherObject`] if the catalog and the log disagree, with
    /// [`Error::Mismatch`] if the entry is not the one that was signed.
    pub fn receipt(&self, leaf: u64, object: &ObjectId) -> Result<Receipt, Error> {
        let entry = self.reader().entry(leaf)?;
        if !entry.op().objects().contains(object) {
            return Err(Error::OtherObject(leaf));
        }
        Ok(Receipt { leaf, entry })
    }

    /// The entries from a leaf on, each with its place; for comparing the catalog with the tree.
    pub fn entries_from(&self, leaf: u64) -> impl Iterator<Item = Result<(u64, Entry), Error>> + use<> {
        self.reader().entries_from(leaf)
    }

    /// A proof that a leaf is in the log as it is now, as the text of a `.tlog-proof` file.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::NoLeaf`] if there is no such leaf.
    pub fn prove(&self, leaf: u64) -> Result<String, Error> {
        self.reader().prove(leaf)
    }

    /// The proof that the log as it was at an earlier size is the beginning of what it is now (RFC 6962,
    /// 2.1.2); what a witness asks for.
    ///
    /// # Errors
    ///
    /// Fails if it never had that size, or its tiles can't be read.
    pub fn prove_growth(&self, old: u64) -> Result<Vec<Hash>, Error> {
        tree::consistency(&self.reader(), old, self.edge.size)
    }
}
