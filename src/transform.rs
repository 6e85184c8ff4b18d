//! Replaces what was found. Pure: codes come in from the registry.
//!
//! A finding is replaced by a marker in brackets (`[PSW-03]`, `[hospital-2]`, `[age: 30-34]`), a speaker
//! label by its code without any, and what looks like a marker in the source is escaped first, so that a
//! marker in the output is always ours.

mod age;
mod date;
pub mod kin;
pub mod marker;
pub mod mention;
pub mod policy;
pub mod profile;
mod remains;
pub mod surrogate;
pub mod typed;
#[cfg(test)]
mod spoken;

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    config::Action,
    detect::{Detected, Scan},
    entity::{EntityType, Finding},
    id::Digest,
    roster::squeeze::squeezed_name,
    transcript::{Edit, Editable, Format, Former, Layout, Raw, Replaced, Role, Transcript},
};

pub(crate) use self::remains::{left, value};
pub use self::surrogate::{Draws, Known, surrogates};
pub use self::{
    marker::Markers,
    mention::{Mention, Mentions, Who, mentions},
    policy::Policy,
    remains::Left,
};

/// What each finding and each speaker label of one item becomes, where that is a code.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// By a finding's index in the scan, without brackets: `PSW-03`, `hospital-2`.
    pub findings: BTreeMap<usize, String>,
    /// By a label's index among the pieces: `PSW-03`, `person-4`. A label that is not here stays as it is.
    pub labels: BTreeMap<usize, String>,
    /// By a finding's index, where the settings ask for a surrogate and there is one: `Lee Chi Ming`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub surrogates: BTreeMap<usize, String>,
}

impl CodeTable {
    /// With another code in the place of each.
    #[must_use]
    pub fn renamed(mut self, known_as: impl Fn(String) -> String) -> Self {
        for it in self.findings.values_mut().chain(self.labels.values_mut()) {
            *it = known_as(std::mem::take(it));
        }
        self
    }
}

/// What must be the same before and after: time stamps and turns. Says nothing of the words.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutFacts {
    /// The format.
    pub format: Format,
    /// How many turns there are, header lines included.
    pub turns: usize,
    /// How many time stamps and cue numbers there are.
    pub timings: usize,
    /// SHA-256 over them.
    pub timings_digest: Digest,
}

