//! What headings of tables mean, in English and Chinese. The one place where that is written down;
//! docs/formats-tables.md prints it. What a study says of
//! a heading goes before.

use crate::{
    config::{Column, Columns, columns::words},
    entity::EntityType,
};

/// What stands below a heading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Meaning {
    /// What was said.
    Text,
    /// Who says it. Of several such columns the one of the lowest number is meant.
    Speaker(usize),
    /// When.
    Time,
    /// Something that identifies a person whatever else is known of it: 47 below `age`.
    Fact(EntityType),
    /// Codes and numbers of the study; searched like speech.
    Other,
    /// No more than what it says; searched like speech.
    Searched,
    /// What the study leaves out: it is not read on.
    LeftOut,
}

const TEXT: &str = "text, utterance, utterances, content, transcript, transcription, speech, said, words, \
    sentence, talk, dialogue, 內容, 内容, 文字, 文本, 逐字稿, 說話內容, 說話, 話語, 话语, \
    對話, 对话, 發言, 发言, 發言內容, 发言内容";

/// The surest first.
const SPEAKERS: &str = "speaker, speaker name, speaker label, speaker id, speaker code, 講者, 讲者, 說話人, \
    说话人, 說話者, 说话者, 講話者, 發言人, 发言人, 發言者, who, participant, \
    participant name, participant code, 參加者, 受訪者, name, 姓名, role, 角色, 身份";

const TIMES: &str = "start, end, time, timestamp, time stamp, timecode, time code, start time, end time, \
    begin, begin time, time start, time end, timestamp start, timestamp end, onset, offset, \
    duration, start ms, end ms, start s, end s, 開始, 開始時間, 結束, 結束時間, 時間, 時間碼, \
    時長, 开始, 开始时间, 结束, 结束时间, 时间, 时间码, 时长";

const OTHERS: &str = "id, code, participant, participant id, participant code, group, dyad, pair, unit, wave, \
    session, role, arm, turn, line, item, question, answer, score, total, language, 編號, \
    代號, 编号, 代号, 組別, 组别, 角色, 參加者, 受訪者, 項目, 問題, 答案, 分數, 語言";

/// Headings whose cells identify. A heading that has these words in a row among its own is meant, too: of several the
/// longest. Chinese ones may stand anywhere in it.
const FACTS: &[(EntityType, &str)] = &[
    (
        EntityType::Person,
        "name, names, full name, first name, last name, given name, family name, surname, \
    forename, nickname, preferred name, alias, initials, contact person, next of kin, \
    emergency contact, 姓名, 名字, 姓氏, 中文姓名, 英文姓名, 英文名, 暱稱, 別名, 花名, 稱呼, \
    聯絡人, 緊急聯絡人, 昵称, 别名",
    ),
    (
        EntityType::Phone,
        "phone, phone number, telephone, tel, mobile, mobile number, cell, fax, whatsapp, \
    contact number, contact no, 電話, 手提, 手機, 聯絡電話, 電話號碼, 傳真, 电话, 手机, \
    联系电话",
    ),
    (EntityType::Email, "email, e mail, email address, e mail address, mail, 電郵, 電子郵件, 邮箱"),
    (EntityType::Handle, "wechat, instagram, facebook, username, user name, 微信, 帳戶名稱"),
    (
        EntityType::Hkid,
        "hkid, hkid no, hkid number, identity card, id card, id card number, 身份證, 身份證號碼, \
    身分證, 身份证",
    ),
    (EntityType::Passport, "passport, passport no, passport number, 護照, 护照"),
    (
        EntityType::IdNumber,
        "patient id, patient number, hospital number, case number, case no, file number, \
    medical record number, mrn, nhs number, ssn, staff number, staff id, student id, \
    student number, 個案編號, 病歷號碼, 病歷編號, 住院號碼, 員工編號, 學生編號, 病历号",
    ),
    (EntityType::Account, "bank account, account number, octopus, 銀行戶口, 戶口號碼, 八達通"),
    (EntityType::Plate, "licence plate, license plate, car plate, 車牌"),
    (EntityType::Address, "address, home address, postal address, street, estate, 地址, 住址, 屋苑, 屋邨"),
    (
        EntityType::Place,
        "district, city, town, region, area, neighbourhood, neighborhood, postcode, postal code, \
    zip, zip code, country, place of birth, birthplace, country of birth, residence, \
    hometown, 地區, 區域, 居住地區, 城市, 國家, 出生地, 籍貫, 居住地, 地区, 国家",
    ),
    (
        EntityType::Organisation,
        "employer, company, organisation, organization, workplace, school, university, church, \
    agency, 僱主, 雇主, 公司, 機構, 工作機構, 學校, 大學, 教會, 机构, 学校",
    ),
    (
        EntityType::Service,
        "hospital, clinic, service, service centre, ward, 醫院, 診所, 服務, 中心, 病房, 医院",
    ),
    (
        EntityType::Date,
        "date of birth, dob, birth date, birthdate, birthday, year of birth, birth year, date, \
    diagnosis year, year of diagnosis, diagnosis date, date of diagnosis, admission date, \
    discharge date, date of admission, year diagnosed, onset date, year of onset, \
    date of death, interview date, 出生日期, 生日, 出生年份, 日期, 確診年份, 診斷年份, \
    確診日期, 入院日期, 出院日期, 病發年份, 访谈日期, 訪談日期",
    ),
    (EntityType::Age, "age, ages, age in years, age group, age band, 年齡, 年紀, 歲數, 年龄"),
    (
        EntityType::Occupation,
        "occupation, job, job title, profession, position, post, work, employment, \
    employment status, 職業, 職位, 工作, 職銜, 就業狀況, 职业, 职位",
    ),
    (
        EntityType::Demographic,
        "gender, sex, ethnicity, ethnic group, race, nationality, religion, marital status, \
    sexual orientation, mother tongue, education, education level, level of education, \
    highest education, qualification, income, household income, housing, diagnosis, children, \
    household size, living arrangement, immigration status, years in hong kong, 性別, 種族, \
    族裔, 國籍, 宗教, 婚姻狀況, 教育程度, 學歷, 收入, 家庭收入, 居住狀況, 診斷, 子女數目, \
    性取向, 母語, 性别, 种族, 国籍, 婚姻状况, 学历, 教育",
    ),
];

