//! Prints how fast each format is read and written, and how much memory that takes at most:
//! `cargo bench --bench formats [-- FORMAT…]`. Every text is made here, from a seed, in two languages.
#![expect(clippy::indexing_slicing, reason = "a harness that is written to be read once")]
#![expect(clippy::disallowed_methods, reason = "a stopwatch, and files of its own")]
#![expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints rates")]

use std::{
    env, fs,
    io::{Cursor, Write as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use vouchsafe::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
    render,
    transcript::Format,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Of every file, about.
const BYTES: usize = 8 * 1024 * 1024;
/// A reading is timed until this much time is spent, and the best counts.
const ENOUGH: Duration = Duration::from_secs(2);
/// Megabytes a second that are wanted: of text, and of the XML of packages.
const TEXT_TARGET: f64 = 20.0;
const XML_TARGET: f64 = 5.0;

/// The ending, and whether its bytes are counted unpacked.
const FORMATS: &[(&str, bool)] = &[
    ("txt", false),
    ("md", false),
    ("vtt", false),
    ("srt", false),
    ("html", false),
    ("rtf", false),
    ("otr", false),
    ("json", false),
    ("eaf", false),
    ("TextGrid", false),
    ("cha", false),
    ("csv", false),
    ("tsv", false),
    ("docx", true),
    ("odt", true),
    ("xlsx", true),
    ("qdpx", true),
];

const SAID: &[&str] = &[
    "so i was just sitting there you know and the voices got louder and i didn't know what to do",
    "Mm-hm. And what did you do then, if you don't mind me asking?",
    "我嗰陣真係好驚，瞓又瞓唔到，食又食唔落，成日覺得有人跟住我",
    "係呀，跟住我打咗電話畀 social worker，佢話不如返去覆診先",
    "Well, I took the medicine for about three months & then I stopped because it made me so tired.",
    "我朋友話你試吓行山囉，咪去咗兩次，都 okay 嘅",
    "嗯",
    "The group meets twice a week, it is on the second floor next to the \"kitchen\".",
];

/// Turns that differ, from a seed: number, speaker, words.
fn turns() -> impl Iterator<Item = (usize, &'static str, &'static str)> {
    let mut seed = 7_u64;
    (0..).map(move |n| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let pick = usize::try_from(seed >> 40).expect("small") % SAID.len();
        (n, if n % 2 == 0 { "PIR-03" } else { "PSW-03" }, SAID[pick])
    })
}

/// What `each` makes of turn after turn, as much as is wanted.
fn filled(mut each: impl FnMut(usize, &str, &str) -> String) -> String {
    let mut text = String::new();
    for (n, who, said) in turns() {
        if text.len() >= BYTES {
            break;
        }
        text.push_str(&each(n, who, said));
    }
    text
}

/// A file of about so many bytes, and the bytes that are counted of it.
fn file(ending: &str) -> (Vec<u8>, usize) {
    let paragraphs = || filled(|_, who, said| format!("{who}: {said}\n"));
    let rows = || filled(|n, who, said| format!("@{n}.25\t@{}.5\t#{who}\t={said}\n", n + 1));
    let millis = || filled(|n, who, said| format!("@{n}00\t@{n}90\t#{who}\t={said}\n"));
    let clock = |n: usize, point: char| {
        format!("{:02}:{:02}:{:02}{point}{:03}", n / 3600, n / 60 % 60, n % 60, n % 1000)
    };
    let escaped = |said: &str| said.replace('&', "&amp;").replace('<', "&lt;");
    let of = |format: Format, held: &str| render::file(format, held).into_owned();
    let table = |format| {
        let head = "~start\t~speaker\t~text\n".to_owned();
        of(format, &(head + &filled(|n, who, said| format!("@{n}.25\t#{who}\t={said}\n"))))
    };
    let text = match ending {
        "txt" | "md" => paragraphs(),
        "vtt" => format!(
            "WEBVTT\n\n{}",
            filled(|n, who, said| format!(
                "{} --> {}\n<v {who}>{}</v>\n\n",
                clock(n, '.'),
                clock(n + 1, '.'),
                escaped(said)
            ))
        ),
        "srt" => filled(|n, who, said| {
            format!("{}\n{} --> {}\n{who}: {said}\n\n", n + 1, clock(n, ','), clock(n + 1, ','))
        }),
        "html" => format!(
            "<!doctype html><meta charset=utf-8>{}",
            filled(|_, who, said| format!("<p class=\"turn\"><b>{who}:</b> {}</p>\n", escaped(said)))
        ),
        "rtf" => {
            let units = |said: &str| -> String {
                said.encode_utf16()
                    .map(|it| match u8::try_from(it) {
                        Ok(it) if it.is_ascii() => char::from(it).to_string(),
                        _ => format!("\\u{}?", it.cast_signed()),
                    })
                    .collect()
            };
            let head = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fnil\\fcharset0 A;}}";
            let body =
                filled(|_, who, said| format!("\\pard\\plain\\f0 {{\\b {who}:}} {}\\par\n", units(said)));
            format!("{head}{body}}}")
        }
        "otr" => return counted(of(Format::OTranscribe, &paragraphs())),
        "json" => return counted(of(Format::Whisper, &rows())),
        "eaf" => return counted(of(Format::Elan, &millis())),
        "TextGrid" => return counted(of(Format::TextGrid, &rows())),
        "cha" => return counted(of(Format::Chat, &millis())),
        "csv" => return counted(table(Format::Csv)),
        "tsv" => return counted(table(Format::Tsv)),
        _ => return package(ending),
    };
    counted(text.into_bytes())
}

