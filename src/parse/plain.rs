//! Plain text and Markdown: header lines, turns with a speaker, paragraphs without one, time stamps.
//!
//! A turn is a line with a speaker or a time stamp and the lines after it up to a blank one or the next
//! such line; a paragraph without either is a turn of its own.

use std::ops::Range;

use super::{
    Error, Hint,
    labels::{self, Head, Speakers},
    layout::Builder,
    lines::{Line, Lines},
    stamp::{self, Stamp},
};
use crate::{
    item::ItemKind,
    transcript::{Format, Layout, Role},
};

/// The most lines that the block of headings at the top has.
const MAX_HEADER_LINES: usize = 16;

/// Lays out a plain text.
pub(super) fn lay_out(text: &str, format: Format, hint: &Hint, encoding: &str) -> Result<Layout, Error> {
    let talk = hint.kind != ItemKind::Fieldnote;
    let mut speakers = Speakers::new(&hint.markers);
    let mut pointed = 0_usize;
    for line in Lines::unicode(text).filter(|it| !it.is_blank()) {
        if talk {
            speakers.count(line.text);
        }
        if line.text.trim_start().starts_with('[')
            && matches!(labels::head(line.text).stamp, Some((Stamp::Pointed, _)))
        {
            pointed += 1;
        }
    }
    speakers.decide();
    let reader = Reader { speakers, pointed: talk && pointed > 1 };
    reader.read(text)?.map_or(Err(Error::Empty), |it| Ok(it.finish(format, encoding)))
}

struct Reader<'t> {
    speakers: Speakers<'t>,
    pointed: bool,
}

impl Reader<'_> {
    fn read(&self, text: &str) -> Result<Option<Builder>, Error> {
        let header_end = self.header_end(text);
        let mut builder = Builder::new();
        let mut speech: Option<Range<usize>> = None;
        let mut in_turn = false;
        for line in Lines::unicode(text) {
            if line.is_blank() {
                flush(text, &mut builder, speech.take())?;
                in_turn = false;
                continue;
            }
            if line.number < header_end {
                builder.open_turn(line.number)?;
                builder.push(line.trimmed(), Role::Header)?;
                continue;
            }
            let head = self.head(&line);
            let name = self.speakers.of(line.text, &head);
            if head.stamp.is_some() || name.is_some() || !in_turn {
                flush(text, &mut builder, speech.take())?;
                builder.open_turn(line.number)?;
                in_turn = true;
            }
            let at = |it: Range<usize>| line.start + it.start..line.start + it.end;
            if let Some((_, range)) = head.stamp {
                builder.push(at(range), Role::Timing)?;
            }
            let mut body = head.body;
            if let Some(name) = name {
                builder.push(at(name.range), Role::Label)?;
                builder.push(at(name.stamp.unwrap_or_default()), Role::Timing)?;
                body = name.body;
            }
            let body = (line.start + body).min(line.trimmed().end)..line.trimmed().end;
            speech = match speech {
                Some(open) => Some(open.start..body.end),
                None if body.is_empty() => None,
                None => Some(body),
            };
        }
        flush(text, &mut builder, speech)?;
        Ok(builder.has_turns().then_some(builder))
    }

    fn head(&self, line: &Line<'_>) -> Head {
        let mut head = labels::head(line.text);
        if !self.pointed && matches!(head.stamp, Some((Stamp::Pointed, _))) {
            head = Head { body: line.text.len() - line.text.trim_start().len(), ..Head::default() };
        }
        head
    }

    /// The first line that is no header: what stands before the first turn with a speaker, and a first
    /// paragraph that has headings.
    fn header_end(&self, text: &str) -> usize {
        let first_turn = Lines::unicode(text)
            .filter(|it| !it.is_blank())
            .find(|it| self.speakers.of(it.text, &self.head(it)).is_some())
            .map_or(0, |it| it.number);
        let paragraph = Lines::unicode(text)
            .skip_while(Line::is_blank)
            .take_while(|it| !it.is_blank())
            .take(MAX_HEADER_LINES)
            .collect::<Vec<_>>();
        let is_heading = |it: &Line<'_>| {
            let name = labels::head(it.text).name;
            name.and_then(|name| it.text.get(name.range)).is_some_and(labels::is_heading)
        };
        let last = paragraph.last().map_or(0, |it| it.number);
        let ends =
            paragraph.len() < MAX_HEADER_LINES && Lines::unicode(text).skip(last).any(|it| !it.is_blank());
        if ends && paragraph.iter().any(is_heading) { first_turn.max(last + 1) } else { first_turn }
    }
}

/// Adds the speech of a turn, with the time stamps in it kept apart.
fn flush(text: &str, builder: &mut Builder, speech: Option<Range<usize>>) -> Result<(), Error> {
    let Some(speech) = speech else { return Ok(()) };
    let mut from = speech.start;
    let mut at = speech.start;
    while let Some(rest) = text.get(at..speech.end)
        && let Some(next) = rest.find(['[', '(', '{', '#', '<', '（', '【', '［'])
    {
        at += next;
        let rest = text.get(at..speech.end).unwrap_or_default();
        if let Some((Stamp::Bracketed, len)) = stamp::at_start(rest) {
            builder.push(from..at, Role::Speech)?;
            builder.push(at..at + len, Role::Timing)?;
            at += len;
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    builder.push(from..speech.end, Role::Speech)
}
