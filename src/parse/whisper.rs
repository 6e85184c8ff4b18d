//! Segments of recognised speech as JSON: `segments` of Whisper, faster-whisper and `WhisperX`, `transcription` of
//! whisper.cpp, `chunks` of Transformers.
//!
//! Read are a segment's start, end, speaker and text. What says the same again (the text as a whole, words, tokens) and
//! what says something else (file names, languages, parameters, probabilities, keys that are not known) is not.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Error, decode,
    rows::{self, Row, is_time},
    turns::{self, MAX_ROWS},
};
use crate::transcript::Role;

/// How many digits of whisper.cpp's milliseconds stand behind the point of seconds.
const MILLI: usize = 3;

#[derive(Deserialize)]
struct Document<'j> {
    #[serde(borrow)]
    segments: Option<Segments<'j>>,
    #[serde(borrow)]
    transcription: Option<Segments<'j>>,
    #[serde(borrow)]
    chunks: Option<Segments<'j>>,
}

/// No more than are read, and whether there were more.
struct Segments<'j>(Vec<Segment<'j>>, bool);

#[derive(Deserialize)]
struct Segment<'j> {
    #[serde(borrow)]
    start: Option<&'j RawValue>,
    #[serde(borrow)]
    end: Option<&'j RawValue>,
    #[serde(borrow)]
    timestamp: Option<Pair<'j>>,
    #[serde(borrow)]
    offsets: Option<Span<'j>>,
    #[serde(borrow)]
    timestamps: Option<Span<'j>>,
    #[serde(borrow)]
    speaker: Option<&'j RawValue>,
    #[serde(borrow)]
    text: Cow<'j, str>,
}

#[derive(Deserialize)]
struct Pair<'j>(#[serde(borrow)] Option<&'j RawValue>, #[serde(borrow)] Option<&'j RawValue>);

#[derive(Deserialize)]
struct Span<'j> {
    #[serde(borrow)]
    from: &'j RawValue,
    #[serde(borrow)]
    to: &'j RawValue,
}

/// The segments in their order; times in seconds.
pub(super) fn read(bytes: &[u8]) -> Result<String, Error> {
    let text = decode::decode(bytes)?.0;
    let segments = match text.trim_start().chars().next() {
        Some('{') => {
            let it: Document<'_> = serde_json::from_str(&text).map_err(|_| Error::Damaged)?;
            match (it.segments, it.transcription, it.chunks) {
                (Some(it), None, None) | (None, Some(it), None) | (None, None, Some(it)) => it,
                _ => return Err(Error::Format),
            }
        }
        Some('[') => serde_json::from_str(&text).map_err(|_| Error::Damaged)?,
        _ => return Err(Error::Mismatch),
    };
    if segments.1 {
        return Err(Error::TooMuch);
    }
    let mut rows = Vec::new();
    for segment in segments.0 {
        turns::push(segment.row()?, &mut rows)?;
    }
    turns::held(&rows)
}

impl Segment<'_> {
    fn row(&self) -> Result<Row, Error> {
        let mut row = Row::default();
        let (start, end) = self.times()?;
        if start.is_none() && end.is_some() {
            return Err(Error::Damaged);
        }
        for it in [start, end].into_iter().flatten() {
            row = row.with(Role::Timing, &it);
        }
        let speaker = self.speaker.map(plain).transpose()?.flatten().map(|it| rows::plain(&it));
        if let Some(it) = speaker.filter(|it| !it.is_empty()) {
            row = row.with(Role::Label, &it);
        }
        Ok(row.with(Role::Speech, &self.text))
    }

    fn times(&self) -> Result<(Option<String>, Option<String>), Error> {
        if let Some(it) = &self.offsets {
            return Ok((Some(seconds(it.from)?), Some(seconds(it.to)?)));
        }
        let (start, end) = match (&self.timestamps, &self.timestamp) {
            (Some(it), _) => (Some(it.from), Some(it.to)),
            (None, Some(it)) => (it.0, it.1),
            (None, None) => (self.start, self.end),
        };
        Ok((start.map(time).transpose()?.flatten(), end.map(time).transpose()?.flatten()))
    }
}

/// A time, its digits as they are written.
fn time(raw: &RawValue) -> Result<Option<String>, Error> {
    let it = plain(raw)?;
    // A telephone number has a dash.
    if it.as_ref().is_none_or(|it| is_time(it) && !it.contains('-') && !it.is_empty()) {
        Ok(it)
    } else {
        Err(Error::Damaged)
    }
}

/// Milliseconds as seconds, with the same digits.
fn seconds(raw: &RawValue) -> Result<String, Error> {
    let digits = raw.get();
    if digits.len() > 9 || digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Err(Error::Damaged);
    }
    let digits = format!("{digits:0>4}");
    let (whole, milli) = digits.split_at_checked(digits.len().saturating_sub(MILLI)).ok_or(Error::Damaged)?;
    Ok(format!("{whole}.{milli}"))
}

/// A number or a text.
fn plain(raw: &RawValue) -> Result<Option<String>, Error> {
    let said = raw.get();
    match said.bytes().next() {
        Some(b'"') => serde_json::from_str(said).map(Some).map_err(|_| Error::Damaged),
        Some(b'0'..=b'9' | b'-') => Ok(Some(said.to_owned())),
        Some(b'n') => Ok(None),
        _ => Err(Error::Damaged),
    }
}

impl<'de: 'j, 'j> Deserialize<'de> for Segments<'j> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Bounded)
    }
}

struct Bounded;

impl<'de> Visitor<'de> for Bounded {
    type Value = Segments<'de>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("segments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while all.len() < MAX_ROWS {
            match from.next_element()? {
                Some(it) => all.push(it),
                None => return Ok(Segments(all, false)),
            }
        }
        let mut more = false;
        while from.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(Segments(all, more))
    }
}

#[cfg(test)]
mod tests;
