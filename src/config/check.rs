//! From settings as written to settings as checked. Reads files and looks at directories; makes none.

mod columns;
mod population;
mod source;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Component, Path, PathBuf},
    time::Duration,
};

use self::source::Source;
use super::{
    Action, Bars, Detail, Directories, Finder, Gate, Language, Limits, Names, Note, PackRef, Pattern,
    STUDY_FILE, StaffId, Station, Study, Submitters, Timing,
    error::{Error, FileRole},
    pattern,
    written::{
        DetailTable, DirectoriesTable, LimitsTable, NamesTable, StationFile, StudyFile, SubmittersTable,
        Text, TimingTable,
    },
};
use crate::{clock::Date, entity::EntityType, id::StudyId, item::Profile, transcript::MAX_TRANSCRIPT_BYTES};

/// The most bytes that one sealed object may hold.
const MAX_OBJECT_BYTES: u64 = 64 * 1024 * 1024 * 1024;

const DURATION: &str = "a duration such as \"30s\", \"10min\", \"24h\" or \"30d\"";
const FINDER: &str = "\"embedded\", \"off\" or a folder with a slash in it, such as \"./models/NAME\"";
const SIZE: &str = "a size such as \"64KiB\", \"32MiB\" or \"16GiB\", within the limits of the archive";

pub(super) fn station(file: &Path) -> Result<Station, Error> {
    let (source, written): (Source, StationFile) = Source::read(file, FileRole::Station)?;
    let StationFile { station, directories, timing, limits } = written;
    let id =
        source.check("station.id", &station.id, "lower-case letters, digits, hyphens and dots", |text| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
            let fits = (1..=64).contains(&text.len())
                && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.bytes().all(plain);
            fits.then(|| text.to_owned())
        })?;
    let mut notes = Vec::new();
    let directories = self::directories(&source, file, &directories, &mut notes)?;
    let studies = studies(&directories.studies)?;
    if studies.values().any(|it| it.gate == Gate::Automatic) {
        notes.push(Note::AutomaticGate);
    }
    if studies.values().any(|it| it.stewards.len() == 1) {
        notes.push(Note::OneSteward);
    }
    if studies.values().any(|it| it.gate == Gate::TwoPerson && it.submitters.is_empty()) {
        notes.push(Note::NoSubmitters);
    }
    Ok(Station {
        id,
        directories,
        timing: self::timing(&source, &timing)?,
        limits: self::limits(&source, &limits)?,
        require_witness: station.require_witness,
        studies,
        notes,
    })
}

fn timing(source: &Source, written: &TimingTable) -> Result<Timing, Error> {
    let one = |key: &str, text: Option<&Text>, default: u64| match text {
        None => Ok(Duration::from_secs(default)),
        Some(text) => source.check(key, text, DURATION, duration),
    };
    Ok(Timing {
        settle: one("timing.settle", written.settle.as_ref(), 3)?,
        media_settle: one("timing.media_settle", written.media_settle.as_ref(), 600)?,
        rescan: one("timing.rescan", written.rescan.as_ref(), 30)?,
        sidecar_grace: one("timing.sidecar_grace", written.sidecar_grace.as_ref(), 3600)?,
        receipt_keep: one("timing.receipt_keep", written.receipt_keep.as_ref(), 30 * 86_400)?,
    })
}

fn limits(source: &Source, written: &LimitsTable) -> Result<Limits, Error> {
    let one = |key: &str, text: Option<&Text>, default: u64, most: u64| match text {
        None => Ok(default),
        Some(text) => source.check(key, text, SIZE, |it| size(it).filter(|bytes| (1..=most).contains(bytes))),
    };
    let transcript = u64::try_from(MAX_TRANSCRIPT_BYTES).unwrap_or(u64::MAX);
    let workers = match &written.workers {
        None => 2,
        Some(number) => source.number("limits.workers", number, 1, 64, "a number of processes, 1 to 64")?,
    };
    Ok(Limits {
        transcript_bytes: one("limits.transcript", written.transcript.as_ref(), transcript, transcript)?,
        recording_bytes: one(
            "limits.recording",
            written.recording.as_ref(),
            MAX_OBJECT_BYTES / 2,
            MAX_OBJECT_BYTES,
        )?,
        free_bytes: one("limits.keep_free", written.keep_free.as_ref(), 512 * 1024 * 1024, u64::MAX)?,
        workers: usize::try_from(workers).unwrap_or(1),
    })
}

