//! `vouchsafe config`: says what is wrong with the settings and with the files that they name. Opens no
//! roster and no key.

use std::{fs, path::Path, process::ExitCode};

use serde::Serialize;

use super::{
    args,
    screen::{Colour, Failure, Screen, station_file},
};
use crate::{
    config::{Note, PackRef, Station, Study},
    fault::Fault,
    keys::Steward,
    plugin::Chosen,
    rules::{Engine, PackSource},
};

/// Something that is wrong, as it is printed.
#[derive(Serialize)]
pub(super) struct Problem {
    code: &'static str,
    what: String,
    remedy: String,
}

impl Problem {
    pub(super) fn of(fault: &impl Fault) -> Self {
        Failure::from_fault(fault).into()
    }

    /// Prints it on two lines.
    pub(super) fn print(&self, screen: &Screen) {
        screen.line(&format!("{} {} ({})", screen.paint(Colour::Red, "WRONG"), self.what, self.code));
        screen.line(&format!("      {}", self.remedy));
    }
}

impl From<Failure> for Problem {
    fn from(it: Failure) -> Self {
        Self { code: it.code, what: it.what, remedy: it.remedy }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have one shape")]
pub(super) fn run(screen: &Screen, path: &Path, command: &args::Config) -> Result<ExitCode, Failure> {
    let args::Config::Check = command;
    let file = station_file(path);
    let (station, problems) = match Station::load(&file) {
        Ok(station) => {
            let problems = station.studies.values().flat_map(|it| named_files(&station, it)).collect();
            (Some(station), problems)
        }
        Err(error) => (None, vec![Problem::of(&error)]),
    };
    let notes: Vec<&str> = station.iter().flat_map(|it| &it.notes).copied().map(in_words).collect();
    let code = ExitCode::from(u8::from(!problems.is_empty()));
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "file": file,
            "good": problems.is_empty(),
            "problems": problems,
            "notes": notes,
            "studies": station.iter().flat_map(|it| it.studies.keys()).collect::<Vec<_>>(),
        }));
        return Ok(code);
    }
    screen.line(&format!("Settings: {}", file.display()));
    for it in &problems {
        it.print(screen);
    }
    for it in notes {
        screen.line(&format!("{}  {it}", screen.paint(Colour::Yellow, "NOTE")));
    }
    if problems.is_empty() {
        let studies = station.map_or(0, |it| it.studies.len());
        let noun = if studies == 1 { "study" } else { "studies" };
        screen.line(&format!("{}  {studies} {noun}, nothing wrong.", screen.paint(Colour::Green, "GOOD")));
    }
    Ok(code)
}

/// What is wrong with the files that a study names.
fn named_files(station: &Station, study: &Study) -> Vec<Problem> {
    let mut problems = Vec::new();
    for id in &study.stewards {
        let path = station.directories.steward(id);
        match fs::read_to_string(&path) {
            Ok(text) => problems.extend(Steward::from_text(&text).err().map(|it| Problem::of(&it))),
            Err(error) => problems.push(unread(&path, &error).into()),
        }
    }
    if !study.roster.is_file() {
        problems.push(
            Failure::new(
                "CL-10",
                format!("study {} has no roster at {}", study.id, study.roster.display()),
                format!("Bring it in with `vouchsafe roster import {} FILE`.", study.id),
            )
            .into(),
        );
    }
    problems.extend(Chosen::read(&study.names.finder).err().map(|it| Problem::of(&it)));
    let mut packs = Vec::new();
    for pack in &study.packs {
        let source = match pack {
            PackRef::BuiltIn(name) => PackSource::built_in(name).ok_or_else(|| no_pack(name).into()),
            PackRef::Directory(path) => PackSource::from_directory(path).map_err(|it| Problem::of(&it)),
        };
        match source {
            Ok(source) => packs.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    if packs.len() == study.packs.len() {
        let faults = Engine::faults(&packs);
        if faults.is_empty() {
            problems.extend(Engine::compile(&packs, &study.languages).err().map(|it| Problem::of(&it)));
        }
        problems.extend(faults.iter().map(Problem::of));
    }
    problems
}

/// A file that could not be read.
pub(super) fn unread(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        "CL-04",
        format!("{} can't be read ({})", path.display(), error.kind()),
        "Correct the path, or let your user read the file.",
    )
}

/// There is no pack of that name.
pub(super) fn no_pack(name: &str) -> Failure {
    Failure::new(
        "CL-05",
        format!("there is no rule pack {name}"),
        format!("Name one of {}, or the directory of a pack.", PackSource::built_in_names().join(", ")),
    )
}

fn in_words(note: Note) -> &'static str {
    match note {
        Note::IntakeIsCopied => {
            "the intake folder lies on another disk than the station: each file is copied, which takes longer, not renamed"
        }
        Note::AutomaticGate => {
            "a study releases without any person's vote (gate = \"automatic\"); every report says so"
        }
        Note::NoSubmitters => {
            "a study asks for two votes, and none can count before [submitters.owners] or [submitters.folders] says who hands files in; what is in already has to be dropped again then"
        }
        Note::OneSteward => {
            "a study names one steward only: if that key is lost, so is the study's archive; name a second"
        }
    }
}
