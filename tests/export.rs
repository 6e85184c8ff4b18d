//! `vouchsafe export` over a small release that is made up here: every file is read back by somebody else's reader, and
//! the project is held against what programs for qualitative analysis are known to want.
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::wildcard_enum_match_arm,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the program is run as people run it, on files made by plain means"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read as _},
    path::Path,
    process::Command,
};

use quick_xml::events::Event;
use sha2::{Digest as _, Sha256};
use vouchsafe::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
    transcript::Role,
};

const COPIES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "HARBOUR_D03_PIR_W2_interview_v2.txt",
        "PIR",
        "interview",
        "text",
        "RES-01: Where is <home>?\nPIR-03: Near [place: Sha Tin], & with [person-4].\nso\n\nRES-01: =1+1\n",
    ),
    (
        "HARBOUR_D03_JOINT_W1_session_v1.vtt",
        "JOINT",
        "session",
        "webvtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v PSW-03>係呀，[PIR-03]</v>\n\n00:03.000 --> 00:04.000\n<v PIR-03>hm</v>\n",
    ),
    (
        "HARBOUR_D03_PSW_W1_interview_v1.csv",
        "PSW",
        "interview",
        "csv",
        "start,speaker,text\n0:01,PSW-03,\"well, yes\"\n0:02,RES-01,ok\n",
    ),
];

/// A release directory of these copies.
fn release(dir: &Path) -> std::path::PathBuf {
    let dir = dir.join("release/HARBOUR/team");
    fs::create_dir_all(&dir).unwrap();
    let mut index =
        "name,study,group,role,wave,activity,version,format,turns,bytes,sha256,released_at,log_index\n"
            .to_owned();
    for (n, (name, role, activity, format, text)) in COPIES.iter().enumerate() {
        fs::write(dir.join(name), text).unwrap();
        let wave = name.split('_').nth(3).unwrap();
        let version = &name[name.len() - 5..name.len() - 4];
        let digest: String = Sha256::digest(text.as_bytes()).iter().map(|it| format!("{it:02x}")).collect();
        let len = text.len();
        index += &format!(
            "{name},HARBOUR,D03,{role},{wave},{activity},{version},{format},3,{len},{digest},2026-11-2{n}T20:28:51Z,{n}\n"
        );
    }
    fs::write(dir.join("index.csv"), index).unwrap();
    dir
}

