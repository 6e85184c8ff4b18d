//! Tables in the line: a table of turns and a table of facts are dropped, read, and released as CSV.
#![expect(
    clippy::disallowed_methods,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use station::Bench;

const TURNS: &str = "D01/PSW/W1/interview/turns.csv";
const FACTS: &str = "D01/PSW/W2/demographics/facts.csv";

#[test]
fn what_a_column_says_is_taken_out_and_the_table_stays_one() {
    let bench = Bench::new("automatic");
    bench.drop_file(
        TURNS,
        "start;speaker;text\n0:01;P;\"so, my number is 9123 4567\"\n0:02;I;thank you; really\n",
    );
    bench.drop_file(
        FACTS,
        "code,name,age,gender,district,year of diagnosis,phone,remarks\n\
         PSW-01,Daisy Quill,47,F,Sha Tin,2004,12-34,Daisy Quill was fine\nPSW-02,,93,,,,,=1+1\n",
    );
    bench.run();
    assert_eq!(
        bench.text(&bench.job(TURNS)),
        "start,speaker,text\n0:01,PSW-01,\"so, my number is [phone]\"\n0:02,I,thank you,really\n"
    );
    let facts = bench.text(&bench.job(FACTS));
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(facts.as_bytes());
    let rows: Vec<Vec<String>> =
        rows.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect();
    let [heads, first, second] = rows.as_slice() else { panic!("{facts}") };
    assert_eq!(heads.join(","), "code,name,age,gender,district,year of diagnosis,phone,remarks");
    let [code, name, age, gender, district, year, phone, remarks] = first.as_slice() else {
        panic!("{facts}")
    };
    assert_eq!(
        (code.as_str(), age.as_str(), gender.as_str()),
        ("PSW-01", "[age: 45-49]", "[demographic]"),
        "{facts}"
    );
    assert_eq!(
        (district.as_str(), year.as_str(), phone.as_str()),
        ("[place: New Territories]", "[year: 2004]", "[phone]")
    );
    assert!(name.starts_with("[person-") && *remarks == format!("{name} was fine"), "{facts}");
    assert_eq!(second.join(","), "PSW-02,,[age: 90+],,,,,=1+1");
}
