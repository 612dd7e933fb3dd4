"""The names of the collection's outlets, found in a question: "the Guardian" where it has articles of theguardian.com.

Knows what an outlet may be called, not what the question says of it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.followup.words import MEN, WOMEN
from qa.names import listed

_FAMILIES = (  # one outlet a line: its name, then what else it is called or published under
    "The New York Times|NYT|NY Times|nytimes.com",
    "The Washington Post|WaPo|washingtonpost.com",
    "The Wall Street Journal|WSJ|wsj.com",
    "Los Angeles Times|LA Times|latimes.com",
    "USA Today|usatoday.com",
    "Associated Press|AP|AP News|apnews.com",
    "Agence France-Presse|AFP|afp.com",
    "Reuters|Reuters News|reuters.com",
    "United Press International|UPI|upi.com",
    "Bloomberg|Bloomberg News|bloomberg.com",
    "BBC|BBC News|British Broadcasting Corporation|bbc.com|bbc.co.uk|news.bbc.co.uk",
    "CNN|Cable News Network|edition.cnn.com|cnn.com",
    "NBC News|NBC|nbcnews.com",
    "ABC News|ABC|abcnews.go.com|abcnews.com",
    "CBS News|CBS|cbsnews.com",
    "Fox News|Fox|foxnews.com",
    "MSNBC|msnbc.com",
    "NPR|National Public Radio|NPR News|NPR Online News|npr.org",
    "PBS|PBS NewsHour|pbs.org",
    "The Guardian|Guardian|theguardian.com|guardian.co.uk",
    "The Times|The Times of London|thetimes.co.uk|thetimes.com",
    "The Daily Telegraph|The Telegraph|Telegraph|telegraph.co.uk",
    "Financial Times|FT|ft.com",
    "Daily Mail|Mail Online|MailOnline|dailymail.co.uk",
    "The Independent|independent.co.uk",
    "The Sun|thesun.co.uk",
    "Daily Mirror|The Mirror|mirror.co.uk",
    "The Economist|economist.com",
    "The Week|theweek.co.uk|theweek.com",
    "Sky News|news.sky.com",
    "Al Jazeera|Aljazeera|aljazeera.com",
    "France 24|France24|france24.com",
    "Deutsche Welle|DW|dw.com",
    "Der Spiegel|Spiegel|spiegel.de",
    "Le Monde|lemonde.fr",
    "Le Soir|lesoir.be",
    "El País|elpais.com",
    "The Hill|thehill.com",
    "Politico|politico.com|politico.eu",
    "Axios|axios.com",
    "Vox|vox.com",
    "HuffPost|Huffington Post|The Huffington Post|huffpost.com|huffingtonpost.com",
    "BuzzFeed News|BuzzFeed|buzzfeednews.com|buzzfeed.com",
    "The Christian Science Monitor|Christian Science Monitor|CSM|csmonitor.com",
    "New York Post|NY Post|nypost.com",
    "The Atlantic|theatlantic.com",
    "Time|TIME|Time Magazine|time.com",
    "Newsweek|newsweek.com",
    "National Review|nationalreview.com",
    "Breitbart|Breitbart News|breitbart.com",
)
_NICKNAMES = listed(  # last words that stand for the whole name after "the": "the Post"
    "times post journal herald tribune telegraph mail globe mirror star sun chronicle gazette standard express echo "
    "courier dispatch record observer examiner inquirer monitor"
)
_NO_WORDS = listed(  # single names that no other word is, in lower case either
    "reuters bloomberg politico axios buzzfeed huffpost breitbart newsweek aljazeera msnbc nyt wsj wapo ap bbc cnn afp "
    "upi nbc cbs npr pbs"
)
_OUTLET_WORDS = _NICKNAMES | listed(
    "news magazine weekly daily review radio tv television network media press agency wire today online report reports "
    "newspaper science business national international"
)
_LONGEST = 8  # words of a name
_NAMES = 3  # words of a person's

_WORD = re.compile(r"[^\W_]+(?:[.&][^\W_]+)*")
_SECTION = re.compile(r"\s*(?:[-–—|]\s.*|\(.*|\b(?:web|online) news)$", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:www\.)?([\w-]+(?:\.[\w-]+)*?)\.(?:(?:co|com|org|net|gov|ac)\.[a-z]{2}|[a-z]{2,6})", re.IGNORECASE
)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """An outlet as the question names it, ``question[start:end]``, "the" included; its names in the collection."""

    publishers: tuple[str, ...]
    start: int
    end: int


def mentions(question: str, publishers: Sequence[str]) -> Iterator[Mention]:
    """Every name of an outlet in the question, the longest first where two overlap."""
    names = _names(tuple(publishers))
    words = list(_WORD.finditer(question))
    keys = [_fold(word.group()) for word in words]
    shouted = not any(letter.islower() for letter in question)
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            known = names.get(tuple(keys[at : at + length]))
            if known and _is_name(question, words, at, length) and not (shouted and length == 1):
                the = at > 0 and keys[at - 1] == "the" and question[words[at - 1].end() : words[at].start()].isspace()
                if known.nickname and not the:
                    continue
                start = words[at - 1].start() if the else words[at].start()
                yield Mention(known.publishers, start, words[at + length - 1].end())
                at += length - 1
                break
        at += 1


def _is_name(question: str, words: list[re.Match[str]], at: int, length: int) -> bool:
    """Whether these words are written as a name: a single everyday word needs its capital, not at a beginning."""
    run = words[at : at + length]
    if any(not re.fullmatch(r"[\s'’.-]{1,3}", question[a.end() : b.start()]) for a, b in pairwise(run)):
        return False
    previous = words[at - 1] if at else None
    joined = previous is not None and question[previous.end() : run[0].start()].strip(" ") == ""
    text = run[0].group()
    if length == 1 and "." not in text and text.lower() not in _NO_WORDS:
        if previous is None and not text.isupper():
            return False  # "People say …"
        if not text[0].isupper():
            return False
    if previous and joined and previous.group()[0].isupper() and at > 1 and text[0].isupper():
        return previous.group().lower() in ("the", "le", "al") or previous.group().isupper()
    return True


@dataclass(frozen=True, slots=True)
class _Known:
    publishers: tuple[str, ...]
    nickname: bool


@lru_cache(maxsize=4)
def _names(publishers: tuple[str, ...]) -> Mapping[Key, _Known]:
    """What each outlet may be called, as folded words without "the"; names of its own go before nicknames."""
    called: dict[Key, dict[str, None]] = {}
    nicknames: dict[Key, dict[str, None]] = {}
    families = _families()
    for publisher in publishers:
        if not publisher or _is_person(publisher, families):
            continue
        for key in {key for own in _own_keys(publisher) for key in families.get(own, (own,))}:
            called.setdefault(key, {})[publisher] = None
            if len(key) > 1 and key[-1] in _NICKNAMES:
                nicknames.setdefault(key[-1:], {})[publisher] = None
    known = {key: _Known(tuple(names), nickname=True) for key, names in nicknames.items()}
    return known | {key: _Known(tuple(names), nickname=False) for key, names in called.items()}


@lru_cache(maxsize=1)
def _families() -> Mapping[Key, tuple[Key, ...]]:
    families: dict[Key, tuple[Key, ...]] = {}
    for line in _FAMILIES:
        keys = tuple(dict.fromkeys(key for name in line.split("|") for key in _own_keys(name)))
        families.update(dict.fromkeys(keys, keys))
    return families


def _is_person(publisher: str, families: Mapping[Key, tuple[Key, ...]]) -> bool:
    """Whether the articles are some person's: what they say is told in others' articles too, and is no coverage."""
    key = _key(publisher)
    given = 1 < len(key) <= _NAMES and key[0] in MEN | WOMEN
    return given and key not in families and not _OUTLET_WORDS.intersection(key)


def _own_keys(name: str) -> list[Key]:
    """A publisher's name as keys: with and without its section ("NPR Online News", "CNN (Web News)").

    Of a web address also what stands before its ending, without "the".
    """
    keys = [_key(name), _key(_SECTION.sub("", name))]
    if domain := _DOMAIN.fullmatch(name.strip()):
        label = domain[1].rpartition(".")[2]
        keys += [_key(label.replace("-", " ")), (_fold(label.removeprefix("the")),)]
    return [key for key in dict.fromkeys(keys) if key and key != ("",)]


def _key(name: str) -> Key:
    words = tuple(_fold(word.group()) for word in _WORD.finditer(name))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
