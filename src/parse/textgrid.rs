//! Praat's `TextGrid`, as long or short text: what stands in its intervals and at its points, and when.
//!
//! Such a file is numbers, texts between quotes and flags in a fixed order; whatever else stands there is for the eye,
//! and what follows an exclamation mark is a comment. Intervals and points without a text are not read.

use std::{iter::Peekable, str::CharIndices};

use super::{
    Error,
    rows::{self, Row, is_time},
    turns,
};
use crate::transcript::Role;

/// What a file is made of.
#[derive(Debug, Eq, PartialEq)]
enum Token<'t> {
    Text(String),
    Number(&'t str),
    Flag(&'t str),
}

struct Tokens<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    line: usize,
}

/// An interval or a point, with what it is sorted by.
struct Mark {
    from: f64,
    to: f64,
    tier: usize,
    row: Row,
}

/// The intervals and points by the time at which they start and end.
pub(super) fn read(bytes: &[u8]) -> Result<String, Error> {
    if bytes.starts_with(b"ooBinaryFile") {
        return Err(Error::Format);
    }
    let text = super::decode::decode(bytes)?.0;
    let mut tokens = Tokens { text: &text, chars: text.char_indices().peekable(), line: 1 };
    if !matches!(tokens.next()?, Token::Text(it) if it == "ooTextFile" || it == "ooTextFile short") {
        return Err(Error::Mismatch);
    }
    if tokens.text()? != "TextGrid" {
        return Err(Error::Format);
    }
    tokens.number()?;
    tokens.number()?;
    if tokens.next()? != Token::Flag("exists") {
        return Err(Error::Empty);
    }
    let mut marks = Vec::new();
    for tier in 0..tokens.count()? {
        tokens.tier(tier, &mut marks)?;
    }
    marks.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.to.total_cmp(&b.to)).then(a.tier.cmp(&b.tier)));
    turns::held(&marks.into_iter().map(|it| it.row).collect::<Vec<_>>())
}

impl<'t> Tokens<'t> {
    fn tier(&mut self, tier: usize, marks: &mut Vec<Mark>) -> Result<(), Error> {
        let class = self.text()?;
        let name = self.text()?;
        let label = turns::label(&rows::plain(&name)).to_owned();
        self.number()?;
        self.number()?;
        for _ in 0..self.count()? {
            let (from, mut row) = self.time(Row::default())?;
            let mut to = from;
            match class.as_str() {
                "IntervalTier" => (to, row) = self.time(row)?,
                "TextTier" => {}
                _ => return Err(Error::Damaged),
            }
            if to < from || to <= from && class == "IntervalTier" {
                return Err(Error::EndBeforeStart { line: self.line });
            }
            let row = row.with(Role::Label, &label).with(Role::Speech, &self.text()?);
            if row.speech().is_empty() {
                continue;
            }
            if marks.len() >= turns::MAX_ROWS {
                return Err(Error::TooMuch);
            }
            marks.push(Mark { from, to, tier, row });
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Token<'t>, Error> {
        self.token()?.ok_or(Error::Truncated { line: self.line })
    }

    fn text(&mut self) -> Result<String, Error> {
        if let Token::Text(it) = self.next()? { Ok(it) } else { Err(Error::Damaged) }
    }

    fn number(&mut self) -> Result<&'t str, Error> {
        if let Token::Number(it) = self.next()? { Ok(it) } else { Err(Error::Damaged) }
    }

    fn count(&mut self) -> Result<usize, Error> {
        self.number()?.parse().map_err(|_| Error::Damaged)
    }

    fn time(&mut self, row: Row) -> Result<(f64, Row), Error> {
        let said = self.number()?;
        let value = said.parse().ok().filter(|it: &f64| it.is_finite() && is_time(said));
        Ok((value.ok_or(Error::Timing { line: self.line })?, row.with(Role::Timing, said)))
    }

    fn token(&mut self) -> Result<Option<Token<'t>>, Error> {
        while let Some((at, c)) = self.step() {
            match c {
                '"' => return self.quoted().map(|it| Some(Token::Text(it))),
                '!' => while self.step().is_some_and(|(_, it)| it != '\n' && it != '\r') {},
                it if it.is_whitespace() => {}
                _ => {
                    let word = self.word(at);
                    if let Some(flag) = word.strip_prefix('<').and_then(|it| it.strip_suffix('>')) {
                        return Ok(Some(Token::Flag(flag)));
                    }
                    let is_number = word.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
                    if is_number && word.parse::<f64>().is_ok() {
                        return Ok(Some(Token::Number(word)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn step(&mut self) -> Option<(usize, char)> {
        let next = self.chars.next();
        if matches!(next, Some((_, '\n'))) {
            self.line = self.line.saturating_add(1);
        }
        next
    }

    /// A word up to a blank or a quote.
    fn word(&mut self, start: usize) -> &'t str {
        let mut end = self.text.len();
        while let Some((at, c)) = self.chars.peek() {
            if c.is_whitespace() || *c == '"' {
                end = *at;
                break;
            }
            self.chars.next();
        }
        self.text.get(start..end).unwrap_or_default()
    }

    /// What stands up to the closing quote; two quotes are one.
    fn quoted(&mut self) -> Result<String, Error> {
        let mut said = String::new();
        while let Some((_, c)) = self.step() {
            if c == '"' && self.chars.next_if(|(_, it)| *it == '"').is_none() {
                return Ok(said);
            }
            said.push(c);
        }
        Err(Error::Truncated { line: self.line })
    }
}

#[cfg(test)]
mod tests;