/// The most words of a heading that may say more than the words of a fact; a question has more.
const MAX_HEADING_WORDS: usize = 4;

/// What a heading stands for.
pub(crate) fn meaning(heading: &str, columns: &Columns) -> Option<Meaning> {
    let told = columns.get(heading).map(told);
    told.or_else(|| built_in(heading)).or_else(|| columns.others().map(self::told))
}

/// What the study says that it is.
const fn told(column: Column) -> Meaning {
    match column {
        Column::Text => Meaning::Text,
        // Before all that the program knows by itself.
        Column::Speaker => Meaning::Speaker(0),
        Column::Time => Meaning::Time,
        Column::Code => Meaning::Other,
        Column::Keep => Meaning::Searched,
        Column::LeaveOut => Meaning::LeftOut,
        Column::Fact(entity) => Meaning::Fact(entity),
    }
}

fn built_in(heading: &str) -> Option<Meaning> {
    let words = words(heading);
    let whole = words.join(" ");
    let is = |list: &str| list.split(", ").any(|it| it == whole);
    if is(TEXT) {
        return Some(Meaning::Text);
    }
    if let Some(rank) = (1..).zip(SPEAKERS.split(", ")).find(|it| it.1 == whole) {
        return Some(Meaning::Speaker(rank.0));
    }
    if is(TIMES) {
        return Some(Meaning::Time);
    }
    fact(&words).map(Meaning::Fact).or_else(|| is(OTHERS).then_some(Meaning::Other))
}

/// What the cells below a heading are where they are no label.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Below {
    /// If they identify wherever they stand. A name does, also where it is not the label.
    pub(crate) identifies: Option<EntityType>,
    /// Whether a code of the study's among them is nobody's name.
    pub(crate) has_codes: bool,
    /// Whether the heading is a known one, word for word: it names a column and nobody.
    pub(crate) is_known: bool,
}

