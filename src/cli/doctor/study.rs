//! What a study needs: stewards, a roster, packs that hold, a worker that starts, an approval in force.

use std::{fs, path::PathBuf};

use super::Findings;
use crate::{
    cli::{config::no_pack, run::own_binary},
    clock::Clock,
    config::{Gate, PackRef, Station, Study},
    detect::Participants,
    id::JobId,
    item::{ItemKind, Profile},
    keys::{Credentials, Steward},
    parse::Hint,
    pipeline::open_roster,
    plugin::Chosen,
    release,
    roster::Roster,
    rules::{Engine, PackSource},
    secret::Sensitive,
    worker::{Leash, Setup, Worker},
};

/// Fewer days than this of approval are worth a warning.
const SOON_DAYS: i64 = 60;
/// What the worker is tried with.
const TRIAL: &[u8] = b"INT: Good morning.\n";

pub(super) fn examine(
    to: &mut Findings,
    station: &Station,
    settings: &Study,
    credentials: Option<&Credentials>,
    clock: &dyn Clock,
) {
    approval(to, settings, clock);
    stewards(to, station, settings);
    released(to, station, settings);
    let roster = credentials.and_then(|it| roster(to, settings, it));
    let packs = packs(to, settings);
    let finder = finder(to, settings);
    if let (Some(roster), Some(packs), Some(finder)) = (roster, packs, finder) {
        worker(to, settings, &roster, packs, finder);
    }
}

fn approval(to: &mut Findings, settings: &Study, clock: &dyn Clock) {
    let id = &settings.id;
    let left = settings.approval_until.days().saturating_sub(clock.now().date().days());
    match left {
        ..0 => to.wrong(
            format!("{id}: the ethics approval ended on {}: nothing is released", settings.approval_until),
            "Put the new approval's number and date into study.toml.",
        ),
        0..SOON_DAYS => to.weak(format!("{id}: the ethics approval ends in {left} days"), "Have it renewed."),
        _ => to.good(format!("{id}: the ethics approval holds for {left} days")),
    }
    match settings.gate {
        Gate::Automatic => to.weak(
            format!("{id}: what has no doubtful finding is released without a person's vote"),
            "Say gate = \"one-person\" in study.toml, if that is not meant; every report names it.",
        ),
        Gate::OnePerson => to.good(format!("{id}: every release needs one steward's vote")),
        Gate::TwoPerson if settings.submitters.is_empty() => to.wrong(
            format!("{id}: every release needs two votes, and none can count: nobody knows who hands files in"),
            "Name them under [submitters.owners] or [submitters.folders] in study.toml; what is in already is then dropped again.",
        ),
        Gate::TwoPerson => to.good(format!("{id}: every release needs two stewards' votes")),
    }
}

fn stewards(to: &mut Findings, station: &Station, settings: &Study) {
    let id = &settings.id;
    let mut bad = 0_usize;
    for name in &settings.stewards {
        match fs::read_to_string(station.directories.steward(name)).ok().map(|it| Steward::from_text(&it)) {
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                bad = bad.saturating_add(1);
                to.fault(&format!("{id}: steward {name}"), &error);
            }
            None => {
                bad = bad.saturating_add(1);
                to.wrong(
                    format!("{id}: the public file of steward {name} can't be read"),
                    format!("Put {name}.steward.toml into {}.", station.directories.stewards.display()),
                );
            }
        }
    }
    match settings.stewards.len() {
        0 | 1 => to.weak(
            format!("{id}: one steward only; if that key is lost, so is the archive"),
            "Have a second person run `vouchsafe keys steward new`, and name them in study.toml.",
        ),
        count if bad == 0 => to.good(format!("{id}: {count} stewards, each with a public file")),
        _ => {}
    }
}

/// What analysts read, against the list of it.
fn released(to: &mut Findings, station: &Station, settings: &Study) {
    for profile in Profile::ALL {
        let (id, of) = (&settings.id, profile.name());
        match release::compare(&station.directories.release, id, profile) {
            Ok(it) if it.changed.is_empty() && it.missing.is_empty() => {
                if it.whole > 0 || profile == Profile::Team {
                    to.good(format!("{id}: {} released copies ({of}) are as their list says", it.whole));
                }
            }
            Ok(it) => to.wrong(
                format!(
                    "{id}: of the released copies ({of}) {} are changed and {} missing: {}",
                    it.changed.len(),
                    it.missing.len(),
                    it.changed.iter().chain(&it.missing).cloned().collect::<Vec<_>>().join(", ")
                ),
                "Ask who did it. `vouchsafe archive open` has each copy; put it back under its name.",
            ),
            Err(error) => to.fault(&format!("{id}: the list of released copies ({of})"), &error),
        }
    }
}

