//! Lines to paragraphs: a line goes on in the next one where the next one's first word had no room in it.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{Line, is_han};
use crate::parse::labels;

/// How many lines at the top and the end of a page may be its heading.
const MAX_HEADING: usize = 3;
/// The most cells of a row that are compared with those of another.
const MAX_CELLS: usize = 16;
/// How many times the usual distance of lines a paragraph's may have at most.
const IN_PARAGRAPH: f64 = 1.15;
/// From how many times on there is a blank line between.
const BLANK_LINE: f64 = 1.9;
/// From how many times on a heading stands apart.
const HEADING: f64 = 1.4;
/// How far a paragraph's first line may be set in, or the others, in sizes.
const INDENT: f64 = 6.0;
/// How much room a line may leave in a talk, in sizes: some programs break lines after a number of characters.
const TALK: f64 = 15.0;

/// The paragraphs of all pages: headings of pages first, what they have at their ends last, each once.
pub(super) fn paragraphs(mut pages: Vec<Vec<Line>>) -> Vec<String> {
    let pitch = pitch(&pages);
    let (heads, feet) = headings(&mut pages, pitch);
    let starts = speakers(&pages);
    let margins = Margins::of(&pages);
    let whole = whole_words(&pages);
    let turns = pages.iter().flatten().filter(|it| starts_turn(&it.text, &starts)).count();
    let is_talk = turns.saturating_mul(3) > pages.iter().map(Vec::len).sum();
    let mut writer = Writer { is_talk, whole, said: Vec::new(), last: None, first: None, second: None };
    for (n, page) in pages.iter().enumerate() {
        for (at, line) in page.iter().enumerate() {
            writer.take(line, at == 0, pitch, margins.of_line(n, line), &starts);
        }
    }
    [heads, writer.said, feet].concat()
}

/// The most usual distance between two lines; a line's size if there are no two.
fn pitch(pages: &[Vec<Line>]) -> f64 {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for pair in pages.iter().flat_map(|it| it.windows(2)) {
        let [above, below] = pair else { continue };
        let halves = ((above.base - below.base) * 2.0).round();
        if above.turned == below.turned && (2.0..2000.0).contains(&halves) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between")]
            let halves = halves as u64;
            let count = counts.entry(halves).or_default();
            *count = count.saturating_add(1);
        }
    }
    // Of several that are as usual the least.
    let usual = counts.iter().max_by_key(|it| (it.1, std::cmp::Reverse(it.0))).map(|it| *it.0);
    let size = || pages.iter().flatten().next().map_or(1.0, |it| it.size * 1.2);
    usual.and_then(|it| u32::try_from(it).ok()).map_or_else(size, |it| f64::from(it) / 2.0)
}

/// How a line runs and how large it is: lines that are the same in it have one margin.
type Kind = (i16, u32);

fn kind(line: &Line) -> Kind {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is cut to what fits")]
    let size = (line.size * 2.0).round() as u32;
    (line.turned, size)
}

/// How far lines go.
struct Margins {
    pages: Vec<BTreeMap<Kind, f64>>,
    /// Those of all pages, in order.
    all: BTreeMap<Kind, Vec<f64>>,
}

impl Margins {
    fn of(pages: &[Vec<Line>]) -> Self {
        let mut margins = Self { pages: Vec::new(), all: BTreeMap::new() };
        for page in pages {
            let mut rights: BTreeMap<Kind, Vec<f64>> = BTreeMap::new();
            for line in page {
                rights.entry(kind(line)).or_default().push(line.right);
            }
            // A few may go further than they should.
            let mut most = BTreeMap::new();
            for (kind, mut rights) in rights {
                rights.sort_by(|a, b| b.total_cmp(a));
                let right = rights.get(rights.len() / 50).copied().unwrap_or_default();
                most.insert(kind, right);
                margins.all.entry(kind).or_default().push(right);
            }
            margins.pages.push(most);
        }
        margins.all.values_mut().for_each(|it| it.sort_by(f64::total_cmp));
        margins
    }

