//! The noun: a transcript, its layout, and the state it is in. No I/O here.
//!
//! A transcript is its whole decoded text and a layout that says which bytes are what. Bytes that no
//! piece covers are structure (line ends, brackets, arrows); the layout is refused where such a byte
//! could be content, so that no letter of a transcript ever escapes detection unnoticed.
//!
//! ```text
//! Raw ──▶ Detected ──▶ Transformed ──▶ Deidentified
//!                          ▲    └────▶ Held ──┐
//!                          └──── review ──────┘
//! ```
//!
//! Architecture invariant: only the module that proves a state can make a transcript in it. A
//! transition takes a plain `fn`, which can carry no proof in from, or out to, another transcript.

mod left_out;
mod talk;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{id::JobId, secret::Sensitive};

pub(crate) use self::left_out::Stretch;
pub use self::{
    left_out::{LeftOut, Omission},
    talk::Shared,
};

/// The most bytes of decoded text that a transcript may have.
pub const MAX_TRANSCRIPT_BYTES: usize = 32 * 1024 * 1024;

/// The most turns that a transcript may have: three hours of talk have about 5,000.
pub const MAX_TURNS: usize = 1024 * 1024;

/// A file format that is parsed and written back.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text, `.txt`.
    Text,
    /// Markdown, `.md`.
    Markdown,
    /// WebVTT, `.vtt` (W3C Candidate Recommendation, 2019).
    WebVtt,
    /// SubRip, `.srt`.
    SubRip,
    /// Word, `.docx` (ECMA-376): paragraphs. Rich text, web pages and QDA projects are written as this, too.
    Docx,
    /// OpenDocument, `.odt` (OASIS): paragraphs.
    Odt,
    /// oTranscribe, `.otr`: paragraphs with time stamps.
    OTranscribe,
    /// Segments as Whisper and WhisperX give them, `.json`.
    Whisper,
    /// ELAN, `.eaf`.
    Elan,
    /// Praat, `.TextGrid`.
    TextGrid,
    /// CHAT of TalkBank, `.cha`.
    Chat,
    /// A table, `.csv`; spreadsheets are written as this, too.
    Csv,
    /// A table, `.tsv`.
    Tsv,
}

/// How a transcript is held as one text while it is worked on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notation {
    /// As it stands in its file.
    AsWritten,
    /// Paragraphs as lines, laid out as plain text is.
    Prose,
    /// A turn a line, its parts marked (`parse::rows`).
    Rows,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Text,
        Self::Markdown,
        Self::WebVtt,
        Self::SubRip,
        Self::Docx,
        Self::Odt,
        Self::OTranscribe,
        Self::Whisper,
        Self::Elan,
        Self::TextGrid,
        Self::Chat,
        Self::Csv,
        Self::Tsv,
    ];

    /// The ending of a file of this format.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::WebVtt => "vtt",
            Self::SubRip => "srt",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::OTranscribe => "otr",
            Self::Whisper => "json",
            Self::Elan => "eaf",
            Self::TextGrid => "TextGrid",
            Self::Chat => "cha",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        }
    }

    /// How a transcript of this format is held.
    #[must_use]
    pub const fn notation(self) -> Notation {
        match self {
            Self::Text | Self::Markdown | Self::WebVtt | Self::SubRip => Notation::AsWritten,
            Self::Docx | Self::Odt | Self::OTranscribe => Notation::Prose,
            Self::Whisper | Self::Elan | Self::TextGrid | Self::Chat | Self::Csv | Self::Tsv => {
                Notation::Rows
            }
        }
    }

    /// Runs of letters and digits that are structure of the format and may stand outside all pieces.
    const fn keywords(self) -> &'static [&'static str] {
        match self {
            Self::SubRip => &["v"],
            Self::WebVtt => &["WEBVTT", "v"],
            Self::Text
            | Self::Markdown
            | Self::Docx
            | Self::Odt
            | Self::OTranscribe
            | Self::Whisper
            | Self::Elan
            | Self::TextGrid
            | Self::Chat
            | Self::Csv
            | Self::Tsv => &[],
        }
    }
}

/// What the bytes of a piece are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A line before the talk: searched and transformed like speech.
    Header,
    /// A speaker's name or role: becomes a code.
    Label,
    /// A time stamp, a cue number, a cue setting: kept to the byte.
    Timing,
    /// What was said.
    Speech,
    /// Left out of whatever is written: cue ids, notes, styles, class tags.
    Dropped,
}

/// Some bytes of the text and what they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What they are.
    pub role: Role,
    /// The turn that they belong to, counted from 0. Header lines are turns of their own.
    pub turn: u32,
}

