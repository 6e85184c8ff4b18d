//! `vouchsafe review`: a steward's work, from the review folder alone. Every command but `list` shows what
//! was said, to the steward who may open it and to nobody else; nothing is written in plain.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    args,
    config::unread,
    decide::Order,
    screen::{Colour, Failure, Screen, station, word},
    status::{say_stale, stale},
};
use crate::{
    catalog::Catalog,
    clock::{Clock, SystemClock},
    durable,
    id::JobId,
    keys::StewardSecret,
    review::{
        self, Ballot, Bundle, Listed, Listing, Look, Said, Work,
        decision::{ATTESTATION, ATTESTATION_TEXT},
    },
    verify::Reason,
};

pub(super) fn run(screen: &Screen, path: &Path, command: args::Review) -> Result<ExitCode, Failure> {
    match command {
        args::Review::List(reviewer) => {
            let code = list(screen, &Desk::open(path, &reviewer)?)?;
            // On the station itself; a steward's own computer has the review folder alone.
            if reviewer.review.is_none() && !screen.is_json() {
                let directories = station(path)?.directories;
                if directories.catalog().exists() {
                    say_stale(screen, &stale(&Catalog::read(&directories.catalog())?)?);
                }
            }
            Ok(code)
        }
        args::Review::Show { job, result, reviewer } => {
            let desk = Desk::open(path, &reviewer)?;
            let work = desk.resume(job.pick(desk.jobs()?, "item", LIST)?)?;
            if result { show_result(screen, &work) } else { show(screen, &work) }
        }
        args::Review::Decide { job, decisions, restart, reviewer } => {
            let orders = understood(&decisions)?;
            let desk = Desk::open(path, &reviewer)?;
            let job = job.pick(desk.jobs()?, "item", LIST)?;
            decide(screen, &desk, if restart { desk.start(job)? } else { desk.resume(job)? }, &orders)
        }
        args::Review::Finish { job, approve, reject: _, yes, reviewer } => {
            let desk = Desk::open(path, &reviewer)?;
            let work = desk.resume(job.pick(desk.jobs()?, "item", LIST)?)?;
            finish(screen, &desk, &work, if approve { Ballot::Approve } else { Ballot::Reject }, yes)
        }
    }
}

const LIST: &str = "vouchsafe review list";

/// A steward with the folders that they work in.
struct Desk {
    steward: StewardSecret,
    out: PathBuf,
    into: PathBuf,
    work: PathBuf,
}

impl Desk {
    fn open(path: &Path, reviewer: &args::Reviewer) -> Result<Self, Failure> {
        let steward = StewardSecret::load(&reviewer.identity)?;
        let (out, into) = if let Some(dir) = &reviewer.review {
            (dir.join("out"), dir.join("in"))
        } else {
            let directories = station(path)?.directories;
            (directories.review_out, directories.review_in)
        };
        let work = out.parent().unwrap_or(&out).join("work");
        Ok(Self { steward, out, into, work })
    }

    fn jobs(&self) -> Result<Vec<JobId>, Failure> {
        let fail = |error: io::Error| unread(&self.out, &error);
        let names = fs::read_dir(&self.out).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
        Ok(names.iter().filter_map(|it| Bundle::job_of(it.file_name().to_str()?)).collect())
    }

    /// With what was decided before.
    fn resume(&self, job: JobId) -> Result<Work, Failure> {
        Ok(Work::resume(&self.out, &self.work, job, self.steward.identity())?)
    }

    /// Without it.
    fn start(&self, job: JobId) -> Result<Work, Failure> {
        let path = self.out.join(Bundle::file_name(job));
        let bytes = fs::read(&path).map_err(|error| unread(&path, &error))?;
        Ok(Work::new(Bundle::open(&bytes, std::slice::from_ref(self.steward.identity()))?))
    }

    fn note_vote(&self, work: &Work) -> Result<(), Failure> {
        self.make_work()?;
        Ok(work.note_vote(&self.out, &self.work, &self.steward.public()?.recipient)?)
    }

    fn make_work(&self) -> Result<(), Failure> {
        if !self.work.is_dir() {
            durable::make_dir(&self.work)?;
        }
        Ok(())
    }

