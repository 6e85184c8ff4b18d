//! Prints how many megabytes of talk a core searches in a second: `cargo bench --bench detect [-- [ANNOTATED…] [NAME]]`.
//! The talk is generated here, and beside it annotated texts are searched, one JSON object a line with a member
//! `text`: those in `../shared/data`, or those in the folders and files that are given, or only those whose name
//! begins with `NAME`; no data of anybody's is part of this repository.
//!
//! The digest beside a rate is one of all that was found: two builds that find the same print the same. Each text
//! is searched a second time with a roster of people who do not exist: what that costs, and how often what is
//! nobody's name is flagged as almost one. Time is that of the processor, so that a busy machine says the same.
#![expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints rates")]

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use vouchsafe::{
    config::{Bars, Columns, Language},
    detect::{self, Context, Model, Participants, Scan},
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
    roster::{
        Roster,
        matcher::{AliasTable, Matcher},
    },
    rules::{Engine, PackSource},
    transcript::{Format, Layout, Piece, Role},
};

const TURNS: &[&str] = &[
    "so i was just sitting there you know and the voices got louder and i didn't know what to do",
    "Mm-hm. And what did you do then, if you don't mind me asking?",
    "我嗰陣真係好驚，瞓又瞓唔到，食又食唔落，成日覺得有人跟住我",
    "係呀，跟住我打咗電話畀 social worker，佢話不如返去覆診先",
    "Well, I took the medicine for about three months and then I stopped because it made me so tired.",
    "我朋友話你試吓行山囉，咪去咗兩次，都 okay 嘅",
    "Then my sister rang, and we talked for an hour or so about our mother and the old flat.",
    "嗯",
    "The group meets twice a week, it is on the second floor next to the kitchen.",
];

/// Files of annotated texts in a folder of them.
const ANNOTATED: [&str; 3] = ["transcripts_dev.jsonl", "hkcancor_dev.jsonl", "gum_spoken_dev.jsonl"];

const PASSES: usize = 9;

/// Twenty people who do not exist.
const INVENTED: &str = include_str!("../src/roster/near/invented.csv");

#[derive(serde::Deserialize)]
struct Row {
    text: String,
}

fn scan(text: &str, layout: &Layout, context: &Context<'_>) -> Scan {
    detect::scan(text, layout, context).expect("nothing to break without a model")
}

fn main() {
    let given: Vec<_> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let (places, names): (Vec<_>, Vec<_>) = given.into_iter().partition(|it| Path::new(it).exists());
    let only = names.into_iter().next().unwrap_or_default();
    let places = if places.is_empty() { vec!["../shared/data".to_owned()] } else { places };
    let start = processor_seconds();
    let packs: Vec<_> = PackSource::built_in_names().into_iter().filter_map(PackSource::built_in).collect();
    let engine = Engine::compile(&packs, &[]).expect("the built-in packs load");
    println!(
        "packs load, with all their examples, in {:.0} ms, and take {} MiB at most",
        (processor_seconds() - start) * 1e3,
        peak_mib()
    );
    let roster = Matcher::new(&AliasTable::default()).expect("an empty roster is a roster");
    let participants = Participants::default();
    let languages = [Language::En, Language::Yue];
    let context = Context {
        engine: &engine,
        roster: &roster,
        languages: &languages,
        participants: &participants,
        model: None,
        bars: Bars::default(),
        columns: &Columns::default(),
    };
    let invented = Roster::from_csv(INVENTED.as_bytes()).expect("the invented roster is one");
    let start = processor_seconds();
    let twenty = Matcher::new(&invented.alias_table()).expect("and can be searched for");
    println!("a roster of 20 is made ready in {:.1} ms", (processor_seconds() - start) * 1e3);
    let with_roster = Context { roster: &twenty, ..context };
    if "generated talk".starts_with(&only) {
        let talk = [generated()];
        measure("generated talk", &talk, &context);
        measure("generated talk, 20 people in the roster", &talk, &with_roster);
    }
    for file in places.iter().map(PathBuf::from).flat_map(annotated) {
        let Some((name, texts)) = read(&file) else {
            println!("{}: no such data", file.display());
            continue;
        };
        if !name.starts_with(&only) {
            continue;
        }
        measure(&name, &texts, &context);
        measure(&format!("{name}, 20 people in the roster"), &texts, &with_roster);
        almost(&texts, &with_roster);
    }
    println!("peak memory of all this: {} MiB", peak_mib());
    full(&places, &only, &context);
}

/// The same with the statistical name finder, over some hundred kilobytes each: rate, and memory from here on.
fn full(places: &[String], only: &str, context: &Context<'_>) {
    let start = process_seconds();
    let model = Model::embedded().expect("the embedded model loads");
    println!("the name finder is made ready in {:.0} ms", (process_seconds() - start) * 1e3);
    let context = Context { model: Some(&model), ..*context };
    let mut texts = vec![("generated talk".to_owned(), vec![first_of(generated())])];
    texts.extend(places.iter().map(PathBuf::from).flat_map(annotated).filter_map(|it| read(&it)));
    for (name, texts) in texts.into_iter().filter(|it| it.0.starts_with(only)) {
        let (mut bytes, mut findings) = (0, 0);
        let start = process_seconds();
        for (layout, text) in &texts {
            bytes += text.len();
            findings += scan(text, layout, &context).findings.len();
        }
        let took = process_seconds() - start;
        println!(
            "{name}, with the name finder: {:.1} KB/s a core over {bytes} bytes, {findings} findings",
            bytes as f64 / 1e3 / took
        );
    }
    println!("peak memory with the name finder: {} MiB", peak_mib());
}

