//! `vouchsafe run`, and the worker behind it.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;

use super::{
    args,
    screen::{Failure, Screen, station_file},
};
use crate::{
    catalog::State,
    clock::SystemClock,
    daemon::{self, Progress, Summary},
    worker,
};

pub(super) fn run(screen: &Screen, station: &Path, arguments: &args::Run) -> Result<ExitCode, Failure> {
    log_to_stderr(arguments.log_json);
    let file = station_file(station);
    let (binary, clock) = (own_binary()?, Arc::new(SystemClock::new()));
    if !arguments.once {
        daemon::run(&file, &binary, clock)?;
        return Ok(ExitCode::SUCCESS);
    }
    let bar = bar(screen);
    let summary = daemon::run_once(&file, &binary, clock, &mut |progress| show(&bar, progress))?;
    bar.finish_and_clear();
    tell(screen, &summary);
    Ok(ExitCode::SUCCESS)
}

/// Reads texts for the daemon over its pipe. Prints nothing else.
pub(super) fn worker() -> ExitCode {
    // A daemon that goes away closes the pipe; there is nobody to tell.
    let served = worker::serve(io::stdin().lock(), io::stdout().lock());
    if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// This program, for the worker to be.
pub(super) fn own_binary() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|_| {
        Failure::new("CL-20", "this program cannot tell where it lies", "Start it by its full path.")
    })
}

/// Logs for people on a terminal, as JSON for a service. `RUST_LOG` chooses what.
fn log_to_stderr(json: bool) {
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = if json || !io::stderr().is_terminal() {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_target(false).try_init()
    };
    // A second call, as from the demo, finds the first in place.
    drop(set);
}

/// A bar on a terminal, nothing elsewhere.
pub(super) fn bar(screen: &Screen) -> ProgressBar {
    if screen.is_json() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:32} {pos} of {len} files  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

pub(super) fn show(bar: &ProgressBar, progress: Progress) {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    bar.set_length(count(progress.done.saturating_add(progress.waiting)));
    bar.set_position(count(progress.done));
    bar.set_message(if progress.waiting > 0 { "waiting for files to stand still" } else { "" });
}

fn tell(screen: &Screen, summary: &Summary) {
    let count = |state: State| summary.outcomes.iter().filter(|it| it.state == state).count();
    if screen.is_json() {
        let states: std::collections::BTreeMap<_, _> =
            State::ALL.iter().map(|it| (it.name(), count(*it))).filter(|(_, n)| *n > 0).collect();
        screen.value(&serde_json::json!({
            "taken": summary.outcomes.len(), "decisions": summary.decisions, "states": states,
        }));
        return;
    }
    screen.line(&format!("{} files taken, {} decisions used", summary.outcomes.len(), summary.decisions));
    for state in State::ALL {
        if count(*state) > 0 {
            screen.line(&format!("  {:>6}  {}", count(*state), super::status::words(*state)));
        }
    }
}
