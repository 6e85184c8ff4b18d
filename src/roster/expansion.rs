//! What a roster's rows are expanded to, for the steward's eyes only: by form, certain and doubtful apart, with
//! what else each name is. Prints nothing itself.

use std::collections::BTreeMap;

use super::{
    Error, Roster,
    collision::{self, Collides, Collision},
    matcher::{AliasForm, Matcher, is_latin},
};
use crate::{entity::PersonIndex, secret::Sensitive, view::is_han};

/// So many aliases of a form are shown, and how many more there are.
const SHOWN: usize = 8;

/// Columns for what a line is about.
const LABEL: usize = 13;

/// So many examples of a kind.
const EXAMPLES: usize = 3;

/// What one person's row became.
#[derive(serde::Serialize)]
struct Row {
    code: String,
    line: u64,
    certain: BTreeMap<&'static str, Vec<String>>,
    doubtful: BTreeMap<&'static str, Vec<String>>,
    /// Names whose homophones are flagged, and examples of such.
    homophones: Watched,
    /// The same of misspelled words.
    misspellings: Watched,
    collisions: Vec<String>,
}

#[derive(Default, serde::Serialize)]
struct Watched {
    watched: usize,
    examples: Vec<String>,
}

/// The whole roster, expanded.
#[derive(Debug)]
pub struct Expansion {
    collisions: Vec<Collides>,
    text: Sensitive<String>,
    json: Sensitive<String>,
}

impl Expansion {
    /// Aliases that are something else too.
    #[must_use]
    pub fn collisions(&self) -> &[Collides] {
        &self.collisions
    }

    /// For a screen.
    #[must_use]
    pub const fn text(&self) -> &Sensitive<String> {
        &self.text
    }

    /// The same as a JSON array, whole.
    #[must_use]
    pub const fn json(&self) -> &Sensitive<String> {
        &self.json
    }
}

impl Roster {
    /// What every row is expanded to. `is_word` knows words of the study's languages.
    ///
    /// # Errors
    ///
    /// Fails where no automaton can hold so many aliases.
    pub fn expansion(&self, is_word: &dyn Fn(&str) -> bool) -> Result<Expansion, Error> {
        let matcher = Matcher::new(&self.aliases)?;
        let collisions = collision::all(self, &matcher, is_word);
        let mut rows: Vec<Row> = self
            .people
            .iter()
            .map(|it| Row {
                code: it.code.to_string(),
                line: it.line,
                certain: BTreeMap::new(),
                doubtful: BTreeMap::new(),
                homophones: Watched::default(),
                misspellings: Watched::default(),
                collisions: Vec::new(),
            })
            .collect();
        for it in &self.aliases.aliases {
            if let Some(row) = rows.get_mut(usize::from(it.person.0)) {
                let list = if it.certain { &mut row.certain } else { &mut row.doubtful };
                list.entry(it.form.name()).or_default().push(it.folded.clone());
            }
        }
        for (person, example) in matcher.near().heard() {
            rows.get_mut(usize::from(person.0)).into_iter().for_each(|it| it.homophones.add(&example));
        }
        for (person, example) in matcher.near().misspelled() {
            rows.get_mut(usize::from(person.0)).into_iter().for_each(|it| it.misspellings.add(&example));
        }
        for same in collisions.chunk_by(|a, b| (a.person, a.with) == (b.person, b.with)) {
            let said = same.first().map(|it| (it.person, self.told(it.with, same)));
            if let Some((person, said)) = said {
                rows.get_mut(usize::from(person.0))
                    .into_iter()
                    .for_each(|row| row.collisions.push(said.clone()));
            }
        }
        let text = rows.iter().map(Row::shown).collect();
        let json = serde_json::to_string_pretty(&rows).unwrap_or_default();
        Ok(Expansion { collisions, text: Sensitive::new(text), json: Sensitive::new(json) })
    }

