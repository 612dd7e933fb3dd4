"""Plain files: every encoding gives the text that was written, and the head gives what it states and nothing else."""

# ruff: noqa: RUF001 - other alphabets are meant

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.errors import InputError
from vectorstore.plainfile import decode
from vectorstore.stated import stated, stated_author, stated_day

BODY = "Belgian police were on Thursday hunting for a third man filmed with two bombers at the airport.\n"

# Text as a file may hold it: no control characters, no unassigned code points. Line ends are tested apart.
TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")) | st.sampled_from("\n\t ,.aeinorst"), min_size=1
).filter(lambda text: not text.startswith("\ufeff"))
BOMS = {"utf-8-sig": b"", "utf-16": b"", "utf-32": b"", "utf-16-be": b"\xfe\xff", "utf-32-be": b"\0\0\xfe\xff"}


@given(text=TEXT)
def test_utf8_is_read_to_the_character(text):
    assert decode(text.encode()) == text


@given(text=TEXT, encoding=st.sampled_from(sorted(BOMS)))
def test_with_a_byte_order_mark_the_text_is_read_and_the_mark_dropped(text, encoding):
    if encoding == "utf-16" and text.startswith("\0"):
        return
    assert decode(BOMS[encoding] + text.encode(encoding)) == text


@given(text=TEXT, encoding=st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_without_a_mark_is_read_where_a_sentence_of_latin_letters_is_in_it(text, encoding):
    text = f"He said so. {text}"
    assert decode(text.encode(encoding)) == text


@given(text=TEXT.map(lambda text: text.encode("cp1252", "ignore").decode("cp1252")))
def test_cp1252_is_read_where_most_of_the_text_is_english(text):
    text = f"{BODY}“Don’t,” said Zoë — but the café’s bill was £5. {BODY}" + "".join(c for c in text if c.isascii())
    assert decode(text.encode("cp1252")) == text


LEGACY = {
    "Le ministre de l’Intérieur a annoncé jeudi que les élections auraient lieu à la mi-février.": ["cp1252"],
    "Der Außenminister kündigte am Donnerstag an, dass die Gespräche fortgesetzt würden.": ["cp1252", "latin-1"],
    "El presidente anunció el jueves que las elecciones se celebrarán mañana.": ["cp1252", "latin-1"],
    "A belügyminiszter csütörtökön bejelentette, hogy a választásokat elhalasztják; őszinte válasz nincs.": ["cp1250"],
    "Minister spraw wewnętrznych ogłosił w czwartek, że wybory odbędą się w połowie lutego.": ["cp1250", "iso8859-2"],
    "Ministr vnitra ve čtvrtek oznámil, že volby se uskuteční v polovině února.": ["cp1250", "iso8859-2"],
    "Wybory odbędą się w połowie lutego. Opozycja żąda więcej czasu na dyskusję, której się dziś sprzeciwiono.": [
        "cp1250",
        "iso8859-2",
    ],
    "Volby se uskuteční v polovině února. Opozice žádá více času na přípravu a říká, že vláda spěchá.": ["cp1250"],
    "İçişleri Bakanı perşembe günü seçimlerin şubat ortasında yapılacağını açıkladı.": ["cp1254"],
    "Министр внутренних дел объявил в четверг, что выборы состоятся.": ["cp1251", "koi8-r", "cp866", "iso8859-5"],
    "Міністр внутрішніх справ оголосив у четвер, що вибори відбудуться.": ["cp1251", "koi8-u"],
    "Ο υπουργός Εσωτερικών ανακοίνωσε την Πέμπτη ότι οι εκλογές θα γίνουν.": ["cp1253", "iso8859-7"],
    "שר הפנים הודיע ביום חמישי כי הבחירות יתקיימו באמצע פברואר.": ["cp1255"],
    "أعلن وزير الداخلية يوم الخميس أن الانتخابات ستجرى في منتصف فبراير.": ["cp1256"],
    "内務大臣は木曜日、選挙を二月中旬に実施すると発表した。": ["shift_jis", "euc-jp"],
    "内政部长星期四宣布，选举将于二月中旬举行。反对派要求更多时间。": ["gb18030"],
    "內政部長星期四宣布，選舉將於二月中旬舉行。反對派要求更多時間。": ["big5"],
    "내무부 장관은 목요일 선거가 2월 중순에 치러질 것이라고 발표했다.": ["cp949"],
}


@pytest.mark.parametrize(("text", "encoding"), [(text, name) for text, names in LEGACY.items() for name in names])
def test_a_sentence_in_a_legacy_code_page_is_read(text, encoding):
    assert decode(f"{text}\n".encode(encoding)) == f"{text}\n"


def test_one_legacy_character_far_into_a_large_ascii_file_is_found():
    text = f"{BODY * 50_000}He said it’s over."
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\nd\r\r\n", "a\nb\nc\nd\n\n"),
        ("a\u2028b\x0bc\x0cd\x85e".encode(), "a\u2028b\x0bc\x0cd\x85e"),
        (b" \t a \n\n", " \t a \n\n"),
        (b"a \xed\xa0\x80 b", "a \ufffd b"),
        ("a \ud83d b \U0001f600".encode("utf-16", "surrogatepass"), "a \ufffd b \U0001f600"),
        (b"\xff\xfe", ""),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa"),
    ],
)
def test_line_ends_become_line_feeds_and_nothing_else_changes(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\0",
        b"text with a \0 in it",
        bytes(range(256)) * 20,
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        b"%PDF-1.4\nall of it in ASCII",
        b"PK\x03\x04rest of an archive",
        b"{\\rtf1\\ansi text}",
        b"\x01\x02\x03\x04" * 10 + b"some text",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_what_is_no_text_is_an_error(data):
    with pytest.raises(InputError, match="is not a text file; give "):
        decode(data)


@given(data=st.binary(max_size=400))
def test_any_bytes_are_either_text_without_nul_or_an_error(data):
    try:
        text = decode(data)
    except InputError:
        return
    assert "\0" not in text
    assert "\r" not in text
    assert not any(unicodedata.category(char) == "Cs" for char in text)


# --- the head of a text ---


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("After Brussels Attacks, IS Video Calls For Jihad\n\n\n", "After Brussels Attacks, IS Video Calls For Jihad"),
        ("Ministers Offer To Quit\n", "Ministers Offer To Quit"),  # a clearly longer line under it
        ("Who is Jan Jambon?\n\n", "Who is Jan Jambon?"),
        ("Trump Visits the U.S.\n\n", "Trump Visits the U.S."),
        ("Turkey: ‘We warned Belgium’\n\n", "Turkey: ‘We warned Belgium’"),
        ("\n\n- Advertisement -\n\nMinisters Offer To Quit\n\n", "Ministers Offer To Quit"),
        ("# Ministers *offer* to [quit](https://x.org) #\n", "Ministers offer to quit"),
        ("Ministers offer to quit\n=====\n", "Ministers offer to quit"),
        ("Title: Ministers offer to quit.\n\n", "Ministers offer to quit."),
        ("比利时部长提出辞职\n\n", "比利时部长提出辞职"),
        # no headlines
        ("On Thursday, officials acknowledged errors.\n\n", ""),
        ("“You cannot leave the field.”\n\n", ""),
        ("On Thursday, Belgium's high ranking officials acknowledged errors and\nmiscommunications before the\n", ""),
        ("They resigned on Thursday. Nobody was surprised\n\n", ""),
        ("ministers offer to quit\n\n", ""),
        ("Ministers\n\n", ""),
        ("- Ministers offer to quit\n\n", ""),
        ("The ministers, who had offered to resign,\n\n", ""),
        ("https://news.example/ministers offer to quit\n\n", ""),
        ("Police outside the station. Emmanuel Dunand/AFP/Getty Images\n\n", ""),
        ("BRUSSELS (Reuters) - Police hunted a man\n\n", ""),
        ("By Bus Through Belgium\n\n", ""),
        ("March 24, 2016\n\n", ""),
        ("x " * 80 + "\n\n", ""),
        ("", ""),
    ],
)
def test_a_first_line_that_is_a_headline_is_the_title_and_no_other(head, title):
    assert stated(head + BODY).get("title", "") == title


