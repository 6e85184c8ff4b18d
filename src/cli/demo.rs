//! `vouchsafe demo`: the whole of it, on a sample study, for a reader who has just met the program. Nothing
//! here is a stand-in: it runs the daemon's own line over files as a fieldworker would drop them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use encoding_rs::{BIG5, UTF_8};

use super::{
    args, init, run,
    screen::{Colour, Failure, Screen},
    status,
};
use crate::{
    audit::{
        note::{LogKey, Origin},
        verify as log,
    },
    catalog::{Catalog, Job, State},
    clock::{Clock, Date, SystemClock},
    config::{Language, Station},
    daemon,
    durable::{self, Draft},
    entity::Tier,
    id::JobId,
    intake::receipt,
    keys::{Credentials, KeyIndex, StewardSecret},
    review::{Ballot, Work},
    sample,
    seal::{self, Store},
    view::is_han,
};

/// The most that is written of an opened object.
const MAX_OPENED_BYTES: u64 = 64 * 1024 * 1024;
/// Strings that wait for a decision, of those that are shown.
const CANDIDATES: usize = 12;
/// Lines of an excerpt.
const EXCERPT_LINES: usize = 5;

pub(super) fn run(screen: &Screen, arguments: args::Demo) -> Result<ExitCode, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let dir = directory(arguments.dir, clock.as_ref())?;
    let place = dir.display();
    screen.heading("1. A station, two stewards, a study with a roster");
    let stewards = dir.join("stewards-at-home");
    durable::make_dir(&stewards)?;
    let mut public = Vec::new();
    let mut secret = PathBuf::new();
    for name in ["ada", "ben"] {
        let steward = StewardSecret::generate(name.parse().map_err(|_| defect())?)?;
        let (kept, given) = steward.write(&stewards)?;
        public.push(given);
        if name == "ada" {
            secret = kept;
        }
    }
    let roster = dir.join("roster.csv");
    write(&roster, sample::ROSTER.as_bytes())?;
    let station_dir = dir.join("station");
    init::run(&screen.silent(), setup(&station_dir, public, &roster, clock.as_ref())?)?;
    durable::unlink(&roster)?;
    quicken(&station_dir)?;
    let station = Station::load(&station_dir.join(crate::config::STATION_FILE))?;
    screen.line(&format!(
        "  {place}/station, with the roster sealed inside; the stewards' keys stay outside, in {}",
        stewards.display()
    ));

    screen.heading("2. Fieldworkers drop their files");
    let files = sample::files();
    let intake = station.directories.intake_of(&sample::STUDY.parse().map_err(|_| defect())?);
    for file in &files {
        let path = intake.join(file.path);
        durable::make_dir(path.parent().ok_or_else(defect)?)?;
        write(&path, &file.bytes)?;
    }
    screen.line(&format!("  {} files in {}", files.len(), intake.display()));

    screen.heading("3. The daemon works (vouchsafe run --once)");
    let file = station_dir.join(crate::config::STATION_FILE);
    let binary = run::own_binary()?;
    let bar = run::bar(screen);
    let summary = daemon::run_once(&file, &binary, clock.clone(), &mut |it| run::show(&bar, it))?;
    bar.finish_and_clear();
    screen.line(&format!(
        "  {} files taken; the intake folder holds receipts now, and nothing else",
        summary.outcomes.len()
    ));
    let before = jobs(&station)?;
    let named = by_path(&station, &before)?;
    table(screen, &files, &before, &named);

    screen.heading("4. A steward decides about what was held");
    let decided = decide(screen, &station, &secret, &before, &named, clock.as_ref())?;
    let summary = daemon::run_once(&file, &binary, clock.clone(), &mut |_| ())?;
    let after = jobs(&station)?;
    let is_out = |job: &&JobId| after.iter().any(|it| it.job == **job && it.facts.release_name.is_some());
    let released = decided.iter().filter(is_out).count();
    let colour = if released == decided.len() { Colour::Green } else { Colour::Red };
    screen.line(&format!(
        "  {} decisions used by the daemon; {}",
        summary.decisions,
        screen.paint(colour, &format!("{released} of {} items are released", decided.len())),
    ));

    screen.heading("5. Before and after");
    excerpt(screen, &station, &files, &after, &named)?;

    screen.heading("6. Anybody can check");
    let whole = check(screen, &station, &secret, &dir, &after)?;
    screen.heading("Where everything lies");
    for (what, path) in [
        ("what analysts read", station.directories.release.clone()),
        ("its proofs", station.directories.release.join(sample::STUDY).join("team/_proof")),
        ("receipts for fieldworkers", intake.clone()),
        ("sealed objects", station.directories.objects.clone()),
        ("the log", station.directories.log.clone()),
        ("one opened object", dir.join("opened")),
        ("the steward's secret file", secret.clone()),
    ] {
        screen.line(&format!("  {what:<28}{}", path.display()));
    }
    screen.line("");
    screen.line(&format!("  Go on with it:  vouchsafe --station {} status --items", station_dir.display()));
    let lost = named.len() != files.len();
    Ok(if whole && released == decided.len() && released > 0 && !lost {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn setup(dir: &Path, steward: Vec<PathBuf>, roster: &Path, clock: &dyn Clock) -> Result<args::Init, Failure> {
    let today = clock.now().date();
    Ok(args::Init {
        dir: dir.to_owned(),
        study: sample::STUDY.parse().map_err(|_| defect())?,
        station_id: "demo".to_owned(),
        ethics_approval: "SAMPLE-001".to_owned(),
        approval_until: Date::from_days(today.days() + 365),
        languages: vec![Language::En, Language::Yue],
        steward,
        from_roster: roster.to_owned(),
        waves: vec!["W1".parse().map_err(|_| defect())?, "W2".parse().map_err(|_| defect())?],
    })
}

/// A reader waits for seconds, not for minutes; and sees what the automatic gate lets through.
fn quicken(station: &Path) -> Result<(), Failure> {
    let edit = |file: PathBuf, changes: &[(&str, &str)]| -> Result<(), Failure> {
        let mut text = fs::read_to_string(&file).map_err(durable::Error::from)?;
        for (key, line) in changes {
            text = text
                .lines()
                .map(|it| if it.split('=').next().is_some_and(|it| it.trim() == *key) { line } else { it })
                .collect::<Vec<_>>()
                .join("\n");
        }
        let dir = file.parent().ok_or_else(defect)?;
        let name = file.file_name().and_then(|it| it.to_str()).ok_or_else(defect)?;
        Ok(durable::write_over(dir, name, text.as_bytes())?)
    };
    edit(
        station.join(crate::config::STATION_FILE),
        &[
            ("settle", "settle = \"500ms\""),
            ("media_settle", "media_settle = \"1s\""),
            ("keep_free", "keep_free = \"16MiB\""),
        ],
    )?;
    edit(
        station.join("studies").join(sample::STUDY).join(crate::config::STUDY_FILE),
        &[("gate", "gate = \"automatic\"")],
    )
}

fn jobs(station: &Station) -> Result<Vec<Job>, Failure> {
    Ok(Catalog::read(&station.directories.catalog())?.all()?)
}

/// Which job each sample file became: by the receipts' own order of places and endings.
fn by_path(station: &Station, jobs: &[Job]) -> Result<BTreeMap<String, JobId>, Failure> {
    let credentials = Credentials::load(&station.directories.credentials)?;
    let names = crate::registry::name_key(&credentials.pseudonym)?;
    let rows = credentials.roster.derive("station.db")?;
    let registry = crate::registry::Registry::open(&station.directories.registry(), rows, names)?;
    let mut paths = BTreeMap::new();
    for job in jobs {
        if let Some(origin) = registry.origin(job.job)? {
            // EXPOSE: the demo's own sample file, whose path this program has just written.
            let path = String::from_utf8_lossy(origin.path.expose()).into_owned();
            let path = path.split_once('/').map_or(path.clone(), |it| it.1.to_owned());
            paths.insert(path, job.job);
        }
    }
    Ok(paths)
}

fn table(screen: &Screen, files: &[sample::SampleFile], jobs: &[Job], named: &BTreeMap<String, JobId>) {
    let rows: Vec<_> = files
        .iter()
        .map(|file| {
            let job = named.get(file.path).and_then(|id| jobs.iter().find(|it| it.job == *id));
            let (state, why, out) = job.map_or_else(
                || (screen.paint(Colour::Red, "LOST"), String::new(), String::new()),
                |it| {
                    let reason = it.facts.reason.as_deref().map_or("", receipt::meaning).to_owned();
                    (fate(screen, it), reason, it.facts.release_name.clone().unwrap_or_default())
                },
            );
            vec![file.path.to_owned(), state, why, out]
        })
        .collect();
    for row in rows {
        let [path, state, why, released] = row.as_slice() else { continue };
        let path = format!("{path}{}", " ".repeat(38_usize.saturating_sub(path.chars().count())));
        screen.line(&format!("  {path} {state}"));
        for line in [why, released].into_iter().filter(|it| !it.is_empty()) {
            screen.line(&screen.paint(Colour::Dim, &format!("      {line}")));
        }
    }
}

fn fate(screen: &Screen, job: &Job) -> String {
    match (job.state, job.facts.release_name.is_some()) {
        (State::Done, true) => screen.paint(Colour::Green, "released"),
        (State::Done, false) => screen.paint(Colour::Dim, "sealed, never released"),
        (state, _) => status::paint(screen, state),
    }
}

/// Lines of an English and of a Chinese transcript as dropped and as released.
fn excerpt(
    screen: &Screen,
    station: &Station,
    files: &[sample::SampleFile],
    jobs: &[Job],
    named: &BTreeMap<String, JobId>,
) -> Result<(), Failure> {
    let folder = station.directories.release.join(sample::STUDY).join("team");
    let mut shown = BTreeSet::new();
    for file in files {
        let job = jobs.iter().find(|it| named.get(file.path) == Some(&it.job));
        let Some(name) = job.and_then(|it| it.facts.release_name.as_ref()) else { continue };
        // Whoever dropped Big5 reads Big5; it is released as UTF-8.
        let (before, _, _) =
            if str::from_utf8(&file.bytes).is_ok() { UTF_8 } else { BIG5 }.decode(&file.bytes);
        let after = fs::read_to_string(folder.join(name)).map_err(durable::Error::from)?;
        // A subtitle's cues lose their identifiers, and with them lines.
        if before.lines().count() != after.lines().count() || !shown.insert(is_chinese(&before)) {
            continue;
        }
        screen.line(&screen.paint(Colour::Dim, &format!("  {}  →  {name}", file.path)));
        // Lines in which only the speaker became a code are passed over.
        let said = |it: &str| it.split_once([':', '：']).map_or(it, |(_, said)| said).trim().to_owned();
        let changed = before.lines().zip(after.lines()).filter(|(old, new)| said(old) != said(new));
        for (old, new) in changed.take(EXCERPT_LINES) {
            screen.line(&format!("  {} {}", screen.paint(Colour::Red, "−"), old.trim()));
            screen.line(&format!("  {} {}", screen.paint(Colour::Green, "+"), mark(screen, new.trim())));
        }
    }
    if shown.is_empty() {
        screen.line("  Nothing was released.");
    }
    Ok(())
}

/// Whether most of it is written in Chinese.
fn is_chinese(text: &str) -> bool {
    text.chars().filter(|it| is_han(*it)).count() * 2 > text.chars().count()
}

/// Codes in brackets, in a colour.
fn mark(screen: &Screen, line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, from)) = rest.split_once('[') {
        out.push_str(before);
        let (code, after) = from.split_once(']').unwrap_or((from, ""));
        out.push_str(&screen.paint(Colour::Green, &format!("[{code}]")));
        rest = after;
    }
    out + rest
}

