"""What the stages of an answer promise: cues, the answer's text and its JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.agreement import Claim, agree
from qa.compose import abstain, compose, markers, plain
from qa.cues import asks_for, content_stems, names, stem
from qa.errors import MAX_QUESTION, QuestionError, check_question
from qa.formats import to_json, to_text
from qa.types import Answer, Citation, Finding, Span
from vectorstore.types import Article, Hit, Passage


def span(article: Article, text: str, score: float = 0.5, *, context: str = "") -> Span:
    """The span of ``text`` in the article; ``context`` is the text, just before it, that it leans on."""
    passage = Passage(article.id, 0, len(article.text), article.text)
    start = article.text.index(text)
    return Span(passage, start, start + len(text), text, score, start - len(context), start + len(text))


def draft() -> Answer:
    return Answer("Who?", "Who?")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people died?", "number"),
        ("how old is he", "number"),
        ("In which year did the war end?", "when"),
        ("Where did the bomb explode?", "where"),
        ("Why did the minister resign?", "why"),
        ("Who resigned?", "who"),
        ("What did Jambon tell VTM?", "quote"),
        ("Which carrier flew there?", "other"),
        ("Who rented the property? And when was it searched?", "when"),
        ("", "other"),
    ],
)
def test_the_last_sentence_of_a_question_tells_what_it_asks_for(question, kind):
    """The kind of answer is that of the question's last sentence."""
    assert asks_for(question) == kind


def test_inflected_words_meet_in_one_stem():
    """An ending does not keep two words of one family apart."""
    assert set(content_stems("resigned resigning resign resignations")) == {"resign"}


def test_function_words_carry_no_content():
    """A question's grammar is no content; names and numbers are."""
    assert content_stems("How many of them were in Paris on December 11?") == [
        stem("Paris"),
        stem("December"),
        "11",
    ]


def test_the_first_word_of_a_question_is_no_name():
    """A capital at the start says nothing, a later one or a number does."""
    assert names("Did Khalid, 27, resign?") == {"khalid", "27"}


# -- questions


@pytest.mark.parametrize("question", ["", " \n\t", "x" * (MAX_QUESTION + 1), "lone \ud800 surrogate"])
def test_a_question_that_cannot_be_asked_is_refused_in_one_line(question):
    """Empty, too long and not Unicode: each is one line."""
    with pytest.raises(QuestionError) as refused:
        check_question(question)
    assert "\n" not in str(refused.value)


def test_a_long_question_is_told_both_numbers():
    """The message gives the length and the limit."""
    with pytest.raises(QuestionError, match=r"1,000,000 characters, the limit is 2,000"):
        check_question("x" * 1_000_000)


def test_the_longest_question_is_taken():
    """The limit itself is within the limit."""
    check_question("x" * MAX_QUESTION)


# -- the answer's text

LE_SOIR = Article("soir", "Both ministers offered to resign on Thursday. The attacks killed 31 people in Brussels.")


def claims(articles: dict[str, Article], spans: list[Span]) -> list[Claim]:
    return agree("Who?", spans, articles.__getitem__, lambda _: ())


def test_a_marker_in_an_article_is_no_marker_of_the_answer():
    """A literal [7] becomes (7) in the answer and stays as it is in the quote."""
    article = Article("wiki", "The mayor [7] resigned[\u0663].")
    articles = {"wiki": article}
    answer = compose(draft(), claims(articles, [span(article, article.text)]), articles.__getitem__)
    assert answer.answer == "The mayor (7) resigned(\u0663). [1]"
    assert answer.citations[0].quote == article.text


@given(st.lists(st.text("[]() 01239\u0663\n\u00a0ab.", min_size=1, max_size=30), min_size=1, max_size=6), st.booleans())
def test_the_markers_of_an_answer_are_its_citations(texts, abstains):
    """Whatever the articles hold, the markers are the citations, in order, none unused; quotes are exact."""
    articles = {str(i): Article(str(i), text) for i, text in enumerate(texts)}
    spans = [span(article, article.text, 0.5) for article in articles.values()]
    answer = (abstain if abstains else compose)(draft(), claims(articles, spans), articles.__getitem__)
    assert (
        markers(answer.answer)
        == tuple(c.marker for c in answer.citations)
        == tuple(range(1, len(answer.citations) + 1))
    )
    assert all(c.article.text[c.start : c.end] == c.quote for c in answer.citations)


