//! What WebVTT and SubRip have in common: blocks between blank lines, times, and the layout of a cue's
//! text. A cue opens a turn; a second speaker inside it opens another.

use std::{collections::BTreeSet, iter::Peekable, ops::Range};

use super::{
    Error, MAX_PIECES, MAX_TURN_BYTES, inline,
    labels::{self, Speakers},
    layout::Builder,
    lines::{Line, Lines},
    stamp::{self, Stamp},
};
use crate::transcript::{Format, Layout, Role};

/// What a stretch of the text is, as far as the format says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    /// A counter or a time with which a cue starts.
    Opening,
    /// Another time.
    Timing,
    /// Left out.
    Dropped,
    /// What the cue says.
    Payload,
}

#[derive(Debug)]
struct Stretch {
    range: Range<usize>,
    part: Part,
    line: usize,
}

/// The text as it will be laid out, growing.
#[derive(Debug, Default)]
pub(super) struct Draft {
    out: String,
    stretches: Vec<Stretch>,
    /// Whether what is kept ends with a carriage return.
    after_return: bool,
}

impl Draft {
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { out: String::with_capacity(len), ..Self::default() }
    }

    /// Structure of the format. Where something between two line ends goes, CR and LF stay two.
    pub(super) fn structure(&mut self, text: &str) {
        self.keep(if self.after_return && text == "\n" { "\r" } else { text });
    }

    fn keep(&mut self, text: &str) {
        self.out.push_str(text);
        self.after_return = if text.is_empty() { self.after_return } else { text.ends_with('\r') };
    }

    /// What is left out.
    pub(super) fn dropped(&mut self, text: &str, line: usize) -> Result<(), Error> {
        self.add(text, Part::Dropped, line)
    }

    /// A whole line that is left out.
    pub(super) fn dropped_line(&mut self, line: &Line<'_>) -> Result<(), Error> {
        let start = self.out.len();
        self.out.push_str(line.text);
        self.out.push_str(line.ending);
        self.stretch(start, Part::Dropped, line.number)
    }

    /// The line with which a cue starts: its counter, or its time if it has none.
    pub(super) fn opening(&mut self, text: &str, line: &Line<'_>) -> Result<(), Error> {
        self.add(text, Part::Opening, line.number)?;
        self.structure(line.ending);
        Ok(())
    }

    /// The time below a counter.
    pub(super) fn timing(&mut self, text: &str, line: &Line<'_>) -> Result<(), Error> {
        self.add(text, Part::Timing, line.number)?;
        self.structure(line.ending);
        Ok(())
    }

    /// The lines below the time; a cue without any is an empty one, but not at the end of the file. `source` is
    /// the text that they are lines of.
    pub(super) fn payload(
        &mut self,
        source: &str,
        timing: &Line<'_>,
        lines: &[Line<'_>],
        is_last: bool,
    ) -> Result<(), Error> {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return if is_last { Err(Error::Truncated { line: timing.number }) } else { Ok(()) };
        };
        if let Some(line) = lines.iter().find(|it| it.text.contains("-->")) {
            return Err(Error::BlankLine { line: line.number });
        }
        let text = inline::clean(source.get(first.start..last.end()).unwrap_or_default(), first.number)?;
        self.add(&text, Part::Payload, first.number)?;
        // A cue from which everything was taken must not look like one that breaks off.
        self.structure(if text.is_empty() && last.ending.is_empty() { "\n" } else { last.ending });
        Ok(())
    }

    fn add(&mut self, text: &str, part: Part, line: usize) -> Result<(), Error> {
        let start = self.out.len();
        match part {
            Part::Dropped => self.out.push_str(text),
            Part::Opening | Part::Timing | Part::Payload => self.keep(text),
        }
        self.stretch(start, part, line)
    }

    fn stretch(&mut self, start: usize, part: Part, line: usize) -> Result<(), Error> {
        if self.stretches.len() >= MAX_PIECES {
            return Err(Error::TooManyTurns);
        }
        let range = start..self.out.len();
        if !range.is_empty() {
            self.stretches.push(Stretch { range, part, line });
        }
        Ok(())
    }

    /// Lays out the text, once all cues are known.
    pub(super) fn lay_out(
        self,
        format: Format,
        encoding: &str,
        markers: &BTreeSet<String>,
    ) -> Result<(String, Layout), Error> {
        let Self { out, stretches, .. } = self;
        let mut speakers = Speakers::new(markers);
        for payload in stretches.iter().filter(|it| it.part == Part::Payload) {
            for line in Lines::plain(out.get(payload.range.clone()).unwrap_or_default()) {
                speakers.count(line.text);
            }
        }
        speakers.decide();
        let mut cues = Cues { text: &out, speakers, builder: Builder::new(), spoken: false };
        for Stretch { range, part, line } in stretches {
            match part {
                Part::Opening => cues.open(range, line)?,
                Part::Timing => cues.builder.push(range, Role::Timing)?,
                Part::Dropped => cues.builder.drop_piece(range)?,
                Part::Payload => cues.payload(range, line)?,
            }
        }
        if !cues.builder.has_turns() {
            return Err(Error::Empty);
        }
        let layout = cues.builder.finish(format, encoding);
        Ok((out, layout))
    }
}