fn roster(to: &mut Findings, settings: &Study, credentials: &Credentials) -> Option<Roster> {
    let id = &settings.id;
    if !settings.roster.is_file() {
        to.wrong(
            format!("{id}: there is no roster"),
            format!("Bring it in with `vouchsafe roster import {id} FILE`."),
        );
        return None;
    }
    match open_roster(&credentials.roster, id, &settings.roster) {
        Ok(roster) => {
            let (people, warnings) = (roster.people().len(), roster.warnings().len());
            if warnings == 0 {
                to.good(format!("{id}: the roster opens, with {people} people"));
            } else {
                to.weak(
                    format!("{id}: the roster opens, with {people} people and {warnings} warnings"),
                    "Run `vouchsafe roster check FILE` on the file that it was made from.",
                );
            }
            Some(roster)
        }
        Err(error) => {
            to.fault(&format!("{id}: the roster"), &error);
            None
        }
    }
}

fn packs(to: &mut Findings, settings: &Study) -> Option<Vec<PackSource>> {
    let id = &settings.id;
    let mut packs = Vec::new();
    for pack in &settings.packs {
        match pack {
            PackRef::BuiltIn(name) => {
                if let Some(it) = PackSource::built_in(name) {
                    packs.push(it);
                } else {
                    let failure = no_pack(name);
                    to.wrong(format!("{id}: {} ({})", failure.what, failure.code), failure.remedy);
                }
            }
            PackRef::Directory(path) => match PackSource::from_directory(path) {
                Ok(it) => packs.push(it),
                Err(error) => to.fault(&format!("{id}: a rule pack"), &error),
            },
        }
    }
    if packs.len() < settings.packs.len() {
        return None;
    }
    match Engine::compile(&packs, &settings.languages) {
        Ok(engine) => {
            let digest: String = engine.digest().to_string().chars().take(12).collect();
            to.good(format!("{id}: {} rule packs hold all their examples; digest {digest}…", packs.len()));
            Some(packs)
        }
        Err(error) => {
            to.fault(&format!("{id}: the rule packs"), &error);
            None
        }
    }
}

/// The name finder's files, if they are those that were pinned. Whether it can be used, the worker says.
fn finder(to: &mut Findings, settings: &Study) -> Option<Chosen> {
    let id = &settings.id;
    match Chosen::read(&settings.names.finder) {
        Ok(it) => {
            match &it {
                Chosen::Embedded => {}
                Chosen::Off => to.weak(
                    format!("{id}: names that no rule, list or roster knows are not looked for"),
                    "Say finder = \"embedded\" under [names] in study.toml, if that is not meant.",
                ),
                Chosen::Own(it) => {
                    let digest: String = it.digest().to_string().chars().take(12).collect();
                    to.good(format!(
                        "{id}: the name finder is {}, as it was pinned; digest {digest}…",
                        it.pins().name
                    ));
                }
            }
            Some(it)
        }
        Err(error) => {
            to.fault(&format!("{id}: the name finder"), &error);
            None
        }
    }
}

/// Has the worker read one line.
fn worker(to: &mut Findings, settings: &Study, roster: &Roster, packs: Vec<PackSource>, finder: Chosen) {
    let id = &settings.id;
    let binary: PathBuf = match own_binary() {
        Ok(it) => it,
        Err(failure) => return to.wrong(failure.what, failure.remedy),
    };
    let setup = Setup {
        packs,
        aliases: roster.alias_table(),
        languages: settings.languages.clone(),
        bars: settings.names.bars,
        finder,
    };
    let hint = Hint::of("txt".to_owned(), ItemKind::Transcript);
    let mut worker = Worker::new(binary, Leash::default());
    let trial = Sensitive::new(TRIAL.to_vec());
    let read = worker.read(&setup, JobId::from_bytes([0; 16]), trial, &hint, &Participants::default());
    worker.stop();
    match read {
        Ok(_) => to.good(format!("{id}: a worker starts, and reads")),
        Err(error) => to.fault(&format!("{id}: the worker"), &error),
    }
}
