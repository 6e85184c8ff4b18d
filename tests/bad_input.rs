//! Bad input: whatever comes into the intake folder, the daemon goes on, says in plain words what is wrong,
//! and loses no byte.
#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::similar_names,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "tests write as careless programs do, and start the program")]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use station::{BINARY, Bench, DaysOn, files, put};
use vouchsafe::{
    catalog::{Job, State},
    clock::SystemClock,
    fault::Fault as _,
    intake, sample,
};

const FOLDER: &str = "D01/PSW/W1/interview";
const GOOD: &str = "Interviewer: Who was there?\nPSW: I came with Terence.\n";

fn reason(job: &Job) -> &str {
    job.facts.reason.as_deref().unwrap_or_default()
}

/// Whether some bytes are still somewhere: dropped, claimed, or in an object that a steward opens.
fn is_kept(bench: &Bench, bytes: &[u8]) -> bool {
    let plain = [bench.station.join("intake"), bench.station.join("station/claimed")];
    plain.iter().flat_map(|it| files(it)).any(|it| fs::read(it).is_ok_and(|it| it == bytes))
        || bench
            .jobs()
            .iter()
            .filter_map(|it| it.facts.raw_object)
            .any(|it| bench.open(it).iter().any(|(name, it)| !name.ends_with(".json") && it == bytes))
}

/// Drops one file among good ones: the state that it reaches, and the code on its slip.
fn check(bench: &Bench, path: &str, bytes: &[u8], state: State, code: &str) {
    bench.drop_file(path, bytes);
    bench.run();
    met(bench, path, bytes, state, code);
}

fn met(bench: &Bench, path: &str, bytes: &[u8], state: State, code: &str) {
    let job = bench.job(path);
    assert_eq!((job.state, reason(&job)), (state, code), "{path}");
    assert!(is_kept(bench, bytes), "{path} is lost");
    assert!(!bench.at(path).exists(), "{path} still lies there");
    let slip = bench.receipt(path);
    assert!(code.is_empty() || slip.contains(&format!("給資料管理員: {code}\n")), "{slip}");
    if state == State::Quarantined {
        assert!(
            slip.contains("/ PLEASE FIX\n") && slip.contains("KEEP YOUR COPY") && slip.contains("請修正"),
            "{slip}"
        );
    }
}

#[test]
fn files_that_cannot_be_read_are_set_aside_with_a_code_and_the_others_go_on() {
    let bench = Bench::new("automatic");
    bench.set("transcript", "\"4KiB\"");
    let long = format!("PSW: {}\n", "and then we walked on ".repeat(400));
    let mixed =
        [b"PSW: \xa7\xda\xad\xcc\xb3\xdf\xc2\xe5\xb0\x7c\n".as_slice(), "PSW: 我哋去醫院。\n".as_bytes()]
            .concat();
    let cases: [(&str, &[u8], State, &str); 7] = [
        ("empty.txt", b"", State::Quarantined, "IN-11"),
        (
            "binary.txt",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\x03\0\x3e\0\xff\xfe\x80\x91\0\0",
            State::Quarantined,
            "PA-",
        ),
        ("malformed.vtt", b"WEBVTT\n\n1\n00:00:01.000 --> 00:0x:02.000\nHello.\n", State::Quarantined, "PA-"),
        ("mixed.txt", &mixed, State::Quarantined, "PA-"),
        ("long.txt", long.as_bytes(), State::Quarantined, "IN-10"),
        ("unknown.xyz", b"What is this?\n", State::Quarantined, "PA-"),
        ("good.txt", GOOD.as_bytes(), State::Done, ""),
    ];
    for (name, bytes, ..) in &cases {
        bench.drop_file(format!("{FOLDER}/{name}"), bytes);
    }
    bench.run();
    for (name, bytes, state, code) in &cases {
        let path = format!("{FOLDER}/{name}");
        let job = bench.job(&path);
        assert!(reason(&job).starts_with(code), "{name}: {}", reason(&job));
        met(&bench, &path, bytes, *state, reason(&job));
    }
    assert_eq!(bench.released().len(), 1);
    bench.check_archive_and_log();
}

