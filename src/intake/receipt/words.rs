//! What receipts say, in both languages. For fieldworkers: no jargon, and always what to do.

use super::State;
use crate::transcript::{LeftOut, Omission};

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

/// What the file holds that is not in the transcript, and what to do.
pub(super) fn left_out_en(all: &LeftOut) -> String {
    let each = all.iter().map(|(it, count)| {
        let (one, many) = omission(it).0;
        format!("{count} {}", if count == 1 { one } else { many })
    });
    format!(
        "Not taken over: {}. If it belongs to the transcript, put it into the text and drop the file again.",
        each.collect::<Vec<_>>().join(", ")
    )
}

/// The same in Chinese.
pub(super) fn left_out_zh(all: &LeftOut) -> String {
    let each = all.iter().map(|(it, count)| format!("{count} {}", omission(it).1));
    format!("未有採用：{}。如屬逐字稿內容，請放入正文後再次提交。", each.collect::<Vec<_>>().join("、"))
}

/// One of it and several in English, and in Chinese with what counts it.
const fn omission(it: Omission) -> ((&'static str, &'static str), &'static str) {
    match it {
        Omission::Comments => (("comment", "comments"), "個註解"),
        Omission::Deletions => (("deleted passage", "deleted passages"), "段已刪除文字"),
        Omission::HiddenText => (("hidden passage", "hidden passages"), "段隱藏文字"),
        Omission::HiddenRows => (("hidden row or column", "hidden rows or columns"), "個隱藏行或欄"),
        Omission::Sheets => (("other sheet", "other sheets"), "張其他工作表"),
        Omission::Headers => (
            ("header or footer that is not printed", "headers or footers that are not printed"),
            "個不會列印的頁首或頁尾",
        ),
        Omission::Notes => (("note", "notes"), "個備註"),
        Omission::Tiers => (("other tier", "other tiers"), "個其他層"),
        Omission::Pictures => (("picture", "pictures"), "張圖片"),
        Omission::Drawings => (("chart or drawing", "charts or drawings"), "個圖表或繪圖"),
        Omission::Objects => (("inserted object", "inserted objects"), "個插入物件"),
        Omission::Sources => (("source that is no text", "sources that are no text"), "個非文字來源"),
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
    (
        "IN-23",
        words(
            "This folder belongs to no study. Put the file into your study's folder, or ask the steward.",
            "此資料夾不屬於任何研究。請把檔案放入你的研究資料夾，或向資料管理員查詢。",
        ),
    ),
    (
        "PA-01",
        words(
            "This file is empty. Export or save it again, and drop it again.",
            "檔案是空的。請重新匯出或儲存，再次提交。",
        ),
    ),
    (
        "PA-02",
        words(
            "This is not text. Export the transcript as .docx, .txt, .vtt or .srt and drop that.",
            "這不是文字檔。請把逐字稿匯出為 .docx、.txt、.vtt 或 .srt，再次提交。",
        ),
    ),
    (
        "PA-03",
        words(
            "This transcript is too long. Split it into parts and drop the parts.",
            "逐字稿太長。請分成多個部分，再逐一提交。",
        ),
    ),
    (
        "PA-04",
        words(
            "Somebody speaks too long without a break in this file. Put in line breaks and drop it again.",
            "檔案中有一段發言太長。請加入換行，再次提交。",
        ),
    ),
    (
        "PA-05",
        words(
            "This transcript is too long. Split it into parts and drop the parts.",
            "逐字稿太長。請分成多個部分，再逐一提交。",
        ),
    ),
    (
        "PA-06",
        words(
            "The program is not sure how the characters are stored. Save the file as UTF-8 and drop it again.",
            "程式未能確定文字編碼。請另存為 UTF-8，再次提交。",
        ),
    ),
    (
        "PA-07",
        words(
            "Parts of this file are stored in different ways, as after copying from two programs. Save it as UTF-8 and drop it again.",
            "檔案混合了不同的文字編碼。請另存為 UTF-8，再次提交。",
        ),
    ),
    (
        "PA-08",
        words(
            "Characters in this file were lost before it came here (they show as �). Export it again from the original.",
            "部分文字在之前的轉換中遺失（顯示為 �）。請由原檔重新匯出。",
        ),
    ),
    (
        "PA-09",
        words(
            "This kind of file can't be read. Export the transcript as .docx, .txt, .vtt or .srt and drop that.",
            "程式不能讀取此類檔案。請把逐字稿匯出為 .docx、.txt、.vtt 或 .srt，再次提交。",
        ),
    ),
    (
        "PA-10",
        words(
            "The file's ending does not fit what is in it. Export it again and leave the ending as it is.",
            "副檔名與內容不符。請重新匯出，並保留原有的副檔名。",
        ),
    ),
    (
        "PA-11",
        words(
            "A time in this subtitle file can't be read. Export it again, or correct the time.",
            "字幕檔中有時間未能讀取。請重新匯出，或更正該時間。",
        ),
    ),
    (
        "PA-12",
        words(
            "A subtitle in this file ends before it starts. Correct its time and drop the file again.",
            "檔案中有字幕的結束時間早於開始時間。請更正後再次提交。",
        ),
    ),
    (
        "PA-13",
        words(
            "A blank line is missing between two subtitles. Export the file again, or put the line in.",
            "兩段字幕之間欠缺空行。請重新匯出，或補上空行。",
        ),
    ),
    (
        "PA-14",
        words(
            "Some text in this subtitle file belongs to no subtitle. Export it again.",
            "字幕檔中有文字不屬於任何字幕。請重新匯出。",
        ),
    ),
    (
        "PA-15",
        words(
            "This file breaks off in the middle. Export or upload it again and wait for the end.",
            "檔案在中途中斷。請重新匯出或上載，並等待完成。",
        ),
    ),
    (
        "PA-16",
        words(
            "A mark in this subtitle file is opened and not closed. Export it again.",
            "字幕檔中有標記未完結。請重新匯出。",
        ),
    ),
    (
        "PA-17",
        words(
            "The program could not make out this file. Nothing to do; the steward will look at it.",
            "程式未能解讀此檔案。你無須處理，資料管理員會查看。",
        ),
    ),
    (
        "PA-18",
        words(
            "This file is damaged or not built as such files are. Open your copy, save it again and drop that.",
            "檔案已損壞，或不符合其格式。請開啟你的副本，另存後再次提交。",
        ),
    ),
    (
        "PA-19",
        words(
            "This file is much larger inside than a transcript is. Take out pictures and attachments, or split it, and drop it again.",
            "檔案內容遠大於一般逐字稿。請移除圖片及附件，或分拆檔案，再次提交。",
        ),
    ),
    (
        "PA-20",
        words(
            "This file has a password or is of an old format. Take the password off, save it in the present format and drop that.",
            "檔案設有密碼，或屬舊格式。請移除密碼，以現行格式另存，再次提交。",
        ),
    ),
    (
        "PA-21",
        words(
            "This file holds macros. Save it as a document without macros and drop that.",
            "檔案含有巨集。請另存為不含巨集的文件，再次提交。",
        ),
    ),
    (
        "PA-22",
        words(
            "The parts of this file have names that can't be right. Open your copy, save it again and drop that.",
            "檔案內部的名稱有問題。請開啟你的副本，另存後再次提交。",
        ),
    ),
    (
        "PA-23",
        words(
            "This file is built in a way that is not read for safety. Save or export it again and drop that.",
            "為安全起見，程式不讀取以此方式製作的檔案。請另存或重新匯出，再次提交。",
        ),
    ),
    (
        "PA-24",
        words(
            "This file has no text: it may be a scan. Type or recognise the text and drop that.",
            "檔案沒有文字，可能是掃描圖像。請輸入或辨識文字後再次提交。",
        ),
    ),
    (
        "PA-25",
        words(
            "It is not clear what the columns of this table are. Give them headings such as speaker and text, and drop it again.",
            "未能確定表格各欄的意思。請加上欄名，例如「講者」、「內容」，再次提交。",
        ),
    ),
    (
        "PA-26",
        words(
            "This file shows another document, or a form that was filled in, which can't be read. Put that text into it, or print the form as a new PDF, and drop that.",
            "檔案內有另一份文件或已填寫的表格，程式無法讀取。請把該部分的文字放進檔案，或將表格列印成新的 PDF，再次提交。",
        ),
    ),
    (
        "PI-10",
        words(
            "Kept safe, not shared: someone in it has not agreed to that. Nothing to do.",
            "已安全保存，不會分享：當中有人未同意分享。你無須處理。",
        ),
    ),
    (
        "PI-11",
        words(
            "Kept safe as it is: recordings and signed forms are never shared. Nothing to do.",
            "已原樣安全保存：錄音及已簽署表格不會分享。你無須處理。",
        ),
    ),
    (
        "PI-12",
        words(
            "The program is not sure that everything is hidden. The steward will read it. Nothing to do.",
            "程式未能確定所有資料均已隱藏，資料管理員會查閱。你無須處理。",
        ),
    ),
    (
        "PI-13",
        words(
            "The steward reads every file of this study before it is shared. Nothing to do.",
            "本研究的每份檔案均由資料管理員查閱後才分享。你無須處理。",
        ),
    ),
    (
        "PI-14",
        words(
            "The steward decided not to share this file. Ask the steward why.",
            "資料管理員決定不分享此檔案。請向資料管理員查詢原因。",
        ),
    ),
    (
        "PI-15",
        words(
            "We already have a file with exactly this content. Nothing to do.",
            "我們已有內容完全相同的檔案。你無須處理。",
        ),
    ),
    (
        "PI-16",
        words(
            "Kept safe, not shared: the study's approval or someone's consent has ended. Nothing to do.",
            "已安全保存，不會分享：研究的倫理批准或有人的同意已結束。你無須處理。",
        ),
    ),
    (
        "PI-17",
        words(
            "The same content was handed in for another person or session. Ask the steward which is right.",
            "相同內容曾以另一人或另一節次提交。請向資料管理員查詢何者正確。",
        ),
    ),
    (
        "PI-18",
        words(
            "Kept safe. It is shared together with the other language version: drop that too.",
            "已安全保存。此檔案會與另一語言版本一併分享：請同時提交該版本。",
        ),
    ),
    (
        "PI-19",
        words(
            "The speakers change more often in one language version than in the other: a speaker's name or a turn is missing. Correct that version and drop it again.",
            "兩個語言版本轉換說話者的次數不同：可能欠了一段發言，或欠了說話者的名稱。請更正該版本，再次提交。",
        ),
    ),
    (
        "PI-20",
        words(
            "A data steward changed an earlier version of this item and looks at the new one, too. Nothing to do.",
            "資料管理員曾修改此項目較早的版本，亦會查看新版本。你無須處理。",
        ),
    ),
    (
        "VE-03",
        words(
            "This transcript is too long to check in one piece. Split it into parts and drop the parts.",
            "逐字稿太長，未能一次檢查。請分成多個部分，再逐一提交。",
        ),
    ),
    (
        "WO-03",
        words(
            "The program broke off while reading this file. Save it again as plain text (UTF-8) and drop it again.",
            "程式讀取此檔案時中斷。請另存為純文字檔（UTF-8）後再次提交。",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of docs/errors.md that speak of items held or quarantined at these stages.
    fn codes() -> Vec<&'static str> {
        let page = include_str!("../../../docs/errors.md");
        page.lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| ")?.split(" | ");
                let (code, _, what) = (cells.next()?, cells.next()?, cells.next()?.to_lowercase());
                let ours = ["IN-", "PA-", "DE-", "VE-"].iter().any(|it| code.starts_with(it));
                let told = ["quarantin", "held", "receipt"].iter().any(|it| what.contains(it));
                (ours && told).then_some(code)
            })
            .collect()
    }

    #[test]
    fn every_code_that_stops_an_item_has_words_in_both_languages() {
        let codes = codes();
        assert!(codes.len() > 10, "the table was read");
        for code in codes {
            let words = reason(code);
            let generic = words == reason("XX-00");
            assert!(!generic, "{code} has no words of its own nor of its stage");
            assert!(words.en.is_ascii() || words.en.contains('\u{fffd}'), "{code}");
            assert!(words.zh.chars().any(|it| ('\u{4e00}'..'\u{9fff}').contains(&it)), "{code}");
        }
    }

    #[test]
    fn every_code_with_words_is_in_order_and_listed() {
        let page = include_str!("../../../docs/errors.md");
        assert!(REASONS.is_sorted_by_key(|it| it.0));
        for (code, words) in REASONS {
            // A stage whose rows are not written yet is held to this once they are.
            let stage = format!("| {}-", code.get(..2).unwrap());
            assert!(page.contains(&format!("| {code} |")) || !page.contains(&stage), "{code}");
            assert!(words.en.ends_with('.') && words.zh.ends_with('。'), "{code}");
        }
    }
}
