"""What a Han character costs in each place of a name, and as a word of its own: for the finder `han-names`.

Costs are negative logarithms of probabilities, in tenths of a nat. A column is `-` where a character is never seen.
"""

import math

import han

# A surname that people in Hong Kong bear counts as so many of jieba's names more.
COMMON = 300
# And so many a given name of our own list.
LOCAL = 10
# So many counts has a character that was never seen there.
SMOOTH = 0.3
# Words of one character that written Chinese lacks, and how frequent they are in talk.
SPOKEN = "嘅咗啲喺佢唔冇係我你哋呢嗰個啊呀喇囉㗎咁噉就都又有好去嚟講話知做到得會要喎啦咩乜點邊度同俾畀睇食諗攞搵返翻嗌啱嘢人嘞喔哦嗯哎誒欸吓下吖嗎吧囖嚹𠸏𡃉𡁵𠺢𠻹𠻺哩仲重先咪晒曬埋番住緊過啫咋添喂嘩年月日號次間本隻件句名叫揾見聽問答幫帶教讀前後上落入出行坐企瞓飲買賣開心成每而且"
SPOKEN_COUNT = 40_000
# Words of one character that jieba takes for names, and how frequent they are.
TAGGED = "𠮶嚿𡃉㖞𠿪轆靜静爽巨昂旺朽爛癲痴嬲喊嗌"
TAGGED_COUNT = 4_000
KIN = "阿"


def cost(count, total, kinds):
    return round(-10 * math.log((count + SMOOTH) / (total + SMOOTH * kinds)))


def table(open_, names):
    """Rows: character or surname of two, then surname, first, last and only character of a given name, word."""
    scripts = names.scripts
    firsts, lasts, onlys = {}, {}, {}
    for word, (_, tag) in names.entries.items():
        family = word[:2] if word[:2] in names.surnames else word[:1]
        given = word[len(family) :]
        if tag.startswith("nr") and family in names.surnames and 1 <= len(given) <= 2:
            for place, it in zip((firsts, lasts) if len(given) == 2 else (onlys,), given):
                place[it] = place.get(it, 0) + 1
    for given in han.own("hk/lists/given-han.txt"):
        for place, it in zip((firsts, lasts), scripts.simplified(given)):
            place[it] = place.get(it, 0) + LOCAL
    surnames = {it: names.families.get(scripts.simplified(it), 0) for it in han.own("hk/lists/surnames-han.txt")}
    for it in han.own("hk/lists/surnames-han-common.txt"):
        surnames[it] = surnames.get(it, 0) + COMMON
    words = {}
    for word, (count, tag) in names.entries.items():
        if len(word) == 1 and tag != "nr":
            for it in scripts.both(word):
                words[it] = max(words.get(it, 0), count)
    for it in SPOKEN + KIN:
        words[it] = max(words.get(it, 0), SPOKEN_COUNT)
    for it in TAGGED:
        words[it] = max(words.get(it, 0), TAGGED_COUNT)
    all_words = sum(count for count, tag in names.entries.values() if tag not in han.NAMES)
    sums = [sum(it.values()) for it in (surnames, firsts, lasts, onlys)]
    rows = []
    characters = {it for seen in (firsts, lasts, onlys) for one in seen for it in scripts.all(one)}
    for it in sorted(characters | set(words) | set(surnames)):
        plain = scripts.simplified(it)
        columns = [cost(surnames[it], sums[0], 600) if it in surnames else "-"]
        for seen, total in zip((firsts, lasts, onlys), sums[1:]):
            columns.append(cost(seen[plain], total, 3000) if len(it) == 1 and seen.get(plain) else "-")
        columns.append(round(-10 * math.log((words[it] + 0.5) / all_words)) if it in words else "-")
        if columns[:4] != ["-"] * 4 or it in words:
            rows.append([it, *columns])
    return rows
