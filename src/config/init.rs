//! Makes a station, or a study in one: directories, commented settings, drop folders and the
//! fieldworkers' sheet. Makes no keys; the command line does, with `keys`.

use std::{collections::BTreeMap, io::Write, path::Path};

use super::{Error, Language, SHEET_FILE, STATION_FILE, STUDY_FILE};
use crate::{
    clock::Date,
    durable::{self, Draft},
    id::{Code, GroupId, RoleId, StudyId, Wave},
    item::Activity,
};

/// What `init` has to know of a study.
#[derive(Clone, Debug)]
pub struct InitStudy {
    /// The station's name.
    pub station_id: String,
    /// The study's id.
    pub study: StudyId,
    /// The approval's number.
    pub ethics_approval: String,
    /// The approval's last day.
    pub approval_until: Date,
    /// What is spoken.
    pub languages: Vec<Language>,
    /// The stewards.
    pub stewards: Vec<super::StaffId>,
    /// The sessions.
    pub waves: Vec<Wave>,
    /// The folders each participant gets.
    pub own: Vec<Activity>,
    /// The folders each group's `JOINT` gets.
    pub joint: Vec<Activity>,
}

/// One participant, as drop folders see them.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Participant {
    /// The group.
    pub group: GroupId,
    /// The role in it.
    pub role: RoleId,
    /// The code.
    pub code: Code,
}

/// Makes a station in `dir` with one study, or adds the study if there is a station already. Keys and
/// the roster are put there afterwards, by the command line.
///
/// # Errors
///
/// Fails with [`Error::Taken`] if the study exists, with [`Error::Write`] if the disk refuses.
pub fn init(dir: &Path, study: &InitStudy, participants: &[Participant]) -> Result<(), Error> {
    let study_dir = dir.join("studies").join(study.study.as_str());
    if study_dir.exists() {
        return Err(Error::Taken);
    }
    for name in DIRECTORIES {
        durable::make_dir(&dir.join(name))?;
    }
    if !dir.join(STATION_FILE).exists() {
        durable::write_new(dir, STATION_FILE, station_text(study).as_bytes())?;
    }
    let intake = dir.join("intake");
    if !intake.join(SHEET_FILE).exists() {
        let mut sheet = Draft::create(&intake)?;
        sheet.set_mode(0o644)?;
        sheet.write_all(SHEET.as_bytes()).map_err(durable::Error::from)?;
        sheet.persist(SHEET_FILE)?;
    }
    folders(&intake.join(study.study.as_str()), study, participants)?;
    durable::make_dir(&study_dir)?;
    // Last: a study is there once its settings are.
    Ok(durable::write_new(&study_dir, STUDY_FILE, study_text(study).as_bytes())?)
}

/// The drop folders: `D03/PIR/W2/interview`, `D03/JOINT/W2/session`.
fn folders(intake: &Path, study: &InitStudy, participants: &[Participant]) -> Result<(), Error> {
    let mut groups: BTreeMap<&GroupId, BTreeMap<&RoleId, Vec<&Code>>> = BTreeMap::new();
    for it in participants {
        groups.entry(&it.group).or_default().entry(&it.role).or_default().push(&it.code);
    }
    drop_folder(intake)?;
    for (group, roles) in groups {
        let mut names: Vec<(&str, &[Activity])> = vec![("JOINT", &study.joint)];
        for (role, codes) in &roles {
            match codes.as_slice() {
                [_] => names.push((role.as_str(), &study.own)),
                // Several people in one role: each has a folder under their own code.
                several => names.extend(several.iter().map(|it| (it.as_str(), study.own.as_slice()))),
            }
        }
        for (name, activities) in names {
            let place = intake.join(group.as_str()).join(name);
            drop_folder(&intake.join(group.as_str()))?;
            drop_folder(&place)?;
            for wave in &study.waves {
                drop_folder(&place.join(wave.as_str()))?;
                for activity in activities {
                    drop_folder(&place.join(wave.as_str()).join(activity.folder()))?;
                }
            }
        }
    }
    Ok(())
}

