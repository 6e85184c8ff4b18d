//! Where a dropped file belongs in the model: study → group → participant → session → item; and for whom a copy of
//! it is made.
//!
//! This module does not find it out; `intake::place` does, from folders, file names and tables.

use serde::{Deserialize, Serialize};

use crate::id::{Code, GroupId, RoleId, StudyId, Wave};

/// What an item is, which decides whether it is parsed and whether it can ever be released.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A transcript of talk.
    Transcript,
    /// A fieldworker's notes.
    Fieldnote,
    /// A recording: sealed as a stream, never parsed, never released.
    Recording,
    /// A signed consent form: sealed as a stream, never parsed, never released.
    Consent,
    /// A table about participants: sealed, not released.
    Demographics,
    /// A filled-in scale or questionnaire: sealed, not released.
    Instrument,
}

/// What was going on, which is the innermost folder of a drop and the material that consent speaks of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activity {
    /// One participant and an interviewer.
    Interview,
    /// A session of the group, observed.
    Session,
    /// A focus group.
    Focusgroup,
    /// Field notes.
    Notes,
    /// The recording of any of these.
    Recording,
    /// Consent forms.
    Consent,
    /// Demographics.
    Demographics,
    /// Instruments.
    Instrument,
}

/// A language that a transcript is spoken in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Cantonese, in Han characters.
    Yue,
    /// Written Chinese and Mandarin.
    Zh,
}

/// To whom a release goes, and with how much detail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Profile {
    /// The study's own team: links within a group are kept.
    Team,
    /// Researchers outside the team: who belongs to whom is withheld, and places and ages are wider.
    External,
    /// Readers who know the people, such as staff of the same service: nothing in one copy leads to another.
    InsiderSafe,
}

/// Whose words an item holds.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// One participant's.
    One(Code),
    /// Several participants': consent is the intersection of theirs. Two at least, in order of their codes.
    Joint(Vec<Code>),
}

/// Where an item belongs. Complete: an item whose place is not fully known is held under an
/// `unassigned` key and has none.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The study.
    pub study: StudyId,
    /// The group, such as a dyad.
    pub group: GroupId,
    /// What the folder says of the participant: a role, or `JOINT`.
    pub role: RoleId,
    /// Whose words.
    pub voice: Voice,
    /// The session.
    pub wave: Wave,
    /// What was going on.
    pub activity: Activity,
    /// What the file is.
    pub kind: ItemKind,
    /// Which language version of the session it is, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl ItemKind {
    /// Whether the daemon reads what the item says. All others are sealed as they are.
    #[must_use]
    pub const fn is_parsed(self) -> bool {
        match self {
            Self::Transcript | Self::Fieldnote => true,
            Self::Recording | Self::Consent | Self::Demographics | Self::Instrument => false,
        }
    }
}

impl Activity {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Interview,
        Self::Session,
        Self::Focusgroup,
        Self::Notes,
        Self::Recording,
        Self::Consent,
        Self::Demographics,
        Self::Instrument,
    ];

    /// The folder's name, and the word in released names.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Interview => "interview",
            Self::Session => "session",
            Self::Focusgroup => "focusgroup",
            Self::Notes => "notes",
            Self::Recording => "recording",
            Self::Consent => "consent",
            Self::Demographics => "demographics",
            Self::Instrument => "instrument",
        }
    }

    /// The activity whose folder bears that name, in any case.
    #[must_use]
    pub fn from_folder(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.folder().eq_ignore_ascii_case(name))
    }

    /// What a file in that folder is, unless its ending says that it is a recording.
    #[must_use]
    pub const fn kind(self) -> ItemKind {
        match self {
            Self::Interview | Self::Session | Self::Focusgroup => ItemKind::Transcript,
            Self::Notes => ItemKind::Fieldnote,
            Self::Recording => ItemKind::Recording,
            Self::Consent => ItemKind::Consent,
            Self::Demographics => ItemKind::Demographics,
            Self::Instrument => ItemKind::Instrument,
        }
    }
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Yue, Self::Zh];

    /// The word for it in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Yue => "yue",
            Self::Zh => "zh",
        }
    }

    /// The language of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Team, Self::External, Self::InsiderSafe];

    /// The word for it in settings, and the folder's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::External => "external",
            Self::InsiderSafe => "insider-safe",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Voice {
    /// The participants' codes, in order.
    #[must_use]
    pub fn codes(&self) -> &[Code] {
        match self {
            Self::One(code) => std::slice::from_ref(code),
            Self::Joint(codes) => codes,
        }
    }
}

impl Place {
    /// The slot of an item: what all its versions share. `D03_PIR_W2_interview`, or `D03_PIR_W2_interview_yue` of
    /// a language version.
    #[must_use]
    pub fn slot(&self) -> String {
        self.slot_in(self.language)
    }

    /// The slot of the same session in another language.
    #[must_use]
    pub fn slot_in(&self, language: Option<Language>) -> String {
        let slot = format!("{}_{}_{}_{}", self.group, self.role, self.wave, self.activity.folder());
        language.map_or_else(|| slot.clone(), |it| format!("{slot}_{}", it.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_activities_in_any_case() {
        for it in Activity::ALL {
            assert_eq!(Activity::from_folder(&it.folder().to_uppercase()), Some(*it));
        }
        assert_eq!(Activity::from_folder("interviews"), None);
    }

    #[test]
    fn only_words_are_parsed() {
        let parsed: Vec<_> = Activity::ALL.iter().filter(|it| it.kind().is_parsed()).collect();
        assert_eq!(
            parsed,
            [&Activity::Interview, &Activity::Session, &Activity::Focusgroup, &Activity::Notes]
        );
    }
}
