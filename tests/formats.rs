//! Documents through the whole line: what is dropped is read, and what goes out is a new file that says less.
#![expect(
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
};

use station::{Bench, files};
use vouchsafe::{
    catalog::{Job, State},
    config::SHEET_FILE,
    parse,
    review::Ballot,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A Word document with a name split over runs, one in a comment, and one in the properties.
fn document(body: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let comment = "<w:comments xmlns:w='w'><w:comment w:author='Rosa Quill'><w:p><w:r><w:t>CANARY</w:t></w:r></w:p></w:comment></w:comments>";
    let properties = "<cp:coreProperties><dc:creator>CANARY</dc:creator></cp:coreProperties>";
    let root = "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='word/document.xml'/></Relationships>";
    let parts =
        "<Relationships><Relationship Id='c' Type='x/comments' Target='comments.xml'/></Relationships>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", root),
        ("word/_rels/document.xml.rels", parts),
        ("word/document.xml", xml.as_str()),
        ("word/comments.xml", comment),
        ("docProps/core.xml", properties),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.set_comment("CANARY").unwrap();
    zip.finish().unwrap().into_inner()
}

fn paragraph(runs: &[&str]) -> String {
    let runs: String =
        runs.iter().map(|it| format!("<w:r><w:t xml:space='preserve'>{it}</w:t></w:r>")).collect();
    format!("<w:p>{runs}</w:p>")
}

/// What went out of a job: the bytes, and all of its members as one text.
fn released(bench: &Bench, job: &Job) -> (Vec<u8>, String) {
    let bytes = bench.copy(job);
    let mut zip = ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
    let mut text = String::new();
    for n in 0..zip.len() {
        zip.by_index(n).unwrap().read_to_string(&mut text).unwrap();
    }
    (bytes, text)
}

const PATH: &str = "D01/PIR/W1/interview/talk.docx";

#[test]
fn the_sheet_in_the_intake_folder_names_every_ending_that_is_read() {
    let bench = Bench::new("automatic");
    let sheet = fs::read_to_string(bench.station.join("intake").join(SHEET_FILE)).unwrap();
    for ending in parse::ACCEPTED.split([',', ' ']).filter(|it| it.starts_with('.')) {
        assert_eq!(
            sheet.matches(&format!("{ending} ")).count() + sheet.matches(&format!("{ending}\n")).count(),
            2,
            "{ending}"
        );
    }
}

#[test]
fn a_document_comes_out_as_a_new_one_without_what_nobody_sees() {
    let bench = Bench::new("automatic");
    let body = [
        paragraph(&["I: how was it?"]),
        paragraph(&["P: I rang on 9", "123 4", "567 and they said A1", "23456(3)"]),
        paragraph(&["P: then we had tea"]),
    ];
    bench.drop_file(PATH, document(&body.concat()));
    bench.run();
    let job = bench.job(PATH);
    let (bytes, text) = released(&bench, &job);
    assert!(job.facts.release_name.as_ref().unwrap().ends_with("_interview_v1.docx"));
    for gone in ["9123", "4567", "123456", "CANARY", "Rosa", "Quill"] {
        assert!(!text.contains(gone), "{gone}: {text}");
        assert!(!bytes.windows(gone.len()).any(|it| it == gone.as_bytes()), "{gone}");
    }
    assert!(text.contains("then we had tea") && text.contains("[phone]"), "{text}");
    bench.check_archive_and_log();
}

#[test]
fn a_receipt_says_what_a_document_holds_that_was_not_taken_over() {
    let bench = Bench::new("automatic");
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>CANARY</w:t></w:r>";
    let picture =
        "<w:r><w:drawing><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></w:drawing></w:r>";
    let comment = "<w:r><w:commentReference w:id='1'/></w:r>";
    let body = format!("{}<w:p>{hidden}{picture}{comment}{comment}</w:p>", paragraph(&["I: how was it?"]));
    bench.drop_file(PATH, document(&body));
    bench.drop_file("D01/PIR/W1/interview/plain.txt", "I: how was it?\nP: fine\n");
    bench.run();
    let receipt = bench.receipt(PATH);
    for it in [
        "SAFE",
        "Not taken over: 2 comments, 1 hidden passage, 1 picture.",
        "未有採用：2 個註解、1 段隱藏文字、1 張圖片。",
    ] {
        assert!(receipt.contains(it), "{it}: {receipt}");
    }
    assert!(!receipt.contains("CANARY") && !receipt.contains("Quill"), "{receipt}");
    assert!(!bench.receipt("D01/PIR/W1/interview/plain.txt").contains("Not taken over"));
    // Receipts are made of what the catalog knows.
    let kept: Vec<_> = bench.job(PATH).facts.left_out.iter().map(|it| it.1).collect();
    assert_eq!(kept, [2, 1, 1]);
    bench.check_archive_and_log();
}

#[test]
fn a_document_is_reviewed_as_a_text_and_goes_out_as_a_document() {
    let bench = Bench::new("one-person");
    let body = [paragraph(&["I: who was it?"]), paragraph(&["P: My name is Brook M", "arsh."])];
    bench.drop_file(PATH, document(&body.concat()));
    bench.run();
    let job = bench.job(PATH);
    bench.decide(&job, "ada", Ballot::Approve, |work| {
        for n in 1..=work.candidates().len() {
            work.redact(n, None).unwrap();
        }
    });
    bench.run();
    let job = bench.job(PATH);
    let told: String = files(&bench.station.join("review/in"))
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "txt"))
        .map(|it| fs::read_to_string(it).unwrap())
        .collect();
    assert_eq!(job.state, State::Done, "{told}");
    let (_, text) = released(&bench, &job);
    assert!(!text.contains("Brook") && text.contains("My name is ["), "{text}");
    bench.check_archive_and_log();
}

#[test]
fn what_is_no_sound_document_is_quarantined_with_a_reason() {
    let bench = Bench::new("automatic");
    let whole = document(&paragraph(&["P: hello"]));
    for (name, bytes, code) in [
        ("cut.docx", whole.get(..whole.len() / 2).unwrap(), "PA-18"),
        ("old.docx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on", "PA-20"),
        ("text.docx", b"P: hello, I am Daisy", "PA-10"),
        ("empty.docx", &document("")[..], "PA-01"),
    ] {
        let path = format!("D01/PIR/W1/interview/{name}");
        bench.drop_file(&path, bytes);
        bench.run();
        let job = bench.job(&path);
        assert_eq!((job.state, job.facts.reason.as_deref()), (State::Quarantined, Some(code)), "{name}");
    }
}
