"""That the study is what README.md says of it.

python3 -m unittest discover training/study
"""

import collections
import importlib.util
import io
import json
import pathlib
import re
import tempfile
import unittest

import generate
import phrases
import readers
from borrowed import convention
from files import GROUP
from writers import FORMATS

FORMATS_EACH = 3  # Files of each format, at least.
HAN = re.compile("[\u3400-\u9fff]")


def squashed(text):
    return re.sub(r"\s", "", text)


def runs(labels):
    """Labels without those that repeat the one before."""
    return [it for at, it in enumerate(labels) if not at or it != labels[at - 1]]


class Study(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contents, cls.rows = generate.made()
        cls.talk = [it for it in cls.rows if it["format"] in FORMATS]
        cls.people = json.loads(cls.contents["people.json"])

    def mentions(self):
        """Row, turn, span, words."""
        for row in self.rows:
            for turn in row["turns"]:
                yield from ((row, turn, it, turn["text"][it["start"] : it["end"]]) for it in turn["spans"])


class Lines(unittest.TestCase):
    def test_every_line_parses(self):
        self.assertEqual(list(phrases.problems()), [])

    def test_there_are_enough_of_them(self):
        facts = [it for it in phrases.facts() if any(slot["path"] for slot in phrases.SLOT.finditer(it.en))]
        self.assertGreaterEqual(len({it.en for it in facts}), 120)
        self.assertGreaterEqual(len({it.zh for it in facts}), 120)

    def test_what_is_wrong_with_a_line_is_found(self):
        for text in ["{PERSON", "[a", "{!joke=x}"]:
            line = phrases.Line("x", text, "x")
            saved, phrases.every = phrases.every, lambda line=line: [line]
            try:
                self.assertEqual(len(list(phrases.problems())), 1, text)
            finally:
                phrases.every = saved


class Bytes(Study):
    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(self.contents, generate.made()[0])
        other = generate.made(seed=8)[0]
        self.assertNotEqual(self.contents["gold.jsonl"], other["gold.jsonl"])

    def test_fewer_pairs_make_a_smaller_study(self):
        for pairs in (1, 3):
            contents, rows = generate.made(pairs=pairs)
            groups = {it["group"] for it in rows} - {"", GROUP}
            self.assertEqual(groups, {f"D{n + 1:02}" for n in range(pairs)})
            talk = [it for it in contents if it.startswith("intake/HARBOUR/D")]
            self.assertEqual({it: contents[it] for it in talk}, {it: self.contents[it] for it in talk})
            self.assertEqual(len(contents["roster.csv"].decode().splitlines()), 2 * pairs + 2 + 2 + 1)

    def test_all_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            generate.write(folder, self.contents)
            found = {str(it.relative_to(folder)) for it in pathlib.Path(folder).rglob("*") if it.is_file()}
        self.assertEqual(found, set(self.contents))

    def test_no_path_of_a_machine_and_no_clock(self):
        for path, content in self.contents.items():
            self.assertNotIn(str(pathlib.Path(__file__).parent).encode(), content, path)
            if content.startswith(b"PK"):
                self.assertEqual(
                    {it.date_time for it in readers.zipfile.ZipFile(io.BytesIO(content)).infolist()},
                    {(1980, 1, 1, 0, 0, 0)},
                )


class Gold(Study):
    def test_each_file_has_one_row_and_each_row_a_file(self):
        files = [it["file"] for it in self.rows]
        others = {"roster.csv", "study.toml", "people.json", "lives.json", "gold.jsonl", "eval.jsonl"}
        self.assertEqual(sorted(files), sorted(set(self.contents) - others))

    def test_spans_quote_what_they_say(self):
        for row in self.rows:
            for turn in row["turns"]:
                reached = 0
                for it in sorted(
                    [*turn["spans"], *turn["hard_negatives"], *turn["neutral"]], key=lambda it: it["start"]
                ):
                    self.assertLessEqual(reached, it["start"], turn)
                    words = turn["text"][it["start"] : it["end"]]
                    self.assertTrue(words and words == words.strip(), turn)
                    reached = it["end"]
                self.assertLessEqual(reached, len(turn["text"]))
                self.assertFalse(re.search(r"[{}\[\]|]", turn["text"]), turn["text"])

    def test_rows_for_eval_have_the_same_spans(self):
        for text in map(json.loads, self.contents["eval.jsonl"].decode("utf-8").splitlines()):
            row = next(it for it in self.talk if it["file"] == text["id"])
            said = [turn["text"][it["start"] : it["end"]] for turn in row["turns"] for it in turn["spans"]]
            self.assertEqual(
                [text["text"][it["start"] : it["end"]] for it in text["spans"] if "in_label" not in it], said
            )
            self.assertEqual(
                {text["text"][it["start"] : it["end"]] for it in text["spans"] if "in_label" in it},
                {it["label"] for it in row["turns"] if "label_spans" in it},
            )

    def test_persons_are_called_by_their_own_forms(self):
        """Whatever a span on a person says is among the forms of that person, or marked as misheard."""
        for row, _, span, words in self.mentions():
            if span["type"] != "PERSON":
                continue
            person = self.people[span["entity_id"]]
            self.assertIn(words, person["misheard" if span.get("misheard") else "forms"], (row["file"], span))

    def test_nobody_is_misheard_where_it_is_clean(self):
        for row, _, span, _ in self.mentions():
            if row["style"] == "clean":
                self.assertNotIn("misheard", span)
        self.assertGreater(sum("misheard" in it[2] for it in self.mentions()), 20)

    def test_classes_are_those_of_the_convention(self):
        for _, _, span, _ in self.mentions():
            direct = span["type"] in convention.DIRECT
            self.assertEqual(span["identifier_class"], "direct" if direct else "quasi")

    def test_times_go_forward(self):
        for row in self.talk:
            starts = [it["start"] for it in row["turns"]]
            if FORMATS[row["format"]].timed:
                self.assertEqual(starts, sorted(starts))
            else:
                self.assertEqual(set(starts), {None})

    def test_a_session_has_40_to_120_turns(self):
        for row in self.talk:
            if row["kind"] != "notes":
                self.assertTrue(40 <= len(row["turns"]) <= 120, (row["file"], len(row["turns"])))


class Facts(Study):
    def test_facts_are_the_same_in_every_file(self):
        """By digits alone: a number, a day or an age that differs would be another one."""
        found = collections.defaultdict(set)
        for row, _, span, words in self.mentions():
            if span["type"] in ("IDNUM", "PLATE") and row["style"] == "clean":
                found[span["entity_id"]].add(words)
            if span["type"] == "PHONE" and words[-1].isdigit():
                found[span["entity_id"]].add(re.sub(r"\D", "", words)[-8:])
            if span["type"] == "AGE" and words.isdigit():
                found[span["entity_id"]].add(words)
        self.assertGreater(len(found), 100)
        self.assertEqual({key: values for key, values in found.items() if len(values) > 1}, {})

    def test_what_is_said_of_a_fact_is_one_of_its_ways(self):
        """In clean talk; an article, a year word and the like are cut off by the convention."""
        ways = collections.defaultdict(set)
        for life in json.loads(self.contents["lives.json"]).values():
            for fact in life.values():
                ways[fact["entity_id"]] |= {*fact["en"], *fact["zh"]}
        checked = 0
        for row, _, span, words in self.mentions():
            if span["entity_id"] in ways and row["style"] == "clean" and row["script"] == "Hant":
                self.assertTrue(any(words in it for it in ways[span["entity_id"]]), (words, span))
                checked += 1
        self.assertGreater(checked, 1000)

    def test_ages_fit(self):
        lives = json.loads(self.contents["lives.json"])
        for code, facts in lives.items():
            age = lambda key, facts=facts: min(int(it) for it in facts[key]["en"] if it.isdigit())  # noqa: E731
            self.assertGreater(age("parent.age"), age("age") + 20, code)
            self.assertGreater(age("age"), age("child.age") + 20 if "child.age" in facts else 20, code)
            self.assertNotEqual(age("sib.age"), age("age"), code)

    def test_both_members_name_the_same_third_parties(self):
        tellers, scripts = collections.defaultdict(set), collections.defaultdict(set)
        for _, turn, span, words in self.mentions():
            if span["type"] == "PERSON":
                tellers[span["entity_id"]].add(turn["speaker"])
                scripts[span["entity_id"]].add(bool(HAN.search(words)))
        for number in range(1, 11):
            group, two = f"D{number:02}", {f"PSW-{number:02}", f"PIR-{number:02}"}
            third = [it for it in tellers if it.startswith(f"{group}.")]
            shared = [it for it in third if two <= tellers[it]]
            self.assertGreaterEqual(len(shared), 4, group)
            self.assertTrue([it for it in shared if len(scripts[it]) == 2], f"{group}: in one script only")

    def test_nobody_of_a_group_is_called_like_another(self):
        """Without a title; a surname with one may be a whole family's."""
        called = collections.defaultdict(lambda: collections.defaultdict(set))
        for row, _, span, words in self.mentions():
            if span["type"] == "PERSON" and span["form"] not in (
                "title-surname",
                "han-title",
                "initials",
                "spelled",
                "cell",
            ):
                if row["kind"] != "focusgroup" and not span.get("misheard"):
                    called[row["group"]][words.lower()].add(span["entity_id"])
        self.assertEqual(len(called), 10)
        for group, forms in called.items():
            self.assertEqual({it: ids for it, ids in forms.items() if len(ids) > 1}, {}, group)

    def test_no_alias_of_the_roster_is_two_peoples(self):
        rows = list(readers.csv.DictReader(io.StringIO(self.contents["roster.csv"].decode("utf-8"))))
        aliases = collections.Counter(it for row in rows for it in row["aliases"].split(";"))
        self.assertEqual([it for it, count in aliases.items() if count > 1], [])

    def test_no_two_people_of_the_study_have_one_whole_name(self):
        whole = collections.defaultdict(set)
        for id, it in self.people.items():
            whole[it["name"]].add(id)
        self.assertEqual({name: ids for name, ids in whole.items() if len(ids) > 1}, {})

    def test_a_story_comes_back_in_later_waves_in_other_words(self):
        told = collections.defaultdict(lambda: collections.defaultdict(set))
        for row, turn, span, _ in self.mentions():
            if span["type"] == "ORG" and row["kind"] != "demographics":
                told[span["entity_id"]][row["wave"]].add(turn["text"])
        again = [waves for waves in told.values() if len(waves) == 3]
        self.assertGreater(len(again), 20)
        different = [len(set().union(*waves.values())) for waves in again]
        self.assertGreaterEqual(min(different), 2)
        self.assertGreater(sum(it > 3 for it in different), 0.9 * len(different))

    def test_language_versions_say_the_same(self):
        scenes = collections.defaultdict(dict)
        for row in self.talk:
            if row["version"]:
                scenes[row["scene"]][row["version"]] = row
        self.assertGreaterEqual(len(scenes), 8)
        for versions in scenes.values():
            self.assertEqual(set(versions), {"en", "yue"})
            en, yue = versions["en"]["turns"], versions["yue"]["turns"]
            self.assertEqual([it["speaker"] for it in en], [it["speaker"] for it in yue])
            people = [
                collections.Counter(span["entity_id"] for turn in turns for span in turn["spans"])
                for turns in (en, yue)
            ]
            common = (people[0] & people[1]).total() / max(it.total() for it in people)
            self.assertGreater(common, 0.85)


class Files(Study):
    def test_every_format_is_there(self):
        found = collections.Counter(it["format"] for it in self.talk)
        self.assertEqual(set(found), set(FORMATS))
        self.assertGreaterEqual(min(found.values()), FORMATS_EACH)

    def test_text_is_in_several_encodings(self):
        found = {it["encoding"] for it in self.talk}
        self.assertEqual(found, {"utf-8", "utf-8-sig", "utf-16", "big5hkscs"})

    def test_an_independent_reader_finds_every_turn(self):
        for row in self.talk:
            found = [it for it in readers.read(self.contents[row["file"]], row) if it[1]]
            whole, said = (
                squashed("".join(it)) for it in ([it[1] for it in found], [it["text"] for it in row["turns"]])
            )
            if row["format"] == "pdf":
                self.assert_in_order(whole, row)
                continue
            self.assertTrue(whole.endswith(said), row["file"])
            labels = runs([it[0] for it in found])
            self.assertEqual(
                labels[-len(runs([it["label"] for it in row["turns"]])) :],
                runs([it["label"] for it in row["turns"]]),
                row["file"],
            )

    def assert_in_order(self, whole, row):
        at = 0
        for turn in row["turns"]:
            at = whole.find(squashed(turn["text"]), at)
            self.assertGreaterEqual(at, 0, (row["file"], turn["text"]))

    def test_times_are_those_of_gold(self):
        for row in self.talk:
            if not FORMATS[row["format"]].timed:
                continue
            starts = [it[2] for it in readers.read(self.contents[row["file"]], row) if it[2] is not None]
            for turn in row["turns"]:
                self.assertTrue(any(abs(it - turn["start"]) <= 1.0 for it in starts), (row["file"], turn["start"]))

    def test_what_stands_outside_of_turns_is_in_the_file(self):
        for row in self.rows:
            if row["format"] in ("pdf", "rtf", "consent-pdf"):
                continue
            text = everything(row["file"], self.contents[row["file"]], row["encoding"])
            for it in row["outside"]:
                self.assertIn(it["text"], text, (row["file"], it))

    def test_tables_have_their_cells(self):
        for row in (it for it in self.rows if it["kind"] == "demographics"):
            content = self.contents[row["file"]]
            if row["format"] == "table-csv":
                head, *lines = readers.csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
                table = [dict(zip(head, it, strict=True)) for it in lines]
            else:
                head, *lines = readers.cells(content)
                table = [{head[letter]: text for letter, text in it.items()} for it in lines]
            for turn in row["turns"]:
                self.assertEqual(table[turn["row"] - 2][turn["column"]], turn["text"])


def everything(path, content, encoding):
    """All text of a file: its name, its members."""
    if content.startswith(b"PK"):
        with readers.zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(it).decode("utf-8") for it in archive.namelist()]
        return path + "".join(parts)
    for wide in ("utf-8", "utf-16", encoding):
        try:
            return path + content.decode(wide).replace("_", " ") + content.decode(wide)
        except UnicodeDecodeError:
            continue
    raise ValueError(path)


