//! The exchange from end to end, with real keys and real files: what a steward decides arrives, and
//! nothing else does.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};

use super::{
    decision::{self, GateList},
    pack::{pack, unpack},
    *,
};
use crate::{
    clock::Timestamp,
    config::StaffId,
    detect::Scan,
    entity::{EntityType, Finding, Layer, Tier},
    id::{Digest, Handle, JobId, ObjectId},
    item::{Activity, ItemKind, Place, Voice},
    keys::{Identity, Recipient, SigningKey, StewardSecret, VerifyingKey},
    roster::name_key::NameKey,
    secret::Sensitive,
    transcript::{Format, Layout, Piece, Role, Transcript},
    transform::{CodeTable, LayoutFacts, Markers, Policy},
    verify::gate::{Original, OriginalDigest, Originals},
};

const JOB: JobId = JobId::from_bytes([7; 16]);
const BUNDLE: Handle = Handle::from_bytes([8; 16]);
const RAW: ObjectId = ObjectId::from_bytes([9; 32]);
const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const EXPIRES: Timestamp = Timestamp::from_millis(2_000_000);
const TEXT: &str =
    "Ines: Did Tam Oi come?\nP: Tam Oi and Rafe, with 梁子晴. Rafe left on Tuesday, Rafeless.\n";

/// Label and speech of each line.
fn layout(text: &str) -> Layout {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (turn, line) in (0..).zip(text.split_inclusive('\n')) {
        let colon = line.find(": ").unwrap();
        pieces.push(Piece { start: at, end: at + colon, role: Role::Label, turn });
        let end = at + line.trim_end().len();
        pieces.push(Piece { start: at + colon + 2, end, role: Role::Speech, turn });
        at += line.len();
    }
    Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces }
}

fn findings() -> Vec<Finding> {
    let all = [
        ("Tam Oi", EntityType::Person, Tier::Certain),
        ("Rafe", EntityType::Person, Tier::Possible),
        ("Tuesday", EntityType::Date, Tier::Possible),
    ];
    let mut found: Vec<_> = all
        .iter()
        .flat_map(|&(string, entity, tier)| {
            TEXT.match_indices(string).filter(|it| !TEXT[it.0..].starts_with("Rafeless")).map(
                move |(at, _)| Finding {
                    span: at..at + string.len(),
                    entity,
                    class: entity.class(),
                    tier,
                    confidence: 50,
                    layer: Layer::Rule,
                    rule: "t".to_owned(),
                    person: None,
                    ladder: Vec::new(),
                },
            )
        })
        .collect();
    found.sort_by_key(|it| it.span.start);
    found
}

/// A station that nobody has the key of.
static STATION: LazyLock<Recipient> = LazyLock::new(|| Identity::generate().unwrap().recipient().unwrap());

fn bundle() -> Bundle {
    let findings = findings();
    let codes = (0..findings.len())
        .filter(|n| findings[*n].tier == Tier::Certain)
        .map(|n| (n, "PIR-01".to_owned()))
        .collect();
    let actions = BTreeMap::from([
        (EntityType::Person, crate::config::Action::Code),
        (EntityType::Date, crate::config::Action::Suppress),
    ]);
    let facts = Facts {
        bundle: BUNDLE,
        job: JOB,
        place: Place {
            study: "HARBOUR".parse().unwrap(),
            group: "D01".parse().unwrap(),
            role: "PIR".parse().unwrap(),
            voice: Voice::One("PIR-01".parse().unwrap()),
            wave: "W1".parse().unwrap(),
            activity: Activity::Interview,
            kind: ItemKind::Transcript,
            language: None,
        },
        version: 1,
        raw: RAW,
        scan: Scan { findings, uncovered: Vec::new(), weighed: false },
        ours: Vec::new(),
        reasons: Vec::new(),
        why: None,
        codes: CodeTable {
            findings: codes,
            labels: BTreeMap::from([(0, "RES-01".to_owned())]),
            ..CodeTable::default()
        },
        reserved: ["person-41", "person-42", "person-43"].map(str::to_owned).to_vec(),
        actions,
        detail: crate::config::Detail::default(),
        shift_days: 0,
        rules: Digest::from_bytes([1; 32]),
        roster: Digest::from_bytes([2; 32]),
        station: STATION.clone(),
        made: NOW,
        expires: EXPIRES,
        left_out: crate::transcript::LeftOut::default(),
        cast: None,
    };
    let text = |text: &str| Sensitive::new(text.to_owned());
    Bundle { facts, text: text(TEXT), layout: layout(TEXT), proposed: text("RES-01: Did [PIR-01] come?\n") }
}