#[test]
fn overlapping_cues_go_through_in_their_order() {
    let bench = Bench::new("automatic");
    let vtt = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:05.000\n<v Joanne Yip>One.</v>\n\n2\n00:00:03.000 --> 00:00:04.000\n\
        <v Terence Mok>Two, while you speak.</v>\n\n3\n00:00:03.500 --> 00:00:09.000\n<v Joanne Yip>Three.</v>\n";
    let path = "D01/JOINT/W1/session/s.vtt";
    check(&bench, path, vtt.as_bytes(), State::Done, "");
    let name = bench.job(path).facts.release_name.unwrap();
    let out = fs::read_to_string(bench.station.join("release").join(sample::STUDY).join("team").join(name))
        .unwrap();
    let timings =
        |text: &str| text.lines().filter(|it| it.contains("-->")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(timings(&out), timings(vtt));
}

#[test]
fn a_recording_cut_short_is_set_aside_and_kept() {
    let bench = Bench::new("automatic");
    let cut = sample::files().into_iter().find(|it| it.path.ends_with("session2.wav")).unwrap().bytes;
    check(&bench, "D01/JOINT/W1/recording/r.wav", &cut, State::Quarantined, "IN-12");
}

#[test]
fn whatever_a_file_is_called_it_is_taken_and_its_name_stays_out_of_everything() {
    let bench = Bench::new("automatic");
    let names: Vec<Vec<u8>> = vec![
        b"line\nbreak.txt".to_vec(),
        b"\x1b[31mred\x1b[0m\x07.txt".to_vec(),
        "\u{202e}txt.exe\u{2066}.txt".as_bytes().to_vec(),
        [vec![b'n'; 251], b".txt".to_vec()].concat(),
        b"caf\xe9 \xff\xfe.txt".to_vec(),
        b"-rf.txt".to_vec(),
        b"a=b,\"c\";$(d).txt".to_vec(),
    ];
    for (n, name) in names.iter().enumerate() {
        let text = format!("Interviewer: Who was there?\nPSW: I came with Terence, {n} times.\n");
        bench.drop_file(Path::new(FOLDER).join(OsStr::from_bytes(name)), text);
    }
    bench.run();
    for name in &names {
        let path = Path::new(FOLDER).join(OsStr::from_bytes(name));
        let job = bench.job(&path);
        assert!(job.facts.release_name.is_some(), "{path:?}: {} {}", job.state, reason(&job));
    }
    assert_eq!(bench.released().len(), names.len());
    for path in files(&bench.station).iter().filter(|it| !it.starts_with(bench.station.join("intake"))) {
        let bytes = fs::read(path).unwrap();
        let named = |needle: &[u8]| bytes.windows(needle.len()).any(|it| it == needle);
        assert!(!names.iter().any(|it| named(it)), "{}", path.display());
    }
    let slips = files(&bench.at(FOLDER));
    assert_eq!(slips.len(), names.len(), "each has a slip: {slips:?}");
}

#[test]
fn what_is_no_ordinary_file_stays_where_it_is_with_a_slip() {
    let bench = Bench::new("automatic");
    let outside = bench.station.with_file_name("outside.txt");
    put(&outside, GOOD.as_bytes());
    let at = |name: &str| bench.at(format!("{FOLDER}/{name}"));
    fs::create_dir_all(bench.at(FOLDER)).unwrap();
    std::os::unix::fs::symlink(&outside, at("link.txt")).unwrap();
    fs::hard_link(&outside, at("hard.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.txt")).status().unwrap().success());
    bench.drop_file(format!("{FOLDER}/good.txt"), "PSW: I came alone.\n");
    bench.run();
    for (name, code) in [("link.txt", "IN-02"), ("hard.txt", "IN-03"), ("pipe.txt", "IN-04")] {
        let slip = bench.receipt(&format!("{FOLDER}/{name}"));
        assert!(slip.contains("/ PLEASE FIX\n") && slip.contains(code), "{slip}");
        assert!(fs::symlink_metadata(at(name)).is_ok(), "{name} is gone");
    }
    assert_eq!(fs::read(outside).unwrap(), GOOD.as_bytes());
    assert_eq!(bench.jobs().len(), 1, "and the good file went on");
    assert_eq!(bench.released().len(), 1);
}

