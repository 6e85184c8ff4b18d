//! Publishing, stopped after every step and begun again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use super::*;
use crate::{
    audit::{Log, entry::Pins, note::Origin, proof},
    config,
    item::{Activity, ItemKind, Voice},
    keys::SigningKey,
};

const DIGEST: Digest = Digest::from_bytes([3; 32]);

fn account() -> Account {
    Account {
        pins: Pins { rules: DIGEST, roster: DIGEST, model: None },
        turns: 4,
        applied: Vec::new(),
        gate: config::Gate::OnePerson,
        reviewers: BTreeSet::new(),
        waivers: BTreeMap::new(),
        warnings: BTreeSet::new(),
        witnessed: false,
    }
}

fn place() -> Place {
    Place {
        study: "STUDY".parse().unwrap(),
        group: "D03".parse().unwrap(),
        role: "PIR".parse().unwrap(),
        voice: Voice::One("PIR-03".parse().unwrap()),
        wave: "W2".parse().unwrap(),
        activity: Activity::Interview,
        kind: ItemKind::Transcript,
        language: None,
    }
}

/// A copy as `prepare` would hand it out.
fn prepared(dir: &Path, job: u8, version: u32, supersedes: Option<Superseded>) -> Prepared {
    let text = format!("P: words of job {job}\n");
    let job = JobId::from_bytes([job; 16]);
    let staged =
        outbox::stage_bytes(job, Format::Text, text.as_bytes(), &dir.join("outbox"), Profile::Team).unwrap();
    let synced = durable::sync(dir).unwrap();
    let staged = staged.commit(&synced).unwrap();
    let object = ObjectId::from_bytes([9; 32]);
    let destination =
        Destination { place: place(), profile: Profile::Team, alias: None, number: 1, version, supersedes };
    let manifest = manifest::write(object, &destination, &staged, text.len(), &account()).unwrap();
    Prepared {
        job,
        object,
        format: Format::Text,
        released: staged.digest(),
        bytes: text.len().try_into().unwrap(),
        turns: 4,
        source: staged.into_path(),
        destination,
        manifest,
    }
}

struct Station {
    dir: tempfile::TempDir,
    log: Log,
}

impl Station {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let log = Log::open(
            &dir.path().join("log"),
            SigningKey::generate().unwrap(),
            Origin::of_station("test").unwrap(),
        )
        .unwrap();
        for it in ["release", "outbox"] {
            durable::make_dir(&dir.path().join(it)).unwrap();
        }
        Self { dir, log }
    }

    fn publish(&mut self, prepared: Prepared) -> Result<u64, Error> {
        let entry = prepared.release_entry(Timestamp::from_millis(0), Actor::Daemon);
        let receipt = self.log.append(vec![entry]).unwrap().remove(0);
        let leaf = receipt.leaf();
        let dir = self.dir.path();
        publish(&dir.join("release"), &dir.join("away"), &self.log, vec![(prepared, receipt)]).map(|_| leaf)
    }

    /// As after a restart: the leaf is known, the receipt had again.
    fn again(&self, prepared: Prepared, leaf: u64) -> Result<Vec<Published>, Error> {
        let receipt = self.log.receipt(leaf, &prepared.object).unwrap();
        let dir = self.dir.path();
        publish(&dir.join("release"), &dir.join("away"), &self.log, vec![(prepared, receipt)])
    }

    fn released(&self) -> BTreeMap<String, Vec<u8>> {
        let dir = self.dir.path().join("release/STUDY/team");
        let mut found = BTreeMap::new();
        for below in ["", "_proof"] {
            for it in fs::read_dir(dir.join(below)).unwrap().map(Result::unwrap) {
                if it.file_type().unwrap().is_file() {
                    let name = Path::new(below).join(it.file_name()).to_str().unwrap().to_owned();
                    found.insert(name, fs::read(it.path()).unwrap());
                }
            }
        }
        found
    }
}

const NAME: &str = "STUDY_D03_PIR_W2_interview_v1.txt";

