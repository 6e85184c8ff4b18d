//! Runs the real program over annotated transcripts and says what became of them, what leaked and what was
//! held for nothing: `cargo bench --bench study [-- DATA_DIR] [--finder]`, with `../shared/data` as default and without the
//! statistical name finder. No data
//! is part of this repository; without it there is nothing to measure, and the bench says so.
//!
//! The roster holds what a study office has: for each person of a document the longest form of the name that
//! stands in it, and a role. Each document is a group of its own.
#![expect(
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "reads the data, and starts the program as a user would")]
#![expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints shares")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Arc,
    time::Instant,
};

use serde::Deserialize;
use vouchsafe::{
    audit::{
        note::{LogKey, Origin},
        verify,
    },
    catalog::{Catalog, Job, State},
    entity::Tier,
    id::JobId,
    keys::{Credentials, KeyIndex},
    review::Work,
    roster::{self, Roster, matcher::Matcher},
    seal::{self, Store},
    verify::{
        Reason,
        gate::{Decoding, Gate, Originals},
    },
    view::View,
};

use self::support::{Place, steward};

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    text: String,
    spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
struct Span {
    start: usize,
    end: usize,
    r#type: String,
    identifier_class: String,
    entity_id: String,
    form: String,
}

/// A file as it was dropped.
struct Dropped {
    bytes: Vec<u8>,
    /// Which document; `None` for the one without gold.
    row: Option<usize>,
    /// Whether all lines with a direct identifier that the roster cannot know were left out.
    rostered_only: bool,
}

/// Gold forms that no roster of canonical names can know: made up by ear, spelt letter by letter, nicknames.
const UNKNOWABLE: [&str; 4] = ["misspelt", "spell", "nick", "eng"];

fn main() -> ExitCode {
    let data = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let data = PathBuf::from(data.unwrap_or_else(|| "../shared/data".to_owned()));
    let Ok(lines) = fs::read_to_string(data.join("transcripts_dev.jsonl")) else {
        println!(
            "no data in {}: nothing to measure. Give its directory: cargo bench --bench study -- DIR",
            data.display()
        );
        return ExitCode::SUCCESS;
    };
    let rows: Vec<Row> =
        lines.lines().map(|it| serde_json::from_str(it).expect("a row of the data")).collect();
    let (roster, known) = roster_of(&rows);
    let dir = tempfile::tempdir().expect("a directory");
    let place = Place::new(dir.path(), "DEV", &roster, "W1,W2");
    let place = if std::env::args().any(|it| it == "--finder") { place.with_finder() } else { place };
    let mut dropped: BTreeMap<String, Dropped> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        let clean = without_strangers(row, &known[n]);
        for (wave, text, rostered_only) in [("W1", &row.text, false), ("W2", &clean, true)] {
            for (extension, bytes) in formats(text) {
                let path = format!("D{:03}/P/{wave}/interview/{}.{extension}", n + 1, row.id);
                dropped.insert(path, Dropped { bytes, row: Some(n), rostered_only });
            }
        }
    }
    if let Ok(text) = fs::read_to_string(data.join("real/conference_abstract.txt")) {
        for (extension, bytes) in formats(&text) {
            let path = format!("D{:03}/P/W1/interview/conference_abstract.{extension}", rows.len() + 1);
            dropped.insert(path, Dropped { bytes, row: None, rostered_only: false });
        }
    }
    for (path, file) in &dropped {
        place.drop_file(path, &file.bytes);
    }
    let start = Instant::now();
    let status = place.run_once().status().expect("the program runs");
    println!("run --once over {} files: {status}, {:.0} s", dropped.len(), start.elapsed().as_secs_f64());
    let jobs =
        Catalog::read(&place.station.directories.catalog()).and_then(|it| it.all()).expect("a catalog");
    let named = by_path(&jobs, &dropped);
    let whole = keeping(&place, &jobs, &named, &dropped);
    let harmless = results(&place, &rows, &known, &roster, &jobs, &named, &dropped);
    if whole && harmless && status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// For each document, the persons that the roster holds; and the roster.
