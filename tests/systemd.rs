//! The unit files say what they should, in the judgement of systemd's own tools: the daemon's exposure
//! is 0.5 or less, and users, groups and directories are written in a way that systemd reads.
//!
//! Nothing is installed and no service is started.
#![expect(
    clippy::assigning_clones,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{fs, path::Path, process::Output};

const UNIT: &str = include_str!("../systemd/vouchsafe.service");
const SYSUSERS: &str = include_str!("../systemd/vouchsafe.sysusers");
const TMPFILES: &str = include_str!("../systemd/vouchsafe.tmpfiles");

/// Exposure in tenths: `systemd-analyze` counts from 0 to 100.
const MAX_EXPOSURE_TENTHS: u32 = 5;

#[expect(clippy::disallowed_methods, reason = "systemd's own judgement is what is tested")]
fn run(program: &str, home: &Path, args: &[&str]) -> Output {
    std::process::Command::new(program)
        .args(args)
        .env("LC_ALL", "C")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .output()
        .unwrap_or_else(|_| {
            panic!("{program} is not here. Install systemd (Debian, Ubuntu: apt-get install systemd).")
        })
}

/// What `systemd-analyze` makes of a unit's text.
fn exposure_tenths(unit: &str) -> u32 {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "vouchsafe.service", unit);
    let output = run("systemd-analyze", dir.path(), &["security", "--offline=true", "--no-pager", &path]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text.lines().find(|it| it.contains("Overall exposure level")).unwrap_or_else(|| {
        panic!("systemd-analyze gave no verdict: {}", String::from_utf8_lossy(&output.stderr))
    });
    let level = said.rsplit_once(": ").expect(said).1;
    let (whole, tenth) = level.split_whitespace().next().and_then(|it| it.split_once('.')).expect(said);
    whole.parse::<u32>().unwrap() * 10 + tenth.parse::<u32>().unwrap()
}

/// Lines of standard error that are more than a remark of the test's surroundings.
fn complaints(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let words = ["Failed", "Ignoring", "ignoring", "Unknown", "Invalid", "invalid", "Bad", "error"];
    text.lines().filter(|line| words.iter().any(|it| line.contains(it))).map(str::to_owned).collect()
}

fn sysusers(text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "vouchsafe.conf", text);
    let root = format!("--root={}", dir.path().display());
    complaints(&run("systemd-sysusers", dir.path(), &[&root, "--dry-run", &path]))
}

/// Makes the directories under a temporary one, with owners that every machine knows.
fn tmpfiles(text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for parent in ["etc", "var/lib"] {
        fs::create_dir_all(dir.path().join(parent)).unwrap();
    }
    let mut here = String::new();
    for line in text.lines().filter(|it| !it.starts_with('#') && !it.is_empty()) {
        let mut fields: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        fields[1] = format!("{}{}", dir.path().display(), fields[1]);
        fields[3] = "-".to_owned();
        fields[4] = "-".to_owned();
        if let Some(rights) = fields.get_mut(6) {
            *rights = rights
                .replace("u:vouchsafe:", "u:root:")
                .replace("g:vouchsafe-field:", "g:root:")
                .replace("g:vouchsafe-stewards:", "g:root:")
                .replace("g:vouchsafe-analysts:", "g:root:");
        }
        here.push_str(&fields.join(" "));
        here.push('\n');
    }
    let path = written(dir.path(), "vouchsafe.conf", &here);
    let output = run("systemd-tmpfiles", dir.path(), &["--user", "--create", &path]);
    let mut said = complaints(&output);
    for made in ["intake", "release", "review/in", "review/out", "station"] {
        if !dir.path().join("var/lib/vouchsafe").join(made).is_dir() {
            said.push(format!("{made} was not made"));
        }
    }
    said
}

fn written(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The values of a setting, in order; a line that starts with `#` is none.
fn values<'t>(unit: &'t str, key: &str) -> Vec<&'t str> {
    unit.lines().filter_map(|it| it.split_once('=')).filter(|it| it.0 == key).map(|it| it.1).collect()
}

#[test]
fn the_daemon_is_exposed_at_most_by_half_a_point() {
    let tenths = exposure_tenths(UNIT);
    assert!(tenths <= MAX_EXPOSURE_TENTHS, "exposure {}.{}", tenths / 10, tenths % 10);
}

