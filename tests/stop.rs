//! A worker that hangs, and a disk without room: the real program says so, keeps back no other file, and stops
//! at once when it is told to.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[path = "../benches/support/mod.rs"]
#[expect(dead_code, reason = "others use the rest")]
mod support;

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use vouchsafe::{
    audit::{
        note::{LogKey, Origin},
        show::{self, Filter},
    },
    catalog::{Catalog, State},
    keys::Credentials,
    sample,
};

use self::support::{BINARY, Place};

const FOLDER: &str = "D01/PSW/W1/interview";
/// A film of no content that takes longer to seal than anybody waits for a stop.
const FILM_BYTES: u64 = 16 << 30;

fn place(dir: &tempfile::TempDir, settings: &[(&str, &str)]) -> Place {
    let place = Place::new(dir.path(), sample::STUDY, sample::ROSTER, "W1,W2");
    let mut text = fs::read_to_string(&place.file).unwrap();
    for (from, to) in settings {
        assert!(text.contains(from), "{from} is not in the settings");
        text = text.replace(from, to);
    }
    fs::write(&place.file, text).unwrap();
    place
}

fn drop_file(place: &Place, name: &str) {
    place.drop_file(&format!("{FOLDER}/{name}.txt"), format!("PSW: I came alone, as {name}.\n").as_bytes());
}

/// The daemon as a service manager starts it.
struct Daemon {
    child: Child,
    said: PathBuf,
}

impl Daemon {
    fn start(place: &Place) -> Self {
        let root = place.file.parent().unwrap();
        let said = root.with_file_name("said");
        let child = Command::new(BINARY)
            .arg("--station")
            .arg(root)
            .arg("run")
            .stdin(Stdio::null())
            .stderr(fs::File::create(&said).unwrap())
            .spawn()
            .unwrap();
        Self { child, said }
    }

    /// Its workers, by looking at every process's parent.
    fn workers(&self) -> Vec<Pid> {
        let processes =
            fs::read_dir("/proc").unwrap().filter_map(|it| it.unwrap().file_name().into_string().ok());
        let parent = format!("PPid:\t{}", self.child.id());
        processes
            .filter_map(|it| Some((it.parse().ok()?, fs::read_to_string(format!("/proc/{it}/status")).ok()?)))
            .filter(|(_, status)| status.lines().any(|it| it == parent) && !status.contains("State:\tZ"))
            .filter_map(|(pid, _)| Pid::from_raw(pid))
            .collect()
    }

    /// Tells it to stop; it must, within seconds.
    fn stop(mut self, signal: Signal) -> (ExitStatus, Duration) {
        let start = Instant::now();
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        until("the daemon stops", || self.child.try_wait().unwrap().is_some());
        (self.child.try_wait().unwrap().unwrap(), start.elapsed())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        for worker in self.workers() {
            let _gone = kill_process(worker, Signal::KILL);
        }
        drop(self.child.kill());
        drop(self.child.wait());
        if thread::panicking() {
            panic_text(&fs::read_to_string(&self.said).unwrap_or_default());
        }
    }
}

#[expect(clippy::print_stderr, reason = "what the daemon said explains a failure")]
fn panic_text(text: &str) {
    eprintln!("the daemon said: {text}");
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("never: {what}");
}

/// Its first entries are in the log, which comes after everything that a start makes.
fn has_started(place: &Place) -> bool {
    let it = &place.station.directories;
    it.log.join("tile").exists() && it.catalog().exists()
}

fn slip(place: &Place, name: &str) -> String {
    let at = place.station.directories.intake.join(&place.study).join(FOLDER);
    fs::read_to_string(at.join(format!("{name}.txt.receipt.txt"))).unwrap_or_default()
}

fn wait_for(place: &Place, name: &str, word: &str) {
    until(&format!("{name} is {word}"), || slip(place, name).contains(word));
}

fn states(place: &Place) -> Vec<State> {
    let jobs = Catalog::read(&place.station.directories.catalog()).unwrap().all().unwrap();
    jobs.iter().map(|it| it.state).collect()
}

fn last_word(place: &Place) -> &'static str {
    let directories = &place.station.directories;
    let credentials = Credentials::load(&directories.credentials).unwrap();
    let key = LogKey::new(&Origin::of_station(&place.station.id).unwrap(), credentials.log.verifying_key());
    show::show(&directories.log, &key, Filter::default()).unwrap().last().unwrap().unwrap().1.op().name()
}