#[test]
fn a_place_that_nobody_knows_sets_the_file_aside_and_a_folder_of_no_study_stops_nothing() {
    let bench = Bench::new("automatic");
    let foreign = bench.station.join("intake/NOSUCH/D01/PSW/W1/interview/a.txt");
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    put(&foreign, b"PSW: Nobody's.\n");
    bench.drop_file("D99/PSW/W1/interview/a.txt", "PSW: An unknown group.\n");
    bench.drop_file("D01/XXX/W1/interview/a.txt", "PSW: An unknown role.\n");
    bench.drop_file("D01/PSW/W7/interview/a.txt", "PSW: An unknown session.\n");
    bench.drop_file(format!("{FOLDER}/good.txt"), GOOD);
    bench.run();
    met(&bench, "D99/PSW/W1/interview/a.txt", b"PSW: An unknown group.\n", State::Quarantined, "IN-16");
    met(&bench, "D01/XXX/W1/interview/a.txt", b"PSW: An unknown role.\n", State::Quarantined, "IN-16");
    met(&bench, "D01/PSW/W7/interview/a.txt", b"PSW: An unknown session.\n", State::Quarantined, "IN-16");
    met(&bench, &format!("{FOLDER}/good.txt"), GOOD.as_bytes(), State::Done, "");
    assert_eq!(fs::read(&foreign).unwrap(), b"PSW: Nobody's.\n", "left where it is");
    let slip = fs::read_to_string(foreign.with_file_name("a.txt.receipt.txt")).unwrap();
    assert!(slip.contains("IN-23") && slip.contains("KEEP YOUR COPY"), "{slip}");
    bench.run();
    assert_eq!(bench.jobs().len(), 4);
}

#[test]
fn a_sidecar_that_comes_late_is_waited_for() {
    let bench = Bench::new("automatic");
    bench.set("sidecar_grace", "\"1h\"");
    let path = bench.drop_file("loose.txt", GOOD);
    bench.run();
    assert_eq!(fs::read(&path).unwrap(), GOOD.as_bytes(), "still waits");
    assert_eq!(bench.jobs().len(), 0);
    bench.drop_file(
        "loose.txt.vouchsafe.toml",
        "group = \"D01\"\nrole = \"PSW\"\nwave = \"W1\"\nactivity = \"interview\"\n",
    );
    bench.run();
    met(&bench, "loose.txt", GOOD.as_bytes(), State::Done, "");
}

#[test]
fn a_register_that_cannot_be_read_lets_no_file_past_it() {
    let bench = Bench::new("automatic");
    let path = format!("{FOLDER}/a.txt");
    bench.drop_file(
        "register.csv",
        "file,group,role,wave,activity\na.txt,D02,PSW,W1,interview\nb.txt,D 1,,,\n",
    );
    check(&bench, &path, GOOD.as_bytes(), State::Quarantined, "IN-17");
    assert!(bench.receipt(&path).contains("PLEASE FIX"));
    // Once it is mended, it speaks of the file, and contradicts the folder.
    bench.drop_file("register.csv", "file,group,role,wave,activity\na.txt,D02,PSW,W1,interview\n");
    bench.drop_file(&path, GOOD);
    bench.drop_file(format!("{FOLDER}/c.txt"), "PSW: I came alone.\n");
    bench.run();
    assert_eq!(reason(&bench.jobs_at(&path)[1]), "IN-15");
    assert_eq!(bench.job(format!("{FOLDER}/c.txt")).state, State::Done);
}

#[test]
fn a_file_that_grows_while_it_is_watched_is_taken_whole() {
    let bench = Bench::new("automatic");
    let path = bench.drop_file(format!("{FOLDER}/grows.txt"), "");
    let writer = thread::spawn(move || {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        let mut whole = String::new();
        for n in 0..25 {
            let line = format!("PSW: This is sentence {n} of a long morning.\n");
            file.write_all(line.as_bytes()).unwrap();
            whole.push_str(&line);
            thread::sleep(Duration::from_millis(25));
        }
        whole
    });
    bench.run();
    let whole = writer.join().unwrap();
    bench.run();
    // However often it was taken, what was written last holds everything.
    assert!(is_kept(&bench, whole.as_bytes()), "the whole is lost");
    assert!(files(&bench.station.join("station/claimed")).is_empty());
}

