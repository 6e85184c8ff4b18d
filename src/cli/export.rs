//! `vouchsafe export`: released copies for analysts' programs. Reads the list, checks every copy, writes files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    args::Export,
    config::unread,
    screen::{Failure, Screen},
};
use crate::{
    durable,
    export::{Copy, Kind, captions, document, project, table, text},
    release, secret,
};

/// How many names a message lists.
const MAX_NAMED: usize = 5;

pub(super) fn run(screen: &Screen, command: &Export) -> Result<ExitCode, Failure> {
    let all = checked(&command.releases)?;
    let listed = all.len();
    let wanted = |name: &str| command.only.as_ref().is_none_or(|glob| fits(glob, name));
    let copies: Vec<_> = all.into_iter().filter(|it| wanted(&it.0.name)).collect();
    let passed_over = listed.saturating_sub(copies.len());
    if copies.is_empty() {
        return Err(Failure::new(
            "CL-28",
            format!("of {listed} released copies none is to be exported"),
            "Name the directory that has index.csv; in --only, `*` is anything: '*_W2_*'.",
        ));
    }
    let copies = copies.iter().map(|(row, bytes)| Copy::read(row, bytes)).collect::<Result<Vec<_>, _>>()?;
    let plan = plan(&copies, &command.kinds);
    durable::make_dir(&command.to)?;
    apart(&command.releases, &command.to)?;
    if !command.force {
        refuse_what_is_there(&command.to, &plan)?;
    }
    let mut written: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, name, copy) in &plan {
        let bytes = match (kind, copy) {
            (Kind::Text, Some(it)) => text::write(it).into_bytes(),
            (Kind::Document, Some(it)) => document::write(it),
            (Kind::Table, Some(it)) => table::write(it),
            (Kind::Captions, Some(it)) => captions::write(it).unwrap_or_default().into_bytes(),
            (Kind::Project, _) | (_, None) => project::write(&copies, &mut || secret::random::<16>().ok())?,
        };
        let put = if command.force { durable::write_over } else { durable::write_new };
        put(&command.to, name, &bytes)?;
        let count = written.entry(*kind).or_default();
        *count = count.saturating_add(1);
    }
    let untimed = copies.iter().filter(|it| !it.is_timed()).count();
    let untimed = if command.kinds.contains(&Kind::Captions) { untimed } else { 0 };
    tell(screen, command, copies.len(), &written, passed_over, untimed);
    Ok(ExitCode::SUCCESS)
}

fn tell(
    screen: &Screen,
    command: &Export,
    copies: usize,
    written: &BTreeMap<Kind, usize>,
    passed_over: usize,
    untimed: usize,
) {
    if screen.is_json() {
        let written: BTreeMap<_, _> = written.iter().map(|(kind, n)| (kind.extension(), n)).collect();
        screen.value(&serde_json::json!({
            "to": command.to, "copies": copies, "written": written,
            "passed_over": { "only": passed_over, "untimed": untimed },
        }));
        return;
    }
    let counts: Vec<_> = written.iter().map(|(kind, n)| format!("{n} {}", kind.extension())).collect();
    screen.line(&format!(
        "{copies} released copies are as their list says; in {}: {}.",
        command.to.display(),
        counts.join(", ")
    ));
    if passed_over > 0 {
        screen.line(&format!("{passed_over} others do not fit --only and are passed over."));
    }
    if untimed > 0 {
        screen.line(&format!("{untimed} have no times: there is no vtt of them."));
    }
}

/// The copies of a directory, each with the digest that its list says.
fn checked(dir: &Path) -> Result<Vec<(release::Row, Vec<u8>)>, Failure> {
    if !dir.is_dir() {
        return Err(unread(dir, &std::io::ErrorKind::NotADirectory.into()));
    }
    match release::copies_in(dir) {
        Err(release::Error::OtherBytes) => {
            let compared = release::compare_in(dir)?;
            let wrong: Vec<_> =
                compared.changed.iter().chain(&compared.missing).map(String::as_str).collect();
            Err(Failure::new(
                "CL-29",
                format!("released copies are not as index.csv says: {}", named(&wrong)),
                "Ask for the copies anew; at the station, `vouchsafe doctor` tells changed ones from missing ones.",
            ))
        }
        other => Ok(other?),
    }
}

/// What is to be written, under which name, of which copy; the project is of all.
fn plan<'c>(copies: &'c [Copy], kinds: &[Kind]) -> Vec<(Kind, String, Option<&'c Copy>)> {
    let mut plan = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|it| kinds.contains(it)) {
        let name = |stem: &str| format!("{stem}.{}", kind.extension());
        if kind == Kind::Project {
            let study = copies.first().map_or("", |it| it.row.study.as_str());
            plan.push((kind, name(study), None));
            continue;
        }
        let of = copies.iter().filter(|it| kind != Kind::Captions || it.is_timed());
        plan.extend(of.map(|it| (kind, name(it.name()), Some(it))));
    }
    plan
}

/// What analysts make of copies does not go where the copies lie.
fn apart(releases: &Path, to: &Path) -> Result<(), Failure> {
    let real = |it: &Path| it.canonicalize().map_err(|error| unread(it, &error));
    let (releases, real_to) = (real(releases)?, real(to)?);
    if real_to.starts_with(&releases) {
        return Err(Failure::new(
            "CL-30",
            format!("{} lies where the released copies do", to.display()),
            "Name another directory with --to: nothing may stand beside what was released.",
        ));
    }
    Ok(())
}

fn refuse_what_is_there(to: &Path, plan: &[(Kind, String, Option<&Copy>)]) -> Result<(), Failure> {
    let there: Vec<_> =
        plan.iter().map(|it| it.1.as_str()).filter(|it| PathBuf::from(to).join(it).exists()).collect();
    if there.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        "CL-31",
        format!("{} has {} of these files already: {}", to.display(), there.len(), named(&there)),
        "Name another directory, or replace them with --force. Nothing was written.",
    ))
}

fn named(names: &[&str]) -> String {
    let some = names.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MAX_NAMED);
    if more == 0 { some } else { format!("{some} and {more} more") }
}

/// Whether a name fits: `*` is any run of characters, `?` one.
fn fits(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut g, mut n, mut star) = (0_usize, 0_usize, None);
    while let Some(here) = name.get(n) {
        match glob.get(g) {
            Some('*') => {
                star = Some((g, n));
                g = g.saturating_add(1);
            }
            Some(it) if *it == '?' || it == here => {
                g = g.saturating_add(1);
                n = n.saturating_add(1);
            }
            _ => {
                let Some((at, from)) = star else { return false };
                let from = from.saturating_add(1);
                star = Some((at, from));
                (g, n) = (at.saturating_add(1), from);
            }
        }
    }
    glob.get(g..).is_none_or(|rest| rest.iter().all(|it| *it == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_whole_names() {
        for (glob, name, want) in [
            ("*", "a_W2_b.txt", true),
            ("*_W2_*", "a_W2_b.txt", true),
            ("*_W2_*", "a_W3_b.txt", false),
            ("?_W*.txt", "a_W2_b.txt", true),
            ("a", "ab", false),
            ("*a*b", "aab", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(glob, name), want, "{glob} {name}");
        }
    }
}