#[test]
fn a_release_stopped_after_any_step_ends_the_same() {
    let mut station = Station::new();
    let leaf = station.publish(prepared(station.dir.path(), 1, 1, None)).unwrap();
    let whole = station.released();
    assert_eq!(whole.len(), 6, "{:?}", whole.keys());
    assert_eq!(whole[NAME], b"P: words of job 1\n");
    let root = station.dir.path().join("release/STUDY/team");
    let mode = |it: &Path| fs::metadata(it).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&root), mode(&root.join(NAME)), mode(&root.join("index.csv"))), (0o750, 0o640, 0o640));
    proof::verify(
        &whole[&format!("_proof/{NAME}.leaf.json")],
        &whole[&format!("_proof/{NAME}.tlog-proof")],
        &station.log.key(),
    )
    .unwrap();
    // Names come in this order; a crash leaves the first so many of them.
    let order: Vec<String> = ["manifest.json", "leaf.json", "tlog-proof"]
        .iter()
        .map(|it| format!("_proof/{NAME}.{it}"))
        .chain([NAME.to_owned(), "_proof/SHA256SUMS".to_owned(), "index.csv".to_owned()])
        .collect();
    for done in 0..=order.len() {
        for name in &order[done..] {
            durable::unlink(&root.join(name)).unwrap();
        }
        let published = station.again(prepared(station.dir.path(), 1, 1, None), leaf).unwrap();
        assert_eq!(published[0].row.log_index, leaf);
        assert_eq!(station.released(), whole, "after {done} steps");
    }
}

#[test]
fn two_versions_never_stand_side_by_side() {
    let mut station = Station::new();
    let dir = station.dir.path().to_owned();
    let leaf = station.publish(prepared(&dir, 1, 1, None)).unwrap();
    assert!(matches!(station.publish(prepared(&dir, 2, 2, None)), Err(Error::OtherVersion)));
    let other = Some(Superseded { version: 1, leaf: leaf + 1 });
    assert!(matches!(station.publish(prepared(&dir, 2, 2, other)), Err(Error::OtherVersion)));
    station.publish(prepared(&dir, 2, 2, Some(Superseded { version: 1, leaf }))).unwrap();
    let names: Vec<_> = station
        .released()
        .into_keys()
        .filter(|it| it.rsplit_once('.').is_some_and(|(_, ending)| ending == "txt"))
        .collect();
    assert_eq!(names, ["STUDY_D03_PIR_W2_interview_v2.txt"]);
    assert!(dir.join("away").join(NAME).exists());
}

#[test]
fn neither_changed_bytes_nor_a_foreign_file_nor_anothers_receipt_get_through() {
    let mut station = Station::new();
    let dir = station.dir.path().to_owned();
    let changed = prepared(&dir, 1, 1, None);
    durable::write_over(&dir.join("outbox"), &format!("{}.team.txt", changed.job), b"P: Ada\n").unwrap();
    assert!(matches!(station.publish(changed), Err(Error::OtherBytes)));
    let leaf = station.log.size() - 1;
    assert!(matches!(station.again(prepared(&dir, 2, 1, None), leaf), Err(Error::OtherReceipt)));
    durable::write_new(&dir.join("release/STUDY/team"), NAME, b"theirs").unwrap();
    assert!(matches!(station.publish(prepared(&dir, 2, 1, None)), Err(Error::NameTaken)));
}

#[test]
fn a_copy_that_is_changed_or_gone_is_named() {
    let mut station = Station::new();
    let dir = station.dir.path().to_owned();
    station.publish(prepared(&dir, 1, 1, None)).unwrap();
    let compared = || compare(&dir.join("release"), &"STUDY".parse().unwrap(), Profile::Team).unwrap();
    assert_eq!((compared().whole, compared().changed.len(), compared().missing.len()), (1, 0, 0));
    let copy = dir.join("release/STUDY/team").join(NAME);
    fs::write(&copy, b"P: other words\n").unwrap();
    assert_eq!(compared().changed, [NAME]);
    fs::remove_file(&copy).unwrap();
    assert_eq!((compared().whole, compared().missing), (0, vec![NAME.to_owned()]));
}
