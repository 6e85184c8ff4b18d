//! The figures and every text with its marks as one page of HTML, which needs nothing but itself: no script, no
//! network. It holds what people said. Pure: figures in, a page out.

use super::{
    Count, Row, Score, Scored,
    marks::{Mark, Marked, Piece},
};
use crate::{
    clock::Timestamp,
    estimate::{Interval, Part},
};

const STYLE: &str = include_str!("report.css");

/// What a page tells.
#[derive(Debug)]
pub struct Page<'p> {
    /// When it was made.
    pub at: Timestamp,
    /// Whose predictions these are, in words.
    pub by: &'p str,
    /// The figures.
    pub scored: &'p Scored,
    /// The texts.
    pub texts: &'p [Marked<'p>],
}

/// Writes the page.
#[must_use]
pub fn html(page: &Page<'_>) -> String {
    let mut out = String::new();
    head(&mut out, page);
    figures(&mut out, page.scored);
    kinds(&mut out, page.scored);
    filters(&mut out);
    for (n, it) in page.texts.iter().enumerate() {
        text(&mut out, n, it);
    }
    out.push_str("</main></body></html>\n");
    out
}

/// What stands for a character that HTML would take for its own. Controls, which no page may hold, are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// Adds a line.
macro_rules! put {
    ($out:expr, $($rest:tt)*) => {{
        $out.push_str(&format_args!($($rest)*).to_string());
        $out.push('\n');
    }};
}

fn head(out: &mut String, page: &Page<'_>) {
    put!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    put!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    put!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    put!(out, "<meta name=\"robots\" content=\"noindex\">\n<meta name=\"referrer\" content=\"no-referrer\">");
    put!(out, "<title>Detection, measured</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>");
    put!(out, "<h1>Detection, measured on annotated texts</h1>");
    put!(
        out,
        "<p class=\"warning\" role=\"note\"><strong>This file contains personal data.</strong> It shows the annotated texts \
         and every name that was missed. Keep it where transcripts are kept, do not send it, and delete it when you are done.</p>"
    );
    let docs = page.scored.total.docs;
    put!(out, "<p class=\"facts\">{docs} texts. Predictions: {}. Made {}.</p>", escaped(page.by), page.at);
}

/// A share in percent, as tables have it.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// An interval in percent.
pub(crate) fn between(it: Interval) -> String {
    format!("{:.1} – {:.1}", it.low * 100.0, it.high * 100.0)
}

/// One figure of a score.
type Of<'f> = &'f dyn Fn(&Score) -> Part;

