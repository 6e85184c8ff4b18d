//! A reading in words, for an ethics committee: what was done, what was found, and what that does not tell.

use super::{
    draw::{Allocation, By, Draw},
    record::{Outcome, Record},
};
use crate::estimate::Interval;

/// Writes the report, as Markdown.
#[must_use]
pub fn report(draw: &Draw, record: &Record) -> String {
    let mut parts = vec![
        format!("# Identifiers left in released copies: study {}\n", draw.study),
        sample(draw, record),
        figures(record),
        readers(record),
        strata(draw, record),
        limits(record),
    ];
    parts.retain(|it| !it.is_empty());
    parts.join("\n")
}

fn between(it: Option<Interval>) -> String {
    it.map_or_else(|| "—".to_owned(), |it| format!("{:.1} – {:.1}", it.low, it.high))
}

fn sample(draw: &Draw, record: &Record) -> String {
    let turns: usize = draw.strata.iter().map(|it| it.turns).sum();
    let words: usize = draw.strata.iter().map(|it| it.words.all()).sum();
    let by: Vec<_> = draw
        .by
        .iter()
        .map(|it| match it {
            By::Kind => "what was going on",
            By::Language => "script",
        })
        .collect();
    let within = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
    let how = match draw.allocation {
        Allocation::Proportional => "in proportion to the turns",
        Allocation::Equal => "the same number from each stratum",
    };
    let readers = if record.readers == 2 { "two readers, each by themselves" } else { "one reader" };
    let out = if record.left_out == 0 {
        String::new()
    } else {
        format!(
            " {} more turns were drawn and are not counted: not everybody has read them.",
            record.left_out
        )
    };
    format!(
        "Draw {} of {}, recorded {}. Seed {}. Copies of the profile `{}`.\n\n\
         From the {turns} turns ({words} words) of the {} copies that were released on that day, {} turns were drawn at \
         random{within}, {how}. {} turns with {} words ({} of them Han characters) were read by {readers}.{out}\n",
        draw.id,
        draw.drawn_at,
        record.recorded_at,
        draw.seed,
        draw.profile.name(),
        draw.copies,
        draw.turns.len(),
        record.turns,
        record.words.all(),
        record.words.han,
    )
}

fn figures(record: &Record) -> String {
    let row = |name: &str, it: &Outcome| {
        format!("| {name} | {} | {:.1} | {} |\n", it.either, it.rate, between(it.interval))
    };
    format!(
        "## Found\n\n| Identifiers | Found | In 10,000 words | 95 % |\n|---|---|---|---|\n{}{}",
        row("direct", &record.direct),
        row("quasi", &record.quasi)
    )
}

fn readers(record: &Record) -> String {
    if record.readers < 2 {
        return "## Readers\n\nOnly one person has read. What one reader misses can't be estimated, so that the figures are rather \
                too low.\n"
            .to_owned();
    }
    let share = |it: Option<f64>| it.map_or_else(|| "—".to_owned(), |it| format!("{it:.2}"));
    let row = |name: &str, it: &Outcome| {
        let unseen = it.unseen.map_or_else(
            || "can't be told".to_owned(),
            |n| {
                format!(
                    "{n:.1}{}",
                    it.unseen_interval.map_or_else(String::new, |it| format!(" ({})", between(Some(it))))
                )
            },
        );
        let with = it.rate_with_unseen.map_or_else(|| "—".to_owned(), |it| format!("{it:.1}"));
        format!(
            "| {name} | {} | {} | {} | {} | {unseen} | {with} |\n",
            it.first,
            it.second,
            it.both,
            share(it.agreement)
        )
    };
    format!(
        "## Readers\n\n| Identifiers | Reader 1 | Reader 2 | Both | Agreement | Missed by both, estimate | In 10,000 words with these |\n\
         |---|---|---|---|---|---|---|\n{}{}\n\
         On whether a turn holds any identifier the readers agree with a kappa of {}. {} identifiers are direct to one reader and quasi \
         to the other; they count as direct.\n",
        row("direct", &record.direct),
        row("quasi", &record.quasi),
        share(record.kappa),
        record.disputed
    )
}

fn strata(draw: &Draw, record: &Record) -> String {
    if draw.strata.len() < 2 {
        return String::new();
    }
    let rows = draw.strata.iter().zip(&record.strata).map(|(whole, (turns, words))| {
        format!("| {} | {} | {} | {turns} | {} |\n", whole.name, whole.turns, whole.words.all(), words.all())
    });
    let unread = record.strata.iter().filter(|it| it.0 == 0).count();
    let not = if unread == 0 {
        String::new()
    } else {
        format!("\nOf {unread} strata nothing was read: the figures do not speak of them.\n")
    };
    format!(
        "## Strata\n\n| Stratum | Turns | Words | Turns read | Words read |\n|---|---|---|---|---|\n{}{not}",
        rows.collect::<Vec<_>>().concat()
    )
}

fn limits(record: &Record) -> String {
    let two = if record.readers == 2 {
        "- *Missed by both* is Chapman's capture–recapture estimate (1951), its interval on the scale of logarithms (Chao 1987). It takes \
         the readers for independent and all identifiers for as easy to see; what is hard for one is hard for the other, so that \
         more is left than it says. *Agreement* is twice what both found of what each found; kappa is Cohen's (1960).\n"
    } else {
        ""
    };
    format!(
        "## How it was reckoned\n\n\
         - An identifier is a place in a turn that a reader marked; the same words count once in a turn. Direct ones name one person \
         alone, quasi-identifiers do so together with others.\n\
         - A word is a run of letters and digits; a Han character counts as one word. Markers such as `[person-4]` count with their words.\n\
         - A turn stands for as many as its stratum has for each that was read (combined ratio estimator, Cochran 1977). Intervals are \
         Garwood's exact ones for a Poisson count (1936), with strata those of Fay and Feuer (1997); several identifiers in one turn count as found together, which makes them wider. That turns were drawn without \
         replacement is not made use of.\n{two}\
         - The figures speak of the copies that were released on the day of the draw, and of what these readers know. \
         Somebody who knows the people may recognise more.\n\
         - This report and what the station keeps of it hold no words of anybody.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{super::record::tests::recorded, *};

    #[test]
    fn the_report_says_what_was_done_and_found_and_names_nobody() {
        let (draw, record) = recorded(&[
            ["x", "yes", "", "x", "yes", ""],
            ["x", "said", "", "x", "", ""],
            ["x", "", "", "x", "", ""],
        ])
        .unwrap();
        let told = report(&draw, &record);
        for it in [
            "study HARBOUR",
            "From the 4 turns (12 words) of the 1 copies",
            "3 turns with 9 words (0 of them Han characters) were read by two readers",
            "1 more turns",
            "| direct | 2 | 2222.2 | 269.1 – 8027.4 |",
            "| quasi | 0 | 0.0 | 0.0 – 4098.8 |",
            "| direct | 2 | 1 | 1 | 0.67 | 0.0 | 2222.2 |",
            "Chapman",
        ] {
            assert!(told.contains(it), "{it} in {told}");
        }
        assert!(!told.contains("yes") && !told.contains("Strata\n"), "{told}");
    }

    #[test]
    fn one_reader_is_said_to_be_one() {
        let (draw, record) = recorded(&[["x", "yes", "", "", "", ""]]).unwrap();
        let told = report(&draw, &record);
        assert!(told.contains("were read by one reader") && told.contains("rather too low"), "{told}");
        assert!(!told.contains("Chapman"), "{told}");
    }
}
