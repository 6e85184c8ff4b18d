//! `vouchsafe risk`: how few people a participant could be. Reads catalog, roster and ledger, also while the daemon runs;
//! prints codes, kinds of attributes, numbers, and what stands in released copies in a value's place.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};

use serde_json::{Value, json};

use super::{
    args,
    screen::{Colour, Failure, Screen, memory, station, study_of},
};
use crate::{
    catalog::Catalog,
    config::{Station, Study},
    entity::EntityType,
    keys::Credentials,
    ledger::{
        advice::Advice,
        risk::{self, Combination, GroupRisk, Part, PersonRisk, Remains, Risk, Row},
    },
    pipeline, registry,
};

pub(super) fn run(screen: &Screen, path: &Path, arguments: &args::Risk) -> Result<ExitCode, Failure> {
    let station = station(path)?;
    let study = study_of(&station, &arguments.study)?;
    let mut risk = assess(&station, study)?;
    if let Some(code) = &arguments.participant {
        if !risk.people.iter().any(|it| it.code == *code) {
            return Err(Failure::new(
                "CL-27",
                format!("no file of the study tells anything of a participant {code}"),
                "Correct the code; `vouchsafe risk STUDY` lists everybody of whom something is told.",
            ));
        }
        risk.people.retain(|it| it.code == *code);
        risk.groups.retain(|it| it.members.contains(code));
        risk.untold.clear();
    }
    let warned = risk.rare().next().is_some();
    if screen.is_json() {
        screen.value(&in_json(&risk, study));
    } else {
        print(screen, &risk, study);
    }
    Ok(if warned { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn assess(station: &Station, study: &Study) -> Result<Risk, Failure> {
    let directories = &station.directories;
    let credentials = Credentials::load(&directories.credentials)?;
    let roster = pipeline::open_roster(&credentials.roster, &study.id, &study.roster)?;
    let names = registry::name_key(&credentials.pseudonym)?;
    let (mut rows, mut jobs) = (Vec::new(), Vec::new());
    // The ledger first: what is sealed in between is missed, and not taken for lost.
    if directories.catalog().exists()
        && let Some(memory) = memory(station, &credentials)?
    {
        rows = memory.ledger(&study.id)?;
        jobs = Catalog::read(&directories.catalog())?.all()?;
        jobs.retain(|it| it.study == study.id);
    }
    Ok(risk::assess(&rows, &jobs, study, &roster, &names))
}

fn print(screen: &Screen, risk: &Risk, study: &Study) {
    let size = risk.size.map_or_else(|| "of unknown size".to_owned(), |it| format!("of {it}"));
    screen.heading(&format!("Study {}", study.id));
    screen.line(&format!(
        "  {} files read, {} of them released, tell of {} participants; population {size}, threshold {}",
        risk.files,
        risk.released,
        risk.people.len(),
        risk.threshold
    ));
    if risk.unknown > 0 {
        let text = format!(
            "  {} files were read before the ledger was kept: hand them in again to have them counted",
            risk.unknown
        );
        screen.line(&screen.paint(Colour::Yellow, &text));
    }
    if risk.people.is_empty() {
        screen.line("  Nothing was found yet that could single anybody out by what is told of them.");
        return;
    }
    for it in &risk.people {
        print_person(screen, it, risk.threshold);
    }
    if !risk.untold.is_empty() {
        let codes: Vec<_> = risk.untold.iter().map(ToString::to_string).collect();
        screen.line("");
        screen.line(&format!("Nothing that counts was found of {}.", codes.join(", ")));
    }
    if !risk.groups.is_empty() {
        screen.heading("Groups, all members together");
        for it in &risk.groups {
            print_group(screen, it, risk.threshold);
        }
    }
    print_advice(screen, risk, study);
    screen.line("");
    for it in READ_WITH_CARE {
        screen.line(&screen.paint(Colour::Dim, it));
    }
}

/// What whoever reads the numbers has to know.
const READ_WITH_CARE: &[&str] = &[
    "k      people (or groups) whom it is expected to fit, as if attributes were independent; ~ rests on a guess",
    "study  participants of the same role of whom it is told; counted, nothing is taken for granted",
    "Whom an attribute is about no machine can tell: a sister's work counts as the participant's. docs/risk.md",
];

fn print_person(screen: &Screen, person: &PersonRisk, threshold: u32) {
    let place =
        [person.role.as_ref().map(ToString::to_string), person.group.as_ref().map(ToString::to_string)];
    let place: Vec<_> = place.into_iter().flatten().collect();
    let place = if place.is_empty() { "no longer in the roster".to_owned() } else { place.join(", ") };
    let among = person.among.map_or_else(String::new, |it| format!("; looked for among {it}"));
    screen.heading(&format!("{} ({place}), in {} files{among}", person.code, person.files));
    let rows: Vec<_> = person.rows.iter().map(row).collect();
    screen
        .table(&["  attribute", "left of it", "values", "files", "released", "told in", "study", "k"], &rows);
    if person.doubtful > 0 {
        screen.line(&format!(
            "  Not counted: {} that may be none, and stand as they were said",
            person.doubtful
        ));
    }
    if let Some(it) = &person.raw {
        screen.line(&format!("  raw files  {}", told(it, false)));
    }
    match &person.left {
        Some(it) => {
            let rare = it.is_rarer_than(threshold);
            let text = format!("  left       {}", told(it, false));
            screen.line(&if rare { screen.paint(Colour::Yellow, &text) } else { text });
            if rare {
                let text = format!("  RARE       what is left of {} fits fewer than {threshold}", kinds(it));
                screen.line(&screen.paint(Colour::Red, &text));
            }
        }
        None => screen.line("  left       nothing"),
    }
    let few = person
        .alone_by
        .map(|it| if it == 1 { "one attribute".to_owned() } else { format!("{it} attributes") });
    if let Some(few) = few {
        screen.line(&format!("  By {few} alone nobody else of that role in the study is like this one."));
    }
}

fn print_group(screen: &Screen, group: &GroupRisk, threshold: u32) {
    let members: Vec<_> = group.members.iter().map(ToString::to_string).collect();
    let text = match &group.left {
        Some(it) => told(it, true),
        None => "nothing is left".to_owned(),
    };
    let rare = group.left.as_ref().is_some_and(|it| it.is_rarer_than(threshold));
    let among = group.among.map_or_else(String::new, |it| format!(", among {it} groups"));
    let mark = if rare { "  RARE" } else { "" };
    let text = format!("  {} ({}){among}: {text}{mark}", group.group, members.join(", "));
    screen.line(&if rare { screen.paint(Colour::Yellow, &text) } else { text });
}

fn print_advice(screen: &Screen, risk: &Risk, study: &Study) {
    let advice = advice(risk, study);
    if !advice.is_empty() {
        screen.heading("What to do");
        for it in &advice {
            screen.line(&format!("  {it}"));
        }
        screen.line("  Copies that are out stay as they are: hand the files in again, and the new versions replace them.");
    }
    if risk.size.is_none() {
        screen.line("");
        screen.line(
            "  Without `size` under [population] in study.toml there is no k, and nothing is warned of.",
        );
    }
}

/// What to do about what is rare.
fn advice(risk: &Risk, study: &Study) -> BTreeSet<Advice> {
    risk.rare().flat_map(|it| &it.parts).filter_map(|it| Advice::on(it, study)).collect()
}

fn row(row: &Row) -> Vec<String> {
    let gone = row.remains == Remains::Nothing;
    let number = |it: usize| if gone { String::new() } else { it.to_string() };
    vec![
        format!("  {}", row.kind.noun()),
        remains(&row.remains),
        row.values.to_string(),
        row.files.to_string(),
        row.released.to_string(),
        if row.own { "own words".to_owned() } else { "joint talk".to_owned() },
        number(row.in_study),
        row.k.map_or_else(String::new, |it| about(it, row.guessed)),
    ]
}

fn remains(remains: &Remains) -> String {
    match remains {
        Remains::Whole => "as it was said".to_owned(),
        Remains::Wider(name) => name.clone(),
        Remains::Nothing => "nothing".to_owned(),
    }
}

fn told(it: &Combination, by_code: bool) -> String {
    let part = |part: &Part| {
        let whose = if by_code { format!("{} ", part.code) } else { String::new() };
        let what = if let Remains::Wider(name) = &part.remains { format!(" {name}") } else { String::new() };
        let doubt = if part.own { "" } else { " (joint talk)" };
        format!("{whose}{}{what}{doubt}", part.kind.noun())
    };
    let parts: Vec<_> = it.parts.iter().map(part).collect();
    let k = it.k.map_or_else(String::new, |k| format!("k {}, ", about(k, it.guessed)));
    let unit = it
        .k_within_unit
        .map_or_else(String::new, |k| format!("k within the unit {}, ", about(k, it.guessed)));
    format!("{}: {k}{unit}study {}", parts.join(" + "), it.in_study)
}

fn kinds(it: &Combination) -> String {
    it.parts.iter().map(|it| it.kind.noun()).collect::<Vec<_>>().join(" + ")
}

/// A number of people that nobody takes for counted.
fn about(k: f64, guessed: bool) -> String {
    let number = if k < 0.1 {
        "under 0.1".to_owned()
    } else if k < 10.0 {
        format!("{k:.1}")
    } else {
        format!("{k:.0}")
    };
    if guessed { format!("~{number}") } else { number }
}

fn in_json(risk: &Risk, study: &Study) -> Value {
    let part = |it: &Part| {
        let mut value = left(&it.remains);
        if let Some(map) = value.as_object_mut() {
            map.insert("participant".to_owned(), json!(it.code));
            map.insert("attribute".to_owned(), json!(it.kind));
            map.insert("own_words".to_owned(), json!(it.own));
        }
        value
    };
    let combination = |it: &Combination| {
        json!({
            "attributes": it.parts.iter().map(part).collect::<Vec<_>>(), "k": it.k,
            "k_within_unit": it.k_within_unit, "guessed": it.guessed, "in_study": it.in_study,
            "rare": it.is_rarer_than(risk.threshold),
        })
    };
    let raw = |it: &Combination| {
        let kinds: Vec<EntityType> = it.parts.iter().map(|it| it.kind).collect();
        json!({ "attributes": kinds, "k": it.k, "guessed": it.guessed, "in_study": it.in_study })
    };
    let rows = |it: &Row| {
        let mut value = left(&it.remains);
        if let Some(map) = value.as_object_mut() {
            map.extend(BTreeMap::from([
                ("attribute".to_owned(), json!(it.kind)),
                ("values".to_owned(), json!(it.values)),
                ("files".to_owned(), json!(it.files)),
                ("released_files".to_owned(), json!(it.released)),
                ("own_words".to_owned(), json!(it.own)),
                ("k".to_owned(), json!(it.k)),
                ("guessed".to_owned(), json!(it.guessed)),
                ("in_study".to_owned(), json!(it.in_study)),
            ]));
        }
        value
    };
    let people: Vec<_> = risk
        .people
        .iter()
        .map(|it| {
            json!({
                "participant": it.code, "role": it.role, "group": it.group, "files": it.files,
                "among": it.among, "attributes": it.rows.iter().map(rows).collect::<Vec<_>>(),
                "doubtful": it.doubtful, "raw": it.raw.as_ref().map(raw),
                "left": it.left.as_ref().map(combination), "alone_by": it.alone_by,
            })
        })
        .collect();
    let groups: Vec<_> = risk
        .groups
        .iter()
        .map(|it| {
            json!({
                "group": it.group, "members": it.members, "among": it.among,
                "left": it.left.as_ref().map(combination),
            })
        })
        .collect();
    json!({
        "study": study.id, "population": risk.size, "threshold": risk.threshold, "files": risk.files,
        "released_files": risk.released, "unknown_files": risk.unknown, "participants": people, "groups": groups,
        "untold": risk.untold, "rare": risk.warned().map(|it| &it.code).collect::<Vec<_>>(),
        "advice": advice(risk, study).iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn left(remains: &Remains) -> Value {
    match remains {
        Remains::Whole => json!({ "left": "whole" }),
        Remains::Wider(name) => json!({ "left": "wider", "as": name }),
        Remains::Nothing => json!({ "left": "nothing" }),
    }
}