impl LayoutFacts {
    /// What a layout says of its text.
    #[must_use]
    pub fn of(text: &str, layout: &Layout) -> Self {
        let timings = layout.timings(text);
        let mut hash = Sha256::new();
        for it in &timings {
            hash.update(u64::try_from(it.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(it.as_bytes());
        }
        Self {
            format: layout.format,
            turns: layout.turns(),
            timings: timings.len(),
            timings_digest: Digest::from_bytes(hash.finalize().into()),
        }
    }
}

/// Every finding has been replaced; nobody has checked the result yet.
#[derive(Debug)]
pub struct Transformed {
    /// What was found in the source; empty for a text that comes back from review.
    scan: Scan,
    replaced: Replaced,
    before: LayoutFacts,
    policy: Policy,
}

impl Transformed {
    pub(crate) const fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Where replacements stand in the text as it is now.
    pub(crate) fn replaced(&self) -> &[Range<usize>] {
        &self.replaced.0
    }

    /// What the source's layout was.
    pub(crate) const fn before(&self) -> LayoutFacts {
        self.before
    }

    /// What was done to which entity type.
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl Editable for Transformed {}

/// Replaces every certain and probable finding, and every speaker label that names somebody.
pub fn transform(
    detected: Transcript<Detected>,
    codes: &CodeTable,
    policy: &Policy,
) -> (Transcript<Transformed>, Former) {
    retransform(detected, &[], codes, policy)
}

/// The same over a text that has been through review, in which `ours` are markers from then: they stay as they
/// are, and count as replaced.
pub fn retransform(
    detected: Transcript<Detected>,
    ours: &[Range<usize>],
    codes: &CodeTable,
    policy: &Policy,
) -> (Transcript<Transformed>, Former) {
    // EXPOSE: what is read goes into edits of the same text, as codes, bands, years and moved dates.
    let text = detected.text().expose();
    let layout = detected.layout();
    let before = LayoutFacts::of(text, layout);
    let mut edits = marker::escapes(text, layout);
    edits.extend(
        codes
            .labels
            .iter()
            .filter_map(|(n, code)| Some((layout.pieces.get(*n)?, code)))
            .filter(|(piece, _)| piece.role == Role::Label)
            .map(|(piece, code)| Edit { range: piece.range(), with: code.clone() }),
    );
    for (n, finding) in detected.state().scan().findings.iter().enumerate() {
        if !finding.is_transformed() || policy.action(finding.entity) == Action::Keep {
            continue;
        }
        let original = text.get(finding.span.clone()).unwrap_or_default();
        let mut with = replacement(n, finding, original, codes, policy);
        for range in inside(text, layout, finding, policy) {
            edits.push(Edit { range, with: std::mem::take(&mut with) });
        }
    }
    let kept = ours.iter().filter_map(|it| Some((it.clone(), text.get(it.clone())?.to_owned())));
    edits.extend(kept.map(|(range, with)| Edit { range, with }));
    let edits = disjoint(edits);
    let carried = (before, policy.clone());
    detected.advance(carried, Edited::prepare).rewrite(&edits, Edited::done)
}

/// Between the states: what the rewrite must carry over.
#[derive(Debug)]
struct Edited {
    scan: Scan,
    before: LayoutFacts,
    policy: Policy,
}

impl Editable for Edited {}

impl Edited {
    fn prepare(detected: Detected, (before, policy): (LayoutFacts, Policy)) -> Self {
        Self { scan: detected.into_scan(), before, policy }
    }

    fn done(self, replaced: Replaced) -> Transformed {
        Transformed { scan: self.scan, replaced, before: self.before, policy: self.policy }
    }
}

/// The bytes that a finding's replacement takes the place of, turn by turn, so that a label between two
/// turns gets its own code; without the `'s` of a name. None if it touches no searched piece.
fn inside(text: &str, layout: &Layout, finding: &Finding, policy: &Policy) -> Vec<Range<usize>> {
    let mut span = finding.span.clone();
    let original = text.get(span.clone()).unwrap_or_default();
    if finding.entity == EntityType::Person
        && let Some(bare) = original.strip_suffix("'s").or_else(|| original.strip_suffix("’s"))
    {
        span.end = span.start.saturating_add(bare.len());
    }
    // A weekday that stays beside a moved date would tell by how many days.
    if finding.entity == EntityType::Date
        && matches!(policy.action(finding.entity), Action::DateShift | Action::Surrogate)
        && policy.shift_days() % 7 != 0
    {
        span = date::with_weekday(text, span);
    }
    let first = layout.pieces.partition_point(|it| it.end <= span.start);
    let touched = layout.pieces.get(first..).unwrap_or_default().iter().take_while(|it| it.start < span.end);
    let mut parts: Vec<(u32, Range<usize>)> = Vec::new();
    for piece in touched.filter(|it| it.is_searched()) {
        let (start, end) = (span.start.max(piece.start), span.end.min(piece.end));
        match parts.last_mut() {
            Some((turn, part)) if *turn == piece.turn => part.end = end,
            _ => parts.push((piece.turn, start..end)),
        }
    }
    parts.into_iter().map(|(_, part)| part).filter(|it| !it.is_empty()).collect()
}

/// What stands in a finding's place.
fn replacement(n: usize, finding: &Finding, original: &str, codes: &CodeTable, policy: &Policy) -> String {
    let (entity, code) = (finding.entity, codes.findings.get(&n));
    let typed = || marker::typed(entity);
    let by_code = || code.map_or_else(typed, |it| marker::marker(it));
    match policy.action(entity) {
        Action::Code => by_code(),
        // `Keep` has been left out before.
        Action::Suppress | Action::Keep => typed(),
        Action::Generalize => match rung(&finding.ladder, original, policy.detail().rungs) {
            Some(wider) => marker::with_rest(entity.noun(), wider),
            None => by_code(),
        },
        Action::AgeBand => {
            let years = policy.detail().age_years;
            age::band(original, years).map_or_else(typed, |it| marker::with_rest("age", &it))
        }
        Action::Surrogate => codes.surrogates.get(&n).cloned().unwrap_or_else(by_code),
        Action::YearOnly => date::year(original).map_or_else(typed, marker::year),
        Action::DateShift => match policy.shift_days() {
            0 => typed(),
            days => date::shifted(original, days).map_or_else(typed, |it| marker::with_rest("date", &it)),
        },
    }
}

/// So many rungs up, or where that one says nothing, the next; at the ladder's end, its last.
fn rung<'l>(ladder: &'l [String], original: &str, up: u8) -> Option<&'l String> {
    let (below, above) = ladder.split_at_checked(usize::from(up).saturating_sub(1)).unwrap_or((ladder, &[]));
    let wider = |it: &&String| is_wider(it, original);
    above.iter().find(wider).or_else(|| below.iter().rfind(wider))
}

/// A rung that says something and does not say the original again.
fn is_wider(rung: &str, original: &str) -> bool {
    let joined = |it: &str| squeezed_name(it).replace(' ', "");
    let (rung, original) = (joined(rung), joined(original));
    !rung.is_empty() && !rung.contains(&original)
}

/// In order and without overlap: of two that overlap, the first takes all that either covers; a name wins
/// over an escape.
fn disjoint(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match kept.last_mut() {
            Some(last) if last.range.end > edit.range.start => {
                if marker::is_escape(&last.with) {
                    last.with = edit.with;
                }
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => kept.push(edit),
        }
    }
    kept
}

/// Takes the text that a reviewer has decided on, as parsed afresh. `before` was kept when the item was held.
/// Whatever is none of `markers` counts as speech.
pub fn reviewed(
    raw: Transcript<Raw>,
    before: LayoutFacts,
    policy: &Policy,
    markers: &Markers,
) -> Transcript<Transformed> {
    let marks = markers.places(&raw);
    raw.advance((marks, before, policy.clone()), |_, (marks, before, policy)| Transformed {
        scan: Scan::default(),
        replaced: Replaced(marks),
        before,
        policy,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        config::Detail,
        detect,
        entity::{Class, Layer, PersonIndex, Tier},
        id::JobId,
        item::{Activity, ItemKind, Place, Profile, Voice},
        roster::{Roster, name_key::NameKey},
        secret::Sensitive,
        transcript::Piece,
    };

    const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
        PSW-03,PSW,D03,,Chan Tai Man 陳大文,,,team,\nPIR-03,PIR,D03,,Ho Siu Ling 何小玲,,,team,\nINT-1,INT,,,Wong Amy,,,,\n";

    fn place() -> Place {
        Place {
            study: "RECOVERY".parse().unwrap(),
            group: "D03".parse().unwrap(),
            role: "PIR".parse().unwrap(),
            voice: Voice::One("PIR-03".parse().unwrap()),
            wave: "W1".parse().unwrap(),
            activity: Activity::Interview,
            kind: ItemKind::Transcript,
            language: None,
        }
    }

    /// `label: speech` lines.
    fn layout(text: &str) -> Layout {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (turn, line) in text.split('\n').enumerate() {
            let turn = u32::try_from(turn).unwrap();
            let speech = match line.split_once(": ") {
                Some((label, _)) => {
                    pieces.push(Piece { start: at, end: at + label.len(), role: Role::Label, turn });
                    at + label.len() + 2
                }
                None => at,
            };
            pieces.push(Piece { start: speech, end: at + line.len(), role: Role::Speech, turn });
            at += line.len() + 1;
        }
        Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces }
    }

    fn finding(span: Range<usize>, entity: EntityType, person: Option<u16>, ladder: &[&str]) -> Finding {
        Finding {
            span,
            entity,
            class: entity.class(),
            tier: Tier::Certain,
            confidence: 99,
            layer: Layer::Rule,
            rule: "test".to_owned(),
            person: person.map(PersonIndex),
            ladder: ladder.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    /// Codes as the registry gives them to a first item.
    fn codes(mentions: &Mentions) -> CodeTable {
        let mut table = CodeTable::default();
        let mut next: BTreeMap<EntityType, u32> = BTreeMap::new();
        for it in &mentions.list {
            let code = match &it.who {
                Who::Rostered(code) => code.to_string(),
                Who::Named(_) => {
                    let n = next.entry(it.entity).and_modify(|n| *n += 1).or_insert(1);
                    format!("{}-{n}", it.entity.noun())
                }
            };
            table.findings.extend(it.findings.iter().map(|n| (*n, code.clone())));
            table.labels.extend(it.labels.iter().map(|n| (*n, code.clone())));
        }
        table
    }

    fn run(
        text: &str,
        found: &[(&str, EntityType, Option<u16>, &[&str])],
        policy: &Policy,
    ) -> Transcript<Transformed> {
        let mut findings = Vec::new();
        let mut at = 0;
        for (original, entity, person, ladder) in found {
            let start = at + text[at..].find(original).unwrap();
            at = start + original.len();
            findings.push(finding(start..at, *entity, *person, ladder));
        }
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout(text)).unwrap();
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let place = place();
        let detected = detect::accept(raw, Scan { findings, uncovered: Vec::new(), weighed: false }).unwrap();
        let table = codes(&mentions(&detected, &roster.speakers(&place), &BTreeMap::new()));
        transform(detected, &table, policy).0
    }

    fn check(text: &str, found: &[(&str, EntityType, Option<u16>, &[&str])], want: &str) {
        let done = run(text, found, &Policy::default());
        assert_eq!(done.text().expose(), want);
        assert_eq!(done.layout().check(want), Ok(()));
        assert_eq!(done.state().before().turns, done.layout().turns());
        let ladder = |it: &(&str, EntityType, Option<u16>, &[&str])| finding(0..1, it.1, None, it.3);
        let scan =
            Scan { findings: found.iter().map(ladder).collect(), uncovered: Vec::new(), weighed: false };
        let (names, policy) = (NameKey::new(Sensitive::new([1; 32])), Policy::default());
        let markers = Markers {
            codes: ["PSW-03", "PIR-03", "INT-1"].map(str::to_owned).into(),
            numbers: EntityType::ALL.iter().map(|it| (*it, 9)).collect(),
            rungs: marker::rungs(&names, &scan, &policy),
            surrogates: Vec::new(),
            policy,
            names,
        };
        let marks = markers.places(&done);
        let replaced = done.state().replaced();
        for mark in &marks {
            assert!(replaced.contains(mark), "{} is not ours", &want[mark.clone()]);
        }
        for it in replaced.iter().filter(|it| !marker::is_escape(&want[(*it).clone()])) {
            assert!(it.is_empty() || marks.contains(it), "{} is not known again", &want[it.clone()]);
        }
    }

    use EntityType as E;

    #[test]
    fn names_become_codes_and_labels_too() {
        check(
            "P: I am Siu Ling, and Tai Man's friend Daisy Quill\nInterviewer: Daisy?\n陳大文: yes\nDaisy Quill: hi",
            &[
                ("Siu Ling", E::Person, Some(1), &[]),
                ("Tai Man's", E::Person, Some(0), &[]),
                ("Daisy Quill", E::Person, None, &[]),
                ("Daisy", E::Person, None, &[]),
            ],
            "PIR-03: I am [PIR-03], and [PSW-03]'s friend [person-1]\nInterviewer: [person-1]?\nPSW-03: yes\nperson-1: hi",
        );
        check(
            "訪問員: 幾好\n受訪者: 係\nSpeaker 2: ok\nAmy Wong: bye",
            &[],
            "訪問員: 幾好\nPIR-03: 係\nSpeaker 2: ok\nINT-1: bye",
        );
    }

    #[test]
    fn each_type_has_its_own_way() {
        check(
            "P: born 12 March 1961, 58, lives in Sunny Court, mail a@b.hk, at Acme, Acme said",
            &[
                ("12 March 1961", E::Date, None, &[]),
                ("58", E::Age, None, &[]),
                ("Sunny Court", E::Place, None, &["Sunny Court District", "Tuen Mun"]),
                ("a@b.hk", E::Email, None, &[]),
                ("Acme", E::Organisation, None, &[]),
                ("Acme", E::Organisation, None, &[]),
            ],
            "PIR-03: born [year: 1961], [age: 55-59], lives in [place: Tuen Mun], mail [email], at [organisation-1], \
             [organisation-1] said",
        );
    }

    #[test]
    fn dates_move_by_the_participants_days() {
        let policy = Policy::new(BTreeMap::from([(E::Date, Action::DateShift)]), Detail::default(), 20);
        let done = run(
            "P: 12 March 2019 or 年初二",
            &[("12 March 2019", E::Date, None, &[]), ("年初二", E::Date, None, &[])],
            &policy,
        );
        assert_eq!(done.text().expose(), "PIR-03: [date: 1 April 2019] or [date]");
    }

    #[test]
    fn a_weekday_beside_a_date_that_leaves_it_goes_with_it() {
        let text = "P: on Tuesday, 12 March 2019 and 三月十二號（星期二）";
        let found: &[(&str, E, Option<u16>, &[&str])] =
            &[("12 March 2019", E::Date, None, &[]), ("三月十二號", E::Date, None, &[])];
        let shift =
            |days| Policy::new(BTreeMap::from([(E::Date, Action::DateShift)]), Detail::default(), days);
        assert_eq!(
            run(text, found, &shift(30)).text().expose(),
            "PIR-03: on [date: 11 April 2019] and [date: 四月十一號]"
        );
        assert_eq!(
            run(text, found, &shift(28)).text().expose(),
            "PIR-03: on Tuesday, [date: 9 April 2019] and [date: 四月九號]（星期二）"
        );
    }

    #[test]
    fn places_go_up_as_many_rungs_as_asked() {
        let ladder: &[&str] = &["Tuen Mun", "New Territories"];
        let found: &[(&str, E, Option<u16>, &[&str])] = &[
            ("Sunny Court", E::Place, None, ladder),
            ("TuenMun", E::Place, None, ladder),
            ("Mars", E::Place, None, &[]),
            ("Kowloon", E::Place, None, &["", "Hong Kong"]),
            ("Accra", E::Place, None, &["overseas"]),
        ];
        let text = "P: Sunny Court, TuenMun, Mars, Kowloon, Accra";
        let up = |rungs| Policy::new(BTreeMap::new(), Detail { rungs, ..Detail::default() }, 0);
        let far = "[place: New Territories], [place: New Territories], [place-3], [place: Hong Kong], [place: overseas]";
        for (policy, want) in [
            (
                up(1),
                "[place: Tuen Mun], [place: New Territories], [place-3], [place: Hong Kong], [place: overseas]",
            ),
            (up(2), far),
            (up(8), far),
            (up(1).for_profile(Profile::External), far),
        ] {
            let done = run(text, found, &policy);
            assert_eq!(done.text().expose(), &format!("PIR-03: {want}"));
        }
    }

    #[test]
    fn markers_of_the_source_stay_apart_from_ours() {
        check(
            "P: [PSW-03] and [Tai Man] and [person: Daisy] [laughs]",
            &[("Tai Man", E::Person, Some(0), &[]), ("Daisy", E::Person, None, &[])],
            "PIR-03: [source: PSW-03] and [[PSW-03]] and [source: person: [person-1]] [laughs]",
        );
        check("person-1: I am no code of yours", &[], "person-1: I am no code of yours");
    }

    #[test]
    fn what_was_replaced_before_stays_as_it_is() {
        let text = "PIR-03: [source: PSW-03] and [[PSW-03]], [year: 1961] [phone] [PSW-9]";
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout(text)).unwrap();
        let detected = |it| detect::accept(it, Scan::default()).unwrap();
        let ours = ["PIR-03", "[PSW-03]", "[year: 1961]", "[phone]"]
            .map(|it| text.find(it).map(|at| at..at + it.len()).unwrap());
        let (done, _) = retransform(detected(raw), &ours, &CodeTable::default(), &Policy::default());
        assert_eq!(done.text().expose(), &text.replace("[PSW-9]", "[source: PSW-9]"), "it is none of ours");
        assert_eq!(done.state().replaced()[..4], ours);
    }

    #[test]
    fn a_name_over_two_turns_leaves_the_label_between_coded() {
        check(
            "P: nine one two\nDaisy Quill: three four",
            &[("nine one two\nDaisy Quill: three four", E::Phone, None, &[])],
            "PIR-03: [phone]\nperson-1: ",
        );
    }

    #[test]
    fn possible_findings_stay() {
        let text = "P: Hope";
        let possible = Finding { tier: Tier::Possible, ..finding(3..7, E::Person, None, &[]) };
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout(text)).unwrap();
        let detected =
            detect::accept(raw, Scan { findings: vec![possible], uncovered: Vec::new(), weighed: false })
                .unwrap();
        let (done, _) = transform(detected, &CodeTable::default(), &Policy::default());
        assert_eq!(done.text().expose(), text);
        assert_eq!(Class::Direct, E::Person.class());
    }