fn steward(name: &str) -> StewardSecret {
    StewardSecret::generate(name.parse().unwrap()).unwrap()
}

/// Number of the candidate with that string.
fn number(work: &Work, string: &str) -> usize {
    work.candidates().iter().position(|it| it.text.expose() == string).unwrap() + 1
}

/// Everybody and everything that a decision needs.
struct Desk {
    steward: StewardSecret,
    station: Identity,
    names: NameKey,
    gate: Vec<OriginalDigest>,
    reviewers: BTreeMap<StaffId, VerifyingKey>,
    reserved: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let steward = steward("ana");
        let reviewers = [("ana".parse().unwrap(), steward.signing_key().verifying_key())];
        Self {
            station: Identity::generate().unwrap(),
            names: NameKey::new(Sensitive::new([3; 32])),
            gate: Vec::new(),
            reviewers: reviewers.into(),
            reserved: bundle().facts.reserved,
            steward,
        }
    }

    fn expectation<'a>(&'a self, decided_by: &'a BTreeSet<StaffId>) -> Expectation<'a> {
        Expectation {
            bundle: BUNDLE,
            raw: RAW,
            base: bundle().proposal(),
            gate: &self.gate,
            names: &self.names,
            expires: EXPIRES,
            reserved: &self.reserved,
            decided_by,
            reviewers: &self.reviewers,
        }
    }

    fn sealed(&self, work: &Work, ballot: Ballot) -> Result<Vec<u8>, Error> {
        work.seal(ballot, &self.steward, &self.station.recipient().unwrap(), NOW)
    }

    fn read(&self, bytes: &[u8]) -> Result<Decision, Error> {
        let none = BTreeSet::new();
        read_decision(bytes, &self.station, |job| (job == JOB).then(|| self.expectation(&none)), NOW)
    }
}

/// Work in which everything is decided: Rafe goes, the day stays, somebody was missed, a label is a name.
fn decided() -> Work {
    let mut work = Work::new(bundle());
    work.redact(number(&work, "Rafe"), None).unwrap();
    work.keep(number(&work, "Tuesday")).unwrap();
    work.mark("梁子晴", EntityType::Person, None).unwrap();
    work
}

#[test]
fn a_bundle_opens_for_its_stewards_and_for_nobody_else() {
    let (one, two, other) = (steward("one"), steward("two"), steward("other"));
    let to = [one.identity().recipient().unwrap(), two.identity().recipient().unwrap()];
    let sealed = bundle().seal(&to).unwrap();
    for it in [&one, &two] {
        let open = Bundle::open(&sealed, std::slice::from_ref(it.identity())).unwrap();
        assert_eq!(open.facts, bundle().facts);
        assert_eq!(open.text.expose(), TEXT);
        assert_eq!(open.layout, bundle().layout);
        assert_eq!(open.proposal(), bundle().proposal());
    }
    let refused = Bundle::open(&sealed, std::slice::from_ref(other.identity()));
    assert!(matches!(refused, Err(Error::Keys(keys::Error::NotForUs))));
    let mut bad = sealed.clone();
    *bad.last_mut().unwrap() ^= 1;
    assert!(Bundle::open(&bad, std::slice::from_ref(one.identity())).is_err());
    assert!(bundle().seal(&[]).is_err(), "no steward, no bundle");
    let seen = String::from_utf8_lossy(&sealed).into_owned();
    assert!(!seen.contains("Rafe") && !seen.contains("HARBOUR"));
    assert_eq!(Bundle::job_of(&Bundle::file_name(JOB)), Some(JOB));
}

