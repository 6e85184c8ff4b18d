//! The log, read by somebody else's program, damaged in every byte, and cut short at every step.
#![expect(
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{Tile, TileHashReader, TileReader};
use vouchsafe::{
    audit::{
        Error, Log,
        entry::{Actor, Entry, Op},
        note::{LogKey, Origin},
        proof,
        show::{self, Filter},
        verify::{Damage, DamageKind, verify},
    },
    clock::Timestamp,
    id::ObjectId,
    keys::SigningKey,
};

fn signing_key() -> SigningKey {
    SigningKey::from_text(&format!("ed25519-secret:{}", "05".repeat(32))).unwrap()
}

fn origin() -> Origin {
    Origin::of_station("test").unwrap()
}

fn public() -> LogKey {
    LogKey::new(&origin(), signing_key().verifying_key())
}

fn open(dir: &Path) -> Log {
    Log::open(dir, signing_key(), origin()).unwrap()
}

fn entry(n: u64) -> Entry {
    Entry::new(Timestamp::from_millis(1_795_000_000_000 + n), Actor::Daemon, Op::Pull { release: n })
}

fn grow(log: &mut Log, to: u64) {
    let entries: Vec<_> = (log.size()..to).map(entry).collect();
    let wanted: Vec<_> = (log.size()..to).collect();
    let receipts = log.append(entries).unwrap();
    assert_eq!(receipts.iter().map(vouchsafe::audit::Receipt::leaf).collect::<Vec<_>>(), wanted);
}

/// All files of a directory with their bytes.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(next) = todo.pop() {
        for it in fs::read_dir(next).unwrap() {
            let it = it.unwrap();
            if it.file_type().unwrap().is_dir() {
                todo.push(it.path());
            } else {
                found.insert(it.path().strip_prefix(dir).unwrap().to_owned(), fs::read(it.path()).unwrap());
            }
        }
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "a test damages files as a broken disk would")]
fn put(dir: &Path, name: &Path, bytes: &[u8]) {
    fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
    fs::write(dir.join(name), bytes).unwrap();
}

/// The other program's way to our tiles.
struct OnDisk<'d>(&'d Path);