    #[test]
    fn labels_that_became_codes_are_labels_when_read_again() {
        use crate::parse::{Hint, parse};
        let hint = || Hint::of("txt".to_owned(), ItemKind::Transcript);
        let job = JobId::from_bytes([1; 16]);
        let source = "Interviewer: how are you\nHo Siu Ling: fine\nDaisy Quill: me too\nInterviewer: good\n\
                      Ho Siu Ling: yes\nDaisy Quill: yes\n";
        let raw = parse(job, source.as_bytes(), &hint()).unwrap();
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let place = place();
        let detected =
            detect::accept(raw, Scan { findings: Vec::new(), uncovered: Vec::new(), weighed: false })
                .unwrap();
        let table = codes(&mentions(&detected, &roster.speakers(&place), &BTreeMap::new()));
        let (done, _) = transform(detected, &table, &Policy::default());
        let out = done.text().expose();
        assert!(out.starts_with("Interviewer: how are you\nPIR-03: fine\nperson-1: me too\n"), "{out}");
        let again = parse(job, out.as_bytes(), &hint()).unwrap();
        assert_eq!(again.layout().pieces, done.layout().pieces);
    }

    proptest! {
        /// Names of letters that no other part of the text has: none of them is left.
        #[test]
        fn no_transformed_original_is_left(
            parts in prop::collection::vec(("[a-m ]{0,6}", "[N-Z]{2,5}", 0_usize..4), 1..8),
        ) {
            let mut text = String::from("P: ");
            let mut findings = Vec::new();
            for (before, name, kind) in &parts {
                text.push_str(before);
                let start = text.len();
                text.push_str(name);
                let entity = [E::Person, E::Organisation, E::Email, E::Address][*kind];
                findings.push(finding(start..text.len(), entity, None, &[]));
            }
            let raw = Transcript::new(JobId::from_bytes([1; 16]), text.clone(), layout(&text)).unwrap();
            let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
            let place = place();
            let detected = detect::accept(raw, Scan { findings, uncovered: Vec::new(), weighed: false }).unwrap();
            let table = codes(&mentions(&detected, &roster.speakers(&place), &BTreeMap::new()));
            let (done, _) = transform(detected, &table, &Policy::default());
            let out = done.text().expose().strip_prefix("PIR-03: ").unwrap();
            prop_assert!(!out.contains(|c: char| c.is_ascii_uppercase()), "{out}");
            for mark in done.state().replaced() {
                prop_assert!(!parts.iter().any(|(_, name, _)| done.text().expose()[mark.clone()].contains(name.as_str())));
            }
        }
    }
}
