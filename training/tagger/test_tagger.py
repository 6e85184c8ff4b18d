"""Spans of generated talk, what is held out, labels, windows, and the pieces that the program must reproduce.

    python3 -m unittest discover training/tagger        some need names or packages, and say so
"""

import hashlib
import json
import pathlib
import random
import sys
import tomllib
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import augment
import data
import pieces
import turns
import windows
from talk import dialogue, grammar, noise, people, pools, slots

try:
    import run
except ImportError:
    run = None

WEIGHTS = HERE.parent.parent / "src" / "detect" / "model" / "weights"
TALKS = 300


def talks(language, held):
    rng = random.Random(f"test {language} {held}")
    return [turn for _ in range(TALKS) for turn in dialogue.talk(rng, language, held)]


needs_names = unittest.skipUnless(pools.CACHE.exists(), "needs names: python3 -m talk.pools")


@needs_names
class Talk(unittest.TestCase):
    def test_spans_lie_in_order_inside_their_turn(self):
        for language in dialogue.LANGUAGES:
            for turn in talks(language, False):
                before = 0
                for start, end, type in turn.spans:
                    self.assertLessEqual(before, start)
                    self.assertLess(start, end)
                    self.assertLessEqual(end, len(turn.text))
                    self.assertIn(type, turns.TYPES)
                    self.assertEqual(turn.text[start:end], turn.text[start:end].strip())
                    before = end

    def test_templates_have_no_errors(self):
        for language in dialogue.LANGUAGES:
            self.assertEqual(list(dialogue.grammars(language).check(slots.known)), [])

    def test_each_kind_of_turn_has_templates_in_both_halves(self):
        for language in dialogue.LANGUAGES:
            made = dialogue.grammars(language)
            for kind in dialogue.KINDS:
                self.assertTrue(made.pools[kind, False] and made.pools[kind, True], kind)

    def test_a_template_is_in_one_half_only(self):
        for language in dialogue.LANGUAGES:
            made = dialogue.grammars(language)
            for kind in dialogue.KINDS:
                lines = {line for line, _ in made.sections[kind]}
                held = {line for line in lines if grammar.held_out(line)}
                self.assertEqual(len(made.pools[kind, True]), sum(line in held for line, _ in made.sections[kind]))

    def test_held_out_names_never_train(self):
        names = dialogue.names(False)
        pooled = [it for genders in names.given.values() for its in genders.values() for it in its]
        pooled += [it for its in [*names.last.values(), *names.han.values(), *names.sounds.values(), names.words, names.things] for it in its]
        self.assertEqual([it for it in pooled if turns.held_out(it)], [])
        rng = random.Random(3)
        for culture in ("romanised", "pinyin", "han"):
            for _ in range(200):
                given = people.Person(rng, names, "yue", culture).given
                self.assertFalse(turns.held_out(given.replace(" ", "").replace("-", "")))

    def test_the_same_seed_talks_the_same(self):
        for language in dialogue.LANGUAGES:
            one, two = (dialogue.talk(random.Random(5), language) for _ in range(2))
            self.assertEqual(one, two)

    def test_a_title_is_outside_and_a_nickname_whole(self):
        rng, names = random.Random(1), dialogue.names(False)
        person = people.Person(rng, names, "yue", "han")
        for _ in range(50):
            (name, type), (_, outside) = slots.han_form(rng, person, "title")
            self.assertEqual((name, type, outside), (person.last, "PERSON", None))
            self.assertEqual(len(slots.han_form(rng, person, "nick")), 1)

    def test_words_for_no_names_are_no_names(self):
        words = set(dialogue.words()["word-en"])
        for it in ("peter", "wilson", "london", "fatima"):
            self.assertNotIn(it, words)


