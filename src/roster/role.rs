//! Words that speaker labels have for roles, and for nobody in particular. Whom a label denotes is decided in
//! `speaker`.

use crate::view::folded_name;

/// What people are called by what they do. Folded; a number may follow.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "all", "assessor", "both", "c", "caregiver", "carer", "case manager", "case worker",
    "caseworker", "client", "clinician", "co-facilitator", "co-interviewer", "counsellor",
    "counselor", "doctor", "dr", "ee", "er", "f", "fac", "facilitator", "female",
    "female speaker", "fg", "fieldworker", "focus group", "group", "host", "i", "ie", "informant", "int",
    "interpreter", "interviewee", "interviewer", "intv", "ir", "iv", "m", "male", "male speaker", "man",
    "mod", "moderator", "mother", "narrator", "note taker", "notetaker", "nurse",
    "obs", "observer", "p", "part", "participant", "patient", "peer", "peer support worker",
    "peer supporter", "peer worker", "person in recovery", "pi", "pir", "pir participant", "ppt", "psw",
    "pt", "q", "r", "ra", "res", "research assistant", "researcher", "respondent", "s", "service user",
    "several", "social worker", "speaker", "spk", "staff", "student", "supervisor", "sw", "t", "teacher",
    "therapist", "trainer", "transcriber", "translator", "unidentified", "unidentified speaker", "unknown",
    "unknown speaker", "voice", "woman", "worker",
    "丁", "不明", "丙", "两人", "个案", "个案经理", "主持", "主持人", "主持人員", "乙", "人士", "众",
    "個案", "個案經理", "全体", "全體", "兩人", "医生", "参与者", "参加者", "參加者", "參與者", "发言人",
    "受", "受訪", "受訪人", "受訪者", "受访", "受访人", "受访者", "同工", "問", "團體", "复元人士", "女",
    "妈妈", "媽媽", "学员", "學員", "家属", "家屬", "家長", "家长", "导师", "專業同工", "導師", "工作员",
    "工作員", "康复者", "康復者", "復元人士", "復原人士", "心理学家", "心理學家", "护士", "採訪者", "朋輩",
    "朋輩員", "朋輩支援員", "朋輩支援工作員", "朋辈", "朋辈支援员", "朋辈支援工作员", "服务使用者",
    "服務使用者", "未知", "案主", "治疗师", "治療師", "照顧者", "照顾者", "爸爸", "甲", "男", "病人",
    "發言人", "眾", "眾人", "研究助理", "研究员", "研究員", "研究者", "社工", "答", "組員", "組長", "组员",
    "组长", "翻譯", "翻译", "职员", "職員", "被訪者", "觀察員", "觀察者", "观察员", "观察者", "記錄",
    "記錄員", "訪", "訪員", "訪問", "訪問員", "訪問者", "訪談員", "訪談者", "評估員", "說話人", "說話者",
    "講者", "護士", "记录员", "讲者", "访", "访员", "访谈员", "访谈者", "访问", "访问员", "访问者",
    "评估员", "说话人", "輔導員", "辅导员", "醫生", "采访者", "问",
];

/// Whether a speaker label is the name of a role (`Interviewer 2`, `受訪者`, `P`) and not of a person.
#[must_use]
pub fn is_role_word(label: &str) -> bool {
    let folded = folded_name(label);
    let bare = folded.trim_matches(['[', ']', '(', ')', '.', ' ']);
    let unnumbered =
        bare.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '#' | '-' | '_' | '.' | ' '));
    let unlettered = unnumbered.strip_suffix(|c: char| c.is_ascii_lowercase()).map(str::trim_end);
    let is_role = |it: &str| WORDS.contains(&it);
    // `XXA`, `XX`: what corpora put in a name's place.
    let after_x = unnumbered.trim_start_matches('x');
    let crossed_out = unnumbered.len() > after_x.len().saturating_add(1) && after_x.len() < 2;
    is_role(unnumbered)
        || crossed_out
        || unlettered.is_some_and(|it| it.len() > 2 && !it.is_ascii() && is_role(it))
        || unnumbered.strip_prefix("the ").is_some_and(is_role)
        || bare
            .rsplit_once(' ')
            .is_some_and(|(role, letter)| letter.len() == 1 && role.len() > 2 && is_role(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_people() {
        for role in [
            "Interviewer",
            "interviewer 2",
            "P1",
            "[Participant]",
            "受訪者",
            "受訪者A",
            "社工2",
            "Ｐ",
            "Speaker B",
            "PSW-03",
            "XXA",
            "XXX",
        ] {
            assert!(is_role_word(role), "{role}");
        }
        for person in ["Ada", "Dr. Lau", "Szeto Tsz Kit", "司徒小美", "Mabel 2", "Xu", "Xxanthe", ""] {
            assert!(!is_role_word(person), "{person}");
        }
    }
}
