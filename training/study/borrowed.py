"""What training/twin lends: its lists of names and places, its numbers, its recogniser's ear, and the convention that
says what of a value is a span. Nothing else here knows where that lies."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "twin"))

import convention  # noqa: E402, F401
import dates  # noqa: E402, F401
import digits  # noqa: E402, F401
import pools  # noqa: E402, F401
from misheard import Misheard  # noqa: E402, F401
from people import HAN_TITLES, Person, plain  # noqa: E402, F401
from pieces import Mark, Piece  # noqa: E402, F401
from render import add, agree, opened  # noqa: E402, F401
from styles import Style, without_stops  # noqa: E402, F401
