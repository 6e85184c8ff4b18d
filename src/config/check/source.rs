//! A file of settings as text, to say by line and key what is wrong in it.

use std::{fs, path::Path, str::FromStr};

use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::config::{
    error::{Error, FileRole, Position},
    written::{Number, Text},
};

/// The most bytes of a file of settings that are read.
const MAX_SETTINGS_BYTES: u64 = 1024 * 1024;

/// A file's text, to say where in it something stands.
pub(super) struct Source {
    pub(super) role: FileRole,
    pub(super) text: String,
}

impl Source {
    pub(super) fn read<T: DeserializeOwned>(file: &Path, role: FileRole) -> Result<(Self, T), Error> {
        let unreadable = |kind| Error::Unreadable { file: role.clone(), kind };
        let bytes = fs::metadata(file).map_err(|error| unreadable(error.kind()))?.len();
        if bytes > MAX_SETTINGS_BYTES {
            return Err(unreadable(std::io::ErrorKind::FileTooLarge));
        }
        let text = fs::read_to_string(file).map_err(|error| unreadable(error.kind()))?;
        let source = Self { role, text };
        match toml::from_str(&source.text) {
            Ok(written) => Ok((source, written)),
            Err(error) => Err(source.explain(&error)),
        }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    pub(super) fn value(&self, key: &str, offset: usize, expected: &str) -> Error {
        Error::Value {
            file: self.role.clone(),
            at: self.position(offset),
            key: key.to_owned(),
            expected: expected.to_owned(),
        }
    }

    pub(super) fn check<T>(
        &self,
        key: &str,
        text: &Text,
        expected: &str,
        check: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        check(text.get_ref()).ok_or_else(|| self.value(key, text.span().start, expected))
    }

    pub(super) fn parse<T: FromStr>(&self, key: &str, text: &Text) -> Result<T, Error>
    where
        T::Err: std::fmt::Display,
    {
        // Our own ids' errors say what they expect and hold no part of the text.
        text.get_ref().parse().map_err(|error: T::Err| {
            let said = error.to_string();
            self.value(key, text.span().start, said.trim_start_matches("expected "))
        })
    }

    pub(super) fn key<T>(
        &self,
        table: &str,
        key: &Text,
        check: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        check(key.get_ref()).ok_or_else(|| Error::UnknownKey {
            file: self.role.clone(),
            at: self.position(key.span().start),
            key: format!("{table}.…"),
        })
    }

    pub(super) fn list<T: PartialEq>(
        &self,
        key: &str,
        list: &Spanned<Vec<Text>>,
        check: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let mut values = Vec::new();
        for text in list.get_ref() {
            let value = self.check(key, text, "values that docs/configuration.md lists", &check)?;
            if values.contains(&value) {
                return Err(self.value(key, text.span().start, "each value once"));
            }
            values.push(value);
        }
        if values.is_empty() {
            return Err(self.value(key, list.span().start, "one value at least"));
        }
        Ok(values)
    }

    pub(super) fn number(
        &self,
        key: &str,
        number: &Number,
        least: i64,
        most: i64,
        expected: &str,
    ) -> Result<i64, Error> {
        let value = *number.get_ref();
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err(self.value(key, number.span().start, expected))
        }
    }

    pub(super) fn optional(&self, key: &str, number: Option<&Number>) -> Result<Option<u32>, Error> {
        let Some(number) = number else { return Ok(None) };
        let value = self.number(key, number, 1, i64::from(u32::MAX), "a number of people, 1 or more")?;
        Ok(u32::try_from(value).ok())
    }

    /// What the TOML reader says, without what it quotes of the file.
    pub(super) fn explain(&self, error: &toml::de::Error) -> Error {
        let offset = error.span().map_or(0, |it| it.start);
        let (file, at) = (self.role.clone(), self.position(offset));
        let message = error.message();
        if message.starts_with("unknown field ") {
            return Error::UnknownKey { file, at, key: self.word_at(offset) };
        }
        // The names of missing fields are ours.
        if let Some(key) = message.strip_prefix("missing field `").and_then(|it| it.strip_suffix('`')) {
            return Error::MissingKey { file, at, key: key.to_owned() };
        }
        // What was expected is ours too; what was found instead is the file's.
        if message.starts_with("invalid type")
            && let Some((_, expected)) = message.rsplit_once(", expected ")
        {
            return Error::Value {
                file,
                at,
                key: self.key_of_line(offset),
                expected: plain(expected).to_owned(),
            };
        }
        Error::Syntax { file, at }
    }

    pub(super) fn word_at(&self, offset: usize) -> String {
        let rest = self.text.get(offset..).unwrap_or_default();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        match rest.get(..end) {
            Some(word) if !word.is_empty() => word.to_owned(),
            _ => "…".to_owned(),
        }
    }

    pub(super) fn key_of_line(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        self.word_at(line_start)
    }
}

/// The reader's words for types, in the words of a person who writes the file.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "text in double quotes",
        "a boolean" => "true or false",
        "i64" => "a number",
        "a sequence" => "a list in square brackets",
        "a TOML datetime" => "a day without quotes, such as 2029-12-31",
        _ if expected.starts_with("struct ") => "a table",
        _ => "a value of another type",
    }
}