#[test]
fn candidates_are_distinct_strings_and_what_waits_comes_first() {
    let work = Work::new(bundle());
    let seen: Vec<_> =
        work.candidates().iter().map(|it| (it.text.expose().clone(), it.count, it.tier)).collect();
    assert_eq!(
        seen,
        [
            ("Rafe".to_owned(), 2, Tier::Possible),
            ("Tuesday".to_owned(), 1, Tier::Possible),
            ("Tam Oi".to_owned(), 2, Tier::Certain)
        ]
    );
    assert_eq!(work.undecided(), 2);
    let shown = work.show(Look::Plain);
    assert!(shown.expose().contains("⟦Tam Oi⟧ and ‹Rafe?›, with 梁子晴."));
    assert!(shown.expose().contains("   1  DECIDE       2x  PERSON"));
    assert!(!shown.expose().contains('\u{1b}'), "plain is plain");
    assert!(work.show(Look::Colour).expose().contains('\u{1b}'));
}

#[test]
fn what_is_decided_is_what_the_result_says() {
    let result = decided().preview().unwrap();
    assert_eq!(
        result.expose(),
        "RES-01: Did [PIR-01] come?\nP: [PIR-01] and [person-41], with [person-42]. [person-41] left on Tuesday, Rafeless.\n"
    );
    let mut work = decided();
    work.keep(number(&work, "Tam Oi")).unwrap();
    assert!(
        work.preview().unwrap().expose().contains("Did Tam Oi come"),
        "a reviewer may keep what was found"
    );
    work.undo();
    assert!(!work.preview().unwrap().expose().contains("Tam Oi"));
    let mut work = Work::new(bundle());
    work.redact(number(&work, "Rafe"), Some("PIR-01")).unwrap();
    assert!(work.preview().unwrap().expose().contains("[PIR-01] and [PIR-01], with"), "one person, one code");
}

/// The first Rafe is somebody for certain and has a code; of the second nobody can tell.
fn split() -> Bundle {
    let mut it = bundle();
    let n = it.facts.scan.findings.iter().position(|it| TEXT[it.span.clone()] == *"Rafe").unwrap();
    it.facts.scan.findings[n].tier = Tier::Certain;
    it.facts.codes.findings.insert(n, "PSW-02".to_owned());
    it
}

#[test]
fn occurrences_that_would_stay_are_a_candidate_of_their_own() {
    let work = Work::new(split());
    let rows = |work: &Work| -> Vec<_> {
        let all = work.candidates().into_iter().filter(|it| it.text.expose() == "Rafe");
        all.map(|it| (it.tier, it.count, it.code, it.said)).collect()
    };
    let code = || Some("PSW-02".to_owned());
    assert_eq!(rows(&work), [(Tier::Possible, 1, code(), None), (Tier::Certain, 1, code(), None)]);
    assert_eq!((work.undecided(), work.listing().undecided), (2, 2), "the day and one Rafe");
    let shown = work.show(Look::Plain);
    let line = |start: &str| shown.expose().lines().filter(|it| it.contains(start)).count();
    assert_eq!((line("DECIDE       1x  PERSON"), line("redacted     1x  PERSON")), (1, 1));

    let desk = Desk::new();
    let refused = |work: &Work| matches!(desk.sealed(work, Ballot::Approve), Err(Error::Undecided(1)));
    let day = |work: &mut Work| work.keep(number(work, "Tuesday")).unwrap();
    let place = |work: &Work, tier| {
        let same = |it: &Candidate| it.text.expose() == "Rafe" && it.tier == tier;
        work.candidates().iter().position(same).unwrap() + 1
    };
    for (possible, certain, want) in [
        (Some(Said::Keep), None, "[PIR-01] and [PSW-02], with 梁子晴. Rafe left on Tuesday, Rafeless."),
        (Some(Said::Redact), None, "[PIR-01] and [PSW-02], with 梁子晴. [PSW-02] left on Tuesday, Rafeless."),
        (Some(Said::Keep), Some(Said::Redact), "and [PSW-02], with 梁子晴. Rafe left"),
        (Some(Said::Redact), Some(Said::Keep), "and Rafe, with 梁子晴. [PSW-02] left"),
        (Some(Said::Keep), Some(Said::Keep), "and Rafe, with 梁子晴. Rafe left"),
        (None, Some(Said::Keep), "and Rafe, with 梁子晴. Rafe left"),
        (None, Some(Said::Redact), "and [PSW-02], with 梁子晴."),
    ] {
        for certain_first in [true, false] {
            let mut work = Work::new(split());
            day(&mut work);
            assert!(refused(&work), "nothing is said of it yet");
            let mut said = vec![(Tier::Possible, possible), (Tier::Certain, certain)];
            if certain_first {
                said.reverse();
            }
            for (tier, said) in said {
                let n = place(&work, tier);
                match said {
                    Some(Said::Keep) => work.keep(n).unwrap(),
                    Some(Said::Redact) => work.redact(n, None).unwrap(),
                    Some(Said::Mark) | None => {}
                }
            }
            assert!(work.preview().unwrap().expose().contains(want), "{possible:?} {certain:?}");
            if possible.is_none() {
                assert!(refused(&work), "a word about the other does not decide it");
            } else {
                let decision = desk.read(&desk.sealed(&work, Ballot::Approve).unwrap()).unwrap();
                assert!(decision.result().expose().contains(want));
            }
        }
    }
    let mut work = Work::new(split());
    work.mark("Rafe", EntityType::Person, Some("PSW-02")).unwrap();
    assert_eq!(work.undecided(), 1, "a mark is about all of them");
    let mut work = Work::new(split());
    work.keep_all_possible();
    assert!(work.preview().unwrap().expose().contains("and [PSW-02], with 梁子晴. Rafe left on Tuesday"));
    let mut work = Work::new(split());
    work.redact_all_possible().unwrap();
    assert!(work.preview().unwrap().expose().contains("and [PSW-02], with 梁子晴. [PSW-02] left on ["));
}

