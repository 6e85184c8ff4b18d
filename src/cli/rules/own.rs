//! A study's own pack: makes one to begin with, and says in PACK.toml what its files are.

use std::{fs, path::Path, process::ExitCode};

use crate::{
    cli::screen::{Failure, Screen},
    durable,
    rules::{PackSource, is_pack_name, pack_digests},
};

/// The manifest's part that digests follow.
const FILES: &str = "[files]\n";

const RULES: &str = r#"schema = 1

[[rule]]
id         = "NAME.missed"
title      = "What fieldworkers told us was missed"
entity     = "ORG"
class      = "quasi"
status     = "stable"
since      = "2026.12"
lang       = ["any"]
why        = "People of this study talk about it, and few others do."
source     = "list NAME-missed"
list       = "NAME-missed"
confidence = 0.90
must_match     = [ { text = "we met at Example Ladle again", find = "Example Ladle" },
                   { text = "去咗Example Ladle食飯", find = "Example Ladle" } ]
must_not_match = [ { text = "an example of a ladle", because = "other words" } ]
"#;

const MISSED: &str =
    "# source: what fieldworkers told us was missed; licence: for this study only\nExample Ladle\n";

/// Makes the pack.
pub(super) fn make(screen: &Screen, pack: &Path) -> Result<ExitCode, Failure> {
    let name =
        pack.file_name().and_then(|it| it.to_str()).filter(|it| is_pack_name(it)).ok_or_else(|| {
            Failure::new(
                "CL-26",
                "a pack can't have that name",
                "Name the directory with 1 to 32 lower-case letters, digits and hyphens.",
            )
        })?;
    let manifest = format!(
        "schema = 1\nname = \"{name}\"\nversion = \"1\"\ntitle = \"Own rules\"\nlanguages = [\"any\"]\n\
         licence = \"for this study only\"\n\n{FILES}"
    );
    let files = [
        ("", "PACK.toml", manifest.as_str()),
        ("10-direct", "own.toml", "schema = 1\n"),
        ("50-quasi", "missed.toml", &RULES.replace("NAME", name)),
        ("lists", &format!("{name}-missed.txt"), MISSED),
    ];
    durable::make_dir(pack)?;
    for (folder, file, text) in files {
        let dir = pack.join(folder);
        durable::make_dir(&dir)?;
        durable::write_new(&dir, file, text.as_bytes())?;
    }
    write_digests(pack)?;
    screen.line(&format!("Made {}.", pack.display()));
    screen.line(&format!("1. Write what was missed into lists/{name}-missed.txt, a line each, or a rule into 10-direct/own.toml."));
    screen.line(&format!("2. vouchsafe rules digests --write {}", pack.display()));
    screen.line(&format!("3. vouchsafe rules test core en hk {}", pack.display()));
    screen.line(
        "4. Once: add its path to `packs` in study.toml, with a slash in it: \"./NAME\" beside study.toml.",
    );
    Ok(ExitCode::SUCCESS)
}

/// Prints the digests, or writes them.
pub(super) fn digests(screen: &Screen, pack: &Path, write: bool) -> Result<ExitCode, Failure> {
    let digests = pack_digests(&PackSource::from_directory(pack)?);
    if write {
        write_digests(pack)?;
        screen.line(&format!("PACK.toml names {} files as they are now.", digests.len()));
    } else if screen.is_json() {
        screen.value(&digests);
    } else {
        screen.line(FILES.trim_end());
        for (path, digest) in digests {
            screen.line(&format!("\"{path}\" = \"{digest}\""));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the table at the end of PACK.toml, in place of the one that stands there.
fn write_digests(pack: &Path) -> Result<(), Failure> {
    let digests = pack_digests(&PackSource::from_directory(pack)?);
    let manifest = fs::read_to_string(pack.join("PACK.toml")).map_err(durable::Error::from)?;
    let head = manifest.split_once(FILES.trim_end()).map_or(manifest.as_str(), |(head, _)| head);
    let table: Vec<_> = digests.iter().map(|(path, digest)| format!("\"{path}\" = \"{digest}\"\n")).collect();
    let table = table.concat();
    Ok(durable::write_over(pack, "PACK.toml", format!("{}\n\n{FILES}{table}", head.trim_end()).as_bytes())?)
}
