//! Texts that a command is given: transcripts as the line would parse them, or annotated texts.

use std::{fs, path::Path};

use super::{config::unread, eval::lines, screen::Failure};
use crate::{
    eval::Gold,
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
    transcript::{Format, Layout, Piece, Role},
};

/// A text, named as it was given.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) layout: Layout,
}

/// A transcript, or the texts of a file of gold.
pub(super) fn read(path: &Path, texts: &mut Vec<Text>) -> Result<(), Failure> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    if extension == "jsonl" {
        for Gold { id, text, .. } in lines::<Gold>(path)? {
            let layout = laid_out(&text, ItemKind::Transcript);
            texts.push(Text { name: id, content: text, layout });
        }
        return Ok(());
    }
    let bytes = fs::read(path).map_err(|it| unread(path, &it))?;
    let name = path.display().to_string();
    let hint = Hint::of(extension.to_owned(), ItemKind::Transcript);
    if let Ok(it) = parse::parse(JobId::from_bytes([0; 16]), &bytes, &hint) {
        let layout = it.layout().clone();
        // EXPOSE: searched; shown only where that is asked for.
        texts.push(Text { name, content: it.text().expose().to_owned(), layout });
        return Ok(());
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(
            "CL-04",
            format!("{} is no transcript that is read here, and no text in UTF-8", path.display()),
            format!("Give a file that ends in {}, or annotated texts in .jsonl.", parse::ACCEPTED),
        )
    })?;
    let layout = plain(&text);
    texts.push(Text { name, content: text, layout });
    Ok(())
}

/// As the line would parse it, or every line a turn.
pub(super) fn laid_out(text: &str, kind: ItemKind) -> Layout {
    let hint = Hint::of("txt".to_owned(), kind);
    let parsed = parse::parse(JobId::from_bytes([0; 16]), text.as_bytes(), &hint).ok();
    // EXPOSE: compared.
    let parsed = parsed.filter(|it| it.text().expose() == text);
    parsed.map_or_else(|| plain(text), |it| it.layout().clone())
}

/// A text that no parser takes: every line a turn, all of it speech.
pub(super) fn plain(text: &str) -> Layout {
    let mut start = 0_usize;
    let mut pieces = Vec::new();
    for (turn, line) in (0_u32..).zip(text.split_inclusive('\n')) {
        let end = start.saturating_add(line.trim_end_matches(['\n', '\r']).len());
        pieces.push(Piece { start, end, role: Role::Speech, turn });
        start = start.saturating_add(line.len());
    }
    Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces }
}