impl TileReader for OnDisk<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let path = |it: &Tile| it.path().replacen("tile/8/", "tile/", 1);
        Ok(tiles.iter().map(|it| fs::read(self.0.join(path(it))).unwrap()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn somebody_elses_program_verifies_checkpoint_tiles_and_proofs() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = open(dir.path());
    let verifier = StandardVerifier::new(&public().to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let mut before: Option<(u64, tlog_tiles::Hash)> = None;
    for size in
        (1..20).chain([64, 128, 255, 256, 257, 300, 511, 512, 513, 600, 65_535, 65_536, 65_537, 65_800])
    {
        grow(&mut log, size);
        let text = fs::read(dir.path().join("checkpoint")).unwrap();
        let note = Note::from_bytes(&text).unwrap();
        assert_eq!(note.verify(&known).unwrap().0.len(), 1);
        let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
        assert_eq!((checkpoint.origin(), checkpoint.size()), ("vouchsafe/test", size));
        let root = *checkpoint.hash();
        let tiles = OnDisk(dir.path());
        let reader = TileHashReader::new(size, root, &tiles);
        for leaf in [0, size / 3, size / 2, size - 1] {
            let hash = tlog_tiles::record_hash(&entry(leaf).to_bytes().unwrap());
            let theirs = tlog_tiles::prove_record(size, leaf, &reader).unwrap();
            tlog_tiles::check_record(&theirs, size, root, leaf, hash).unwrap();
            // Ours has the same path, line by line.
            let ours = log.prove(leaf).unwrap();
            let lines: Vec<_> = ours.lines().skip(2).take_while(|it| !it.is_empty()).collect();
            assert_eq!(lines, theirs.iter().map(ToString::to_string).collect::<Vec<_>>());
            let bytes = entry(leaf).to_bytes().unwrap();
            assert_eq!(proof::verify(&bytes, ours.as_bytes(), &public()).unwrap().leaf, leaf);
            let other = entry(leaf + 1).to_bytes().unwrap();
            assert!(proof::verify(&other, ours.as_bytes(), &public()).is_err());
        }
        if let Some((old, old_root)) = before {
            let theirs = tlog_tiles::prove_tree(size, old, &reader).unwrap();
            tlog_tiles::check_tree(&theirs, size, root, old, old_root).unwrap();
            let ours = log.prove_growth(old).unwrap();
            assert_eq!(ours, theirs.iter().map(|it| it.0).collect::<Vec<_>>());
        }
        before = Some((size, root));
        if size <= 600 {
            let report = verify(dir.path(), &public()).unwrap();
            assert!(report.is_whole(), "{size}: {:?}", report.damage);
        }
    }
    drop(log);
    let report = verify(dir.path(), &public()).unwrap();
    assert!(report.is_whole() && report.size == 65_800 && report.unreadable == 0, "{:?}", report.damage);
    assert_eq!(open(dir.path()).size(), 65_800);
    assert_eq!(open(dir.path()).entries_from(65_790).count(), 10);
}

/// A small log: three appends, so that there are older tiles too.
fn small(dir: &Path) {
    let mut log = open(dir);
    for size in [2, 3, 5] {
        grow(&mut log, size);
    }
}

#[test]
fn every_damaged_byte_is_found_in_its_own_file() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let whole = files(dir.path());
    assert_eq!(whole.len(), 7, "{:?}", whole.keys());
    for (name, bytes) in &whole {
        let check = |damaged: &[u8], what: &str| {
            if damaged == bytes {
                return;
            }
            // Where the bytes first differ: not where they were changed, if a letter stands there twice.
            let at = damaged.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            put(dir.path(), name, damaged);
            let report = verify(dir.path(), &public()).unwrap();
            let blamed: Vec<_> = report.damage.iter().map(|it| &it.file).collect();
            assert!(!blamed.is_empty(), "{what} at {at} of {} passed", name.display());
            assert!(blamed.iter().all(|it| *it == name), "{what} at {at} of {}: {blamed:?}", name.display());
            let first = report.damage.iter().map(|it| it.offset).min().unwrap();
            assert!(first <= at, "{what} at {at} of {} located at {first}", name.display());
            if name.starts_with("tile/0") {
                assert_eq!(first / 32, at / 32, "{what} at {at} of {}", name.display());
            }
        };
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            check(&flipped, "a flip");
            let mut dropped = bytes.clone();
            dropped.remove(at);
            if !name.starts_with("tile/0") {
                check(&dropped, "a drop");
            }
            check(&bytes[..at], "a cut");
            let mut swapped = bytes.clone();
            if at > 0 {
                swapped.swap(at - 1, at);
                check(&swapped, "a swap");
            }
        }
        let longer = [bytes.as_slice(), b"x"].concat();
        check(&longer, "a byte more");
        fs::remove_file(dir.path().join(name)).unwrap();
        let report = verify(dir.path(), &public()).unwrap();
        // Older tiles may go once a wider one is there.
        let older = name.to_str().unwrap().ends_with(".p/2") || name.to_str().unwrap().ends_with(".p/3");
        assert_eq!(report.is_whole(), older, "{} removed", name.display());
        assert!(report.damage.iter().all(|it| it.file == *name && it.kind == DamageKind::Missing));
        put(dir.path(), name, bytes);
    }
    put(dir.path(), Path::new("tile/0/notes.txt"), b"");
    let report = verify(dir.path(), &public()).unwrap();
    let foreign =
        Damage { file: "tile/0/notes.txt".into(), offset: 0, leaf: None, kind: DamageKind::Unexpected };
    assert_eq!(report.damage, [foreign]);
}

#[test]
fn damage_in_full_tiles_is_located() {
    let dir = tempfile::tempdir().unwrap();
    grow(&mut open(dir.path()), 520);
    let whole = files(dir.path());
    for (name, at, leaf) in [
        ("tile/0/000", 32 * 7 + 3, Some(7)),
        ("tile/0/001", 32 * 255, Some(511)),
        ("tile/0/002.p/8", 32 * 3, Some(515)),
        ("tile/1/000.p/2", 40, Some(256)),
        ("tile/entries/001", 5, Some(256)),
        ("tile/entries/000", 5, Some(0)),
        ("tile/entries/002.p/8", 5, Some(512)),
    ] {
        let name = Path::new(name);
        let mut bytes = whole[name].clone();
        bytes[at] ^= 0x10;
        put(dir.path(), name, &bytes);
        let report = verify(dir.path(), &public()).unwrap();
        let found: Vec<_> = report.damage.iter().map(|it| (it.file.as_path(), it.leaf)).collect();
        assert_eq!(found, [(name, leaf)]);
        put(dir.path(), name, &whole[name]);
    }
}

