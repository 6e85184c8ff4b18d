"""Writes the tokenisers and cases beside it, with Hugging Face's own implementation as the judge.

    pip install tokenizers==0.23.3 && python make.py

`word-piece.json` is BERT's normaliser over a vocabulary made here; `byte-level.json` is a BPE trained on the sentences
here. Each line of `cases.jsonl` is a tokeniser, a text, and the ids that it is read as, without those of its ends.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
TEXTS = [
    "So I rang Mara Quillfeather at the Larkmoor clinic.",
    "marabel, MARABEL and Márabel; o'neill's and wing-yan",
    "Zoë said naïve façade, Ångström ÉCOLE",
    "陳小明話佢阿姐Wendy喺屯門住。",
    "我同Mara傾過,佢3歲。",
    "e\u0301 and \u0301 alone, a\u200bb and \ufffd gone",
    "🙂 smile 👩‍👩‍👧 family",
    "don't we're I'll 'tis 's x's",
    "call 020 7946 0018 or a1b2c3",
    "ひらがな カタカナ 한국어 İstanbul ǅ ﬁne",
    "mara@larkmoor.example https://x.example/?a=1&b=2 $5 +5 ^_^ `x`",
    "supercalifragilistic " + "x" * 120,
    "",
    "…",
]
PLAIN = ["mara", "quill", "rang", "said", "clinic", "the", "at", "so", "i", "and", "we", "call", "or", "smile"]
GOES_ON = ["bel", "feather", "s", "a", "b", "c", "e", "x", "n", "an", "oo", "r", "1", "2", "3"]


def word_piece():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + PLAIN
    pieces += [c for c in "abcdefghijklmnopqrstuvwxyz0123456789.,;'@/-:?&=$陳小明話佢阿姐屯門住。我同過" if c not in pieces]
    pieces += ["##" + it for it in GOES_ON]
    it = Tokenizer(models.WordPiece({p: n for n, p in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=100))
    it.normalizer = normalizers.BertNormalizer(lowercase=True)
    it.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    it.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return it


def byte_level():
    it = Tokenizer(models.BPE())
    it.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    it.train_from_iterator(TEXTS * 3, trainer)
    it.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return it


with (HERE / "cases.jsonl").open("w", encoding="utf-8") as out:
    for name, tokeniser in ("word-piece", word_piece()), ("byte-level", byte_level()):
        tokeniser.save(str(HERE / f"{name}.json"), pretty=False)
        for text in TEXTS:
            ids = tokeniser.encode(text, add_special_tokens=False).ids
            out.write(json.dumps({"tokeniser": name, "text": text, "ids": ids}, ensure_ascii=False) + "\n")
