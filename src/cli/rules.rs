//! `vouchsafe rules`: tests packs and shows which rules speak for what in a text.

mod diff;
mod own;

use std::{
    io::{self, Read},
    path::Path,
    process::ExitCode,
};

use super::{
    args,
    config::{Problem, no_pack},
    models, roster as files,
    screen::{Colour, Failure, Screen, word},
};
use crate::{
    clock::{Clock, SystemClock},
    config::{Bars, Columns, Language},
    detect::{self, Context, Model, Participants},
    entity::Finding,
    roster::{
        Roster,
        matcher::{AliasTable, Matcher},
    },
    rules::{Engine, PackSource},
    transcript::{Format, Layout, Piece, Role},
};

/// The most bytes that are read from the standard input.
const MAX_TEXT_BYTES: u64 = 1024 * 1024;

pub(super) fn run(screen: &Screen, command: args::Rules) -> Result<ExitCode, Failure> {
    match command {
        args::Rules::Test { packs } => test(screen, &sources(&packs)?),
        args::Rules::Explain { text, packs } => {
            explain(screen, &given(text)?, &Detector::new(&packs)?.context())?;
            Ok(ExitCode::SUCCESS)
        }
        args::Rules::Diff(it) => diff::run(screen, &it),
        args::Rules::New { pack } => own::make(screen, &pack),
        args::Rules::Digests { pack, write } => own::digests(screen, &pack, write),
    }
}

/// Packs by name, or by directory where the name has a slash or a dot or is none of ours.
fn sources(packs: &[String]) -> Result<Vec<PackSource>, Failure> {
    let source = |name: &String| match PackSource::built_in(name) {
        Some(pack) => Ok(pack),
        None if Path::new(name).is_dir() => Ok(PackSource::from_directory(Path::new(name))?),
        None => Err(no_pack(name)),
    };
    packs.iter().map(source).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have one shape")]
fn test(screen: &Screen, packs: &[PackSource]) -> Result<ExitCode, Failure> {
    let clock = SystemClock::new();
    let faults = Engine::faults(packs);
    let compiled = Engine::compile(packs, &[]);
    let millis = clock.monotonic().as_millis();
    let code = ExitCode::from(u8::from(!faults.is_empty()));
    let rules = compiled.as_ref().map_or(0, |it| it.rules().count());
    let disabled: Vec<_> = compiled.iter().flat_map(Engine::disabled).collect();
    let examples = Engine::examples(packs);
    let names = packs.iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "packs": names, "good": faults.is_empty(), "rules": rules, "disabled": disabled,
            "examples": examples, "milliseconds": u64::try_from(millis).unwrap_or(u64::MAX),
            "digest": compiled.as_ref().ok().map(Engine::digest),
            "problems": faults.iter().map(Problem::of).collect::<Vec<_>>(),
        }));
        return Ok(code);
    }
    for it in &faults {
        Problem::of(it).print(screen);
    }
    if let Ok(engine) = &compiled {
        screen.line(&format!(
            "{}  {}: {rules} rules, {examples} examples, all hold ({millis} ms).",
            screen.paint(Colour::Green, "GOOD"),
            names.join(", ")
        ));
        for it in &disabled {
            screen.line(&format!(
                "{}  {it} is turned off by a site override",
                screen.paint(Colour::Yellow, "NOTE")
            ));
        }
        screen.line(&format!("Digest, as reports and the log name it: {}", engine.digest()));
    } else {
        screen.line(&format!("Faults: {}. A pack with one fault is not loaded at all.", faults.len()));
    }
    Ok(code)
}

/// The text, or the standard input for `-`.
pub(super) fn given(text: String) -> Result<String, Failure> {
    if text != "-" {
        return Ok(text);
    }
    let mut text = String::new();
    io::stdin().take(MAX_TEXT_BYTES).read_to_string(&mut text).map_err(|_| {
        Failure::new(
            "CL-04",
            "the standard input is not text in UTF-8, or over 1 MiB",
            "Save the text as UTF-8, or give less of it.",
        )
    })?;
    Ok(text)
}

/// Packs, and what is asked for besides, for texts that no daemon reads.
pub(super) struct Detector {
    engine: Engine,
    roster: Matcher,
    participants: Participants,
    model: Option<Model>,
    bars: Bars,
    columns: Columns,
}

impl Detector {
    pub(super) fn new(packs: &[String]) -> Result<Self, Failure> {
        let engine = Engine::compile(&sources(packs)?, &[])?;
        let roster = Matcher::new(&AliasTable::default())?;
        Ok(Self {
            engine,
            roster,
            participants: Participants::default(),
            model: None,
            bars: Bars::default(),
            columns: Columns::default(),
        })
    }

    /// With the statistical name finder that is part of the program, or the one of a folder.
    pub(super) fn with_model(self, folder: Option<&Path>) -> Result<Self, Failure> {
        let model = folder.map_or_else(|| Ok(Some(Model::embedded()?)), models::model)?;
        Ok(Self { model, ..self })
    }

    /// With the people of a roster.
    pub(super) fn with_roster(self, file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else { return Ok(self) };
        let csv = files::read(file)?;
        // EXPOSE: parsed; an error gives lines and columns.
        let people = Roster::from_csv(csv.expose())?;
        Ok(Self { roster: Matcher::new(&people.alias_table())?, ..self })
    }

    /// With other bars.
    pub(super) fn with_bars(self, bars: Bars) -> Self {
        Self { bars, ..self }
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context {
            engine: &self.engine,
            roster: &self.roster,
            languages: &[Language::En, Language::Yue, Language::Zh],
            participants: &self.participants,
            model: self.model.as_ref(),
            bars: self.bars,
            columns: &self.columns,
        }
    }
}

fn explain(screen: &Screen, text: &str, context: &Context<'_>) -> Result<(), Failure> {
    let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
    let layout = Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces: vec![piece] };
    let scan = detect::scan(text, &layout, context)?;
    let string = |it: &Finding| text.get(it.span.clone()).unwrap_or_default();
    if screen.is_json() {
        let list: Vec<_> = scan
            .findings
            .iter()
            .map(|it| {
                serde_json::json!({
                    "start": it.span.start, "end": it.span.end, "text": string(it), "entity": it.entity,
                    "class": it.class, "tier": it.tier, "confidence": it.confidence, "layer": it.layer,
                    "rule": it.rule, "ladder": it.ladder,
                })
            })
            .collect();
        screen.value(&serde_json::json!({
            "findings": list,
            "uncovered": scan.uncovered.iter().map(|it| it.gap).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    if scan.findings.is_empty() {
        screen.line("Nothing found. (Names of the study's roster are searched for by the daemon, not here.)");
    } else {
        let rows: Vec<_> = scan
            .findings
            .iter()
            .map(|it| {
                vec![
                    format!("{}..{}", it.span.start, it.span.end),
                    string(it).escape_debug().to_string(),
                    it.entity.name().to_owned(),
                    word(&it.class),
                    word(&it.tier),
                    it.confidence.to_string(),
                    word(&it.layer),
                    it.rule.clone(),
                ]
            })
            .collect();
        screen.table(&["BYTES", "TEXT", "KIND", "CLASS", "TIER", "CONF", "LAYER", "RULE"], &rows);
    }
    for it in &scan.uncovered {
        let text = format!(
            "No pack covers all of this text ({}): an item with it waits for a steward.",
            word(&it.gap)
        );
        screen.line(&screen.paint(Colour::Yellow, &text));
    }
    Ok(())
}