/// The first hundred kilobytes, a line each turn.
fn first_of((layout, text): (Layout, String)) -> (Layout, String) {
    let end =
        text.get(..text.floor_char_boundary(100_000)).and_then(|it| it.rfind('\n')).unwrap_or(text.len());
    let pieces = layout.pieces.into_iter().take_while(|it| it.end <= end).collect();
    (Layout { pieces, ..layout }, text.get(..end).unwrap_or_default().to_owned())
}

/// How long the processor has worked for this process, all threads.
fn process_seconds() -> f64 {
    let told = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = told.rsplit(')').next().unwrap_or_default();
    // User and system time, in hundredths of a second.
    after.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A file of annotated texts, as the line would parse them; none where there is no such data.
fn read(file: &Path) -> Option<(String, Vec<(Layout, String)>)> {
    let hint = Hint::of("txt".to_owned(), ItemKind::Transcript);
    let lines = fs::read_to_string(file).ok()?;
    let texts = lines
        .lines()
        .map(|it| serde_json::from_str::<Row>(it).expect("a row of the data").text)
        .filter_map(|text| {
            let raw = parse::parse(JobId::from_bytes([1; 16]), text.as_bytes(), &hint).ok()?;
            // UTF-8 with plain line ends is its own text.
            Some((raw.layout().clone(), text))
        });
    Some((file.file_name()?.to_string_lossy().into_owned(), texts.collect()))
}

fn annotated(place: PathBuf) -> Vec<PathBuf> {
    if place.is_dir() { ANNOTATED.iter().map(|it| place.join(it)).collect() } else { vec![place] }
}

/// The most memory that this process had so far.
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|it| it.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.unwrap_or(0_u64) / 1024
}

/// How long the processor has worked for this thread.
fn processor_seconds() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0_u64);
    nanoseconds as f64 / 1e9
}

/// The median of [`PASSES`] passes over all texts.
fn measure(what: &str, texts: &[(Layout, String)], context: &Context<'_>) {
    let bytes: usize = texts.iter().map(|it| it.1.len()).sum();
    let mut seconds = Vec::new();
    let mut findings = 0;
    for _ in 0..PASSES {
        let start = processor_seconds();
        findings = texts.iter().map(|(layout, text)| scan(text, layout, context).findings.len()).sum();
        seconds.push(processor_seconds() - start);
    }
    seconds.sort_by(f64::total_cmp);
    let mut all = DefaultHasher::new();
    for (layout, text) in texts {
        format!("{:?}", scan(text, layout, context)).hash(&mut all);
    }
    println!(
        "{what}: {:.1} MB/s a core over {bytes} bytes, {findings} findings, digest {:016x}",
        bytes as f64 / 1e6 / seconds.get(PASSES / 2).copied().unwrap_or(f64::NAN),
        all.finish()
    );
}

/// How often what is nobody's name is flagged as almost one: in texts that know nobody of the roster.
fn almost(texts: &[(Layout, String)], context: &Context<'_>) {
    let near = |rule: &str| matches!(rule, "roster.homophone" | "roster.misspelling");
    let flags: usize = texts
        .iter()
        .map(|(layout, text)| scan(text, layout, context).findings.iter().filter(|it| near(&it.rule)).count())
        .sum();
    let han = |c: &char| ('\u{3400}'..='\u{9FFF}').contains(c);
    let latin =
        |text: &str| text.split(|c: char| !c.is_ascii_alphabetic()).filter(|it| !it.is_empty()).count();
    let words: usize =
        texts.iter().map(|(_, text)| latin(text) + text.chars().filter(han).count() * 2 / 3).sum();
    println!(
        "  {flags} flags in {words} words (three Han characters count as two), {:.2} in 1,000",
        flags as f64 * 1e3 / words as f64
    );
}

fn generated() -> (Layout, String) {
    let mut text = String::new();
    let mut pieces = Vec::new();
    for (turn, line) in (0_u32..).zip(TURNS.iter().cycle()) {
        if text.len() > 4_000_000 {
            break;
        }
        let start = text.len();
        text.push(if turn % 2 == 0 { 'I' } else { 'P' });
        pieces.push(Piece { start, end: text.len(), role: Role::Label, turn });
        text.push_str(": ");
        let start = text.len();
        text.push_str(line);
        if turn % 97 == 0 {
            text.push_str(" my number is 9321 0478");
        }
        pieces.push(Piece { start, end: text.len(), role: Role::Speech, turn });
        text.push('\n');
    }
    (Layout { format: Format::Text, encoding: "UTF-8".into(), pieces }, text)
}
