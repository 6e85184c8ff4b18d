//! One person, one code, where only a steward knows that two names are one person's: the codes stand on the roster.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{fs, process::Command};

use station::{BINARY, Bench};
use vouchsafe::{catalog::State, item::Profile, review::Ballot, sample};

const HEAD: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n";
const PAIR: &str = "PSW-01,PSW,D01,,Yip Lok Yan,Joanne,,team,\nPIR-01,PIR,D01,,Mok Chun Wai,Terence,,team,\n";

/// Nothing in them says that the three are one, nor who Wai-jai is.
const FILES: [(&str, &str); 3] = [
    ("D01/PIR/W1/interview/a.txt", "I: hello\nTerence: Daisy Quill came by, and Odalys Venn.\n"),
    ("D01/PSW/W1/interview/b.txt", "I: and you?\nJoanne: Mrs Hargreave came by, with Odalys Venn.\n"),
    ("D01/PSW/W2/interview/c.txt", "I: again\nJoanne: his name is Fergus Marsh now, he says.\n"),
];

fn bench(gate: &str) -> Bench {
    let bench = Bench::with_roster(gate, &format!("{HEAD}{PAIR}"));
    bench.set_study("profiles", "[\"insider-safe\"]");
    drop_all(&bench);
    bench.settle();
    bench
}

fn drop_all(bench: &Bench) {
    for (path, text) in FILES {
        bench.drop_file(path, text);
    }
}

/// What the steward knows now.
fn import(bench: &Bench, rows: &str) {
    let csv = bench.station.with_file_name("roster.csv");
    fs::write(&csv, format!("{HEAD}{rows}")).unwrap();
    let mut command = Command::new(BINARY);
    command.args(["roster", "import", "-s"]).arg(&bench.station).arg(sample::STUDY).arg(&csv);
    let made = command.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// What `roster alike` lists.
fn alike(bench: &Bench) -> Vec<(String, String)> {
    let mut command = Command::new(BINARY);
    let shown =
        command.args(["--json", "roster", "alike", "-s"]).arg(&bench.station).arg(sample::STUDY).output();
    let shown = shown.unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let told: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let code = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
    let pairs = told["alike"].as_array().unwrap().iter();
    pairs.map(|it| (code(&it["codes"][0]), code(&it["codes"][1]))).collect()
}

fn newest(bench: &Bench, path: &str) -> String {
    bench.text(bench.jobs_at(path).last().unwrap())
}

/// The code that stands before a word or after it.
fn code<'t>(text: &'t str, beside: &str) -> &'t str {
    let before = text.split(beside).next().unwrap();
    before.rsplit('[').next().unwrap().split(']').next().unwrap()
}

#[test]
fn codes_on_the_roster_are_one_persons_in_what_is_out_and_in_what_comes() {
    let bench = bench("automatic");
    let (one, other) = (newest(&bench, FILES[0].0), newest(&bench, FILES[1].0));
    let (one, other) = (code(&one, " came by").to_owned(), code(&other, " came by").to_owned());
    assert!(one.starts_with("person-") && other.starts_with("person-") && one != other, "{one} {other}");
    assert!(alike(&bench).is_empty(), "nothing of the names says so");
    let himself = newest(&bench, FILES[2].0);
    let himself = code(&himself, " now").to_owned();

    let rows = format!(
        "PSW-01,PSW,D01,,Yip Lok Yan,Joanne,,team,\nPIR-01,PIR,D01,,Mok Chun Wai,Terence; {himself},,team,\n\
         REL-1,REL,,,Daisy Hargreave,{one}; [{other}],mother of PIR-01,,\n"
    );
    import(&bench, &rows);
    bench.run();
    // Two copies, and for each the insiders'; the third names the participant by another code.
    assert_eq!((bench.stale().len(), bench.told_stale().len()), (6, 6));
    bench.run();
    assert_eq!(bench.told_stale().len(), 6, "each is told once");

    drop_all(&bench);
    bench.settle();
    for (path, beside) in [(FILES[0].0, " came by"), (FILES[1].0, " came by")] {
        assert_eq!(code(&newest(&bench, path), beside), "REL-1", "{path}");
    }
    assert_eq!(code(&newest(&bench, FILES[2].0), " now"), "PIR-01");
    assert_eq!(bench.stale(), [], "the new versions took their place");
    let insiders = bench.jobs_at(FILES[0].0).last().unwrap().facts.copies[&Profile::InsiderSafe].clone();
    assert!(insiders.is_out && insiders.release_name.unwrap().ends_with("_v2.txt"));

    // The steward was wrong about one of them.
    import(&bench, &rows.replace(&format!("; [{other}]"), ""));
    bench.run();
    assert_eq!(bench.stale().len(), 4, "both bear the code: nobody knows which of them is right");
    drop_all(&bench);
    bench.settle();
    assert_eq!(code(&newest(&bench, FILES[0].0), " came by"), "REL-1");
    assert_eq!(code(&newest(&bench, FILES[1].0), " came by"), other, "as it was");
    bench.check_archive_and_log();
}

