//! `vouchsafe audit`: checks, shows and proves what the log says. Reads only, so that it may run while the
//! daemon does; whoever has a copy of the log and its public key needs no station.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    args,
    config::unread,
    screen::{Colour, Failure, Screen, station},
};
use crate::{
    audit::{
        self,
        entry::{Actor, Entry},
        note::{LogKey, Origin},
        proof,
        show::Filter,
        verify::Report,
    },
    durable,
    keys::Credentials,
};

/// How many digits of an id a line shows: enough to name it again.
const SHORT: usize = 12;

pub(super) fn run(screen: &Screen, path: &Path, command: args::Audit) -> Result<ExitCode, Failure> {
    match command {
        args::Audit::Verify(log) => verify(screen, path, &log),
        args::Audit::Show { job, op, log } => {
            let (dir, key) = log_and_key(path, &log)?;
            let entries = audit::show::show(&dir, &key, Filter { op, ..Filter::default() })?;
            let wanted = |entry: &Entry| match (&job, entry.op().job()) {
                (None, _) => true,
                (Some(prefix), Some(job)) => prefix.fits(&job),
                (Some(_), None) => false,
            };
            let entries = entries
                .filter(|it| it.as_ref().map_or(true, |(_, entry)| wanted(entry)))
                .collect::<Result<Vec<_>, _>>()?;
            show(screen, &entries);
            Ok(ExitCode::SUCCESS)
        }
        args::Audit::Prove { index, out, log } => {
            let (dir, key) = log_and_key(path, &log)?;
            let proven = audit::show::prove(&dir, &key, index);
            if matches!(proven, Err(audit::Error::NoLeaf(_))) {
                return Err(no_entry(index));
            }
            let (entry, text) = proven?;
            prove(screen, index, &entry, &text, out.as_deref())
        }
        args::Audit::Check { entry, proof, key } => check(screen, &entry, &proof, &key),
        args::Audit::Key => {
            let key = own_key(path)?;
            if screen.is_json() {
                screen.value(&serde_json::json!({ "key": key.to_string(), "origin": key.origin() }));
            } else {
                screen.line(&key.to_string());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn no_entry(index: u64) -> Failure {
    Failure::new(
        "CL-01",
        format!("the log has no entry {index}"),
        "`vouchsafe audit show` prints the entries with their indices.",
    )
}

/// Where the log lies, and its public key.
fn log_and_key(path: &Path, log: &args::AuditLog) -> Result<(PathBuf, LogKey), Failure> {
    let key = log.key.as_deref().map(given_key).transpose()?;
    match (&log.log, key) {
        (Some(dir), Some(key)) => Ok((dir.clone(), key)),
        (Some(_), None) => Err(no_key()),
        (None, Some(key)) => Ok((station(path)?.directories.log, key)),
        (None, None) => Ok((station(path)?.directories.log, own_key(path)?)),
    }
}

/// A key as text, or a file that holds it.
fn given_key(text: &str) -> Result<LogKey, Failure> {
    let from_file = match text.parse() {
        Ok(key) => return Ok(key),
        Err(_) => fs::read_to_string(text).ok(),
    };
    from_file.and_then(|it| it.trim().parse().ok()).ok_or_else(|| {
        Failure::new(
            "CL-09",
            "what was given as the log's key is neither a key nor a file with one",
            "Give the whole line that `vouchsafe audit key` prints at the station, in single quotes.",
        )
    })
}

/// The key of the station's own log, from its credentials.
fn own_key(path: &Path) -> Result<LogKey, Failure> {
    let station = station(path)?;
    let credentials = Credentials::load(&station.directories.credentials).map_err(|_| no_key())?;
    let origin = Origin::of_station(&station.id).map_err(audit::Error::from)?;
    Ok(LogKey::new(&origin, credentials.log.verifying_key()))
}

fn no_key() -> Failure {
    Failure::new(
        "CL-08",
        "the log's public key is not known here",
        "Run this as the station's user, or give `--key` with the line that `vouchsafe audit key` prints there.",
    )
}

fn verify(screen: &Screen, path: &Path, log: &args::AuditLog) -> Result<ExitCode, Failure> {
    let (dir, key) = log_and_key(path, log)?;
    if !dir.is_dir() {
        return Err(Failure::new(
            "CL-04",
            format!("{} is no directory", dir.display()),
            "Correct the path of the log's directory.",
        ));
    }
    let report = audit::verify::verify(&dir, &key)?;
    let code = ExitCode::from(u8::from(!report.is_whole()));
    if screen.is_json() {
        let damage: Vec<_> = report
            .damage
            .iter()
            .map(|it| {
                serde_json::json!({
                    "file": it.file, "byte": it.offset, "entry": it.leaf, "what": it.to_string(),
                })
            })
            .collect();
        screen.value(&serde_json::json!({
            "log": key.origin(),
            "whole": report.is_whole(),
            "entries": report.size,
            "unreadable": report.unreadable,
            "leftovers": report.leftovers,
            "cosignatures_unchecked": report.cosignatures,
            "witnessed": false,
            "damage": damage,
        }));
        return Ok(code);
    }
    if report.is_whole() {
        let text =
            format!("The log {} is whole: {} entries, each as it was signed.", key.origin(), report.size);
        screen.line(&screen.paint(Colour::Green, &text));
    } else {
        let text = format!("The log {} is DAMAGED:", key.origin());
        screen.line(&screen.paint(Colour::Red, &text));
        for it in &report.damage {
            screen.line(&format!("  {it}"));
        }
        screen.line(
            "Keep this copy as it is, find out who or what changed it, and restore the log from a replica.",
        );
        screen.line("Never start a new log in its place.");
    }
    remarks(screen, &report);
    Ok(code)
}

fn remarks(screen: &Screen, report: &Report) {
    if report.unreadable > 0 {
        screen.line(&format!(
            "{} entries were written by another version of vouchsafe; they are in the tree and can't be shown here.",
            report.unreadable
        ));
    }
    if report.leftovers > 0 {
        screen.line(&format!(
            "{} files lie beyond the signed end, left by an append that was cut short. They are not part of the log.",
            report.leftovers
        ));
    }
    let others = match report.cosignatures {
        0 => "nobody outside the station has signed it".to_owned(),
        n => format!(
            "{n} signatures of others stand under it, and no witness's key is known here to check them"
        ),
    };
    screen.line(&format!(
        "{}: {others}. Whoever holds the station's key could have written the whole log anew.",
        screen.paint(Colour::Yellow, "Not witnessed")
    ));
}

fn show(screen: &Screen, entries: &[(u64, Entry)]) {
    if screen.is_json() {
        let all: Vec<_> =
            entries.iter().map(|(n, it)| serde_json::json!({ "index": n, "entry": it })).collect();
        screen.value(&all);
        return;
    }
    if entries.is_empty() {
        screen.line("No such entries.");
        return;
    }
    let rows: Vec<_> = entries.iter().map(|(n, it)| row(*n, it)).collect();
    screen.table(&["INDEX", "TIME (UTC)", "WHAT", "WHO", "ITEM", "OBJECTS"], &rows);
}

fn row(index: u64, entry: &Entry) -> Vec<String> {
    let short = |id: String| id.chars().take(SHORT).collect::<String>();
    let who = match entry.actor() {
        Actor::Daemon => "daemon".to_owned(),
        Actor::Person(handle) => format!("person {}", short(handle.to_string())),
    };
    let objects: Vec<_> = entry.op().objects().iter().map(|it| short(it.to_string())).collect();
    vec![
        index.to_string(),
        entry.at().to_string(),
        entry.op().name().to_owned(),
        who,
        entry.op().job().map_or_else(|| "-".to_owned(), |it| short(it.to_string())),
        if objects.is_empty() { "-".to_owned() } else { objects.join(" ") },
    ]
}

fn prove(
    screen: &Screen,
    index: u64,
    entry: &[u8],
    text: &str,
    out: Option<&Path>,
) -> Result<ExitCode, Failure> {
    if let Some(dir) = out {
        if !dir.is_dir() {
            durable::make_dir(dir)?;
        }
        durable::write_new(dir, &format!("{index}.json"), entry)?;
        durable::write_new(dir, &format!("{index}.tlog-proof"), text.as_bytes())?;
        if screen.is_json() {
            screen.value(&serde_json::json!({ "index": index, "directory": dir }));
        } else {
            screen.line(&format!("Wrote {index}.json and {index}.tlog-proof into {}.", dir.display()));
            how_to_check(screen, index);
        }
    } else if screen.is_json() {
        screen.value(&serde_json::json!({
            "index": index, "entry": String::from_utf8_lossy(entry), "proof": text,
        }));
    } else {
        screen.line(&String::from_utf8_lossy(entry));
        screen.line("");
        screen.line(text.trim_end_matches('\n'));
        screen.line("");
        how_to_check(screen, index);
    }
    Ok(ExitCode::SUCCESS)
}

fn how_to_check(screen: &Screen, index: u64) {
    screen.line(&format!(
        "To check it anywhere: write both with `audit prove {index} --out DIR`, then\n  \
         vouchsafe audit check DIR/{index}.json DIR/{index}.tlog-proof --key '<the log's public key>'\n\
         With another program: the proof is a C2SP tlog-proof over an RFC 6962 tree. The leaf is SHA-256 of a\n\
         zero byte and the bytes of the entry; the last part is a signed note by the log's Ed25519 key."
    ));
}

fn check(screen: &Screen, entry: &Path, text: &Path, key: &str) -> Result<ExitCode, Failure> {
    let key = given_key(key)?;
    let read = |path: &Path| fs::read(path).map_err(|error| unread(path, &error));
    let (entry, text) = (read(entry)?, read(text)?);
    let proven = proof::verify(&entry, &text, &key);
    if screen.is_json() {
        let why = proven.as_ref().err().map(ToString::to_string);
        let (leaf, size) = proven.as_ref().map_or((None, None), |it| (Some(it.leaf), Some(it.size)));
        screen.value(&serde_json::json!({
            "holds": proven.is_ok(), "index": leaf, "entries": size, "why_not": why, "witnessed": false,
        }));
    } else {
        match &proven {
            Ok(it) => {
                let text =
                    format!("The proof holds: this is entry {} of {} in {}.", it.leaf, it.size, key.origin());
                screen.line(&screen.paint(Colour::Green, &text));
                screen.line("Not witnessed: the proof rests on the log's own signature.");
            }
            Err(error) => {
                screen.line(&screen.paint(Colour::Red, &format!("The proof does NOT hold: {error}.")));
                screen.line("Ask for both files again; compare the key with the one that a person gave you.");
            }
        }
    }
    Ok(ExitCode::from(u8::from(proven.is_err())))
}
