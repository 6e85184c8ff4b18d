"""Rich text as a word processor of Hong Kong saves it, and a web page."""

from .pack import escape, quoteattr

HEAD = r"{\rtf1\ansi\ansicpg950\deff0\uc1{\fonttbl{\f0\froman Times New Roman;}{\f1\fnil\fcharset136 PMingLiU;}}"


def escaped(text, old=False):
    """ASCII; anything else as UTF-16 units in signed numbers, with a question mark for old readers.

    Old programs write the bytes of the machine's own Big5, where that has the character.
    """
    units = []
    for it in text:
        if it in "\\{}":
            units.append(f"\\{it}")
        elif ord(it) < 128:
            units.append(it)
        elif old and encodable(it):
            units.extend(f"\\'{byte:02x}" for byte in it.encode("cp950"))
        else:
            wide = it.encode("utf-16-be")
            numbers = (int.from_bytes(wide[at : at + 2], "big", signed=True) for at in range(0, len(wide), 2))
            units.extend(f"\\u{number}?" for number in numbers)
    return "".join(units)


def encodable(it):
    try:
        return bool(it.encode("cp950"))
    except UnicodeEncodeError:
        return False


def rtf(paper):
    old = paper.torn
    author = paper.tell("\\info: author", *paper.author_name())
    parts = [HEAD, f"{{\\info{{\\title {escaped(paper.heading('info: title'), old)}}}{{\\author {escaped(author)}}}}}"]
    parts.append(f"\\pard\\b {escaped(paper.heading(), old)}\\b0\\par")
    for it in paper.turns:
        label = f"{{\\b {escaped(it.label + paper.colon, old)}}}" if it.label else ""
        parts.append(f"\\pard {label}{escaped(it.text, old)}\\par")
    return "\r\n".join([*parts, "}"]).encode("ascii")


def html(paper):
    author = paper.tell("meta: author", *paper.author_name())
    head = f'<meta charset="utf-8"><title>{escape(paper.heading("title"))}</title>'
    head += f'<meta name="author" content={quoteattr(author)}>'
    lines = ["<!DOCTYPE html>", f'<html lang="{"en" if paper.lang == "en" else "zh-HK"}"><head>{head}</head>', "<body>"]
    lines.append(f"<h1>{escape(paper.heading())}</h1>")
    for it in paper.turns:
        label = f"<b>{escape(it.label)}</b>{escape(paper.colon)}" if it.label else ""
        lines.append(f"<p>{label}{entities(it.text)}</p>")
    return "\n".join([*lines, "</body></html>", ""]).encode("utf-8")


def entities(text):
    """As editors write them: quotes as entities, the rest as it is."""
    return escape(text, {'"': "&quot;", "'": "&#39;"})
