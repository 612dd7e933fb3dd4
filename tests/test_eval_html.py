"""The HTML report: one file that needs nothing, shows what anyone wrote as text, and draws the numbers it was given."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from eval_results import EXAMPLE, GIVEN, MADE, QUOTE, large, report, result
from hostile import HOSTILE

from evals.reports.html import as_html
from evals.reports.plots import plots
from evals.types import Evidence
from evals.types import GivenFinding as Finding

WITHHELD = replace(GIVEN, abstained=True, short_answer="", findings=(), confidence=0.2)
VOID = {"meta"}


class Page(HTMLParser):
    """What a browser would make of the page: its elements with their attributes, and the text of some."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.open = [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        """An element without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """The innermost open element ends."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        """Text of the innermost open element, kept by its id, type or tag."""
        if self.open:
            tag, attributes = self.open[-1]
            key = attributes.get("id") or attributes.get("type") or tag
            self.texts[key] = self.texts.get(key, "") + data


def page(*results, texts=True):
    return Page(as_html(report(*results), MADE, texts=texts))


def hostile_results():
    """Every hostile string as question, gold, evidence, answer, quote, title, id, kind and error."""
    made = []
    for i, text in enumerate(HOSTILE):
        answer = replace(
            GIVEN,
            answer=text,
            short_answer=text,
            scope=text,
            notice=text,
            standalone_question=text,
            findings=(Finding(text, 0.5, (text,)),),
            citations=(replace(GIVEN.citations[0], article_id=text, quote=text, title=text),),
            passages=(replace(GIVEN.passages[0], article_id=text),),
        )
        example = replace(
            EXAMPLE, id=f"{i} {text}", kind=text, question=text, answers=(text,), evidence=(Evidence(text, text),)
        )
        made += [result(example, answer), result(replace(example, id=f"{i} failed {text}"), None, error=text)]
    return made


def test_what_anyone_wrote_is_data():
    """Hostile strings make no element and no attribute: a report of plain words has the same ones."""
    hostile = hostile_results()
    plain = [
        result(replace(EXAMPLE, id=str(i), kind=f"kind {i // 2}"), one.answer and GIVEN, error=one.error and "broken")
        for i, one in enumerate(hostile)
    ]
    seen, expected = page(*hostile), page(*plain)
    assert [tag for tag, _ in seen.elements] == [tag for tag, _ in expected.elements]
    for (_tag, attributes), (_same, others) in zip(seen.elements, expected.elements, strict=True):
        assert attributes.keys() == others.keys()
    texts = json.loads(seen.texts["data"])["answers"]
    assert {one["question"] for one in texts} == set(HOSTILE)
    assert {one["answer"]["answer"] for one in texts if "answer" in one} == set(HOSTILE)


def test_the_policy_lets_run_this_script_and_style_only():
    """Nothing is allowed but by the hash of exactly what stands in the page."""
    made = page(result())
    (policy,) = [of["content"] for tag, of in made.elements if of.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "script-src": hashed(made.texts["script"]),
        "style-src": hashed(made.texts["style"]),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_is_fetched():
    """No element that could ask for anything, no address but that of a place in the page, no style that loads."""
    made = page(result())
    assert {tag for tag, _ in made.elements} & {"img", "link", "iframe", "object", "embed", "base", "form"} == set()
    names = {name for _, attributes in made.elements for name in attributes}
    assert not [name for name in names if name in {"src", "srcset", "style", "action"} or name.startswith("on")]
    assert {of["href"] for _, of in made.elements if "href" in of} == {"#answers"}
    assert not re.search(r"url\(|@import|@font-face", made.texts["style"])
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(", made.texts["script"])


def test_a_thousand_questions_stay_below_five_megabytes():
    """With texts, 20 passages and five quotes each, and every one of them is in it."""
    html = as_html(report(*large(1000)), MADE, texts=True)
    assert len(html.encode()) < 5_000_000
    assert len(json.loads(Page(html).texts["data"])["answers"]) == 1000


def test_every_answer_worst_first():
    """In the order in which they deserve a look, each with its class of error and its place in the gold file."""
    right = result()
    wrong = result(replace(EXAMPLE, id="q2"), contains=0.0)
    failed = result(replace(EXAMPLE, id="q3"), None, "broken", contains=0.0)
    data = json.loads(page(right, wrong, failed).texts["data"])
    answers = data["answers"]
    assert [(one["id"], one["place"], one["error_class"]) for one in answers] == [
        ("q3", 2, "failed"),
        ("q2", 1, "reading"),
        ("q1", 0, ""),
    ]
    assert (answers[0]["error"], "answer" in answers[0]) == ("broken", False)
    assert data["articles"] == ["a", "b"]
    assert answers[1]["evidence"] == [[0, QUOTE]]
    assert answers[1]["answer"]["citations"] == [[1, 0, 0, 38, QUOTE, "Attacks", True]]
    assert answers[1]["answer"]["passages"] == [[0, 0, 100, 0.5], [1, 7, 90, 0.25]]
    assert dict(zip(data["scores"], answers[1]["scores"], strict=True)).items() >= {"contains": 0, "mrr": None}.items()


def test_without_texts():
    """No question, answer, quote, title or error is in the page; numbers and ids are."""
    html = as_html(report(result(), result(replace(EXAMPLE, id="q2"), None, "cannot ask")), MADE, texts=False)
    for text in ("Thirty-one", "died", "How many", "cannot ask", "Attacks"):
        assert text not in html
    assert '"id":"q1"' in html


def test_plots_are_named_described_and_told_as_tables():
    """Each has a title and a description that it is labelled by, axes with words, and its numbers beside it."""
    html = as_html(report(*large(50)), MADE, texts=True)
    made = Page(html)
    ids = [of["id"] for _, of in made.elements if "id" in of]
    assert len(ids) == len(set(ids))
    drawings = [of for tag, of in made.elements if tag == "svg"]
    assert len(drawings) == 4
    for of in drawings:
        assert of["role"] == "img"
        title, says = of["aria-labelledby"].split()
        assert made.texts[title]
        assert len(made.texts[says]) > 40
    for label in (
        "questions answered, surest first",
        "of these wrong",
        "confidence",
        "seconds a question",
        "questions",
    ):
        assert f">{label}</text>" in html


def found(title, *results):
    return next(plot for plot in plots(report(*results)) if plot.title == title)


def test_risk_and_coverage():
    """By hand: the surer of two answers is right, the other wrong, two are withheld: risk 0, 1/2, 2/3, 3/4."""
    plot = found(
        "Risk and coverage",
        result(replace(EXAMPLE, id="1")),
        result(replace(EXAMPLE, id="2"), replace(GIVEN, confidence=0.5), contains=0.0),
        result(replace(EXAMPLE, id="3"), WITHHELD, contains=0.0),
        result(replace(EXAMPLE, id="4"), WITHHELD, contains=0.0),
    )
    points = re.search(r'points="([^"]+)"', plot.svg)
    assert points
    drawn = [tuple(map(float, point.split(","))) for point in points[1].split()]
    # The plot's field is x 66 to 394 and y 250 (0 %) up to 16 (100 %).
    assert drawn == [(148.0, 250.0), (230.0, 133.0), (312.0, 94.0), (394.0, 74.5)]
    assert "answered: 50 %" in plot.svg
    assert plot.table.rows[4] == ("50 %", "50.0 %")
    assert plot.table.rows[9] == ("100 %", "75.0 %")


def test_calibration():
    """Answers in bins of their confidence: three claim 90 %, one of them is wrong; withheld ones are not counted."""
    sure = [result(replace(EXAMPLE, id=str(i)), contains=float(i > 0)) for i in range(3)]
    plot = found("Calibration", *sure, result(replace(EXAMPLE, id="w"), WITHHELD, contains=0.0))
    assert plot.table.rows == (("80 to 90 %", "3", "90.0 %", "66.7 %"),)
    assert plot.svg.count("<circle") == 1


def test_score_by_kind():
    """Right answers of what can be answered, withheld ones of what cannot; a long name is cut, not lost."""
    name = "a kind with a very <long> name"
    none = replace(EXAMPLE, id="n", kind=name, answers=(), evidence=())
    plot = found("Score by kind", result(), result(none, WITHHELD, contains=None, abstain_recall=1.0))
    assert [row[:4] for row in plot.table.rows] == [
        ("factoid", "1", "right", "100.0 %"),
        (name, "1", "rightly withheld", "100.0 %"),
        ("all", "2", "right", "100.0 %"),
    ]
    assert ">a kind with a ve…<" in plot.svg
    assert "<title>a kind with a very &lt;long&gt; name: 100.0 % rightly withheld" in plot.svg


def test_latency():
    """Every question is in a bar, the slowest in the last; half and 95 % are where they are."""
    many = [result(replace(EXAMPLE, id=str(i)), seconds=0.01 * (i + 1)) for i in range(100)]
    plot = found("Latency", *many, result(replace(EXAMPLE, id="slow"), seconds=50.0))
    assert sum(int(count) for count in re.findall(r"from [^<]*: (\d+)</title>", plot.svg)) == 101
    assert "half within 0.51 s" in plot.svg
    assert "the slowest took 50 s" in plot.says
    words = re.findall(r'<text x="[^"]*" y="([^"]*)"[^>]*>[^<]* within', plot.svg)
    assert len(words) == 2
    assert max(map(float, words)) < min(map(float, re.findall(r'<rect class="bar" x="[^"]*" y="([^"]*)"', plot.svg)))
    assert dict(plot.table.rows)["100 %"] == "50.000"


@pytest.mark.parametrize("seconds", [[0.0], [1e-6, 2e-6], [0.25] * 3, [1.0, 1000.0], [3600.0]])
def test_latency_of_any_size(seconds):
    """One question, none that took time, all alike, hours: a plot with whole bars."""
    plot = found("Latency", *(result(replace(EXAMPLE, id=str(i)), seconds=one) for i, one in enumerate(seconds)))
    assert sum(int(count) for count in re.findall(r"from [^<]*: (\d+)</title>", plot.svg)) == len(seconds)
    assert "nan" not in plot.svg
    assert 'width="-' not in plot.svg


def test_plots_leave_out_what_does_not_apply():
    """Without an answerable question no curve, without a given answer no calibration; the rest is drawn."""
    none = replace(EXAMPLE, kind="unanswerable", answers=(), evidence=())
    withheld = result(none, WITHHELD, contains=None, abstain_recall=1.0)
    assert [plot.title for plot in plots(report(withheld))] == ["Score by kind", "Latency"]
    unscored = result(replace(EXAMPLE, answers=("!",)), contains=None)
    assert [plot.title for plot in plots(report(unscored))] == ["Latency"]


def luminance(colour):
    """Relative luminance of ``#rrggbb``, WCAG 2.2."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_in_both_lights():
    """WCAG 2.2 AA: text on its ground 4.5 to 1, what is drawn in the plots 3 to 1."""
    lights = re.findall(r":root \{([^}]+)\}", page(result()).texts["style"])
    assert len(lights) == 2
    text = (
        "ink/paper ink/sheet ink/tint muted/paper muted/sheet accent/paper accent/sheet accent/tint mark-ink/mark "
        "alert/alert-tint differ/differ-tint good/good-tint"
    )
    for light in lights:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
        for pairs, least in ((text, 4.5), ("accent/sheet muted/sheet good/sheet", 3)):
            for pair in pairs.split():
                high, low = sorted((luminance(colours[name]) for name in pair.split("/")), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= least, pair