fn figures(out: &mut String, scored: &Scored) {
    let docs = |it: &Score| it.leaking_docs.part();
    let first: [(&str, &str, Of<'_>); 3] = [
        ("direct leak", "mentions", &|it| it.leaking("direct")),
        ("texts with a direct leak", "texts", &docs),
        ("quasi leak", "mentions", &|it| it.leaking("quasi")),
    ];
    put!(out, "<ul class=\"first\">");
    for (name, of_what, of) in first {
        let (part, interval) = (of(&scored.total), between(scored.interval(of)));
        put!(
            out,
            "<li>{name}<b>{}</b><span>{} of {} {of_what}<br>95 %: {interval}</span></li>",
            percent(part.share()),
            part.hit,
            part.of
        );
    }
    put!(out, "</ul>");
    let rows: [(&str, Of<'_>); 5] = [
        ("direct entities that leak", &|it| it.direct_entities.part()),
        ("character precision", &|it| it.masked.part()),
        ("span precision", &|it| it.spans.part()),
        ("look-alikes hit", &|it| it.all_hard_negatives().part()),
        ("letters and digits masked for nothing", &|it| it.outside.part()),
    ];
    let rows = rows.map(|(name, of)| share_row(name, of(&scored.total), scored.interval(of)));
    table(out, "Figures", "", &["Figure", "Of", "Share", "95 %"], &rows);
    put!(
        out,
        "<p class=\"note\">A mention leaks when a letter or digit of it is left. Intervals take the text for the unit: \
         mentions of one text are not independent.</p>"
    );
}

fn share_row(name: &str, part: Part, interval: Interval) -> Vec<String> {
    vec![name.to_owned(), part.of.to_string(), percent(part.share()), between(interval)]
}

fn kinds(out: &mut String, scored: &Scored) {
    let row = |(name, it): (&String, &Row)| {
        let interval = scored.interval(|of| of.leaking(name));
        let mut row = share_row(name, it.leaking(), interval);
        row.push(percent(Count { n: it.n, hit: it.partial }.share()));
        row.push(percent(Count { n: it.chars, hit: it.covered }.share()));
        row
    };
    let rows: Vec<_> = scored.total.rows.iter().map(row).collect();
    let head = ["Kind", "Mentions", "Leak", "95 %", "Touched", "Characters"];
    table(out, "By type", "Leak of mentions; labels are names of speakers and count apart.", &head, &rows);
    let styles = scored.total.styles.iter().map(|(name, it)| {
        let of = |score: &Score| score.styles.get(name).copied().unwrap_or_default().part();
        share_row(name, it.part(), scored.interval(of))
    });
    let head = ["Language/style", "Mentions", "Leak", "95 %"];
    table(out, "By language and style", "Leak of direct mentions.", &head, &styles.collect::<Vec<_>>());
    let hard = scored.total.hard_negatives.iter().map(|(name, it)| {
        let of = |score: &Score| score.hard_negatives.get(name).copied().unwrap_or_default().part();
        share_row(name, it.part(), scored.interval(of))
    });
    table(out, "Look-alikes", "", &["Kind", "Of", "Hit", "95 %"], &hard.collect::<Vec<_>>());
}

fn table(out: &mut String, title: &str, caption: &str, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    put!(out, "<h2>{title}</h2>\n<div class=\"wide\"><table>");
    if !caption.is_empty() {
        put!(out, "<caption>{caption}</caption>");
    }
    let head: Vec<_> = head.iter().map(|it| format!("<th scope=\"col\">{it}</th>")).collect();
    put!(out, "<thead><tr>{}</tr></thead>\n<tbody>", head.concat());
    for row in rows {
        let cells: Vec<_> = row.iter().map(|it| format!("<td>{}</td>", escaped(it))).collect();
        put!(out, "<tr>{}</tr>", cells.concat());
    }
    put!(out, "</tbody></table></div>");
}

fn filters(out: &mut String) {
    put!(out, "<h2>Texts</h2>\n<p class=\"key\">");
    for (class, word) in [
        ("covered", "covered"),
        ("missed", "missed"),
        ("over", "masked for nothing"),
        ("hit", "look-alike hit"),
        ("spared", "look-alike spared"),
    ] {
        put!(out, "<mark class=\"{class}\">{word}</mark>");
    }
    put!(out, "</p>\n<form class=\"filters\"><fieldset><legend>Show</legend>");
    for (id, word, checked) in [
        ("all", "all texts", " checked"),
        ("direct", "with a direct miss", ""),
        ("quasi", "with a quasi miss", ""),
        ("over", "with something masked for nothing", ""),
        ("hit", "with a look-alike hit", ""),
    ] {
        put!(out, "<label><input type=\"radio\" name=\"show\" id=\"show-{id}\"{checked}> {word}</label>");
    }
    put!(out, "</fieldset><fieldset><legend>Mark</legend>");
    for (id, word) in
        [("covered", "covered"), ("missed", "missed"), ("over", "masked for nothing"), ("hit", "look-alikes")]
    {
        put!(out, "<label><input type=\"checkbox\" id=\"mark-{id}\" checked> {word}</label>");
    }
    put!(out, "</fieldset></form>");
}

/// How many pieces of a text a reader may look for.
#[derive(Default)]
struct Tally {
    direct: usize,
    quasi: usize,
    over: usize,
    hit: usize,
}

fn tally(text: &Marked<'_>) -> Tally {
    let mut tally = Tally::default();
    let mut last = None;
    for it in &text.pieces {
        let class = it.of.and_then(|n| text.gold.spans.get(n)).map(super::Span::class);
        let counter = match (it.mark, class) {
            (Mark::Missed, _) if last == it.of => continue,
            (Mark::Missed, Some("direct")) => &mut tally.direct,
            (Mark::Missed, Some("quasi")) => &mut tally.quasi,
            (Mark::OverMasked, _) => &mut tally.over,
            (Mark::LookAlikeHit, _) => &mut tally.hit,
            (Mark::Plain | Mark::Covered | Mark::Missed | Mark::LookAlike, _) => continue,
        };
        *counter = counter.saturating_add(1);
        if it.mark == Mark::Missed {
            last = it.of;
        }
    }
    tally
}

fn text(out: &mut String, n: usize, text: &Marked<'_>) {
    let tally = tally(text);
    let told = [
        (tally.direct, "has-direct", "direct missed"),
        (tally.quasi, "has-quasi", "quasi missed"),
        (tally.over, "has-over", "masked for nothing"),
        (tally.hit, "has-hit", "look-alikes hit"),
    ];
    let told: Vec<_> = told.into_iter().filter(|it| it.0 > 0).collect();
    let classes: Vec<_> = told.iter().map(|it| it.1).collect();
    let counts: Vec<_> = told.iter().map(|it| format!("{} {}", it.0, it.2)).collect();
    let counts = if counts.is_empty() { "nothing missed".to_owned() } else { counts.join(", ") };
    let open = if tally.direct > 0 { " open" } else { "" };
    let kind: Vec<_> = [&text.gold.lang, &text.gold.style].into_iter().filter(|it| !it.is_empty()).collect();
    let kind = kind.into_iter().map(|it| escaped(it)).collect::<Vec<_>>().join(", ");
    put!(out, "<details id=\"text-{}\" class=\"{}\"{open}>", n.saturating_add(1), classes.join(" "));
    put!(out, "<summary><b>{}</b><span>{kind}</span><span>{counts}</span></summary>", escaped(&text.gold.id));
    let lang = match text.gold.lang.as_str() {
        "en" | "latin" => " lang=\"en\"",
        "zh" | "yue" | "han" => " lang=\"zh-HK\"",
        _ => "",
    };
    // The line end after the tag is not shown.
    put!(out, "<pre class=\"text\"{lang} dir=\"auto\">");
    let chars: Vec<char> = text.gold.text.chars().collect();
    let mut pieces = text.pieces.iter().peekable();
    while let Some(it) = pieces.next() {
        let goes_on = pieces.peek().is_some_and(|next| it.of.is_some() && next.of == it.of);
        let said: String = chars.get(it.range.clone()).unwrap_or_default().iter().collect();
        out.push_str(&piece(text, it, &escaped(&said), goes_on));
    }
    put!(out, "</pre></details>");
}

/// A piece with its mark; the type stands after the last piece of a mention. What colour says, a word says too.
fn piece(text: &Marked<'_>, it: &Piece, said: &str, goes_on: bool) -> String {
    let span = it.of.and_then(|n| text.gold.spans.get(n));
    let negative = it.of.and_then(|n| text.gold.hard_negatives.get(n));
    let (class, word, kind) = match it.mark {
        Mark::Plain => return said.to_owned(),
        Mark::Covered => ("covered", "covered", span.map(|it| format!("{} {}", it.class(), it.r#type))),
        Mark::Missed => ("missed", "missed", span.map(|it| format!("{} {}", it.class(), it.r#type))),
        Mark::OverMasked => ("over", "masked for nothing", None),
        Mark::LookAlikeHit => ("hit", "look-alike hit", negative.map(|it| it.kind.clone())),
        Mark::LookAlike => ("spared", "look-alike spared", negative.map(|it| it.kind.clone())),
    };
    let kind = escaped(&kind.unwrap_or_default());
    let after = if goes_on || kind.is_empty() { String::new() } else { format!("<sub>{kind}</sub>") };
    format!(
        "<mark class=\"{class}\" title=\"{word}: {kind}\"><span class=\"say\">{word}: </span>{said}{after}</mark>"
    )
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    fn page(predicted: &[(usize, usize)]) -> String {
        let gold: Gold = serde_json::from_value(serde_json::json!({
            "id": "a<script>", "lang": "en", "style": "clean", "text": "Roke & \"Tam\" <b>sin</b> by Beck\u{0} on 7",
            "spans": [
                {"start": 0, "end": 4, "type": "PERSON", "identifier_class": "direct", "entity_id": "p"},
                {"start": 7, "end": 19, "type": "P'><i>", "identifier_class": "direct", "entity_id": "q"}],
            "hard_negatives": [{"start": 27, "end": 31, "kind": "ep<onym"}],
        }))
        .unwrap();
        let spans = predicted.iter().map(|(start, end)| PredictedSpan {
            start: *start,
            end: *end,
            r#type: "X".into(),
        });
        let predicted = [Predicted { id: gold.id.clone(), spans: spans.collect() }];
        let gold = [gold];
        let scored = score(&gold, &predicted, None).unwrap();
        let texts = marks::marked(&gold, &predicted, None).unwrap();
        html(&Page { at: Timestamp::from_millis(0), by: "<us>", scored: &scored, texts: &texts })
    }

    #[test]
    fn the_page_says_at_its_head_what_it_holds_and_asks_nobody_for_anything() {
        let page = page(&[(0, 4)]);
        let body = page.split("<main>").nth(1).unwrap();
        assert!(body.find("contains personal data").unwrap() < 250, "not at the head");
        for it in ["<script", "http:", "https:", "url(", "src=", "@import", "<link", "<img"] {
            assert!(!page.contains(it), "{it}");
        }
        assert!(page.contains("default-src 'none'") && page.contains("prefers-color-scheme: dark"));
        assert!(body.contains("direct leak<b>50.0 %</b>"), "{body}");
    }

    #[test]
    fn whatever_the_texts_hold_is_text() {
        let page = page(&[(0, 4), (27, 31), (36, 37)]);
        for it in ["a&lt;script&gt;", "&lt;us&gt;", "ep&lt;onym", "P&#39;&gt;&lt;i&gt;", "Beck"] {
            assert!(page.contains(it), "{it}");
        }
        for it in ["<b>sin", "<i>", "\u{0}"] {
            assert!(!page.contains(it), "{it:?}");
        }
        for it in ["has-direct", "has-over", "has-hit", "1 direct missed"] {
            assert!(page.contains(it), "{it}");
        }
    }

    #[test]
    fn what_a_mark_means_is_said_in_words_too() {
        let page = page(&[(0, 2)]);
        assert!(page.contains("<span class=\"say\">covered: </span>Ro</mark>"), "{page}");
        assert!(page.contains("<span class=\"say\">missed: </span>ke<sub>direct PERSON</sub></mark>"));
        assert!(page.contains("look-alike spared: </span>Beck"));
    }
}
