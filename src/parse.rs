//! Parsing: from the bytes of a file to a [`Transcript<Raw>`], its text and which bytes of it are what.
//!
//! Pure: no I/O, no clock. Whatever is not sure is an error with a question, never a guess: an encoding,
//! a format, a cue without a time. It does not look for identifiers; it sees to it that nothing escapes
//! those who do: every byte that could be content lies in a piece, and where a colon may or may not make
//! a speaker of the words before it, the line is speech and is searched.
//!
//! ```text
//! bytes ──decode──▶ text ──format──▶ plain | webvtt | subrip ──▶ text + Layout ──check──▶ Raw
//!   └──docx | odt | pdf | … ──▶ paragraphs or rows, held as one text ────┘
//! ```
//!
//! A format that is no text is *held* as one: its paragraphs as lines, or its turns as `rows`. What its file says
//! beyond that (authors, comments, deleted words, styles) is never read into it, so that no copy can have it.

pub mod media;
pub(crate) mod rows;
pub(crate) mod table;

pub(crate) mod chat;
mod container;
mod cues;
mod decode;
mod docx;
mod elan;
mod html;
mod inline;
mod labels;
mod layout;
mod lines;
mod markdown;
mod odt;
mod otranscribe;
mod package;
mod pdf;
mod plain;
mod prose;
mod qdpx;
mod rtf;
mod stamp;
mod subrip;
mod textgrid;
mod turns;
mod webvtt;
mod whisper;
mod xml;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    config::Columns,
    fault::{Disposition, Fault},
    id::JobId,
    item::ItemKind,
    transcript::{Format, Layout, LeftOut, MAX_TRANSCRIPT_BYTES, MAX_TURNS, Notation, Raw, Transcript},
};

/// The most bytes that a turn may have: an hour of talk without a line end has about 60,000. A longer
/// one is no transcript, and a reviewer could not read it.
pub const MAX_TURN_BYTES: usize = 1024 * 1024;

/// The most pieces that a transcript may have; it bounds the memory that a layout takes to 64 MiB.
pub const MAX_PIECES: usize = 2 * 1024 * 1024;

/// The endings that are parsed, as a message names them.
pub const ACCEPTED: &str = ".txt, .md, .vtt, .srt, .docx, .odt, .rtf, .pdf, .html, .otr, .json (Whisper), .eaf, .TextGrid, .cha, .csv, .tsv, .xlsx or .qdpx";

/// What is known of a file besides its bytes.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The file name's ending without the dot, in any case; empty if it has none.
    pub extension: String,
    /// What the item is: a fieldworker's notes have no speakers.
    pub kind: ItemKind,
    /// Of a text that we wrote: our own markers in it, which stand for what was said and for no speaker, also
    /// before a colon. Speakers are codes without brackets.
    pub markers: BTreeSet<String>,
    /// What the study says of the headings of its tables.
    pub columns: Columns,
    /// Whether it is a copy that went out: nothing is hidden in it.
    pub is_out: bool,
}

impl Hint {
    /// Of a file that somebody else wrote.
    #[must_use]
    pub fn of(extension: String, kind: ItemKind) -> Self {
        Self { extension, kind, markers: BTreeSet::new(), columns: Columns::default(), is_out: false }
    }
}