#[test]
fn a_file_that_vanishes_is_forgotten() {
    let bench = Bench::new("automatic");
    bench.set("settle", "\"600ms\"");
    let path = bench.drop_file(format!("{FOLDER}/gone.txt"), GOOD);
    let remover = thread::spawn(move || {
        thread::sleep(Duration::from_millis(350));
        fs::remove_file(path)
    });
    bench.run();
    let removed = remover.join().unwrap().is_ok();
    assert!(bench.jobs().len() == usize::from(!removed), "removed: {removed}");
    bench.drop_file(format!("{FOLDER}/next.txt"), "PSW: I came alone.\n");
    bench.run();
    assert_eq!(bench.released().len(), 1 + usize::from(!removed));
}

#[test]
fn without_rights_the_file_stays_and_the_slip_or_the_message_says_which() {
    // Root reads everything: there only the words can be checked.
    let denied = intake::Error::Denied { uid: 1001, gid: 1001, mode: 0o200 };
    assert_eq!(
        denied.to_string(),
        "the daemon may not read or move a file of owner 1001, group 1001, mode 200"
    );
    assert!(denied.remedy().contains("group"));
    if rustix::process::geteuid().is_root() {
        return;
    }
    let bench = Bench::new("automatic");
    let path = bench.drop_file(format!("{FOLDER}/secret.txt"), GOOD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o200)).unwrap();
    bench.run();
    assert!(bench.receipt(&format!("{FOLDER}/secret.txt")).contains("IN-09"));
    assert!(path.exists());
}

/// A file system of its own at the intake folder, for as long as this lives.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).output());
    }
}

#[test]
fn the_intake_folder_may_lie_on_another_file_system() {
    let bench = Bench::new("automatic");
    let intake = bench.station.join("intake");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "vouchsafe-test"]).arg(&intake).output();
    // Only root may mount; without that the copy across file systems is tested in `intake`.
    if !mounted.is_ok_and(|it| it.status.success()) {
        return;
    }
    let _mounted = Mounted(intake);
    bench.drop_file(format!("{FOLDER}/a.txt"), GOOD);
    bench.run();
    met(&bench, &format!("{FOLDER}/a.txt"), GOOD.as_bytes(), State::Done, "");
    assert_eq!(bench.released().len(), 1);
}

#[test]
fn an_intake_folder_outside_the_root_is_refused_in_plain_words() {
    let bench = Bench::new("automatic");
    let there = tempfile::tempdir().unwrap();
    let settings = fs::read_to_string(bench.settings()).unwrap();
    let moved = format!("{settings}\n[directories]\nintake = \"{}\"\n", there.path().display());
    put(&bench.settings(), moved.as_bytes());
    let error = bench.run_by(Arc::new(SystemClock::new())).unwrap_err();
    assert_eq!(
        (error.code(), error.remedy()),
        ("CF-07", "Put the directory under the root, or leave the key out.")
    );
}

#[test]
fn a_roster_that_contradicts_itself_is_refused_by_line() {
    let bench = Bench::new("automatic");
    let header = "code,role,group,unit,name,aliases,relation,consent,never_match\n";
    for (rows, wanted) in [
        ("PSW-01,PSW,D01,U1,Rosa Quill,,,team,\nPSW-01,PSW,D01,U1,Ida Marsh,,,team,\n", "RO-"),
        ("PSW-01,PSW,D01,U1,Rosa Quill,,,team,\nPIR-01,PIR,D01,U1,Rosa Quill,,,team,\n", "RO-"),
    ] {
        let csv = bench.station.with_file_name("bad.csv");
        put(&csv, format!("{header}{rows}").as_bytes());
        let done = bench.init(&csv);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(wanted), "{said}");
        assert!(!said.contains("Quill") && !said.contains("Marsh"), "names nobody: {said}");
        assert!(said.contains('3') || said.contains('2'), "says which line: {said}");
    }
    bench.run();
}

#[test]
fn a_rule_file_that_does_not_hold_keeps_the_daemon_from_starting() {
    let bench = Bench::new("automatic");
    let site = bench.station.join("studies").join(sample::STUDY).join("site");
    fs::create_dir_all(&site).unwrap();
    put(&site.join("pack.toml"), b"this is = not [a pack\n");
    bench.set_study("packs", "[\"core\", \"en\", \"hk\", \"./site\"]");
    bench.drop_file(format!("{FOLDER}/a.txt"), GOOD);
    let error = bench.run_by(Arc::new(SystemClock::new())).unwrap_err();
    assert!(error.code().starts_with("RU-") || error.code().starts_with("CF-"), "{} {error}", error.code());
    assert_eq!(fs::read(bench.at(format!("{FOLDER}/a.txt"))).unwrap(), GOOD.as_bytes());
    bench.set_study("packs", "[\"core\", \"en\", \"hk\"]");
    bench.run_by(Arc::new(DaysOn(0, SystemClock::new()))).unwrap();
    met(&bench, &format!("{FOLDER}/a.txt"), GOOD.as_bytes(), State::Done, "");
}