fn roster_of(rows: &[Row]) -> (String, Vec<BTreeSet<String>>) {
    const HEAD: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n";
    let mut lines: Vec<String> = Vec::new();
    let mut known = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let mut persons: BTreeMap<&str, (usize, String)> = BTreeMap::new();
        for span in row.spans.iter().filter(|it| it.r#type == "PERSON") {
            let rank = match span.form.as_str() {
                "full" | "zh" => 3,
                "full_lower" => 2,
                "first" | "label" | "last" | "zhg" => 1,
                _ => 0,
            };
            let name = text_of(row, span).trim_end_matches([':', '：']).to_owned();
            let it = persons.entry(&span.entity_id).or_default();
            if (rank, name.chars().count()) > (it.0, it.1.chars().count()) {
                *it = (rank, name);
            }
        }
        persons.retain(|_, it| it.0 > 0);
        known.push(persons.keys().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>());
        persons.entry("P").or_insert_with(|| (0, nobody(n)));
        for (id, (_, name)) in persons {
            let role: String = id.chars().filter(char::is_ascii_alphabetic).collect();
            lines.push(format!("{id}-{:03},{role},D{:03},,\"{name}\",,,team,\n", n + 1, n + 1));
        }
    }
    let n = rows.len() + 1;
    lines.push(format!("P-{n:03},P,D{n:03},,{},,,team,\n", nobody(n)));
    // Generated names meet: of two people with one full name only the first is in the roster.
    let mut left_out = 0;
    loop {
        let text = HEAD.to_owned() + &lines.concat();
        match Roster::from_csv(text.as_bytes()) {
            Ok(roster) => {
                println!(
                    "roster: {} people by canonical name and role, {left_out} namesakes left out, {} warnings",
                    roster.people().len(),
                    roster.warnings().len()
                );
                return (text, known);
            }
            Err(roster::Error::SharedAlias { line, .. }) => {
                let at = usize::try_from(line).expect("a line") - 2;
                let keeps_place = lines[at].contains(",P,");
                if keeps_place {
                    // Somebody has to be the participant: under a name that stands nowhere.
                    let group = lines[at].split(',').nth(2).unwrap_or_default().to_owned();
                    let code = lines[at].split(',').next().unwrap_or_default().to_owned();
                    lines[at] = format!("{code},P,{group},,{},,,team,\n", nobody(at + 10_000));
                } else {
                    lines.remove(at);
                }
                left_out += 1;
            }
            Err(error) => panic!("the roster is refused: {error}"),
        }
    }
}

/// A name that stands in no text.
fn nobody(number: usize) -> String {
    let letters: String = number.to_string().bytes().map(|it| char::from(it - b'0' + b'a')).collect();
    format!("Xhyl{letters} Vroq{letters}")
}

fn text_of<'r>(row: &'r Row, span: &Span) -> &'r str {
    let at = |n: usize| row.text.char_indices().nth(n).map_or(row.text.len(), |it| it.0);
    row.text.get(at(span.start)..at(span.end)).unwrap_or_default()
}

