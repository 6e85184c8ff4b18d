//! Reads annotated texts in each format, and tells by file and line what is wrong with them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::super::{args::Eval, screen::Failure};
use crate::{
    eval::{Gold, brat, classes::Classes, conll, error::ReadError, tab::Judgment},
    fault::Fault as _,
};

pub(super) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|_| {
        Failure::new(
            "CL-04",
            format!("{} can't be read as text", path.display()),
            "Check the path, the rights, and that the file is UTF-8.",
        )
    })
}

pub(super) fn no_gold(path: &Path, line: usize) -> Failure {
    Failure::new(
        "CL-15",
        format!("line {line} of {} is not as the format says", path.display()),
        "docs/evaluation.md shows the formats; --format tab is for judgments of the Text Anonymization Benchmark.",
    )
}

fn wrong(path: &Path, error: &ReadError) -> Failure {
    Failure::new(error.code(), format!("{}: {error}", path.display()), error.remedy())
}

pub(in super::super) fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = read(path)?;
    let rows = (1..).zip(text.lines()).filter(|(_, it)| !it.trim().is_empty());
    rows.map(|(n, it)| serde_json::from_str(it).map_err(|_| no_gold(path, n))).collect()
}

/// Texts a line, of which every mark can be scored.
pub(super) fn texts(path: &Path) -> Result<Vec<Gold>, Failure> {
    let text = read(path)?;
    let (mut ids, mut gold) = (BTreeSet::new(), Vec::new());
    for (line, it) in (1..).zip(text.lines()).filter(|(_, it)| !it.trim().is_empty()) {
        let it: Gold = serde_json::from_str(it).map_err(|_| no_gold(path, line))?;
        if !it.is_sound() {
            return Err(wrong(path, &ReadError::Mark(line)));
        }
        if !ids.insert(it.id.clone()) {
            return Err(wrong(path, &ReadError::Twice(line)));
        }
        gold.push(it);
    }
    if gold.is_empty() { Err(wrong(path, &ReadError::Nothing)) } else { Ok(gold) }
}

pub(super) fn judgments(path: &Path) -> Result<Vec<Judgment>, Failure> {
    serde_json::from_str(&read(path)?).map_err(|it| no_gold(path, it.line()))
}

fn classes(command: &Eval) -> Classes {
    let types = &command.types;
    Classes::new(&types.direct, &types.quasi, &types.ignore)
}

pub(super) fn columns(command: &Eval) -> Result<Vec<Gold>, Failure> {
    conll::read(&read(&command.gold)?, &classes(command)).map_err(|it| wrong(&command.gold, &it))
}

/// A folder of standoff, or one file of it. The first folder below the one that is named is the texts' style.
pub(super) fn standoff(command: &Eval) -> Result<Vec<Gold>, Failure> {
    let root = &command.gold;
    let files = if root.is_dir() { annotations(root)? } else { vec![root.with_extension("ann")] };
    if files.is_empty() {
        return Err(wrong(root, &ReadError::Nothing));
    }
    let classes = classes(command);
    let mut gold = Vec::new();
    let mut unsorted: Option<(PathBuf, Vec<(String, usize)>)> = None;
    for file in files {
        let below = file.strip_prefix(root).ok().filter(|it| it.components().count() > 0).unwrap_or(&file);
        let id = if root.is_dir() {
            below.with_extension("").to_string_lossy().into_owned()
        } else {
            file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
        };
        let mut folders = below.parent().into_iter().flat_map(Path::components);
        let style =
            folders.next().filter(|_| root.is_dir()).map(|it| it.as_os_str().to_string_lossy().into_owned());
        let (text, standoff) = (read(&file.with_extension("txt"))?, read(&file)?);
        match brat::read(id, style.unwrap_or_default(), text, &standoff, &classes) {
            Ok(it) => gold.push(it),
            Err(ReadError::Types(types)) => {
                let known = &mut unsorted.get_or_insert((file, Vec::new())).1;
                for it in types {
                    if !known.iter().any(|known| known.0 == it.0) {
                        known.push(it);
                    }
                }
            }
            Err(error) => return Err(wrong(&file, &error)),
        }
    }
    match unsorted {
        Some((file, types)) => Err(wrong(&file, &ReadError::Types(types))),
        None => Ok(gold),
    }
}

/// All `.ann` files below a folder, in order of their names.
fn annotations(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unread = |path: &Path, error: &std::io::Error| super::super::config::unread(path, error);
    let (mut todo, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).map_err(|it| unread(&dir, &it))? {
            let entry = entry.map_err(|it| unread(&dir, &it))?;
            let path = entry.path();
            // Folders are not followed by links: one that leads to itself would never end.
            if entry.file_type().is_ok_and(|it| it.is_dir()) {
                todo.push(path);
            } else if path.extension().is_some_and(|it| it == "ann") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