/// Takes every held item and decides as a steward would who knows the people: what names somebody goes.
fn decide(
    screen: &Screen,
    station: &Station,
    secret: &Path,
    jobs: &[Job],
    named: &BTreeMap<String, JobId>,
    clock: &dyn Clock,
) -> Result<Vec<JobId>, Failure> {
    let steward = StewardSecret::load(secret)?;
    let work_dir = station.directories.review_out.with_file_name("work");
    durable::make_dir(&work_dir)?;
    let mut decided = Vec::new();
    let mut rows = Vec::new();
    for job in jobs.iter().filter(|it| it.state == State::Held && it.facts.review.is_some()) {
        let path = named.iter().find(|(_, it)| **it == job.job).map_or("", |it| it.0.as_str());
        let mut work = Work::resume(&station.directories.review_out, &work_dir, job.job, steward.identity())?;
        let candidates = work.candidates();
        for (it, n) in candidates.iter().zip(1..).filter(|(it, _)| it.tier != Tier::Certain) {
            // EXPOSE: shown to the steward, who has opened the bundle with their own key.
            let text = it.text.expose().clone();
            let names_somebody = sample::planted().iter().any(|it| text.contains(*it) || it.contains(&*text));
            if names_somebody {
                work.redact(n, None)?;
            } else {
                work.keep(n)?;
            }
            let decision = if names_somebody { "goes" } else { "names nobody, stays" };
            let count = it.count.to_string();
            rows.push(vec![format!("  {path}"), text, it.entity.to_string(), count, decision.to_owned()]);
        }
        work.finish(Ballot::Approve, &steward, &station.directories.review_in, clock.now())?;
        decided.push(job.job);
    }
    if decided.is_empty() {
        screen.line("  Nothing was held.");
        return Ok(decided);
    }
    let more = rows.len().saturating_sub(CANDIDATES);
    rows.truncate(CANDIDATES);
    screen.table(&["  file", "string", "taken for", "times", "Ada's decision"], &rows);
    if more > 0 {
        screen.line(&format!("  and {more} more"));
    }
    screen.line("  Ada has read the files, signs, and hands her decisions back as sealed files.");
    Ok(decided)
}