def test_a_line_without_a_body_is_no_title():
    assert stated("Ministers Offer To Quit") == {}
    assert stated("Ministers Offer To Quit\n\n* * *\n") == {}


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        (
            "Ministers Offer To Quit\nBy Jane Doe\nMarch 24, 2016\n\n",
            {"title": "Ministers Offer To Quit", "author": "Jane Doe", "published": "2016-03-24"},
        ),
        (
            "Ministers Offer To Quit\n\nBy JANE DOE and Jo Roe, Editors | Published: 24 March 2016, 5:30 pm\n\n",
            {"title": "Ministers Offer To Quit", "author": "JANE DOE and Jo Roe", "published": "2016-03-24"},
        ),
        (
            "Source: Reuters\nURL: https://x.org/a\nSection: World News\nDate: 2016-03-24T10:00:00Z\n\n",
            {"publisher": "Reuters", "url": "https://x.org/a", "section": "World News", "published": "2016-03-24"},
        ),
        ("By Jane Doe\nPublished: 2016-03-24\n\n", {"author": "Jane Doe", "published": "2016-03-24"}),
        ("Source: https://x.org/a\nDate: 2016-03-24\n\n", {"url": "https://x.org/a", "published": "2016-03-24"}),
        ("Published: 2016-03-24\nUpdated: 2016-03-25\n\n", {"published": "2016-03-24"}),
        # nothing of the kind is stated
        ("Damascus: The group released a video on Thursday.\n\n", {}),
        ("On Thursday, officials spoke.\n\n", {}),
        ("By Jane Doe\n\n", {}),  # alone it may as well be a headline
        ("Source: Minister To Resign\n\n", {}),
        ("Date: a night to remember\n\n", {}),
        ("Published: 03/04/2016\n\n", {}),
        ("Published: 2016-02-30\n\n", {}),
        ("URL: javascript:alert(1)\n\n", {}),
        ("Source: officials who asked not to be named\n\n", {}),
        ("A Week Of Terror\n\nMarch 22, 2016\n\nBombs.\n\nMarch 23, 2016\n\n", {"title": "A Week Of Terror"}),
    ],
)
def test_head_lines_state_fields_and_other_lines_do_not(head, fields):
    assert stated(head + BODY) == fields