#[test]
fn what_waits_for_a_steward_goes_out_under_the_new_code() {
    let bench = Bench::with_roster("one-person", &format!("{HEAD}{PAIR}"));
    drop_all(&bench);
    bench.run();
    assert!(FILES.iter().all(|it| bench.job(it.0).state == State::Proposed));
    import(&bench, &format!("{PAIR}REL-1,REL,,,,person-1; person-2; person-3,sister of PIR-01,,\n"));
    bench.run();
    for (path, _) in FILES {
        bench.decide(&bench.job(path), "ada", Ballot::Approve, |work| {
            (1..=work.candidates().len()).for_each(|n| work.redact(n, None).unwrap());
        });
    }
    bench.run();
    let all: String = FILES.iter().map(|it| newest(&bench, it.0)).collect();
    assert!(
        all.contains("[REL-1] came by")
            && !["-1]", "-2]", "-3]"].iter().any(|it| all.contains(&format!("person{it}"))),
        "{all}"
    );
    assert_eq!(bench.stale(), []);
}

#[test]
fn who_speaks_under_a_code_is_asked_for_consent_once_the_roster_says_who_it_is() {
    let others = "PIR-02,PIR,D02,,Au Lok Sze,,,none,\n";
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}{others}"));
    let path = "D01/JOINT/W1/session/talk.txt";
    let talk = "Joanne: hello\nWaijai: I came along.\nTerence: yes\nWaijai: I did.\n";
    bench.drop_file(path, talk);
    bench.settle();
    let text = newest(&bench, path);
    let himself = text.lines().nth(1).unwrap().split(':').next().unwrap();
    assert!(himself.starts_with("person-"), "nobody knows yet: {text}");
    import(&bench, &format!("{PAIR}{}", others.replace("Sze,,", &format!("Sze,{himself},"))));
    bench.run();
    assert_eq!(bench.stale().len(), 1);
    bench.drop_file(path, talk);
    bench.settle();
    let jobs = bench.jobs_at(path);
    let last = jobs.last().unwrap();
    assert_eq!(last.facts.reason.as_deref(), Some("PI-10"), "{}", last.state);
    assert!(last.facts.release_name.is_none());
}

#[test]
fn what_waited_under_an_old_code_is_stale_when_it_comes_out() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    bench.set_study("language_versions", "[\"en\", \"yue\"]");
    let english = "D01/JOINT/W1/session/talk_en.txt";
    bench.drop_file(english, "Joanne: hello\nTerence: Daisy Quill came by.\n");
    bench.settle();
    assert_eq!(bench.job(english).facts.reason.as_deref(), Some("PI-18"), "it waits for the other language");
    import(&bench, &format!("{PAIR}REL-1,REL,,,Daisy Quill,person-1,,,\n"));
    bench.run();
    assert_eq!(bench.stale(), [], "nothing is out");
    bench.drop_file("D01/JOINT/W1/session/talk_yue.txt", "Joanne: 你好\nTerence: Daisy Quill 嚟過。\n");
    bench.settle();
    assert!(newest(&bench, english).contains("[person-1] came by"));
    assert_eq!(bench.stale().len(), 1, "of the two, the English one");
    bench.drop_file(english, "Joanne: hello\nTerence: Daisy Quill came by.\n");
    bench.settle();
    assert!(newest(&bench, english).contains("[REL-1] came by"));
    assert_eq!(bench.stale(), []);
}

