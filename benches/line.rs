//! Prints how many transcripts of 20 KB the whole durable line takes from intake to release in a second, and
//! how much memory the daemon and its workers need at the transcript limit and on a long recording:
//! `cargo bench --bench line [-- rate | limit | recording] [how many]`. Every text is generated here.
#![expect(
    clippy::format_push_string,
    clippy::indexing_slicing,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "a stopwatch, and the program as a user runs it")]
#![expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints rates")]

#[expect(dead_code, reason = "others use the rest")]
mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use vouchsafe::catalog::Catalog;

use self::support::Place;

/// How many, unless a number is given.
const TRANSCRIPTS: usize = 2_000;
const TRANSCRIPT_BYTES: usize = 20_000;
const LIMIT_BYTES: usize = 32 * 1024 * 1024;
const RECORDING_BYTES: u64 = 2 * 1024 * 1024 * 1024;

const ROSTER: &str = "\
code,role,group,unit,name,aliases,relation,consent,never_match
PSW-01,PSW,D01,U1,Tung Wai Hin,董慧軒; Rosalind Tung,,team,
PIR-01,PIR,D01,U1,Sin Ka Lok,冼家樂; Bertram Sin,,team,
PSW-02,PSW,D02,U1,Nip Sze Yu,聶思妤; Cordelia Nip,,team,
PIR-02,PIR,D02,U1,Chik Ho Fung,戚浩峰; Leopold Chik,,team,
";

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
    "Rosalind Tung told me the same, she said rest first and then we see.",
    "冼家樂話佢都試過，後尾慢慢好返",
];

/// A talk of about so many bytes; no two numbers give the same one.
fn talk(number: usize, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 200);
    for turn in 0_usize.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(if turn % 2 == 0 { "Interviewer: " } else { "Participant: " });
        let pick = turn.wrapping_mul(7).wrapping_add(number) % TURNS.len();
        text.push_str(TURNS.get(pick).copied().unwrap_or_default());
        if turn % 97 == 5 {
            text.push_str(&format!(" my number is 9{:03} {:04}", number % 1000, turn % 10_000));
        }
        text.push('\n');
    }
    text.push_str(&format!("Participant: that was story {number} of mine\n"));
    text
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let count = wanted.iter().find_map(|it| it.parse().ok()).unwrap_or(TRANSCRIPTS);
    let asked = |name: &str| {
        wanted.iter().all(|it| it.parse::<usize>().is_ok()) || wanted.iter().any(|it| it == name)
    };
    println!("load before: {}", load());
    if asked("rate") {
        rate(count);
    }
    if asked("limit") {
        let dir = tempfile::tempdir().expect("a directory");
        let place = Place::new(dir.path(), "LINE", ROSTER, "W1");
        place.drop_file("D01/PIR/W1/interview/long.txt", talk(1, LIMIT_BYTES - 4096).as_bytes());
        memory("a transcript of 32 MiB", 256, &place);
    }
    if asked("recording") {
        let dir = tempfile::tempdir().expect("a directory");
        let place = Place::new(dir.path(), "LINE", ROSTER, "W1");
        place.drop_file("D01/PIR/W1/recording/long.bin", b"audio");
        let at = place.station.directories.intake.join("LINE/D01/PIR/W1/recording/long.bin");
        let file = fs::OpenOptions::new().write(true).open(at).expect("just made");
        file.set_len(RECORDING_BYTES).expect("a sparse file");
        drop(file);
        memory("a recording of 2 GiB", 64, &place);
    }
    println!("load after: {}", load());
}

fn rate(count: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let place = Place::new(dir.path(), "LINE", ROSTER, "W1,W2");
    let mut bytes = 0;
    for number in 0..count {
        let text = talk(number, TRANSCRIPT_BYTES);
        bytes += text.len();
        let folder = ["D01/PSW/W1", "D01/PIR/W1", "D02/PSW/W1", "D02/PIR/W2"][number % 4];
        place.drop_file(&format!("{folder}/interview/talk{number:04}.txt"), text.as_bytes());
    }
    let start = Instant::now();
    let mut child = place.run_once().spawn().expect("the program runs");
    let peaks = watch(&mut child);
    let seconds = start.elapsed().as_secs_f64();
    let busy: f64 = peaks.values().map(|it| it.2).sum();
    println!(
        "{count} transcripts of {} bytes each from intake to release: {seconds:.1} s, {:.0} a second (target 200)",
        bytes / count,
        count as f64 / seconds
    );
    println!(
        "  {busy:.1} s of processor time in all processes: {:.0} a second, were two cores free for nothing else",
        count as f64 * 2.0 / busy.max(0.01)
    );
    show(&peaks);
    states(&place);
}

fn memory(what: &str, target: u64, place: &Place) {
    let start = Instant::now();
    let mut child = place.run_once().spawn().expect("the program runs");
    let peaks = watch(&mut child);
    println!("{what}: {:.1} s, target {target} MiB a process", start.elapsed().as_secs_f64());
    show(&peaks);
    states(place);
}

fn show(peaks: &BTreeMap<u32, (String, u64, f64)>) {
    for (name, kib, busy) in peaks.values() {
        println!("  peak {:>6.1} MiB, {busy:>6.1} s busy  {name}", *kib as f64 / 1024.0);
    }
}

fn states(place: &Place) {
    let counts = Catalog::read(&place.station.directories.catalog()).and_then(|it| it.counts());
    let counts: Vec<_> = counts.expect("a catalog").into_iter().filter(|it| it.1 > 0).collect();
    println!("  {}", counts.iter().map(|(state, n)| format!("{state} {n}")).collect::<Vec<_>>().join(", "));
}

/// Waits for a process, and notes the greatest memory (`VmHWM`) and the processor time of it and its children.
fn watch(child: &mut Child) -> BTreeMap<u32, (String, u64, f64)> {
    let mut peaks = BTreeMap::new();
    loop {
        let over = child.try_wait().expect("a child").is_some();
        let daemon = child.id();
        note(daemon, "daemon", &mut peaks);
        let tasks = fs::read_dir(format!("/proc/{daemon}/task")).into_iter().flatten().flatten();
        for task in tasks {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            for worker in children.split_whitespace().filter_map(|it| it.parse().ok()) {
                note(worker, "worker", &mut peaks);
            }
        }
        if over {
            return peaks;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn note(process: u32, name: &str, peaks: &mut BTreeMap<u32, (String, u64, f64)>) {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let peak = status.ok().and_then(|it| {
        let line = it.lines().find(|it| it.starts_with("VmHWM:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    if let Some(peak) = peak {
        let seen = peaks.entry(process).or_insert_with(|| (name.to_owned(), 0, 0.0));
        seen.1 = seen.1.max(peak);
        // User and system time, in hundredths of a second, after the name in brackets.
        let stat = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
        let ticks = stat.ok().and_then(|it| {
            let times = it.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
            times.map(|it| it.parse::<f64>().ok()).sum::<Option<f64>>()
        });
        seen.2 = ticks.map_or(seen.2, |it| seen.2.max(it / 100.0));
    }
}

fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