#[test]
fn what_was_said_of_each_is_taken_up_again() {
    let desk = Desk::new();
    let dir = tempfile::tempdir().unwrap();
    let mine = desk.steward.identity();
    let to = [mine.recipient().unwrap()];
    std::fs::write(dir.path().join(Bundle::file_name(JOB)), split().seal(&to).unwrap()).unwrap();
    let mut work = Work::new(split());
    work.keep(number(&work, "Rafe")).unwrap();
    work.save(dir.path(), &to[0]).unwrap();
    let again = Work::resume(dir.path(), dir.path(), JOB, mine).unwrap();
    assert_eq!(again.preview().unwrap().expose(), work.preview().unwrap().expose());
    assert_eq!(again.undecided(), 1);
}

#[test]
fn marks_and_numbers_that_make_no_sense_are_refused() {
    let mut work = Work::new(bundle());
    assert!(matches!(work.keep(0), Err(Error::NoCandidate)));
    assert!(matches!(work.keep(4), Err(Error::NoCandidate)));
    assert!(matches!(work.mark("afe", EntityType::Person, None), Err(Error::NotThere)), "inside a word");
    assert!(matches!(work.mark("", EntityType::Person, None), Err(Error::NotThere)));
    assert!(matches!(work.redact(1, Some("person-99")), Err(Error::UnknownCode)));
    work.mark("梁子晴", EntityType::Person, None).unwrap();
    work.redact(1, None).unwrap();
    work.mark("Ines", EntityType::Person, None).unwrap();
    assert!(matches!(work.mark("come", EntityType::Person, None), Err(Error::NoCode)));
}

#[test]
fn in_a_later_round_our_markers_are_neither_escaped_nor_marked() {
    let text = "RES-01: Did [PIR-01] come?\nPIR-01: [person-4] and Rafe, said person 4.\n";
    let ours = ["RES-01", "[PIR-01]", "PIR-01: ", "[person-4]"]
        .map(|it| text.find(it).map(|at| at..at + it.trim_end_matches(": ").len()).unwrap());
    let mut again = bundle();
    again.facts.scan.findings.retain(|it| it.span.start == 0);
    again.facts.codes = CodeTable::default();
    again.facts.ours = ours.to_vec();
    (again.text, again.layout) = (Sensitive::new(text.to_owned()), layout(text));
    let mut work = Work::new(again);
    assert_eq!(work.preview().unwrap().expose(), text);
    assert!(matches!(work.mark("PIR-01", EntityType::Person, None), Err(Error::NotThere)));
    work.mark("person", EntityType::Person, None).unwrap();
    work.mark("Rafe", EntityType::Person, None).unwrap();
    let result = work.outcome().unwrap();
    assert_eq!(result.left, 0, "what stands in a marker is not left over");
    let want = text.replace("said person", "said [person-41]").replace("Rafe", "[person-42]");
    assert_eq!(result.result.expose(), &want);
}