/// Why a file is no transcript. Line numbers are counted from 1; nothing of the file's text is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Error {
    /// There is nothing in it but white space.
    #[error("the file is empty")]
    Empty,
    /// It holds bytes that no text has.
    #[error("the file is not text")]
    Binary,
    /// The file, or its text as UTF-8, is over [`MAX_TRANSCRIPT_BYTES`].
    #[error("the file is longer than {MAX_TRANSCRIPT_BYTES} bytes of text")]
    TooLong,
    /// A turn is over [`MAX_TURN_BYTES`].
    #[error("the turn that starts in line {line} is longer than {MAX_TURN_BYTES} bytes")]
    TurnTooLong {
        /// The turn's first line.
        line: usize,
    },
    /// There are more turns than [`MAX_TURNS`] or more pieces than [`MAX_PIECES`].
    #[error("the file has more turns than {MAX_TURNS}")]
    TooManyTurns,
    /// The bytes are not UTF-8, and it is not sure which other encoding they are.
    #[error("the file's encoding is not certain")]
    Encoding,
    /// Parts of the file are in different encodings.
    #[error("the file mixes text encodings")]
    MixedEncodings,
    /// Characters were lost before the file came here: it holds replacement characters, or fonts whose characters
    /// nobody can say.
    #[error("characters were lost in an earlier conversion of the file")]
    LostCharacters,
    /// Its ending is of no format that is parsed.
    #[error("the file's format is not accepted: a transcript is {ACCEPTED}")]
    Format,
    /// What is in it is of another format than its ending says.
    #[error("the file's ending and its content do not agree")]
    Mismatch,
    /// A time stamp of a cue cannot be read.
    #[error("the timing in line {line} cannot be read")]
    Timing {
        /// The line.
        line: usize,
    },
    /// A cue ends before it starts.
    #[error("the cue in line {line} ends before it starts")]
    EndBeforeStart {
        /// The timing line.
        line: usize,
    },
    /// A cue starts inside another block.
    #[error("a blank line is missing before line {line}")]
    BlankLine {
        /// The line before which a blank one belongs.
        line: usize,
    },
    /// Text that no cue holds.
    #[error("the text in line {line} belongs to no cue")]
    NoCue {
        /// The line.
        line: usize,
    },
    /// The file ends inside a cue.
    #[error("the file breaks off in line {line}")]
    Truncated {
        /// The last line.
        line: usize,
    },
    /// A tag is opened and not closed.
    #[error("a tag is not closed in the cue of line {line}")]
    Tag {
        /// The cue's first line of text.
        line: usize,
    },
    /// A container or what is in it is damaged, or not built as its format wants.
    #[error("the file is damaged")]
    Damaged,
    /// It would unpack to more than is read, or has too many parts.
    #[error("the file unpacks to more than is read")]
    TooMuch,
    /// It opens with a password, or is of an old format that may have one.
    #[error("the file is protected by a password, or of the format of before 2007")]
    Locked,
    /// It holds macros.
    #[error("the file holds macros")]
    Macros,
    /// Its members have names that lead out of it, or one name twice.
    #[error("the names of what is in the file are not sound")]
    Members,
    /// It defines entities, or asks for some that it does not define.
    #[error("the file has XML entities of its own")]
    Entities,
    /// It has pictures of text and no text, or a page of it does.
    #[error("the file has no text: it may be a scan")]
    NoText,
    /// It shows parts that are not read: another document in it, or what somebody wrote into a form.
    #[error("the file shows another document or a form that is not in its own text")]
    Parts,
    /// It is a table, and nobody said what its columns are.
    #[error("the table's columns are not known")]
    Columns,
    /// The pieces do not cover the text: an error of ours.
    #[error("the file's layout could not be made out")]
    Layout,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "PA-01",
            Self::Binary => "PA-02",
            Self::TooLong => "PA-03",
            Self::TurnTooLong { .. } => "PA-04",
            Self::TooManyTurns => "PA-05",
            Self::Encoding => "PA-06",
            Self::MixedEncodings => "PA-07",
            Self::LostCharacters => "PA-08",
            Self::Format => "PA-09",
            Self::Mismatch => "PA-10",
            Self::Timing { .. } => "PA-11",
            Self::EndBeforeStart { .. } => "PA-12",
            Self::BlankLine { .. } => "PA-13",
            Self::NoCue { .. } => "PA-14",
            Self::Truncated { .. } => "PA-15",
            Self::Tag { .. } => "PA-16",
            Self::Layout => "PA-17",
            Self::Damaged => "PA-18",
            Self::TooMuch => "PA-19",
            Self::Locked => "PA-20",
            Self::Macros => "PA-21",
            Self::Members => "PA-22",
            Self::Entities => "PA-23",
            Self::NoText => "PA-24",
            Self::Columns => "PA-25",
            Self::Parts => "PA-26",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Quarantine
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "Open your copy, see whether it has text, and drop it again.",
            Self::Binary | Self::Format => {
                "Save the transcript as .docx or as plain text (.txt) and drop that."
            }
            Self::TooLong | Self::TooManyTurns => "Split the transcript into several files and drop each.",
            Self::TurnTooLong { .. } => {
                "Put each turn on a line of its own, with a blank line between paragraphs."
            }
            Self::Encoding => "In which encoding was it saved? Save it again as UTF-8 and drop that.",
            Self::MixedEncodings => {
                "Was it put together from several files? Save each part as UTF-8, join them again and drop that."
            }
            Self::LostCharacters => "Export the transcript again, as UTF-8, from the program that made it.",
            Self::Mismatch => {
                "Give the file the ending of what it is, or export it again in the format you meant."
            }
            Self::Timing { .. } | Self::EndBeforeStart { .. } => {
                "Correct the times in that line, or export the file again."
            }
            Self::BlankLine { .. } | Self::NoCue { .. } => {
                "Look at the blank lines there: one goes between two cues and none inside a cue."
            }
            Self::Truncated { .. } => "The file was cut off: copy or export it again.",
            Self::Tag { .. } => "Close the tag there with a >, or export the file again.",
            Self::Layout => "Report this error; the file is kept.",
            Self::Damaged | Self::Members | Self::Entities => {
                "Open your copy in the program that made it, save or export it again, and drop that."
            }
            Self::TooMuch => "Take out pictures and other attachments, or split the file, and drop it again.",
            Self::Locked => {
                "Take the password off, save as the present format of the program, and drop that."
            }
            Self::Macros => "Save it as a document without macros (.docx, .xlsx) and drop that.",
            Self::Parts => {
                "Open your copy, put the text of the inserted document into it, or print the form as a new PDF, and drop that."
            }
            Self::NoText => {
                "Type or recognise the text, and drop that; seal the scan as a recording if it is one."
            }
            Self::Columns => "Give the columns headings such as speaker and text, and drop it again.",
        }
    }
}

