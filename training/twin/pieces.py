"""The smallest parts of a text: words, and what is known of them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mark:
    """`what` is "span", "look-alike" (a hard negative) or "neutral"."""

    what: str
    type: str = ""
    form: str = ""
    entity: str = ""
    in_label: bool = False


@dataclasses.dataclass(frozen=True)
class Piece:
    text: str
    mark: Mark | None = None

    def saying(self, text):
        return dataclasses.replace(self, text=text)

    def unmarked(self):
        return dataclasses.replace(self, mark=None)

    def is_a(self, *types):
        return self.mark is not None and self.mark.what == "span" and self.mark.type in types