def test_a_byline_behind_the_body_is_none_of_this_article():
    assert stated(f"{BODY}By Jane Doe\nPublished: 2016-03-24\n") == {}


def test_front_matter_states_fields():
    head = (
        '---\ntitle: "Brussels: the aftermath"\ndate: 2016-03-24 10:00:00\nauthors:\n  - Jane Doe\n  - John Roe\n'
        "publisher: 'The Daily'\nlayout: post\nsource_url: https://x.org/a\nnested:\n  title: no\n---\n\n# Another\n\n"
    )
    assert stated(head + BODY) == {
        "title": "Brussels: the aftermath",
        "published": "2016-03-24",
        "author": "Jane Doe, John Roe",
        "publisher": "The Daily",
        "url": "https://x.org/a",
    }


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2016-03-24", "2016-03-24"),
        ("2016-03-24T10:00:00.123+01:00", "2016-03-24"),
        ("2016/3/4", "2016-03-04"),
        ("March 24, 2016", "2016-03-24"),
        ("Mar. 24th, 2016 at 5:30 p.m. ET", "2016-03-24"),
        ("Thu, 24 Mar 2016 10:00:00 GMT", "2016-03-24"),
        ("Thursday 24 March 2016 17.30 GMT", "2016-03-24"),
        ("10:00 GMT, 24 March 2016", "2016-03-24"),
        ("24-Mar-2016", "2016-03-24"),
        ("3/4/2016", ""),
        ("March 2016", ""),
        ("Thursday", ""),
        ("on 24 March 2016 the ministers", ""),
        ("2016-13-01", ""),
        ("", ""),
    ],
)
def test_only_a_whole_day_in_one_reading_is_a_day(value, day):
    assert stated_day(value) == day


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("Jane Doe in Brussels", "Jane Doe"),
        ("jane doe", ""),
        ("Jane Doe, Senior Political Correspondent", "Jane Doe"),
        ("Ludwig van Beethoven & José Ángel", "Ludwig van Beethoven & José Ángel"),
        ("The Associated Press", "The Associated Press"),
        ("https://facebook.com/jane", ""),
        ("jane@example.org", ""),
        ("Thursday", ""),
        ("the time he left.", ""),
    ],
)
def test_an_author_is_names(value, names):
    assert stated_author(value) == names


@given(st.text())
def test_whatever_is_stated_comes_from_the_text(text):
    """No field is made up: each is cut out of the text, but for a day, whose year stands there."""
    squeezed = "".join(char for char in text if char not in "*`_[]()# \t\n")
    for name, value in stated(text).items():
        assert (value[:4] if name == "published" else "".join(value.split())) in squeezed
    assert set(stated(text)) <= {"title", "url", "publisher", "author", "section", "published"}


def test_the_seeds_state_one_title_and_nothing_else():
    heads = [
        stated(path.read_text(encoding="utf-8")) for path in sorted((Path(__file__).parent.parent / "seeds").iterdir())
    ]
    assert heads == [{}, {}, {"title": "After Brussels Attacks, IS Video Calls For Jihad"}]
