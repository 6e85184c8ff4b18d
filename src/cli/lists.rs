//! `vouchsafe lists`: makes lists for rule packs of tables that people keep, and shows what is in one.

use std::{fs, io::Write as _, path::Path, process::ExitCode};

use super::{
    args,
    config::unread,
    screen::{Failure, Screen},
};
use crate::{
    durable,
    rules::{Imported, Shown, import_ladders, import_weights, show_list},
};

/// The most bytes of a table or list that is read.
const MAX_TABLE_BYTES: u64 = 64 * 1024 * 1024;

/// Everybody may read a list: it goes into a pack, and packs are shared.
const LIST_MODE: u32 = 0o644;

pub(super) fn run(screen: &Screen, command: args::Lists) -> Result<ExitCode, Failure> {
    match command {
        args::Lists::Import { what: args::Import::Csv(it) } => import(screen, &it),
        args::Lists::Show { file, grep, min } => show(screen, &file, grep.as_deref(), min),
    }
}

fn import(screen: &Screen, what: &args::ImportCsv) -> Result<ExitCode, Failure> {
    let csv = read(&what.table)?;
    let ending = if what.ladder { "csv" } else { "fst" };
    let Some(name) = what.out.file_name().and_then(|it| it.to_str()).filter(|it| {
        it.strip_suffix(ending).is_some_and(|it| it.ends_with('.') && is_list_name(it.trim_end_matches('.')))
    }) else {
        return Err(Failure::new(
            "CL-25",
            format!("{} is no name for this list", what.out.display()),
            format!("End it in .{ending}; before that use lower-case letters, digits and hyphens."),
        ));
    };
    let make = if what.ladder { import_ladders } else { import_weights };
    let Imported { bytes, terms, repeated } = make(&csv, &what.source, &what.licence)?;
    let folder = what.out.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = durable::Draft::create(folder)?;
    draft.set_mode(LIST_MODE)?;
    draft.write_all(&bytes).map_err(|it| unread(&what.out, &it))?;
    draft.persist_over(name)?;
    if screen.is_json() {
        screen.value(&serde_json::json!({ "terms": terms, "repeated": repeated, "bytes": bytes.len() }));
    } else {
        let again = if repeated > 0 { format!("; {repeated} lines named one again") } else { String::new() };
        screen.line(&format!("{}: {terms} terms, {} bytes{again}.", what.out.display(), bytes.len()));
        screen.line("A pack takes it once PACK.toml names its digest: `vouchsafe rules digests PACK` prints the table.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(screen: &Screen, file: &Path, grep: Option<&str>, min: u64) -> Result<ExitCode, Failure> {
    let name = file.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let (head, all) = show_list(name, read(file)?)?;
    let wanted = grep.unwrap_or_default().to_lowercase();
    let is_wanted =
        |it: &&Shown| it.term.to_lowercase().contains(&wanted) && it.weight.is_none_or(|it| it >= min);
    let shown: Vec<_> = all.iter().filter(is_wanted).collect();
    let code = ExitCode::from(u8::from(shown.is_empty()));
    if screen.is_json() {
        let terms: Vec<_> = shown
            .iter()
            .map(|it| serde_json::json!({ "term": it.term, "weight": it.weight, "ladder": it.ladder }))
            .collect();
        screen.value(&serde_json::json!({ "head": head, "all": all.len(), "terms": terms }));
        return Ok(code);
    }
    screen.line(&head);
    for it in &shown {
        let weight = it.weight.map(|it| it.to_string());
        let after: Vec<_> = weight.iter().chain(&it.ladder).map(String::as_str).collect();
        screen.line(&[&[it.term.as_str()], after.as_slice()].concat().join(","));
    }
    screen.line(&format!("# {} of {} terms", shown.len(), all.len()));
    Ok(code)
}

fn is_list_name(stem: &str) -> bool {
    !stem.is_empty() && stem.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let kind = |it: std::io::Error| unread(file, &it);
    if fs::metadata(file).map_err(kind)?.len() > MAX_TABLE_BYTES {
        return Err(unread(file, &std::io::ErrorKind::FileTooLarge.into()));
    }
    fs::read(file).map_err(kind)
}
