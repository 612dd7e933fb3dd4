"""Text made comparable. Ignorant of questions, answers and metrics."""

import re
import string
import unicodedata

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")

_TYPOGRAPHY = str.maketrans({**dict.fromkeys("‘’ʼ", "'"), **dict.fromkeys("‐‑‒–—―−", "-")})  # noqa: RUF001
_QUOTES = re.compile("[“”„«»‹›]")  # noqa: RUF001
_POSSESSIVE = re.compile(r"(?<=\w)'s\b", re.IGNORECASE)
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_JOINERS = re.compile(r"[-/]|\.{2,}")


def squad(text: str) -> str:
    """Lower case, no ASCII punctuation, no articles (a, an, the), single spaces.

    Character for character ``normalize_answer`` of the official SQuAD v1.1 and v2.0 evaluation scripts (Rajpurkar et
    al. 2016, 2018; https://rajpurkar.github.io/SQuAD-explorer/), its oddities included: "1.5" becomes "15", and a
    typographic apostrophe stays.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def words(text: str) -> tuple[str, ...]:
    """The words by which one text is looked for inside another: ``squad``, after mending what splits words wrongly.

    Prose differs from a bare answer: "Belgium’s" must hold "Belgium", "9-year" must hold "9", and "1.5" must not hold
    "15". So, before ``squad``: compatibility characters are folded (NFKC), typographic quotes and dashes are made
    plain, a possessive 's is cut, hyphens, dashes and slashes separate words, and a decimal point stays in its number.
    """
    plain = _QUOTES.sub(" ", unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY))
    plain = _DECIMAL_POINT.sub("·", _POSSESSIVE.sub("", plain))
    return tuple(squad(_JOINERS.sub(" ", plain)).split())
