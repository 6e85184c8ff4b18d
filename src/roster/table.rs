//! Reads the rows of a roster as spreadsheets write them. Checks each cell by itself; what concerns
//! several people is checked where aliases are made.

use std::collections::BTreeMap;

use super::{Error, MAX_ROSTER_BYTES, MAX_ROSTER_PEOPLE, Person, consent::Consent};
use crate::{
    entity::EntityType,
    id::{Code, GroupId, RoleId},
    secret::Sensitive,
};

/// The columns, with the names that they may bear.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("code", &["code", "編號", "代號", "编号"]),
    ("role", &["role", "角色", "身份", "身分"]),
    ("group", &["group", "dyad", "組別", "小組", "組", "组别"]),
    ("unit", &["unit", "單位", "服務單位", "单位"]),
    ("name", &["name", "姓名", "名字", "名稱"]),
    ("aliases", &["aliases", "alias", "別名", "別稱", "稱呼", "别名"]),
    ("relation", &["relation", "關係", "关系"]),
    ("consent", &["consent", "同意", "同意範圍", "同意书"]),
    ("never_match", &["never_match", "never match", "不匹配", "不作配對", "不配對"]),
];

const CODE: usize = 0;
const ROLE: usize = 1;
const GROUP: usize = 2;
const UNIT: usize = 3;
const NAME: usize = 4;
const ALIASES: usize = 5;
const RELATION: usize = 6;
const CONSENT: usize = 7;
const NEVER_MATCH: usize = 8;

/// What must not stand as a role: folders use it for everybody in a group.
const JOINT: &str = "JOINT";

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Person>, Error> {
    let text = decode(bytes)?;
    // EXPOSE: the parser copies cells into `Sensitive` ones.
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.expose().as_bytes());
    let mut rows = reader.records();
    let header = match rows.next() {
        None => return Err(Error::Empty),
        Some(row) => row.map_err(|it| not_a_row(&it))?,
    };
    let columns = columns(&header)?;
    let mut people: Vec<Person> = Vec::new();
    let mut seen: BTreeMap<Code, u64> = BTreeMap::new();
    let mut one_persons: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        let row = row.map_err(|it| not_a_row(&it))?;
        let line = row.position().map_or(0, csv::Position::line);
        if row.iter().all(|it| it.trim().is_empty()) {
            continue;
        }
        if row.len() != header.len() {
            return Err(Error::NotARow { line });
        }
        let person = Row { cells: &row, columns: &columns, line }.person()?;
        if let Some(first) = seen.insert(person.code.clone(), line) {
            return Err(Error::DuplicateCode { line, column: shown(&columns, CODE), first });
        }
        for it in &person.codes {
            match one_persons.insert(it.clone(), line) {
                Some(first) if first != line => return Err(Error::SharedAlias { line, first }),
                Some(_) | None => {}
            }
        }
        people.push(person);
        if people.len() > MAX_ROSTER_PEOPLE {
            return Err(Error::TooManyPeople);
        }
    }
    if people.is_empty() { Err(Error::Empty) } else { Ok(people) }
}

/// Excel writes UTF-8 with a mark, UTF-16 with tabs, or the machine's own Big5.
fn decode(bytes: &[u8]) -> Result<Sensitive<String>, Error> {
    if bytes.len() > MAX_ROSTER_BYTES {
        return Err(Error::NotText);
    }
    let (encodings, bom) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, len)) => (vec![encoding], len),
        None => (vec![encoding_rs::UTF_8, encoding_rs::BIG5], 0),
    };
    let bytes = bytes.get(bom..).unwrap_or_default();
    encodings
        .iter()
        .find_map(|it| it.decode_without_bom_handling_and_without_replacement(bytes))
        .filter(|it| !it.contains('\0'))
        .map(|it| Sensitive::new(it.into_owned()))
        .ok_or(Error::NotText)
}

fn not_a_row(error: &csv::Error) -> Error {
    Error::NotARow { line: error.position().map_or(0, csv::Position::line) }
}

/// For each of [`COLUMNS`] the place in a row.
fn columns(header: &csv::StringRecord) -> Result<[usize; 9], Error> {
    let mut places = [None; 9];
    for (place, name) in header.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let column = place.saturating_add(1);
        let known = COLUMNS.iter().position(|(_, names)| names.contains(&name.as_str()));
        let slot = known.and_then(|it| places.get_mut(it)).ok_or(Error::UnknownColumn { column })?;
        if slot.replace(place).is_some() {
            return Err(Error::UnknownColumn { column });
        }
    }
    let mut checked = [0; 9];
    for ((slot, place), (name, _)) in checked.iter_mut().zip(places).zip(COLUMNS) {
        *slot = place.ok_or(Error::MissingColumn { name })?;
    }
    Ok(checked)
}