/// Whether a roster of canonical names cannot know this direct identifier.
fn is_stranger(span: &Span, known: &BTreeSet<String>) -> bool {
    let unknowable = UNKNOWABLE.iter().any(|it| span.form.contains(it));
    span.identifier_class == "direct"
        && (span.r#type != "PERSON" || !known.contains(&span.entity_id) || unknowable)
}

/// The text without the lines that hold a direct identifier which the roster cannot know.
fn without_strangers(row: &Row, known: &BTreeSet<String>) -> String {
    let mut out = String::new();
    let mut at = 0;
    for line in row.text.split_inclusive('\n') {
        let end = at + line.chars().count();
        let strange = row.spans.iter().any(|it| is_stranger(it, known) && it.start < end && at < it.end);
        if !strange {
            out.push_str(line);
        }
        at = end;
    }
    // Not the bytes of the whole file, were nothing left out: that would be a duplicate.
    out.push('\n');
    out
}

/// A text as it is, and as cues with made-up times.
fn formats(text: &str) -> [(&'static str, Vec<u8>); 3] {
    let mut vtt = "WEBVTT\n\n".to_owned();
    let mut srt = String::new();
    let spoken = text.lines().filter(|it| !it.trim().is_empty());
    for (n, line) in (0_u64..).zip(spoken) {
        let turn = line.strip_prefix('[').and_then(|it| it.split_once("] ")).map_or(line, |it| it.1);
        let (from, to) = (n * 5_000, n * 5_000 + 4_500);
        let time = |at: u64, mark: char| {
            format!(
                "{:02}:{:02}:{:02}{mark}{:03}",
                at / 3_600_000,
                at / 60_000 % 60,
                at / 1000 % 60,
                at % 1000
            )
        };
        let label = turn.split_once([':', '：']).filter(|it| it.0.chars().count() <= 40);
        let words = match label {
            Some((label, words)) => format!("<v {}>{}</v>", label.trim(), words.trim()),
            None => turn.to_owned(),
        };
        vtt.push_str(&format!("{} --> {}\n{words}\n\n", time(from, '.'), time(to, '.')));
        srt.push_str(&format!("{}\n{} --> {}\n{turn}\n\n", n + 1, time(from, ','), time(to, ',')));
    }
    [("txt", text.as_bytes().to_vec()), ("vtt", vtt.into_bytes()), ("srt", srt.into_bytes())]
}

/// Which job each file became: a place takes one file of each format.
fn by_path(jobs: &[Job], dropped: &BTreeMap<String, Dropped>) -> BTreeMap<String, JobId> {
    let places: BTreeMap<(String, String, &str), JobId> = jobs
        .iter()
        .filter_map(|job| {
            let (place, format) = job.facts.place.as_ref().zip(job.facts.format)?;
            Some(((place.group.to_string(), place.wave.to_string(), format.extension()), job.job))
        })
        .collect();
    dropped
        .keys()
        .filter_map(|path| {
            let mut parts = path.split('/');
            let (group, wave) = (parts.next()?.to_owned(), parts.nth(1)?.to_owned());
            let extension = path.rsplit_once('.')?.1;
            Some((path.clone(), *places.get(&(group, wave, extension))?))
        })
        .collect()
}

/// Counts, and whether everything is kept.
fn keeping(
    place: &Place,
    jobs: &[Job],
    named: &BTreeMap<String, JobId>,
    dropped: &BTreeMap<String, Dropped>,
) -> bool {
    let mut counts: BTreeMap<(State, &str), usize> = BTreeMap::new();
    for job in jobs {
        *counts.entry((job.state, job.facts.reason.as_deref().unwrap_or("-"))).or_default() += 1;
    }
    println!("\nstate        reason  files");
    for ((state, reason), count) in counts {
        println!("{:<12} {reason:<7} {count}", state.name());
    }
    let ended = |state| {
        matches!(
            state,
            State::Done
                | State::Held
                | State::Proposed
                | State::Quarantined
                | State::Duplicate
                | State::Rejected
        )
    };
    let lost = dropped.len().saturating_sub(jobs.iter().filter(|it| ended(it.state)).count());
    let it = &place.station.directories;
    let store = Store::new(&it.objects);
    let objects = store.list().expect("objects");
    let damaged = objects.iter().filter(|it| store.verify(**it).is_err()).count();
    let rolling = Credentials::load_rolling(&it.credentials.join("keystore.key")).expect("a key");
    let index = KeyIndex::load(&it.keystore).expect("keys");
    let spread = (dropped.len() / 10).max(1);
    let mut opened = 0;
    let mut other = 0;
    for (path, file) in dropped.iter().step_by(spread) {
        let job = named.get(path).and_then(|id| jobs.iter().find(|it| it.job == *id));
        let Some(object) = job.and_then(|it| it.facts.raw_object) else { continue };
        let header = seal::inspect(store.file(object).expect("a file")).expect("a header");
        let ids = seal::identities_for(&header, &index, steward(place).identity(), &rolling).expect("keys");
        let out = tempfile::tempdir().expect("a directory");
        let members = seal::open(store.file(object).expect("a file"), &ids)
            .and_then(|it| it.extract(&out.path().join("o"), 1 << 30))
            .expect("an object that opens");
        let same =
            members.iter().any(|it| fs::read(out.path().join("o").join(it)).is_ok_and(|it| it == file.bytes));
        if same { opened += 1 } else { other += 1 }
    }
    let credentials = Credentials::load(&it.credentials).expect("credentials");
    let origin = Origin::of_station(&place.station.id).expect("an origin");
    let report =
        verify::verify(&it.log, &LogKey::new(&origin, credentials.log.verifying_key())).expect("a log");
    println!("\nlost: {lost} of {}", dropped.len());
    println!(
        "archive: {} objects, {damaged} damaged; raw bytes recovered from {opened}, other bytes from {other}",
        objects.len()
    );
    println!("log: {} entries, {}", report.size, if report.is_whole() { "whole" } else { "DAMAGED" });
    lost == 0 && damaged == 0 && other == 0 && report.is_whole()
}

/// What one file came to.
struct Result {
    /// Released bytes, or what a steward sees as the proposal.
    output: String,
    released: bool,
    reasons: Vec<Reason>,
    /// The rules whose findings wait for a decision.
    open: BTreeSet<String>,
}

fn result(place: &Place, work: &Path, job: &Job, with_text: bool) -> Option<Result> {
    if let Some(name) = &job.facts.release_name {
        let output =
            fs::read_to_string(place.station.directories.release.join(&place.study).join("team").join(name))
                .expect("a released file");
        return Some(Result { output, released: true, reasons: Vec::new(), open: BTreeSet::new() });
    }
    if !matches!(job.state, State::Held | State::Proposed) {
        return None;
    }
    let out = &place.station.directories.review_out;
    let work = Work::resume(out, work, job.job, steward(place).identity()).expect("a bundle that opens");
    let facts = work.bundle().facts();
    let reasons = facts.reasons.clone();
    let undecided = facts.scan.findings.iter().filter(|it| it.tier != Tier::Certain);
    let open = undecided.map(|it| format!("{} ({:?})", it.rule, it.tier)).collect();
    if !with_text {
        return Some(Result { output: String::new(), released: false, reasons, open });
    }
    let shown = Command::new(support::BINARY)
        .args(["--json", "review", "show", &job.job.to_string(), "--result"])
        .args(["--station".as_ref(), place.file.parent().expect("its directory").as_os_str()])
        .args(["--identity".as_ref(), support::secret(place).as_os_str()])
        .output()
        .expect("the program runs");
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("a result");
    let output = shown["result"].as_str().expect("a text").to_owned();
    Some(Result { output, released: false, reasons, open })
}

#[derive(Default)]
struct Share {
    all: usize,
    left: usize,
    left_released: usize,
}

fn results(
    place: &Place,
    rows: &[Row],
    known: &[BTreeSet<String>],
    roster: &str,
    jobs: &[Job],
    named: &BTreeMap<String, JobId>,
    dropped: &BTreeMap<String, Dropped>,
) -> bool {
    let roster = Roster::from_csv(roster.as_bytes()).expect("read before");
    let matcher = Arc::new(Matcher::new(&roster.alias_table()).expect("aliases"));
    // Without originals it finds certain aliases outside our own markers.
    let gate = Gate::new(matcher.clone(), Originals::Plain(Vec::new())).expect("a gate");
    let work = tempfile::tempdir().expect("a directory");
    let mut aliases: BTreeMap<&str, usize> = BTreeMap::new();
    let mut forms: BTreeMap<String, Share> = BTreeMap::new();
    let mut direct = Share::default();
    let (mut clean, mut clean_released, mut read, mut gate_only, mut false_gate) = (0, 0, 0, 0, 0);
    let mut why: BTreeMap<&str, usize> = BTreeMap::new();
    // For each rule, the files in which its findings wait, and those in which nobody else's do.
    let mut open: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (n, (path, file)) in dropped.iter().enumerate() {
        clean += usize::from(file.rostered_only);
        let job = named.get(path).and_then(|id| jobs.iter().find(|it| it.job == *id));
        // Of what is held, the text of every fifth is looked at; of what is released, all.
        let Some(it) = job.and_then(|job| result(place, work.path(), job, n % 5 == 0)) else { continue };
        read += 1;
        clean_released += usize::from(file.rostered_only && it.released);
        let view = View::of(&it.output);
        let forms_at: BTreeMap<(usize, usize), &str> = matcher
            .find(&view)
            .into_iter()
            .map(|hit| (view.source(hit.range), hit.form.name()))
            .map(|(at, form)| ((at.start, at.end), form))
            .collect();
        for hit in gate.search(it.output.as_bytes()).hits.iter().filter(|it| it.decoding == Decoding::Utf8) {
            let form = forms_at.get(&(hit.range.start, hit.range.end)).copied().unwrap_or("part of another");
            *aliases.entry(form).or_default() += 1;
        }
        let Some(n) = file.row else { continue };
        if file.rostered_only && !it.released {
            for kind in it.reasons.iter().map(kind).collect::<BTreeSet<_>>() {
                *why.entry(kind).or_default() += 1;
            }
            if it.reasons.is_empty() {
                *why.entry("waits for a vote").or_default() += 1;
            }
            for rule in &it.open {
                let (files, alone) = open.entry(rule.clone()).or_default();
                *files += 1;
                *alone += usize::from(it.open.len() == 1);
            }
        }
        if !it.reasons.is_empty() && it.reasons.iter().all(|it| matches!(it, Reason::ByteGate { .. })) {
            gate_only += 1;
            false_gate += usize::from(!it.reasons.iter().any(|reason| is_leak(reason, &it.output, &rows[n])));
        }
        if it.output.is_empty() {
            continue;
        }
        let lines: BTreeSet<&str> = it.output.lines().collect();
        let mut seen = BTreeSet::new();
        for span in rows[n].spans.iter().filter(|it| it.identifier_class == "direct") {
            let text = text_of(&rows[n], span);
            if file.rostered_only && is_stranger(span, &known[n]) || !seen.insert((text, &span.form)) {
                continue;
            }
            let left = lines.iter().any(|it| stands(it, text));
            let form =
                if span.r#type == "PERSON" { format!("PERSON {}", span.form) } else { span.r#type.clone() };
            for share in [forms.entry(form).or_default(), &mut direct] {
                share.all += 1;
                share.left += usize::from(left);
                share.left_released += usize::from(left && it.released);
            }
        }
    }
    let percent = |part: usize, of: usize| part as f64 * 100.0 / of.max(1) as f64;
    println!(
        "\nreleased of the files without unrostered direct identifiers: {clean_released} of {clean}, {:.1} % (target 80)",
        percent(clean_released, clean)
    );
    println!("  why the others are held: {why:?}");
    let mut open: Vec<_> = open.into_iter().collect();
    open.sort_by_key(|(_, (files, alone))| std::cmp::Reverse((*alone, *files)));
    println!("  what waits for a decision in them: files, files where nothing else does, rule");
    for (rule, (files, alone)) in &open {
        println!("  {files:>5} {alone:>5}  {rule}");
    }
    println!(
        "held by the byte gate alone: {gate_only} of {read} read; for nothing: {false_gate}, {:.1} % (target at most 2)",
        percent(false_gate, read)
    );
    println!("certain aliases in released or proposed text, by form: {aliases:?} (must be none)");
    println!("\ngold form              strings  left in released or proposed  left in released");
    for (form, share) in &forms {
        println!(
            "{form:<24} {:>5}  {:>5} {:>5.1} %  {:>17}",
            share.all,
            share.left,
            percent(share.left, share.all),
            share.left_released
        );
    }
    println!(
        "all direct identifiers   {:>5}  {:>5} {:>5.1} %  {:>17}",
        direct.all,
        direct.left,
        percent(direct.left, direct.all),
        direct.left_released
    );
    aliases.is_empty()
}

/// Whether what the gate found is a direct identifier by gold.
fn is_leak(reason: &Reason, output: &str, row: &Row) -> bool {
    let Reason::ByteGate { span, .. } = reason else { return true };
    let found = output.get(span.clone()).unwrap_or_default().to_lowercase();
    let gold = row.spans.iter().filter(|it| it.identifier_class == "direct");
    found.is_empty()
        || gold.map(|it| text_of(row, it).to_lowercase()).any(|it| it.contains(&found) || found.contains(&it))
}

const fn kind(reason: &Reason) -> &'static str {
    match reason {
        Reason::Residual { .. } => "residual",
        Reason::ByteGate { .. } => "byte gate",
        Reason::Timings => "timings",
        Reason::Turns => "turns",
        Reason::Labels => "labels",
        Reason::Uncovered { .. } => "uncovered",
        Reason::Undecided { .. } => "undecided",
        Reason::Unreadable => "unreadable",
        _ => "other",
    }
}

/// Whether a string stands in a line, Latin words whole.
fn stands(line: &str, text: &str) -> bool {
    let word = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    let (starts, ends) = (word(text.chars().next()), word(text.chars().last()));
    line.match_indices(text).any(|(at, it)| {
        let before = line.get(..at).and_then(|it| it.chars().last());
        let after = line.get(at + it.len()..).and_then(|it| it.chars().next());
        !(starts && word(before) || ends && word(after))
    })
}
