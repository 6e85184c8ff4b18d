//! Kills the real program, with its workers, at places spread over a run, starts it again to the end, and
//! asserts each time: nothing lost, nothing torn, nothing released early or twice, log and catalog of one mind.
//!
//! The ordinary tests kill at twelve moments. Fifty, and one system call after the other where `strace` is
//! here: `cargo test --release --test crash -- --ignored --nocapture`.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[path = "../benches/support/mod.rs"]
#[expect(dead_code, reason = "others use the rest")]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sha2::{Digest as _, Sha256};
use vouchsafe::{
    audit::{
        entry::{Entry, Op},
        note::{LogKey, Origin},
        proof,
        show::{self, Filter},
        verify::verify,
    },
    catalog::{Catalog, Job, State},
    id::JobId,
    item::Profile,
    keys::{Credentials, KeyIndex, StewardSecret},
    sample,
    seal::{self, Store},
};

use self::support::Place;

type Hash = [u8; 32];

/// Generated interviews beside the sample's files: with the greater number, more than a batch holds.
const FEW: usize = 4;
const MANY: usize = 70;

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// A station with the sample's files and more interviews than a batch holds.
fn station(dir: &Path, interviews: usize) -> (Place, BTreeSet<Hash>) {
    let place = Place::new(dir, sample::STUDY, sample::ROSTER, "W1,W2");
    let place = place.with("profiles", "[\"insider-safe\"]");
    let mut dropped = BTreeSet::new();
    for file in sample::files() {
        place.drop_file(file.path, &file.bytes);
        dropped.insert(hash(&file.bytes));
    }
    for number in 0..interviews {
        let text = format!(
            "I: how was the week\nP: it was week number {number} of the course, i walked up the stairs\n\
             I: 好呀，跟住呢\nP: 跟住返屋企瞓覺囉\nP: and my number is 9123 {:04}\n",
            1000 + number
        );
        place.drop_file(&format!("D01/PIR/W2/interview/walk{number:03}.txt"), text.as_bytes());
        dropped.insert(hash(text.as_bytes()));
    }
    (place, dropped)
}

/// Starts a run in a process group of its own, so that its workers can be killed with it.
fn start(mut command: Command) -> Child {
    command.process_group(0).spawn().expect("the program starts")
}

fn kill(child: &mut Child) -> bool {
    let ended = child.try_wait().unwrap().is_some();
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // It may have ended by itself.
        let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    child.wait().unwrap();
    !ended
}

fn finish(place: &Place) {
    let status = place.run_once().status().unwrap();
    assert!(status.success(), "the run after the kill: {status}");
}

/// All files below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let (mut found, mut todo) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(next) = todo.pop() {
        let Ok(entries) = fs::read_dir(next) else { continue };
        for entry in entries.map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                todo.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found
}

/// The bytes that lie sealed, by opening every object with the steward's key.
fn sealed(place: &Place) -> BTreeSet<Hash> {
    let it = &place.station.directories;
    let store = Store::new(&it.objects);
    let rolling = Credentials::load_rolling(&it.credentials.join("keystore.key")).unwrap();
    let index = KeyIndex::load(&it.keystore).unwrap();
    let secret = place.file.ancestors().nth(2).unwrap().join("stewards/ada.steward.key");
    let steward = StewardSecret::load(&secret).unwrap();
    let mut hashes = BTreeSet::new();
    for object in store.list().unwrap() {
        store.verify(object).expect("no object is torn");
        let header = seal::inspect(store.file(object).unwrap()).unwrap();
        let identities = seal::identities_for(&header, &index, steward.identity(), &rolling).expect("a key");
        let out = tempfile::tempdir().unwrap();
        let opened = seal::open(store.file(object).unwrap(), &identities).unwrap();
        opened.extract(&out.path().join("o"), 1 << 30).unwrap();
        hashes.extend(files(out.path()).iter().map(|it| hash(&fs::read(it).unwrap())));
    }
    hashes
}

/// For whom there are copies.
const PROFILES: [Profile; 2] = [Profile::Team, Profile::InsiderSafe];

/// Where copies are released to.
fn release(place: &Place, profile: Profile) -> PathBuf {
    place.station.directories.release.join(&place.study).join(profile.name())
}

fn log_key(place: &Place) -> LogKey {
    let credentials = Credentials::load(&place.station.directories.credentials).unwrap();
    LogKey::new(&Origin::of_station(&place.station.id).unwrap(), credentials.log.verifying_key())
}