fn directories(
    source: &Source,
    file: &Path,
    written: &DirectoriesTable,
    notes: &mut Vec<Note>,
) -> Result<Directories, Error> {
    let beside = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = written.root.as_ref().map_or(beside.to_owned(), |it| beside.join(it.get_ref()));
    let root = resolve("directories.root", &root)?;
    let place = |key, text: Option<&Text>, parent: &Path, default: &str| {
        if let Some(text) = text {
            source.check(key, text, "a path", |it| (!it.is_empty() && !it.contains('\0')).then_some(()))?;
        }
        let path = text.map_or_else(|| parent.join(default), |it| root.join(it.get_ref()));
        resolve(key, &path)
    };
    let station = place("directories.station", written.station.as_ref(), &root, "station")?;
    let review = place("directories.review", written.review.as_ref(), &root, "review")?;
    let directories = Directories {
        intake: place("directories.intake", written.intake.as_ref(), &root, "intake")?,
        studies: place("directories.studies", written.studies.as_ref(), &root, "studies")?,
        stewards: place("directories.stewards", written.stewards.as_ref(), &root, "stewards")?,
        claimed: place("directories.claimed", written.claimed.as_ref(), &station, "claimed")?,
        outbox: place("directories.outbox", written.outbox.as_ref(), &station, "outbox")?,
        objects: place("directories.objects", written.objects.as_ref(), &station, "objects")?,
        keystore: place("directories.keystore", written.keystore.as_ref(), &station, "keystore")?,
        log: place("directories.log", written.log.as_ref(), &station, "log")?,
        review_out: review.join("out"),
        review_in: review.join("in"),
        release: place("directories.release", written.release.as_ref(), &root, "release")?,
        credentials: place("directories.credentials", written.credentials.as_ref(), &root, "credentials")?,
        station,
        root,
    };
    apart(&directories)?;
    if let (Ok(intake), Ok(claimed)) = (fs::metadata(&directories.intake), fs::metadata(&directories.claimed))
        && intake.dev() != claimed.dev()
    {
        notes.push(Note::IntakeIsCopied);
    }
    Ok(directories)
}

/// What lies inside what: everything in the root but credentials, and the daemon's own in `station`.
fn apart(directories: &Directories) -> Result<(), Error> {
    let all = directories.all();
    for (at, (one_key, one)) in all.iter().enumerate().skip(1) {
        if !one.starts_with(&directories.root) && *one_key != "directories.credentials" {
            return Err(Error::OutsideRoot { key: one_key });
        }
        if *one == directories.root || directories.root.starts_with(one) {
            return Err(Error::Overlap { one: "directories.root", other: one_key });
        }
        for (other_key, other) in all.iter().skip(at + 1) {
            let may_nest = |outer: &str, inner: &str| {
                outer == "directories.station"
                    && matches!(
                        inner,
                        "directories.claimed"
                            | "directories.outbox"
                            | "directories.objects"
                            | "directories.keystore"
                            | "directories.log"
                    )
            };
            let inside = other.starts_with(one) && !may_nest(one_key, other_key)
                || one.starts_with(other) && !may_nest(other_key, one_key);
            if one == other || inside {
                return Err(Error::Overlap { one: one_key, other: other_key });
            }
        }
    }
    Ok(())
}

/// The absolute path without symbolic links. What does not exist yet is taken as it is written.
fn resolve(key: &'static str, path: &Path) -> Result<PathBuf, Error> {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        match fs::canonicalize(existing) {
            Ok(mut found) => {
                found.extend(missing.into_iter().rev());
                return Ok(found);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // A dangling link, or `..` under a directory that is not there, can't be told apart later.
                let plain = matches!(existing.components().next_back(), Some(Component::Normal(_)));
                let dangling = fs::symlink_metadata(existing).is_ok();
                match (existing.parent(), existing.file_name()) {
                    (Some(parent), Some(name)) if plain && !dangling => {
                        missing.push(name);
                        existing = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                    }
                    _ => return Err(Error::Directory { key, kind: error.kind() }),
                }
            }
            Err(error) => return Err(Error::Directory { key, kind: error.kind() }),
        }
    }
}

