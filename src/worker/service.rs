//! The worker's own loop: no files, no network, no clock; one pipe in, one pipe out.

use std::io::{BufReader, BufWriter, Read, Write};

use super::{Answer, Greeting, Question, Text, Told, frame, packed::pack};
use crate::{
    detect::{self, Context, Model},
    parse,
    plugin::Chosen,
    roster::matcher::Matcher,
    rules::Engine,
};

/// Answers questions until the daemon closes the pipe.
///
/// # Errors
///
/// Fails if the pipe breaks in the middle of a frame.
pub fn serve(from: impl Read, to: impl Write) -> std::io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    let Some((setup, files)) = frame::read_first::<Told>(&mut from)? else { return Ok(()) };
    let Ok(engine) = Engine::compile(&setup.packs, &setup.languages) else {
        return frame::write(&mut to, &Greeting::Broken, &[]);
    };
    let Ok(matcher) = Matcher::new(&setup.aliases) else {
        return frame::write(&mut to, &Greeting::Broken, &[]);
    };
    let Ok(chosen) = Chosen::arrived(setup.finder, files) else {
        return frame::write(&mut to, &Greeting::ChangedModel, &[]);
    };
    let model = match Model::of(chosen) {
        Ok(it) => it,
        Err(error) => return frame::write(&mut to, &Greeting::NoModel(error), &[]),
    };
    frame::write(&mut to, &Greeting::Ready(engine.digest()), &[])?;
    while let Some((question, bytes)) = frame::read::<Question>(&mut from)? {
        match parse::parse(question.job, &bytes, &question.hint) {
            Ok(raw) => {
                // EXPOSE: compared.
                let same = raw.text().expose().as_bytes() == bytes;
                drop(bytes);
                let context = Context {
                    engine: &engine,
                    roster: &matcher,
                    languages: &setup.languages,
                    participants: &question.participants,
                    model: model.as_ref().filter(|_| !question.again),
                    bars: setup.bars,
                    columns: &question.hint.columns,
                };
                // EXPOSE: goes back to the daemon over the pipe that it came from.
                let text = raw.text().expose();
                let layout = raw.layout();
                let scan = detect::scan(text, layout, &context).map_err(std::io::Error::other)?;
                let mut body = pack(&layout.pieces).ok_or(std::io::ErrorKind::InvalidData)?;
                if !same {
                    body.extend_from_slice(text.as_bytes());
                }
                let answer = Answer::Found {
                    format: layout.format,
                    encoding: layout.encoding.clone(),
                    pieces: layout.pieces.len(),
                    text: if same { Text::Asked } else { Text::Follows },
                    left_out: raw.left_out().clone(),
                    scan,
                };
                frame::write(&mut to, &answer, &body)?;
            }
            Err(error) => frame::write(&mut to, &Answer::Refused(error), &[])?,
        }
    }
    Ok(())
}