    /// How far a line of a page can go: as far as on any other, if that is not far off.
    fn of_line(&self, page: usize, line: &Line) -> f64 {
        let kind = kind(line);
        let own = self.pages.get(page).and_then(|it| it.get(&kind)).copied().unwrap_or(line.right);
        let all = self.all.get(&kind).map(Vec::as_slice).unwrap_or_default();
        let end = all.partition_point(|it| *it <= own + 12.0 * line.size);
        end.checked_sub(1).and_then(|it| all.get(it)).copied().unwrap_or(own).max(line.reach)
    }
}

/// Takes headings away from pages: lines at the same place that say the same but for numbers, on most pages.
fn headings(pages: &mut [Vec<Line>], pitch: f64) -> (Vec<String>, Vec<String>) {
    let count = pages.len();
    let enough = if count < 5 { count } else { (count * 2).div_ceil(5) };
    if count < 2 {
        return (Vec::new(), Vec::new());
    }
    let key = |line: &Line| {
        let text: String = line.text.chars().map(|it| if it.is_numeric() { '#' } else { it }).collect();
        let squeezed = text.split('#').filter(|it| !it.is_empty()).collect::<Vec<_>>().join("#");
        (format!("{:.0}", line.base / 3.0), squeezed)
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut count_in = |line: &Line| {
        let count = counts.entry(key(line)).or_default();
        *count = count.saturating_add(1);
    };
    for page in pages.iter() {
        let tops = page.iter().take(MAX_HEADING);
        let ends = page.iter().skip(MAX_HEADING.max(page.len().saturating_sub(MAX_HEADING)));
        tops.chain(ends).for_each(&mut count_in);
    }
    let is_usual = |it: &Line| counts.get(&key(it)).is_some_and(|it| *it >= enough);
    let is_number = |it: &Line| {
        !it.text.chars().any(|it| it.is_alphabetic() && !"page第頁頁页of共".contains(it.to_ascii_lowercase()))
    };
    let apart = |a: &Line, b: &Line| (a.base - b.base).abs() > HEADING * pitch || a.turned != b.turned;
    let (mut heads, mut feet) = (Vec::new(), Vec::new());
    for page in pages.iter_mut() {
        let top = (1..=MAX_HEADING.min(page.len().saturating_sub(1))).rev().find(|n| {
            let (head, body) = page.split_at_checked(*n).unwrap_or_default();
            let ends = head.last().zip(body.first()).is_some_and(|(a, b)| apart(a, b));
            head.iter().all(is_usual) && (ends || head.iter().all(is_number))
        });
        heads.extend(page.drain(..top.unwrap_or(0)));
        let end = (1..=MAX_HEADING.min(page.len().saturating_sub(1))).rev().find(|n| {
            let (body, foot) = page.split_at_checked(page.len().saturating_sub(*n)).unwrap_or_default();
            let starts = body.last().zip(foot.first()).is_some_and(|(a, b)| apart(a, b));
            foot.iter().all(is_usual) && (starts || foot.iter().all(is_number))
        });
        feet.extend(page.drain(page.len().saturating_sub(end.unwrap_or(0))..));
    }
    let once = |lines: Vec<Line>| {
        let mut seen = BTreeSet::new();
        lines.into_iter().filter(|it| seen.insert(key(it).1)).map(|it| it.text).collect()
    };
    (once(heads), once(feet))
}

/// What stands before a colon at the start of two lines or more.
fn speakers(pages: &[Vec<Line>]) -> BTreeSet<String> {
    let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for line in pages.iter().flatten() {
        if let Some(name) = label(&line.text)
            && !once.insert(name.to_owned())
        {
            twice.insert(name.to_owned());
        }
    }
    twice
}

fn label(line: &str) -> Option<&str> {
    let name = labels::head(line).name?;
    line.get(name.range)
}

/// Whether a turn starts here, whatever stands before.
fn starts_turn(line: &str, speakers: &BTreeSet<String>) -> bool {
    labels::head(line).stamp.is_some() || label(line).is_some_and(|it| speakers.contains(it))
}

struct Writer {
    /// Turns start with who speaks, so that a line without that is likely to go on with the one before.
    is_talk: bool,
    whole: BTreeSet<String>,
    said: Vec<String>,
    /// The line before.
    last: Option<Line>,
    /// The paragraph's first line and where its second one starts.
    first: Option<Line>,
    second: Option<f64>,
}

impl Writer {
    fn take(&mut self, line: &Line, is_first: bool, pitch: f64, margin: f64, speakers: &BTreeSet<String>) {
        let goes_on = self.last.as_ref().is_some_and(|last| {
            let distance = last.base - line.base;
            // A column goes on at the top of the next one.
            let is_near =
                is_first || distance < -3.0 * pitch || (0.0..=pitch * IN_PARAGRAPH).contains(&distance);
            let is_same = last.turned == line.turned && (last.size / line.size - 1.0).abs() < 0.15;
            is_near && is_same && self.is_set_in(last, line) && is_full(last, line, margin, self.is_talk)
        });
        // A row with cells where those of the row before are is one of its own.
        let is_row =
            self.first.as_ref().is_some_and(|first| {
                first.cells.iter().take(MAX_CELLS).any(|it| {
                    line.cells.iter().take(MAX_CELLS).any(|cell| (cell - it).abs() < 0.5 * line.size)
                })
            });
        if goes_on && !is_row && !starts_turn(&line.text, speakers) {
            if let (Some(said), Some(last)) = (self.said.last_mut(), &self.last) {
                join(said, last, line, &self.whole);
            }
            self.second.get_or_insert(line.left);
        } else {
            let is_apart = self.last.as_ref().is_some_and(|last| {
                !is_first && (last.turned != line.turned || last.base - line.base >= pitch * BLANK_LINE)
            });
            if is_apart {
                self.said.push(String::new());
            }
            self.said.push(line.text.clone());
            self.first = Some(line.clone());
            self.second = None;
        }
        self.last = Some(line.clone());
    }

    /// Whether a line starts where the paragraph's next one would.
    fn is_set_in(&self, last: &Line, line: &Line) -> bool {
        let near = |it: f64| (line.left - it).abs() < 0.7 * line.size;
        match self.second {
            _ if line.base > last.base + 3.0 * line.size => true,
            Some(it) => near(it),
            None => {
                (line.left - last.left).abs() < INDENT * line.size || last.cells.iter().any(|it| near(*it))
            }
        }
    }
}

/// Whether a line has no room for the next one's first word.
fn is_full(last: &Line, line: &Line, margin: f64, is_talk: bool) -> bool {
    // A sign that may not begin a line takes a character with it.
    let slack = if line.text.starts_with(is_han) { 1.3 } else { 0.3 } + if is_talk { TALK } else { 0.0 };
    last.right + 0.2 * last.size + line.first_word > margin - slack * last.size
}

/// The word that a hyphen at the end of a line may have broken, in one piece and in lower case.
fn broken(line: &str, next: &str) -> Option<String> {
    let start = line.strip_suffix(['-', '\u{2010}', '\u{2011}'])?;
    let is_letter = |it: &char| it.is_alphabetic();
    let start = start.rsplit(|it: char| !it.is_alphabetic()).next().filter(|it| !it.is_empty())?;
    let end: String = next.chars().take_while(is_letter).collect();
    (!end.is_empty()).then(|| format!("{start}{end}").to_lowercase())
}

/// Of the words that may have been broken, those that stand somewhere in one piece.
fn whole_words(pages: &[Vec<Line>]) -> BTreeSet<String> {
    let pairs = || pages.iter().flatten().zip(pages.iter().flatten().skip(1));
    let asked: BTreeSet<String> = pairs().filter_map(|(a, b)| broken(&a.text, &b.text)).collect();
    let words = pages.iter().flatten().flat_map(|it| it.text.split(|it: char| !it.is_alphabetic()));
    if asked.is_empty() {
        return asked;
    }
    words.map(str::to_lowercase).filter(|it| asked.contains(it)).collect()
}

/// Adds a line to what it goes on with.
fn join(said: &mut String, last: &Line, line: &Line, whole: &BTreeSet<String>) {
    if said.ends_with('\u{AD}') {
        said.pop();
        said.push_str(&line.text);
        return;
    }
    if let Some(word) = broken(&last.text, &line.text)
        && !last.ends_blank
    {
        if whole.contains(&word) {
            said.pop();
        }
        said.push_str(&line.text);
        return;
    }
    let beside_han = said.ends_with(is_han) || line.text.starts_with(is_han);
    if last.ends_blank && !(said.ends_with(is_han) && line.text.starts_with(is_han)) || !beside_han {
        said.push(' ');
    }
    said.push_str(&line.text);
}