fn studies(dir: &Path) -> Result<BTreeMap<StudyId, Study>, Error> {
    let unreadable =
        |error: std::io::Error| Error::Directory { key: "directories.studies", kind: error.kind() };
    let mut studies = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|it| it.starts_with('.')) || !entry.path().is_dir() {
            continue;
        }
        let id: StudyId = name.to_str().and_then(|it| it.parse().ok()).ok_or(Error::StudyFolder)?;
        studies.insert(id.clone(), study(&entry.path(), id)?);
    }
    if studies.is_empty() { Err(Error::NoStudy) } else { Ok(studies) }
}

fn study(dir: &Path, id: StudyId) -> Result<Study, Error> {
    let (source, written): (Source, StudyFile) =
        Source::read(&dir.join(STUDY_FILE), FileRole::Study(id.clone()))?;
    let StudyFile { study, ethics, actions, detail, columns, names, population, submitters } = written;
    let said: StudyId = source.parse("study.id", &study.id)?;
    if said != id {
        return Err(Error::StudyFolder);
    }
    let languages = source.list("study.languages", &study.languages, Language::from_name);
    let language_versions = match &study.language_versions {
        None => Vec::new(),
        Some(it) => source.list("study.language_versions", it, Language::from_name)?,
    };
    if language_versions.len() == 1 {
        let at = study.language_versions.as_ref().map_or(0, |it| it.span().start);
        return Err(source.value(
            "study.language_versions",
            at,
            "two languages at least, such as [\"en\", \"yue\"]",
        ));
    }
    let packs = source.list("study.packs", &study.packs, |text| {
        if text.contains('/') {
            return Some(PackRef::Directory(dir.join(text)));
        }
        let plain = !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        plain.then(|| PackRef::BuiltIn(text.to_owned()))
    });
    let gate = match &study.gate {
        None => Gate::OnePerson,
        Some(text) => source.check(
            "study.gate",
            text,
            "\"automatic\", \"one-person\" or \"two-person\"",
            |it| match it {
                "automatic" => Some(Gate::Automatic),
                "one-person" => Some(Gate::OnePerson),
                "two-person" => Some(Gate::TwoPerson),
                _ => None,
            },
        )?,
    };
    let profiles = match &study.profiles {
        None => Vec::new(),
        Some(it) => source
            .list("study.profiles", it, |text| Profile::from_name(text).filter(|it| *it != Profile::Team))?,
    };
    let file_pattern = study
        .file_pattern
        .as_ref()
        .map(|it| source.check("study.file_pattern", it, pattern::EXPECTED, Pattern::compile))
        .transpose()?;
    let ethics_approval =
        source.check("ethics.approval", &ethics.approval, "the approval's number", |text| {
            let fits = (1..=120).contains(&text.trim().len()) && !text.contains(char::is_control);
            fits.then(|| text.trim().to_owned())
        })?;
    let approval_until = date(ethics.approval_until.get_ref()).ok_or_else(|| {
        source.value("ethics.approval_until", ethics.approval_until.span().start, "a day such as 2029-12-31")
    })?;
    let waves = study.waves.iter().map(|it| source.parse("study.waves", it)).collect::<Result<_, _>>()?;
    Ok(Study {
        ethics_approval,
        approval_until,
        languages: languages?,
        language_versions,
        roster: dir.join(study.roster.get_ref()),
        packs: packs?,
        actions: self::actions(&source, &actions)?,
        detail: self::detail(&source, &detail)?,
        columns: columns::check(&source, &columns)?,
        names: self::names(&source, &names, dir)?,
        gate,
        profiles: profiles.into_iter().collect(),
        stewards: source.list("study.stewards", &study.stewards, |text| text.parse().ok())?,
        waves,
        file_pattern,
        population: population::check(&source, &population)?,
        submitters: self::submitters(&source, &submitters)?,
        id,
    })
}

fn actions(source: &Source, written: &BTreeMap<Text, Text>) -> Result<BTreeMap<EntityType, Action>, Error> {
    let mut actions: BTreeMap<_, _> =
        EntityType::ALL.iter().map(|it| (*it, Action::default_for(*it))).collect();
    for (name, text) in written {
        let entity: EntityType = source.key("actions", name, |it| it.parse().ok())?;
        let key = format!("actions.{}", entity.name());
        let action = source.check(&key, text, "an action that fits this entity type", |it| {
            let action = match it {
                "code" => Action::Code,
                "suppress" => Action::Suppress,
                "generalize" => Action::Generalize,
                "age-band" => Action::AgeBand,
                "year-only" => Action::YearOnly,
                "date-shift" => Action::DateShift,
                "surrogate" => Action::Surrogate,
                "keep" => Action::Keep,
                _ => return None,
            };
            action.fits(entity).then_some(action)
        })?;
        actions.insert(entity, action);
    }
    Ok(actions)
}