/// Parses a file.
///
/// # Errors
///
/// Says what is wrong with the file and, where a line is to blame, which.
pub fn parse(job: JobId, bytes: &[u8], hint: &Hint) -> Result<Transcript<Raw>, Error> {
    let mut left_out = LeftOut::default();
    let (text, layout) = lay_out(bytes, hint, &mut left_out)?;
    let raw = Transcript::new(job, text, layout).map_err(|_| Error::Layout)?;
    Ok(raw.without(left_out))
}

fn lay_out(bytes: &[u8], hint: &Hint, left_out: &mut LeftOut) -> Result<(String, Layout), Error> {
    if let Some(source) = Source::of(&hint.extension) {
        let (text, format) = source.read(bytes, &hint.columns, left_out)?;
        if text.len() > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
        return held(text, format, hint, "UTF-8", left_out);
    }
    if is_other(bytes) {
        return Err(Error::Format);
    }
    let said = match hint.extension.to_ascii_lowercase().as_str() {
        "txt" | "text" => Format::Text,
        "md" | "markdown" => Format::Markdown,
        "vtt" => Format::WebVtt,
        "srt" => Format::SubRip,
        _ => return Err(Error::Format),
    };
    let (text, encoding) = decode::decode(bytes)?;
    // What is written is UTF-8, whatever came: it must not look like something else then.
    if is_other(text.as_bytes()) {
        return Err(Error::Format);
    }
    let format = format(said, &text)?;
    if format != Format::Markdown || hint.is_out {
        return held(text, format, hint, encoding, left_out);
    }
    let text = markdown::clean(text, &hint.markers, left_out)?;
    // What was hidden may have hidden what else it is.
    if is_other(text.as_bytes()) {
        return Err(Error::Format);
    }
    let format = self::format(said, &text)?;
    held(text, format, hint, encoding, left_out)
}

/// What reads a file that is not taken as it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    Docx,
    Odt,
    Rtf,
    Pdf,
    Html,
    OTranscribe,
    Whisper,
    Elan,
    TextGrid,
    Chat,
    Table(table::Kind),
    Qdpx,
}

