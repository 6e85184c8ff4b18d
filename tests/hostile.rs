//! What a hostile fieldworker, a careless steward or a stop at the worst moment may not do: halt the daemon,
//! keep other files back, or have something released twice. Against the program as people start it.
#![expect(
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
    PSW-03,PSW,D03,,Tam Oi Lin 譚愛蓮,Linny,,team,\n\
    PIR-03,PIR,D03,,Cheuk Wing Fat 卓永發,,,team,\n";

fn vouchsafe(dir: &Path, arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "this test is about the program as it is started")]
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    program.current_dir(dir).args(arguments).output().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "what the program is given to read")]
fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A station whose files are taken at once and released without a vote.
fn station(dir: &Path) -> PathBuf {
    put(&dir.join("roster.csv"), ROSTER.as_bytes());
    let made = vouchsafe(dir, &["keys", "steward", "new", "ana", "--out", "keys"]);
    assert!(made.status.success());
    let arguments = "init station --study REC --ethics-approval 1 --approval-until 2099-01-01 \
        --steward keys/ana.steward.toml --from-roster roster.csv";
    let made = vouchsafe(dir, &arguments.split_whitespace().collect::<Vec<_>>());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let edit = |name: &str, changes: &[(&str, &str)]| {
        let path = dir.join("station").join(name);
        let lines = fs::read_to_string(&path).unwrap();
        let changed = lines.lines().map(|line| {
            let found = changes.iter().find(|(key, _)| line.split('=').next().unwrap().trim() == *key);
            found.map_or_else(|| line.to_owned(), |(key, value)| format!("{key} = \"{value}\""))
        });
        put(&path, changed.collect::<Vec<_>>().join("\n").as_bytes());
    };
    let times = [("settle", "100ms"), ("media_settle", "100ms"), ("sidecar_grace", "1s")];
    edit("vouchsafe.toml", &[&times[..], &[("keep_free", "1MiB"), ("recording", "40MiB")]].concat());
    edit("studies/REC/study.toml", &[("gate", "automatic")]);
    dir.join("station")
}

fn run_once(dir: &Path) {
    let done = vouchsafe(dir, &["--station", "station", "run", "--once"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn released(station: &Path) -> Vec<String> {
    let folder = fs::read_dir(station.join("release/REC/team")).unwrap();
    let mut names: Vec<_> = folder.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|it| it.starts_with("REC_"));
    names.sort();
    names
}

#[test]
fn what_is_hostile_stays_and_the_others_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(dir.path());
    let drops = station.join("intake/REC/D03/PIR/W1/interview");
    put(&drops.join("good.txt"), b"I: how are you\nP: fine today\n");
    put(&drops.join("huge.txt"), b"");
    let huge = fs::OpenOptions::new().write(true).open(drops.join("huge.txt")).unwrap();
    huge.set_len(50 * 1024 * 1024).unwrap();
    let decisions = station.join("review/in");
    put(&decisions.join("junk.decision.age"), b"junk");
    fs::create_dir(decisions.join("folder.decision.age")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", decisions.join("link.decision.age")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        decisions.join("pipe.decision.age"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    run_once(dir.path());
    assert_eq!(released(&station), ["REC_D03_PIR_W1_interview_v1.txt"]);
    assert!(drops.join("huge.txt").exists(), "what nobody can seal stays where it is");
    assert!(drops.join("huge.txt.receipt.txt").exists(), "and its owner is told");
    assert!(decisions.join("refused/junk.decision.age").exists());
}

#[test]
fn a_sidecar_goes_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(dir.path());
    let drop = station.join("intake/REC/talk.txt");
    put(&drop, b"I: how are you\nP: fine today\n");
    put(
        &drop.with_extension("txt.vouchsafe.yaml"),
        b"group: D03\nrole: PSW\nwave: W1\nactivity: interview\n",
    );
    run_once(dir.path());
    assert_eq!(released(&station), ["REC_D03_PSW_W1_interview_v1.txt"]);
}

#[test]
fn stopped_in_the_middle_of_a_release_the_next_start_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(dir.path());
    put(&station.join("intake/REC/D03/PIR/W1/interview/a.txt"), b"I: how are you\nP: fine today\n");
    run_once(dir.path());
    let name = "REC_D03_PIR_W1_interview_v1.txt";
    let copy = fs::read(station.join("release/REC/team").join(name)).unwrap();
    // As it was after the release's leaf and its proofs, before the catalog said so.
    let catalog = rusqlite::Connection::open(station.join("station/catalog.db")).unwrap();
    let job: String = catalog.query_row("SELECT lower(hex(job)) FROM jobs", [], |it| it.get(0)).unwrap();
    let undo = "UPDATE jobs SET state = 'approved',
        facts = json_set(facts, '$.release_leaf', NULL, '$.release_name', NULL)";
    assert_eq!(catalog.execute(undo, []).unwrap(), 1);
    drop(catalog);
    put(&station.join(format!("station/outbox/{job}.team.txt")), &copy);
    run_once(dir.path());
    assert_eq!(released(&station), [name]);
    let status = vouchsafe(dir.path(), &["--station", "station", "--json", "status"]);
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.contains("done") && !station.join(format!("station/outbox/{job}.team.txt")).exists(),
        "{status}"
    );
}
