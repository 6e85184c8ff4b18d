//! `vouchsafe status`: where everything stands. Reads the catalog only, also while the daemon runs.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use super::{
    args,
    screen::{Colour, Failure, Screen, station},
};
use crate::catalog::{Catalog, Job, OtherCopy, State};

pub(super) fn run(screen: &Screen, path: &Path, arguments: &args::Status) -> Result<ExitCode, Failure> {
    let station = station(path)?;
    if !station.directories.catalog().exists() {
        if screen.is_json() {
            screen.value(&serde_json::json!({ "station": station.id, "states": {}, "items": [] }));
        } else {
            screen.line("The daemon has not run yet: start it with `vouchsafe run`.");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let catalog = Catalog::read(&station.directories.catalog())?;
    let counts = catalog.counts()?;
    let stale = stale(&catalog)?;
    let jobs = if arguments.items { catalog.all()? } else { Vec::new() };
    if screen.is_json() {
        let counts: BTreeMap<_, _> = counts.iter().map(|(it, n)| (it.name(), n)).collect();
        let items: Vec<_> = jobs.iter().map(item).collect();
        screen.value(
            &serde_json::json!({ "station": station.id, "states": counts, "items": items, "stale": stale }),
        );
        return Ok(ExitCode::SUCCESS);
    }
    screen.heading(&format!("Station {}", station.id));
    for (state, count) in counts.iter().filter(|(_, count)| *count > 0) {
        screen.line(&format!("  {count:>6}  {}", words(*state)));
    }
    if counts.iter().all(|(_, count)| *count == 0) {
        screen.line("  Nothing has been dropped yet.");
    }
    say_stale(screen, &stale);
    if arguments.items {
        let rows: Vec<_> = jobs
            .iter()
            .map(|it| {
                vec![
                    it.job.to_string(),
                    it.facts.place.as_ref().map_or_else(|| "—".to_owned(), crate::item::Place::slot),
                    format!("v{}", it.facts.version.max(1)),
                    paint(screen, it.state),
                    why(it),
                    it.changed_at.to_string(),
                ]
            })
            .collect();
        screen.line("");
        screen.table(&["item", "place", "", "state", "why", "since"], &rows);
    }
    Ok(ExitCode::SUCCESS)
}

/// The folders and names of released copies in which a name stands that became known since, or a code that is somebody's since.
pub(super) fn stale(catalog: &Catalog) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for it in catalog.stale()? {
        let Some(facts) = catalog.job(it.job)?.map(|it| it.facts) else { continue };
        let of_others = facts.copies.iter().find(|(_, copy)| copy.release_leaf == Some(it.release));
        names.extend(match of_others {
            Some((profile, copy)) => copy.release_name.as_ref().map(|it| format!("{}/{it}", profile.name())),
            None => facts.release_name.map(|it| format!("team/{it}")),
        });
    }
    names.sort();
    Ok(names)
}

/// Says which they are, and what to do.
pub(super) fn say_stale(screen: &Screen, stale: &[String]) {
    if stale.is_empty() {
        return;
    }
    screen.line("");
    screen.line(&screen.paint(
        Colour::Yellow,
        &format!(
            "{} released copies hold what has since become known as a name, or a code that has become somebody else's:",
            stale.len()
        ),
    ));
    for name in stale {
        screen.line(&format!("  {name}"));
    }
    screen.line(
        "Tell whoever has them. Then drop the same file again, under its old name and in its old folder: the",
    );
    screen.line(
        "name or code is known now, and the new version takes the old one's place once it is approved.",
    );
}

fn item(job: &Job) -> serde_json::Value {
    let copy = |it: &OtherCopy| serde_json::json!({ "release": it.release_name, "withheld": it.withheld });
    let copies: BTreeMap<_, _> =
        job.facts.copies.iter().map(|(profile, it)| (profile.name(), copy(it))).collect();
    serde_json::json!({
        "job": job.job, "state": job.state, "study": job.study, "place": job.facts.place,
        "left_out": job.facts.left_out, "version": job.facts.version, "reason": job.facts.reason, "raw_object": job.facts.raw_object,
        "deidentified_object": job.facts.deidentified.as_ref().map(|it| it.object),
        "release": job.facts.release_name, "copies": copies, "changed_at": job.changed_at.to_string(),
    })
}

/// Why an item is not out, and why some readers have no copy.
fn why(job: &Job) -> String {
    let others = job
        .facts
        .copies
        .iter()
        .filter_map(|(profile, it)| Some(format!("{}: {}", profile.name(), it.withheld.as_deref()?)));
    job.facts.reason.iter().cloned().chain(others).collect::<Vec<_>>().join(", ")
}

/// A state in the colour of what it asks for.
pub(super) fn paint(screen: &Screen, state: State) -> String {
    let colour = match state {
        State::Released | State::Done | State::Duplicate => Colour::Green,
        State::Proposed | State::Held => Colour::Yellow,
        State::Quarantined | State::Rejected => Colour::Red,
        State::Claimed | State::Sealed | State::Logged | State::Reviewed | State::Approved => Colour::Dim,
    };
    screen.paint(colour, state.name())
}

/// A state in words, as on the status page.
pub(super) const fn words(state: State) -> &'static str {
    match state {
        State::Claimed => "taken from the intake folder",
        State::Sealed => "sealed, not yet in the log",
        State::Logged => "sealed and in the log",
        State::Proposed => "de-identified; wait for a steward's vote (vouchsafe review list)",
        State::Held => "held: a steward has to look (vouchsafe review list)",
        State::Reviewed => "reviewed and sealed, not yet in the log",
        State::Approved => "approved, on the way out",
        State::Released => "released",
        State::Done => "done: released, or sealed for good",
        State::Quarantined => "quarantined: sealed apart; the receipt beside the drop says what to fix",
        State::Duplicate => "duplicates of what is in the archive",
        State::Rejected => "rejected by a steward",
    }
}
