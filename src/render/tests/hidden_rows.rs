//! What files hide where no reader of the talk looks: none of it is in a copy. `training/hostile/rows.py` writes them.

use std::{fs, path::Path};

use super::{
    super::hidden::{CANARY, HAN, found},
    file,
};
use crate::{
    config::{Column, Columns},
    id::JobId,
    item::ItemKind,
    parse::{Hint, parse},
    view::View,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile-files/rows");

/// The files, how often each says something that is to be seen, and how many words it hides at least.
const FILES: &[(&str, usize, usize)] = &[
    ("elan.eaf", 2, 50),
    ("long.TextGrid", 3, 9),
    ("utf-16.TextGrid", 3, 9),
    ("talk.cha", 4, 30),
    ("whisperx.json", 2, 15),
    ("whisper-cpp.json", 1, 9),
    ("teams.vtt", 7, 9),
    ("captions.srt", 5, 5),
    ("notes.md", 8, 30),
    ("turns.csv", 2, 3),
    ("turns.tsv", 2, 3),
];

#[test]
fn nothing_hidden_is_in_a_copy() {
    let mut columns = Columns::default();
    columns.name("Secret", Column::LeaveOut);
    for (name, seen, hides) in FILES {
        let path = Path::new(FOLDER).join(name);
        let bytes = fs::read(&path).unwrap();
        let extension = path.extension().unwrap().to_str().unwrap().to_owned();
        let job = JobId::from_bytes([7; 16]);
        let hint = Hint { columns: columns.clone(), ..Hint::of(extension, ItemKind::Transcript) };
        let raw = parse(job, &bytes, &hint).unwrap();
        // Only what is dropped goes.
        let (raw, _) = raw.rewrite(&[], |_, _| ());
        // EXPOSE: made up by a script.
        let held = raw.text().expose();
        let copy = file(raw.layout().format, held);
        for word in [CANARY, HAN] {
            assert_eq!(found(&copy, word), 0, "{name}: {}", String::from_utf8_lossy(&copy));
        }
        // Times inside words are no part of them.
        let speech: String = held.split("<00:00:03.000>").collect();
        assert_eq!(View::of(&speech).text().matches("VISIBLE").count(), *seen, "{name}: {held}");
        let hidden = String::from_utf8_lossy(&bytes).replace('\0', "").matches("CANARY").count();
        assert!(hidden >= *hides, "{name} hides {hidden} words");
    }
}

#[test]
fn every_hostile_file_is_looked_at() {
    let mut found: Vec<_> =
        fs::read_dir(FOLDER).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    let mut named: Vec<_> = FILES.iter().map(|it| it.0.to_owned()).collect();
    found.sort();
    named.sort();
    assert_eq!(found, named);
}
