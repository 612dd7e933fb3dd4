"""True sentences out of articles: an article's own in one of the ways that a model words it anew.

Half of what the check of prose is measured on (``evals.bench.altering`` makes the other). Knows nothing of the check.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vectorstore.types import Passage

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SMALL = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_MOST_WORDS = 3  # put for others in one sentence
_WORDS = {
    "said": "stated", "killed": "slain", "also": "as well", "people": "persons", "began": "started", "help": "aid",
    "about": "around", "more than": "over", "big": "large", "according to": "as reported by", "buy": "purchase",
    "officials": "authorities", "children": "kids", "because": "since", "many": "numerous", "show": "indicate",
    "announced": "made known", "told": "informed", "wants": "would like", "such as": "like", "but": "yet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence that cites a passage; ``kind`` says how it was made, and ``altered`` what is false in it, if so.

    ``near`` says that the false value stands elsewhere in the same passage. ``was`` and ``now`` are the values.
    """

    id: str
    kind: str
    sentence: str
    passage: Passage
    published: str = ""
    altered: str = ""
    near: bool = False
    was: str = ""
    now: str = ""


Reword = Callable[[str], str]


def _copy(text: str) -> str:
    return text


def _attributed(text: str) -> str:
    """'X, he said.' to 'He said that X.'."""
    said = r"((?:he|she|they|the [a-z ]+|[A-Z]\w+ [A-Z]\w+) (?:said|says|told \w+))"
    found = re.fullmatch(rf"([A-Z][^“”\"]+), {said}\.", text)
    if not found:
        return ""
    what, who = found[1], found[2]
    return f"{who[0].upper()}{who[1:]} that {what if what[1].isupper() else what[0].lower() + what[1:]}."


def _shortened(text: str) -> str:
    """Without a parenthesis, or an aside between commas that holds no verb of speech."""
    if re.search(r"[“”\"]", text):
        return ""
    cut = re.sub(r" \([^()]*\)", "", text, count=1)
    if cut != text:
        return cut
    cut = re.sub(r", (?:which|who|where|including|an?|the) [^,.“”\"]{8,80},", "", text, count=1)
    return cut if cut != text else ""


def _dated(text: str) -> str:
    """March 22 to 22 March, and the other way round."""
    months = "|".join(MONTHS)
    cut = re.sub(
        rf"\b({months}) (\d{{1,2}})\b(?!\d|:)(, \d{{4}},?)?",
        lambda m: f"{m[2]} {m[1]}{(m[3] or '').strip(',').replace(',', '')}",
        text,
    )
    return cut if cut != text else ""


def _counted(text: str) -> str:
    """A small number in digits instead of words, or the other way round."""
    if re.search(rf"[“”\"]|(?:{'|'.join(MONTHS)}) \d|No\. \d", text):
        return ""

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        return str(SMALL.index(word) + 2) if word in SMALL else SMALL[int(word) - 2]

    cut = re.sub(
        rf"\b(?:{'|'.join(SMALL)})\b|(?<![\w.,$£€-])(?:[2-9]|1[0-2])(?= [a-z]{{3}})(?! (?:percent|million|billion))",
        turned,
        text,
        count=1,
    )
    return cut if cut != text else ""


def _worded(text: str) -> str:
    """Up to three words by others that mean the same."""
    changed = 0
    if re.search(r"[“”\"]", text):
        return ""
    for old, new in _WORDS.items():
        if changed < _MOST_WORDS and re.search(rf"\b{old}\b", text):
            text, changed = re.sub(rf"\b{old}\b", new, text, count=1), changed + 1
    return text if changed > 1 else ""


def _led(text: str) -> str:
    """'On Monday, X.' to 'X on Monday.'."""
    found = re.fullmatch(r"((?:On|In|At|After|During|Since|Before) [^,“”\"]{3,40}), ([^“”\"]+)\.", text)
    if not found:
        return ""
    rest = found[2]
    return f"{rest[0].upper()}{rest[1:]} {found[1][0].lower()}{found[1][1:]}."


WAYS: dict[str, Reword] = {
    "copy": _copy, "attributed": _attributed, "shortened": _shortened, "dated": _dated, "counted": _counted,
    "worded": _worded, "led": _led,
}  # fmt: skip


def true_samples(passage: Passage, sentence: str, published: str, identity: str) -> Iterator[Sample]:
    """The sentence in every way that fits it."""
    for way, reword in WAYS.items():
        if text := reword(sentence):
            yield Sample(f"{identity}/{way}", way, text, passage, published)
