//! `vouchsafe roster alike`: codes that may be one person's, and where a steward finds them. Reads the station's memory, the
//! roster and what is out, also while the daemon runs; prints codes and names of copies.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};

use serde_json::json;

use super::screen::{Failure, Screen, memory, station, study_of};
use crate::{
    id::StudyId, item::Profile, keys::Credentials, pipeline, registry::Alike, release, render,
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
    let pairs = memory(&station, &credentials)?.map(|it| it.alike(id)).transpose()?;
    let mut pairs = pairs.unwrap_or_default();
    let joined = |code: &String| roster.known_as(code.clone());
    pairs.retain(|it| joined(&it.codes[0]) != joined(&it.codes[1]));
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
    let places = pairs.iter().map(|it| it.codes.each_ref().map(|it| stand.get(it)));
    let shown: Vec<_> =
        pairs.iter().zip(places).filter_map(|(it, [one, other])| Some((it, [one?, other?]))).collect();
    if screen.is_json() {
        let pair = |(it, places): &(&Alike, [&BTreeSet<&str>; 2])| json!({ "group": it.group, "codes": it.codes, "in": places });
        let pairs: Vec<_> = shown.iter().map(pair).collect();
        screen.value(&json!({ "study": id, "alike": pairs }));
        return Ok(ExitCode::SUCCESS);
    }
    let Some((first, _)) = shown.first() else {
        screen.line(
            "No two codes look like one person's. Names of one person may have two codes all the same: Winky and 徐慧芬, for one.",
        );
        return Ok(ExitCode::SUCCESS);
    };
    screen.line(&format!(
        "Pairs of codes that may each be one person's: {}. A short form and a fuller name, or a Chinese name and its spelling; two people may be called so: read both.",
        shown.len()
    ));
    screen.line("");
    let rows: Vec<Vec<String>> = shown
        .iter()
        .flat_map(|(it, places)| {
            [it.group.as_str(), ""]
                .into_iter()
                .zip(&it.codes)
                .zip(places)
                .map(|((group, code), places)| vec![group.to_owned(), code.clone(), some_of(places)])
        })
        .collect();
    screen.table(&["group", "code", "in"], &rows);
    screen.line("");
    screen.line("If they are one, write both codes among the aliases of that person's row in the roster, or add a row:");
    screen.line(&format!("  REL-1,REL,,,,{},,,", first.codes.join("; ")));
    screen
        .line("Import it. New copies have one code then; `vouchsafe status` names the files to drop again.");
    Ok(ExitCode::SUCCESS)
}

/// The first copies of some, and how many more there are.
fn some_of(copies: &BTreeSet<&str>) -> String {
    let some = copies.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match copies.len().saturating_sub(SHOWN) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}