/// Archive, one object opened, log.
fn check(
    screen: &Screen,
    station: &Station,
    secret: &Path,
    dir: &Path,
    jobs: &[Job],
) -> Result<bool, Failure> {
    let store = Store::new(&station.directories.objects);
    let objects = store.list()?;
    let damaged = objects.iter().filter(|it| store.verify(**it).is_err()).count();
    let good = |well: bool, text: &str| {
        let mark = if well { screen.paint(Colour::Green, "✓") } else { screen.paint(Colour::Red, "✗") };
        screen.line(&format!("  {mark} {text}"));
    };
    good(
        damaged == 0,
        &format!("{} sealed objects, {damaged} damaged (vouchsafe archive verify)", objects.len()),
    );
    let opened = jobs.iter().find(|it| it.facts.release_name.is_some()).and_then(|it| it.facts.raw_object);
    if let Some(object) = opened {
        let steward = StewardSecret::load(secret)?;
        let rolling = Credentials::load_rolling(&station.directories.credentials.join("keystore.key"))?;
        let index = KeyIndex::load(&station.directories.keystore)?;
        let header = seal::inspect(store.file(object)?)?;
        let identities = seal::identities_for(&header, &index, steward.identity(), &rolling)?;
        let out = dir.join("opened");
        let members = seal::open(store.file(object)?, &identities)?.extract(&out, MAX_OPENED_BYTES)?;
        good(
            !members.is_empty(),
            &format!("one raw object opened with the steward's key: {}", members.join(", ")),
        );
    }
    let key = Credentials::load(&station.directories.credentials)?.log.verifying_key();
    let origin = Origin::of_station(&station.id).map_err(crate::audit::Error::from)?;
    let key = LogKey::new(&origin, key);
    let report = log::verify(&station.directories.log, &key)?;
    good(
        report.is_whole(),
        &format!("{} log entries recomputed, not witnessed (vouchsafe audit verify)", report.size),
    );
    let released = jobs.iter().filter(|it| it.facts.release_name.is_some()).count();
    let leaks = leaks(&station.directories.release)?;
    good(
        leaks == 0,
        &format!(
            "{released} released files searched for {} planted identifiers: {leaks} found",
            sample::planted().len()
        ),
    );
    Ok(damaged == 0 && report.is_whole() && leaks == 0)
}