    /// A person's collisions of one kind, in words that name the aliases.
    fn told(&self, with: Collision, same: &[Collides]) -> String {
        let other = |index: PersonIndex| self.person(index).map_or("somebody", |it| it.code.as_str());
        let what = match with {
            Collision::Word => "words as well".to_owned(),
            Collision::Surname(one_in) => format!("surname of about one in {one_in}"),
            Collision::Given => "name of many, who would all get this code".to_owned(),
            Collision::Shared(index) => format!("alias of {} too", other(index)),
            Collision::Near(index) => format!("almost a name of {}", other(index)),
        };
        // EXPOSE: for the report, which is for a steward's screen.
        let aliases: Vec<String> = same.iter().map(|it| it.alias.expose().clone()).collect();
        format!("{what}: {}", listed(&aliases))
    }
}

impl Watched {
    fn add(&mut self, example: impl Fn() -> Option<String>) {
        self.watched = self.watched.saturating_add(1);
        if self.examples.len() < EXAMPLES {
            let example = example().filter(|it| !self.examples.contains(it));
            self.examples.extend(example);
        }
    }
}

impl Row {
    fn shown(&self) -> String {
        let mut text = String::new();
        let mut line = |label: &str, it: &str| {
            for part in ["  ", label, &" ".repeat(LABEL.saturating_sub(label.len())), it, "\n"] {
                text.push_str(part);
            }
        };
        for (what, forms) in [("replaced", &self.certain), ("doubtful", &self.doubtful)] {
            let mut label = what;
            for form in FORMS {
                if let Some(list) = forms.get(form.name()) {
                    line(label, &format!("{:<17} {}", words_for(*form), listed(list)));
                    label = "";
                }
            }
        }
        for (what, it) in [("sounds like", &self.homophones), ("misspelled", &self.misspellings)] {
            if it.watched > 0 {
                let examples = it.examples.join(" · ");
                line(what, &format!("{} forms are watched for: {examples} …", it.watched));
            }
        }
        for (n, it) in self.collisions.iter().enumerate() {
            line(if n == 0 { "look" } else { "" }, it);
        }
        format!("{}  (line {})\n{text}\n", self.code, self.line)
    }
}

/// In the order in which a reader looks for them.
const FORMS: &[AliasForm] = &[
    AliasForm::AsGiven,
    AliasForm::HanFull,
    AliasForm::LatinFull,
    AliasForm::HanGiven,
    AliasForm::LatinGiven,
    AliasForm::Nickname,
    AliasForm::ShortForm,
    AliasForm::HanAddress,
    AliasForm::LatinSurname,
    AliasForm::Initials,
];

/// What a form is called in a report.
#[must_use]
pub const fn words_for(form: AliasForm) -> &'static str {
    match form {
        AliasForm::AsGiven => "as written",
        AliasForm::HanFull => "Han full name",
        AliasForm::LatinFull => "Latin full name",
        AliasForm::HanGiven => "Han given name",
        AliasForm::LatinGiven => "Latin given name",
        AliasForm::Nickname => "nickname",
        AliasForm::ShortForm => "short form",
        AliasForm::HanAddress => "Han address",
        AliasForm::LatinSurname => "Latin surname",
        AliasForm::Initials => "initials",
    }
}

fn listed(list: &[String]) -> String {
    // Plain ones first: they say most of what the form is.
    let mut sorted: Vec<&String> = list.iter().collect();
    let mixed = |it: &str| it.contains(is_han) && it.contains(is_latin);
    sorted.sort_by_key(|it| (mixed(it), it.is_ascii() && !it.contains(' '), it.chars().count()));
    let mut text = sorted.iter().take(SHOWN).map(|it| it.as_str()).collect::<Vec<_>>().join(" · ");
    if let Some(more) = sorted.len().checked_sub(SHOWN).filter(|it| *it > 0) {
        text.push_str(" … and ");
        text.push_str(&more.to_string());
        text.push_str(" more");
    }
    text
}
