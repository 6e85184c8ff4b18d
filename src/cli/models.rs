//! `vouchsafe models`: pins the folder of a model, and tries it.

use std::{path::Path, process::ExitCode, time::Duration};

use super::{
    args,
    rules::given,
    screen::{Colour, Failure, Screen},
};
use crate::{
    clock::{Clock, SystemClock},
    detect::{Model, beliefs, look},
    durable,
    plugin::{Chosen, Files, PINS, Pins, Plugin},
};

/// What a model reads where nothing else is given. Nobody is called that.
const SAMPLE: &str = "So I rang Mara Quillfeather at the Larkmoor clinic, she moved here from Leeds last May.\n\
                      and then marcus said no, ask priya about the flat on 14 Tollgate Street\n\
                      我哋喺沙田見過陳小明，佢話佢阿姐Wendy而家喺屯門住。\n\
                      You can write to mara@larkmoor.example, or call 020 7946 0018.";

/// A name is shown from this likelihood on.
const SHOWN: f32 = 0.5;

/// How much is read at once, and for how long at least, to tell how fast.
const ROUND_BYTES: usize = 4 * 1024;
const READS_FOR: Duration = Duration::from_secs(2);

/// What a worker must read in a second, or it is taken for hung.
const LEAST_BYTES_PER_SECOND: f64 = 256.0;

pub(super) fn run(screen: &Screen, command: args::Models) -> Result<ExitCode, Failure> {
    match command {
        args::Models::Pin(it) => pin(screen, &it),
        args::Models::Check(it) => check(screen, it),
    }
}

/// The model of a folder, for commands that search texts of no study.
pub(super) fn model(folder: &Path) -> Result<Option<Model>, Failure> {
    Ok(Model::of(Chosen::Own(Plugin::read(folder)?.into()))?)
}

fn pin(screen: &Screen, command: &args::PinModel) -> Result<ExitCode, Failure> {
    let folder = &command.folder;
    let files = Files::read(folder)?;
    let look = look(&files)?;
    let name = command.name.as_deref().or_else(|| folder.file_name()?.to_str()).unwrap_or("model");
    let (known, others): (Vec<_>, Vec<_>) = look.labels.iter().partition(|it| it.1.is_some());
    let labels = known.iter().filter_map(|(label, entity)| Some(((*label).clone(), (**entity)?))).collect();
    let others: Vec<String> = others.into_iter().map(|it| it.0.clone()).collect();
    let proposed = Pins::proposed([name, &command.licence, &command.source], look.window, labels);
    let text = proposed.text(&files, &others);
    // Loaded as it would be, so that what is pinned can be used.
    let plugin = Plugin::checked(text.clone().into_bytes(), files.clone())?;
    let digest = plugin.digest();
    Model::of(Chosen::Own(plugin.into()))?;
    if !command.dry_run {
        durable::write_new(folder, PINS, text.as_bytes())?;
    }
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "bytes": files.size(), "labels": look.labels, "digest": digest,
            "operators": look.operators.iter().map(|it| serde_json::json!({
                "name": it.0, "count": it.1, "allowed": it.2,
            })).collect::<Vec<_>>(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    for (file, bytes) in files.all() {
        screen.line(&format!("{file}: {} bytes", bytes.len()));
    }
    let operators: Vec<_> = look.operators.iter().map(|it| format!("{} {}", it.0, it.1)).collect();
    screen.line(&format!("Operators, all allowed: {}", operators.join(", ")));
    let rows: Vec<_> = look
        .labels
        .iter()
        .map(|(label, entity)| {
            vec![label.clone(), entity.map_or("not looked for", |it| it.name()).to_owned()]
        })
        .collect();
    screen.table(&["LABEL", "STANDS FOR"], &rows);
    screen.line("It loads.");
    if command.dry_run {
        screen.line("Nothing was written.");
    } else {
        screen.line(&format!("Wrote {}.", folder.join(PINS).display()));
        screen.line("1. Correct [labels] in it: what is not named there is not looked for.");
        screen.line(&format!("2. vouchsafe models check {}", folder.display()));
        screen.line("3. Put the folder beside study.toml, and its path, with a slash in it, under [names] as `finder`.");
    }
    Ok(ExitCode::SUCCESS)
}

fn check(screen: &Screen, command: args::CheckModel) -> Result<ExitCode, Failure> {
    let plugin = Plugin::read(&command.folder)?;
    let (pins, digest) = (plugin.pins().clone(), plugin.digest());
    let Some(model) = Model::of(Chosen::Own(plugin.into()))? else { return Ok(ExitCode::FAILURE) };
    let text = command.text.map_or_else(|| Ok(SAMPLE.to_owned()), given)?;
    let turns: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (turn, heard) in turns.iter().zip(model.read(&turns)?) {
        for it in beliefs(&heard, SHOWN) {
            let string = turn.get(it.range.clone()).unwrap_or_default().to_owned();
            found.push((string, it.entity, f64::from(it.probability)));
        }
    }
    let (own, embedded) = (speed(&model, &turns)?, speed(&Model::embedded()?, &turns)?);
    let code = ExitCode::from(u8::from(found.is_empty()));
    if screen.is_json() {
        let found: Vec<_> = found
            .iter()
            .map(|it| serde_json::json!({ "text": it.0, "entity": it.1, "likelihood": it.2 }))
            .collect();
        screen.value(&serde_json::json!({
            "name": pins.name, "licence": pins.licence, "source": pins.source, "digest": digest,
            "found": found, "bytes_per_second": own, "embedded_bytes_per_second": embedded,
        }));
        return Ok(code);
    }
    screen.line(&format!("{} ({}), from {}.", pins.name, pins.licence, pins.source));
    screen.line(&format!("Digest, as manifests name it: {digest}"));
    let rows: Vec<_> = found
        .into_iter()
        .map(|(string, entity, share)| {
            vec![
                string.escape_debug().to_string(),
                entity.name().to_owned(),
                format!("{:.0} %", share * 100.0),
            ]
        })
        .collect();
    if rows.is_empty() {
        screen.line("It found nothing in this text.");
    } else {
        screen.table(&["FOUND", "AS", "HOW SURELY"], &rows);
    }
    screen.line(&format!(
        "Speed on this machine, one core: {:.1} KB/s; the embedded name finder: {:.1} KB/s.",
        own / 1000.0,
        embedded / 1000.0
    ));
    if own < LEAST_BYTES_PER_SECOND {
        screen.line(&format!(
            "{} It is too slow: a worker that reads so slowly is taken for hung.",
            screen.paint(Colour::Red, "WRONG")
        ));
        return Ok(ExitCode::FAILURE);
    }
    Ok(code)
}

/// How many bytes of some turns a model reads in a second.
fn speed(model: &Model, turns: &[&str]) -> Result<f64, Failure> {
    let once: usize = turns.iter().map(|it| it.len()).sum();
    if once == 0 {
        return Ok(0.0);
    }
    let round: Vec<&str> =
        turns.iter().copied().cycle().take(turns.len().saturating_mul(ROUND_BYTES.div_ceil(once))).collect();
    let bytes: usize = round.iter().map(|it| it.len()).sum();
    let clock = SystemClock::new();
    let (start, mut rounds) = (clock.monotonic(), 0_u32);
    loop {
        model.read(&round)?;
        rounds = rounds.saturating_add(1);
        let took = clock.monotonic().saturating_sub(start);
        if took >= READS_FOR {
            #[expect(clippy::cast_precision_loss, reason = "a few KiB")]
            return Ok(bytes as f64 * f64::from(rounds) / took.as_secs_f64());
        }
    }
}