#[test]
fn everything_possible_can_be_decided_at_once() {
    let mut work = Work::new(bundle());
    work.keep_all_possible();
    assert_eq!(work.undecided(), 0);
    assert!(work.preview().unwrap().expose().contains("Rafe left on Tuesday"));
    let mut work = Work::new(bundle());
    work.redact_all_possible().unwrap();
    assert_eq!(work.undecided(), 0);
    let result = work.preview().unwrap();
    assert!(!result.expose().contains("Rafe left") && !result.expose().contains("Tuesday"));
}

#[test]
fn an_approval_needs_every_candidate_decided_and_a_refusal_does_not() {
    let desk = Desk::new();
    assert!(matches!(desk.sealed(&Work::new(bundle()), Ballot::Approve), Err(Error::Undecided(2))));
    let no = desk.read(&desk.sealed(&Work::new(bundle()), Ballot::Reject).unwrap()).unwrap();
    assert_eq!(no.vote().ballot, Ballot::Reject);
    assert_eq!(no.vote().result, bundle().proposal(), "a no is about what was proposed");
}

#[test]
fn a_decision_arrives_and_is_about_these_bytes() {
    let desk = Desk::new();
    let decision = desk.read(&desk.sealed(&decided(), Ballot::Approve).unwrap()).unwrap();
    assert_eq!(decision.reviewer().as_str(), "ana");
    assert_eq!(decision.counts(), [1, 2, 2]);
    assert_eq!(decision.vote().base, bundle().proposal());
    assert_eq!(decision.vote().result, Digest::sha256(decision.result().expose().as_bytes()));
    let marked: Vec<_> =
        decision.marked().iter().map(|it| (it.text.expose().as_str(), it.code.as_str())).collect();
    assert_eq!(marked, [("Rafe", "person-41"), ("梁子晴", "person-42")]);
    assert_eq!(decision.kept(&desk.names).len(), 1);

    let codes = BTreeMap::from([("person-41".to_owned(), "person-3".to_owned())]);
    let before = decision.vote().result;
    let decision = decision.recode(&codes).unwrap();
    assert!(decision.result().expose().contains("and [person-3], with [person-42]"));
    assert_ne!(decision.vote().result, before, "votes are for the bytes that go out");

    let policy = Policy::new(bundle().facts.actions, bundle().facts.detail, 0);
    let facts = LayoutFacts::of(TEXT, &layout(TEXT));
    let parsed = |text: &str| Transcript::new(JOB, text.to_owned(), layout(text)).unwrap();
    let markers = Markers {
        codes: BTreeSet::new(),
        numbers: BTreeMap::new(),
        policy: policy.clone(),
        names: desk.names.share(),
        rungs: BTreeSet::new(),
        surrogates: Vec::new(),
    };
    let result = decision.result().expose().clone();
    assert!(apply(&decision, parsed(&result), facts, &policy, &markers).is_ok());
    let other = result.replace("Rafeless", "Rafe");
    assert!(matches!(apply(&decision, parsed(&other), facts, &policy, &markers), Err(Error::OtherItem)));
}

