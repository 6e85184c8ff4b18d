//! The ten-pair study through the real program, with a steward who lets everything pass: what becomes of each file, what
//! is left in what goes out, and whether one person has one code in every format: as it goes out first, and after the
//! steward wrote on the roster which codes are one person's.
//!
//! `cargo bench --bench pairs [-- SEED] [--finder] [--known]`; `--known`: those who are spoken of are on the roster, too. The study is made by `training/study`, which needs Python 3.11.
#![expect(clippy::disallowed_methods, reason = "makes the study, and starts the program as a user would")]
#![expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints shares")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, ExitCode},
    sync::Arc,
    time::Instant,
};

use serde::Deserialize;
use vouchsafe::{
    catalog::{Catalog, Job, State},
    clock::{Clock as _, SystemClock},
    intake::DropPath,
    item::Profile,
    keys::Credentials,
    registry::{self, Registry},
    release, render,
    review::{Ballot, Work},
    roster::{Roster, matcher::Matcher},
    seal::Store,
    verify::gate::{Gate, Originals},
};

use self::support::Place;

const STUDY: &str = "HARBOUR";

#[derive(Debug, Deserialize)]
struct File {
    #[serde(rename = "file")]
    path: String,
    kind: String,
    format: String,
    turns: Vec<Turn>,
    outside: Vec<Outside>,
}

