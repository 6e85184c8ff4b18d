use super::*;

fn check(json: &str, want: Result<&str, Error>) {
    assert_eq!(read(json.as_bytes()), want.map(str::to_owned), "{json}");
}

#[test]
fn segments_of_whisper_and_whisperx() {
    check(
        r#"{"text": "CANARY", "segments": [
            {"id": 0, "seek": 0, "start": 0.0, "end": 2.40, "text": " so we went", "tokens": [50364], "temperature": 0.0, "avg_logprob": -0.2},
            {"start": 2.4, "end": 7.680000000000001, "text": "\u4f60\u597d \"a\"\nb", "speaker": "SPEAKER_00", "words": [{"word": "CANARY", "start": 1}]},
            {"start": null, "end": null, "text": "", "speaker": 1}
        ], "word_segments": [{"word": "CANARY"}], "language": "CANARY", "x": {"y": [[["CANARY"]]]}}"#,
        Ok("@0.0\t@2.40\t=so we went\n@2.4\t@7.680000000000001\t#SPEAKER_00\t=你好 \"a\"\u{2028}b\n#1\t=\n"),
    );
    check(r#"[{"start":1,"end":2,"text":"x"}]"#, Ok("@1\t@2\t=x\n"));
}

#[test]
fn segments_of_whisper_cpp_and_transformers() {
    check(
        r#"{"systeminfo": "CANARY", "params": {"model": "CANARY"}, "transcription": [
            {"timestamps": {"from": "00:00:00,000", "to": "00:00:03,200"}, "offsets": {"from": 0, "to": 3200}, "text": " a"},
            {"timestamps": {"from": "00:00:03,200", "to": "01:00:03,250"}, "text": "b", "speaker": "0"},
            {"offsets": {"from": 10, "to": 123456789}, "text": "c"}]}"#,
        Ok("@0.000\t@3.200\t=a\n@00:00:03,200\t@01:00:03,250\t#0\t=b\n@0.010\t@123456.789\t=c\n"),
    );
    check(
        r#"{"text": "CANARY", "chunks": [{"timestamp": [0.0, 1.5], "text": "a"}, {"timestamp": [1.5, null], "text": "b"}]}"#,
        Ok("@0.0\t@1.5\t=a\n@1.5\t=b\n"),
    );
}

#[test]
fn other_json_is_refused() {
    for (json, want) in [
        ("{}", Error::Format),
        (r#"{"text": "so we went"}"#, Error::Format),
        (r#"{"segments": [], "transcription": []}"#, Error::Format),
        (r#"{"segments": null}"#, Error::Format),
        (r#"{"segments": []}"#, Error::Empty),
        (r#"{"segments": {}}"#, Error::Damaged),
        (r#"{"segments": [{"start": 1, "end": 2}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": 1, "end": 2, "text": 3}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": 1, "start": 1, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": 1e9, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": -1, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": 91234567890, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": "9123-4567", "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": "Ada", "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"start": true, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"end": 1, "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"speaker": ["a"], "text": "a"}]}"#, Error::Damaged),
        (r#"{"segments": [{"text": "\ud800"}]}"#, Error::Damaged),
        (r#"{"segments": [{"text": "\ufffd"}]}"#, Error::LostCharacters),
        (r#"{"segments": [{"text": "a"}]} {"#, Error::Damaged),
        ("so we went", Error::Mismatch),
        ("3", Error::Mismatch),
    ] {
        check(json, Err(want));
    }
}

#[test]
fn there_is_an_end_to_what_is_read() {
    let many = |of: &str, n: usize| format!("{{\"segments\":[{}{of}]}}", format!("{of},").repeat(n - 1));
    check(&many(r#"{"text":""}"#, MAX_ROWS + 1), Err(Error::TooMuch));
    assert!(read(many(r#"{"text":""}"#, MAX_ROWS).as_bytes()).is_ok());
    check(&many("{}", 1_000_000), Err(Error::Damaged));
    let deep = format!("{{\"segments\":[],\"x\":{}", "[".repeat(1_000_000));
    check(&deep, Err(Error::Damaged));
    check(&"[".repeat(1_000_000), Err(Error::Damaged));
    let huge = format!("{{\"segments\":[{{\"start\":{},\"text\":\"a\"}}]}}", "9".repeat(1_000_000));
    check(&huge, Err(Error::Damaged));
}
