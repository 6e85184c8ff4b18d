//! What becomes known of a name in one file reaches the others of its group: later files are searched for it, and
//! what is out already is marked as stale.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{fs, process::Command};

use station::{BINARY, Bench, files};
use vouchsafe::{
    catalog::{Catalog, Job, State},
    clock::{Clock as _, SystemClock},
    entity::EntityType,
    render,
    review::{Ballot, Work},
    transcript::Format,
};

/// Two words of the dictionary, in small letters: nothing sees a name in them.
const UNSEEN: &str = "I: hello\nP: so brook marsh came by and we had tea\n";
const NAMED: &str = "I: who was it?\nP: My name is Brook Marsh.\n";

fn status(bench: &Bench) -> String {
    let shown = Command::new(BINARY).args(["status", "-s"]).arg(&bench.station).output().unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    String::from_utf8(shown.stdout).unwrap()
}

/// Ada takes out whatever waits for her, and approves.
fn approve(bench: &Bench, job: &Job) {
    bench.decide(job, "ada", Ballot::Approve, redact_all);
}

fn redact_all(work: &mut Work) {
    for n in 1..=work.candidates().len() {
        work.redact(n, None).unwrap();
    }
}

/// A released copy in which a name stands that nobody knew.
fn with_release() -> (Bench, u64) {
    let bench = Bench::new("automatic");
    bench.drop_file("D01/PIR/W1/interview/a.txt", UNSEEN);
    bench.run();
    let job = bench.job("D01/PIR/W1/interview/a.txt");
    assert!(bench.text(&job).contains("brook marsh"), "it was meant to be missed");
    let leaf = job.facts.release_leaf.unwrap();
    (bench, leaf)
}

#[test]
fn a_release_that_holds_a_new_name_is_stale_until_a_new_version_is_out() {
    let (bench, leaf) = with_release();
    assert_eq!(bench.stale(), []);
    assert!(!status(&bench).contains("become known"));

    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    let found = bench.stale();
    assert_eq!(found.iter().map(|it| (it.release, it.logged)).collect::<Vec<_>>(), [(leaf, true)]);
    assert_eq!(bench.told_stale(), [leaf]);
    let shown = status(&bench);
    let name = bench.job("D01/PIR/W1/interview/a.txt").facts.release_name.unwrap();
    assert!(shown.contains("become known") && shown.contains(&name), "{shown}");
    // The copy itself stays as it was.
    assert!(bench.text(&bench.job("D01/PIR/W1/interview/a.txt")).contains("brook marsh"));

    // The same name again, and another start: said once.
    bench.drop_file("D01/PSW/W2/interview/c.txt", NAMED.replace("who was it?", "who?"));
    bench.run();
    bench.run();
    assert_eq!(bench.told_stale(), [leaf]);

    // The same file again is no duplicate now.
    bench.drop_file("D01/PIR/W1/interview/a.txt", UNSEEN);
    bench.run();
    let versions = bench.jobs_at("D01/PIR/W1/interview/a.txt");
    assert_eq!(versions.iter().map(|it| it.facts.version).collect::<Vec<_>>(), [1, 2]);
    // The name is known now, and a steward is asked.
    assert_eq!(versions[1].state, State::Held);
    approve(&bench, &versions[1]);
    bench.run();
    let versions = bench.jobs_at("D01/PIR/W1/interview/a.txt");
    assert!(!bench.text(&versions[1]).contains("brook"), "{}", bench.text(&versions[1]));
    assert_eq!(bench.stale(), []);
    assert!(!status(&bench).contains("become known"));
    bench.check_archive_and_log();
}

#[test]
fn a_released_document_is_read_as_one() {
    let bench = Bench::new("automatic");
    for format in [Format::Docx, Format::Odt] {
        let path = format!("D01/PIR/W1/interview/a.{}", format.extension());
        bench.drop_file(path, render::file(format, UNSEEN));
    }
    bench.run();
    assert_eq!(bench.released().len(), 2);
    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    assert_eq!(bench.stale().len(), 2);
}

#[test]
fn nothing_of_the_name_is_in_log_catalog_or_messages() {
    let (bench, _) = with_release();
    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    assert_eq!(bench.stale().len(), 1);
    let directories = bench.loaded().directories;
    let told = files(&directories.log).into_iter().chain(files(&directories.station));
    for file in told.chain([directories.catalog()]) {
        let bytes = fs::read(&file).unwrap().to_ascii_lowercase();
        assert!(!bytes.windows(5).any(|it| it == b"brook" || it == b"marsh"), "{}", file.display());
    }
    assert!(!status(&bench).to_lowercase().contains("brook"));
}