#[test]
fn while_the_disk_is_nearly_full_nothing_is_taken_and_then_work_goes_on() {
    let bench = Bench::new("automatic");
    bench.set("keep_free", "\"900000GiB\"");
    let path = bench.drop_file(format!("{FOLDER}/a.txt"), GOOD);
    let said = bench.station.with_file_name("said");
    let mut daemon = Command::new(BINARY)
        .arg("--station")
        .arg(&bench.station)
        .arg("run")
        .stdin(Stdio::null())
        .stderr(fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let soon = (0..400).any(|_| {
            done() || {
                thread::sleep(Duration::from_millis(50));
                false
            }
        });
        assert!(soon, "{what}: {}", fs::read_to_string(&said).unwrap());
    };
    until("pauses", &|| fs::read_to_string(&said).unwrap().contains("nearly full"));
    assert!(path.exists() && daemon.try_wait().unwrap().is_none());
    bench.set("keep_free", "\"1MiB\"");
    let signal = |name: &str| Command::new("kill").args([name, &daemon.id().to_string()]).status().unwrap();
    assert!(signal("-HUP").success());
    let slip = bench.at(format!("{FOLDER}/a.txt.receipt.txt"));
    until("goes on", &|| fs::read_to_string(&slip).is_ok_and(|it| it.contains("/ SAFE")));
    assert!(signal("-TERM").success());
    assert!(daemon.wait().unwrap().success());
    met(&bench, &format!("{FOLDER}/a.txt"), GOOD.as_bytes(), State::Done, "");
}

