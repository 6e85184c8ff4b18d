//! Columns: text that stands side by side is read one column after the other. A table whose first column is who
//! speaks is none, its rows are read across.

use super::content::Glyph;

/// The least gap between columns, in sizes.
const GUTTER: f64 = 1.0;
/// How wide the lines of a column are at least, in sizes: who speaks takes less.
const COLUMN: f64 = 12.0;
/// How many rows have both columns, or each one of them, at least.
const ROWS: usize = 4;
/// How many columns may stand side by side.
const MAX_COLUMNS: usize = 6;
/// The most gaps of a row that are looked at.
const MAX_GAPS: usize = 16;

/// Where a row has text.
struct Extent {
    left: f64,
    right: f64,
    gaps: Vec<(f64, f64)>,
}

fn extent(row: &[Glyph], size: f64) -> Extent {
    let mut extent = Extent { left: f64::MAX, right: f64::MIN, gaps: Vec::new() };
    for glyph in row.iter().filter(|it| it.text.as_deref().is_none_or(|it| !it.trim().is_empty())) {
        if extent.right > f64::MIN
            && glyph.left - extent.right >= GUTTER * size
            && extent.gaps.len() < MAX_GAPS
        {
            extent.gaps.push((extent.right, glyph.left));
        }
        extent.left = extent.left.min(glyph.left);
        extent.right = extent.right.max(glyph.right);
    }
    extent
}

/// The rows of a page, those of columns apart. Each row is in the order of its places.
pub(super) fn apart(rows: Vec<Vec<Glyph>>, size: f64, depth: usize) -> Vec<Vec<Glyph>> {
    if depth >= MAX_COLUMNS {
        return rows;
    }
    let extents: Vec<Extent> = rows.iter().map(|it| extent(it, size)).collect();
    let mut rows = rows.into_iter();
    let (mut all, mut at) = (Vec::new(), 0);
    while at < extents.len() {
        let (count, gutter) = run(extents.get(at..).unwrap_or_default(), size);
        let taken = rows.by_ref().take(count);
        if let Some(middle) = gutter {
            let (mut first, mut rest) = (Vec::new(), Vec::new());
            for row in taken {
                let (left, right): (Vec<_>, Vec<_>) = row.into_iter().partition(|it| it.left < middle);
                first.extend((!left.is_empty()).then_some(left));
                rest.extend((!right.is_empty()).then_some(right));
            }
            all.extend(first);
            all.extend(apart(rest, size, depth.saturating_add(1)));
        } else {
            all.extend(taken);
        }
        at = at.saturating_add(count);
    }
    all
}

/// How many rows belong together, and the middle of what is between their columns if they have some.
fn run(rows: &[Extent], size: f64) -> (usize, Option<f64>) {
    let Some(first) = rows.first() else { return (1, None) };
    let width = |it: &(f64, f64)| it.1 - it.0;
    let widest = first.gaps.iter().copied().max_by(|a, b| width(a).total_cmp(&width(b)));
    // Lines of two columns need not be at one height.
    let beside = |it: &Extent| {
        if first.right + GUTTER * size <= it.left {
            Some((first.right, it.left))
        } else if it.right + GUTTER * size <= first.left {
            Some((it.right, first.left))
        } else {
            None
        }
    };
    let Some(mut gutter) = widest.or_else(|| rows.get(1).and_then(beside)) else { return (1, None) };
    let (mut count, mut lefts, mut rights) = (0_usize, Vec::new(), Vec::new());
    for row in rows {
        let narrower = |it: (f64, f64)| (gutter.0.max(it.0), gutter.1.min(it.1));
        let is_wide = |it: &(f64, f64)| it.1 - it.0 >= GUTTER * size;
        let next = if let Some(it) = row.gaps.iter().copied().map(narrower).find(is_wide) {
            lefts.push(it.0 - row.left);
            rights.push(row.right - it.1);
            Some(it)
        } else if row.right <= gutter.1 - GUTTER * size {
            lefts.push(row.right - row.left);
            Some(narrower((row.right, f64::MAX)))
        } else if row.left >= gutter.0 + GUTTER * size {
            rights.push(row.right - row.left);
            Some(narrower((f64::MIN, row.left)))
        } else {
            None
        };
        let Some(next) = next.filter(is_wide) else { break };
        gutter = next;
        count = count.saturating_add(1);
    }
    let are_wide = |all: &[f64]| {
        let wide = all.iter().filter(|it| **it >= COLUMN * size).count();
        wide >= ROWS && wide.saturating_mul(2) >= all.len()
    };
    let middle = (are_wide(&lefts) && are_wide(&rights)).then(|| f64::midpoint(gutter.0, gutter.1));
    (count.max(1), middle)
}