class Noise(unittest.TestCase):
    def test_noise_keeps_the_marks(self):
        turn = turns.Turn.of([("well,  ", None), ("Wing-Yan", "PERSON"), (" left. ", None)])
        made = noise.tidy(turn.mapped(noise.without_stops).mapped(noise.lower))
        self.assertEqual([made.text[a:b] for a, b, _ in made.spans], ["wing-yan"])
        self.assertEqual(made.text, "well wing-yan left")

    @needs_names
    def test_other_names_keep_their_marks(self):
        turn = turns.Turn.of([("I saw ", None), ("Peter Smith", "PERSON"), (" and ", None), ("Peter Smith", "PERSON")])
        [made] = augment.renamed(random.Random(1), [turn], False)
        first, second = (made.text[a:b] for a, b, _ in made.spans)
        self.assertEqual(first, second)
        self.assertNotEqual(first, "Peter Smith")


    def test_what_is_broken_off_is_begun_again(self):
        turn = turns.Turn.of([("when ", None), ("Bo", "PERSON"), (" left", None)])
        made = noise.stutter(random.Random(2), turn, 1.0)
        self.assertEqual([made.text[a:b] for a, b, _ in made.spans], ["Bo"])
        self.assertRegex(made.text, r"^w\w*[-, ]+when Bo l\w*[-, ]+left$")


class Real(unittest.TestCase):
    def test_speakers_labels_and_cues_are_no_speech(self):
        for line, said in {"[00:10:02] Interviewer: so": "so", "社工：係呀": "係呀", "P: at 3: yes": "at 3: yes"}.items():
            self.assertEqual(line[data.LABEL.match(line).end() :], said)
        self.assertTrue(data.CUE.match("00:12:14.481 --> 00:12:16.108"))

    def test_lines_take_their_spans_along(self):
        [first, second] = data.lines("A: hi Bo\nB: no", [(6, 8, "PERSON")], data.LABEL)
        self.assertEqual((first.text, first.spans, second.spans), ("hi Bo", [(3, 5, "PERSON")], []))


    def test_what_is_held_out_does_not_train(self):
        for held, share in ((data.hkcancor_held_out, 0.25), (data.tab_held_out, 0.25), (data.written_held_out, 1 / 12)):
            n = sum(held(f"text-{it}") for it in range(2000)) / 2000
            self.assertAlmostEqual(n, share, delta=0.04)
        self.assertEqual(sum(data.hkcancor_held_out(f"hkcancor-{it:02}") for it in range(0, 58, 2)), 8)


class Labels(unittest.TestCase):
    pieces = pieces.Pieces([(it, 0) for it in pieces.SPECIAL] + [("\u2581Wing", 9000), ("\u2581Y", 8000), ("an", 8000), ("Y", 9000), ("-", 5000), ("阿", 9000), ("明", 9000)])

    def test_only_the_first_piece_of_a_unit_is_labelled(self):
        turn = turns.Turn.of([("Wing Yan", "PERSON"), (" ", None), ("阿明", "PERSON")])
        ids, labels = windows.labelled(self.pieces, turn)
        self.assertEqual(ids, [4, 5, 6, 9, 10])
        self.assertEqual(labels, [1, 2, windows.IGNORED, 1, 2])

    def test_a_hyphen_joins_and_belongs_to_the_name(self):
        turn = turns.Turn.of([("Wing-Yan", "PERSON")])
        ids, labels = windows.labelled(self.pieces, turn)
        self.assertEqual(ids, [4, 8, 7, 6])
        self.assertEqual(labels, [1, 2, 2, windows.IGNORED])

    def test_spans_come_back_from_labels(self):
        made = windows.spans([(0, 4), (5, 8), (9, 10), (10, 11)], [1, 2, 1, 4])
        self.assertEqual(made, [(0, 8, "PERSON"), (9, 10, "PERSON"), (10, 11, "LOC")])

    def test_a_unit_longer_than_a_window_hides_no_other(self):
        for size in (31, 32, 100, 126, 300):
            text = "阿" * 80 + "q" * (size * pieces.MAX_PIECE_CHARS) + "明" * 80
            seen = {start for _, marks in windows.plan(self.pieces, [text]) for _, _, start, _, _ in marks}
            self.assertEqual(seen, {start for start, _, _ in self.pieces.units(text)})

    def test_windows_have_every_unit_and_stay_in_bounds(self):
        for size in (1, 60, 125, 126, 127, 300, 1000):
            text = "阿" * size
            planned = windows.plan(self.pieces, ["明", text, "明明"])
            seen = {(turn, start) for _, marks in planned for _, turn, start, _, _ in marks}
            self.assertEqual(len(seen), size + 3)
            for ids, marks in planned:
                self.assertLessEqual(len(ids), windows.MAX_TOKENS + 1)
                self.assertTrue(all(ids[position] > pieces.UNKNOWN for position, *_ in marks))

    def test_training_windows_are_as_long_as_the_program_s(self):
        made = [([4] * 50, [0] * 50), ([4] * 400, [0] * 400), ([4] * 3, [0] * 3)]
        for ids, labels in windows.packed(made, windows.MAX_TOKENS + 1):
            self.assertLessEqual(len(ids), windows.MAX_TOKENS + 1)
            self.assertEqual(len(ids), len(labels))