/// A program that is the worker, and does some harm the first `times` that it is given a text with "POISON".
/// Each of its starts adds a line to the file `starts`.
fn harmful_worker(bench: &Bench, times: u32, harm: &str) -> PathBuf {
    let beside = |name: &str| bench.station.with_file_name(name);
    let (script, count, starts) = (beside("worker.py"), beside("times"), beside("starts"));
    put(&count, times.to_string().as_bytes());
    let python = Command::new("sh").args(["-c", "command -v python3"]).output().unwrap().stdout;
    let python = String::from_utf8(python).unwrap();
    assert!(!python.is_empty(), "This test needs Python 3: apt install python3");
    let text = format!(
        "#!{}\nCOUNT, STARTS, WORKER, HARM = {:?}, {:?}, {BINARY:?}, {harm:?}\n{}",
        python.trim(),
        count.to_str().unwrap(),
        starts.to_str().unwrap(),
        r#"
import subprocess, sys
open(STARTS, "a").write("x\n")
worker = subprocess.Popen([WORKER, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

def frame(pipe):
    whole = b""
    for _ in range(2):
        length = pipe.read(4)
        if len(length) < 4:
            worker.kill()
            sys.exit()
        whole += length + pipe.read(int.from_bytes(length, "big"))
    return whole

def pass_on(bytes, to):
    to.write(bytes)
    to.flush()

while True:
    question = frame(sys.stdin.buffer)
    times = int(open(COUNT).read())
    harm = HARM if b"POISON" in question and times > 0 else ""
    if harm:
        open(COUNT, "w").write(str(times - 1))
    if harm == "die":
        worker.kill()
        sys.exit(1)
    pass_on(question, worker.stdin)
    answer = frame(worker.stdout)
    if harm == "lie about the text":
        answer = answer[:-7] + b"\xff" * 7
    if harm == "lie about findings":
        head = int.from_bytes(answer[:4], "big")
        scan = answer[4:4 + head].replace(b'"start":', b'"start":9')
        assert scan != answer[4:4 + head]
        answer = len(scan).to_bytes(4, "big") + scan + answer[4 + head:]
    pass_on(answer, sys.stdout.buffer)
"#,
    );
    put(&script, text.as_bytes());
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script
}

#[test]
fn a_worker_whose_answer_does_not_fit_is_believed_nothing_and_reads_no_other_file() {
    let text = "PSW: There was a bottle with POISON on it, call 9123 4567.\n";
    let path = format!("{FOLDER}/bottle.txt");
    for harm in ["lie about the text", "lie about findings"] {
        let bench = Bench::new("automatic");
        bench.drop_file(&path, text);
        let worker = harmful_worker(&bench, 1, harm);
        bench.run_with(&worker, Arc::new(SystemClock::new())).unwrap();
        met(&bench, &path, text.as_bytes(), State::Quarantined, "WO-04");
        bench.drop_file(&path, text);
        bench.drop_file(format!("{FOLDER}/good.txt"), GOOD);
        let (count, starts) = (bench.station.with_file_name("times"), bench.station.with_file_name("starts"));
        put(&count, b"1");
        fs::remove_file(&starts).unwrap();
        bench.run_with(&worker, Arc::new(SystemClock::new())).unwrap();
        met(&bench, &format!("{FOLDER}/good.txt"), GOOD.as_bytes(), State::Done, "");
        assert_eq!(fs::read_to_string(&starts).unwrap().lines().count(), 2, "{harm}: started afresh");
    }
}

#[test]
fn a_worker_killed_while_it_reads_is_asked_again_and_the_second_death_is_the_file_s() {
    let text = "PSW: There was a bottle with POISON on it.\n";
    let path = format!("{FOLDER}/bottle.txt");
    for (deaths, state, code) in
        [(0, State::Done, ""), (1, State::Done, ""), (2, State::Quarantined, "WO-03")]
    {
        let bench = Bench::new("automatic");
        bench.drop_file(&path, text);
        bench.drop_file(format!("{FOLDER}/good.txt"), GOOD);
        bench.run_with(&harmful_worker(&bench, deaths, "die"), Arc::new(SystemClock::new())).unwrap();
        met(&bench, &path, text.as_bytes(), state, code);
        met(&bench, &format!("{FOLDER}/good.txt"), GOOD.as_bytes(), State::Done, "");
        assert_eq!(bench.released().len(), 1 + usize::from(deaths < 2), "{deaths}");
        bench.check_archive_and_log();
    }
}

#[test]
fn a_huge_line_is_set_aside_or_read_and_never_stops_the_daemon() {
    let bench = Bench::new("automatic");
    let line = format!("PSW: {}\n", "we walked on and on ".repeat(100_000));
    let path = format!("{FOLDER}/line.txt");
    bench.drop_file(&path, &line);
    bench.drop_file(format!("{FOLDER}/good.txt"), GOOD);
    bench.run();
    assert!(matches!(bench.job(&path).state, State::Done | State::Held | State::Quarantined));
    assert!(is_kept(&bench, line.as_bytes()));
    met(&bench, &format!("{FOLDER}/good.txt"), GOOD.as_bytes(), State::Done, "");
}

#[test]
fn a_line_of_one_gigabyte_is_sealed_unread() {
    const CHUNK: &[u8] = b"we walked on and on, ";
    let bench = Bench::new("automatic");
    let path = format!("{FOLDER}/line.txt");
    let at = bench.drop_file(&path, b"PSW: ");
    let mut file = fs::OpenOptions::new().append(true).open(at).unwrap();
    let many = CHUNK.repeat(50_000);
    let times = 1_000_000_000 / many.len();
    for _ in 0..times {
        file.write_all(&many).unwrap();
    }
    drop(file);
    bench.drop_file(format!("{FOLDER}/good.txt"), GOOD);
    bench.run();
    let job = bench.job(&path);
    assert_eq!((job.state, reason(&job)), (State::Quarantined, "IN-10"));
    assert!(bench.receipt(&path).contains("/ PLEASE FIX\n"));
    let sealed = bench.open(job.facts.raw_object.unwrap());
    let bytes = sealed.iter().find(|it| !it.0.ends_with(".json")).unwrap().1;
    assert_eq!(bytes.len(), 5 + times * many.len(), "not all is sealed");
    assert!(bytes.get(5..).unwrap().chunks(many.len()).all(|it| it == many));
    met(&bench, &format!("{FOLDER}/good.txt"), GOOD.as_bytes(), State::Done, "");
}