fn entries(place: &Place, key: &LogKey) -> Vec<(u64, Entry)> {
    let log = &place.station.directories.log;
    if !log.join("checkpoint").exists() {
        return Vec::new();
    }
    show::show(log, key, Filter::default()).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The copies that analysts see, with the leaf that each was released under.
fn released(place: &Place, key: &LogKey, profile: Profile) -> BTreeMap<String, u64> {
    let dir = release(place, profile);
    let names = files(&dir).into_iter().filter_map(|it| {
        let name = it.strip_prefix(&dir).unwrap().to_str().unwrap().to_owned();
        let lists = name.starts_with("_proof") || name == "index.csv" || name.starts_with(".draft-");
        (!lists).then_some(name)
    });
    names
        .map(|name| {
            let beside = |end: &str| fs::read(dir.join("_proof").join(format!("{name}.{end}"))).expect(end);
            let entry = beside("leaf.json");
            let proven = proof::verify(&entry, &beside("tlog-proof"), key).expect("a proof");
            let Op::Release { released, .. } = Entry::from_bytes(&entry).unwrap().op().clone() else {
                panic!("{name} lies under a leaf that releases nothing");
            };
            assert_eq!(released.as_bytes(), &hash(&fs::read(dir.join(&name)).unwrap()), "{name} is torn");
            (name, proven.leaf)
        })
        .collect()
}

/// What must hold at any moment, a killed run's included.
fn always(place: &Place, dropped: &BTreeSet<Hash>) {
    let it = &place.station.directories;
    let plain: BTreeSet<Hash> = [&it.intake, &it.claimed]
        .into_iter()
        .flat_map(|dir| files(dir))
        .map(|it| hash(&fs::read(it).unwrap()))
        .collect();
    let lost: BTreeSet<_> = dropped.difference(&plain).copied().collect();
    if !lost.is_empty() {
        let sealed = sealed(place);
        assert!(
            lost.is_subset(&sealed),
            "{} of {} files lost",
            lost.difference(&sealed).count(),
            dropped.len()
        );
    }
    let key = log_key(place);
    let log = entries(place, &key);
    let mut sealed_at: BTreeMap<JobId, u64> = BTreeMap::new();
    let mut released_at: BTreeMap<(JobId, Profile), u64> = BTreeMap::new();
    for (leaf, entry) in &log {
        match entry.op() {
            Op::Seal { job, .. } => {
                sealed_at.entry(*job).or_insert(*leaf);
            }
            Op::Release { job, object, profile, .. } => {
                assert_eq!(released_at.insert((*job, *profile), *leaf), None, "released twice");
                let seal = log.iter().find(|(at, it)| {
                    at < leaf && matches!(it.op(), Op::Seal { objects, .. } if objects.contains(object))
                });
                assert!(seal.is_some(), "released before its seal was logged");
            }
            _other => {}
        }
    }
    let leaves: BTreeSet<u64> = released_at.values().copied().collect();
    for profile in PROFILES {
        let out = released(place, &key, profile);
        let of_files: BTreeSet<u64> = out.values().copied().collect();
        assert_eq!(of_files.len(), out.len(), "two copies under one leaf");
        assert!(of_files.is_subset(&leaves), "a copy is out before its leaf");
    }
}

/// What must hold once a run has come to its end.
fn at_the_end(place: &Place, dropped: &BTreeSet<Hash>) {
    always(place, dropped);
    let it = &place.station.directories;
    assert!(dropped.is_subset(&sealed(place)), "not all is sealed");
    assert_eq!(files(&it.claimed), Vec::<PathBuf>::new(), "something is still claimed");
    let key = log_key(place);
    let report = verify(&it.log, &key).unwrap();
    assert!(report.is_whole(), "the log is damaged: {:?}", report.damage);
    assert_eq!(report.leftovers, 0);
    let jobs = Catalog::read(&it.catalog()).unwrap().all().unwrap();
    let items: Vec<&Job> = jobs.iter().filter(|it| it.state != State::Duplicate).collect();
    assert_eq!(items.len(), dropped.len(), "jobs: {:?}", counts(&jobs));
    let out = PROFILES.map(|it| released(place, &key, it));
    let mut named = [BTreeSet::new(), BTreeSet::new()];
    let store = Store::new(&it.objects);
    let kept: BTreeSet<_> = store.list().unwrap().into_iter().collect();
    for job in items {
        assert!(
            matches!(job.state, State::Held | State::Proposed | State::Done | State::Quarantined),
            "an item stands still at {}",
            job.state
        );
        let insiders = job.facts.copies.get(&Profile::InsiderSafe).cloned().unwrap_or_default();
        let copies = [&job.facts.deidentified, &insiders.sealed];
        let copies = copies.into_iter().flatten().map(|it| it.object);
        let objects: Vec<_> = job.facts.raw_object.into_iter().chain(copies).collect();
        assert!(!objects.is_empty() && objects.iter().all(|it| kept.contains(it)));
        assert_eq!(insiders.is_out, job.facts.release_name.is_some(), "one profile has it");
        let told = [
            (&job.facts.release_name, job.facts.release_leaf),
            (&insiders.release_name, insiders.release_leaf),
        ];
        for ((out, named), (name, leaf)) in out.iter().zip(&mut named).zip(told) {
            let Some(name) = name else { continue };
            assert_eq!(out.get(name).copied(), leaf, "{name}");
            assert!(named.insert(name.clone()), "one name for two items");
        }
    }
    for ((out, named), profile) in out.iter().zip(&named).zip(PROFILES) {
        assert_eq!(named.len(), out.len(), "a copy is out that no item knows");
        let index = fs::read_to_string(release(place, profile).join("index.csv")).unwrap();
        assert_eq!(index.lines().count(), out.len() + 1, "the list of releases");
    }
    for dir in [&it.claimed, &it.outbox, &it.objects, &it.keystore, &it.release, &it.log] {
        let drafts = files(dir).iter().filter(|it| it.to_string_lossy().contains(".draft-")).count();
        assert_eq!(drafts, 0, "drafts are left in {}", dir.file_name().unwrap().to_string_lossy());
    }
}

fn counts(jobs: &[Job]) -> BTreeMap<State, usize> {
    let mut counts = BTreeMap::new();
    for job in jobs {
        *counts.entry(job.state).or_default() += 1;
    }
    counts
}

/// How long a run takes that nobody disturbs, and what it comes to.
fn undisturbed(interviews: usize) -> (Duration, BTreeMap<State, usize>) {
    let dir = tempfile::tempdir().unwrap();
    let (place, dropped) = station(dir.path(), interviews);
    let start = Instant::now();
    finish(&place);
    let took = start.elapsed();
    at_the_end(&place, &dropped);
    (took, counts(&Catalog::read(&place.station.directories.catalog()).unwrap().all().unwrap()))
}

/// Kills so many runs, the n-th after the n-th part of the time that a whole run takes.
fn killed_in_time(moments: u32, interviews: usize) {
    let (mut took, wanted) = undisturbed(interviews);
    let mut hits = 0;
    for n in 0..moments {
        let dir = tempfile::tempdir().unwrap();
        let (place, dropped) = station(dir.path(), interviews);
        let mut child = start(place.run_once());
        let wait = took * n / moments;
        std::thread::sleep(wait);
        let is_hit = kill(&mut child);
        hits += u32::from(is_hit);
        if !is_hit {
            // It was done: the machine has less to do than when that was measured.
            took = wait * 9 / 10;
        }
        always(&place, &dropped);
        finish(&place);
        at_the_end(&place, &dropped);
        let jobs = Catalog::read(&place.station.directories.catalog()).unwrap().all().unwrap();
        assert_eq!(counts(&jobs), wanted, "killed at {n}/{moments}: another outcome");
    }
    assert!(hits * 2 > moments, "only {hits} of {moments} kills met a running program");
}

#[test]
fn a_run_killed_at_any_moment_is_taken_up_again() {
    killed_in_time(12, FEW);
}

#[test]
#[ignore = "minutes; the closing measurement of reliability"]
fn a_run_killed_at_fifty_moments_is_taken_up_again() {
    killed_in_time(50, MANY);
}

/// Stops a daemon between seal and log, does something to the claimed file, and runs the station to its
/// end: nothing is lost, and there are so many items.
fn between_seal_and_log(change: impl FnOnce(&Path), items: usize) {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::new(dir.path(), sample::STUDY, sample::ROSTER, "W1,W2");
    let it = &place.station.directories;
    let mut daemon = Command::new(support::BINARY);
    daemon.arg("--station").arg(place.file.parent().unwrap()).arg("run");
    let mut daemon = start({
        daemon.stdin(Stdio::null()).stderr(Stdio::null());
        daemon
    });
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let soon = (0..400).any(|_| done() || (std::thread::sleep(Duration::from_millis(50)), false).1);
        assert!(soon, "never: {what}");
    };
    until("the daemon has started", &|| it.log.join("tile").exists() && it.catalog().exists());
    std::thread::sleep(Duration::from_millis(500));
    // A log that cannot be written: the item stays sealed.
    let (tiles, away) = (it.log.join("tile"), it.log.with_extension("away"));
    fs::rename(&tiles, &away).unwrap();
    fs::write(&tiles, b"in the way").unwrap();
    let text = b"I: how was the week\nP: it was long, and i slept badly\n";
    place.drop_file("D01/PIR/W2/interview/a.txt", text);
    let jobs = || Catalog::read(&it.catalog()).and_then(|it| it.all()).unwrap_or_default();
    until("the file is sealed", &|| jobs().iter().any(|it| it.state == State::Sealed));
    kill(&mut daemon);
    let item = it.claimed.join(jobs().first().unwrap().job.to_string());
    assert_eq!(fs::read(&item).unwrap(), text);
    change(&item);
    let dropped: BTreeSet<Hash> = [hash(text), hash(&fs::read(&item).unwrap())].into();
    fs::remove_file(&tiles).unwrap();
    fs::rename(&away, &tiles).unwrap();
    finish(&place);
    always(&place, &dropped);
    assert!(dropped.is_subset(&sealed(&place)), "not all is sealed");
    assert_eq!(files(&it.claimed), Vec::<PathBuf>::new(), "something is still claimed");
    let jobs = jobs();
    assert_eq!((jobs.len(), dropped.len()), (items, items), "{:?}", counts(&jobs));
    assert!(jobs.iter().all(|it| it.state == State::Done), "{:?}", counts(&jobs));
}