@unittest.skipUnless(run, "needs numpy and onnxruntime")
class Probability(unittest.TestCase):
    def test_a_finding_is_as_likely_as_its_units_are_on_average(self):
        flat, sure = run.numpy.zeros(9), run.numpy.array([0, 50, 0, 0, 0, 0, 0, 0, 0])
        calibrated = (2.0, run.shifts({}))
        made = run.sureness([(0, 4, flat), (5, 8, sure), (9, 10, flat)], (0, 8, "PERSON"), calibrated)
        self.assertAlmostEqual(made, (2 / 9 + 1) / 2, places=6)

    def test_a_shift_moves_its_own_type(self):
        made = run.probabilities(run.numpy.zeros(9), (1.0, run.shifts({"LOC": 1.0})))
        self.assertGreater(made["LOC"], made["PERSON"])
        self.assertAlmostEqual(made["PERSON"], made["ORG"])

    def test_the_embedded_tagger_finds_what_its_cases_say(self):
        tagger = run.Tagger(WEIGHTS / "tagger.onnx", WEIGHTS / "pieces.tsv")
        for line in (WEIGHTS / "tagger-cases.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            made = [[[len(text[:a].encode()), len(text[:b].encode()), type] for a, b, type in its] for text, its in zip(case["turns"], tagger.spans(case["turns"], 0.0))]
            self.assertEqual(made, case["spans"])


class Weights(unittest.TestCase):
    def test_digests_are_those_of_the_files(self):
        made = tomllib.loads((WEIGHTS / "tagger.toml").read_text(encoding="utf-8"))
        self.assertEqual(made["labels"], turns.LABELS)
        for part in ("pieces", "model"):
            self.assertEqual(hashlib.sha256((WEIGHTS / made[part]["file"]).read_bytes()).hexdigest(), made[part]["sha256"])
        self.assertEqual(set(made["calibration"]["shift"]), set(turns.TYPES))


class Vocabulary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pieces = pieces.Pieces.read(WEIGHTS / "pieces.tsv")

    def test_the_cases_hold(self):
        for line in (WEIGHTS / "pieces-cases.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            at = [0]
            for it in case["text"]:
                at.append(at[-1] + len(it.encode()))
            units = [[at[start], at[end], ids] for start, end, ids in self.pieces.units(case["text"])]
            self.assertEqual(units, case["units"], case["text"])

    def test_characters_of_names_and_of_cantonese_are_pieces(self):
        for it in "喺嘅咗冇佢哋啲嚟唔咁揾瞓攞畀嗰㗎喎曦霖珮妍翹鏗祺婷陳黃張":
            self.assertIn(it, self.pieces.ids)

    def test_a_run_is_cut_where_it_costs_least(self):
        made = pieces.Pieces([(it, 0) for it in pieces.SPECIAL] + [("\u2581a", 5), ("b", 5), ("\u2581", 4), ("ab", 5), ("a", 1)])
        self.assertEqual(made.cut("\u2581ab"), [6, 7])
        self.assertEqual(made.cut("\u2581a?"), [4, 3])


if __name__ == "__main__":
    unittest.main()
