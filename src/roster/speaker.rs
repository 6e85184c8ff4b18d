//! What a speaker label says: a participant, somebody else of the roster, a role word, or a stranger.

use serde::{Deserialize, Serialize};

use super::{Roster, squeeze::squeezed_name};
use crate::{
    entity::PersonIndex,
    id::{Code, GroupId},
    item::{Place, Voice},
};

/// Whom a speaker label denotes.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// A person of the roster, who speaks under their code.
    Person(PersonIndex, Code),
    /// A word such as `Interviewer` or `Speaker 2`, which names nobody and stays as it is.
    Role,
    /// A name that the roster does not know.
    Unknown,
}

/// What labels mean at one place.
#[derive(Debug)]
pub struct Speakers<'r> {
    roster: &'r Roster,
    group: &'r GroupId,
    voice: &'r Voice,
}

/// Words for whoever is being interviewed; where one participant speaks they mean that one.
const PARTICIPANT: &[&str] = &[
    "p",
    "participant",
    "interviewee",
    "respondent",
    "informant",
    "a",
    "r",
    "受訪者",
    "被訪者",
    "受訪人",
    "參與者",
    "參加者",
    "答",
    "受访者",
    "参与者",
];

/// Words for those who ask, watch or write, and for nobody in particular.
const OTHERS: &[&str] = &[
    "i",
    "interviewer",
    "q",
    "researcher",
    "facilitator",
    "moderator",
    "observer",
    "note taker",
    "notetaker",
    "transcriber",
    "int",
    "fac",
    "mod",
    "obs",
    "speaker",
    "unknown",
    "unknown speaker",
    "unidentified",
    "all",
    "both",
    "group",
    "several",
    "訪問員",
    "訪問者",
    "訪員",
    "研究員",
    "研究者",
    "主持",
    "主持人",
    "觀察員",
    "記錄員",
    "問",
    "眾人",
    "全體",
    "不明",
    "講者",
    "說話者",
    "未知",
    "访问员",
    "研究员",
    "主持人員",
    "記錄",
    "x",
];

/// Words for roles of this field, by the role's name in a roster.
const ROLES: &[(&str, &[&str])] = &[
    (
        "PSW",
        &[
            "psw",
            "peer",
            "peer support worker",
            "peer worker",
            "朋輩",
            "朋輩支援員",
            "朋輩支援工作員",
            "朋輩員",
        ],
    ),
    (
        "PIR",
        &[
            "pir",
            "person in recovery",
            "client",
            "service user",
            "復元人士",
            "復原人士",
            "服務使用者",
            "案主",
        ],
    ),
];

impl<'r> Speakers<'r> {
    pub(super) const fn new(roster: &'r Roster, group: &'r GroupId, voice: &'r Voice) -> Self {
        Self { roster, group, voice }
    }

    /// The roster that they are of.
    #[must_use]
    pub const fn roster(&self) -> &'r Roster {
        self.roster
    }

    /// Whom a label denotes.
    pub(crate) fn of(&self, label: &str) -> Speaker {
        let word = squeezed_name(label);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(person) = self.by_code(word) {
            return person;
        }
        let (stem, number) = split_number(word);
        if PARTICIPANT.contains(&stem) {
            return match (self.voice, number) {
                (Voice::One(code), None) => self.person(code),
                (Voice::One(_), Some(_)) | (Voice::Joint(_), _) => Speaker::Role,
            };
        }
        if let Some((role, _)) = ROLES.iter().find(|(_, words)| words.contains(&stem)) {
            return self.by_role(role, number.is_some());
        }
        if self.roster.people().iter().any(|it| it.role().as_str().eq_ignore_ascii_case(stem)) {
            return self.by_role(&stem.to_uppercase(), number.is_some());
        }
        if OTHERS.contains(&stem) {
            return Speaker::Role;
        }
        self.by_name(word)
    }

    /// `psw 03`, since squeezing takes the hyphen.
    fn by_code(&self, word: &str) -> Option<Speaker> {
        let person = self.roster.people().iter().find(|it| squeezed_name(it.code().as_str()) == word)?;
        Some(self.person(person.code()))
    }

    fn person(&self, code: &Code) -> Speaker {
        self.roster
            .find(code)
            .map_or(Speaker::Unknown, |(index, it)| Speaker::Person(index, it.code().clone()))
    }

    /// The one person with that role in the group; a role that several or none have is a word.
    fn by_role(&self, role: &str, numbered: bool) -> Speaker {
        let mut people =
            self.roster.people().iter().filter(|it| {
                it.role().as_str().eq_ignore_ascii_case(role) && it.groups().contains(self.group)
            });
        match (people.next(), people.next(), numbered) {
            (Some(person), None, false) => self.person(person.code()),
            _ => Speaker::Role,
        }
    }

    /// Somebody whose alias the whole label is, those of this group first.
    fn by_name(&self, word: &str) -> Speaker {
        let all = self.roster.named(word);
        let here: Vec<_> = all
            .iter()
            .filter(|it| {
                self.roster.person(**it).is_some_and(|it| {
                    self.voice.codes().contains(it.code()) || it.groups().contains(self.group)
                })
            })
            .collect();
        let one = match (here.as_slice(), all.as_slice()) {
            ([one], _) => Some(**one),
            ([], [one]) => Some(*one),
            _ => None,
        };
        match one.and_then(|it| self.roster.person(it)) {
            Some(person) => self.person(person.code()),
            None => Speaker::Unknown,
        }
    }
}

impl Roster {
    /// What labels mean at a place.
    #[must_use]
    pub const fn speakers<'r>(&'r self, place: &'r Place) -> Speakers<'r> {
        Speakers::new(self, &place.group, &place.voice)
    }
}

/// `speaker 2` is `speaker` and 2.
fn split_number(word: &str) -> (&str, Option<&str>) {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() == word.len() || stem.trim().is_empty() {
        return (word, None);
    }
    (stem.trim_end(), word.get(stem.len()..))
}
