//! The command line: the only place that prints to standard output. Reads arguments, calls the modules
//! above, and says in plain words what came of it.

mod alike;
mod archive;
mod args;
mod audit;
mod config;
mod decide;
mod demo;
mod doctor;
mod eval;
mod explain;
mod export;
mod init;
mod keys;
mod lists;
mod models;
mod prefix;
mod residual;
mod review;
mod risk;
mod roster;
mod rules;
mod run;
mod screen;
mod status;
mod texts;

use std::process::ExitCode;

use clap::Parser;

use self::{
    args::{Arguments, Command},
    screen::Screen,
};

/// Runs the program as the command line says. Exit codes: 0 done, 1 found something wrong, 2 could not do it.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new(arguments.json);
    let station = arguments.station;
    let done = match arguments.command {
        Command::Init(it) => init::run(&screen, it),
        Command::Run(it) => run::run(&screen, &station, &it),
        Command::Status(it) => status::run(&screen, &station, &it),
        Command::Doctor => doctor::run(&screen, &station),
        Command::Config(it) => config::run(&screen, &station, &it),
        Command::Keys(it) => keys::run(&screen, it),
        Command::Roster(it) => roster::run(&screen, &station, it),
        Command::Rules(it) => rules::run(&screen, it),
        Command::Lists(it) => lists::run(&screen, it),
        Command::Models(it) => models::run(&screen, it),
        Command::Eval(it) => eval::run(&screen, &it),
        Command::Explain(it) => explain::run(&screen, &it),
        Command::Export(it) => export::run(&screen, &it),
        Command::Review(it) => review::run(&screen, &station, it),
        Command::Risk(it) => risk::run(&screen, &station, &it),
        Command::Archive(it) => archive::run(&screen, &station, it),
        Command::Audit(it) => audit::run(&screen, &station, it),
        Command::Sample(it) => residual::run(&screen, &station, it),
        Command::Demo(it) => demo::run(&screen, it),
        Command::Worker => Ok(run::worker()),
    };
    match done {
        Ok(code) => code,
        Err(failure) => screen.failed(&failure),
    }
}