impl Piece {
    /// The bytes.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether detection reads it.
    #[must_use]
    pub const fn is_searched(&self) -> bool {
        matches!(self.role, Role::Header | Role::Speech)
    }
}

/// Which bytes of a text are what: pieces in order, without overlap.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The format it was parsed from and is written back in.
    pub format: Format,
    /// The source's encoding by its WHATWG name; what is written is always UTF-8.
    pub encoding: String,
    /// The pieces.
    pub pieces: Vec<Piece>,
}

/// Why a layout does not fit its text. Offsets only.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Misfit {
    /// A piece ends before it starts, overlaps the one before, lies outside the text, or is of an earlier turn than the
    /// one before or of one above [`MAX_TURNS`].
    #[error("piece {0} is out of place")]
    OutOfPlace(usize),
    /// A piece cuts a character.
    #[error("piece {0} cuts a character")]
    CutsCharacter(usize),
    /// Letters or digits that no piece covers, and that are no keyword of the format.
    #[error("content at byte {0} belongs to no piece")]
    Unclaimed(usize),
    /// The text is over [`MAX_TRANSCRIPT_BYTES`].
    #[error("the text is over the limit")]
    TooLong,
}

/// A transcript in state `S`.
#[derive(Debug)]
#[must_use]
pub struct Transcript<S> {
    job: JobId,
    text: Sensitive<String>,
    layout: Layout,
    state: S,
}

/// Parsed; nothing removed but what the parser left out.
#[derive(Debug)]
pub struct Raw(LeftOut);

/// A state whose text may still be changed. `Deidentified` is not one of them.
pub(crate) trait Editable {}

impl Editable for Raw {}

/// Replaces some bytes of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Edit {
    /// The bytes that go.
    pub(crate) range: Range<usize>,
    /// What stands in their place.
    pub(crate) with: String,
}

/// Where the replacements stand in the rewritten text, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Replaced(pub(crate) Vec<Range<usize>>);

impl Layout {
    /// Checks that the pieces fit the text and that no content escapes them.
    ///
    /// # Errors
    ///
    /// Says which piece or byte does not fit.
    pub fn check(&self, text: &str) -> Result<(), Misfit> {
        if text.len() > MAX_TRANSCRIPT_BYTES {
            return Err(Misfit::TooLong);
        }
        let (mut at, mut turn) = (0, 0);
        for (n, piece) in self.pieces.iter().enumerate() {
            if piece.start < at || piece.end < piece.start || piece.end > text.len() {
                return Err(Misfit::OutOfPlace(n));
            }
            // Whoever counts turns makes room for them.
            if piece.turn < turn || usize::try_from(piece.turn).is_ok_and(|it| it >= MAX_TURNS) {
                return Err(Misfit::OutOfPlace(n));
            }
            turn = piece.turn;
            if text.get(piece.range()).is_none() {
                return Err(Misfit::CutsCharacter(n));
            }
            self.check_gap(text, at..piece.start)?;
            at = piece.end;
        }
        self.check_gap(text, at..text.len())
    }

    fn check_gap(&self, text: &str, gap: Range<usize>) -> Result<(), Misfit> {
        let start = gap.start;
        let gap = text.get(gap).ok_or(Misfit::Unclaimed(start))?;
        let mut words = gap.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
        match words.find(|it| !self.format.keywords().contains(it)) {
            Some(_) => Err(Misfit::Unclaimed(start)),
            None => Ok(()),
        }
    }

    /// How many turns there are, header lines included.
    #[must_use]
    pub fn turns(&self) -> usize {
        self.pieces.last().map_or(0, |it| usize::try_from(it.turn).unwrap_or(usize::MAX).saturating_add(1))
    }

    /// The time stamps and cue numbers, in order: what a rewrite must leave as it is.
    pub(crate) fn timings<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.pieces
            .iter()
            .filter(|it| it.role == Role::Timing)
            .filter_map(|it| text.get(it.range()))
            .collect()
    }
}

impl Transcript<Raw> {
    /// Enters the pipeline with a text that has been parsed.
    ///
    /// # Errors
    ///
    /// Refuses a layout that does not fit the text.
    pub fn new(job: JobId, text: String, layout: Layout) -> Result<Self, Misfit> {
        Self::of(job, Sensitive::new(text), layout)
    }

    /// As [`Self::new`].
    pub(crate) fn of(job: JobId, text: Sensitive<String>, layout: Layout) -> Result<Self, Misfit> {
        // EXPOSE: only borders of characters are looked at.
        layout.check(text.expose())?;
        Ok(Self { job, text, layout, state: Raw(LeftOut::default()) })
    }

