"""What the head of a text states about it: title, day, author, publisher, URL, section.

Ignorant of file formats. What no line of the head states in so many words is left out: never a guess.
A dateline ("Damascus: ...") is no publisher and "On Thursday" is no day.
"""

import re
from collections.abc import Sequence
from datetime import date

from vectorstore.furniture import is_furniture

Fields = dict[str, str]  # names of Article's fields to what is stated; a field that is not stated is absent

_HEAD_CHARS = 8_000  # front matter and head lines are looked for in this much of a text
_LINE_CHARS = 300  # a longer line is body
_DAY_CHARS = 80
_TITLE_CHARS = 150
_TITLE_WORDS = 22
_TITLE_LEAST = 3  # words, in scripts with spaces: two are more often somebody's name
_BODY_CHARS = 80  # a line right under a headline, no blank one between, is its body when it is this long,
_BODY_LONGER = 20  # and this much longer than the headline: hard-wrapped lines of one paragraph are about equal
_NAMES = 14
_PUBLISHER_WORDS = 6

_LABELS = {
    "title": "title|headline",
    "url": "url|link|permalink|canonical(?: url)?|(?:original|source|article) (?:url|link)",
    "publisher": "publisher|source|publication|newspaper|site ?name|site",
    "author": "authors?|byline|by|written by|reporter",
    "section": "section|category|categories",
    "published": "(?:first |date )?published(?: on| at| time| date)?|publication date|pub ?date|date|posted(?: on)?",
    "": "(?:last |date )?(?:updated|modified)(?: on| at)?|tags|keywords|language|photo|image|summary",
}  # "": head lines that state nothing kept here, and are no headline either
_LABEL = {field: re.compile(words) for field, words in _LABELS.items()}
_WEAK_LABELS = {"source", "by"}  # which also begin headlines: "Source: Minister To Resign"
_LABELLED = re.compile(r"(?P<label>[A-Za-z][\w -]{1,20}?)\s*:\s*(?P<value>.*)")
_UPDATED = re.compile(r"(?:last )?(?:updated|modified|corrected)\b.*\d.*", re.IGNORECASE)
_UNLABELLED_DAY = re.compile(r"(?:first )?(?:published|posted)(?: on)?\s+(?P<value>.*\d.*)", re.IGNORECASE)
_BYLINE = re.compile(r"(?:written )?by\s+(?P<value>.+)", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:,\s*(?:[\w-]+\s){0,3}|\s(?:[\w-]+\s)?)(?:writer|reporter|correspondent|editor|contributor|columnist|analyst)s?\b.*",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\sin\s[A-Z].*")
_JOINERS = re.compile(
    "and|&|with|for|of|the|de|del|della|da|di|du|la|le|van|von|der|den|ter|ten|al|el|bin|ibn|y|e|et|und", re.IGNORECASE
)
_NO_NAME = re.compile(r"\d|https?:|[@/]|[a-z]{3}\.$|[:?!]$")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur|sun)(?:day)?\.?"
_CLOCK = (
    r"(?:at\s+)?\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:[+-]\d{2}:?\d{2}|\(?[a-z]{1,5}\)?)?"
)
_DAY = re.compile(
    rf"(?:{_WEEKDAY}\s*,?\s+)?(?:{_CLOCK}\s*[,\u2013-]?\s+)?"
    r"(?:(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})|(?P<y2>\d{4})/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})"
    rf"|(?P<m3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-](?P<m4>{_MONTH}),?[\s-]\s*(?P<y4>\d{{4}}))"
    rf"(?:(?:t|[\s,\u2013-]+){_CLOCK})?",
    re.IGNORECASE,
)

_HEADING = re.compile(r"#{1,2}\s+(?P<title>.*?)[\s#]*")  # Markdown
_ENDS_LIKE_TEXT = re.compile(r"[.\u2026\u3002][\"'\u201d\u2019)\]]*$|[,;:\u2013\u2014-]$")
_ENDS_WITH_ACRONYM = re.compile(r"(?:\b[A-Z]\.){2,}$")
_TWO_SENTENCES = re.compile(r"[^\W\d_]{4,}\.[\"\u201d\u2019]?\s+[A-Z]")
_NO_HEADLINE = re.compile(
    r"[-*\u2022>+|=(\[]|https?:|www\.|[A-Z][A-Z .,'-]+\([A-Z]\w+\)\s*[\u2013\u2014-]"  # list, link, dateline
    r"|(?:image|media|photo|story) (?:caption|copyright|credit|playback|highlights)\b"
    r"|.*(?:/\s?[A-Z][\w .&-]*|\b(?:images|photos?|screenshot))\)?$",  # a picture's caption ends with its credit
    re.IGNORECASE,
)


def stated_day(value: str) -> str:
    """The day, ``YYYY-MM-DD``, that a whole value states ("Thursday, March 24, 2016 5:30 PM"), or "".

    A day in bare numbers whose order differs between countries (3/4/2016) states nothing.
    """
    value = value.strip()
    match = _DAY.fullmatch(value) if len(value) <= _DAY_CHARS else None
    if match is None:
        return ""
    parts = {name[0]: part for name, part in match.groupdict().items() if part}
    month = parts["m"]
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(parts["y"]), number, int(parts["d"])).isoformat()
    except ValueError:  # 30 February
        return ""


