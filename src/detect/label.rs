//! What a speaker label may be: a role word, a code, or a name. Which person a label denotes is decided
//! with the roster, in `roster::speaker`.

use crate::view::{folded_name, is_han};

/// Role words, as labels have them; a number may follow.
const ROLES: &[&str] = &[
    "a",
    "all",
    "an",
    "both",
    "c",
    "carer",
    "client",
    "cm",
    "co",
    "counsellor",
    "cp",
    "d",
    "doc",
    "doctor",
    "dr",
    "f",
    "fac",
    "facilitator",
    "female",
    "female speaker",
    "group",
    "i",
    "int",
    "interviewee",
    "interviewer",
    "intv",
    "ir",
    "m",
    "male",
    "male speaker",
    "mod",
    "moderator",
    "mother",
    "n",
    "note",
    "notes",
    "note taker",
    "nurse",
    "ob",
    "obs",
    "observer",
    "p",
    "participant",
    "patient",
    "peer",
    "peer support worker",
    "peer worker",
    "person in recovery",
    "pi",
    "pir",
    "psw",
    "pt",
    "q",
    "r",
    "ra",
    "researcher",
    "respondent",
    "s",
    "service user",
    "several",
    "social worker",
    "speaker",
    "spk",
    "staff",
    "student",
    "sw",
    "t",
    "therapist",
    "transcriber",
    "translator",
    "unidentified",
    "unknown",
    "unknown speaker",
    "v",
    "voice",
    "w",
    "worker",
    "x",
    "受訪者",
    "被訪者",
    "受訪人",
    "參與者",
    "參加者",
    "受访者",
    "参与者",
    "訪問員",
    "訪問者",
    "訪員",
    "访问员",
    "研究員",
    "研究者",
    "研究助理",
    "研究员",
    "主持",
    "主持人",
    "觀察員",
    "記錄員",
    "記錄",
    "問",
    "答",
    "眾人",
    "全體",
    "不明",
    "講者",
    "說話者",
    "未知",
    "社工",
    "案主",
    "輔導員",
    "心理學家",
    "醫生",
    "護士",
    "病人",
    "家屬",
    "照顧者",
    "朋輩",
    "朋輩支援員",
    "朋輩支援工作員",
    "朋輩員",
    "復元人士",
    "復原人士",
    "康復者",
    "服務使用者",
    "職員",
    "組員",
    "男",
    "女",
    "甲",
    "乙",
    "丙",
    "丁",
];

/// Whether a label names nobody: a role word, a code such as `PSW-03`, or a code in brackets.
pub(super) fn is_role(label: &str) -> bool {
    let folded = folded_name(label);
    let word = folded.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() {
        return true;
    }
    let stem =
        word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '_' | '#' | '.'));
    // `P1`, `PSW-03`, `ID 7`: letters too few for a name before a number.
    let numbered = stem.len() < word.len() && stem.chars().count() <= 4 && !stem.chars().any(is_han);
    stem.is_empty() || numbered || ROLES.contains(&stem) || ROLES.contains(&word)
}

/// Titles before a name, folded.
pub(super) const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "doctor",
    "nurse",
    "sir",
    "madam",
    "madame",
    "auntie",
    "aunt",
    "uncle",
    "sister",
    "brother",
    "father",
    "pastor",
    "rev",
    "coach",
    "teacher",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_words_and_codes_are_no_names() {
        for role in [
            "P",
            "I",
            "Interviewer 2",
            "Q",
            "受訪者",
            "社工",
            "案主",
            "PSW",
            "PIR-03",
            "[PSW-03]",
            "Speaker 1",
            "P1",
            "",
            "受訪者2",
        ] {
            assert!(is_role(role), "{role}");
        }
        for name in ["Wing", "Chan Tai Man", "Dr. Lau", "陳大文", "阿明", "Peter 2"] {
            assert!(!is_role(name), "{name}");
        }
    }
}