#[derive(Debug, Deserialize)]
struct Turn {
    text: String,
    label: Option<String>,
    spans: Vec<Span>,
    #[serde(default)]
    label_spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
struct Span {
    start: usize,
    end: usize,
    r#type: String,
    identifier_class: String,
    entity_id: String,
}

#[derive(Debug, Deserialize)]
struct Outside {
    text: String,
    identifier_class: String,
}

#[derive(Debug, Deserialize)]
struct Other {
    name: String,
    forms: Vec<String>,
    relation: String,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter(|it| !it.starts_with('-'));
    let seed = arguments.next().unwrap_or_else(|| "7".to_owned());
    let dir = tempfile::tempdir().expect("a directory");
    let made = dir.path().join("made");
    let generator = concat!(env!("CARGO_MANIFEST_DIR"), "/training/study/generate.py");
    let run = Command::new("python3").arg(generator).args(["--seed", &seed, "--out"]).arg(&made).output();
    if !run.as_ref().is_ok_and(|it| it.status.success()) {
        println!("the study could not be made: Python 3.11 is wanted as python3. Nothing was measured.");
        return ExitCode::SUCCESS;
    }
    let mut text = fs::read_to_string(made.join("roster.csv")).expect("a roster");
    if std::env::args().any(|it| it == "--known") {
        text.push_str(&others_known(&made));
        text = without_namesakes(text);
    }
    let place = Place::new(dir.path(), STUDY, &text, "W1,W2,W3").with("gate", "\"one-person\"");
    let place = place.with("profiles", "[\"external\", \"insider-safe\"]");
    let place = place.with("language_versions", "[\"en\", \"yue\"]");
    let place = if std::env::args().any(|it| it == "--finder") { place.with_finder() } else { place };
    let gold: Vec<File> = fs::read_to_string(made.join("gold.jsonl"))
        .expect("gold")
        .lines()
        .map(|it| serde_json::from_str(it).expect("a row of gold"))
        .collect();
    let mut dropped = 0_usize;
    for it in gold.iter().filter(|it| it.path.starts_with("intake/")) {
        let path = it.path.trim_start_matches("intake/HARBOUR/");
        place.drop_file(path, &fs::read(made.join(&it.path)).expect("a file"));
        dropped += 1;
    }
    let start = Instant::now();
    let status = place.run_once().status().expect("the program runs");
    println!("run --once over {dropped} files: {status}, {:.0} s", start.elapsed().as_secs_f64());
    let first = jobs(&place);
    let decided = decide(&place, &first);
    let status = place.run_once().status().expect("the program runs");
    println!("{decided} items approved by a steward who let all questions stand; run --once again: {status}");
    let all = jobs(&place);
    states(&gold, &all);
    let lost = gold.iter().filter(|it| it.path.starts_with("intake/") && !all.contains_key(&it.path)).count();
    let store = Store::new(&place.station.directories.objects);
    let damaged = store.list().expect("objects").iter().filter(|it| store.verify(**it).is_err()).count();
    println!("\nlost: {lost} of {dropped}; {damaged} objects damaged");
    let roster = Roster::from_csv(text.as_bytes()).expect("a roster");
    let (clean, codes) = left(&place, &gold, &all, &roster);
    let left = clean & others(&place, &all, &roster) & joined(&place, &gold, &made, &text, &codes);
    if lost == 0 && damaged == 0 && left && status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Roster rows of those who are spoken of: no group, for they take no part; all names that they go by.
fn others_known(made: &Path) -> String {
    let people = fs::read_to_string(made.join("people.json")).expect("people");
    let people: BTreeMap<String, Other> = serde_json::from_str(&people).expect("people");
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for form in people.values().flat_map(|it| &it.forms) {
        *owners.entry(folded(form)).or_default() += 1;
    }
    // A name that two people bear says nothing, and a steward would not write down a family name alone.
    let telling = |it: &&String| {
        let enough = if it.is_ascii() { 4 } else { 2 };
        it.chars().count() >= enough && owners.get(&folded(it)) == Some(&1)
    };
    let quoted = |it: &str| it.replace('"', "");
    let spoken_of =
        people.values().filter(|it| !["participant", "researcher"].contains(&it.relation.as_str()));
    let rows = spoken_of.zip(1..).map(|(it, n)| {
        let forms: Vec<&str> = it.forms.iter().filter(telling).map(String::as_str).collect();
        format!("REL-{n},REL,,,\"{}\",\"{}\",,,\n", quoted(&it.name), quoted(&forms.join("; ")))
    });
    rows.collect::<Vec<_>>().concat()
}

/// Without those whose names somebody else of the roster has, too.
fn without_namesakes(mut text: String) -> String {
    let mut dropped = 0_usize;
    while let Err(error) = Roster::from_csv(text.as_bytes()) {
        let said = error.to_string();
        let line = said.split("line ").nth(1).and_then(|it| it.split(':').next()?.parse::<usize>().ok());
        let line = line.expect("a line that is wrong");
        text = text.lines().zip(1..).filter(|it| it.1 != line).flat_map(|it| [it.0, "\n"]).collect();
        dropped += 1;
    }
    println!("{dropped} of those who are spoken of share a name with somebody and are not on the roster");
    text
}

/// The newest job of each file.
fn jobs(place: &Place) -> BTreeMap<String, Job> {
    let directories = &place.station.directories;
    let credentials = Credentials::load(&directories.credentials).expect("credentials");
    let rows = credentials.roster.derive("station.db").expect("a key");
    let names = registry::name_key(&credentials.pseudonym).expect("a key");
    let registry = Registry::open(&directories.registry(), rows, names).expect("a registry");
    let mut all = BTreeMap::new();
    for job in Catalog::read(&directories.catalog()).and_then(|it| it.all()).expect("a catalog") {
        let Some(origin) = registry.origin(job.job).expect("an origin") else { continue };
        let path = DropPath::from_sensitive(origin.path).under(Path::new("intake"));
        all.insert(path.to_string_lossy().into_owned(), job);
    }
    all
}

/// Approves whatever waits for a vote, and lets stand whatever is asked.
fn decide(place: &Place, jobs: &BTreeMap<String, Job>) -> usize {
    let it = &place.station.directories;
    let steward = support::steward(place);
    let mut decided = 0;
    for job in jobs.values().filter(|it| matches!(it.state, State::Proposed | State::Held)) {
        let made =
            Work::resume(&it.review_out, &it.review_in, job.job, steward.identity()).and_then(|mut work| {
                work.keep_all_possible();
                work.finish(Ballot::Approve, &steward, &it.review_in, SystemClock::new().now())
            });
        decided += usize::from(made.is_ok());
    }
    decided
}

/// What became of the files, by format.
fn states(gold: &[File], jobs: &BTreeMap<String, Job>) {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for it in gold.iter().filter(|it| it.path.starts_with("intake/")) {
        let became = jobs.get(&it.path).map_or("lost".to_owned(), |job| {
            let reason = job.facts.reason.as_deref().unwrap_or("-");
            format!("{} {reason}", job.state.name())
        });
        let kind = if it.kind == "consent" { "consent" } else { &it.format };
        *counts.entry((kind.to_owned(), became)).or_default() += 1;
    }
    println!("\nformat               became                files");
    for ((format, became), count) in counts {
        println!("{format:<20} {became:<20} {count:>6}");
    }
}

/// The released copy of a file: its bytes, and what can be read in them.
fn released(place: &Place, job: &Job) -> Option<(Vec<u8>, String)> {
    let name = job.facts.release_name.as_ref().filter(|_| job.state == State::Done)?;
    let path = place.station.directories.release.join(STUDY).join("team").join(name);
    let bytes = fs::read(path).ok()?;
    let parts = render::parts(&bytes)?;
    let text = parts.iter().flat_map(|it| [String::from_utf8_lossy(it), "\n".into()]).collect();
    drop(parts);
    Some((bytes, text))
}

/// A steward who has read it all says on the roster which codes are one person's; what is stale then is dropped again.
/// Whether nothing is left that must not be.
fn joined(place: &Place, gold: &[File], made: &Path, text: &str, codes: &Codes<'_>) -> bool {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (entity, theirs) in codes {
        for code in theirs.keys().filter(|it| it.starts_with("person-")) {
            owners.entry(code).or_default().insert(entity);
        }
    }
    let shared = owners.values().filter(|it| it.len() > 1).count();
    println!("\n{shared} codes stood for two people");
    let pairs = alike(place);
    let right = pairs
        .iter()
        .filter(|(a, b)| owners.get(a.as_str()).is_some_and(|it| owners.get(b.as_str()) == Some(it)));
    let met =
        pairs.iter().filter(|(a, b)| owners.contains_key(a.as_str()) && owners.contains_key(b.as_str()));
    println!(
        "roster alike: {} pairs, {} of them of people met, {} of these one person's",
        pairs.len(),
        met.count(),
        right.count()
    );
    let roster = with_codes(text, codes, |code| owners.get(code).is_some_and(|it| it.len() == 1));
    let csv = made.join("roster-with-codes.csv");
    fs::write(&csv, &roster).expect("written");
    let mut import = Command::new(support::BINARY);
    import.arg("--station").arg(place.file.parent().expect("its directory"));
    let import = import.args(["roster", "import", STUDY]).arg(&csv).output().expect("the program runs");
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    place.run_once().status().expect("the program runs");
    let stale =
        Catalog::read(&place.station.directories.catalog()).and_then(|it| it.stale()).expect("a catalog");
    let stale: BTreeSet<_> = stale.iter().map(|it| it.job).collect();
    let before = jobs(place);
    let again = gold.iter().filter(|it| before.get(&it.path).is_some_and(|it| stale.contains(&it.job)));
    let mut dropped = 0_usize;
    for it in again {
        let path = it.path.trim_start_matches("intake/HARBOUR/");
        place.drop_file(path, &fs::read(made.join(&it.path)).expect("a file"));
        dropped += 1;
    }
    place.run_once().status().expect("the program runs");
    let decided = decide(place, &jobs(place));
    place.run_once().status().expect("the program runs");
    let after = jobs(place);
    let out = after.values().filter(|it| it.state == State::Done).count();
    let stale =
        Catalog::read(&place.station.directories.catalog()).and_then(|it| it.stale()).expect("a catalog");
    println!(
        "\nTHEN a steward wrote {} codes on the roster: {dropped} files were stale and dropped again, {decided} approved; {out} are out, {} copies still stale",
        owners.len(),
        stale.len()
    );
    let roster = Roster::from_csv(roster.as_bytes()).expect("a roster");
    left(place, gold, &after, &roster).0 & others(place, &after, &roster)
}

/// What `roster alike` lists.
fn alike(place: &Place) -> Vec<(String, String)> {
    let mut command = Command::new(support::BINARY);
    command.arg("--station").arg(place.file.parent().expect("its directory"));
    let shown = command.args(["--json", "roster", "alike", STUDY]).output().expect("the program runs");
    let told: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let pairs = told.get("alike").and_then(|it| it.as_array()).expect("pairs").iter();
    let code = |it: &serde_json::Value, n: usize| {
        it.get("codes").and_then(|it| it.get(n)?.as_str()).expect("a code").to_owned()
    };
    pairs.map(|it| (code(it, 0), code(it, 1))).collect()
}

/// The roster with codes beside the names of those who have several, and a row for whoever has none.
fn with_codes(text: &str, codes: &Codes<'_>, is_theirs: impl Fn(&str) -> bool) -> String {
    let mut rows: Vec<Vec<String>> = csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|it| it.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    let more = codes.iter().filter(|it| it.1.len() > 1);
    for ((entity, theirs), n) in more.zip(1..) {
        // Who is known already has a row.
        let known = theirs.keys().find(|it| it.starts_with("REL-"));
        let theirs: Vec<&str> = theirs.keys().map(String::as_str).filter(|it| is_theirs(it)).collect();
        let theirs = theirs.join("; ");
        let row = rows.iter_mut().find(|it| it.first().is_some_and(|it| it == entity || Some(it) == known));
        match row.and_then(|it| it.get_mut(5)) {
            Some(aliases) => *aliases = format!("{aliases}; {theirs}"),
            None if theirs.is_empty() => {}
            None => rows.push(["", "REL", "", "", "", &theirs, "", "", ""].map(str::to_owned).into()),
        }
        if let Some(code) = rows.last_mut().and_then(|it| it.first_mut()).filter(|it| it.is_empty()) {
            *code = format!("KIN-{n}");
        }
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(text.lines().next().expect("a header").split(',')).expect("written");
    for it in &rows {
        out.write_record(it).expect("written");
    }
    String::from_utf8(out.into_inner().expect("written")).expect("UTF-8")
}

/// For each person the codes that stand for them, and what was said where each stands.
type Codes<'g> = BTreeMap<&'g str, BTreeMap<String, BTreeSet<String>>>;

/// What is left, and one code for one person. Whether nothing is left that must not be.
fn left<'g>(
    place: &Place,
    gold: &'g [File],
    jobs: &BTreeMap<String, Job>,
    roster: &Roster,
) -> (bool, Codes<'g>) {
    let matcher = Arc::new(Matcher::new(&roster.alias_table()).expect("aliases"));
    let gate = Gate::new(matcher, Originals::Plain(Vec::new())).expect("a gate");
    let (mut out, mut aliases, mut planted, mut hidden) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut gone: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut codes: Codes<'g> = BTreeMap::new();
    let mut aligned = (0_usize, 0_usize);
    for file in gold {
        let Some((bytes, text)) = jobs.get(&file.path).and_then(|it| released(place, it)) else { continue };
        out += 1;
        let parts = render::parts(&bytes).expect("a file of ours");
        let mut cursor = 0_usize;
        aliases += parts.iter().map(|it| gate.search(it).hits.len()).sum::<usize>();
        let whole: String = parts.iter().map(|it| folded(&String::from_utf8_lossy(it)) + "\n").collect();
        for turn in &file.turns {
            for span in
                turn.spans.iter().chain(&turn.label_spans).filter(|it| it.identifier_class == "direct")
            {
                let said = if turn.spans.iter().any(|it| std::ptr::eq(it, span)) {
                    Some(&turn.text)
                } else {
                    turn.label.as_ref()
                };
                let string: String = said
                    .into_iter()
                    .flat_map(|it| it.chars())
                    .skip(span.start)
                    .take(span.end - span.start)
                    .collect();
                let (all, left) = gone.entry(&span.r#type).or_default();
                *all += 1;
                // A short one stands inside other words.
                if string.chars().count() >= 3 && stands(&whole, &folded(&string)) {
                    *left += 1;
                    planted += 1;
                }
            }
            match codes_of(turn, &text, cursor) {
                Some((found, end)) => {
                    aligned.0 += 1;
                    cursor = end;
                    for (entity, code, said) in found {
                        codes.entry(entity).or_default().entry(code).or_default().insert(said);
                    }
                }
                None if turn.spans.iter().any(|it| it.r#type == "PERSON") => aligned.1 += 1,
                None => {}
            }
        }
        hidden += file
            .outside
            .iter()
            .filter(|it| it.identifier_class == "direct" && it.text.chars().count() >= 4)
            .filter(|it| stands(&whole, &folded(&it.text)))
            .count();
    }
    println!("\nreleased: {out}; certain aliases in any part of them: {aliases} (must be none)");
    println!("names from file names, headings, comments, hidden sheets left: {hidden}");
    println!("planted direct identifiers by type: number, left in the copy of their file ({planted})");
    for (kind, (all, left)) in gone {
        println!("  {kind:<10} {all:>6} {left:>6}  {:.1} %", left as f64 * 100.0 / all as f64);
    }
    let more: Vec<_> = codes.iter().filter(|it| it.1.len() > 1).collect();
    println!(
        "\none code for one person: {} people met in {} turns that could be laid beside their gold ({} could not); {} have several",
        codes.len(),
        aligned.0,
        aligned.1,
        more.len()
    );
    for (entity, theirs) in more.iter().take(30) {
        let said: Vec<_> = theirs
            .iter()
            .map(|(code, names)| {
                format!("{code} for {}", names.iter().cloned().collect::<Vec<_>>().join(", "))
            })
            .collect();
        println!("  {entity}: {}", said.join("; "));
    }
    (aliases == 0, codes)
}

/// The copies for other readers: how many, why not more, and whether a code leads from one session to another.
fn others(place: &Place, jobs: &BTreeMap<String, Job>, roster: &Roster) -> bool {
    let matcher = Arc::new(Matcher::new(&roster.alias_table()).expect("aliases"));
    let gate = Gate::new(matcher, Originals::Plain(Vec::new())).expect("a gate");
    let mut good = true;
    for profile in [Profile::External, Profile::InsiderSafe] {
        let mut became: BTreeMap<&str, usize> = BTreeMap::new();
        for job in jobs.values().filter(|it| it.facts.release_name.is_some()) {
            let copy = job.facts.copies.get(&profile);
            let why = copy.map_or("no consent", |it| it.withheld.as_deref().unwrap_or("out"));
            *became.entry(if copy.is_some_and(|it| it.is_out) { "out" } else { why }).or_default() += 1;
        }
        let directory = place.station.directories.release.join(STUDY).join(profile.name());
        let (mut aliases, mut shared) = (0_usize, 0_usize);
        let mut whose: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (row, bytes) in release::copies_in(&directory).expect("copies") {
            let parts = render::parts(&bytes).expect("a file of ours");
            aliases += parts.iter().map(|it| gate.search(it).hits.len()).sum::<usize>();
            // A session's language versions are one.
            let session = row.name.split("_v").next().unwrap_or_default();
            let session = session.trim_end_matches("_en").trim_end_matches("_yue").to_owned();
            for code in parts.iter().flat_map(|it| drawn(&String::from_utf8_lossy(it))) {
                whose.entry(code).or_default().insert(session.clone());
            }
        }
        shared += whose.values().filter(|it| it.len() > 1).count();
        println!(
            "\n{}: {became:?}; {} codes, {shared} of them in several sessions; certain aliases: {aliases}",
            profile.name(),
            whose.len()
        );
        good &= aliases == 0 && (profile == Profile::External || shared == 0);
    }
    good
}

/// The codes of other readers' copies in a text: a word, a hyphen and four digits.
fn drawn(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let is_code = |it: &&str| {
        it.split_once('-').is_some_and(|(noun, n)| {
            noun.chars().all(|c| c.is_ascii_alphabetic())
                && !noun.is_empty()
                && n.len() == 4
                && n.bytes().all(|c| c.is_ascii_digit())
        })
    };
    words.filter(is_code).map(str::to_owned).collect()
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Whether a string stands in a text by itself.
fn stands(text: &str, string: &str) -> bool {
    let word = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    text.match_indices(string).any(|(at, it)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + it.len()..).and_then(|it| it.chars().next());
        let joins = it.starts_with(|c: char| c.is_ascii_alphanumeric()) && word(before)
            || it.ends_with(|c: char| c.is_ascii_alphanumeric()) && word(after);
        !joins
    })
}

/// Somebody met in a turn: who, under which code, and how they were named.
type Met<'g> = (&'g str, String, String);

/// The codes that stand where people were named in a turn, if the rest of the turn stands in the text as it was, after
/// the turn before; and where it ends. Talk is made of the same few sentences: elsewhere it is another's.
fn codes_of<'g>(turn: &'g Turn, text: &str, from: usize) -> Option<(Vec<Met<'g>>, usize)> {
    let chars: Vec<char> = turn.text.chars().collect();
    let mut spans: Vec<&Span> = turn.spans.iter().collect();
    spans.sort_by_key(|it| it.start);
    let piece = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut between = Vec::new();
    let mut at = 0;
    for it in &spans {
        between.push(piece(at, it.start));
        at = it.end;
    }
    between.push(piece(at, chars.len()));
    let anchor = between.iter().position(|it| it.chars().count() >= 6)?;
    let start = from + text.get(from..)?.find(between.get(anchor)?.as_str())?;
    let mut found = Vec::new();
    // From the first long piece on, to the end of the turn.
    let mut rest = text.get(start + between.get(anchor)?.len()..)?;
    for (span, next) in spans.iter().zip(between.iter().skip(1)).skip(anchor) {
        let end = if next.is_empty() { rest.find(']').map(|it| it + 1)? } else { rest.find(next.as_str())? };
        let shown = rest.get(..end)?;
        if shown.len() > 60 || shown.contains('\n') {
            return None;
        }
        let code = shown.trim().strip_prefix('[').and_then(|it| it.split_once(']')).map(|it| it.0);
        if let Some(code) = code.filter(|_| span.r#type == "PERSON" && shown.matches('[').count() == 1) {
            found.push((span.entity_id.as_str(), code.to_owned(), piece(span.start, span.end)));
        }
        rest = rest.get(end + next.len()..)?;
    }
    let end = text.len() - rest.len();
    Some((found, end))
}