#[test]
fn what_the_station_does_not_expect_is_refused() {
    let desk = Desk::new();
    let good = desk.sealed(&decided(), Ballot::Approve).unwrap();
    assert!(desk.read(&good).is_ok());

    let ana = BTreeSet::from(["ana".parse().unwrap()]);
    let none = BTreeSet::new();
    let read = |expected: Expectation<'_>, now| read_decision(&good, &desk.station, |_| Some(expected), now);
    let late = Timestamp::from_millis(EXPIRES.as_millis() + 1);
    let other = Digest::from_bytes([0; 32]);
    let expected = || desk.expectation(&none);
    let missing = [OriginalDigest { entity: EntityType::Person, chars: 4, digest: other }];
    let nobody = BTreeMap::new();
    let impostor = BTreeMap::from([("ana".parse().unwrap(), steward("ana").signing_key().verifying_key())]);
    assert!(read(expected(), EXPIRES).is_ok());
    assert!(matches!(read(expected(), late), Err(Error::Expired)));
    assert!(matches!(read(desk.expectation(&ana), NOW), Err(Error::Replay)));
    assert!(matches!(
        read(Expectation { bundle: Handle::from_bytes([0; 16]), ..expected() }, NOW),
        Err(Error::OtherItem)
    ));
    assert!(matches!(
        read(Expectation { raw: ObjectId::from_bytes([0; 32]), ..expected() }, NOW),
        Err(Error::OtherItem)
    ));
    assert!(matches!(read(Expectation { base: other, ..expected() }, NOW), Err(Error::OtherItem)));
    assert!(matches!(read(Expectation { gate: &missing, ..expected() }, NOW), Err(Error::Gate)));
    assert!(matches!(read(Expectation { reviewers: &nobody, ..expected() }, NOW), Err(Error::Signature)));
    assert!(matches!(read(Expectation { reviewers: &impostor, ..expected() }, NOW), Err(Error::Signature)));
    assert!(matches!(read(Expectation { reserved: &[], ..expected() }, NOW), Err(Error::UnknownCode)));
    assert!(matches!(read_decision(&good, &desk.station, |_| None, NOW), Err(Error::OtherItem)));
    let found = |as_what| Originals::Plain(vec![Original::of(as_what, "Tam Oi")]).digests(&desk.names);
    assert_eq!(found(EntityType::Person).len(), 1);
    let listed = found(EntityType::Person);
    assert!(read(Expectation { gate: &listed, ..expected() }, NOW).is_ok(), "what was found is in the list");
    let as_another = found(EntityType::Place);
    assert!(matches!(read(Expectation { gate: &as_another, ..expected() }, NOW), Err(Error::Gate)));
    let elsewhere = Identity::generate().unwrap();
    let refused = read_decision(&good, &elsewhere, |_| Some(expected()), NOW);
    assert!(matches!(refused, Err(Error::Keys(keys::Error::NotForUs))));
}

#[test]
fn the_signature_binds_every_part() {
    let desk = Desk::new();
    let good = desk.sealed(&decided(), Ballot::Approve).unwrap();
    let other = desk.sealed(&Work::new(bundle()), Ballot::Reject).unwrap();
    let names = ["decision.json", "result", "gate.json", "signature"];
    let station = std::slice::from_ref(&desk.station);
    let parts = |bytes: &[u8]| unpack(keys::decrypt(station, bytes).unwrap().expose(), names).unwrap();
    let (good, other) = (parts(&good), parts(&other));
    let seal = |members: [&[u8]; 4]| {
        let members: Vec<_> = names.iter().copied().zip(members).collect();
        keys::encrypt(&[desk.station.recipient().unwrap()], pack(&members).unwrap().expose()).unwrap()
    };
    let all = [0, 1, 2, 3].map(|n| good[n].expose().as_slice());
    assert!(desk.read(&seal(all)).is_ok(), "put together again it is read");
    for n in 0..4 {
        let mut swapped = all;
        swapped[n] = other[n].expose();
        let refused = desk.read(&seal(swapped));
        assert!(matches!(refused, Err(Error::Signature | Error::Parts)), "{} of another", names[n]);
        let mut flipped = all[n].to_vec();
        flipped[all[n].len() / 2] ^= 1;
        let mut members = all;
        members[n] = &flipped;
        assert!(desk.read(&seal(members)).is_err(), "{} flipped", names[n]);
    }
}

#[test]
fn a_signature_under_another_name_is_refused() {
    let desk = Desk::new();
    let thief = SigningKey::generate().unwrap();
    let (result, gate) = (Sensitive::new("x".to_owned()), GateList::default());
    let draft = decision::Draft {
        bundle: BUNDLE,
        job: JOB,
        raw: RAW,
        base: bundle().proposal(),
        ballot: Ballot::Approve,
        reviewer: "ana",
        at: NOW,
        result: &result,
        gate: &gate,
    };
    let forged = decision::seal(&draft, &thief, &desk.station.recipient().unwrap()).unwrap();
    assert!(matches!(desk.read(&forged), Err(Error::Signature)));
}

