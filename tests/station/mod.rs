//! A station in a temporary directory, made by the real `vouchsafe init` and run by the real daemon with the
//! real binary as its worker. Shared by the tests of the whole line.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use vouchsafe::{
    audit::{
        entry::Op,
        note::{LogKey, Origin},
        show::{self, Filter},
        verify as log,
    },
    catalog::{Catalog, Job, Stale, State},
    clock::{Clock, SystemClock, Timestamp},
    config::Station,
    daemon::{self, Summary},
    id::ObjectId,
    intake::DropPath,
    keys::{Credentials, KeyIndex, StewardSecret},
    registry::{self, Registry},
    review::{Ballot, Work},
    sample,
    seal::{self, Store},
};

/// The program itself.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_vouchsafe");

/// The machine's clock, some days on.
#[derive(Debug)]
pub(crate) struct DaysOn(pub(crate) u64, pub(crate) SystemClock);

impl Clock for DaysOn {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.1.now().as_millis() + self.0 * 24 * 60 * 60 * 1000)
    }

    fn monotonic(&self) -> Duration {
        self.1.monotonic()
    }
}

/// A station and its two stewards, `ada` and `ben`.
pub(crate) struct Bench {
    pub(crate) station: PathBuf,
    pub(crate) stewards: BTreeMap<String, StewardSecret>,
    dir: tempfile::TempDir,
}

impl Bench {
    /// A station with the sample's roster.
    pub(crate) fn new(gate: &str) -> Self {
        Self::with_roster(gate, sample::ROSTER)
    }

