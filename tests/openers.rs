//! Other people's programs open what we seal: Python's `cryptography` with stock `zstd` and `tar`, and
//! npm's `age-encryption` where node is installed.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "other people's programs are started here")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use vouchsafe::{
    durable,
    id::{Handle, JobId, ObjectId},
    keys::{Credentials, Key, KeyStore, KeyedDigest, ObjectClass, Scope, StewardSecret, encrypt},
    seal::{Audience, Member, RawParts, Source, Spec, Store, StreamClass},
};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openers");
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");

fn run(command: &mut Command, missing: &str) -> Vec<u8> {
    let done = command.output().unwrap_or_else(|error| panic!("{error}\n{missing}"));
    assert!(done.status.success(), "{}\n{missing}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// A Python that has `cryptography`, made once and kept in the build directory.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(make_python)
}

fn make_python() -> PathBuf {
    const MISSING: &str = "This test needs Python 3.9 with venv and pip, and the package `cryptography` 50 or later:\n\
        apt install python3-venv, and a connection to pypi.org the first time it runs.";
    let venv = Path::new(TARGET).join("openers-venv");
    let python = venv.join("bin/python");
    let ready = || {
        let probe = "from cryptography.cobblestone import Cobblestone256Decryptor";
        Command::new(&python).args(["-c", probe]).output().is_ok_and(|it| it.status.success())
    };
    if !ready() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv), MISSING);
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "cryptography>=50"]), MISSING);
        assert!(ready(), "{MISSING}");
    }
    python
}

struct Bench {
    dir: tempfile::TempDir,
    keys: KeyStore,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["objects", "keystore", "credentials", "first", "second"] {
            durable::make_dir(&dir.path().join(name)).unwrap();
        }
        let credentials = Credentials::generate(&dir.path().join("credentials")).unwrap();
        let stewards = ["first", "second"].map(|name| {
            let steward = StewardSecret::generate(name.parse().unwrap()).unwrap();
            steward.write(&dir.path().join(name)).unwrap();
            steward.public().unwrap().recipient
        });
        let keys =
            KeyStore::open(&dir.path().join("keystore"), stewards.to_vec(), credentials.rolling).unwrap();
        let store = Store::new(&dir.path().join("objects"));
        Self { dir, keys, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn key(&mut self, participant: u8, class: ObjectClass) -> Key {
        let participant = Handle::from_bytes([participant; 16]);
        self.keys.ensure(&Scope::Participant { participant, wave: "W1".parse().unwrap(), class }).unwrap()
    }

    fn sync(&mut self) -> durable::Synced {
        let synced = durable::sync(self.dir.path()).unwrap();
        self.keys.commit(&synced).unwrap();
        synced
    }

    /// Opens an object with a steward's files, and gives its class and where its members lie.
    fn open(&self, object: ObjectId, steward: &str) -> (String, PathBuf) {
        let out = self.path(&format!("{object}-{steward}"));
        let class = run(
            Command::new(python())
                .arg(Path::new(SCRIPTS).join("open_object.py"))
                .arg(self.store.path(object))
                .arg(&out)
                .arg("--keystore")
                .arg(self.path("keystore"))
                .arg("--rolling")
                .arg(self.path("credentials/keystore.key"))
                .arg("--steward")
                .arg(self.path(&format!("{steward}/{steward}.steward.key"))),
            "This test also needs the programs `zstd` and `tar`: apt install zstd tar.",
        );
        (String::from_utf8(class).unwrap().trim().to_owned(), out)
    }
}

fn spec(audience: Audience) -> Spec {
    Spec { job: JobId::from_bytes([9; 16]), study: None, participants: Vec::new(), audience }
}

#[test]
fn a_joint_item_opens_in_python_with_each_stewards_file() {
    let mut bench = Bench::new();
    let keys = vec![bench.key(1, ObjectClass::Raw), bench.key(2, ObjectClass::Raw)];
    let bytes = "Ah Fong: 我今日去咗行山。\n".repeat(3000);
    let parts = RawParts { extension: "TXT", bytes: bytes.as_bytes(), report: b"[]", meta: b"{}" };
    let pending = bench.store.raw(&spec(Audience::Keys(keys)), parts).unwrap();
    let sealed = pending.commit(&bench.sync()).unwrap();
    for steward in ["first", "second"] {
        let (class, out) = bench.open(sealed.object(), steward);
        assert_eq!(class, "raw");
        assert_eq!(fs::read(out.join("original.txt")).unwrap(), bytes.as_bytes());
        assert_eq!(fs::read(out.join("report.json")).unwrap(), b"[]");
        assert_eq!(fs::read(out.join("meta.json")).unwrap(), b"{}");
    }
}

#[test]
fn a_recording_and_a_station_object_open_in_python() {
    let mut bench = Bench::new();
    let noise: Vec<u8> = (0..300_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let key = bench.key(1, ObjectClass::Recording);
    let credentials = Credentials::load(&bench.path("credentials")).unwrap();
    let source = Source { extension: "wav", len: noise.len() as u64, bytes: &noise[..], meta: b"{}" };
    let digest = KeyedDigest::new(&credentials.dedup, "test").unwrap();
    let recording =
        bench.store.stream(&spec(Audience::Keys(vec![key])), StreamClass::Recording, source, digest).unwrap();
    let stewards = ["first", "second"].map(|name| {
        StewardSecret::load(&bench.path(&format!("{name}/{name}.steward.key")))
            .unwrap()
            .public()
            .unwrap()
            .recipient
    });
    let members = [Member { name: "roster/a.csv", bytes: b"code\n" }];
    let station = bench.store.station(&spec(Audience::Stewards(stewards.to_vec())), &members).unwrap();
    let synced = bench.sync();
    let (recording, station) = (recording.commit(&synced).unwrap(), station.commit(&synced).unwrap());

    let (class, out) = bench.open(recording.object(), "second");
    assert_eq!(class, "recording");
    assert!(fs::read(out.join("content.wav")).unwrap() == noise);

    let out = bench.path("station-out");
    let mut command = Command::new(python());
    command.arg(Path::new(SCRIPTS).join("open_object.py")).arg(bench.store.path(station.object())).arg(&out);
    run(command.arg("--identity").arg(bench.path("first/first.steward.key")), "");
    assert_eq!(fs::read(out.join("roster/a.csv")).unwrap(), b"code\n");
}

#[test]
fn npm_age_encryption_opens_an_envelope() {
    const MISSING: &str =
        "This test needs npm and, the first time it runs, a connection to registry.npmjs.org.";
    if Command::new("node").arg("--version").output().is_err() {
        // Python's opener above has read the same envelopes; node is a second opinion where it is installed.
        return;
    }
    let modules = Path::new(TARGET).join("openers-node");
    fs::create_dir_all(&modules).unwrap();
    if !modules.join("node_modules/age-encryption").exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&modules);
        run(npm.arg("age-encryption@0.3"), MISSING);
    }
    let script = modules.join("open_envelope.mjs");
    fs::copy(Path::new(SCRIPTS).join("open_envelope.mjs"), &script).unwrap();
    let bench = Bench::new();
    let steward = StewardSecret::load(&bench.path("first/first.steward.key")).unwrap();
    let file = bench.path("envelope");
    fs::write(&file, encrypt(&[steward.public().unwrap().recipient], &[7; 32]).unwrap()).unwrap();
    let out =
        run(Command::new("node").arg(script).arg(file).arg(bench.path("first/first.steward.key")), MISSING);
    assert_eq!(out, [7; 32]);
}