#[test]
fn told_to_stop_the_daemon_does_not_wait_for_a_worker_that_hangs() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = tempfile::tempdir().unwrap();
        let place = place(&dir, &[("workers = 2", "workers = 1")]);
        let daemon = Daemon::start(&place);
        drop_file(&place, "first");
        wait_for(&place, "first", "/ SAFE");
        let workers = daemon.workers();
        assert_eq!(workers.len(), 1);
        kill_process(workers[0], Signal::STOP).unwrap();
        drop_file(&place, "second");
        until("the second is claimed", || states(&place).contains(&State::Claimed));
        let (status, took) = daemon.stop(signal);
        assert!(status.success() && took < Duration::from_secs(8), "{status} after {took:?}");
        assert_eq!(last_word(&place), "stop", "it stopped in order");
        assert_eq!(states(&place), [State::Done, State::Claimed]);
        assert!(place.run_once().status().unwrap().success());
        assert_eq!(states(&place), [State::Done, State::Done], "taken up again");
    }
}

#[test]
fn told_to_stop_the_daemon_does_not_seal_a_long_film_first() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir, &[]);
    let daemon = Daemon::start(&place);
    until("the daemon has started", || has_started(&place));
    let film = "D01/PIR/W1/recording/film.bin";
    place.drop_file(film, b"");
    let at = place.station.directories.intake.join(&place.study).join(film);
    fs::OpenOptions::new().write(true).open(at).unwrap().set_len(FILM_BYTES).unwrap();
    until("the film is claimed", || states(&place) == [State::Claimed]);
    thread::sleep(Duration::from_secs(1));
    assert_eq!(states(&place), [State::Claimed], "too short a film for this machine");
    let (status, took) = daemon.stop(Signal::TERM);
    assert!(status.success() && took < Duration::from_secs(8), "{status} after {took:?}");
    assert_eq!((states(&place), last_word(&place)), (vec![State::Claimed], "stop"));
    let claimed = fs::read_dir(&place.station.directories.claimed).unwrap();
    let whole = claimed.filter(|it| it.as_ref().unwrap().metadata().unwrap().len() == FILM_BYTES).count();
    assert_eq!(whole, 1, "nothing is lost");
    assert_eq!(fs::read_dir(&place.station.directories.objects).unwrap().count(), 0, "nor half sealed");
}

#[test]
fn a_worker_that_hangs_keeps_back_no_other_file() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir, &[]);
    let daemon = Daemon::start(&place);
    let early = ["one", "two", "three", "four"];
    for it in early {
        drop_file(&place, it);
    }
    for it in early {
        wait_for(&place, it, "/ SAFE");
    }
    let workers = daemon.workers();
    assert_eq!(workers.len(), 2, "both are at work");
    kill_process(workers[0], Signal::STOP).unwrap();
    let later = ["five", "six", "seven"];
    for it in later {
        drop_file(&place, it);
    }
    let now = |word: &str| later.iter().filter(|it| slip(&place, it).contains(word)).count();
    until("all but one are safe, and that one is received", || now("/ SAFE") == 2 && now("/ RECEIVED") == 1);
    // And so it goes on.
    drop_file(&place, "eight");
    wait_for(&place, "eight", "/ SAFE");
    // Without any worker that answers, files are still taken, and their owners told.
    kill_process(workers[1], Signal::STOP).unwrap();
    for name in ["nine", "ten"] {
        drop_file(&place, name);
        wait_for(&place, name, "/ RECEIVED");
    }
    for worker in workers {
        kill_process(worker, Signal::CONT).unwrap();
    }
    for name in later.iter().chain(&["nine", "ten"]) {
        wait_for(&place, name, "/ SAFE");
    }
    until("all are done", || states(&place) == [State::Done; 10]);
    let (status, took) = daemon.stop(Signal::TERM);
    assert!(status.success() && took < Duration::from_secs(8), "{status} after {took:?}");
}

#[test]
fn a_single_run_on_a_disk_without_room_ends_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir, &[("keep_free = \"16MiB\"", "keep_free = \"900000GiB\"")]);
    drop_file(&place, "first");
    let start = Instant::now();
    let done = place.run_once().stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(!done.status.success() && said.contains("DA-02") && said.contains("keep_free"), "{said}");
    let path = place.station.directories.intake.join(&place.study).join(FOLDER).join("first.txt");
    assert!(path.exists() && states(&place).is_empty(), "it lies where it was");
    assert_eq!(last_word(&place), "stop");
}
