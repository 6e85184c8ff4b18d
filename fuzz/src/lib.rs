//! What must hold of any bytes that a reader of foreign files is given. Says so by panicking: that is how a
//! fuzzer is told. Knows nothing of the fuzzer.

use std::io::Cursor;

use vouchsafe::{
    config::Fields,
    eval::{brat, classes::Classes, conll},
    id::JobId,
    intake::{
        name,
        sidecar::{self, Register},
    },
    item::ItemKind,
    parse::{self, Hint, media},
    render,
    residual::sheet,
    seal,
};

const JOB: JobId = JobId::from_bytes([0; 16]);

/// A target's bytes as a file of the format that it is named after: refused, or read; and what was read is, written
/// in its format, read again as the same.
pub fn format(target: &str, bytes: &[u8]) {
    let extension = match target {
        "text" => "txt",
        "markdown" => "md",
        "webvtt" => "vtt",
        "subrip" => "srt",
        "otranscribe" => "otr",
        "whisper" => "json",
        "elan" => "eaf",
        "chat" => "cha",
        extension => extension,
    };
    let bytes = render::packed(extension, bytes);
    for kind in [ItemKind::Transcript, ItemKind::Fieldnote] {
        match render::round_trip(&bytes, &Hint::of(extension.to_owned(), kind)) {
            Ok(refused) => assert_ne!(refused, Some(parse::Error::Layout), "an error of ours"),
            Err(wrong) => panic!("{wrong}"),
        }
    }
}

/// A container is sniffed and measured; one that is whole stays so when something is added to its end, unless
/// its end is what tells.
pub fn container(bytes: &[u8]) {
    let kind = media::sniff(bytes);
    let whole = media::is_whole(&mut Cursor::new(bytes)).expect("a cursor can be read");
    if kind.is_some() {
        let hint = Hint::of("txt".to_owned(), ItemKind::Transcript);
        assert!(parse::parse(JOB, bytes, &hint).is_err(), "a recording is no transcript");
    }
    if bytes.starts_with(b"RIFF") && whole == media::Whole::Yes {
        let longer = [bytes, b"more"].concat();
        assert_eq!(media::is_whole(&mut Cursor::new(longer)).expect("as above"), media::Whole::Yes);
    }
}

/// What fieldworkers write beside their files is refused, or says the same when it is written out plainly.
pub fn table(bytes: &[u8]) {
    let _class = name::classify(bytes);
    drop(Register::parse(bytes));
    if let Ok(fields) = sidecar::parse(bytes) {
        let again = sidecar::parse(plain(&fields).as_bytes()).expect("our own writing");
        assert_eq!(again, fields);
    }
}

/// Other people's annotations are refused, or can be scored: half of the bytes is the text, half what was marked in it.
pub fn gold(bytes: &[u8]) {
    let types = Classes::new(&[], &[], &[]);
    let (text, marks) = bytes.split_at(bytes.len() / 2);
    let [text, marks, whole] = [text, marks, bytes].map(|it| String::from_utf8_lossy(it).into_owned());
    let standoff = brat::read(String::new(), String::new(), text, &marks, &types).into_iter();
    for it in standoff.chain(conll::read(&whole, &types).into_iter().flatten()) {
        assert!(it.is_sound(), "a mark outside its text");
    }
    drop(sheet::draw_of(bytes));
}

/// The head of a sealed object is refused or read.
pub fn object(bytes: &[u8]) {
    drop(seal::inspect(Cursor::new(bytes)));
}

fn plain(fields: &Fields) -> String {
    let mut lines = String::new();
    let mut add = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            lines.push_str(&format!("{key} = \"{value}\"\n"));
        }
    };
    add("group", fields.group.as_ref().map(|it| it.as_str()));
    add("role", fields.role.as_ref().map(|it| it.as_str()));
    add("wave", fields.wave.as_ref().map(|it| it.as_str()));
    add("activity", fields.activity.as_ref().map(|it| it.folder()));
    lines
}