#[test]
fn a_code_that_nobody_has_yet_is_refused() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    let csv = bench.station.with_file_name("roster.csv");
    fs::write(&csv, format!("{HEAD}{PAIR}REL-1,REL,,,,person-39,,,\n")).unwrap();
    let mut command = Command::new(BINARY);
    let tried =
        command.args(["roster", "import", "-s"]).arg(&bench.station).arg(sample::STUDY).arg(&csv).output();
    let said = String::from_utf8(tried.unwrap().stderr).unwrap();
    assert!(said.contains("RO-13") && said.contains("line 4"), "{said}");
}

#[test]
fn a_hospital_has_one_code_in_both_languages() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    bench.drop_file(FILES[0].0, "I: hello\nTerence: I was in Castle Peak Hospital then.\n");
    bench.drop_file(FILES[1].0, "I: 你呢？\nJoanne: 我喺青山醫院識佢，唔係葵涌醫院。\n");
    bench.settle();
    let (english, cantonese) = (newest(&bench, FILES[0].0), newest(&bench, FILES[1].0));
    let castle = code(&english, " then");
    assert!(
        castle.starts_with("service-") && cantonese.contains(&format!("我喺[{castle}]識佢")),
        "{english}{cantonese}"
    );
    assert_ne!(code(&cantonese, "。"), castle, "another hospital");
}

#[test]
fn what_a_person_took_out_does_not_go_out_again_by_itself() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    let (path, talk) = (FILES[0].0, "I: hello\nTerence: We took the green tram with Odalys Venn.\n");
    bench.drop_file(path, talk);
    bench.run();
    assert_ne!(bench.job(path).state, State::Done, "it was meant to wait for a steward");
    bench.decide(&bench.job(path), "ada", Ballot::Approve, |work| {
        (1..=work.candidates().len()).for_each(|n| work.redact(n, None).unwrap());
        work.mark("green tram", vouchsafe::entity::EntityType::Route, None).unwrap();
    });
    bench.run();
    assert!(newest(&bench, path).contains("[route]"));
    bench.drop_file(path, talk.replace("hello", "welcome"));
    bench.run();
    let again = bench.jobs_at(path).pop().unwrap();
    assert_eq!((again.state, again.facts.reason.as_deref()), (State::Proposed, Some("PI-20")));
    assert!(bench.receipt(path).contains("changed an earlier version"));
}

#[test]
fn a_short_form_is_shown_beside_the_fuller_name_until_a_steward_has_joined_them() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    bench.drop_file(FILES[0].0, "I: hello\nTerence: My friend Odalys came by.\n");
    bench.settle();
    bench.drop_file(FILES[1].0, "I: and you?\nJoanne: I met Odalys Venn there.\n");
    bench.settle();
    let (short, full) = (newest(&bench, FILES[0].0), newest(&bench, FILES[1].0));
    let pair = (code(&short, " came by").to_owned(), code(&full, " there").to_owned());
    assert_ne!(pair.0, pair.1, "nobody knows yet");
    assert_eq!(alike(&bench), std::slice::from_ref(&pair));
    import(&bench, &format!("{PAIR}REL-1,REL,,,,{}; {},friend of PIR-01,,\n", pair.0, pair.1));
    assert_eq!(alike(&bench), []);
}

#[test]
fn a_code_of_two_people_is_refused_by_its_line() {
    let bench = Bench::with_roster("automatic", &format!("{HEAD}{PAIR}"));
    let csv = bench.station.with_file_name("roster.csv");
    fs::write(
        &csv,
        format!("{HEAD}{PAIR}REL-1,REL,,,Ann Hargreave,person-4,,,\nREL-2,REL,,,Bo Marsh,person-4,,,\n"),
    )
    .unwrap();
    let checked = Command::new(BINARY).args(["roster", "check"]).arg(&csv).output().unwrap();
    let said =
        String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(!checked.status.success() && said.contains("RO-08") && said.contains("line 5"), "{said}");
}