def stated_author(value: str, *, at_least: int = 1) -> str:
    """The names in an author field, without "By", job title and place; "" when these do not look like names.

    ``at_least`` is the number of words that a name must have, joiners such as "and" or "van" not counted.
    """
    value = re.sub(r"^by:?\s+", "", " ".join(value.split()), flags=re.IGNORECASE)
    value = _PLACE.sub("", _ROLE.sub("", value)).strip(" ,;|")
    names = [word for word in re.findall(r"[^\s,;]+", value) if not _JOINERS.fullmatch(word)]
    if not at_least <= len(names) <= _NAMES or _NO_NAME.search(value):
        return ""
    if any(name[0].isascii() and not name[0].isupper() for name in names):
        return ""
    return "" if re.fullmatch(rf"{_WEEKDAY}|{_MONTH}", names[0], re.IGNORECASE) and len(names) == at_least else value


def stated(text: str) -> Fields:
    """The fields of ``Article`` that the head of a text states; a field that it does not state is absent.

    Read are front matter (``key: value`` lines between two ``---``), a headline, and head lines such as
    "Published: 2016-03-24", "By Jane Doe", "Source: Reuters". The first line that is none of these ends the head.
    """
    head = text[:_HEAD_CHARS].removeprefix("\ufeff")
    block = re.match(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", head, re.DOTALL)
    fields = _front_matter(block[1]) if block else {}
    lines = [line.strip() for line in head[block.end() if block else 0 :].split("\n")]
    return _head_lines(lines) | fields


def _front_matter(block: str) -> Fields:
    fields: Fields = {}
    block = re.sub(r"\n[ \t]*-[ \t]+", ", ", block)  # "authors:\n- Jane Doe\n- John Roe"
    for line in block.split("\n"):
        if labelled := _LABELLED.fullmatch(line):
            value = labelled["value"].strip(" \t[],")
            fields = (_field(labelled["label"], re.sub(r"^(['\"])(.*)\1$", r"\2", value)) or {}) | fields
    return fields


def _head_lines(lines: Sequence[str]) -> Fields:
    fields: Fields = {}
    held: Fields = {}  # what a weak first line states; it counts if the head goes on
    titled = False
    bare_days = sum(bool(stated_day(line)) for line in lines)  # several of them are headings of a chronicle
    for index, line in enumerate(lines):
        if not line or is_furniture(line):
            continue
        found = {} if bare_days > 1 and stated_day(line) else _head_line(line)
        if found is None:
            title = "" if titled else _headline(line, lines[index + 1 :])
            if not title:
                break
            titled, found = True, {"title": title}
        elif not (fields or held) and len(found) == 1 and _is_weak(line):
            held = found
            continue
        fields = held | fields | {name: value for name, value in found.items() if name not in fields}
    return fields


def _is_weak(line: str) -> bool:
    """Whether a first line might as well be a headline or a body: a bare byline or day, "Source: ..."."""
    labelled = _LABELLED.fullmatch(line)
    return labelled["label"].lower() in _WEAK_LABELS if labelled else _UNLABELLED_DAY.fullmatch(line) is None


def _head_line(line: str) -> Fields | None:
    """What a head line states, ``{}`` for one that states nothing kept here, ``None`` for any other line."""
    found: Fields | None = None
    if len(line) > _LINE_CHARS:
        return None
    for part in re.split(r"\s+[|\u2022\u00b7]\s+", line):
        stating: Fields | None = None
        if labelled := _LABELLED.fullmatch(part):
            stating = _field(labelled["label"], labelled["value"])
        elif _UPDATED.fullmatch(part):
            stating = {}
        elif unlabelled := _UNLABELLED_DAY.fullmatch(part):
            stating = _field("published", unlabelled["value"])
        elif day := stated_day(part):
            stating = {"published": day}
        elif (byline := _BYLINE.fullmatch(part)) and (author := stated_author(byline["value"], at_least=2)):
            stating = {"author": author}
        if stating is not None:
            found = stating | (found or {})
    return found


def _field(label: str, value: str) -> Fields | None:
    """What a labelled value states; ``{}`` where the value is of no use, ``None`` where the label is unknown."""
    label = re.sub(r"[\s_-]+", " ", label).strip().lower()
    field = next((field for field, words in _LABEL.items() if words.fullmatch(label)), None)
    if field is None:
        return None
    value = value.strip()
    is_url = re.fullmatch(r"https?://\S+", value) is not None
    if field == "published":
        value = stated_day(value)
    elif field == "author":
        value = stated_author(value)
    elif field == "publisher" and is_url:
        field = "url"
    elif (field == "url" and not is_url) or (field in {"publisher", "section"} and not _is_name(value)):
        value = ""
    return {field: value} if field and value else {}


def _is_name(value: str) -> bool:
    words = value.split()
    capitals = all(not word[0].islower() for word in words if not _JOINERS.fullmatch(word))
    return 0 < len(words) <= _PUBLISHER_WORDS and (capitals or len(words) == 1) and value[-1] not in ":;?!,"


def _headline(line: str, following: Sequence[str]) -> str:
    """``line`` as a title where it is a headline, else "".

    A headline is a Markdown heading, or a short line that does not end like a sentence, with a blank line, a head line
    or a clearly longer line under it, and a body below that.
    """
    heading = _HEADING.fullmatch(line)
    under = following[0] if following else ""
    if heading or re.fullmatch(r"={3,}|-{3,}", under):
        title = heading["title"] if heading else line
        return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)).strip()
    words = len(line.split())
    if len(line) > _TITLE_CHARS or words > _TITLE_WORDS or (words < _TITLE_LEAST and line.isascii()):
        return ""
    if _ENDS_LIKE_TEXT.search(line) and not _ENDS_WITH_ACRONYM.search(line):
        return ""
    if _TWO_SENTENCES.search(line) or _NO_HEADLINE.match(line) or line[:2].islower():
        return ""
    if not any(below and not is_furniture(below) and _head_line(below) is None for below in following):
        return ""
    long_enough = len(under) >= max(_BODY_CHARS, len(line) + _BODY_LONGER)
    return line if not under or long_enough or _head_line(under) is not None else ""