/// What is below a heading.
pub(crate) fn below(heading: &str, columns: &Columns) -> Below {
    let Some(column) = columns.get(heading) else {
        let (identifies, is_known) = (fact(&words(heading)), is_known(heading));
        return Below { identifies, has_codes: identifies.is_none() && is_known, is_known };
    };
    let (identifies, has_codes) = match column {
        // The study says that people are named here.
        Column::Speaker => (Some(EntityType::Person), true),
        Column::Fact(entity) => (Some(entity), false),
        Column::Code => (None, true),
        Column::Text | Column::Time | Column::Keep | Column::LeaveOut => (None, false),
    };
    Below { identifies, has_codes, is_known: is_known(heading) || columns.is_named(heading) }
}

/// Whether a heading is one of ours, word for word.
fn is_known(heading: &str) -> bool {
    let bare = heading.trim().to_lowercase();
    let facts = FACTS.iter().map(|it| it.1);
    let all = [TEXT, SPEAKERS, TIMES, OTHERS].into_iter().chain(facts);
    all.flat_map(|it| it.split(", ")).any(|it| it == bare)
}

fn fact(words: &[String]) -> Option<EntityType> {
    let whole = words.join(" ");
    let says = |it: &str| {
        if it.is_ascii() {
            let asked: Vec<_> = it.split(' ').collect();
            whole == it || words.len() <= MAX_HEADING_WORDS && words.windows(asked.len()).any(|w| w == asked)
        } else {
            whole.contains(it)
        }
    };
    let all = FACTS.iter().flat_map(|(entity, list)| list.split(", ").map(move |it| (*entity, it)));
    all.filter(|it| says(it.1)).max_by_key(|it| it.1.chars().count()).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        let none = Columns::default();
        for (heading, want) in [
            ("Text", Some(Meaning::Text)),
            (" Start (hh:mm:ss)", Some(Meaning::Time)),
            ("Speaker_ID", Some(Meaning::Speaker(4))),
            ("講者", Some(Meaning::Speaker(6))),
            ("開始時間", Some(Meaning::Time)),
            ("AGE", Some(Meaning::Fact(EntityType::Age))),
            ("Age at interview", Some(Meaning::Fact(EntityType::Age))),
            ("年齡（歲）", Some(Meaning::Fact(EntityType::Age))),
            ("參加者的出生日期", Some(Meaning::Fact(EntityType::Date))),
            ("E-mail address", Some(Meaning::Fact(EntityType::Email))),
            ("Client's phone no.", Some(Meaning::Fact(EntityType::Phone))),
            ("Ｇｅｎｄｅｒ", Some(Meaning::Fact(EntityType::Demographic))),
            ("participant", Some(Meaning::Speaker(17))),
            ("Code", Some(Meaning::Other)),
            ("language", Some(Meaning::Other)),
            ("stage", None),
            ("At what age did you first hear of it?", None),
            ("Daisy Quill", None),
            ("", None),
        ] {
            assert_eq!(meaning(heading, &none), want, "{heading}");
        }
        let below = |it| below(it, &none);
        assert_eq!(below("name").identifies, Some(EntityType::Person));
        assert_eq!(below("speaker"), Below { has_codes: true, is_known: true, ..Below::default() });
        assert!(below("Date of birth").is_known && below("年齡").is_known);
        assert!(!below("Daisy's age").is_known && !below("age (Daisy)").is_known);
    }

    #[test]
    fn what_the_study_says_goes_before() {
        let mut columns = Columns::default();
        for (heading, column) in [
            ("Voice", Column::Speaker),
            ("position", Column::Keep),
            ("Age at onset", Column::Code),
            ("Wohnort", Column::Fact(EntityType::Place)),
            ("phone", Column::LeaveOut),
        ] {
            columns.name(heading, column);
        }
        for (heading, want) in [
            ("voice", Some(Meaning::Speaker(0))),
            ("Position", Some(Meaning::Searched)),
            ("job position", Some(Meaning::Fact(EntityType::Occupation))),
            ("age at onset (years)", Some(Meaning::Other)),
            ("Phone", Some(Meaning::LeftOut)),
            ("stage", None),
        ] {
            assert_eq!(meaning(heading, &columns), want, "{heading}");
        }
        assert_eq!(below("position", &columns), Below { is_known: true, ..Below::default() });
        assert_eq!(below("Wohnort (Daisy)", &columns).identifies, Some(EntityType::Place));
        assert!(!below("Wohnort (Daisy)", &columns).is_known);
        assert_eq!(meaning("stage", &Columns::of_a_copy()), Some(Meaning::Searched));
    }
}
