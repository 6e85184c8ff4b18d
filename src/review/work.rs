//! The steward's side: opens a bundle, remembers what has been decided so far, and signs what comes of
//! it (`outcome`). Runs on any machine that sees `review/`; plaintext stays in memory.
//!
//! What is decided so far lies in `review/work/<job>.age`, sealed to the steward alone.

use std::{fs, io::ErrorKind, path::Path};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{
    Error,
    bundle::{Bundle, Cast},
    candidate::{self, Candidate, Choice, ChoiceWire, Said, Unsaid},
    decision,
    outcome::{labels, occurrences},
    show,
    vote::Ballot,
};
use crate::{
    clock::Timestamp,
    config::Action,
    durable,
    entity::EntityType,
    id::{Handle, JobId},
    item::ItemKind,
    keys::{self, Identity, Recipient, StewardSecret},
    secret::Sensitive,
};

/// A bundle in `review/out`, without its text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listing {
    /// The job.
    pub job: JobId,
    /// The study and slot: `D03_PIR_W2_interview`.
    pub slot: String,
    /// What the item is.
    pub kind: ItemKind,
    /// Which version.
    pub version: u32,
    /// How many findings are transformed.
    pub transformed: usize,
    /// How many distinct strings wait for a decision.
    pub undecided: usize,
    /// For how many reasons it is held; 0 if it only waits for votes.
    pub reasons: usize,
    /// After this a decision is refused.
    pub expires: Timestamp,
    /// The bundle.
    pub bundle: Handle,
    /// The votes that are in, if the bundle tells.
    pub cast: Option<Cast>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkWire {
    bundle: Handle,
    choices: Vec<ChoiceWire>,
}

/// A bundle with what has been decided about it so far.
#[derive(Debug)]
pub struct Work {
    pub(super) bundle: Bundle,
    pub(super) choices: Vec<Choice>,
}

/// What lies in `review/out`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Listed {
    /// What the steward can open, in order of place.
    pub items: Vec<Listing>,
    /// How many bundles are for other stewards.
    pub others: usize,
    /// The jobs of those that can't be opened: damaged, or not there in whole.
    pub damaged: Vec<JobId>,
}

/// Lists the bundles of a directory.
///
/// # Errors
///
/// Fails if the directory can't be read.
pub fn list(out: &Path, steward: &[Identity]) -> Result<Listed, Error> {
    let mut listed = Listed::default();
    for entry in fs::read_dir(out).map_err(durable::Error::from)? {
        let name = entry.map_err(durable::Error::from)?.file_name();
        let Some(job) = name.to_str().and_then(Bundle::job_of) else { continue };
        let bytes = match fs::read(out.join(name)) {
            Ok(it) => it,
            // Decided meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(_) => {
                listed.damaged.push(job);
                continue;
            }
        };
        match Bundle::open(&bytes, steward) {
            Ok(bundle) if bundle.facts.job == job => listed.items.push(Work::new(bundle).listing()),
            Err(_) if keys::is_for_others(steward, &bytes) => listed.others += 1,
            Ok(_) | Err(_) => listed.damaged.push(job),
        }
    }
    listed.items.sort_by(|a, b| (&a.slot, a.version, a.job).cmp(&(&b.slot, b.version, b.job)));
    listed.damaged.sort_unstable();
    Ok(listed)
}

impl Work {
    /// Starts from nothing decided.
    #[must_use]
    pub const fn new(bundle: Bundle) -> Self {
        Self { bundle, choices: Vec::new() }
    }