    fn save(&self, work: &Work) -> Result<(), Failure> {
        self.make_work()?;
        Ok(work.save(&self.work, &self.steward.public()?.recipient)?)
    }
}

/// Where an item stands for this steward, in words.
fn state(desk: &Desk, it: &Listing) -> String {
    let votes = it.cast.as_ref().map(|it| format!(" ({} of {} votes are in)", it.by.len(), it.needed));
    let what = if it.is_voted(&desk.work, &desk.steward) {
        "you have voted"
    } else if it.reasons > 0 {
        "held"
    } else {
        "waits for your vote"
    };
    format!("{what}{}", votes.unwrap_or_default())
}

fn listing(it: &Listing) -> serde_json::Value {
    serde_json::json!({
        "job": it.job, "slot": it.slot, "version": it.version, "kind": it.kind, "undecided": it.undecided,
        "transformed": it.transformed, "reasons": it.reasons, "expires": it.expires.to_string(),
        "votes": it.cast.as_ref().map(|it| [it.by.len(), usize::from(it.needed)]),
    })
}

fn list(screen: &Screen, desk: &Desk) -> Result<ExitCode, Failure> {
    let Listed { items, others, damaged } =
        review::list(&desk.out, std::slice::from_ref(desk.steward.identity()))?;
    if screen.is_json() {
        let mut values: Vec<_> = items.iter().map(listing).collect();
        for (value, it) in values.iter_mut().zip(&items) {
            let voted = it.is_voted(&desk.work, &desk.steward);
            drop(value.as_object_mut().map(|fields| fields.insert("voted".to_owned(), voted.into())));
        }
        screen.value(&serde_json::json!({ "items": values, "for_others": others, "damaged": damaged }));
        return Ok(ExitCode::SUCCESS);
    }
    if items.is_empty() {
        screen.line("Nothing waits for you.");
    } else {
        let rows: Vec<_> = items
            .iter()
            .map(|it| {
                vec![
                    it.job.to_string().chars().take(12).collect(),
                    it.slot.clone(),
                    it.version.to_string(),
                    it.undecided.to_string(),
                    it.transformed.to_string(),
                    state(desk, it),
                    it.expires.date().to_string(),
                ]
            })
            .collect();
        screen.table(&["ITEM", "PLACE", "VERSION", "TO DECIDE", "TAKEN OUT", "STATE", "UNTIL"], &rows);
        screen.line("");
        screen.line("Next: `vouchsafe review show ITEM -i KEY`, on a screen that only you see.");
    }
    if others > 0 {
        screen.line(&format!("{others} more wait for other stewards."));
    }
    for job in &damaged {
        screen.line(&screen.paint(Colour::Yellow, &format!("{} can't be opened.", Bundle::file_name(*job))));
    }
    if !damaged.is_empty() {
        screen.line(
            "Perhaps not all of it has arrived: wait until the folder is synchronised, and list again.",
        );
        screen.line("If it stays so, ask for the bundle to be made anew (RV-01).");
    }
    Ok(ExitCode::SUCCESS)
}

/// Why an item is held, in words, each reason once.
fn reasons(work: &Work) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for it in &work.bundle().facts().reasons {
        let text = match it {
            Reason::Residual { entity, .. } => {
                format!("a second search of the result still found something of kind {entity}")
            }
            Reason::ByteGate { .. } => {
                "a name or identifier that was to be taken out still stands in the result".to_owned()
            }
            Reason::Timings => "time stamps changed".to_owned(),
            Reason::Turns => "the number of turns changed".to_owned(),
            Reason::Labels => "the speaker labels read differently after the change".to_owned(),
            Reason::Uncovered { gap, .. } => {
                format!("a turn that no rule pack covers ({}): read it with care", word(gap))
            }
            Reason::Undecided { count } => format!("{count} findings wait for your decision"),
            Reason::Unreadable => "the result could not be searched".to_owned(),
        };
        let n = counts.entry(text).or_default();
        *n = n.saturating_add(1);
    }
    let counted =
        counts.into_iter().map(|(text, n)| if n > 1 { format!("{text} ({n} times)") } else { text });
    work.bundle().facts().why.as_deref().and_then(unreleased).into_iter().chain(counted).collect()
}

