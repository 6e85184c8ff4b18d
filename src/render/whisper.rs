//! Segments as JSON, as Whisper and `WhisperX` give them: id, start, end, speaker, text.

use super::text::add;
use crate::parse::rows;

pub(super) fn write(held: &str) -> Vec<u8> {
    let mut file = "{\"segments\":[".to_owned();
    for (id, row) in rows::rows(held).unwrap_or_default().iter().enumerate() {
        file.push_str(if id == 0 { "\n" } else { ",\n" });
        add(&mut file, format_args!("{{\"id\":{id}"));
        for (name, time) in ["start", "end"].into_iter().zip(row.times()) {
            let time = if is_number(time) { time.to_owned() } else { quoted(time) };
            add(&mut file, format_args!(",\"{name}\":{time}"));
        }
        if !row.label().is_empty() {
            add(&mut file, format_args!(",\"speaker\":{}", quoted(row.label())));
        }
        add(&mut file, format_args!(",\"text\":{}}}", quoted(row.speech())));
    }
    file.push_str("\n]}\n");
    file.into_bytes()
}

/// Whether JSON has it as a number.
fn is_number(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok_and(|it| it.get() == text)
        && !text.starts_with('"')
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