/// A folder that the fieldworkers' group writes to, and what they make in it stays the group's.
fn drop_folder(path: &Path) -> Result<(), Error> {
    durable::make_dir(path)?;
    let mode = rustix::fs::Mode::from_raw_mode(0o2770);
    Ok(rustix::fs::chmod(path, mode).map_err(durable::Error::from)?)
}

fn station_text(study: &InitStudy) -> String {
    format!(
        r#"# The settings of this station. docs/configuration.md explains every key.
# Check with `vouchsafe config check`. Paths are relative to this file's directory.

[station]
id = "{id}"                 # stands in every checkpoint of the audit log: never change it
# require_witness = true     # no release until a witness has signed the log

# [directories]              # all have defaults; none may lie inside another
# intake = "intake"
# release = "release"
# credentials = "/run/credentials/vouchsafe.service"

[timing]
settle = "3s"               # a file must have stood still for so long
media_settle = "10min"      # recordings and files over 64 MiB
rescan = "30s"
sidecar_grace = "1h"        # a file without a place waits so long for its sidecar
receipt_keep = "30d"

[limits]
transcript = "32MiB"
recording = "32GiB"
keep_free = "512MiB"        # intake pauses when less is free
workers = 2
"#,
        id = study.station_id
    )
}

fn study_text(study: &InitStudy) -> String {
    let list = |items: Vec<String>| items.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    let languages = study.languages.iter().map(|it| it.name().to_owned()).collect();
    let mut packs = vec!["core".to_owned()];
    if study.languages.contains(&Language::En) {
        packs.push("en".to_owned());
    }
    if study.languages.iter().any(|it| *it != Language::En) {
        packs.push("hk".to_owned());
    }
    // Quotes and escapes as TOML wants them.
    let approval = toml::Value::String(study.ethics_approval.clone());
    format!(
        r#"# The settings of one study. docs/configuration.md explains every key.

[study]
id = "{id}"
languages = [{languages}]   # what is spoken; a turn in any other language holds the item
roster = "roster.sealed"    # encrypted under the roster key; `vouchsafe roster import` renews it
packs = [{packs}]           # rule packs; "./site" is a directory of your own
stewards = [{stewards}]     # who can open what is sealed: stewards/<name>.steward.toml; two or more
gate = "one-person"         # "automatic", "one-person" or "two-person"
# language_versions = ["en", "yue"] # a session that is handed in twice: x_en.txt and x_yue.txt go out together
# profiles = ["external"]    # copies for others than the team: "external", "insider-safe"
waves = [{waves}]           # the sessions; leave empty if any will do
# file_pattern = "{{group}}_{{role}}_{{wave}}_{{activity}}"

[ethics]
approval = {approval}
approval_until = {until}    # nothing is released after this day

[names]                      # how names are found that no rule and no list knows
finder = "embedded"          # "off": rules, lists and roster alone, a thousand times as fast;
                             # "./models/NAME": a model of your own, see docs/models.md
# certain = 95               # from which likelihood on, in percent, a name is taken out and nobody is asked,
# probable = 12              # is taken out and shown to the reviewer,
# quasi = 26                 # the same for places, organisations and occupations,
# possible = 3               # stays and is shown to the reviewer
# asked = 100                # of that, how many strings at most, in per cent of 15 (English) or 25 (Cantonese) an hour

# [actions]                  # what is done to each kind of identifier; these are some of the defaults
# PERSON = "code"            # or "surrogate", see docs/configuration.md
# DATE = "year-only"         # or "date-shift"
# AGE = "age-band"
# LOC = "generalize"

# [columns]                  # what stands below headings of tables; docs/formats-tables.md lists those that are known
# "Who" = "speaker"          # or "text", "time", "code", "keep"
# "Real name" = "leave-out"  # in no copy
# "Where do you live?" = "LOC"

# [detail]                   # how much these leave
# rungs = 1                  # how far up a place goes: 1 district, 2 region
# age_years = 5              # width of an age band: 5, 10 or 20
# keep_weekday = false       # whether dates move by whole weeks

# [population]
# size = 40                  # how many people a participant could be looked for among
# threshold = 5              # a combination that fits fewer is warned of
# groups = 20                # how many pairs or groups like these there are among them
# [population.roles]         # and how many of them have each role; docs/risk.md says more
# PSW = 15

# [submitters.owners]        # the two-person gate has to know who handed a file in
# 1001 = "fw-1"
# [submitters.folders]       # intake/{id}/fw-2/D03/...
# fw-2 = "fw-2"
"#,
        id = study.study,
        languages = list(languages),
        packs = list(packs),
        stewards = list(study.stewards.iter().map(ToString::to_string).collect()),
        waves = list(study.waves.iter().map(ToString::to_string).collect()),
        until = study.approval_until,
    )
}

