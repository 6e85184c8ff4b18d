//! What is printed, and how failures are told.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::Serialize;

use crate::{
    config::{STATION_FILE, Station, Study},
    fault::Fault,
    id::StudyId,
    keys::Credentials,
    registry::{self, Registry},
};

/// Standard output and standard error.
#[derive(Debug)]
pub(super) struct Screen {
    json: bool,
    colour: bool,
    silent: bool,
}

/// Why a command could not be done: what the reader is told.
#[derive(Debug)]
pub(super) struct Failure {
    /// `SE-03`.
    pub(super) code: &'static str,
    /// What happened.
    pub(super) what: String,
    /// What to do.
    pub(super) remedy: String,
}

/// Terminal colours that differ in brightness too, so that they tell something without colour sight.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Colour {
    /// Headings.
    Bold,
    /// What is well.
    Green,
    /// What wants attention.
    Yellow,
    /// What is wrong, or was taken out.
    Red,
    /// What matters less.
    Dim,
}

impl<F: Fault> From<F> for Failure {
    fn from(fault: F) -> Self {
        Self::from_fault(&fault)
    }
}

impl Failure {
    /// What a fault says.
    pub(super) fn from_fault(fault: &impl Fault) -> Self {
        Self { code: fault.code(), what: fault.to_string(), remedy: fault.remedy().to_owned() }
    }

    /// A failure of the command line itself.
    pub(super) fn new(code: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, what: what.into(), remedy: remedy.into() }
    }
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        Self { json, colour: !json && io::stdout().is_terminal(), silent: false }
    }

    /// One that prints nothing, for a command within a command.
    pub(super) const fn silent(&self) -> Self {
        Self { json: self.json, colour: false, silent: true }
    }

    /// Whether JSON was asked for.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether colours are seen.
    pub(super) const fn is_coloured(&self) -> bool {
        self.colour
    }

    /// A text in a colour, where there are colours.
    pub(super) fn paint(&self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Bold => "1",
            Colour::Green => "32",
            Colour::Yellow => "33;1",
            Colour::Red => "31;1",
            Colour::Dim => "2",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// One line. A closed pipe ends nothing: whoever reads has read enough.
    pub(super) fn line(&self, text: &str) {
        if self.silent {
            return;
        }
        let mut out = io::stdout().lock();
        drop(writeln!(out, "{text}"));
    }

    /// A heading with an empty line before it.
    pub(super) fn heading(&self, text: &str) {
        self.line("");
        self.line(&self.paint(Colour::Bold, text));
    }

    /// One JSON value, the whole of the output.
    pub(super) fn value(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.line(&text);
        }
    }

    /// A table with columns as wide as they need to be, counted in columns of a terminal.
    pub(super) fn table(&self, head: &[&str], rows: &[Vec<String>]) {
        let mut widths: Vec<usize> = head.iter().map(|it| width(it)).collect();
        for row in rows {
            for (cell, wide) in row.iter().zip(&mut widths) {
                *wide = (*wide).max(width(cell));
            }
        }
        let join = |cells: Vec<String>| {
            let padded: Vec<_> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))))
                .collect();
            padded.join("  ").trim_end().to_owned()
        };
        self.line(&self.paint(Colour::Bold, &join(head.iter().map(|it| (*it).to_owned()).collect())));
        for row in rows {
            self.line(&join(row.clone()));
        }
    }

    /// Tells a failure, and the exit code that goes with it.
    pub(super) fn failed(&self, failure: &Failure) -> ExitCode {
        if self.json {
            self.value(&serde_json::json!({
                "error": { "code": failure.code, "what": failure.what, "remedy": failure.remedy }
            }));
        }
        let mut out = io::stderr().lock();
        drop(writeln!(out, "vouchsafe: {} ({})\n{}", failure.what, failure.code, failure.remedy));
        ExitCode::from(2)
    }
}

/// Reads the station's settings from its directory or its file.
pub(super) fn station(path: &Path) -> Result<Station, Failure> {
    Ok(Station::load(&station_file(path))?)
}

/// One of the station's studies.
pub(super) fn study_of<'s>(station: &'s Station, id: &StudyId) -> Result<&'s Study, Failure> {
    station.studies.get(id).ok_or_else(|| {
        let known = station.studies.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Failure::new("CL-14", format!("the station has no study {id}"), format!("It has: {known}."))
    })
}

/// The station's memory, to look at; none if no daemon has made one yet.
pub(super) fn memory(station: &Station, credentials: &Credentials) -> Result<Option<Registry>, Failure> {
    let path = station.directories.registry();
    if !path.exists() {
        return Ok(None);
    }
    let names = registry::name_key(&credentials.pseudonym)?;
    Ok(Some(Registry::read(&path, credentials.roster.derive("station.db")?, names)?))
}

/// The station's settings file, given itself or its directory.
pub(super) fn station_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(STATION_FILE) } else { path.to_owned() }
}

/// The word that stands for a value in JSON: `deidentified`.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

/// How many columns a text takes: Han and full-width characters two, colour codes none.
fn width(text: &str) -> usize {
    let mut columns = 0;
    let mut escape = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            '\u{1100}'..='\u{115F}'
            | '\u{2E80}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF60}'
            | '\u{FFE0}'..='\u{FFE6}'
            | '\u{20000}'..='\u{3FFFD}' => {
                columns += 2;
            }
            _ => columns += 1,
        }
    }
    columns
}
