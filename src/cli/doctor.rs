//! `vouchsafe doctor`: what holds, and what weakens the station. Changes nothing: what it tries, it removes.

mod machine;
mod place;
mod study;

use std::{path::Path, process::ExitCode};

use serde::Serialize;

use super::screen::{Colour, Failure, Screen, station_file};
use crate::{
    audit::{
        self,
        note::{LogKey, Origin},
    },
    catalog::Catalog,
    clock::{Clock, SystemClock},
    config::Station,
    fault::Fault,
    keys::Credentials,
};

/// How a check came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    /// As it should be.
    Good,
    /// Works, and protects less than it could.
    Weak,
    /// Has to be mended before the station is used.
    Wrong,
}

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    area: &'static str,
    grade: Grade,
    what: String,
    /// What to do; nothing where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// All checks, in the order in which they are read.
#[derive(Debug, Default)]
struct Findings {
    area: &'static str,
    checks: Vec<Check>,
}

impl Findings {
    fn area(&mut self, area: &'static str) {
        self.area = area;
    }

    fn add(&mut self, grade: Grade, what: impl Into<String>, remedy: Option<String>) {
        self.checks.push(Check { area: self.area, grade, what: what.into(), remedy });
    }

    fn good(&mut self, what: impl Into<String>) {
        self.add(Grade::Good, what, None);
    }

    fn weak(&mut self, what: impl Into<String>, remedy: impl Into<String>) {
        self.add(Grade::Weak, what, Some(remedy.into()));
    }

    fn wrong(&mut self, what: impl Into<String>, remedy: impl Into<String>) {
        self.add(Grade::Wrong, what, Some(remedy.into()));
    }

    /// An error of one of our modules.
    fn fault(&mut self, of: &str, fault: &impl Fault) {
        self.wrong(format!("{of}: {fault} ({})", fault.code()), fault.remedy());
    }

    fn count(&self, grade: Grade) -> usize {
        self.checks.iter().filter(|it| it.grade == grade).count()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(screen: &Screen, path: &Path) -> Result<ExitCode, Failure> {
    let mut findings = Findings::default();
    examine(&mut findings, path);
    let code = ExitCode::from(u8::from(findings.count(Grade::Wrong) > 0));
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "good": findings.count(Grade::Good),
            "weak": findings.count(Grade::Weak),
            "wrong": findings.count(Grade::Wrong),
            "checks": findings.checks,
        }));
        return Ok(code);
    }
    let mut area = "";
    for check in &findings.checks {
        if check.area != area {
            area = check.area;
            screen.heading(area);
        }
        let mark = match check.grade {
            Grade::Good => screen.paint(Colour::Green, "✓"),
            Grade::Weak => screen.paint(Colour::Yellow, "!"),
            Grade::Wrong => screen.paint(Colour::Red, "✗"),
        };
        screen.line(&format!("  {mark} {}", check.what));
        if let Some(remedy) = &check.remedy {
            screen.line(&screen.paint(Colour::Dim, &format!("    → {remedy}")));
        }
    }
    screen.line("");
    screen.line(&format!(
        "{} as they should be, {} that weaken the station (!), {} to mend before it is used (✗)",
        findings.count(Grade::Good),
        findings.count(Grade::Weak),
        findings.count(Grade::Wrong),
    ));
    Ok(code)
}

fn examine(to: &mut Findings, path: &Path) {
    to.area("Settings");
    let station = match Station::load(&station_file(path)) {
        Ok(station) => station,
        Err(error) => {
            to.fault("the settings", &error);
            to.area("This machine");
            return machine::examine(to);
        }
    };
    to.good(format!("station {}: the settings load, with {} studies", station.id, station.studies.len()));
    let clock = SystemClock::new();
    to.area("Keys");
    let credentials = place::credentials(to, &station);
    to.area("Directories");
    place::directories(to, &station);
    to.area("Intake");
    place::intake(to, &station);
    for settings in station.studies.values() {
        to.area("Studies");
        study::examine(to, &station, settings, credentials.as_ref(), &clock);
    }
    to.area("Records");
    records(to, &station, credentials.as_ref(), &clock);
    to.area("This machine");
    machine::volume(to, &station.directories.root);
    machine::examine(to);
}

/// Catalog, clock and log.
fn records(to: &mut Findings, station: &Station, credentials: Option<&Credentials>, clock: &dyn Clock) {
    let path = station.directories.catalog();
    if path.exists() {
        match Catalog::read(&path).and_then(|it| it.seen_time()) {
            Ok(seen) => {
                let now = clock.now();
                if seen.is_some_and(|it| it > now) {
                    to.wrong(
                        "the clock stands before a time that this station has seen already",
                        "Set the clock (timedatectl); approvals go by the later of the two.",
                    );
                } else {
                    to.good(format!("the catalog opens; the clock says {}", now.date()));
                }
            }
            Err(error) => to.fault("the catalog", &error),
        }
    } else {
        to.good("no catalog yet: the station has not been started");
    }
    let log = &station.directories.log;
    if !log.join("checkpoint").exists() {
        if path.exists() {
            to.weak(
                "the log has no checkpoint yet",
                "Start the daemon once; if it has run before, the log is gone.",
            );
        } else {
            to.good("no log yet: the station has not been started");
        }
        return;
    }
    let Some(credentials) = credentials else { return };
    let report = Origin::of_station(&station.id)
        .map_err(audit::Error::from)
        .and_then(|it| audit::verify::verify(log, &LogKey::new(&it, credentials.log.verifying_key())));
    match report {
        Ok(report) if report.is_whole() && report.cosignatures > 0 => {
            to.good(format!("the log is whole: {} entries", report.size));
        }
        Ok(report) if report.is_whole() => to.weak(
            format!("the log is whole: {} entries; not witnessed", report.size),
            "Keep copies of log/checkpoint where the station's administrator can't change them: a disk rolled back whole shows in no other way.",
        ),
        Ok(report) => to.wrong(
            format!("the log is damaged in {} places", report.damage.len()),
            "Run `vouchsafe audit verify`; restore the log from a copy, never start a new one.",
        ),
        Err(error) => to.fault("the log", &error),
    }
}