#[test]
fn a_unit_that_gives_up_a_wall_is_noticed() {
    for wall in ["CapabilityBoundingSet=", "PrivateNetwork=yes", "SystemCallFilter=", "ProtectSystem=strict"]
    {
        let lines: Vec<_> = UNIT.lines().filter(|it| !it.starts_with(wall)).collect();
        assert!(lines.len() < UNIT.lines().count(), "{wall} is not in the unit");
        assert!(exposure_tenths(&lines.join("\n")) > exposure_tenths(UNIT), "{wall}");
    }
}

#[test]
fn the_daemon_writes_in_one_place_and_reaches_no_network() {
    assert_eq!(values(UNIT, "ReadWritePaths"), ["/var/lib/vouchsafe"]);
    for key in ["StateDirectory", "LogsDirectory", "CacheDirectory", "RuntimeDirectory", "BindPaths"] {
        assert!(values(UNIT, key).is_empty(), "{key} is a second place to write in");
    }
    assert_eq!(values(UNIT, "PrivateNetwork"), ["yes"]);
    assert_eq!(values(UNIT, "RestrictAddressFamilies"), ["AF_UNIX"]);
    assert_eq!(values(UNIT, "LimitCORE"), ["0"], "a core dump holds transcripts");
    assert_eq!(values(UNIT, "MemorySwapMax"), ["0"], "a swap partition holds transcripts");
}

#[test]
fn the_daemon_is_handed_its_keys_and_not_the_one_that_opens_the_key_store() {
    let keys: Vec<_> =
        values(UNIT, "LoadCredential").iter().filter_map(|it| it.split_once(':')).map(|it| it.0).collect();
    assert_eq!(keys, ["roster.key", "pseudonym.key", "dedup.key", "log.key", "station.key", "keystore.pub"]);
}

#[test]
fn the_daemon_may_start_its_worker_and_nothing_else() {
    assert_eq!(values(UNIT, "NoExecPaths"), ["/"]);
    let may = values(UNIT, "ExecPaths").join(" ");
    for path in may.split_whitespace() {
        let path = path.trim_start_matches('-');
        assert!(
            path == "/usr/bin/vouchsafe" || path.ends_with("/lib") || path.ends_with("/lib64"),
            "{path} may be executed"
        );
    }
    // The worker is started with clone and execve, both in @process, which @system-service holds.
    let calls = values(UNIT, "SystemCallFilter");
    assert!(calls.iter().any(|it| it.starts_with("@system-service")));
    assert!(calls.iter().all(|it| !it.contains("@process")), "the worker could not be started");
}

#[test]
fn users_and_groups_are_read_by_systemd() {
    assert_eq!(sysusers(SYSUSERS), Vec::<String>::new());
    assert_ne!(sysusers("x vouchsafe -\n"), Vec::<String>::new(), "the check must be able to fail");
}

#[test]
fn directories_are_made_by_systemd() {
    assert_eq!(tmpfiles(TMPFILES), Vec::<String>::new());
    let wrong = TMPFILES.replace("d:m::rwx", "d:m::everything");
    assert_ne!(tmpfiles(&wrong), Vec::<String>::new(), "the check must be able to fail");
}

#[test]
fn only_released_copies_are_open_to_analysts_and_only_intake_to_fieldworkers() {
    for (group, may) in [
        ("vouchsafe-analysts", vec!["/var/lib/vouchsafe/release"]),
        ("vouchsafe-field", vec!["/var/lib/vouchsafe/intake"]),
        (
            "vouchsafe-stewards",
            [
                "/var/lib/vouchsafe/review/in",
                "/var/lib/vouchsafe/review/out",
                "/var/lib/vouchsafe/review/work",
            ]
            .to_vec(),
        ),
    ] {
        let mut reached: Vec<_> = TMPFILES
            .lines()
            .filter(|it| !it.starts_with('#') && it.contains(group))
            .filter_map(|it| it.split_whitespace().nth(1))
            .collect();
        reached.sort_unstable();
        reached.dedup();
        assert_eq!(reached, may, "{group}");
    }
}

#[test]
fn the_unit_starts_the_program_with_arguments_that_it_knows() {
    let line = UNIT.lines().find_map(|it| it.strip_prefix("ExecStart=/usr/bin/vouchsafe ")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let start = |line: &str| {
        let output = run(env!("CARGO_BIN_EXE_vouchsafe"), dir.path(), &line.split(' ').collect::<Vec<_>>());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    // The settings are missing here, which is as far as a known line gets.
    assert!(start(line).contains("CF-"), "{}", start(line));
    assert!(!start("run --config x").contains("CF-"), "the check must be able to fail");
}