    /// Opens a job's bundle and takes up what was decided before, if anything was.
    ///
    /// # Errors
    ///
    /// Fails if a file can't be opened, with [`Error::OldWork`] if the item has changed since.
    pub fn resume(out: &Path, work: &Path, job: JobId, steward: &Identity) -> Result<Self, Error> {
        let identities = std::slice::from_ref(steward);
        let bytes = fs::read(out.join(Bundle::file_name(job))).map_err(durable::Error::from)?;
        let bundle = Bundle::open(&bytes, identities)?;
        if bundle.facts.job != job {
            return Err(Error::Malformed);
        }
        let saved = match fs::read(work.join(format!("{job}.age"))) {
            Ok(saved) => keys::decrypt(identities, &saved)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::new(bundle)),
            Err(error) => return Err(durable::Error::from(error).into()),
        };
        // EXPOSE: parsed into values that are wiped; the parser's error, which quotes, is dropped.
        let wire: WorkWire = serde_json::from_slice(saved.expose()).map_err(|_| Error::Malformed)?;
        let choices = wire.choices.into_iter().map(|it| Choice {
            said: it.said,
            unsaid: it.unsaid,
            entity: it.entity,
            text: Sensitive::new(it.text),
            code: it.code,
        });
        let choices = choices.collect();
        if wire.bundle == bundle.facts.bundle { Ok(Self { bundle, choices }) } else { Err(Error::OldWork) }
    }

    /// Keeps what has been decided so far, sealed to the steward.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written.
    pub fn save(&self, work: &Path, steward: &Recipient) -> Result<(), Error> {
        let mut wire = WorkWire {
            bundle: self.bundle.facts.bundle,
            choices: self
                .choices
                .iter()
                .map(|it| ChoiceWire {
                    said: it.said,
                    unsaid: it.unsaid,
                    entity: it.entity,
                    // EXPOSE: straight into the sealed file; wiped below.
                    text: it.text.expose().clone(),
                    code: it.code.clone(),
                })
                .collect(),
        };
        let bytes = serde_json::to_vec(&wire).map(Sensitive::new);
        wire.choices.iter_mut().for_each(|it| it.text.zeroize());
        let bytes = bytes.map_err(|_| Error::Malformed)?;
        // EXPOSE: to the cipher.
        let sealed = keys::encrypt(std::slice::from_ref(steward), bytes.expose())?;
        Ok(durable::write_over(work, &format!("{}.age", self.bundle.facts.job), &sealed)?)
    }

    /// The bundle.
    #[must_use]
    pub const fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The line for `review list`.
    #[must_use]
    pub fn listing(&self) -> Listing {
        let facts = &self.bundle.facts;
        Listing {
            job: facts.job,
            slot: format!("{}_{}", facts.place.study, facts.place.slot()),
            kind: facts.place.kind,
            version: facts.version,
            transformed: facts.scan.findings.iter().filter(|it| it.is_transformed()).count(),
            undecided: self.undecided(),
            reasons: facts.reasons.len() + usize::from(facts.is_unreleased()),
            expires: facts.expires,
            bundle: facts.bundle,
            cast: facts.cast.clone(),
        }
    }

    /// The distinct strings, each once as what is taken out and once as what is only possible: first what waits
    /// for a decision, then what is probable, then what is certain; the most frequent first. A candidate's number
    /// is its place here, from 1, and stays the same.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate> {
        candidate::of(&self.bundle, &self.choices)
    }

    /// What the reviewer marked: kind, string, code. For the steward's eyes.
    #[must_use]
    pub fn marks(&self) -> Vec<(EntityType, &Sensitive<String>, Option<&str>)> {
        let marks = self.choices.iter().filter(|it| it.said == Said::Mark);
        marks.map(|it| (it.entity, &it.text, it.code.as_deref())).collect()
    }

    /// How many possible candidates nobody has decided about.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.candidates().iter().filter(|it| it.is_undecided()).count()
    }

    /// Lets candidate number `n` stand.
    ///
    /// # Errors
    ///
    /// Fails if there is none of that number.
    pub fn keep(&mut self, n: usize) -> Result<(), Error> {
        let candidate = self.numbered(n)?;
        self.say(candidate.choose(Said::Keep, None));
        Ok(())
    }

    /// Takes candidate number `n` out, under a code that the item or its reserve has, or the next reserved.
    ///
    /// # Errors
    ///
    /// Fails if there is none of that number, or no such code.
    pub fn redact(&mut self, n: usize, code: Option<&str>) -> Result<(), Error> {
        let candidate = self.numbered(n)?;
        let code = match (code, &candidate.code) {
            (None, Some(code)) => Some(code.clone()),
            (code, _) => self.code_for(candidate.entity, code)?,
        };
        self.say(candidate.choose(Said::Redact, code));
        Ok(())
    }

    /// Takes out a string that nothing found, wherever it stands by itself.
    ///
    /// # Errors
    ///
    /// Fails if it stands nowhere, or there is no such code.
    pub fn mark(&mut self, string: &str, entity: EntityType, code: Option<&str>) -> Result<(), Error> {
        // EXPOSE: searched; offsets are kept.
        let speech = occurrences(&self.bundle, self.bundle.text.expose(), string);
        if speech.is_empty() && labels(&self.bundle, string).is_empty() {
            return Err(Error::NotThere);
        }
        let code = self.code_for(entity, code)?;
        let text = Sensitive::new(string.to_owned());
        self.say(Choice { said: Said::Mark, unsaid: Unsaid::Goes, entity, text, code });
        Ok(())
    }

    /// Lets everything stand that is only possible and not decided yet.
    pub fn keep_all_possible(&mut self) {
        for it in self.candidates().into_iter().filter(Candidate::is_undecided) {
            self.say(it.choose(Said::Keep, None));
        }
    }

    /// Takes everything out that is only possible and not decided yet.
    ///
    /// # Errors
    ///
    /// Fails once no reserved code is left.
    pub fn redact_all_possible(&mut self) -> Result<(), Error> {
        for it in self.candidates().into_iter().filter(Candidate::is_undecided) {
            let code = self.code_for(it.entity, it.code.as_deref())?;
            self.say(it.choose(Said::Redact, code));
        }
        Ok(())
    }

    /// Takes back what was decided last.
    pub fn undo(&mut self) {
        drop(self.choices.pop());
    }

    fn numbered(&self, n: usize) -> Result<Candidate, Error> {
        let at = n.checked_sub(1).ok_or(Error::NoCandidate)?;
        self.candidates().into_iter().nth(at).ok_or(Error::NoCandidate)
    }

    /// A later word about a candidate replaces an earlier one.
    fn say(&mut self, choice: Choice) {
        self.choices.retain(|it| !it.gives_way_to(&choice));
        self.choices.push(choice);
    }

    /// The code asked for, if it is one of the item's; else, where codes are used at all, the next reserved.
    fn code_for(&self, entity: EntityType, asked: Option<&str>) -> Result<Option<String>, Error> {
        let facts = &self.bundle.facts;
        if let Some(code) = asked {
            let mut known =
                facts.codes.findings.values().chain(facts.codes.labels.values()).chain(&facts.reserved);
            return known.find(|it| *it == code).map(|it| Some(it.clone())).ok_or(Error::UnknownCode);
        }
        if !matches!(self.policy().action(entity), Action::Code | Action::Surrogate) {
            return Ok(None);
        }
        let used = |code: &String| self.choices.iter().any(|it| it.code.as_ref() == Some(code));
        let mine = |code: &&String| code.rsplit_once('-').is_none_or(|it| it.0 == entity.noun());
        let free: Vec<_> = facts.reserved.iter().filter(|it| !used(it)).collect();
        let code = free.iter().copied().find(mine).or_else(|| free.first().copied());
        code.map(|it| Some(it.clone())).ok_or(Error::NoCode)
    }

    /// The item with its findings marked, and the candidates with their numbers. For the steward's eyes.
    #[must_use]
    pub fn show(&self, look: show::Look) -> Sensitive<String> {
        show::item(&self.bundle, &self.candidates(), look)
    }

    /// The result as it would be signed now. For the steward's eyes.
    ///
    /// # Errors
    ///
    /// Fails if it can't be made.
    pub fn preview(&self) -> Result<Sensitive<String>, Error> {
        Ok(self.outcome()?.result)
    }

    /// Signs the decision, seals it to the station, and puts it in `review/in`. An approval needs every
    /// possible candidate decided and a result that holds nothing of what was to go; whoever calls this has
    /// shown the steward `ATTESTATION_TEXT`.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Undecided`] or [`Error::Left`], and if the file can't be written.
    pub fn finish(
        &self,
        ballot: Ballot,
        steward: &StewardSecret,
        into: &Path,
        now: Timestamp,
    ) -> Result<String, Error> {
        let sealed = self.seal(ballot, steward, &self.bundle.facts.station, now)?;
        let name = format!(
            "{}-{}.decision.age",
            self.bundle.facts.job,
            Handle::random().map_err(keys::Error::from)?
        );
        durable::write_new(into, &name, &sealed)?;
        Ok(name)
    }

    pub(super) fn seal(
        &self,
        ballot: Ballot,
        steward: &StewardSecret,
        station: &Recipient,
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        let facts = &self.bundle.facts;
        if now > facts.expires {
            return Err(Error::Expired);
        }
        let mut outcome = self.outcome()?;
        match ballot {
            Ballot::Approve => {
                let undecided = self.undecided();
                if undecided > 0 {
                    return Err(Error::Undecided(undecided));
                }
                if outcome.left > 0 {
                    return Err(Error::Left(outcome.left));
                }
            }
            // EXPOSE: from one wiped place to another; a no is about what was proposed.
            Ballot::Reject => outcome.result = Sensitive::new(self.bundle.proposed.expose().clone()),
        }
        decision::seal(
            &decision::Draft {
                bundle: facts.bundle,
                job: facts.job,
                raw: facts.raw,
                base: self.bundle.proposal(),
                ballot,
                reviewer: steward.name().as_str(),
                at: now,
                result: &outcome.result,
                gate: &outcome.gate,
            },
            steward.signing_key(),
            station,
        )
    }
}