    /// The same text once more. It proves nothing that this one does not.
    pub(crate) fn again(&self) -> Self {
        // EXPOSE: into a transcript like this one.
        let text = Sensitive::new(self.text.expose().clone());
        Self { job: self.job, text, layout: self.layout.clone(), state: Raw(self.state.0.clone()) }
    }
}

impl<S> Transcript<S> {
    /// The item's job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// Which bytes are what.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How many bytes of UTF-8 the text has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) const fn text(&self) -> &Sensitive<String> {
        &self.text
    }

    pub(crate) const fn state(&self) -> &S {
        &self.state
    }

    /// Trades one proof for the next; the text stays as it is.
    pub(crate) fn advance<D, T>(self, data: D, prove: fn(S, D) -> T) -> Transcript<T> {
        let Self { job, text, layout, state } = self;
        Transcript { job, text, layout, state: prove(state, data) }
    }
}

#[expect(private_bounds, reason = "outside this crate no state is editable")]
impl<S: Editable> Transcript<S> {
    /// Applies edits, given in order and without overlap, and leaves out what is to be dropped.
    ///
    /// An edit replaces everything in its range but time stamps, which follow the replacement; where it
    /// reaches over the end of a turn, the labels and line ends between the turns stay too.
    pub(crate) fn rewrite<T>(self, edits: &[Edit], prove: fn(S, Replaced) -> T) -> (Transcript<T>, Former) {
        let Self { job, text, layout, state } = self;
        // EXPOSE: the edited text goes straight back into a transcript.
        let (edited, pieces, replaced) = rewritten(text.expose(), &layout, edits);
        let now = Layout { pieces, format: layout.format, encoding: layout.encoding.clone() };
        let done =
            Transcript { job, text: Sensitive::new(edited), layout: now, state: prove(state, replaced) };
        (done, Former { text, layout })
    }
}

/// What a transcript was before a rewrite: its text and layout, and no proof of anything.
#[derive(Debug)]
pub struct Former {
    pub(crate) text: Sensitive<String>,
    pub(crate) layout: Layout,
}

/// Cuts the text at every border of a piece or an edit and decides for each stretch whether it stays.
fn rewritten(text: &str, layout: &Layout, edits: &[Edit]) -> (String, Vec<Piece>, Replaced) {
    let mut out = String::with_capacity(text.len());
    let mut pieces: Vec<Piece> = Vec::with_capacity(layout.pieces.len());
    let mut replaced = Replaced::default();
    let mut edits = edits.iter().filter(|it| !it.range.is_empty()).peekable();
    let mut at = 0;
    let mut stretches = Stretches { pieces: &layout.pieces, at: 0, len: text.len() };
    let mut crosses_turns = false;
    while let Some((stretch, piece)) = stretches.next() {
        at = at.max(stretch.start);
        let grown = out.len();
        while at < stretch.end {
            while edits.peek().is_some_and(|it| it.range.end <= at) {
                edits.next();
            }
            let keep = piece.is_none_or(|it| it.role != Role::Dropped);
            match edits.peek() {
                Some(edit) if edit.range.start <= at => {
                    if edit.range.start == at {
                        crosses_turns = spans_turns(&layout.pieces, &edit.range);
                        let from = out.len();
                        out.push_str(&edit.with);
                        replaced.0.push(from..out.len());
                    }
                    let to = stretch.end.min(edit.range.end);
                    let stays = match piece.map(|it| it.role) {
                        Some(Role::Timing) => true,
                        Some(Role::Label) | None => crosses_turns,
                        Some(Role::Header | Role::Speech | Role::Dropped) => false,
                    };
                    if stays {
                        out.push_str(text.get(at..to).unwrap_or_default());
                    }
                    at = to;
                }
                next => {
                    let to = next.map_or(stretch.end, |it| it.range.start.min(stretch.end));
                    if keep {
                        out.push_str(text.get(at..to).unwrap_or_default());
                    }
                    at = to;
                }
            }
        }
        if let Some(piece) = piece
            && piece.role != Role::Dropped
        {
            pieces.push(Piece { start: grown, end: out.len(), ..*piece });
        }
    }
    (out, pieces, replaced)
}

/// Whether the searched pieces that a range touches belong to more than one turn.
fn spans_turns(pieces: &[Piece], range: &Range<usize>) -> bool {
    let first = pieces.partition_point(|it| it.end <= range.start);
    let mut turns = pieces
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|it| it.start < range.end)
        .filter(|it| it.is_searched())
        .map(|it| it.turn);
    turns.next().is_some_and(|turn| turns.any(|it| it != turn))
}

/// Pieces and the gaps between them, from the first byte to the last.
struct Stretches<'l> {
    pieces: &'l [Piece],
    at: usize,
    len: usize,
}