#[test]
fn a_log_rewritten_as_a_whole_is_noticed() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    small(ours.path());
    let mut log = open(theirs.path());
    let _receipts = log.append((10..15).map(entry).collect()).unwrap();
    for (name, bytes) in files(theirs.path()).into_iter().filter(|(it, _)| it != Path::new("checkpoint")) {
        put(ours.path(), &name, &bytes);
    }
    let report = verify(ours.path(), &public()).unwrap();
    assert!(!report.is_whole());
    assert!(matches!(Log::open(ours.path(), signing_key(), origin()), Err(Error::Mismatch)));
}

#[test]
fn an_append_cut_short_anywhere_never_happened() {
    for (from, to) in [(0, 1), (5, 8), (250, 260), (255, 256), (256, 300)] {
        let (base, done) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for dir in [&base, &done] {
            grow(&mut open(dir.path()), from);
        }
        let (before, root) = (files(base.path()), open(base.path()).root());
        // Other entries than those that follow after the restart: a fork would show.
        let mut log = open(done.path());
        let _receipts = log.append((from..to).map(|it| entry(it + 1000)).collect()).unwrap();
        drop(log);
        let after = files(done.path());
        let new: Vec<_> = after.iter().filter(|(name, bytes)| before.get(*name) != Some(bytes)).collect();
        let tiles: Vec<_> = new.iter().filter(|(name, _)| *name != Path::new("checkpoint")).collect();
        for written in 0..=tiles.len() {
            for torn in [0, 1, 2] {
                let dir = tempfile::tempdir().unwrap();
                for (name, bytes) in &before {
                    put(dir.path(), name, bytes);
                }
                for (n, (name, bytes)) in tiles.iter().take(written).enumerate() {
                    let last = n + 1 == written;
                    let end = if last { bytes.len() * torn / 2 } else { bytes.len() };
                    put(dir.path(), name, &bytes[..end]);
                }
                put(dir.path(), Path::new(".draft-00"), b"half a checkpoint");
                let report = verify(dir.path(), &public()).unwrap();
                assert!(report.is_whole() && report.size == from, "{:?}", report.damage);
                assert_eq!(report.leftovers, written + 1);
                let mut log = open(dir.path());
                assert_eq!((log.size(), log.root()), (from, root));
                grow(&mut log, to + 1);
                assert!(from == 0 || log.prove_growth(from).is_ok());
                let report = verify(dir.path(), &public()).unwrap();
                assert!(report.is_whole() && report.leftovers == 0, "{:?}", report.damage);
                let shown = show::show(dir.path(), &public(), Filter::default()).unwrap();
                let shown: Vec<_> = shown.map(|it| it.unwrap().1).collect();
                assert_eq!(shown, (0..=to).map(entry).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn a_log_that_cannot_be_trusted_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let log = open(dir.path());
    assert!(matches!(Log::open(dir.path(), signing_key(), origin()), Err(Error::Locked)));
    drop(log);
    let other = SigningKey::generate().unwrap();
    assert!(matches!(Log::open(dir.path(), other, origin()), Err(Error::Checkpoint(_))));
    let elsewhere = Origin::of_station("other").unwrap();
    assert!(matches!(Log::open(dir.path(), signing_key(), elsewhere), Err(Error::Checkpoint(_))));
    fs::remove_file(dir.path().join("checkpoint")).unwrap();
    assert!(matches!(Log::open(dir.path(), signing_key(), origin()), Err(Error::NoCheckpoint)));
}

#[test]
fn a_receipt_is_had_again_for_its_own_object_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = open(dir.path());
    grow(&mut log, 3);
    let (object, other) = (ObjectId::from_bytes([1; 32]), ObjectId::from_bytes([2; 32]));
    let view = Entry::new(Timestamp::from_millis(9), Actor::Daemon, Op::View { object });
    let _receipts = log.append(vec![view]).unwrap();
    drop(log);
    let log = open(dir.path());
    assert_eq!(log.receipt(3, &object).unwrap().leaf(), 3);
    assert!(matches!(log.receipt(3, &other), Err(Error::OtherObject(3))));
    assert!(matches!(log.receipt(2, &object), Err(Error::OtherObject(2))));
    assert!(matches!(log.receipt(4, &object), Err(Error::NoLeaf(4))));
}
