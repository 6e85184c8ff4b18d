//! Glyphs to lines: what stands on one baseline, from left to right, from the top of a page to its end.

use super::{Error, columns, content::Glyph};

/// How far baselines of one line may be apart, in parts of their size.
const BASELINE: f64 = 0.3;
/// Smaller than this part of what is usual, a glyph may be raised or lowered in a line.
const SMALL: f64 = 0.78;
/// The gap that is a blank; a narrow blank of set text has a fifth.
const BLANK: f64 = 0.17;
/// The gap that is one beside a Han character, where programs leave some by themselves.
const HAN_BLANK: f64 = 0.5;
/// What is written as a blank is none if no gap is seen.
const NO_BLANK: f64 = 0.05;
/// The gap between the cells of a row.
const TAB: f64 = 1.8;
/// The gap between a line's number and the line.
const NUMBER: f64 = 0.7;
/// Nearer to each other than this, two glyphs that are the same are one that was struck twice.
const STRUCK_TWICE: f64 = 0.15;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) turned: i16,
    /// How far it could go at least.
    pub(super) reach: f64,
    /// How wide its first word is.
    pub(super) first_word: f64,
    /// Where what follows a wide gap starts.
    pub(super) cells: Vec<f64>,
    /// Whether it ends with a blank.
    pub(super) ends_blank: bool,
    /// A number that stands before it: the number, where what follows starts on the page and in the text.
    number: Option<(usize, f64, usize)>,
}

/// The lines of a page; those that are not turned can go as far as `reach` at least.
pub(super) fn lines(glyphs: Vec<Glyph>, reach: f64) -> Result<Vec<Line>, Error> {
    let mut ways: Vec<(i16, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        match ways.iter_mut().find(|it| (it.0 - glyph.turned).abs() <= 1) {
            Some(way) => way.1.push(glyph),
            None => ways.push((glyph.turned, vec![glyph])),
        }
    }
    ways.sort_by_key(|it| std::cmp::Reverse(it.1.len()));
    let mut lines = Vec::new();
    for (turned, glyphs) in ways {
        let start = lines.len();
        let reach = if turned == 0 { reach } else { f64::MIN };
        let (mut rows, size) = rows(glyphs);
        for row in &mut rows {
            row.sort_by(|a, b| a.left.total_cmp(&b.left));
        }
        for row in columns::apart(rows, size, 0) {
            lines.extend(line(row, turned)?.map(|it| Line { reach, ..it }));
        }
        unnumber(lines.get_mut(start..).unwrap_or_default());
    }
    lines.retain(|it| !it.text.trim().is_empty());
    Ok(lines)
}

/// Glyphs by the baseline that they belong to, from the highest on, and their usual size.
fn rows(glyphs: Vec<Glyph>) -> (Vec<Vec<Glyph>>, f64) {
    let mut sizes: Vec<f64> = glyphs.iter().map(|it| it.size).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    let (small, large): (Vec<_>, Vec<_>) = glyphs.into_iter().partition(|it| it.size < usual * SMALL);
    let mut rows = by_baseline(large);
    let mut apart = Vec::new();
    for glyph in small {
        // Rows go down: the first that is not above is found by halving.
        let at = rows.partition_point(|it| base(it) > glyph.base);
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten().find(|it| {
            rows.get(*it).and_then(|it| it.first()).is_some_and(|it| {
                let above = glyph.base - it.base;
                (-0.35 * it.size..=0.6 * it.size).contains(&above)
            })
        });
        match near.and_then(|it| rows.get_mut(it)) {
            Some(row) => row.push(glyph),
            None => apart.push(glyph),
        }
    }
    rows.extend(by_baseline(apart));
    rows.sort_by(|a, b| base(b).total_cmp(&base(a)));
    (rows, usual)
}

fn base(row: &[Glyph]) -> f64 {
    row.first().map_or(f64::MIN, |it| it.base)
}