impl<'l> Stretches<'l> {
    fn next(&mut self) -> Option<(Range<usize>, Option<&'l Piece>)> {
        match self.pieces.split_first() {
            Some((piece, rest)) if piece.start <= self.at => {
                self.pieces = rest;
                self.at = piece.end;
                Some((piece.range(), Some(piece)))
            }
            Some((piece, _)) => {
                let gap = self.at..piece.start;
                self.at = piece.start;
                Some((gap, None))
            }
            None if self.at < self.len => {
                let gap = self.at..self.len;
                self.at = self.len;
                Some((gap, None))
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: JobId = JobId::from_bytes([7; 16]);

    /// Pieces given as `role text`, found one after the other in the text.
    fn layout(text: &str, pieces: &[(Role, u32, &str)]) -> Layout {
        let mut at = 0;
        let pieces = pieces
            .iter()
            .map(|&(role, turn, piece)| {
                let start = at + text[at..].find(piece).unwrap();
                at = start + piece.len();
                Piece { start, end: at, role, turn }
            })
            .collect();
        Layout { format: Format::WebVtt, encoding: "UTF-8".to_owned(), pieces }
    }

    fn check(text: &str, pieces: &[(Role, u32, &str)], edits: &[(&str, &str)], want: &str) {
        let raw = Transcript::new(JOB, text.to_owned(), layout(text, pieces)).unwrap();
        let edits: Vec<_> = edits
            .iter()
            .map(|(old, new)| {
                let start = text.find(old).unwrap();
                Edit { range: start..start + old.len(), with: (*new).to_owned() }
            })
            .collect();
        let (done, former) = raw.rewrite(&edits, |Raw(_), replaced| replaced);
        assert_eq!(former.text.expose(), text);
        assert_eq!(done.text.expose(), want);
        assert_eq!(done.layout.check(want), Ok(()));
        let marks: Vec<_> = done.state.0.iter().map(|it| &want[it.clone()]).collect();
        assert_eq!(marks, edits.iter().map(|it| it.with.as_str()).collect::<Vec<_>>());
    }

    #[test]
    fn edits_replace_speech_and_nothing_else() {
        check(
            "<v Ada>hello Ada\n\n",
            &[(Role::Label, 0, "Ada"), (Role::Speech, 0, "hello Ada")],
            &[("Ada>", ">"), ("hello Ada", "hello [person-1]")],
            "<v >hello [person-1]\n\n",
        );
    }

    #[test]
    fn a_name_split_by_a_time_stamp_keeps_the_stamp() {
        check(
            "Chan <00:01> Tai Man spoke",
            &[(Role::Speech, 0, "Chan "), (Role::Timing, 0, "00:01"), (Role::Speech, 0, " Tai Man spoke")],
            &[("Chan <00:01> Tai Man", "[PSW-03]")],
            "[PSW-03]00:01 spoke",
        );
    }

    #[test]
    fn a_number_told_over_two_turns_keeps_their_labels() {
        check(
            "A: nine one\nB: mm\n",
            &[
                (Role::Label, 0, "A"),
                (Role::Speech, 0, "nine one"),
                (Role::Label, 1, "B"),
                (Role::Speech, 1, "mm"),
            ],
            &[("nine one\nB: mm", "[phone]")],
            "A: [phone]\nB: \n",
        );
    }

    #[test]
    fn dropped_pieces_go() {
        check(
            "guid-1\n00:01\nhello\n",
            &[(Role::Dropped, 0, "guid-1\n"), (Role::Timing, 0, "00:01"), (Role::Speech, 0, "hello")],
            &[],
            "00:01\nhello\n",
        );
    }

    #[test]
    fn content_outside_all_pieces_is_refused() {
        let text = "WEBVTT\n\nAda\n";
        let misfit = Transcript::new(JOB, text.to_owned(), layout(text, &[])).unwrap_err();
        assert_eq!(misfit, Misfit::Unclaimed(0));
        let text = "é";
        let cut = Layout {
            pieces: vec![Piece { start: 0, end: 1, role: Role::Speech, turn: 0 }],
            ..layout("", &[])
        };
        assert_eq!(Transcript::new(JOB, text.to_owned(), cut).unwrap_err(), Misfit::CutsCharacter(0));
    }

    #[test]
    fn the_limit_is_kept_to_the_byte() {
        let all = |n: usize| Layout {
            pieces: vec![Piece { start: 0, end: n, role: Role::Speech, turn: 0 }],
            ..layout("", &[])
        };
        assert_eq!(all(MAX_TRANSCRIPT_BYTES).check(&"a".repeat(MAX_TRANSCRIPT_BYTES)), Ok(()));
        let over = MAX_TRANSCRIPT_BYTES + 1;
        assert_eq!(all(over).check(&"a".repeat(over)), Err(Misfit::TooLong));
    }
}