struct Cues<'t> {
    text: &'t str,
    speakers: Speakers<'t>,
    builder: Builder,
    /// Whether somebody has spoken in the open turn.
    spoken: bool,
}

impl Cues<'_> {
    fn open(&mut self, timing: Range<usize>, line: usize) -> Result<(), Error> {
        self.builder.open_turn(line)?;
        self.spoken = false;
        self.builder.push(timing, Role::Timing)
    }

    fn payload(&mut self, range: Range<usize>, first_line: usize) -> Result<(), Error> {
        let payload = self.text.get(range.clone()).unwrap_or_default();
        let mut speech: Option<Range<usize>> = None;
        for line in Lines::plain(payload) {
            let at =
                |it: Range<usize>| range.start + line.start + it.start..range.start + line.start + it.end;
            let number = first_line + line.number - 1;
            let head = labels::head(line.text);
            let mut body = 0..line.text.len();
            if let Some(name) = self.speakers.of(line.text, &head) {
                self.flush(speech.take(), number)?;
                self.speaker(number)?;
                self.builder.push(at(head.stamp.map_or(0..0, |(_, it)| it)), Role::Timing)?;
                self.builder.push(at(name.range), Role::Label)?;
                self.builder.push(at(name.stamp.unwrap_or_default()), Role::Timing)?;
                body.start = name.body;
            }
            let body = at(body);
            speech = Some(speech.map_or(body.clone(), |open| open.start..body.end));
        }
        self.flush(speech, first_line)
    }

    /// Somebody starts to speak: in a turn of his own, if it is not the first of the cue.
    fn speaker(&mut self, line: usize) -> Result<(), Error> {
        if self.spoken {
            self.builder.open_turn(line)?;
        }
        self.spoken = true;
        Ok(())
    }

    /// Adds speech, with the time stamps and voices in it kept apart.
    fn flush(&mut self, speech: Option<Range<usize>>, line: usize) -> Result<(), Error> {
        let Some(speech) = speech else { return Ok(()) };
        let text = self.text;
        let mut from = speech.start;
        let mut at = speech.start;
        while let Some(rest) = text.get(at..speech.end)
            && let Some(next) = rest.find(['[', '(', '{', '#', '<', '（', '【', '［'])
        {
            at += next;
            let rest = text.get(at..speech.end).unwrap_or_default();
            if let Some((Stamp::Bracketed, len)) = stamp::at_start(rest) {
                self.speech(from..at)?;
                self.builder.push(at..at + len, Role::Timing)?;
                at += len;
                from = at;
            } else if let Some(who) = rest.strip_prefix("<v ").and_then(|it| it.find('>')) {
                self.speech(from..at)?;
                self.speaker(line)?;
                self.builder.push(at + 3..at + 3 + who, Role::Label)?;
                at += who + 4;
                from = at;
            } else if rest.starts_with("</v>") {
                self.speech(from..at)?;
                at += 4;
                from = at;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.speech(from..speech.end)
    }

    fn speech(&mut self, range: Range<usize>) -> Result<(), Error> {
        let said = self.text.get(range.clone()).unwrap_or_default();
        let start = range.end - said.trim_start().len();
        let end = start + said.trim().len();
        // White space between two stamps or tags belongs to nobody; around words inside, it stays.
        if start >= end {
            return Ok(());
        }
        self.spoken = true;
        self.builder.push(range, Role::Speech)
    }
}

/// Lays out the blocks that follow, and the blank lines between them as they are. Each is told whether it is the
/// last.
pub(super) fn blocks<'t>(
    mut lines: Peekable<Lines<'t>>,
    draft: &mut Draft,
    lay_out: impl Fn(&[Line<'t>], bool, &mut Draft) -> Result<(), Error>,
) -> Result<(), Error> {
    while let Some(line) = lines.peek().copied() {
        if line.is_blank() {
            draft.structure(line.text);
            draft.structure(line.ending);
            lines.next();
        } else {
            let block = block(&mut lines)?;
            lay_out(&block, lines.peek().is_none(), draft)?;
        }
    }
    Ok(())
}

/// The next lines up to a blank one.
pub(super) fn block<'t>(lines: &mut Peekable<Lines<'t>>) -> Result<Vec<Line<'t>>, Error> {
    let mut block: Vec<Line<'t>> = Vec::new();
    while let Some(line) = lines.next_if(|it| !it.is_blank()) {
        let first = block.first().map_or((line.start, line.number), |it| (it.start, it.number));
        if line.end() - first.0 > MAX_TURN_BYTES {
            return Err(Error::TurnTooLong { line: first.1 });
        }
        block.push(line);
    }
    Ok(block)
}