impl Source {
    fn of(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "docx" | "docm" => Some(Self::Docx),
            "odt" => Some(Self::Odt),
            "rtf" => Some(Self::Rtf),
            "pdf" => Some(Self::Pdf),
            "html" | "htm" => Some(Self::Html),
            "otr" => Some(Self::OTranscribe),
            "json" => Some(Self::Whisper),
            "eaf" => Some(Self::Elan),
            "textgrid" => Some(Self::TextGrid),
            "cha" => Some(Self::Chat),
            "csv" => Some(Self::Table(table::Kind::Commas)),
            "tsv" => Some(Self::Table(table::Kind::Tabs)),
            "xlsx" | "xlsm" => Some(Self::Table(table::Kind::Workbook)),
            "qdpx" => Some(Self::Qdpx),
            _ => None,
        }
    }

    /// The transcript as it is held, and the format that it is written in.
    fn read(
        self,
        bytes: &[u8],
        columns: &Columns,
        left_out: &mut LeftOut,
    ) -> Result<(String, Format), Error> {
        match self {
            Self::Docx => Ok((docx::read(bytes, left_out)?, Format::Docx)),
            Self::Odt => Ok((odt::read(bytes, left_out)?, Format::Odt)),
            Self::Rtf => Ok((rtf::read(bytes, left_out)?, Format::Docx)),
            Self::Pdf => Ok((pdf::read(bytes, left_out)?, Format::Docx)),
            Self::Html => Ok((html::read(bytes, left_out)?, Format::Docx)),
            Self::OTranscribe => Ok((otranscribe::read(bytes, left_out)?, Format::OTranscribe)),
            Self::Whisper => Ok((whisper::read(bytes)?, Format::Whisper)),
            Self::Elan => Ok((elan::read(bytes)?, Format::Elan)),
            Self::TextGrid => Ok((textgrid::read(bytes)?, Format::TextGrid)),
            Self::Chat => Ok((chat::read(bytes, left_out)?, Format::Chat)),
            Self::Table(kind) => {
                let format = if kind == table::Kind::Tabs { Format::Tsv } else { Format::Csv };
                Ok((table::read(bytes, kind, columns, left_out)?, format))
            }
            Self::Qdpx => Ok((qdpx::read(bytes, left_out)?, Format::Docx)),
        }
    }
}

/// Lays out a text as its format is held.
fn held(
    text: String,
    format: Format,
    hint: &Hint,
    encoding: &'static str,
    left_out: &mut LeftOut,
) -> Result<(String, Layout), Error> {
    let layout = match (format, format.notation()) {
        (Format::WebVtt, _) => return webvtt::lay_out(&text, encoding, &hint.markers, left_out),
        (Format::SubRip, _) => return subrip::lay_out(&text, encoding, &hint.markers),
        (_, Notation::Rows) => rows::lay_out(&text, format, encoding)?,
        (_, Notation::Prose | Notation::AsWritten) => plain::lay_out(&text, format, hint, encoding)?,
    };
    Ok((text, layout))
}

/// The format by ending and content: a plain text may turn out to hold cues, nothing else may differ.
fn format(said: Format, text: &str) -> Result<Format, Error> {
    let seen = if webvtt::is_webvtt(text) {
        Some(Format::WebVtt)
    } else if subrip::is_subrip(text) {
        Some(Format::SubRip)
    } else {
        None
    };
    match (said, seen) {
        (said, None) => Ok(said),
        (said, Some(seen)) if said == seen => Ok(seen),
        (Format::Text, Some(seen)) => Ok(seen),
        (_, Some(_)) => Err(Error::Mismatch),
    }
}

/// Whether the bytes are a file of another format, whatever its ending says.
fn is_other(bytes: &[u8]) -> bool {
    const OTHERS: &[&[u8]] = &[
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"{\\rtf",
        b"\xD0\xCF\x11\xE0",
        b"\x1F\x8B",
        b"<!DOCTYPE",
        b"<!doctype",
        b"<html",
        b"<?xml",
    ];
    media::sniff(bytes).is_some() || OTHERS.iter().any(|it| bytes.starts_with(it))
}

#[cfg(test)]
mod tests;
