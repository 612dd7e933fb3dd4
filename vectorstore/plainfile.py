"""The bytes of a plain file as text. Ignorant of paths, of other formats and of what the text says."""

import re
import unicodedata
from itertools import islice

from vectorstore.errors import InputError

_BOMS = (  # the UTF-32 ones first: the little-endian one starts with UTF-16's
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
)
# Code pages that news archives are kept in; where two fit a text equally well, the earlier one is taken.
_LEGACY = (
    "cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1255", "cp1256", "cp1257", "koi8_r", "koi8_u", "cp932",
    "euc_jp", "gb18030", "big5", "cp949", "iso8859_2", "iso8859_5", "iso8859_7", "cp866",
)  # fmt: skip
# The letters beyond ASCII of the languages in each Latin code page, which charset-normalizer often mixes up: of 36
# single sentences, in 21 languages and 4 of these pages, it misread 15; by the share of such letters 1 is misread.
_CENTRAL = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ",
)  # fmt: skip
_LATIN = {
    "cp1252": (
        "àâäáãåæçéèêëîïíñôöóøœùûüúÿß",  # the letters of Western names, mixed, as in English
        "àáâãçéêíóôõúü", "àèéìíîòóùú", "áðéíóöúýþæ", "åäöšž",
    ),
    "cp1250": _CENTRAL,
    "cp1254": ("çğıi̇öşüâîû",),  # noqa: RUF001 - Turkish
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
    "iso8859_2": _CENTRAL,
}  # fmt: skip
_SIGNS = frozenset("“”‘’„‚‹›«»–—…•·€£¥§©®™°ºª½¡¿\xa0")  # noqa: RUF001 - in texts of every language
_SAMPLE = 64_000  # bytes that the code page is judged by
_NOT_TEXT = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_BINARY_CONTROLS = 0.02  # more control characters than this share of a text: not a text
_PLAIN_CONTROLS = "\t\n\r\f\v\b\x1b\x1a\x85"  # controls that old text files do hold (0x1a ends a DOS file)
_BINARY = "is not a text file; give .txt, .md, .html, .pdf, .docx or .jsonl"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes) -> str:
    r"""The text of a plain file: encoding found, byte order mark dropped, line ends as ``\n``, nothing else changed.

    Tried in turn: byte order mark, UTF-16 without one, UTF-8, the legacy code page that suits the text best. A lone
    surrogate becomes U+FFFD. Raises ``InputError`` (without the file's name) for what is no text.
    """
    if data.startswith(_NOT_TEXT):
        raise InputError(_BINARY)
    text = _with_bom(data)
    if text is None and b"\0" in data:
        text = _utf16_without_bom(data)
    elif text is None:
        text = _strict(data, "utf-8")
        if text is None:
            text = _legacy(data)
    if text is None or _looks_binary(text):
        raise InputError(_BINARY)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_surrogates(text: str) -> str:
    """Lone surrogates, which no file or database can hold, as U+FFFD; the length stays the same."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return without_surrogates(data.decode(encoding, "surrogatepass" if encoding.startswith("utf") else "strict"))
    except UnicodeDecodeError:
        return None


def _with_bom(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is not None:
                return text
    return None


def _utf16_without_bom(data: bytes) -> str | None:
    """Bytes with NULs as UTF-16, in the byte order that gives ordinary characters, and more ASCII ones of them."""
    texts = (_strict(data, "utf-16-le"), _strict(data, "utf-16-be"))
    fitting = [text for text in texts if text is not None and not _strange(text)]
    return max(fitting, key=_ascii_count, default=None)


def _strange(text: str) -> bool:
    return any(unicodedata.category(char) in {"Cc", "Cn", "Co"} for char in set(text) - set(_PLAIN_CONTROLS))


def _ascii_count(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _looks_binary(text: str) -> bool:
    controls = {char for char in set(text) if unicodedata.category(char) == "Cc"} - set(_PLAIN_CONTROLS)
    return "\0" in controls or sum(map(text.count, controls)) > _BINARY_CONTROLS * len(text)


def _legacy(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    # Judged by the lines that hold something other than ASCII: the rest says nothing. No code page in the list uses
    # a line feed inside a character.
    lines = (line for line in data.splitlines(keepends=True) if not line.isascii())
    sample = b"".join(islice(lines, 1_000))[:_SAMPLE]
    matches = from_bytes(sample, cp_isolation=list(_LEGACY))
    fits = {name: match.coherence - match.chaos for match in matches for name in match.could_be_from_charset}
    names = sorted(fits.keys() & set(_LEGACY), key=lambda name: (-round(fits[name], 2), _LEGACY.index(name)))
    if names and names[0] in _LATIN:
        names = sorted(_LATIN, key=lambda name: -_share_of_a_language(sample, name))
    return next((text for name in names if (text := _strict(data, name)) is not None), None)


def _share_of_a_language(sample: bytes, name: str) -> float:
    """Which share of the letters beyond ASCII belong to one language of a Latin code page, 0 to 1."""
    text = sample.decode(name, "replace")
    letters = [char.lower() for char in text if not char.isascii() and char not in _SIGNS]
    most = max(sum(letter in alphabet for letter in letters) for alphabet in _LATIN[name])
    return most / len(letters) if letters else 1.0
