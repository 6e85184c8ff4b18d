//! A station of the real program for tests and benches that run it whole: made by `vouchsafe init`, worked by
//! `vouchsafe run --once`, looked at with the library.
#![expect(clippy::disallowed_methods, reason = "makes files and starts the program, as a user would")]
#![expect(clippy::expect_used, reason = "a harness stops where something is wrong")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use vouchsafe::{config::Station, keys::StewardSecret};

/// The program under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_vouchsafe");

/// A station in `<dir>/station`; the secret of its one steward lies in `<dir>/stewards/ada.steward.key`.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    pub(crate) station: Station,
    pub(crate) study: String,
}

impl Place {
    /// Makes a station with one study under `dir`, gate `automatic`, short waits.
    pub(crate) fn new(dir: &Path, study: &str, roster: &str, waves: &str) -> Self {
        let stewards = dir.join("stewards");
        fs::create_dir_all(&stewards).expect("a place to work in");
        let secret = StewardSecret::generate("ada".parse().expect("a name")).expect("a key");
        let (_kept, public) = secret.write(&stewards).expect("written");
        fs::write(dir.join("roster.csv"), roster).expect("written");
        let root = dir.join("station");
        let made = Command::new(BINARY)
            .arg("init")
            .arg(&root)
            .args(["--study", study, "--ethics-approval", "BENCH-1", "--approval-until", "2199-12-31"])
            .args(["--languages", "en,yue", "--waves", waves, "--steward"])
            .arg(&public)
            .arg("--from-roster")
            .arg(dir.join("roster.csv"))
            .stdout(Stdio::null())
            .status()
            .expect("the program runs");
        assert!(made.success(), "vouchsafe init: {made}");
        let file = root.join("vouchsafe.toml");
        edit(&file, &[("settle", "settle = \"100ms\""), ("media_settle", "media_settle = \"200ms\"")]);
        edit(&file, &[("keep_free", "keep_free = \"16MiB\"")]);
        let settings = root.join("studies").join(study).join("study.toml");
        // Rules, lists and roster: what the line does besides takes no longer with the name finder.
        edit(&settings, &[("gate", "gate = \"automatic\""), ("finder", "finder = \"off\"")]);
        let station = Station::load(&file).expect("settings that hold");
        Self { file, station, study: study.to_owned() }
    }

    /// With another value of the study's settings.
    pub(crate) fn with(self, key: &str, value: &str) -> Self {
        let settings = self.station.directories.studies.join(&self.study).join("study.toml");
        edit(&settings, &[(key, &format!("{key} = {value}"))]);
        self
    }

    /// With the statistical name finder.
    pub(crate) fn with_finder(self) -> Self {
        self.with("finder", "\"embedded\"")
    }

    /// Drops a file at a path below the study's intake folder.
    pub(crate) fn drop_file(&self, path: &str, bytes: &[u8]) {
        let at = self.station.directories.intake.join(&self.study).join(path);
        fs::create_dir_all(at.parent().expect("a folder")).expect("made");
        fs::write(at, bytes).expect("written");
    }

    /// `vouchsafe run --once` on this station, ready to be started.
    pub(crate) fn run_once(&self) -> Command {
        let mut command = Command::new(BINARY);
        command.arg("--station").arg(self.file.parent().expect("its directory")).args(["run", "--once"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Where the secret of the station's one steward lies.
pub(crate) fn secret(place: &Place) -> PathBuf {
    place.file.ancestors().nth(2).expect("where it was made").join("stewards/ada.steward.key")
}

/// The station's one steward.
pub(crate) fn steward(place: &Place) -> StewardSecret {
    StewardSecret::load(&secret(place)).expect("the steward's secret")
}

fn edit(file: &Path, changes: &[(&str, &str)]) {
    let mut text = fs::read_to_string(file).expect("settings");
    for (key, line) in changes {
        let lines: Vec<_> = text
            .lines()
            .map(|it| {
                if it.trim_start_matches(['#', ' ']).split('=').next().is_some_and(|it| it.trim() == *key) {
                    line
                } else {
                    it
                }
            })
            .collect();
        text = lines.join("\n");
    }
    fs::write(file, text).expect("written");
}
