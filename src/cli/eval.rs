//! `vouchsafe eval`: searches annotated texts, writes down what would be taken out, and says how good that is.
//! What it shows of misses is text of the gold, for whoever may read that.

mod gold;
mod show;

use std::{path::Path, process::ExitCode};

pub(super) use self::gold::lines;
use self::gold::no_gold;
use super::{
    args::{Eval, GoldFormat},
    rules::Detector,
    screen::{Failure, Screen},
    texts::laid_out,
};
use crate::{
    clock::{Clock as _, SystemClock},
    detect::{self, Context},
    durable,
    eval::{
        self, Gold, Predicted, PredictedSpan, Scored, compare, marks, report,
        review::{Asked, review},
        tab,
    },
    item::ItemKind,
};

pub(super) fn run(screen: &Screen, command: &Eval) -> Result<ExitCode, Failure> {
    fits(command)?;
    let gold = match command.format {
        GoldFormat::Jsonl => gold::texts(&command.gold)?,
        GoldFormat::Brat => gold::standoff(command)?,
        GoldFormat::Conll => gold::columns(command)?,
        GoldFormat::Tab => return judgments(screen, command),
    };
    if let [a, b] = command.compare.as_slice() {
        let score = |path: &Path| scored(command, &gold, &lines(path)?);
        let (a, b) = (score(a)?, score(b)?);
        show::comparison(screen, &compare::compare(&a, &b), command.errors);
        return Ok(ExitCode::SUCCESS);
    }
    let texts = gold.iter().map(|it| (it.id.as_str(), it.text.as_str()));
    let (predicted, asked) = predictions(command, texts, ItemKind::Transcript)?;
    let scored = scored(command, &gold, &predicted)?;
    let asked = asked.map(|it| review(&gold, &it, &scored.total.misses, command.lang.as_deref()));
    if screen.is_json() {
        screen.value(&show::value(&scored, asked.as_ref()));
    } else {
        show::figures(screen, &scored, asked.as_ref(), command.errors);
    }
    if let Some(path) = &command.html {
        let texts = marks::marked(&gold, &predicted, command.lang.as_deref()).map_err(unfit)?;
        let ours = format!("vouchsafe {}, {}", env!("CARGO_PKG_VERSION"), command.packs.join(", "));
        let by = if command.score.is_some() { "from a file that was given" } else { &ours };
        let page = report::Page { at: SystemClock::new().now(), by, scored: &scored, texts: &texts };
        write(path, &report::html(&page))?;
        if !screen.is_json() {
            screen.line("");
            screen.line(&format!(
                "{} HOLDS WHAT WAS SAID: keep it where transcripts are kept.",
                path.display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Not every option goes with every format.
fn fits(command: &Eval) -> Result<(), Failure> {
    let types = &command.types;
    let sorts = [&types.direct, &types.quasi, &types.ignore].iter().any(|it| !it.is_empty());
    let (option, formats) = match command.format {
        GoldFormat::Tab if command.html.is_some() => ("--html", "jsonl, brat and conll"),
        GoldFormat::Tab if !command.compare.is_empty() => ("--compare", "jsonl, brat and conll"),
        GoldFormat::Tab | GoldFormat::Jsonl if sorts => ("--direct, --quasi and --ignore", "brat and conll"),
        GoldFormat::Tab | GoldFormat::Jsonl | GoldFormat::Brat | GoldFormat::Conll => return Ok(()),
    };
    let what = format!("{option} can't be had with this format");
    Err(Failure::new("EV-08", what, format!("It is for --format {formats}; the others say it themselves.")))
}

fn scored(command: &Eval, gold: &[Gold], predicted: &[Predicted]) -> Result<Scored, Failure> {
    eval::score(gold, predicted, command.lang.as_deref()).map_err(unfit)
}

fn judgments(screen: &Screen, command: &Eval) -> Result<ExitCode, Failure> {
    let gold = gold::judgments(&command.gold)?;
    let texts = gold.iter().map(|it| (it.doc_id.as_str(), it.text.as_str()));
    let (predicted, _) = predictions(command, texts, ItemKind::Fieldnote)?;
    show::judgments(screen, &tab::score(&gold, &predicted).map_err(unfit)?);
    Ok(ExitCode::SUCCESS)
}

fn unfit(error: eval::Error) -> Failure {
    Failure::new("CL-16", error.to_string(), "Give the gold that these predictions were made for.")
}

/// Readable by nobody but who runs this.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let name = path.file_name().and_then(|it| it.to_str()).ok_or_else(|| no_gold(path, 0))?;
    let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Ok(durable::write_over(dir, name, text.as_bytes())?)
}

/// Somebody's predictions, or ours and what a reviewer would be asked; ours are written down where that is asked for.
fn predictions<'t>(
    command: &Eval,
    texts: impl Iterator<Item = (&'t str, &'t str)>,
    kind: ItemKind,
) -> Result<(Vec<Predicted>, Option<Vec<Asked>>), Failure> {
    if let Some(theirs) = &command.score {
        return Ok((lines(theirs)?, None));
    }
    let packs = Detector::new(&command.packs)?.with_roster(command.roster.as_deref())?;
    let packs = if command.fast {
        packs
    } else {
        packs.with_model(command.model.as_deref())?.with_bars(command.sureness.bars())
    };
    let context = packs.context();
    let (mut predicted, mut asked) = (Vec::new(), Vec::new());
    for (id, text) in texts {
        let (goes, stays): (Vec<_>, Vec<_>) = found(text, kind, &context)?.into_iter().partition(|it| it.0);
        predicted.push(Predicted { id: id.to_owned(), spans: goes.into_iter().map(|it| it.1).collect() });
        let spans = stays.into_iter().map(|(_, it)| it.start..it.end).collect();
        asked.push(Asked { id: id.to_owned(), spans });
    }
    if let Some(path) = &command.predictions {
        let rows = predicted.iter().filter_map(|it| serde_json::to_string(it).ok());
        let text: String = rows.flat_map(|it| [it, "\n".to_owned()]).collect();
        write(path, &text)?;
    }
    Ok((predicted, Some(asked)))
}

/// What is found, in code points: whether it would be transformed without a reviewer, and where it is.
fn found(text: &str, kind: ItemKind, context: &Context<'_>) -> Result<Vec<(bool, PredictedSpan)>, Failure> {
    let layout = laid_out(text, kind);
    let starts: Vec<usize> = text.char_indices().map(|it| it.0).collect();
    let point = |at: usize| starts.partition_point(|it| *it < at);
    let scan = detect::scan(text, &layout, context)?;
    let spans = scan
        .findings
        .iter()
        .map(|it| {
            let predicted = PredictedSpan {
                start: point(it.span.start),
                end: point(it.span.end),
                r#type: it.entity.name().to_owned(),
            };
            (it.is_transformed(), predicted)
        })
        .collect();
    Ok(spans)
}