/// How often a planted string stands in any released file or name.
fn leaks(dir: &Path) -> Result<usize, Failure> {
    let mut found = 0;
    for entry in fs::read_dir(dir).map_err(durable::Error::from)? {
        let path = entry.map_err(durable::Error::from)?.path();
        if path.is_dir() {
            found += leaks(&path)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(durable::Error::from)?;
        let text = format!("{}\n{}", path.display(), String::from_utf8_lossy(&bytes));
        found += sample::planted().iter().filter(|it| text.contains(**it)).count();
    }
    Ok(found)
}

fn directory(dir: Option<PathBuf>, clock: &dyn Clock) -> Result<PathBuf, Failure> {
    let dir = dir
        .unwrap_or_else(|| std::env::temp_dir().join(format!("vouchsafe-demo-{}", clock.now().as_millis())));
    if dir.exists() {
        return Err(Failure::new(
            "CL-21",
            "the demo's directory exists already",
            "Name one that does not exist.",
        ));
    }
    durable::make_dir(&dir)?;
    Ok(dir.canonicalize().map_err(durable::Error::from)?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut draft = Draft::create(path.parent().ok_or_else(defect)?)?;
    draft.write_all(bytes).map_err(durable::Error::from)?;
    Ok(draft.persist(path.file_name().and_then(|it| it.to_str()).ok_or_else(defect)?)?)
}

fn defect() -> Failure {
    Failure::new("CL-22", "the sample does not fit the program", "Report this as a defect.")
}
