"""Makes questions of headlines: ``python -m qa.reader.headlines --articles FILE --out FILE``.

A name or number of the headline that the text has too becomes the answer, a question word takes its place ("Senate
confirms who to Supreme Court?"): clozes in the words of another sentence than the one that answers (Lewis et al. 2019,
"Unsupervised Question Answering by Cloze Translation", without the translation). For training
only: ``qa.reader.matching`` finds passages for them. Nothing is random.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from vectorstore.articles import read_articles
from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import warn
from vectorstore.types import Article

LEAD = 3000  # characters of the text that are looked at
SHORTEST, LONGEST = 5, 18  # words of a headline
MOST = 2  # questions of one headline

_OUTLET = re.compile(r"\s+[|–—-]\s+[^|]{2,40}\Z")
_ASKING = re.compile(
    r"(?i)\A(?:why|how|what|who|when|where|opinion|analysis|video|watch|live|\d+ (?:things|ways))\b|\?"
)
_NAME = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w’'-]+(?: (?:of |the |de |al-)?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"(?<![\w.,$-])\$?\d[\d,.]*\d?(?: (?:million|billion|trillion|percent))?%?(?![\w-])")
_TITLE = r"(?:president|senator|sen\.|rep\.|gov\.|governor|minister|secretary|mr\.|mrs\.|ms\.|dr\.|judge|chief|leader)"
_SAYS = r"(?:said|says|told|wrote|tweeted|added|argued|announced|testified|acknowledged|insisted)"
_YEAR = re.compile(r"(?:19|20)\d\d")


def questions(article: Article) -> Iterator[tuple[str, str]]:
    """The questions of an article's headline, each with its answer."""
    headline = _OUTLET.sub("", " ".join(article.title.split()))
    if not SHORTEST <= len(headline.split()) <= LONGEST or _ASKING.search(headline):
        return
    lead = article.text[:LEAD]
    names = [name for name, _ in Counter(match[0].removesuffix("’s") for match in _NAME.finditer(lead)).most_common()]
    found = 0
    taken: list[tuple[int, int]] = []
    for name in [*_NUMBER.findall(headline), *names]:
        place = _place(headline, name)
        if place is None or any(place[0] < end and start < place[1] for start, end in taken):
            continue
        place = _whole(headline, place, lead)
        answer = max(name, headline[slice(*place)], key=len)
        word = asking_for(answer, lead)
        yield f"{headline[: place[0]]}{word}{headline[place[1] :]}".strip(" .!") + "?", answer
        taken.append(place)
        found += 1
        if found == MOST:
            return


def _place(headline: str, answer: str) -> tuple[int, int] | None:
    """Where the headline has the answer, or the last word of a name."""
    for form in dict.fromkeys((answer, answer.rsplit(maxsplit=1)[-1])):
        match = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", headline)
        if match and (len(form) > 2 or form[0].isdigit()):  # noqa: PLR2004 - initials
            return match.span()
    return None


def _whole(headline: str, place: tuple[int, int], lead: str) -> tuple[int, int]:
    """The place with the words beside it that belong to the name: no "Hillary who"."""
    start, end = place
    before = re.search(r"[A-Z][\w.’'-]*\s\Z", headline[:start])
    if before and headline[before.start() : end] in lead:
        start = before.start()
    after = re.match(r"\s[A-Z][\w-]+", headline[end:])
    if after and headline[start : end + after.end()] in lead:
        end += after.end()
    return start, end


def asking_for(answer: str, lead: str) -> str:
    """The question word for an answer, by how the text uses it."""
    if answer[0] == "$":
        return "how much money"
    if answer[0].isdigit():
        if _YEAR.fullmatch(answer):
            return "what year"
        return "what percentage" if answer.endswith(("%", "percent")) else "how many"
    name, last = re.escape(answer), re.escape(answer.rsplit(maxsplit=1)[-1])
    placed = len(re.findall(rf"\b(?:in|at|near|from|across) (?:the )?{name}\b", lead))
    if 2 * placed > len(re.findall(rf"\b{name}\b", lead)):
        return "which place"
    if re.search(rf"(?i:{_TITLE}) (?:\w+ )?{last}\b|\b{last},? {_SAYS}\b|\b{name}, \d\d,", lead):
        return "who"
    surname = rf"(?<=[a-z,;] ){last}(?! [A-Z])"
    return "who" if " " in answer and re.search(surname, lead.replace(answer, "")) else "what"


def write(articles: Iterable[Article], out: Path) -> int:
    """Write the questions of all headlines; return how many.

    Raises:
        InputError: ``out`` cannot be written.
    """
    count = 0
    try:
        with gzip.GzipFile(out, "wb", mtime=0) as stream:
            for article in articles:
                for question, answer in questions(article):
                    stream.write(json.dumps({"question": question, "answers": [answer]}).encode() + b"\n")
                    count += 1
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written ({error.strerror}); name a file in a folder that is there"
        ) from error
    return count


def main() -> int:
    """Read the command line and write; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.headlines", description="Make questions of headlines.")
    parser.add_argument("--articles", type=Path, required=True, help="articles, one a line, .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="file of questions to write, .jsonl.gz")
    args = parser.parse_args()
    try:
        print(write((each.article for each in read_articles([args.articles], warn)), args.out), "questions")  # noqa: T201
    except BylineError as error:
        warn(error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
