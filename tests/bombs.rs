//! Files that are small and become large: each is refused, or read, within [`LIMIT_MIB`], in a process of its own whose
//! peak the kernel tells.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    env, fs,
    io::{Cursor, Write as _},
    path::Path,
    process::Command,
};

use vouchsafe::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The most memory that a file may take, whatever is in it.
const LIMIT_MIB: u64 = 256;
/// What a container may unpack to, and what a text may have.
const UNPACKED: usize = 96 * 1024 * 1024;
const TEXT: usize = 32 * 1024 * 1024;
const FILE: &str = "VOUCHSAFE_BOMB";

fn pack(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn related(kind: &str, target: &str) -> String {
    format!("<Relationships><Relationship Id='r' Type='x/{kind}' Target='{target}'/></Relationships>")
}

/// A workbook of one sheet, and of other parts.
fn workbook(sheet: &[u8], parts: &[(&str, &[u8])]) -> Vec<u8> {
    let relations = related("worksheet", "worksheets/sheet1.xml");
    let own: [(&str, &[u8]); 3] = [
        ("xl/workbook.xml", b"<workbook><sheets><sheet id='r'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    pack(&[&own, parts].concat())
}

/// A package whose main part is this.
fn package(ending: &str, xml: &[u8]) -> Vec<u8> {
    match ending {
        "docx" => pack(&[
            ("_rels/.rels", related("officeDocument", "word/document.xml").as_bytes()),
            ("word/document.xml", xml),
        ]),
        "odt" => pack(&[("content.xml", xml)]),
        "xlsx" => workbook(xml, &[]),
        "qdpx" => pack(&[("project.qde", xml)]),
        _ => xml.to_vec(),
    }
}

/// Begin, as often as it fits, end.
fn filled(begin: &str, each: &str, end: &str, bytes: usize) -> Vec<u8> {
    let count = (bytes - begin.len() - end.len()) / each.len();
    [begin, &each.repeat(count), end].concat().into_bytes()
}

/// Name, ending, bytes.
fn bombs() -> Vec<(String, &'static str, Vec<u8>)> {
    let mut all: Vec<(String, &'static str, Vec<u8>)> = Vec::new();
    let mut add = |what: &str, ending: &'static str, bytes: Vec<u8>| {
        all.push((format!("{ending}: {what}"), ending, bytes));
    };
    // Begin and end of each format's text, and an element that says nothing.
    let formats: [(&str, &str, &str, &str); 5] = [
        ("docx", "<w:document><w:body>", "<w:p/>", "</w:body></w:document>"),
        (
            "odt",
            "<office:document-content><office:body><office:text>",
            "<text:p/>",
            "</office:text></office:body></office:document-content>",
        ),
        ("xlsx", "<worksheet><sheetData>", "<row><c><v/></c></row>", "</sheetData></worksheet>"),
        ("qdpx", "<Project><Sources>", "<TextSource plainTextPath='a'/>", "</Sources></Project>"),
        (
            "eaf",
            "<ANNOTATION_DOCUMENT><HEADER TIME_UNITS='milliseconds'/><TIME_ORDER>",
            "<TIME_SLOT TIME_SLOT_ID='a'/>",
            "</TIME_ORDER></ANNOTATION_DOCUMENT>",
        ),
    ];
    for (ending, begin, each, end) in formats {
        let part = |xml: Vec<u8>| package(ending, &xml);
        add("a zip bomb", ending, part(filled(begin, " ", end, UNPACKED)));
        add("a text of blanks", ending, part(filled(begin, " ", end, TEXT)));
        add("an attribute", ending, part(filled(&format!("{begin}<x a='"), "a", &format!("'/>{end}"), TEXT)));
        add("a comment", ending, part(filled(&format!("{begin}<!--"), "a", &format!("-->{end}"), TEXT)));
        add("many elements", ending, part(filled(begin, each, end, TEXT.min(999_000 * each.len()))));
        add("10^6 empty elements", ending, part(filled(begin, "<x/>", end, 4_100_000)));
        add(
            "many attributes",
            ending,
            part(filled(&format!("{begin}<x"), " a=''", &format!("/>{end}"), TEXT)),
        );
        add("deep nesting", ending, part(format!("{begin}{}", "<x>".repeat(1_000_000)).into_bytes()));
        let entities = "<!DOCTYPE a [<!ENTITY b 'lol'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>";
        add("entities", ending, part(format!("{entities}{begin}&c;{end}").into_bytes()));
    }
    let word = |said: &str, end: &str| filled("<w:document><w:body>", said, end, TEXT);
    let end = "</w:body></w:document>";
    add("short paragraphs", "docx", package("docx", &word("<w:p><w:r><w:t>a</w:t></w:r></w:p>", end)));
    add(
        "short cells",
        "docx",
        package("docx", &word("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", end)),
    );
    let one = filled(
        "<w:document><w:body><w:p><w:r><w:t>",
        "去 ",
        "</w:t></w:r></w:p></w:body></w:document>",
        TEXT,
    );
    add("one paragraph", "docx", package("docx", &one));
    let inner = package("docx", &filled("<w:document><w:body>", " ", end, TEXT));
    let sources = "<Project><Sources><TextSource richTextPath='internal://a.docx'/></Sources></Project>";
    let twice = "<TextSource richTextPath='internal://a.docx'/>".repeat(4000);
    let many = format!("<Project><Sources>{twice}</Sources></Project>");
    add("a bomb in it", "qdpx", pack(&[("project.qde", sources.as_bytes()), ("sources/a.docx", &inner)]));
    add("a bomb in it, often", "qdpx", pack(&[("project.qde", many.as_bytes()), ("sources/a.docx", &inner)]));
    let long = filled("", "P: a\n", "", TEXT - 5);
    let text = "<Project><Sources><TextSource plainTextPath='internal://a.txt'/></Sources></Project>";
    add("a long text", "qdpx", pack(&[("project.qde", text.as_bytes()), ("sources/a.txt", &long)]));
    let strings = filled("<sst>", "<si><t>a</t></si>", "</sst>", TEXT.min(900_000 / 2 * 17));
    let sheet = b"<worksheet><sheetData><row><c t='s'><v>0</v></c></row></sheetData></worksheet>";
    add("many strings", "xlsx", workbook(sheet, &[("xl/sharedStrings.xml", &strings)]));
    let names: Vec<String> = (0..60_000).map(|n| format!("m{n}")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b""[..])).collect();
    add("60,000 members", "docx", pack(&members));
    for (what, begin, each, end) in [
        ("tags", "<p>", "<b>", ""),
        ("short paragraphs", "", "<p>a", ""),
        ("entities", "<p>", "&nbsp;", ""),
        ("cells", "<table>", "<tr><td>a", ""),
        ("a text", "<p>", "a ", ""),
    ] {
        add(what, "html", filled(begin, each, end, TEXT));
    }
    for (what, begin, each, end) in [
        ("groups", "{\\rtf1 ", "{}", "}"),
        ("depth", "{\\rtf1 ", "{", ""),
        ("short paragraphs", "{\\rtf1 ", "a\\par ", "}"),
        ("notes", "{\\rtf1 ", "{\\footnote a}", "}"),
        ("fonts", "{\\rtf1 {\\fonttbl", "{\\f1\\fcharset136 a;}", "}}"),
        ("characters by number", "{\\rtf1 ", "\\u25105?", "}"),
    ] {
        add(what, "rtf", filled(begin, each, end, TEXT));
    }
    for (ending, what, begin, each, end) in [
        ("otr", "paragraphs", "{\"text\":\"", "<p>a", "\"}"),
        ("otr", "depth", "{\"text\":\"a\",\"x\":", "[", ""),
        ("json", "segments", "{\"segments\":[{\"text\":\"a\"}", ",{\"text\":\"a\"}", "]}"),
        ("json", "depth", "{\"x\":", "[", ""),
        (
            "TextGrid",
            "numbers",
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n0\n1\n<exists>\n9\n",
            "1 ",
            "",
        ),
        ("cha", "lines", "@Begin\n", "*P:\ta\n", "@End\n"),
        ("cha", "a line", "@Begin\n*P:\t", "a\n\t", "\n@End\n"),
        ("csv", "rows", "text\n", "a\n", ""),
        ("csv", "cells", "text\n", "a,", "\n"),
        ("tsv", "quotes", "text\n\"", "a\t", "\n"),
        ("vtt", "cues", "WEBVTT\n\n", "00:00.000 --> 00:01.000\na\n\n", ""),
        ("vtt", "tags", "WEBVTT\n\n00:00.000 --> 00:01.000\n", "<b>", ""),
        ("srt", "cues", "", "1\n00:00:00,000 --> 00:00:01,000\na\n\n", ""),
        ("txt", "lines", "", "P: a\n", ""),
        ("txt", "empty lines", "P: a", "\n", ""),
        ("md", "comments", "P: a", " <!---->", ""),
        ("md", "lines", "<!-- -->", "P: a\n", ""),
        ("md", "links", "P: ", "![](", ")"),
        ("md", "tags", "P: ", "<a b=c>", ""),
        ("md", "comments in comments", "P: ", "<!<!-- -->-- ", ""),
    ] {
        add(what, ending, filled(begin, each, end, TEXT));
    }
    all
}

#[test]
fn no_file_takes_more_memory_than_there_is_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut over = Vec::new();
    for (name, ending, bytes) in bombs() {
        let path = dir.path().join("bomb").with_extension(ending);
        fs::write(&path, &bytes).unwrap();
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_child_reads_a_bomb", "--ignored", "--nocapture"])
            .env(FILE, &path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        let told = said.lines().find_map(|it| it.strip_prefix("BOMB "));
        let told = told.unwrap_or_else(|| panic!("{name}: {said}{}", String::from_utf8_lossy(&child.stderr)));
        let (mib, outcome) = told.split_once(' ').unwrap();
        println!("| {name} | {} | {mib} | {outcome} |", bytes.len());
        if mib.parse::<u64>().unwrap() > LIMIT_MIB {
            over.push(format!("{name}: {told}"));
        }
    }
    assert!(over.is_empty(), "over {LIMIT_MIB} MiB: {over:#?}");
}

#[test]
#[ignore = "run by the other test, in a process of its own"]
fn a_child_reads_a_bomb() {
    let Some(path) = env::var_os(FILE) else {
        eprintln!("SKIPPED: nobody named a file");
        return;
    };
    let bytes = fs::read(&path).unwrap();
    let ending = Path::new(&path).extension().unwrap().to_str().unwrap().to_owned();
    let read = parse::parse(JobId::from_bytes([7; 16]), &bytes, &Hint::of(ending, ItemKind::Transcript));
    let outcome = read.map_or_else(|error| error.to_string(), |it| format!("{} turns", it.layout().turns()));
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    println!("BOMB {} {outcome}", kib.div_ceil(1024));
}