/// A column as people count it.
fn shown(columns: &[usize; 9], column: usize) -> usize {
    columns.get(column).copied().unwrap_or(0).saturating_add(1)
}

struct Row<'r> {
    cells: &'r csv::StringRecord,
    columns: &'r [usize; 9],
    line: u64,
}

impl Row<'_> {
    fn cell(&self, column: usize) -> &str {
        self.columns.get(column).and_then(|it| self.cells.get(*it)).unwrap_or_default().trim()
    }

    fn list(&self, column: usize) -> Vec<Sensitive<String>> {
        let parts = self.cell(column).split([';', '；']).map(str::trim);
        parts.filter(|it| !it.is_empty()).map(|it| Sensitive::new(it.to_owned())).collect()
    }

    fn bad(&self, column: usize, what: &'static str) -> Error {
        Error::BadCell { line: self.line, column: shown(self.columns, column), what }
    }

    /// The groups: the person's own, then others, each once.
    fn groups(&self) -> Result<Vec<GroupId>, Error> {
        let mut groups: Vec<GroupId> = Vec::new();
        let cell = self.cell(GROUP);
        if matches!(cell, "" | "-") {
            return Ok(groups);
        }
        for it in cell.split([';', '；']) {
            let group = it.trim().parse().map_err(|_| self.bad(GROUP, "group"))?;
            if groups.contains(&group) {
                return Err(self.bad(GROUP, "group (each once)"));
            }
            groups.push(group);
        }
        Ok(groups)
    }

    fn person(&self) -> Result<Person, Error> {
        let code: Code = self.cell(CODE).parse().map_err(|_| self.bad(CODE, "code"))?;
        if !can_be_a_code(code.as_str()) {
            return Err(self.bad(CODE, "code"));
        }
        let role: RoleId = self.cell(ROLE).parse().map_err(|_| self.bad(ROLE, "role"))?;
        if role.as_str() == JOINT {
            return Err(self.bad(ROLE, "role (JOINT stands for a whole group)"));
        }
        let groups = self.groups()?;
        let (mut aliases, mut codes) = (Vec::new(), Vec::new());
        for it in self.list(ALIASES) {
            // EXPOSE: compared; what is kept outside of it is a code of ours.
            match handed_out(it.expose()) {
                None => aliases.push(it),
                Some((EntityType::Person, code)) => codes.push(code),
                Some(_) => {
                    return Err(self.bad(ALIASES, "alias (of the station's codes, only person-N is one)"));
                }
            }
        }
        let consent = Consent::parse(self.cell(CONSENT))
            .map_err(|_| Error::UnknownConsent { line: self.line, column: shown(self.columns, CONSENT) })?;
        // Of somebody who is only spoken of, a steward may know no name that can be searched for.
        let name = self.cell(NAME);
        let nameless = name.is_empty() && groups.is_empty() && !codes.is_empty();
        if !name.chars().any(char::is_alphabetic) && !nameless {
            return Err(Error::NoName { line: self.line, column: shown(self.columns, NAME) });
        }
        Ok(Person {
            line: self.line,
            code,
            role,
            groups,
            unit: Sensitive::new(self.cell(UNIT).to_owned()),
            name: Sensitive::new(name.to_owned()),
            aliases,
            codes,
            relation: Sensitive::new(self.cell(RELATION).to_owned()),
            consent,
            never_match: self.list(NEVER_MATCH),
        })
    }
}

/// A code starts with a letter and has a digit, so that a marker of ours is told from a transcriber's `[laughs]`
/// or `[12]`, and is none that the registry hands out, such as `PERSON-3`.
fn can_be_a_code(code: &str) -> bool {
    let taken = |noun: &str| {
        let noun = noun.to_uppercase().replace(' ', "-");
        code.strip_prefix(&noun).is_some_and(|it| it.starts_with('-') || it.is_empty())
    };
    code.starts_with(|c: char| c.is_ascii_alphabetic())
        && code.contains(|c: char| c.is_ascii_digit())
        && !EntityType::ALL.iter().any(|it| taken(it.noun()))
}