fn detail(source: &Source, written: &DetailTable) -> Result<Detail, Error> {
    let mut detail = Detail { keep_weekday: written.keep_weekday, ..Detail::default() };
    if let Some(number) = &written.rungs {
        let value = source.number("detail.rungs", number, 1, 8, "a number from 1 to 8")?;
        detail.rungs = u8::try_from(value).unwrap_or(detail.rungs);
    }
    if let Some(number) = &written.age_years {
        let value = source.number("detail.age_years", number, 5, 20, "5, 10 or 20")?;
        let fits = u8::try_from(value).ok().filter(|it| matches!(it, 5 | 10 | 20));
        detail.age_years =
            fits.ok_or_else(|| source.value("detail.age_years", number.span().start, "5, 10 or 20"))?;
    }
    Ok(detail)
}

fn names(source: &Source, written: &NamesTable, dir: &Path) -> Result<Names, Error> {
    let finder = match &written.finder {
        None => Finder::default(),
        Some(text) => source.check("names.finder", text, FINDER, |it| match it {
            "embedded" => Some(Finder::Embedded),
            "off" => Some(Finder::Off),
            folder if folder.contains('/') && !folder.contains('\0') => Some(Finder::Own(dir.join(folder))),
            _ => None,
        })?,
    };
    let mut bars = Bars::default();
    for (key, number, bar) in [
        ("names.certain", &written.certain, &mut bars.certain),
        ("names.probable", &written.probable, &mut bars.probable),
        ("names.quasi", &written.quasi, &mut bars.quasi),
        ("names.possible", &written.possible, &mut bars.possible),
    ] {
        if let Some(number) = number {
            let value = source.number(key, number, 1, 100, "a number from 1 to 100")?;
            *bar = u8::try_from(value).unwrap_or(*bar);
        }
    }
    if let Some(number) = &written.asked {
        let value = source.number("names.asked", number, 0, 1000, "a percentage from 0 to 1000")?;
        bars.asked = u16::try_from(value).unwrap_or(bars.asked);
    }
    if [bars.probable, bars.quasi].iter().any(|it| *it < bars.possible || *it > bars.certain) {
        let set = [&written.certain, &written.probable, &written.quasi, &written.possible];
        let at = set.into_iter().flatten().map(|it| it.span().start).min().unwrap_or_default();
        return Err(source.value("names", at, "possible ≤ probable ≤ certain, and quasi between them, too"));
    }
    Ok(Names { finder, bars })
}

fn submitters(source: &Source, written: &SubmittersTable) -> Result<Submitters, Error> {
    let mut submitters = Submitters::default();
    for (owner, person) in &written.owners {
        let owner = source.key("submitters.owners", owner, |it| it.parse().ok())?;
        submitters.owners.insert(owner, source.parse("submitters.owners", person)?);
    }
    for (folder, person) in &written.folders {
        let folder = source.key("submitters.folders", folder, |it| {
            // A group's folder and a person's must not be mistaken for each other.
            let person: StaffId = it.parse().ok()?;
            let clear = person.as_str().parse::<crate::id::GroupId>().is_err();
            clear.then(|| person.as_str().to_owned())
        })?;
        submitters.folders.insert(folder, source.parse("submitters.folders", person)?);
    }
    Ok(submitters)
}

fn date(written: &toml::value::Datetime) -> Option<Date> {
    if written.time.is_some() || written.offset.is_some() {
        return None;
    }
    let date = written.date?;
    Date::new(date.year, date.month, date.day)
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let seconds = match unit {
        "ms" => return (number > 0).then(|| Duration::from_millis(number)),
        "s" => 1,
        "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let duration = Duration::from_secs(number.checked_mul(seconds)?);
    (number > 0 && duration <= Duration::from_hours(24 * 3660)).then_some(duration)
}

fn size(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let bytes: u64 = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(bytes)
}

fn split(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, unit.trim_start()))
}