def test_an_abstention_says_so_and_names_no_answer():
    """It points at what comes nearest, and has neither short answer nor findings."""
    articles = {"soir": LE_SOIR}
    answer = abstain(draft(), claims(articles, [span(LE_SOIR, LE_SOIR.text[:45], 0.01)]), articles.__getitem__)
    assert answer.answer == "The articles do not say. What comes nearest: [1]"
    assert (answer.abstained, answer.short_answer, answer.findings, answer.confidence) == (True, "", (), 0.01)


def test_an_abstention_without_passages_points_at_nothing():
    """Nothing found, nothing cited."""
    answer = abstain(draft(), [], {}.__getitem__)
    assert (answer.answer, answer.citations, answer.abstained) == ("The articles do not say.", (), True)


def test_running_text_is_one_line():
    """Line ends and odd spaces of an article do not reach the answer's text."""
    assert plain("one\n\n two\u00a0three\x85four") == "one two three four"


# -- formats

ARTICLE = Article("a.txt", "It killed 31.", "Title", "https://example.org/a", "Le Soir", "", "", "2016-03-24")
CITATION = Citation(1, ARTICLE, "It killed 31.", 0, 13)
ANSWER = Answer(
    question="How many?",
    standalone_question="How many died?",
    answer="It killed 31. [1]",
    short_answer="31",
    confidence=0.93,
    findings=(Finding("31", 0.93, (CITATION,)),),
    citations=(CITATION,),
    passages=(Hit(Passage("a.txt", 0, 13, "It killed 31."), 0.71, ARTICLE),),
    seconds={"retrieve": 0.012, "read": 0.08, "total": 0.095},
)


def test_the_json_is_the_contract():
    """Every field of the format, by name, with its value."""
    assert to_json(ANSWER) == {
        "question": "How many?",
        "standalone_question": "How many died?",
        "scope": "",
        "answer": "It killed 31. [1]",
        "short_answer": "31",
        "abstained": False,
        "differ": False,
        "confidence": 0.93,
        "mode": "extractive",
        "notice": "",
        "sentences": [],
        "support": None,
        "tokens": {},
        "findings": [{"value": "31", "confidence": 0.93, "article_ids": ["a.txt"], "citations": [1]}],
        "citations": [
            {
                "marker": 1,
                "article_id": "a.txt",
                "title": "Title",
                "publisher": "Le Soir",
                "published": "2016-03-24",
                "url": "https://example.org/a",
                "quote": "It killed 31.",
                "start": 0,
                "end": 13,
            }
        ],
        "passages": [{"article_id": "a.txt", "start": 0, "end": 13, "score": 0.71, "text": "It killed 31."}],
        "seconds": {"retrieve": 0.012, "read": 0.08, "total": 0.095},
    }


def test_a_batch_row_leads_with_its_id():
    """``id`` is there in a batch only."""
    assert to_json(ANSWER, "q1") == {"id": "q1"} | to_json(ANSWER)


def test_the_terminal_shows_the_byline():
    """Title, publisher, date and quote under the answer."""
    assert to_text(ANSWER) == "It killed 31. [1]\n\n[1] Title (Le Soir, 2016-03-24)\n    “It killed 31.”"


def test_escape_sequences_do_not_reach_the_terminal():
    """Text that would clear the screen, set the title or reverse the line is shown, not obeyed."""
    evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eevil\r"
    article = Article("e\x1b.txt", evil, f"T{evil}", "", f"P{evil}")
    citation = Citation(1, article, evil, 0, len(evil))
    shown = to_text(Answer("q", "q", answer=f"{evil} [1]", citations=(citation,)))
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert "\\x1b[2J" in shown