/// Why an item is not out, though nothing else is asked about it.
fn unreleased(code: &str) -> Option<String> {
    let why = match code {
        "PI-20" => {
            "an earlier version was changed in review: look whether the same goes out again, and mark again what must not"
        }
        "RL-05" => "it was approved, but the last search before its release found a name in it",
        "RL-06" => "it was approved, but the last search before its release could not read it",
        "RL-07" => {
            "it was approved, but another version of it is out: have that one withdrawn first, or reject this one"
        }
        "RL-08" => {
            "it was approved, but something else bears the name of its release: have that moved away first"
        }
        _ => return None,
    };
    Some(format!("{why} ({code})"))
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have one shape")]
fn show(screen: &Screen, work: &Work) -> Result<ExitCode, Failure> {
    let facts = work.bundle().facts();
    let codes: BTreeSet<&String> = facts.codes.findings.values().chain(facts.codes.labels.values()).collect();
    if screen.is_json() {
        let candidates: Vec<_> = work
            .candidates()
            .iter()
            .zip(1_usize..)
            .map(|(it, n)| {
                serde_json::json!({
                    // EXPOSE: what the command is for: the steward has opened the item.
                    "number": n, "text": it.text.expose(), "entity": it.entity, "tier": it.tier,
                    "count": it.count, "code": it.code, "said": it.said,
                })
            })
            .collect();
        let shown = work.show(Look::Plain);
        screen.value(&serde_json::json!({
            "item": listing(&work.listing()), "reasons": reasons(work), "candidates": candidates,
            // EXPOSE: as above.
            "codes": codes, "reserved": facts.reserved, "shown": shown.expose(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let about = work.listing();
    screen.line(&screen.paint(Colour::Bold, &format!("{}, version {}", about.slot, about.version)));
    screen.line(&format!("Item {}; decide before {}.", about.job, about.expires.date()));
    for it in reasons(work) {
        screen.line(&format!("{} {it}", screen.paint(Colour::Yellow, "HELD")));
    }
    screen.line("");
    let shown = work.show(if screen.is_coloured() { Look::Colour } else { Look::Plain });
    // EXPOSE: what the command is for: the steward has opened the item.
    screen.line(shown.expose().trim_end());
    for (entity, string, code) in work.marks() {
        let code = code.unwrap_or("-");
        // EXPOSE: as above.
        let string = review::printable(string.expose());
        screen.line(&format!(
            "   +  marked           {:<16}  {code:<14}  {}",
            entity.name(),
            // EXPOSE: as above.
            string.expose()
        ));
    }
    screen.heading("How to read this");
    screen.line("⟦certain⟧ and ⟨probable⟩ are taken out, ‹possible?› stays until you decide.");
    let list =
        |codes: &mut dyn Iterator<Item = &String>| codes.map(String::as_str).collect::<Vec<_>>().join(", ");
    screen.line(&format!(
        "Codes of this item: {}. Reserved for whom you mark: {}.",
        list(&mut codes.into_iter()),
        list(&mut facts.reserved.iter())
    ));
    next(screen, work);
    Ok(ExitCode::SUCCESS)
}

/// What is left to do.
fn next(screen: &Screen, work: &Work) {
    let job: String = work.bundle().facts().job.to_string().chars().take(12).collect();
    match work.undecided() {
        0 => {
            screen.line(&format!("Nothing waits for a decision. Read the result: `vouchsafe review show {job} --result -i KEY`,"));
            screen.line(&format!("then `vouchsafe review finish {job} --approve -i KEY` (or --reject)."));
        }
        n => screen.line(&format!(
            "{n} wait for a decision (DECIDE): `vouchsafe review decide {job} 'keep 1' 'redact 2' … -i KEY`."
        )),
    }
}

fn show_result(screen: &Screen, work: &Work) -> Result<ExitCode, Failure> {
    let result = work.preview()?;
    // EXPOSE: what the command is for: the steward has opened the item.
    let result = review::printable(result.expose());
    if screen.is_json() {
        // EXPOSE: as above.
        screen.value(&serde_json::json!({ "item": listing(&work.listing()), "result": result.expose() }));
    } else {
        // EXPOSE: as above.
        screen.line(result.expose());
    }
    Ok(ExitCode::SUCCESS)
}

fn understood(decisions: &[String]) -> Result<Vec<Order>, Failure> {
    decisions
        .iter()
        .zip(1_usize..)
        .map(|(it, n)| {
            it.parse().map_err(|why| {
                Failure::new(
                    "CL-06",
                    format!("decision {n} can't be understood: {why}"),
                    "Nothing was recorded. `vouchsafe review decide --help` has examples; each decision stands in single quotes.",
                )
            })
        })
        .collect()
}

fn decide(screen: &Screen, desk: &Desk, mut work: Work, orders: &[Order]) -> Result<ExitCode, Failure> {
    for (order, n) in orders.iter().zip(1_usize..) {
        order.apply(&mut work).map_err(|error| {
            let it = Failure::from_fault(&error);
            Failure::new(it.code, format!("decision {n}: {}; nothing was recorded", it.what), it.remedy)
        })?;
    }
    desk.save(&work)?;
    let candidates = work.candidates();
    let count = |said: Said| candidates.iter().filter(|it| it.said == Some(said)).count();
    let (kept, redacted, marked) = (count(Said::Keep), count(Said::Redact), work.marks().len());
    let here_only = work.kept_here_only();
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "job": work.bundle().facts().job, "kept": kept, "redacted": redacted, "marked": marked,
            "kept_here_only": here_only, "undecided": work.undecided(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(&format!(
        "Recorded, sealed to you alone. So far: {kept} kept, {redacted} redacted, {marked} marked."
    ));
    if here_only > 0 {
        screen.line(&format!(
            "Kept in this item only, and asked about again in others: {here_only}, since the roster has somebody of that name, or it is taken out elsewhere in the item."
        ));
    }
    next(screen, &work);
    Ok(ExitCode::SUCCESS)
}

fn finish(screen: &Screen, desk: &Desk, work: &Work, ballot: Ballot, yes: bool) -> Result<ExitCode, Failure> {
    if ballot == Ballot::Approve && !screen.is_json() {
        screen.line("By your signature you say:");
        for it in ATTESTATION_TEXT {
            screen.line(&format!("  {}", screen.paint(Colour::Bold, it)));
        }
    }
    if ballot == Ballot::Approve && !yes {
        agree(screen)?;
    }
    let name = work.finish(ballot, &desk.steward, &desk.into, SystemClock::new().now())?;
    let job = work.bundle().facts().job;
    // What was decided is in the decision now. A leftover would only be in the way of the next round.
    drop(durable::unlink(&desk.work.join(format!("{job}.age"))));
    // The vote is cast; where it can't be noted, the list says less.
    drop(desk.note_vote(work));
    let path = desk.into.join(name);
    if screen.is_json() {
        screen.value(&serde_json::json!({ "job": job, "file": path, "attestation": ATTESTATION }));
        return Ok(ExitCode::SUCCESS);
    }
    let what = match ballot {
        Ballot::Approve => "Your vote for release",
        Ballot::Reject => "Your vote against release",
    };
    screen.line(&format!("{what} is signed, sealed to the station, and lies in {}.", path.display()));
    screen.line(
        "The daemon takes it in within a minute. If the file stays there, ask whoever runs the station.",
    );
    Ok(ExitCode::SUCCESS)
}

/// Asks the person at the terminal.
fn agree(screen: &Screen) -> Result<(), Failure> {
    let refused = |what| {
        Failure::new(
            "CL-07",
            what,
            "Nothing was signed. Read the item, then answer `yes`, or give --yes if you agree.",
        )
    };
    if screen.is_json() || !io::stdin().is_terminal() {
        return Err(refused("nobody is at a terminal to agree to the attestation"));
    }
    screen.line("Type `yes` if you agree:");
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    if read.is_ok() && answer.trim() == "yes" {
        Ok(())
    } else {
        Err(refused("you did not agree to the attestation"))
    }
}