fn by_baseline(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.sort_by(|a, b| b.base.total_cmp(&a.base));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row) if base(row) - glyph.base <= BASELINE * glyph.size => row.push(glyph),
            _ => rows.push(vec![glyph]),
        }
    }
    rows
}

/// A row as a line; none if it is blank.
fn line(row: Vec<Glyph>, turned: i16) -> Result<Option<Line>, Error> {
    let level = base(&row);
    let mut line: Option<Line> = None;
    let (mut last, mut is_blank, mut in_word): (Option<Glyph>, bool, bool) = (None, false, true);
    for glyph in row {
        // Of a glyph that is on the page nobody can say what it is.
        let text = glyph.text.as_deref().ok_or(Error::LostCharacters)?;
        let text = text.trim_matches(is_space);
        if text.is_empty() {
            is_blank = true;
            continue;
        }
        let Some(line) = &mut line else {
            in_word = true;
            line = Some(Line {
                text: text.to_owned(),
                left: glyph.left,
                right: glyph.right,
                base: level,
                size: glyph.size,
                turned,
                reach: f64::MIN,
                first_word: glyph.right - glyph.left,
                cells: Vec::new(),
                ends_blank: false,
                number: None,
            });
            is_blank = glyph.text.as_deref().is_some_and(|it| it.ends_with(is_space));
            last = Some(glyph);
            continue;
        };
        let before = last.as_ref().unwrap_or(&glyph);
        let size = glyph.size.max(before.size);
        if before.text == glyph.text
            && (glyph.left - before.left).abs() < STRUCK_TWICE * size
            && before.right > glyph.left
        {
            continue;
        }
        let gap = (glyph.left - line.right) / size;
        let beside_han = line.text.ends_with(is_han) || text.starts_with(is_han);
        let wide = if beside_han { HAN_BLANK } else { BLANK };
        let between_han = line.text.ends_with(is_han) && text.starts_with(is_han);
        let is_number = line.text.len() <= 5 && line.text.bytes().all(|it| it.is_ascii_digit());
        let has_gap =
            is_blank && gap > NO_BLANK || glyph.text.as_deref().is_some_and(|it| it.starts_with(is_space));
        if is_number && gap > NUMBER {
            line.number = line.text.parse().ok().map(|it| (it, glyph.left, line.text.len()));
        }
        if gap > TAB {
            line.text.push('\t');
            line.cells.push(glyph.left);
        } else if has_gap || gap > wide && !between_han {
            line.text.push(' ');
        }
        in_word &= !line.text.ends_with(is_space) && !between_han && !text.starts_with(is_han);
        line.text.push_str(text);
        line.right = line.right.max(glyph.right);
        line.size = line.size.max(glyph.size);
        if in_word {
            line.first_word = line.right - line.left;
        }
        is_blank = glyph.text.as_deref().is_some_and(|it| it.ends_with(is_space));
        last = Some(glyph);
    }
    Ok(line.map(|it| Line { ends_blank: is_blank, ..it }))
}

/// Takes the numbers of lines away: some that count the lines of a page, each before its own.
fn unnumber(lines: &mut [Line]) {
    let counted: Vec<(usize, usize)> =
        lines.iter().enumerate().filter_map(|(n, it)| Some((n, it.number?.0))).collect();
    let Some((first, number)) = counted.first().copied() else { return };
    let counts = |(n, it): &(usize, usize)| it.checked_sub(number) == n.checked_sub(first);
    if counted.len() < 3 || counted.len() * 8 < lines.len() || !counted.iter().all(counts) {
        return;
    }
    for line in lines {
        if let Some((_, left, at)) = line.number.take() {
            line.text = line.text.get(at..).unwrap_or_default().trim_start().to_owned();
            line.left = left;
            line.cells.retain(|it| *it > left);
        }
    }
}

fn is_space(it: char) -> bool {
    it.is_whitespace()
}

/// Whether a character is set without blanks around it.
pub(super) fn is_han(it: char) -> bool {
    matches!(it, '\u{2E80}'..='\u{9FFF}' | '\u{E000}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
