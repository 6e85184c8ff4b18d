"""Plain text and Markdown, with and without the time stamps of f4, MAXQDA, oTranscribe's and QualCoder's users."""


def clock(seconds, separator=":"):
    whole = int(seconds)
    return f"{whole // 3600:02}{separator}{whole // 60 % 60:02}{separator}{whole % 60:02}"


def said(turn, colon):
    return f"{turn.label}{colon}{turn.text}" if turn.label else turn.text


def coded(paper, text):
    """As the machine that it was saved on wrote text; UTF-8 where that has no such letters."""
    try:
        return text.encode(paper.encoding)
    except UnicodeEncodeError:
        paper.encoding = "utf-8"
        return text.encode("utf-8")


def lines(paper, line):
    head = [paper.heading(), ""] if paper.headed else []
    return coded(paper, paper.newline.join([*head, *map(line, paper.turns), ""]))


def plain(paper):
    return lines(paper, lambda it: said(it, paper.colon))


def f4(paper):
    return lines(paper, lambda it: f"{said(it, paper.colon)} #{clock(it.start)}-{int(it.start * 10 % 10)}#")


def minutes(paper):
    return lines(paper, lambda it: f"[{int(it.start) // 60:02}.{int(it.start) % 60:02}] {said(it, paper.colon)}")


def hours(paper):
    return lines(paper, lambda it: f"[{clock(it.start)}] {said(it, paper.colon)}")


def braces(paper):
    return lines(paper, lambda it: f"{{{clock(it.start)}}} {said(it, paper.colon)}")


def hashes(paper):
    return lines(paper, lambda it: f"#{clock(it.start)}.{int(it.start * 1000) % 1000:03}# {said(it, paper.colon)}")


def markdown(paper):
    paragraphs = [f"# {paper.heading()}"]
    for it in paper.turns:
        paragraphs.append(f"**{it.label}:** {it.text}" if it.label else it.text)
    return coded(paper, "\n\n".join([*paragraphs, ""]))