/// Exit code, standard output and standard error.
fn said(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    let output = program.current_dir(dir).arg("export").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

/// Roles and texts as the program itself reads a file.
fn parsed(path: &Path) -> Vec<(Role, String)> {
    let bytes = fs::read(path).unwrap();
    let extension = path.extension().unwrap().to_str().unwrap().to_owned();
    let hint = Hint::of(extension, ItemKind::Transcript);
    let raw = parse::parse(JobId::from_bytes([1; 16]), &bytes, &hint).unwrap();
    let text = String::from_utf8(bytes).unwrap_or_default();
    let pieces = raw.layout().pieces.iter();
    pieces.map(|it| (it.role, text.get(it.range()).unwrap_or_default().to_owned())).collect()
}

#[test]
fn every_format_is_written_and_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    release(dir.path());
    let (code, out, error) =
        said(dir.path(), &["release/HARBOUR/team", "--to", "out", "--as", "txt,docx,csv,vtt,qdpx"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("3 txt, 3 docx, 3 csv, 2 vtt, 1 qdpx") && out.contains("1 have no times"), "{out}");
    let to = dir.path().join("out");
    assert_eq!(names(&to).len(), 12);
    let base = "HARBOUR_D03_PIR_W2_interview_v2";
    let file = |ending: &str| to.join(format!("{base}.{ending}"));
    assert_eq!(
        fs::read_to_string(file("txt")).unwrap(),
        "0001 RES-01: Where is <home>?\n0002 PIR-03: Near [place: Sha Tin], & with [person-4].\n     so\n0003 RES-01: =1+1\n"
    );
    let mut table = csv::Reader::from_path(file("csv")).unwrap();
    assert_eq!(table.headers().unwrap(), vec!["turn", "start", "end", "speaker", "text"]);
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(
        rows[1].iter().collect::<Vec<_>>(),
        [
            "HARBOUR_D03_PIR_W2_interview#0002",
            "",
            "",
            "PIR-03",
            "Near [place: Sha Tin], & with [person-4].\nso"
        ]
    );
    assert_eq!(&rows[2][4], "=1+1");
    parsed(&file("docx"));
    let document = member(&fs::read(file("docx")).unwrap(), "word/document.xml");
    let document = String::from_utf8(document).unwrap();
    for it in ["<w:lnNumType", "0002", "PIR-03: ", "Near [place: Sha Tin], &amp; with", "<w:br/>"] {
        assert!(document.contains(it), "{it}: {document}");
    }
    let captions = parsed(&to.join("HARBOUR_D03_JOINT_W1_session_v1.vtt"));
    let of =
        |role: Role| captions.iter().filter(|it| it.0 == role).map(|it| it.1.as_str()).collect::<Vec<_>>();
    assert_eq!(of(Role::Label), ["PSW-03", "PIR-03"]);
    assert_eq!(of(Role::Speech), ["係呀，[PIR-03]", "hm"]);
    assert!(of(Role::Timing)[0].starts_with("00:00:01.000 --> 00:00:02.000"));
}

fn member(zip: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// What is known to be refused or misread somewhere: names and order of elements, ids, marks, paths, times.
struct Project {
    elements: Vec<(String, BTreeMap<String, String>)>,
    texts: BTreeMap<String, String>,
}

impl Project {
    fn valid(zip: &[u8]) -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut texts = BTreeMap::new();
        for n in 0..archive.len() {
            let mut it = archive.by_index(n).unwrap();
            let name = it.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            it.read_to_end(&mut bytes).unwrap();
            if name == "project.qde" {
                assert!(bytes.starts_with(b"<?xml"), "a mark, or none");
            } else {
                let guid = name.strip_prefix("sources/").and_then(|it| it.strip_suffix(".txt")).unwrap();
                let text = String::from_utf8(bytes).unwrap();
                let text = text.strip_prefix('\u{FEFF}').unwrap();
                assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\u{FEFF}']), "{text:?}");
                texts.insert(guid.to_owned(), text.to_owned());
            }
        }
        let mut elements = Vec::new();
        let xml = String::from_utf8(member(zip, "project.qde")).unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().expand_empty_elements = true;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(it) => {
                    let attributes = it.attributes().map(|it| {
                        let it = it.unwrap();
                        let value = it.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                        (it.key.as_ref().to_owned(), value.into_owned())
                    });
                    elements.push((it.name().as_ref().to_owned(), attributes.collect()));
                }
                Event::Text(it) if it.xml10_content().trim().is_empty() => {}
                Event::Text(it) => elements.push((
                    "#".to_owned(),
                    BTreeMap::from([(it.xml10_content().into_owned(), String::new())]),
                )),
                Event::Eof => break,
                _ => {}
            }
        }
        let project = Self { elements, texts };
        project.check();
        project
    }

    fn all(&self, name: &str) -> Vec<&BTreeMap<String, String>> {
        self.elements.iter().filter(|it| it.0 == name).map(|it| &it.1).collect()
    }

    fn check(&self) {
        let root = &self.elements[0];
        assert_eq!((root.0.as_str(), root.1["xmlns"].as_str()), ("Project", "urn:QDA-XML:project:1.0"));
        let parts: Vec<_> = self.elements.iter().map(|it| it.0.as_str()).collect();
        let at = |it: &str| parts.iter().position(|part| *part == it).unwrap();
        assert!([at("Users"), at("Variables"), at("Cases"), at("Sources")].is_sorted(), "{parts:?}");
        for it in ["CodeBook", "Notes", "Note", "Description", "Coding", "PlainTextContent"] {
            assert!(!parts.contains(&it), "{it}");
        }
        assert_eq!(self.all("User").len(), 1);
        let guids: Vec<_> = self.elements.iter().filter_map(|it| it.1.get("guid")).collect();
        assert_eq!(guids.iter().collect::<BTreeSet<_>>().len(), guids.len(), "an id twice");
        for it in &guids {
            assert!(is_random(it), "{it}");
        }
        for (_, it) in &self.elements {
            for (name, value) in it {
                if name.ends_with("DateTime") {
                    assert!(value.ends_with("T00:00:00Z"), "{value}");
                }
                if matches!(name.as_str(), "targetGUID" | "creatingUser" | "creatingUserGUID") {
                    assert!(guids.contains(&value), "{name} points nowhere");
                }
            }
        }
        let sources = self.all("TextSource");
        assert_eq!(sources.len(), self.texts.len());
        for it in sources {
            assert!(!it.contains_key("richTextPath"));
            assert_eq!(it["plainTextPath"], format!("internal://{}.txt", it["guid"]));
            assert!(self.texts.contains_key(&it["guid"]));
        }
    }

    /// The sources of a case, by name.
    fn sources_of(&self, case: &str) -> BTreeSet<&str> {
        let names: BTreeMap<_, _> =
            self.all("TextSource").iter().map(|it| (it["guid"].as_str(), it["name"].as_str())).collect();
        let from = self.elements.iter().position(|it| it.0 == "Case" && it.1["name"] == case).unwrap();
        let rest = self.elements[from + 1..].iter().take_while(|it| it.0 != "Case" && it.0 != "Sources");
        rest.filter(|it| it.0 == "SourceRef").map(|it| names[it.1["targetGUID"].as_str()]).collect()
    }
}