/// What `init` makes, besides a study's own.
const DIRECTORIES: [&str; 13] = [
    "intake",
    "studies",
    "stewards",
    "station",
    "station/claimed",
    "station/outbox",
    "station/objects",
    "station/keystore",
    "station/log",
    "review/out",
    "review/in",
    "release",
    "credentials",
];

/// The fieldworkers' sheet.
const SHEET: &str = "\
HOW TO HAND IN A FILE
=====================

1. Open the folder of the group (D03), the person (PIR), the session (W2) and what it was (interview).
   What two or more people said together goes into JOINT.
2. Copy the file there. Any file name will do. Better without people's names.
3. Within a minute a slip appears beside it: <file name>.receipt.txt. Read it.

   RECEIVED              The file has arrived. KEEP YOUR COPY for now.
   SAFE                  The file is locked away.
   WAITING FOR STEWARD   The file is locked away; the data steward looks at it. Nothing to do.
   PLEASE FIX            The file can't be used. The slip says what to do.

   The slip always says KEEP YOUR COPY or YOU MAY DELETE YOUR COPY. Do nothing else with your copy.
4. The file itself disappears from the folder: it has been taken over.

Text: .txt .md .vtt .srt .docx .odt .rtf .pdf .html .otr .json (Whisper) .eaf .TextGrid .cha .csv .tsv .xlsx .qdpx
Recordings, signed forms and all others are locked away as they are.
To correct a file, drop the new version into the same folder.
No slip after ten minutes? Ask the data steward.


如何提交檔案
============

1. 打開組別（D03）、參加者（PIR）、節次（W2）及活動（interview 訪談）的資料夾。
   多人一起談話的內容，放入 JOINT 資料夾。
2. 把檔案複製到該處。檔名不限，最好不含任何人的姓名。
3. 一分鐘內，旁邊會出現收據：<檔名>.receipt.txt。請閱讀。

   RECEIVED 已收到                        檔案已送達。暫時請保留你的副本。
   SAFE 已安全存放                        檔案已加密保存。
   WAITING FOR STEWARD 等待資料管理員處理   檔案已加密保存，資料管理員會查看。你無須處理。
   PLEASE FIX 請修正                      檔案未能使用。收據會說明如何處理。

   收據會說明「請保留你的副本」或「你可以刪除你的副本」。未有說明前，請勿刪除。
4. 檔案會從資料夾消失：表示系統已接收。

文字檔：.txt .md .vtt .srt .docx .odt .rtf .pdf .html .otr .json (Whisper) .eaf .TextGrid .cha .csv .tsv .xlsx .qdpx
錄音、已簽署的同意書及其他檔案會原樣加密保存。
如要更正，請把新版本放入同一資料夾。
十分鐘後仍未見收據？請聯絡資料管理員。
";
