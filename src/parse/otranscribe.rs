//! oTranscribe (`.otr`): JSON with the transcript as HTML in `text`. The name of the recording, where it lies, how far
//! it was played and keys that are not known are not read.

use serde::Deserialize;

use super::{Error, decode, html};
use crate::transcript::LeftOut;

/// What is read of the file.
#[derive(Deserialize)]
struct Document {
    text: String,
}

/// The paragraphs, a line each, with the time stamps as they are shown.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let json = decode::decode(bytes)?.0;
    if !json.trim_start().starts_with('{') {
        return Err(Error::Mismatch);
    }
    let document: Document = serde_json::from_str(&json).map_err(|_| Error::Damaged)?;
    html::paragraphs(&document.text, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, Error> {
        super::read(bytes, &mut LeftOut::default())
    }

    fn check(json: &str, want: Result<&str, Error>) {
        assert_eq!(read(json.as_bytes()), want.map(str::to_owned), "{json}");
    }

    #[test]
    fn the_text_is_read_and_nothing_else() {
        check(
            r#"{"text":"<p><span class=\"timestamp\" data-timestamp=\"12.34\">0:12</span>P: hi<br>x</p><p>y <b>z</b></p>","media":"Anna.mp3",
            "media-source":"https://x","media-time":1.5,"who":{"text":"no"}}"#,
            Ok("0:12 P: hi\u{2028}x\ny z\n"),
        );
        check(r#"{"text":"a<span class='timestamp' contenteditable=false>0:12</span>b"}"#, Ok("a 0:12 b\n"));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        check("so we went", Err(Error::Mismatch));
        check("{}", Err(Error::Damaged));
        check(r#"{"text":"a","text":"b"}"#, Err(Error::Damaged));
        check(r#"{"text":["a"]}"#, Err(Error::Damaged));
        check(r#"{"text":"a"} x"#, Err(Error::Damaged));
        check(&format!(r#"{{"text":"a","x":{}}}"#, "[".repeat(100_000)), Err(Error::Damaged));
        let whole = br#"{"text":"<p>a\u00e9</p>","media":""}"#;
        for n in 0..whole.len() {
            assert!(read(&whole[..n]).is_err());
        }
    }
}
