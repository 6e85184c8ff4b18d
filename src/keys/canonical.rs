//! Canonical JSON: the one spelling of a value, as RFC 8785 has it, for what is hashed or signed.
//!
//! A subset: member names are ASCII, numbers are whole and at most 2^53 − 1 away from zero. Reading
//! writes the value again and compares, so that there are never two spellings of one object.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The greatest whole number that every JSON reader keeps exactly.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A value that cannot be written canonically, or bytes that are not its canonical spelling.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not canonical JSON")]
pub struct NotCanonical;

/// Writes a value in its one spelling.
///
/// # Errors
///
/// Refuses numbers with fractions or over 2^53 − 1, and member names outside printable ASCII.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    let value = serde_json::to_value(value).map_err(|_| NotCanonical)?;
    check(&value)?;
    // Members come in byte order: the map is a BTreeMap. Escapes are those of RFC 8785 already.
    serde_json::to_vec(&value).map_err(|_| NotCanonical)
}

/// Reads a value from its one spelling.
///
/// # Errors
///
/// Refuses any other spelling, repeated members, and what is no `T`.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NotCanonical> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| NotCanonical)?;
    if to_bytes(&value)? != bytes {
        return Err(NotCanonical);
    }
    serde_json::from_value(value).map_err(|_| NotCanonical)
}

fn check(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            size.filter(|it| *it <= MAX_NUMBER).map(|_| ()).ok_or(NotCanonical)
        }
        Value::Array(values) => values.iter().try_for_each(check),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if name.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
                check(value)
            } else {
                Err(NotCanonical)
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        let good = r#"{"a":[1,-2,null,true],"b":{"x":"\b\t\n\u001f\"é陳"},"c":9007199254740991}"#;
        assert_eq!(to_bytes(&from_bytes::<Value>(good.as_bytes()).unwrap()).unwrap(), good.as_bytes());
        for bad in [
            r#"{"b":1,"a":1}"#,
            r#"{"a":1 }"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e2}"#,
            r#"{"a":1.0}"#,
            r#"{"a":-0}"#,
            r#"{"a":9007199254740992}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\u001F"}"#,
            "{\"é\":1}",
            "{}\n",
            "",
        ] {
            assert_eq!(from_bytes::<Value>(bad.as_bytes()), Err(NotCanonical), "{bad}");
        }
    }

    #[test]
    fn members_are_sorted_whatever_the_type() {
        #[derive(Serialize)]
        struct Unsorted {
            b: u8,
            a: u8,
        }
        assert_eq!(to_bytes(&Unsorted { b: 1, a: 2 }).unwrap(), br#"{"a":2,"b":1}"#);
    }
}