class Foreign(Study):
    """Other people's readers, where they are installed."""

    def each(self, module, *formats):
        if importlib.util.find_spec(module) is None:
            self.skipTest(f"{module} is not installed")
        with tempfile.TemporaryDirectory() as folder:
            for row in self.talk:
                if row["format"] in formats:
                    place = pathlib.Path(folder, pathlib.Path(row["file"]).name)
                    place.write_bytes(self.contents[row["file"]])
                    yield row, str(place)

    def check(self, row, texts):
        found = squashed("".join(texts))
        for turn in row["turns"]:
            self.assertIn(squashed(turn["text"]), found, row["file"])

    def test_praatio_reads_textgrids(self):
        for row, path in self.each("praatio", *(it for it in FORMATS if it.startswith("textgrid"))):
            from praatio import textgrid

            grid = textgrid.openTextgrid(path, includeEmptyIntervals=False)
            self.check(row, [it.label for tier in grid.tiers for it in tier.entries])

    def test_pympi_reads_eaf(self):
        for row, path in self.each("pympi", "eaf"):
            import pympi

            eaf = pympi.Elan.Eaf(path)
            self.check(row, [it[2] for name in eaf.get_tier_names() for it in eaf.get_annotation_data_for_tier(name)])

    def test_pylangacq_reads_chat(self):
        for row, path in self.each("pylangacq", "cha"):
            import pylangacq

            read = pylangacq.read_chat(path, strict=False)
            self.assertEqual(len(list(read.utterances())), len(row["turns"]))

    def test_python_docx_reads_docx(self):
        for row, path in self.each("docx", "docx", "docx-table"):
            import docx

            document = docx.Document(path)
            cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
            self.check(row, [*(it.text for it in document.paragraphs), *cells])

    def test_odfpy_reads_odt(self):
        for row, path in self.each("odf", "odt"):
            from odf import opendocument, teletype, text

            document = opendocument.load(path)
            self.check(row, [teletype.extractText(it) for it in document.getElementsByType(text.P)])

    def test_striprtf_reads_rtf(self):
        for row, path in self.each("striprtf", "rtf"):
            from striprtf import striprtf

            text = striprtf.rtf_to_text(pathlib.Path(path).read_text("ascii"))
            # It leaves the halves of a character beyond the first plane apart.
            self.check(row, [text.encode("utf-16", "surrogatepass").decode("utf-16")])

    def test_openpyxl_reads_xlsx(self):
        for row, path in self.each("openpyxl", "xlsx"):
            import openpyxl

            book = openpyxl.load_workbook(path)
            self.assertEqual(book["speakers"].sheet_state, "hidden")
            self.check(row, [str(it[3]) for it in book["Transcript"].iter_rows(values_only=True)])

    def test_pypdf_reads_pdf(self):
        for row, path in self.each("pypdf", "pdf"):
            import pypdf

            self.check(row, [it.extract_text() for it in pypdf.PdfReader(path).pages])

    def test_webvtt_and_srt_read_subtitles(self):
        for row, path in self.each("webvtt", "vtt-teams", "vtt-zoom"):
            import webvtt

            self.check(
                row,
                [
                    re.sub(r"^[^:]+: ", "", it.text) if row["format"] == "vtt-zoom" else it.text
                    for it in webvtt.read(path)
                ],
            )
        for row, path in self.each("srt", "srt"):
            import srt

            self.check(
                row, [it.content.split(": ", 1)[1] for it in srt.parse(pathlib.Path(path).read_text("utf-8-sig"))]
            )


if __name__ == "__main__":
    unittest.main()