#[test]
fn work_lies_sealed_on_the_disk_and_is_taken_up_again() {
    let desk = Desk::new();
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let made = dir.path().join(name);
        std::fs::create_dir(&made).unwrap();
        made
    };
    let (out, kept, into) = (make("out"), make("work"), make("in"));
    let mine = desk.steward.identity();
    let to = [mine.recipient().unwrap()];
    let mut waiting = bundle();
    waiting.facts.station = desk.station.recipient().unwrap();
    let written = waiting.draft(&out, &to).unwrap();
    written.commit(&durable::sync(&out).unwrap(), &out.join(Bundle::file_name(JOB))).unwrap();

    let listed = list(&out, std::slice::from_ref(mine)).unwrap();
    assert_eq!((listed.items.len(), listed.others), (1, 0));
    assert_eq!(listed.items[0].slot, "HARBOUR_D01_PIR_W1_interview");
    assert_eq!((listed.items[0].transformed, listed.items[0].undecided), (2, 2));
    assert_eq!(list(&out, &[Identity::generate().unwrap()]).unwrap().others, 1, "for somebody else");

    let mut work = Work::resume(&out, &kept, JOB, mine).unwrap();
    work.mark("梁子晴", EntityType::Person, None).unwrap();
    work.keep_all_possible();
    work.save(&kept, &to[0]).unwrap();
    let work = Work::resume(&out, &kept, JOB, mine).unwrap();
    assert_eq!(work.undecided(), 0);
    let name = work.finish(Ballot::Approve, &desk.steward, &into, NOW).unwrap();
    assert!(desk.read(&std::fs::read(into.join(name)).unwrap()).is_ok());
    for file in files(dir.path()) {
        let bytes = std::fs::read(file).unwrap();
        for secret in ["梁子晴", "Rafe", "Tam Oi"] {
            assert!(!bytes.windows(secret.len()).any(|it| it == secret.as_bytes()), "{secret} on the disk");
        }
    }

    let mut next = bundle();
    next.facts.bundle = Handle::from_bytes([1; 16]);
    next.reissue(&out, &to).unwrap();
    assert!(matches!(Work::resume(&out, &kept, JOB, mine), Err(Error::OldWork)));
}

#[test]
fn one_damaged_bundle_keeps_none_of_the_others_from_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path();
    let (mine, other) = (steward("ana"), steward("ben"));
    let sealed = bundle().seal(&[mine.identity().recipient().unwrap()]).unwrap();
    let theirs = bundle().seal(&[other.identity().recipient().unwrap()]).unwrap();
    let job = |n: u8| JobId::from_bytes([n; 16]);
    let put = |n: u8, bytes: &[u8]| std::fs::write(out.join(Bundle::file_name(job(n))), bytes).unwrap();
    put(7, &sealed);
    put(6, &theirs);
    for (n, cut) in [(1, 0), (2, 40), (3, sealed.len() / 2), (4, sealed.len() - 1)] {
        put(n, &sealed[..cut]);
    }
    put(5, &sealed);
    std::fs::create_dir(out.join(Bundle::file_name(job(8)))).unwrap();
    let listed = list(out, std::slice::from_ref(mine.identity())).unwrap();
    assert_eq!(listed.items.iter().map(|it| it.job).collect::<Vec<_>>(), [JOB]);
    assert_eq!(listed.others, 1);
    assert_eq!(listed.damaged, [1, 2, 3, 4, 5, 8].map(job), "of 5 the name is another's");
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let (mut found, mut dirs) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { dirs.push(path) } else { found.push(path) }
        }
    }
    found
}

#[test]
fn originals_are_searched_for_unless_they_are_kept() {
    let desk = Desk::new();
    let decision = desk.read(&desk.sealed(&decided(), Ballot::Approve).unwrap()).unwrap();
    match decision.originals() {
        Originals::Plain(list) => {
            let kept = Original::of(EntityType::Date, "Tuesday");
            assert!(list.iter().all(|it| !it.is(&kept)));
            assert!(list.iter().any(|it| it.is(&Original::of(EntityType::Person, "Rafe"))));
        }
        Originals::Digests(..) => panic!("a decision brings the strings themselves"),
    }
}