fn counted(bytes: Vec<u8>) -> (Vec<u8>, usize) {
    let count = bytes.len();
    (bytes, count)
}

/// Packages as programs write them: a run for every change of a hand, with ids and properties.
fn package(ending: &str) -> (Vec<u8>, usize) {
    let escaped = |said: &str| said.replace('&', "&amp;");
    let word = || {
        let body = filled(|n, who, said| {
            let look = r#"<w:rPr><w:rFonts w:hint="eastAsia"/><w:sz w:val="24"/></w:rPr>"#;
            format!(
                r#"<w:p w:rsidR="00{n:06}" w:rsidRDefault="00A1B2C3"><w:pPr><w:spacing w:line="360"/></w:pPr><w:r>{look}<w:t xml:space="preserve">{who}: </w:t></w:r><w:r w:rsidR="00D4E5F6">{look}<w:t>{}</w:t></w:r></w:p>"#,
                escaped(said)
            )
        });
        format!(
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}<w:sectPr/></w:body></w:document>"#
        )
    };
    let related = |kind: &str, target: &str| {
        format!(r#"<Relationships><Relationship Id="r" Type="x/{kind}" Target="{target}"/></Relationships>"#)
    };
    let members = match ending {
        "docx" => {
            vec![
                ("_rels/.rels", related("officeDocument", "word/document.xml")),
                ("word/document.xml", word()),
            ]
        }
        "odt" => {
            let body = filled(|n, who, said| {
                format!(
                    r#"<text:p text:style-name="P{}"><text:span text:style-name="T1">{who}:</text:span> {}</text:p>"#,
                    n % 3,
                    escaped(said)
                )
            });
            let body = format!("<office:body><office:text>{body}</office:text></office:body>");
            vec![("content.xml", format!("<office:document-content>{body}</office:document-content>"))]
        }
        "xlsx" => {
            let cell =
                |at: &str, said: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{said}</t></is></c>"#);
            let row = |n: usize, cells: [&str; 3]| {
                let cells: String = ["A", "B", "C"]
                    .iter()
                    .zip(cells)
                    .map(|(at, said)| cell(&format!("{at}{}", n + 1), said))
                    .collect();
                format!(r#"<row r="{}">{cells}</row>"#, n + 1)
            };
            let head = row(0, ["start", "speaker", "text"]);
            let rows = filled(|n, who, said| row(n + 1, [&clock_of(n), who, &escaped(said)]));
            vec![
                ("xl/workbook.xml", r#"<workbook><sheets><sheet id="r"/></sheets></workbook>"#.to_owned()),
                ("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/sheet1.xml")),
                (
                    "xl/worksheets/sheet1.xml",
                    format!("<worksheet><sheetData>{head}{rows}</sheetData></worksheet>"),
                ),
            ]
        }
        _ => {
            let text = filled(|_, who, said| format!("{who}: {said}\n"));
            let sources = r#"<Sources><TextSource plainTextPath="internal://a.txt"/></Sources>"#;
            vec![("project.qde", format!("<Project>{sources}</Project>")), ("sources/a.txt", text)]
        }
    };
    let count = members.iter().map(|it| it.1.len()).sum();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(name, SimpleFileOptions::default()).expect("into memory");
        zip.write_all(text.as_bytes()).expect("into memory");
    }
    (zip.finish().expect("into memory").into_inner(), count)
}

fn clock_of(n: usize) -> String {
    format!("{:02}:{:02}:{:02}", n / 3600, n / 60 % 60, n % 60)
}

fn main() {
    let wanted: Vec<String> = env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    if let [child, ending, path, count] = wanted.as_slice()
        && child == "child"
    {
        return one(ending, Path::new(path), count.parse().expect("a number"));
    }
    let dir = tempfile::tempdir().expect("a directory");
    println!("| Format | MB | read, MB/s | wanted | peak, MiB |\n|---|---|---|---|---|");
    for (ending, packed) in FORMATS {
        if !wanted.is_empty() && !wanted.iter().any(|it| it == ending) {
            continue;
        }
        let (bytes, count) = file(ending);
        let path = dir.path().join("talk").with_extension(ending);
        fs::write(&path, bytes).expect("a file");
        // A process of its own, so that its peak is this format's alone.
        let child = env::current_exe().and_then(|it| {
            Command::new(it).args(["child", ending]).arg(&path).arg(count.to_string()).output()
        });
        let said = child.expect("this very program").stdout;
        let target = if *packed { XML_TARGET } else { TEXT_TARGET };
        let said = String::from_utf8_lossy(&said).trim().replace("WANTED", &format!("{target:.0}"));
        println!("| {ending} | {:.1} | {said} |", count as f64 / 1e6);
    }
}

/// Reads one file again and again.
fn one(ending: &str, path: &Path, count: usize) {
    let bytes = fs::read(path).expect("a file");
    let hint = Hint::of(ending.to_owned(), ItemKind::Transcript);
    let (start, mut best) = (Instant::now(), f64::INFINITY);
    while start.elapsed() < ENOUGH {
        let begin = Instant::now();
        let raw = parse::parse(JobId::from_bytes([7; 16]), &bytes, &hint).expect("a transcript");
        best = best.min(begin.elapsed().as_secs_f64());
        assert!(raw.layout().turns() > 1000, "hardly anything was read");
    }
    println!("{:.1} | WANTED | {:.0}", count as f64 / 1e6 / best, peak_mib());
}

/// The greatest memory of this process (`VmHWM`).
fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib = line.split_whitespace().next().and_then(|it| it.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