/// A timing line as it is kept: without settings that are none of the format's, which could hold
/// anything.
pub(super) fn timing<'t>(line: &Line<'t>, point: &[char]) -> Result<std::borrow::Cow<'t, str>, Error> {
    let bad = Error::Timing { line: line.number };
    let text = line.text.trim();
    let (from, to) = text.split_once("-->").ok_or(bad)?;
    let rest = to.trim_start();
    let stamp_len = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (to, settings) = rest.split_at(stamp_len);
    let start = milliseconds(from.trim_end(), point).ok_or(bad)?;
    let end = milliseconds(to, point).ok_or(bad)?;
    if end < start {
        return Err(Error::EndBeforeStart { line: line.number });
    }
    if settings.split_whitespace().all(is_setting) {
        return Ok(text.into());
    }
    let times = text.get(..text.len() - settings.len()).unwrap_or_default();
    let kept = settings.split_whitespace().filter(|it| is_setting(it));
    Ok(std::iter::once(times).chain(kept).collect::<Vec<_>>().join(" ").into())
}

/// `[h…:]mm:ss.ttt` as WebVTT's section 4.2 and SubRip have it.
fn milliseconds(text: &str, point: &[char]) -> Option<u64> {
    let (clock, fraction) = text.split_once(point)?;
    let number = |it: &str, len: std::ops::RangeInclusive<usize>| {
        let fits = len.contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| it.parse::<u64>().ok())?
    };
    let mut fields = clock.rsplit(':');
    let seconds = number(fields.next()?, 2..=2).filter(|it| *it < 60)?;
    let minutes = number(fields.next()?, 2..=2).filter(|it| *it < 60)?;
    let hours = fields.next().map_or(Some(0), |it| number(it, 1..=4))?;
    let millis = number(fraction, 3..=3)?;
    fields.next().is_none().then_some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

/// A cue setting of WebVTT (section 3.4) but `region`, whose value is a free name.
fn is_setting(text: &str) -> bool {
    const WORDS: &[&str] =
        &["start", "center", "middle", "end", "left", "right", "line-left", "line-right", "rl", "lr", "auto"];
    let Some((key, value)) = text.split_once(':') else { return false };
    // A line or a share of the picture; a longer row of digits could be somebody's number, and nobody looks here.
    let is_number = |it: &str| {
        let it = it.strip_suffix('%').unwrap_or(it);
        let it = it.strip_prefix('-').unwrap_or(it);
        let (whole, fraction) = it.split_once('.').unwrap_or((it, "0"));
        let digits =
            |it: &str, most| (1..=most).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit());
        digits(whole, 3) && digits(fraction, 2)
    };
    ["vertical", "line", "position", "size", "align"].contains(&key)
        && value.split(',').count() <= 2
        && value.split(',').all(|it| WORDS.contains(&it) || is_number(it))
}