    pub(crate) fn with_roster(gate: &str, roster: &str) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut stewards = BTreeMap::new();
        for name in ["ada", "ben"] {
            let steward = StewardSecret::generate(name.parse().unwrap()).unwrap();
            steward.write(dir.path()).unwrap();
            stewards.insert(name.to_owned(), steward);
        }
        let csv = dir.path().join("roster.csv");
        put(&csv, roster.as_bytes());
        let bench = Self { station: dir.path().join("station"), stewards, dir };
        let made = bench.init(&csv);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::remove_file(csv).unwrap();
        for (key, value) in [
            ("settle", "\"60ms\""),
            ("media_settle", "\"120ms\""),
            ("rescan", "\"200ms\""),
            ("sidecar_grace", "\"400ms\""),
            ("keep_free", "\"1MiB\""),
            ("workers", "1"),
        ] {
            bench.set(key, value);
        }
        bench.set_study("gate", &format!("\"{gate}\""));
        // What the line does with names does not depend on who found them; `tests/names.rs` has the finder.
        bench.set_study("finder", "\"off\"");
        bench
    }

    /// Runs `vouchsafe init` for the study.
    pub(crate) fn init(&self, roster: &Path) -> std::process::Output {
        let public = |name: &str| self.dir.path().join(format!("{name}.steward.toml"));
        Command::new(BINARY)
            .arg("init")
            .arg(&self.station)
            .args(["--study", sample::STUDY, "--station-id", "bench", "--waves", "W1,W2"])
            .args([
                "--ethics-approval",
                "TEST-001",
                "--approval-until",
                "2099-12-31",
                "--languages",
                "en,yue",
            ])
            .args([Path::new("--steward"), &public("ada"), Path::new("--steward"), &public("ben")])
            .args([Path::new("--from-roster"), roster])
            .output()
            .unwrap()
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.station.join("vouchsafe.toml")
    }

    /// Changes a key of the station's settings.
    pub(crate) fn set(&self, key: &str, value: &str) {
        edit(&self.settings(), key, value);
    }

    /// Changes a key of the study's settings.
    pub(crate) fn set_study(&self, key: &str, value: &str) {
        edit(&self.station.join("studies").join(sample::STUDY).join("study.toml"), key, value);
    }

    /// Where a drop lies, from the study's folder on.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.station.join("intake").join(sample::STUDY).join(path)
    }

    /// Drops a file.
    pub(crate) fn drop_file(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, bytes.as_ref());
        path
    }

    /// Works off what there is.
    pub(crate) fn run(&self) -> Summary {
        self.run_by(Arc::new(SystemClock::new())).unwrap()
    }

    /// Works off what there is; ada takes out whatever waits for her.
    pub(crate) fn settle(&self) {
        self.run();
        for job in self.jobs().iter().filter(|it| matches!(it.state, State::Held | State::Proposed)) {
            self.decide(job, "ada", Ballot::Approve, |work| {
                (1..=work.candidates().len()).for_each(|n| work.redact(n, None).unwrap());
            });
        }
        self.run();
    }

    pub(crate) fn run_by(&self, clock: Arc<dyn Clock>) -> Result<Summary, daemon::Error> {
        self.run_with(Path::new(BINARY), clock)
    }

    pub(crate) fn run_with(&self, worker: &Path, clock: Arc<dyn Clock>) -> Result<Summary, daemon::Error> {
        daemon::run_once(&self.settings(), worker, clock, &mut |_| ())
    }

    pub(crate) fn loaded(&self) -> Station {
        Station::load(&self.settings()).unwrap()
    }

    pub(crate) fn jobs(&self) -> Vec<Job> {
        Catalog::read(&self.loaded().directories.catalog()).unwrap().all().unwrap()
    }

    /// The jobs that were dropped under this path, oldest first.
    pub(crate) fn jobs_at(&self, path: impl AsRef<Path>) -> Vec<Job> {
        let station = self.loaded();
        let credentials = Credentials::load(&station.directories.credentials).unwrap();
        let rows = credentials.roster.derive("station.db").unwrap();
        let names = registry::name_key(&credentials.pseudonym).unwrap();
        let registry = Registry::open(&station.directories.registry(), rows, names).unwrap();
        let whole = Path::new(sample::STUDY).join(path);
        let mut jobs = self.jobs();
        jobs.retain(|it| {
            registry
                .origin(it.job)
                .unwrap()
                .is_some_and(|it| DropPath::from_sensitive(it.path).under(Path::new("")) == whole)
        });
        jobs.sort_by_key(|it| (it.facts.version, it.changed_at));
        jobs
    }

    /// The one job of a drop.
    pub(crate) fn job(&self, path: impl AsRef<Path>) -> Job {
        let mut jobs = self.jobs_at(&path);
        assert_eq!(jobs.len(), 1, "{} has {} jobs", path.as_ref().display(), jobs.len());
        jobs.remove(0)
    }

    /// What a steward has decided of an item so far.
    pub(crate) fn work(&self, job: &Job, who: &str) -> Work {
        let none = self.station.join("review");
        Work::resume(&self.station.join("review/out"), &none, job.job, self.stewards[who].identity()).unwrap()
    }

    /// A steward opens the bundle, does what they do, signs and hands it back.
    pub(crate) fn decide(&self, job: &Job, who: &str, ballot: Ballot, edit: impl FnOnce(&mut Work)) {
        let mut work = self.work(job, who);
        edit(&mut work);
        let into = self.station.join("review/in");
        work.finish(ballot, &self.stewards[who], &into, SystemClock::new().now()).unwrap();
    }

    /// Where the copies lie that went out.
    pub(crate) fn release_dir(&self) -> PathBuf {
        self.station.join("release").join(sample::STUDY).join("team")
    }

    /// The copy that went out for a job.
    pub(crate) fn copy(&self, job: &Job) -> Vec<u8> {
        let name = job.facts.release_name.as_ref();
        let name = name.unwrap_or_else(|| panic!("not released: {} {:?}", job.state, job.facts.reason));
        fs::read(self.release_dir().join(name)).unwrap()
    }

    /// The same as a text.
    pub(crate) fn text(&self, job: &Job) -> String {
        String::from_utf8(self.copy(job)).unwrap()
    }

    /// The slip beside a drop.
    pub(crate) fn receipt(&self, path: &str) -> String {
        let slip = self.at(format!("{path}.receipt.txt"));
        fs::read_to_string(&slip).unwrap_or_else(|_| panic!("there is no {}", slip.display()))
    }

    /// A sealed object's members, opened with ada's key.
    pub(crate) fn open(&self, object: ObjectId) -> BTreeMap<String, Vec<u8>> {
        let directories = self.loaded().directories;
        let store = Store::new(&directories.objects);
        let rolling = Credentials::load_rolling(&directories.credentials.join("keystore.key")).unwrap();
        let index = KeyIndex::load(&directories.keystore).unwrap();
        let header = seal::inspect(store.file(object).unwrap()).unwrap();
        let ada = self.stewards["ada"].identity();
        let identities = seal::identities_for(&header, &index, ada, &rolling).unwrap();
        let out = tempfile::tempdir_in(self.dir.path()).unwrap();
        let to = out.path().join("opened");
        let opened = seal::open(store.file(object).unwrap(), &identities).unwrap();
        let members = opened.extract(&to, 1 << 30).unwrap();
        members.into_iter().map(|it| (it.clone(), fs::read(to.join(it)).unwrap())).collect()
    }

    /// The released copies that are stale.
    pub(crate) fn stale(&self) -> Vec<Stale> {
        Catalog::read(&self.loaded().directories.catalog()).unwrap().stale().unwrap()
    }

    /// The leaves that the log calls stale.
    pub(crate) fn told_stale(&self) -> Vec<u64> {
        let entries = show::show(&self.loaded().directories.log, &self.log_key(), Filter::default()).unwrap();
        let stale = |op: &Op| if let Op::Stale { release } = op { Some(*release) } else { None };
        entries.filter_map(|it| stale(it.unwrap().1.op())).collect()
    }

    /// Every sealed object is whole, and the log's every entry leads to its checkpoint.
    pub(crate) fn check_archive_and_log(&self) {
        let station = self.loaded();
        let store = Store::new(&station.directories.objects);
        for object in store.list().unwrap() {
            store.verify(object).unwrap();
        }
        let report = log::verify(&station.directories.log, &self.log_key()).unwrap();
        assert!(report.is_whole(), "{report:?}");
    }

    pub(crate) fn log_key(&self) -> LogKey {
        let station = self.loaded();
        let key = Credentials::load(&station.directories.credentials).unwrap().log.verifying_key();
        LogKey::new(&Origin::of_station(&station.id).unwrap(), key)
    }

    /// The names of all released copies.
    pub(crate) fn released(&self) -> Vec<String> {
        let mut names: Vec<_> = files(&self.station.join("release"))
            .into_iter()
            .filter(|it| !it.components().any(|it| it.as_os_str() == "_proof"))
            .map(|it| it.file_name().unwrap().to_str().unwrap().to_owned())
            .filter(|it| it != "index.csv")
            .collect();
        names.sort();
        names
    }
}

/// All files below a directory.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(next) = todo.pop() {
        for it in fs::read_dir(next).into_iter().flatten() {
            let it = it.unwrap();
            if it.file_type().unwrap().is_dir() { todo.push(it.path()) } else { found.push(it.path()) }
        }
    }
    found.sort();
    found
}

/// Writes a file as a fieldworker's computer does.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// Puts `key = value` where the settings have that key, commented out or not.
fn edit(file: &Path, key: &str, value: &str) {
    let text = fs::read_to_string(file).unwrap();
    let is_it = |line: &str| line.trim_start_matches(['#', ' ']).split('=').next().unwrap().trim() == key;
    assert!(text.lines().any(is_it), "{key} is not in {}", file.display());
    let lines: Vec<_> =
        text.lines().map(|it| if is_it(it) { format!("{key} = {value}") } else { it.to_owned() }).collect();
    put(file, (lines.join("\n") + "\n").as_bytes());
}
