//! `vouchsafe sample`: draws turns of released copies for two readers and records what they found. What people said
//! stands in the sheet alone; the station keeps numbers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::de::DeserializeOwned;

use super::{
    args::{DrawTurns, RecordSheets, ReportReading, Sample},
    config::unread,
    screen::{Colour, Failure, Screen, station, study_of},
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{Directories, Station},
    durable,
    fault::Fault as _,
    id::StudyId,
    release,
    residual::{
        Error,
        draw::{Draw, Plan, Size, draw},
        record::{Outcome, Record, record},
        report::report,
        sheet::{self, Reading},
        turns,
    },
    secret,
};

/// The most bytes of a sheet that is read.
const MAX_SHEET_BYTES: u64 = 64 * 1024 * 1024;

/// What the station keeps of a draw, by the ending of its name.
const DRAWN: &str = "draw.json";
const RECORDED: &str = "record.json";
const REPORT: &str = "report.md";

pub(super) fn run(screen: &Screen, path: &Path, command: Sample) -> Result<ExitCode, Failure> {
    let station = station(path)?;
    match command {
        Sample::Draw(it) => draw_turns(screen, &station, &it),
        Sample::Record(it) => record_sheets(screen, &station, &it),
        Sample::Report(it) => tell(screen, &station, &it),
    }
}

fn draw_turns(screen: &Screen, station: &Station, command: &DrawTurns) -> Result<ExitCode, Failure> {
    let study = &study_of(station, &command.study)?.id;
    let copies = release::copies(&station.directories.release, study, command.profile).map_err(changed)?;
    let mut all = Vec::new();
    for (row, bytes) in &copies {
        all.extend(turns(row, bytes)?);
    }
    let number = || secret::random::<8>().map(u64::from_be_bytes).map_err(|_| durable::Error::Random);
    let size = command.turns.map_or(Size::Words(whole(command.words)), |it| Size::Turns(whole(it)));
    let plan = Plan {
        study: study.clone(),
        profile: command.profile,
        size,
        by: command.by.iter().copied().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
        allocation: command.allocation(),
        // Short enough to be typed again, and for programs that know no whole numbers of 64 bits.
        seed: command.seed.map_or_else(|| number().map(|it| it >> 32), Ok)?,
        id: format!("{:08x}", number()? >> 32),
        at: SystemClock::new().now(),
    };
    let (draw, chosen) = draw(&all, &plan)?;
    let sheet = command.out.clone().unwrap_or_else(|| PathBuf::from(format!("reading-{}.csv", draw.id)));
    put(&sheet, &sheet::write(&draw, &chosen)?, false)?;
    let kept = serde_json::to_vec_pretty(&draw).map_err(|_| Error::Kept)?;
    if let Err(failure) = keep(&station.directories, study, &draw.id, DRAWN, &kept, false) {
        // A sheet of a draw that nobody knows can't be recorded.
        durable::unlink(&sheet)?;
        return Err(failure);
    }
    let words: usize = draw.turns.iter().map(|it| it.words.all()).sum();
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "draw": draw.id, "seed": draw.seed, "sheet": sheet, "turns": draw.turns.len(), "words": words,
            "of_turns": all.len(), "copies": draw.copies, "strata": draw.strata,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(&format!(
        "{}: {} turns of {}, {words} words, from {} copies. Seed {}.",
        sheet.display(),
        draw.turns.len(),
        all.len(),
        draw.copies,
        draw.seed
    ));
    let rows: Vec<_> = draw
        .strata
        .iter()
        .enumerate()
        .map(|(n, it)| {
            let drawn = draw.turns.iter().filter(|turn| turn.stratum == n).count();
            vec![it.name.clone(), it.turns.to_string(), it.words.all().to_string(), drawn.to_string()]
        })
        .collect();
    screen.table(&["STRATUM", "TURNS", "WORDS", "DRAWN"], &rows);
    screen.line(
        &screen.paint(Colour::Yellow, "The sheet holds what was said: keep it where the copies are kept."),
    );
    screen.line("Give each reader a copy; `vouchsafe sample record --help` says how it is filled in.");
    Ok(ExitCode::SUCCESS)
}

fn record_sheets(screen: &Screen, station: &Station, command: &RecordSheets) -> Result<ExitCode, Failure> {
    let mut reading = Reading::default();
    let mut of: Option<Draw> = None;
    for path in &command.sheets {
        let named = |it: Error| Failure::new(it.code(), format!("{}: {it}", path.display()), it.remedy());
        let sheet = read(path)?;
        let draw = match of.take() {
            Some(draw) => draw,
            None => drawn(station, &sheet::draw_of(&sheet).map_err(named)?)?,
        };
        reading.add(&sheet, &draw).map_err(named)?;
        of = Some(draw);
    }
    let draw = of.ok_or(Error::NothingRead)?;
    let record = record(&draw, &reading.turns(&draw), SystemClock::new().now())?;
    let bytes = serde_json::to_vec_pretty(&record).map_err(|_| Error::Kept)?;
    let keep =
        |ending, bytes: &[u8], over| keep(&station.directories, &draw.study, &draw.id, ending, bytes, over);
    let kept = keep(RECORDED, &bytes, command.replace)?;
    // It follows from the record, and is written again with it.
    let text = keep(REPORT, report(&draw, &record).as_bytes(), true)?;
    if screen.is_json() {
        screen.value(&serde_json::json!({ "record": record, "kept": kept, "report": text }));
        return Ok(ExitCode::SUCCESS);
    }
    summary(screen, &record);
    if !record.found.is_empty() {
        whereabouts(screen, station, &draw, &record);
    }
    screen.line("");
    screen.line(&format!("{} is the report for the ethics committee; it names nobody.", text.display()));
    screen.line(&screen.paint(Colour::Yellow, "Now delete the sheets: they say who was found where."));
    Ok(ExitCode::SUCCESS)
}

