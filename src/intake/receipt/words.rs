//! What receipts say, in both languages. For fieldworkers: no jargon, and always what to do.

use super::State;

/// One sentence or two, twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Words {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

pub(super) const KEEP: Words = words("KEEP YOUR COPY.", "請保留你的副本。");
pub(super) const MAY_DELETE: Words = words("YOU MAY DELETE YOUR COPY.", "你可以刪除你的副本。");

pub(super) const fn state(state: State) -> Words {
    match state {
        State::Received => words("RECEIVED. The file has arrived.", "已收到。檔案已送達。"),
        State::Safe => words("SAFE. The file is locked away.", "已安全存放。檔案已加密保存。"),
        State::Waiting => words(
            "WAITING FOR STEWARD. The file is locked away; the data steward will look at it.",
            "等待資料管理員處理。檔案已加密保存，資料管理員會查看。",
        ),
        State::PleaseFix => {
            words("PLEASE FIX. The file can't be used as it is.", "請修正。檔案現時未能使用。")
        }
    }
}

pub(super) const fn todo(state: State) -> Words {
    match state {
        State::Received => words(
            "Nothing to do. This slip changes when the file is safe.",
            "無須處理。檔案安全存放後，本收據會更新。",
        ),
        State::Safe => words("Nothing more to do.", "無須再處理。"),
        State::Waiting => words(
            "Nothing to do now. The steward will ask you if anything is needed.",
            "現時無須處理。如有需要，資料管理員會聯絡你。",
        ),
        State::PleaseFix => words("Ask the data steward what to do.", "請向資料管理員查詢。"),
    }
}

/// What a code means for a fieldworker.
pub(super) fn reason(code: &str) -> Words {
    REASONS.iter().find(|it| it.0 == code).map_or_else(|| stage(code), |it| it.1)
}

/// What is said of a code that has no words of its own.
fn stage(code: &str) -> Words {
    match code.get(..2) {
        Some("PA") => words(
            "The program could not read this file. Save it again as plain text (UTF-8) and drop it again.",
            "程式未能讀取此檔案。請另存為純文字檔（UTF-8）後再次提交。",
        ),
        Some("DE" | "TR" | "VE" | "RO") => words(
            "The program is not sure that all names are hidden. The steward will check; nothing to do.",
            "程式未能確定所有姓名均已隱藏，資料管理員會檢查。你無須處理。",
        ),
        _ => words("Ask the data steward, and give the code below.", "請向資料管理員查詢，並提供以下代號。"),
    }
}

/// The codes that have words of their own, sorted.
pub(super) const REASONS: &[(&str, Words)] = &[
    (
        "IN-02",
        words(
            "This is a link (shortcut), not a file. Put the file itself here.",
            "這是連結（捷徑），不是檔案。請放入檔案本身。",
        ),
    ),
    (
        "IN-03",
        words(
            "This file has a second name elsewhere. Copy it, and put the copy here.",
            "此檔案在其他地方另有名稱（硬連結）。請複製一份，再把副本放入。",
        ),
    ),
    (
        "IN-04",
        words("This is not an ordinary file. Put an ordinary file here.", "這不是一般檔案。請放入一般檔案。"),
    ),
    (
        "IN-05",
        words(
            "This folder lies too deep. Put the files directly into your drop folder.",
            "資料夾層數太多。請把檔案直接放入提交資料夾。",
        ),
    ),
    (
        "IN-09",
        words(
            "The program may not open this file. Ask whoever looks after the shared folder to correct its rights.",
            "程式沒有權限開啟此檔案。請聯絡共用資料夾的管理人員更正權限。",
        ),
    ),
    (
        "IN-10",
        words(
            "This file is too large. Split it into parts and drop the parts.",
            "檔案太大。請分成多個部分，再逐一提交。",
        ),
    ),
    (
        "IN-11",
        words(
            "This file is empty. Export or save it again, and drop it again.",
            "檔案是空的。請重新匯出或儲存，再次提交。",
        ),
    ),
    (
        "IN-12",
        words(
            "This file is cut short, as if the upload had stopped. Upload it again and wait for the end.",
            "檔案不完整，上載可能中斷。請重新上載，並等待完成。",
        ),
    ),
    (
        "IN-13",
        words(
            "The shared folder made two versions of this file. Decide which is right and drop that one.",
            "共用資料夾出現了此檔案的兩個版本。請決定哪一個正確，再提交該版本。",
        ),
    ),
    (
        "IN-14",
        words(
            "The program can't tell to whom and which session this file belongs. Next time use the folder made for it.",
            "程式無法判斷此檔案屬於哪位參加者及哪一節。下次請放入指定的資料夾。",
        ),
    ),
    (
        "IN-15",
        words(
            "The folder and the file's name (or the register) say different things. Tell the steward which is right.",
            "資料夾與檔名（或登記表）的內容不一致。請告訴資料管理員哪一個正確。",
        ),
    ),
    (
        "IN-16",
        words(
            "This group, participant or session is not known to the study. Check the folder; ask the steward.",
            "研究紀錄中沒有此組別、參加者或節次。請檢查資料夾，並向資料管理員查詢。",
        ),
    ),
    (
        "IN-17",
        words(
            "The note or register beside this file can't be read. Correct it, or ask the steward.",
            "此檔案旁的說明檔或登記表無法讀取。請更正，或向資料管理員查詢。",
        ),
    ),
    (
        "IN-18",
        words(
            "This person's material is no longer collected. Do not hand it in; ask the steward today.",
            "研究不再收集此人的資料。請勿提交，並於今天聯絡資料管理員。",
        ),
    ),
];
