use std::{fs, os::unix::fs::symlink};

use super::*;
use crate::entity::EntityType;

fn files() -> Files {
    Files { network: vec![1; 99], tokeniser: b"{}".to_vec(), labels: b"{ }".to_vec() }
}

fn written() -> String {
    let labels = [("PER".to_owned(), EntityType::Person)].into();
    Pins::proposed(["tiny", "CC0", "made for a test"], (128, 32), labels).text(&files(), &["MISC".to_owned()])
}

/// A folder that is as it should be.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files().all() {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    fs::write(dir.path().join(PINS), written()).unwrap();
    dir
}

#[test]
fn a_folder_is_read_as_it_was_pinned() {
    let dir = folder();
    let plugin = Plugin::read(dir.path()).unwrap();
    assert_eq!(plugin.files(), &files());
    assert_eq!(plugin.pins().labels, [("PER".to_owned(), EntityType::Person)].into());
    assert_eq!((plugin.pins().max_tokens, plugin.pins().overlap), (128, 32));
    assert_eq!(plugin.digest(), Digest::sha256(written().as_bytes()));
    assert!(!format!("{plugin:?}").contains("[1, 1"), "weights are no message");
}

#[test]
fn what_was_changed_is_named() {
    for name in [NETWORK, TOKENISER, LABELS] {
        for change in
            [|it: &mut Vec<u8>| it.push(1), |it: &mut Vec<u8>| it.truncate(1), |it: &mut Vec<u8>| it[0] ^= 1]
        {
            let dir = folder();
            let path = dir.path().join(name);
            let mut bytes = fs::read(&path).unwrap();
            change(&mut bytes);
            fs::write(path, bytes).unwrap();
            assert_eq!(Plugin::read(dir.path()), Err(Error::Changed(name)));
        }
    }
}

#[test]
fn what_is_missing_a_link_or_no_file_is_refused() {
    for name in [PINS, NETWORK, TOKENISER, LABELS] {
        let dir = folder();
        let path = dir.path().join(name);
        fs::remove_file(&path).unwrap();
        assert_eq!(Plugin::read(dir.path()), Err(Error::Unreadable(name, io::ErrorKind::NotFound)));
        fs::create_dir(&path).unwrap();
        assert_eq!(Plugin::read(dir.path()), Err(Error::NotPlain(name)));
        fs::remove_dir(&path).unwrap();
        let elsewhere = folder();
        symlink(elsewhere.path().join(name), &path).unwrap();
        assert_eq!(Plugin::read(dir.path()), Err(Error::NotPlain(name)));
    }
    let dir = folder();
    let link = dir.path().join("link");
    symlink(folder().path(), &link).unwrap();
    assert_eq!(Plugin::read(&link), Err(Error::NotPlain("folder")));
    let none = Plugin::read(&dir.path().join("none"));
    assert_eq!(none, Err(Error::Unreadable("folder", io::ErrorKind::NotFound)));
}

#[test]
fn files_have_a_limit_together() {
    let dir = folder();
    let network = fs::OpenOptions::new().write(true).open(dir.path().join(NETWORK)).unwrap();
    let others = u64::try_from(files().size() - 99).unwrap();
    let limit = u64::try_from(MAX_PLUGIN_BYTES).unwrap() - others;
    // A hole takes no room on the disk.
    network.set_len(limit + 1).unwrap();
    assert_eq!(Plugin::read(dir.path()), Err(Error::TooLarge));
    let pins = format!("{}#{}\n", written(), "x".repeat(MAX_PINS_BYTES));
    assert_eq!(Plugin::checked(pins.into_bytes(), files()), Err(Error::TooLarge));
}

#[test]
fn pins_are_whole_and_mean_something() {
    let text = written();
    for (old, new, line, said) in [
        ("schema = 1", "schema = 2", 1, "schema is not 1"),
        ("name = \"tiny\"", "", 1, "a key is missing"),
        ("name = \"tiny\"", "name = \" \"", 2, "a few words"),
        ("licence", "license", 1, "no such key"),
        ("max_tokens = 128", "max_tokens = 8", 7, "16 to 4096"),
        ("overlap = 32", "overlap = 64", 8, "less than half"),
        ("temperature = 1.0", "temperature = nan", 10, "0.1 to 10"),
        ("temperature = 1.0", "temperature = 0.0", 10, "0.1 to 10"),
        ("[\"en\", \"yue\", \"zh\"]", "[]", 12, "languages is"),
        ("[\"en\", \"yue\", \"zh\"]", "[\"fr\"]", 12, "languages is"),
        ("\"config.json\"", "\"other.json\"", 14, "sha256 wants"),
        ("\"PERSON\"", "\"PERSONS\"", 21, "no entity type"),
        ("\"PER\" = \"PERSON\"", "", 20, "would find nothing"),
    ] {
        let changed = text.replacen(old, new, 1);
        assert_ne!(changed, text, "{old}");
        let error = Pins::parse(&changed).unwrap_err().to_string();
        assert!(error.contains(said), "{old}: {error}");
        if !said.contains("key") {
            assert!(error.contains(&format!("line {line}:")), "{old}: {error}");
        }
    }
    let without = text.replacen("temperature = 1.0\n", "", 1);
    let without = without.replacen("languages = [\"en\", \"yue\", \"zh\"]\n", "", 1);
    assert_eq!(Pins::parse(&without).unwrap(), Pins::parse(&text).unwrap());
}