/// Version 4, variant 1 (RFC 9562).
fn is_random(guid: &str) -> bool {
    let parts: Vec<_> = guid.split('-').collect();
    parts.iter().map(|it| it.len()).eq([8, 4, 4, 4, 12])
        && guid.bytes().all(|it| it == b'-' || it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
        && parts[2].starts_with('4')
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}

#[test]
fn the_project_is_one_that_other_programs_open() {
    let dir = tempfile::tempdir().unwrap();
    release(dir.path());
    let project = |to: &str| {
        let (code, _, error) = said(dir.path(), &["release/HARBOUR/team", "--to", to, "--as", "qdpx"]);
        assert_eq!(code, 0, "{error}");
        Project::valid(&fs::read(dir.path().join(to).join("HARBOUR.qdpx")).unwrap())
    };
    let one = project("one");
    let cases: BTreeSet<_> = one.all("Case").into_iter().map(|it| it["name"].as_str()).collect();
    assert_eq!(cases, BTreeSet::from(["D03", "PIR-03", "PSW-03"]));
    assert_eq!(one.sources_of("D03").len(), 3);
    assert_eq!(
        one.sources_of("PIR-03"),
        BTreeSet::from(["HARBOUR_D03_JOINT_W1_session_v1", "HARBOUR_D03_PIR_W2_interview_v2"])
    );
    let values: BTreeSet<_> =
        one.elements.iter().filter(|it| it.0 == "#").flat_map(|it| it.1.keys()).map(|it| it.trim()).collect();
    for it in ["PIR", "D03", "W2", "interview", "latin", "mixed"] {
        assert!(values.contains(it), "{it}: {values:?}");
    }
    assert!(
        one.texts
            .values()
            .any(|it| it.contains("0002 PIR-03: Near [place: Sha Tin], & with [person-4].\r\n     so\r\n"))
    );
    let two = project("two");
    let ids = |it: &Project| it.texts.keys().cloned().collect::<BTreeSet<_>>();
    assert!(ids(&one).is_disjoint(&ids(&two)), "ids are random");
}

#[test]
fn nothing_is_replaced_and_nothing_changed_is_exported() {
    let dir = tempfile::tempdir().unwrap();
    let copies = release(dir.path());
    let from = "release/HARBOUR/team";
    let (code, out, _) = said(dir.path(), &[from, "--to", "out", "--as", "txt", "--only", "*_W1_*"]);
    assert!(code == 0 && out.contains("2 txt") && out.contains("1 others do not fit"), "{out}");
    let before = fs::read(dir.path().join("out/HARBOUR_D03_PSW_W1_interview_v1.txt")).unwrap();
    let (code, _, error) = said(dir.path(), &[from, "--to", "out", "--as", "txt,csv"]);
    assert!(code == 2 && error.contains("CL-31") && error.contains("HARBOUR_D03_PSW_W1"), "{error}");
    assert_eq!(names(&dir.path().join("out")).len(), 2, "nothing is written beside what is refused");
    assert_eq!(fs::read(dir.path().join("out/HARBOUR_D03_PSW_W1_interview_v1.txt")).unwrap(), before);
    let (code, _, error) = said(dir.path(), &[from, "--to", "out", "--as", "txt,csv", "--force"]);
    assert!(code == 0, "{error}");
    for (arguments, want) in [
        (vec![from, "--to", from, "--as", "csv"], "CL-30"),
        (vec![from, "--to", "out", "--as", "csv", "--only", "x*"], "CL-28"),
        (vec!["release", "--to", "out", "--as", "csv"], "CL-28"),
        (vec!["nowhere", "--to", "out", "--as", "csv"], "CL-04"),
    ] {
        let (code, _, error) = said(dir.path(), &arguments);
        assert!(code == 2 && error.contains(want), "{want}: {error}");
    }
    let (code, _, error) = said(dir.path(), &[from, "--to", "out", "--as", "pdf"]);
    assert!(code == 2 && error.contains("qdpx"), "{error}");
    fs::write(copies.join("HARBOUR_D03_PSW_W1_interview_v1.csv"), "speaker,text\nP,other\n").unwrap();
    let (code, _, error) = said(dir.path(), &[from, "--to", "fresh", "--as", "txt"]);
    assert!(code == 2 && error.contains("CL-29") && error.contains("HARBOUR_D03_PSW_W1"), "{error}");
    assert!(!dir.path().join("fresh").exists());
}
