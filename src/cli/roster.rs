//! `vouchsafe roster`: checks a roster, shows what is searched for, and puts it in a study's place. Names
//! are printed by `expand` alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    alike, args,
    config::{Problem, unread},
    screen::{Colour, Failure, Screen, memory, station, study_of},
};
use crate::{
    detect, durable,
    entity::{EntityType, PersonIndex},
    id::{Code, StudyId},
    keys::Credentials,
    pipeline, registry,
    roster::{
        MAX_ROSTER_BYTES, Person, Roster, Warning,
        collision::{Collides, Collision},
        expansion::{Expansion, words_for},
    },
    rules::{Engine, PackSource},
    secret::Sensitive,
};

pub(super) fn run(screen: &Screen, path: &Path, command: args::Roster) -> Result<ExitCode, Failure> {
    match command {
        args::Roster::Check { file } => {
            let csv = read(&file)?;
            // EXPOSE: parsed; errors and warnings give lines and columns.
            match Roster::from_csv(csv.expose()) {
                Ok(roster) => {
                    good(screen, &roster, &told(&roster, expansion(&roster)?.collisions()));
                    Ok(ExitCode::SUCCESS)
                }
                Err(error) => {
                    let problem = Problem::of(&error);
                    if screen.is_json() {
                        screen.value(&serde_json::json!({ "good": false, "problem": problem }));
                    } else {
                        problem.print(screen);
                    }
                    Ok(ExitCode::from(1))
                }
            }
        }
        args::Roster::Expand { file } => {
            let csv = read(&file)?;
            // EXPOSE: parsed.
            let roster = Roster::from_csv(csv.expose())?;
            let expansion = expansion(&roster)?;
            if screen.is_json() {
                // EXPOSE: what this command is for; its help says that it prints names.
                screen.line(expansion.json().expose());
                return Ok(ExitCode::SUCCESS);
            }
            let text = "These are participants' names. Keep them off shared screens and out of files.";
            screen.line(&screen.paint(Colour::Yellow, text));
            for it in EXPANDED {
                screen.line(it);
            }
            screen.line("");
            // EXPOSE: as above.
            screen.line(expansion.text().expose().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        args::Roster::Import { study, file } => import(screen, path, &study, &file),
        args::Roster::Alike { study } => alike::run(screen, path, &study),
    }
}

/// How to read what `expand` prints.
const EXPANDED: &[&str] = &[
    "  replaced     found and replaced anywhere; a release that still has one is stopped",
    "  doubtful     found where it stands alone and weighed there; in doubt a steward is asked",
    "  sounds like  written with other characters of the same sound: a steward is asked, nothing is replaced",
    "  misspelled   one letter wrong, or spelled by ear: the same",
    "  look         what a name is besides",
    "All as they are compared: small letters, hyphens as blanks, traditional and simplified.",
];

/// With the words that the built-in packs know.
fn expansion(roster: &Roster) -> Result<Expansion, Failure> {
    let packs: Vec<_> = PackSource::built_in_names().into_iter().filter_map(PackSource::built_in).collect();
    let engine = Engine::compile(&packs, &[])?;
    Ok(roster.expansion(&|word| detect::is_word(&engine, word))?)
}

/// What a steward should look at of the collisions, by lines, without a name: each kind once.
fn told(roster: &Roster, collisions: &[Collides]) -> Vec<String> {
    let line = |it: PersonIndex| roster.person(it).map_or(0, Person::line);
    let mut kinds: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for it in collisions {
        let own = line(it.person);
        let form = words_for(it.form);
        let what = match it.with {
            Collision::Word => {
                format!("a form of the name ({form}) is a word too; where it may be one, a steward is asked")
            }
            Collision::Surname(..=25) => {
                "the surname is one of the commonest in Hong Kong; by itself it is this \
                 person's only where they take part"
                    .to_owned()
            }
            Collision::Given => format!(
                "a name ({form}) is borne by many, and whoever bears it gets this person's code; `never_match` \
                 leaves it to the rules"
            ),
            Collision::Near(other) if own < line(other) => {
                let pair = format!(
                    "lines {own} and {}: names of the two are almost alike; a misheard one may be either's",
                    line(other)
                );
                kinds.entry(pair).or_default();
                continue;
            }
            // Told by the roster's own warnings, or common but not very.
            Collision::Surname(_) | Collision::Shared(_) | Collision::Near(_) => continue,
        };
        kinds.entry(what).or_default().insert(own);
    }
    let text = |(what, lines): (String, BTreeSet<u64>)| {
        let listed = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        match lines.len() {
            0 => what,
            1 => format!("line {listed}: {what}"),
            _ => format!("lines {listed}: {what}"),
        }
    };
    kinds.into_iter().map(text).collect()
}

pub(super) fn read(path: &Path) -> Result<Sensitive<Vec<u8>>, Failure> {
    let fail = |error: std::io::Error| unread(path, &error);
    let limit = MAX_ROSTER_BYTES.saturating_add(1);
    // Room for all of it at once: a growing vector would leave copies behind.
    let mut bytes = Vec::with_capacity(limit);
    File::open(path).map_err(fail)?.take(limit as u64).read_to_end(&mut bytes).map_err(fail)?;
    Ok(Sensitive::new(bytes))
}

/// What a steward should look at, by line.
pub(super) fn in_words(warning: Warning) -> String {
    match warning {
        Warning::SharedDoubtful { form, line, first } => format!(
            "lines {first} and {line}: a short form ({}) could name either person; each mention waits for a steward",
            form.name()
        ),
        Warning::NoConsent { line } => {
            format!("line {line}: the consent is empty; this person's items are sealed and never released")
        }
        Warning::NothingCertain { line } => format!(
            "line {line}: no form of this name is distinctive enough; each mention waits for a steward. A longer form or an alias helps"
        ),
    }
}

fn good(screen: &Screen, roster: &Roster, collisions: &[String]) {
    let people = roster.people();
    let participants = people.iter().filter(|it| it.is_participant()).count();
    let groups = people.iter().flat_map(Person::groups).collect::<BTreeSet<_>>().len();
    let aliases = roster.alias_table();
    let certain = aliases.aliases.iter().filter(|it| it.certain).count();
    let doubtful = aliases.aliases.len().saturating_sub(certain);
    let warnings: Vec<_> = roster.warnings().iter().copied().map(in_words).collect();
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "good": true, "people": people.len(), "participants": participants, "groups": groups,
            "certain_aliases": certain, "doubtful_aliases": doubtful, "joined_codes": roster.joined().len(), "warnings": warnings,
            "collisions": collisions,
        }));
        return;
    }
    screen.line(&format!(
        "{} {} people: {participants} participants in {groups} groups, {} staff. {certain} names and aliases are searched for, {doubtful} doubtful ones besides.",
        screen.paint(Colour::Green, "GOOD"),
        people.len(),
        people.len().saturating_sub(participants),
    ));
    if !roster.joined().is_empty() {
        let owners: BTreeSet<&Code> = roster.joined().values().collect();
        let (codes, people) = (roster.joined().len(), owners.len());
        screen.line(&format!(
            "Codes such as person-3 beside names: {codes}, of people: {people}. New copies have these people's codes; what is out under another is marked as stale."
        ));
    }
    for it in warnings.iter().chain(collisions) {
        screen.line(&format!("{} {it}", screen.paint(Colour::Yellow, "LOOK")));
    }
}

