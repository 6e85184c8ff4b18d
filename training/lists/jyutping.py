"""How characters sound in Cantonese, and which pairs of characters are words: the roster's tables in src/roster/near.

Of the readings of a character two are kept. Of the words of two characters in rime-cantonese those that jieba knows as
frequent, in traditional and simplified characters.
"""

import han
import readers

MIN_FREQUENCY = 50


def in_charset(c):
    """Characters that files from Hong Kong, Taiwan and the Mainland are written in."""
    if not ("\u3400" <= c <= "\u4dbf" or "\u4e00" <= c <= "\u9fff"):
        return False
    for charset in ("big5", "gb2312", "big5hkscs"):
        try:
            c.encode(charset)
            return True
        except UnicodeEncodeError:
            pass
    return False


def sounds(open_):
    """Lines of jyutping.txt."""
    by_syllable = {}
    for c, all in readers.readings(open_("jyutping").text("ToJyutping/trie.txt")).items():
        if len(c) == 1 and in_charset(c):
            for n, sound in enumerate(list(dict.fromkeys(all))[:2]):
                by_syllable.setdefault(sound, ([], []))[n].append(c)
    return [
        "# source: PyPI ToJyutping 3.2.0, by training/lists/jyutping.py; licence: BSD-2-Clause, (c) 2024 Cantonese Computational Linguistics Infrastructure Development Workgroup",
        "# A syllable, the characters that are mostly read so, and after | those that are sometimes.",
        *(f"{it} {''.join(sorted(a))}|{''.join(sorted(b))}" for it, (a, b) in sorted(by_syllable.items())),
    ]


def words(open_):
    """Lines of words-zh.txt."""
    entries = han.dictionary(open_)
    simplified = readers.dictionary(open_("opencc-python").text("opencc/dictionary/TSCharacters.txt"))
    by_first = {}
    for word in readers.parse_json(open_("rime-cantonese").text("pycantonese/data/rime_cantonese/chars_to_jyutping.json")):
        if len(word) == 2 and all(map(in_charset, word)):
            other = "".join(simplified.get(it, [it])[0] for it in word)
            if entries.get(other, (0, ""))[0] >= MIN_FREQUENCY:
                for it in (word, other):
                    by_first.setdefault(it[0], set()).add(it[1])
    return [
        "# source: words of rime-cantonese (in PyPI pycantonese 5.0.0), frequent by PyPI jieba 0.42.1, by training/lists/jyutping.py; licence: CC BY 4.0, CanCLID and rime-cantonese; frequencies MIT",
        "# A character, and those with which it makes a word of two, traditional and simplified.",
        *(f"{it} {''.join(sorted(by_first[it]))}" for it in sorted(by_first)),
    ]
