//! `vouchsafe roster alike`: codes that may be one person's, and where a steward finds them. Reads the station's memory, the
//! roster and what is out, also while the daemon runs; prints codes and names of copies.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};

use serde_json::json;

use super::screen::{Failure, Screen, station, study_of};
use crate::{
    id::StudyId,
    item::Profile,
    keys::Credentials,
    pipeline,
    registry::{self, Alike, Registry},
    release, render,
    transform::marker::codes_in,
};

/// How many copies are named for a code.
const SHOWN: usize = 3;

pub(super) fn run(screen: &Screen, path: &Path, id: &StudyId) -> Result<ExitCode, Failure> {
    let station = station(path)?;
    let study = study_of(&station, id)?;
    let directories = &station.directories;
    let credentials = Credentials::load(&directories.credentials)?;
    let roster = pipeline::open_roster(&credentials.roster, id, &study.roster)?;
    let mut pairs = Vec::new();
    if directories.registry().exists() {
        let names = registry::name_key(&credentials.pseudonym)?;
        let key = credentials.roster.derive("station.db")?;
        pairs = Registry::read(&directories.registry(), key, names)?.alike(id)?;
    }
    let joined = |code: &String| roster.known_as(code.clone());
    pairs.retain(|it| joined(&it.short) != joined(&it.full));
    let copies = release::copies(&directories.release, id, Profile::Team)?;
    let mut stand: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (row, bytes) in &copies {
        for part in render::parts(bytes).unwrap_or_default() {
            let text = String::from_utf8_lossy(&part);
            for code in codes_in(&text) {
                stand.entry(code.to_owned()).or_default().insert(&row.name);
            }
        }
    }
    // What is out nowhere can be looked at nowhere.
    let of = |code: &String| stand.get(code).cloned().unwrap_or_default();
    let shown: Vec<_> = pairs
        .iter()
        .map(|it| (it, of(&it.short), of(&it.full)))
        .filter(|it| !it.1.is_empty() && !it.2.is_empty())
        .collect();
    if screen.is_json() {
        let pair = |(it, short, full): &(&Alike, BTreeSet<&str>, BTreeSet<&str>)| json!({ "group": it.group, "short": it.short, "in": short, "full": it.full, "and_in": full });
        let pairs: Vec<_> = shown.iter().map(pair).collect();
        screen.value(&json!({ "study": id, "alike": pairs }));
        return Ok(ExitCode::SUCCESS);
    }
    if shown.is_empty() {
        screen.line("No two codes look like one person's short form and fuller name. Other names of one person may have two codes all the same: a first name and a Chinese name, for one.");
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(&format!(
        "{} pairs of codes may each be one person's: a short form, and a fuller name that it may be short for. Two people may be called so: read both.",
        shown.len()
    ));
    screen.line("");
    let places = |of: &BTreeSet<&str>| {
        let some = of.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        if of.len() > SHOWN { format!("{some} and {} more", of.len().saturating_sub(SHOWN)) } else { some }
    };
    let rows: Vec<Vec<String>> = shown
        .iter()
        .flat_map(|(it, short, full)| {
            [
                vec![it.group.to_string(), it.short.clone(), places(short)],
                vec![String::new(), it.full.clone(), places(full)],
            ]
        })
        .collect();
    screen.table(&["group", "code", "in"], &rows);
    screen.line("");
    screen.line("If they are one, write both codes among the aliases of that person's row in the roster, or add a row:");
    if let Some((it, ..)) = shown.first() {
        screen.line(&format!("  REL-1,REL,,,,{}; {},,,", it.short, it.full));
    }
    screen
        .line("Import it. New copies have one code then; `vouchsafe status` names the files to drop again.");
    Ok(ExitCode::SUCCESS)
}