fn summary(screen: &Screen, record: &Record) {
    let row = |name: &str, it: &Outcome| {
        let interval = it.interval.map_or_else(String::new, |it| format!("{:.1} – {:.1}", it.low, it.high));
        let unseen = match (it.unseen, record.readers) {
            (Some(n), _) => format!("{n:.1}"),
            (None, 2) => "can't be told".to_owned(),
            (None, _) => "one reader only".to_owned(),
        };
        vec![name.to_owned(), it.either.to_string(), format!("{:.1}", it.rate), interval, unseen]
    };
    let rows = [row("direct", &record.direct), row("quasi", &record.quasi)];
    screen.table(&["IDENTIFIERS", "FOUND", "IN 10,000 WORDS", "95 %", "MISSED BY BOTH"], &rows);
    let kappa = record.kappa.map_or_else(String::new, |it| format!(" Agreement on turns: kappa {it:.2}."));
    screen.line(&format!(
        "{} turns with {} words were read; {} drawn turns are not counted.{kappa}",
        record.turns,
        record.words.all(),
        record.left_out
    ));
}

/// In which copies something is left, so that it can be put right. By turn, without its words.
fn whereabouts(screen: &Screen, station: &Station, draw: &Draw, record: &Record) {
    let release = &station.directories.release;
    let copies = release::copies(release, &draw.study, draw.profile).unwrap_or_default();
    let names: BTreeMap<_, _> = copies.iter().map(|(row, _)| (row.sha256, row.name.as_str())).collect();
    let copy: BTreeMap<_, _> = draw.turns.iter().map(|it| (it.turn.as_str(), it.copy)).collect();
    screen.heading("Left in released copies");
    let rows = record.found.iter().map(|(turn, direct, quasi)| {
        let name = copy.get(turn.as_str()).and_then(|it| names.get(it)).copied();
        let name = name.unwrap_or("no longer released").to_owned();
        vec![turn.clone(), name, direct.to_string(), quasi.to_string()]
    });
    screen.table(&["TURN", "COPY", "DIRECT", "QUASI"], &rows.collect::<Vec<_>>());
    screen.line("Put what was missed into the roster or a rule pack, and drop these files again: a corrected version takes");
    screen.line("the place of the one that is out. docs/rule-authors.md says how.");
}

fn tell(screen: &Screen, station: &Station, command: &ReportReading) -> Result<ExitCode, Failure> {
    let study = &study_of(station, &command.study)?.id;
    let dir = station.directories.residual_of(study);
    let mut records: Vec<Record> = Vec::new();
    for entry in fs::read_dir(&dir).into_iter().flatten() {
        let name = entry.map_err(|it| unread(&dir, &it))?.file_name();
        let id = name.to_str().and_then(|it| it.strip_suffix(RECORDED)).map(|it| it.trim_end_matches('.'));
        if id.is_some_and(|id| command.draw.as_ref().is_none_or(|it| id == it)) {
            records.push(kept(&dir.join(&name))?);
        }
    }
    records.sort_by(|a, b| a.recorded_at.cmp(&b.recorded_at));
    let Some(record) = records.pop() else {
        return Err(Failure::new(
            "RR-12",
            "no reading of this study is recorded",
            "`vouchsafe sample draw` makes a sheet, `vouchsafe sample record` takes it back.",
        ));
    };
    if screen.is_json() {
        screen.value(&record);
    } else {
        let draw: Draw = kept(&dir.join(format!("{}.{DRAWN}", record.draw)))?;
        screen.line(report(&draw, &record).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// A copy that is not as the list says can't be drawn from; `doctor` names it.
fn changed(error: release::Error) -> Failure {
    if matches!(error, release::Error::OtherBytes) { Error::Copy.into() } else { error.into() }
}

fn whole(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The draw of that id, of whatever study.
fn drawn(station: &Station, id: &str) -> Result<Draw, Failure> {
    let files =
        station.studies.keys().map(|it| station.directories.residual_of(it).join(format!("{id}.{DRAWN}")));
    let file = files.into_iter().find(|it| it.exists()).ok_or(Error::OtherDraw(2))?;
    kept(&file)
}

fn kept<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let bytes = fs::read(file).map_err(|it| unread(file, &it))?;
    Ok(serde_json::from_slice(&bytes).map_err(|_| Error::Kept)?)
}

fn read(sheet: &Path) -> Result<Vec<u8>, Failure> {
    let kind = |it: std::io::Error| unread(sheet, &it);
    if fs::metadata(sheet).map_err(kind)?.len() > MAX_SHEET_BYTES {
        return Err(unread(sheet, &std::io::ErrorKind::FileTooLarge.into()));
    }
    fs::read(sheet).map_err(kind)
}

/// Writes what the station keeps, and says where.
fn keep(
    directories: &Directories,
    study: &StudyId,
    id: &str,
    ending: &str,
    bytes: &[u8],
    over: bool,
) -> Result<PathBuf, Failure> {
    let dir = directories.residual_of(study);
    durable::make_dir(&dir)?;
    let file = dir.join(format!("{id}.{ending}"));
    if !over && file.exists() {
        return Err(Error::Recorded.into());
    }
    put(&file, bytes, over)?;
    Ok(file)
}

/// Readable by nobody but who runs this.
fn put(file: &Path, bytes: &[u8], over: bool) -> Result<(), Failure> {
    let (dir, name) = (file.parent(), file.file_name().and_then(|it| it.to_str()));
    let dir = dir.filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = name.ok_or(durable::Error::Missing)?;
    let written = if over { durable::write_over } else { durable::write_new };
    Ok(written(dir, name, bytes)?)
}