#[test]
fn what_is_written_to_a_claimed_file_after_its_seal_is_a_drop_of_its_own() {
    let longer = |item: &Path| {
        let mut item = fs::OpenOptions::new().append(true).open(item).unwrap();
        item.write_all(b"I: and then\nP: then it was better\n").unwrap();
    };
    // By a program that sets the time of the last write back.
    let as_long = |item: &Path| {
        let before = fs::metadata(item).unwrap().modified().unwrap();
        let file = fs::OpenOptions::new().write(true).open(item).unwrap();
        (&file).write_all(b"I: who").unwrap();
        file.set_modified(before).unwrap();
    };
    between_seal_and_log(longer, 2);
    between_seal_and_log(as_long, 2);
    // The control: nobody wrote.
    between_seal_and_log(|_| (), 1);
}

/// The calls that make something durable or visible.
const CALLS: &str = "fsync,fdatasync,syncfs,renameat2,renameat,linkat,unlinkat,mkdirat,mkdir";

/// Kills runs right before the n-th such call, for `n` all over a run.
#[test]
#[ignore = "minutes, and needs strace"]
fn a_run_killed_before_any_durable_call_is_taken_up_again() {
    let strace = |place: &Place, out: &Path, inject: &str| {
        let run = place.run_once();
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(out).args(["-e", &format!("trace={CALLS}")]);
        if !inject.is_empty() {
            command.args(["-e", inject]);
        }
        command.arg(run.get_program()).args(run.get_args());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("strace is not here: nothing was tested");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (place, dropped) = station(dir.path(), MANY);
    let out = dir.path().join("calls");
    assert!(strace(&place, &out, "").status().unwrap().success());
    at_the_end(&place, &dropped);
    let text = fs::read_to_string(&out).unwrap();
    let main = text.split_whitespace().next().unwrap();
    let calls: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix(main)?.trim_start().split_once('(').map(|it| it.0))
        .collect();
    let total = calls.len();
    // Every call that is not one of a long row of its like, and then some of the rows.
    let edges: Vec<usize> = (1..total).filter(|n| calls[*n] != calls[*n - 1]).map(|n| n + 1).collect();
    let step = edges.len().div_ceil(40).max(1);
    let mut places: BTreeSet<usize> = edges.iter().copied().step_by(step).collect();
    places.extend((1..=10).map(|n| total * n / 11));
    eprintln!("{total} calls, {} places", places.len());
    let (wanted, mut met) = (places.len(), 0);
    for when in places {
        let dir = tempfile::tempdir().unwrap();
        let (place, dropped) = station(dir.path(), MANY);
        // strace counts each kind of call by itself.
        let call = calls[when - 1];
        let nth = calls[..when].iter().filter(|it| **it == call).count();
        let inject = format!("inject={call}:signal=SIGKILL:when={nth}");
        let status = strace(&place, &dir.path().join("calls"), &inject).status().unwrap();
        // How many calls a run makes depends on what is ready at once: one may end before that.
        met += usize::from(!status.success());
        eprintln!(
            "{} call {when}: {call} {nth}",
            if status.success() { "ended before" } else { "killed before" }
        );
        always(&place, &dropped);
        finish(&place);
        at_the_end(&place, &dropped);
    }
    assert!(met * 4 >= wanted * 3, "only {met} of {wanted} calls were reached");
}
