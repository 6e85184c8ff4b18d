"""What a study has besides talk: roster, table of demographics, consent forms, settings for a station."""

import random

import lists
from files import GROUP, GROUP_SIZE, WAVES
from paper import STUDY
from writers import pdf, sheets

HEAD = ["code", "role", "group", "unit", "name", "aliases", "relation", "consent", "never_match"]
# Most say yes to all of it; some do not.
CONSENTS = {
    3: "interview=team; session=archive",
    8: "external",
    13: "archive",
    17: "interview=team; session=team; notes=none",
}


def roster(study):
    """Rows in the software's columns: a name in both scripts, what else they are called."""
    yield HEAD
    workers = [it.code for it in study.lives if it.role == "PSW"]
    guests = workers[: min(GROUP_SIZE, study.pairs)]
    for number, life in enumerate(study.lives):
        human = life.human
        yield [
            life.code,
            life.role,
            f"{life.group}; {GROUP}" if life.code in guests else life.group,
            life.facts["service"].ways["en"][0][1],
            canonical(human),
            ";".join(aliases(human)),
            "",
            CONSENTS.get(number, "team"),
            "",
        ]
    for human in study.team:
        yield [human.id, "RES", "", "", canonical(human), ";".join(aliases(human)), "", "team", ""]


def canonical(human):
    it = human.person
    if not it.han_surname:
        return it.form("full")
    return f"{it.form('rom-full') if human.culture == 'hk' else it.form('full')} {it.han_surname}{it.han_given}"


def aliases(human):
    """English names and bynames; orders, initials and titles are for the software to make."""
    said = [value for how in ("given", "nick") for lang in ("en", "zh") for _, value in human.ways[lang][how]]
    full = [human.ways["en"]["full"][0][1]]
    return [it for it in dict.fromkeys([*full, *said]) if it != human.person.han_given and it != human.person.roman]


DEMOGRAPHICS = [
    "code",
    "name",
    "age",
    "gender",
    "ethnicity",
    "employment",
    "occupation",
    "district",
    "living_with",
    "education",
    "diagnosis",
    "diagnosis_year",
    "first_admission",
    "hospital",
    "religion",
    "children",
    "phone",
]
MARKED = {
    "name": "PERSON",
    "age": "AGE",
    "ethnicity": "DEMOGRAPHIC",
    "employment": "ORG",
    "occupation": "OCCUPATION",
    "district": "LOC",
    "diagnosis_year": "DATE",
    "first_admission": "DATE",
    "hospital": "ORG",
    "religion": "DEMOGRAPHIC",
    "phone": "PHONE",
}
FACTS = {
    "age": "age",
    "ethnicity": "origin",
    "employment": "work",
    "occupation": "nowjob",
    "district": "area",
    "diagnosis_year": "dxyear",
    "first_admission": "admitted",
    "hospital": "hospital",
    "religion": "faith",
    "phone": "phone",
}


def demographics(study):
    """One row for each participant, as dictionaries."""
    for life in study.lives:
        r = random.Random(f"{study.seed}/{life.code}/demographics")
        row = {
            "code": life.code,
            "name": life.human.ways["en"]["full"][0][1],
            "gender": {"f": "female", "m": "male"}[life.human.gender],
        }
        for column, key in FACTS.items():
            row[column] = life.facts[key].ways["en"][0][1] if key in life.facts else ""
        row["ethnicity"] = row["ethnicity"] or "Chinese"
        row["living_with"] = r.choice(["alone", "family", "partner", "hostel", "flatmates"])
        row["education"], row["diagnosis"] = r.choice(lists.EDUCATION), r.choice(lists.DIAGNOSES)
        row["children"] = str(int("child" in life.people))
        yield life, {column: row[column] for column in DEMOGRAPHICS}


def table(study):
    return [DEMOGRAPHICS, *(list(row.values()) for _, row in demographics(study))]


def table_turns(study):
    """Gold of the table: each cell that tells something is a turn."""
    for number, (life, row) in enumerate(demographics(study), 2):
        for column, text in row.items():
            type_ = MARKED.get(column)
            if not text or not type_ or text == "Chinese":
                continue
            entity = life.code if column == "name" else life.facts[FACTS[column]].entity
            class_ = "direct" if type_ in ("PERSON", "PHONE") else "quasi"
            span = {
                "start": 0,
                "end": len(text),
                "type": type_,
                "identifier_class": class_,
                "entity_id": entity,
                "form": "cell",
            }
            yield {
                "speaker": life.code,
                "label": "",
                "start": None,
                "end": None,
                "row": number,
                "column": column,
                "text": text,
                "spans": [span],
                "hard_negatives": [],
                "neutral": [],
            }


def consent(life):
    """A signed form: never read by the software, but it is in the folder."""
    human = life.human
    names = list(dict.fromkeys([human.ways["en"]["full"][0][1], human.ways["zh"]["full"][0][1]]))
    lines = [
        f"Consent to take part in the study {STUDY}",
        "",
        "I have read the information sheet.",
        f"Name: {' '.join(names)}",
    ]
    return pdf.document([*lines, f"Code: {life.code}"], "Consent", STUDY), names


def settings():
    waves = ", ".join(f'"{it}"' for it in WAVES)
    return f"""# For this study: `vouchsafe init` writes the rest, docs/configuration.md explains every key.

[study]
id = "{STUDY}"
languages = ["en", "yue", "zh"]
roster = "roster.sealed"
packs = ["core", "en", "hk"]
stewards = ["ada", "ben"]
waves = [{waves}]

[ethics]
approval = "EA-2024-031"
approval_until = 2099-12-31

[population]
size = 400
roles = {{ PSW = 40, PIR = 360 }}
"""


def tables(study):
    """Files besides talk: path and bytes."""
    rows = table(study)
    author = study.team[0].ways["en"]["full"][0][1]
    yield "roster.csv", sheets.separated(roster(study), end="\n")
    yield "study.toml", settings().encode("utf-8")
    yield "tables/demographics.csv", sheets.separated(rows, encoding="utf-8-sig")
    yield "tables/demographics.xlsx", sheets.workbook([("Participants", rows, "")], author)