/// What a code that the registry hands out stands for, and the code as the registry writes it: of `[Person-12]`,
/// which somebody copied from a text, `person-12`. None if it is no such code.
fn handed_out(alias: &str) -> Option<(EntityType, String)> {
    let alias = alias.trim_start_matches('[').trim_end_matches(']').to_lowercase().replace([' ', '_'], "-");
    let (noun, number) = alias.rsplit_once('-')?;
    let kind = EntityType::ALL.iter().find(|it| it.noun() == noun)?;
    let number: u32 = number.parse().ok().filter(|it| *it > 0)?;
    Some((*kind, format!("{noun}-{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n";

    fn check(rows: &str, want: Error) {
        assert_eq!(read(format!("{HEAD}{rows}").as_bytes()).unwrap_err(), want, "{rows}");
    }

    #[test]
    fn errors_name_line_and_column_only() {
        let good = "PSW-01,PSW,D01,,Ho Siu Ling 何小玲,,,team,\n";
        check("psw-01,PSW,D01,,Ho Siu Ling,,,team,", Error::BadCell { line: 2, column: 1, what: "code" });
        check("PSW,PSW,D01,,Ho Siu Ling,,,team,", Error::BadCell { line: 2, column: 1, what: "code" });
        check("PERSON-3,PSW,D01,,Ho,,,team,", Error::BadCell { line: 2, column: 1, what: "code" });
        check("PSW-01,PSW,D 1,,Ho Siu Ling,,,team,", Error::BadCell { line: 2, column: 3, what: "group" });
        check("PSW-01,PSW,D01; ,,Ho,,,team,", Error::BadCell { line: 2, column: 3, what: "group" });
        let twice = Error::BadCell { line: 2, column: 3, what: "group (each once)" };
        check("PSW-01,PSW,D01; D01,,Ho,,,team,", twice);
        check("PSW-01,PSW,D01,, ,,,team,", Error::NoName { line: 2, column: 5 });
        check("PSW-01,PSW,D01,,Ho Siu Ling,,,yes,", Error::UnknownConsent { line: 2, column: 8 });
        check(&format!("{good}{good}"), Error::DuplicateCode { line: 3, column: 1, first: 2 });
        check(&format!("{good}PSW-02,PSW"), Error::NotARow { line: 3 });
        check("", Error::Empty);
        assert_eq!(read(b"code,role\n").unwrap_err(), Error::MissingColumn { name: "group" });
        assert_eq!(read(b"code,phone\n").unwrap_err(), Error::UnknownColumn { column: 2 });
        assert_eq!(read(b"code,code\n").unwrap_err(), Error::UnknownColumn { column: 2 });
        assert_eq!(read(&[0xff; 9]).unwrap_err(), Error::NotText);
    }

    #[test]
    fn a_code_of_the_station_is_one_persons_and_no_name() {
        let row = |code: &str, aliases: &str| format!("{code},REL,,,Ho Siu Ling,{aliases},,,\n");
        let people =
            read(format!("{HEAD}{}", row("REL-1", "玲姐; [Person-12]；person 7; person_12")).as_bytes());
        let people = people.unwrap();
        assert_eq!(people[0].aliases.len(), 1);
        assert_eq!(people[0].codes, ["person-12", "person-7", "person-12"]);
        check(
            &(row("REL-1", "person-12") + &row("REL-2", "PERSON-12")),
            Error::SharedAlias { line: 3, first: 2 },
        );
        let known_by_code =
            |group: &str, aliases: &str| read(format!("{HEAD}REL-1,REL,{group},,,{aliases},,,\n").as_bytes());
        assert!(known_by_code("", "person-12; Ida").is_ok());
        for (group, aliases) in [("", "Ida"), ("D01", "person-12"), ("", "")] {
            assert_eq!(known_by_code(group, aliases).unwrap_err(), Error::NoName { line: 2, column: 5 });
        }
        let what = "alias (of the station's codes, only person-N is one)";
        check(&row("REL-1", "place-2"), Error::BadCell { line: 2, column: 6, what });
        // These are names or nothing, but no code.
        for it in ["person-", "person-0", "Person-Chan", "person", "REL-3"] {
            assert!(
                read(format!("{HEAD}{}", row("REL-1", it)).as_bytes()).unwrap()[0].codes.is_empty(),
                "{it}"
            );
        }
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let table = "編號,角色,組別,單位,姓名,別名,關係,同意,不匹配\r\nPIR-01,PIR,D01,,何小玲,阿玲；Elaine,,團隊,\r\n";
        let big5 = encoding_rs::BIG5.encode(table).0.into_owned();
        let utf16: Vec<u8> =
            std::iter::once(0xFEFF).chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [table.as_bytes(), format!("\u{FEFF}{table}").as_bytes(), &big5, &utf16] {
            let people = read(bytes).unwrap();
            let [person] = people.as_slice() else { panic!("one row") };
            assert_eq!(person.name.expose(), "何小玲");
            assert_eq!(person.aliases.len(), 2);
        }
    }

    #[test]
    fn the_limit_of_people_is_kept() {
        let rows = |n: usize| -> String {
            std::iter::once(HEAD.to_owned())
                .chain((0..n).map(|n| format!("P-{n},PSW,,,Ho Siu Ling,,,,\n")))
                .collect()
        };
        assert_eq!(read(rows(MAX_ROSTER_PEOPLE).as_bytes()).unwrap().len(), MAX_ROSTER_PEOPLE);
        assert_eq!(read(rows(MAX_ROSTER_PEOPLE + 1).as_bytes()).unwrap_err(), Error::TooManyPeople);
    }
}