#[test]
fn another_groups_release_is_left_alone() {
    let bench = Bench::new("automatic");
    bench.drop_file("D02/PSW/W1/interview/a.txt", UNSEEN);
    bench.run();
    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    assert_eq!(bench.stale(), []);
}

/// What goes out once ada has approved it.
fn approved(bench: &Bench, path: &str) -> String {
    approve(bench, &bench.job(path));
    bench.run();
    bench.text(&bench.job(path))
}

#[test]
fn a_name_of_one_item_is_found_in_the_next_where_no_rule_sees_it() {
    let bench = Bench::new("one-person");
    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    bench.drop_file("D01/PIR/W1/interview/a.txt", UNSEEN);
    bench.drop_file("D02/PSW/W1/interview/a.txt", UNSEEN.replace("hello", "hi"));
    bench.run();
    let (named, found) = ("D01/PSW/W1/interview/b.txt", "D01/PIR/W1/interview/a.txt");
    let counts = bench.job(found).facts.counts;
    assert_eq!(counts.get("PERSON/probable"), Some(&1), "{counts:?}");
    let code = approved(&bench, named);
    let code = code.split(['[', ']']).find(|it| it.starts_with("person-")).unwrap();
    let text = approved(&bench, found);
    assert!(text.contains(&format!("so [{code}] came by")), "{text}");
    assert!(approved(&bench, "D02/PSW/W1/interview/a.txt").contains("brook marsh"), "another group");
}

#[test]
fn a_name_is_found_in_other_items_of_the_same_batch_and_after_a_restart() {
    let bench = Bench::new("automatic");
    bench.drop_file("D01/PIR/W1/interview/a.txt", UNSEEN);
    bench.drop_file("D01/PSW/W1/interview/b.txt", NAMED);
    bench.run();
    // Each run is a daemon of its own.
    bench.drop_file("D01/PIR/W2/interview/a.txt", UNSEEN.replace("tea", "cake"));
    bench.run();
    for path in ["D01/PIR/W1/interview/a.txt", "D01/PIR/W2/interview/a.txt"] {
        assert_eq!(bench.job(path).state, State::Held, "{path}");
        assert!(!approved(&bench, path).contains("brook"), "{path}");
    }
    assert_eq!(bench.stale(), []);
}

#[test]
fn a_name_beyond_doubt_is_taken_out_of_the_others_without_a_question() {
    let bench = Bench::new("automatic");
    bench.drop_file("D01/PSW/W1/interview/b.txt", "I: who was it?\nP: My name is Odalys Quennervane.\n");
    bench.drop_file(
        "D01/PIR/W1/interview/a.txt",
        "I: hello\nP: so odalys quennervane came by and we had tea\n",
    );
    bench.run();
    let job = bench.job("D01/PIR/W1/interview/a.txt");
    let text = bench.text(&job);
    assert!(text.contains("so [person-1] came by"), "{text}");
}

#[test]
fn a_name_that_a_steward_marks_reaches_what_is_out() {
    let (bench, leaf) = with_release();
    bench.set_study("gate", "\"one-person\"");
    let other = "I: hello\nP: and brook marsh had cake\n";
    bench.drop_file("D01/PSW/W1/interview/b.txt", other);
    bench.run();
    let job = bench.job("D01/PSW/W1/interview/b.txt");
    bench
        .decide(&job, "ada", Ballot::Approve, |it| it.mark("brook marsh", EntityType::Person, None).unwrap());
    assert_eq!(bench.stale(), []);
    bench.run();
    assert_eq!(bench.stale().iter().map(|it| it.release).collect::<Vec<_>>(), [leaf]);
    assert_eq!(bench.told_stale(), [leaf]);
}

#[test]
fn a_mark_is_logged_once_whatever_was_cut_off() {
    let (bench, leaf) = with_release();
    let job = bench.job("D01/PIR/W1/interview/a.txt").job;
    let path = bench.loaded().directories.catalog();
    // Marked, and stopped before the log.
    let mut catalog = Catalog::open(&path).unwrap();
    catalog.mark_stale(&[(job, leaf)], SystemClock::new().now()).unwrap();
    drop(catalog);
    bench.run();
    assert_eq!(bench.told_stale(), [leaf]);
    // Logged, and stopped before the catalog knew.
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute("UPDATE stale SET logged = 0", ()).unwrap();
    database
        .execute("UPDATE marks SET value = ?1 WHERE name = 'log-settled'", [i64::try_from(leaf).unwrap()])
        .unwrap();
    drop(database);
    bench.run();
    assert_eq!(bench.told_stale(), [leaf]);
    assert!(bench.stale().iter().all(|it| it.logged));
}