fn import(screen: &Screen, path: &Path, id: &StudyId, file: &Path) -> Result<ExitCode, Failure> {
    let station = station(path)?;
    let study = study_of(&station, id)?;
    let csv = read(file)?;
    // EXPOSE: parsed; errors and warnings give lines and columns.
    let roster = Roster::from_csv(csv.expose())?;
    let credentials = Credentials::load(&station.directories.credentials)?;
    if !roster.joined().is_empty() {
        let given = memory(&station, &credentials)?.map(|it| it.counter(id, EntityType::Person));
        roster.check_codes(given.transpose()?.unwrap_or(0))?;
    }
    let key = credentials.roster;
    let codes = |it: &Roster| it.people().iter().map(|it| it.code().clone()).collect::<BTreeSet<Code>>();
    // There may be none yet, or one under another key: either way it is replaced.
    let before =
        pipeline::open_roster(&key, id, &study.roster).map_or_else(|_| BTreeSet::new(), |it| codes(&it));
    let (dir, name) = place(&study.roster)?;
    durable::write_over(&dir, &name, &registry::seal_roster(&key, id, &csv)?)?;
    let now = codes(&roster);
    let (added, gone) = (now.difference(&before).count(), before.difference(&now).count());
    if screen.is_json() {
        let warnings: Vec<_> = roster.warnings().iter().copied().map(in_words).collect();
        screen.value(&serde_json::json!({
            "study": id, "people": now.len(), "added": added, "removed": gone, "warnings": warnings,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    good(screen, &roster, &[]);
    screen.line("");
    screen.line(&format!(
        "Encrypted and put in the place of study {id}'s roster: {} people, {added} new, {gone} no longer in it.",
        now.len()
    ));
    screen.line(
        "The daemon takes it up at its next start, or at once with `systemctl reload vouchsafe` (SIGHUP).",
    );
    let text = format!("Now remove {}: it names everybody who takes part.", file.display());
    screen.line(&screen.paint(Colour::Yellow, &text));
    Ok(ExitCode::SUCCESS)
}

fn place(roster: &Path) -> Result<(PathBuf, String), Failure> {
    let name = roster.file_name().and_then(|it| it.to_str());
    match (roster.parent(), name) {
        (Some(dir), Some(name)) => Ok((dir.to_owned(), name.to_owned())),
        (Some(_) | None, Some(_) | None) => Err(Failure::new(
            "CL-04",
            format!("{} is no file name", roster.display()),
            "Correct `study.roster` in study.toml.",
        )),
    }
}
