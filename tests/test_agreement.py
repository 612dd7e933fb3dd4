"""What articles say together: spans become claims, claims compete or do not, and the answer cites every sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.agreement import agree, asks_several, asks_yes_no, rivals
from qa.compose import compose, markers
from qa.names import echoes
from qa.types import Answer, Span
from vectorstore.sentences import sentences
from vectorstore.types import Article, Passage

SEEDS = Path(__file__).parent.parent / "seeds"
ARTICLES = {name[:3]: Article(name[:3], path.read_text("utf-8")) for path in SEEDS.glob("*.txt") if (name := path.name)}
FRANCE24, DAESH, VIDEO = ARTICLES["000"], ARTICLES["001"], ARTICLES["002"]
DEAD = "How many people were killed in the Brussels bombings?"


def span(article: Article, text: str, score: float, around: str = "") -> Span:
    """The span of ``text``, in the first place where ``around`` stands, inside its sentence."""
    start = article.text.index(around or text)
    start = article.text.index(text, start)
    end = start + len(text)
    bounds = next((one, two) for one, two in sentences(article.text) if one <= start and end <= two)
    return Span(Passage(article.id, 0, len(article.text), article.text), start, end, text, score, *bounds)


def made(id: str, text: str, answer: str, score: float, published: str = "") -> tuple[Article, Span]:  # noqa: A002
    """An article of our own and its span."""
    article = Article(id, text, published=published)
    return article, span(article, answer, score)


def claims_of(question, *spans, articles=ARTICLES, copies=None):
    return agree(question, spans, articles.__getitem__, lambda id: (copies or {}).get(id, ()))  # noqa: A006


def told(question, claims, articles=ARTICLES, **options):
    """The answer, held to the promises of every answer."""
    answer = compose(Answer(question, question), claims, articles.__getitem__, **options)
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote
    assert markers(answer.answer) == tuple(citation.marker for citation in answer.citations)
    assert all(citation in answer.citations for finding in answer.findings for citation in finding.citations)
    return answer


def test_the_dead_of_the_seeds():
    """Two seeds say 31 and one at least 31: two claims that do not compete, both told, each with its articles."""
    claims = claims_of(
        DEAD,
        span(FRANCE24, "31 people", 0.4),
        span(VIDEO, "at least 31", 0.3),
        span(DAESH, "31", 0.2, "who left 31"),
    )
    assert [(claim.value, round(claim.confidence, 6)) for claim in claims] == [("31 people", 0.6), ("at least 31", 0.3)]
    assert not rivals(DEAD, claims)
    answer = told(DEAD, claims)
    assert [finding.article_ids for finding in answer.findings] == [("000", "001"), ("002",)]
    assert "killed at least 31 people" in answer.answer
    assert "But " not in answer.answer


def test_hundreds_and_300_are_two_wordings_of_one_thing():
    """The injured: vague beside exact, both shown, no contradiction."""
    claims = claims_of("How many were injured?", span(DAESH, "300", 0.5), span(VIDEO, "hundreds", 0.4))
    assert not rivals("How many were injured?", claims)
    assert [finding.value for finding in told("How many were injured?", claims).findings] == ["300", "hundreds"]


def test_spelling_variants_are_one_claim_under_the_fullest_name():
    """El Bakraoui, al-Bakrawi and Bakraoui: one claim, three articles."""
    question = "Whom did Turkey deport?"
    claims = claims_of(
        question,
        span(DAESH, "Bakraoui", 0.5, "Bakraoui was on parole"),
        span(FRANCE24, "Ibrahim El Bakraoui", 0.2),
        span(VIDEO, "Ibrahim El Bakraoui", 0.1, "Europe Ibrahim"),
        span(DAESH, "Ibrahim al-Bakrawi", 0.1),
    )
    assert [claim.value for claim in claims] == ["Ibrahim El Bakraoui"]
    assert sorted(one.passage.article_id for one in claims[0].spans) == ["000", "001", "002"]


def test_a_bare_surname_is_the_one_its_article_named_last():
    """The warrant of December 11 is for Khalid: the article's Bakraoui of that sentence is not Ibrahim."""
    question = "For whom did the police issue a warrant?"
    claims = claims_of(
        question,
        span(VIDEO, "Bakraoui", 0.5, "warrant for Bakraoui"),
        span(FRANCE24, "Ibrahim El Bakraoui", 0.3),
        span(VIDEO, "Khalid El Bakraoui", 0.1),
    )
    assert [claim.value for claim in claims] == ["Khalid El Bakraoui", "Ibrahim El Bakraoui"]
    assert rivals(question, claims)


def test_a_number_keeps_the_hedge_that_its_reader_left_out():
    """The 31 of "at least 31 people" is at least 31, and its span is still the article's own text."""
    (claim,) = claims_of(DEAD, span(VIDEO, "31 people", 0.5, "at least 31"))
    assert claim.value == "at least 31 people"
    assert VIDEO.text[claim.spans[0].start : claim.spans[0].end] == claim.spans[0].text == "at least 31 people"


def test_a_mention_in_passing_is_no_support():
    """A span that got a thousandth of its claim's best score makes no article say so."""
    (claim,) = claims_of("Who?", span(FRANCE24, "Koen Geens", 0.7), span(DAESH, "Geens", 0.0007))
    assert claim.stories == {"000"}


def test_overlapping_spans_of_one_article_are_one():
    """A "Geens" inside "Koen Geens" adds its score and no article."""
    claims = claims_of(
        "Who confirmed it?",
        span(FRANCE24, "Justice Minister Koen Geens", 0.3),
        span(FRANCE24, "Geens", 0.2, "Justice Minister Koen Geens"),
        span(FRANCE24, "Koen Geens", 0.1, "Justice Minister Koen Geens"),
    )
    assert len(claims) == 1
    assert claims[0].confidence == pytest.approx(0.6)
    assert len(claims[0].spans) == 1


def test_copies_of_one_story_count_once():
    """The same wire story in two papers is one article's word."""
    texts = ("a", "Fire killed 12 men.", "12"), ("b", "Fire killed 12 men.", "12"), ("c", "Fire took 14 lives.", "14")
    (one, first), (two, second), (other, third) = (made(*text, 0.3) for text in texts)
    articles = {"a": one, "b": two, "c": other}
    claims = claims_of("How many died?", first, second, third, articles=articles, copies={"a": ("b",), "b": ("a",)})
    assert [(len(claim.spans), round(claim.confidence, 6)) for claim in claims] == [(1, 0.6), (1, 0.3)]


def competing():
    """Two articles against one."""
    made_up = [
        made("a", "The fire killed 12 people on Monday, police said.", "12", 0.3),
        made("b", "Twelve people died in the blaze.", "Twelve", 0.2),
        made("c", "Officials in the town spoke of 14 victims.", "14", 0.25),
    ]
    return {article.id: article for article, _ in made_up}, [one for _, one in made_up]


def test_articles_that_differ_are_told_apart_with_their_numbers():
    """The best finding's sentence first, then how many say otherwise, in whose words."""
    articles, spans = competing()
    claims = claims_of("How many people died in the fire?", *spans, articles=articles)
    answer = told("How many people died in the fire?", claims, articles)
    assert answer.answer == (
        "The fire killed 12 people on Monday, police said. [1][2] "
        "But 1 of 3 articles says “14”: Officials in the town spoke of 14 victims. [3]"
    )
    assert [finding.value for finding in answer.findings] == ["12", "14"]


def test_a_weak_second_is_no_contradiction():
    """Below the share a rival is noise of the reader: neither differing nor told."""
    articles, spans = competing()
    claims = claims_of("How many died?", *spans, articles=articles)
    assert rivals("How many died?", claims, share=0.5)
    assert not rivals("How many died?", claims, share=0.6)
    assert len(told("How many died?", claims, articles, share=0.6).findings) == 1


def test_an_article_does_not_disagree_with_itself():
    """Two numbers of one article are two things, not two sides."""
    claims = claims_of(DEAD, span(FRANCE24, "31", 0.5), span(VIDEO, "31", 0.1), span(VIDEO, "130", 0.4))
    assert [claim.value for claim in claims] == ["31", "130", "at least 31"]
    assert rivals(DEAD, claims) == []
    assert [finding.value for finding in told(DEAD, claims, share=0.1).findings] == ["31", "at least 31"]


def test_several_answers_do_not_contradict():
    """A question for outlets has both; one for an outlet has to choose."""
    spans = span(DAESH, "Le Soir", 0.5), span(VIDEO, "VTM television", 0.4)
    several, one = "Which outlets did Jambon talk to?", "Which outlet did Jambon talk to?"
    assert not rivals(several, claims_of(several, *spans))
    assert rivals(one, claims_of(one, *spans))
    assert "But another article says “VTM television”: " in told(one, claims_of(one, *spans)).answer
    assert len(told(several, claims_of(several, *spans)).findings) == 2


def test_two_findings_of_one_sentence_are_told_once():
    """A list question whose answers stand in one sentence: the sentence once, both findings."""
    question = "In which neighborhoods were the raids?"
    claims = claims_of(question, span(FRANCE24, "Jette", 0.4), span(FRANCE24, "Schaerbeek", 0.4))
    answer = told(question, claims)
    assert [finding.value for finding in answer.findings] == ["Jette", "Schaerbeek"]
    assert answer.answer.count("new raids") == 1
    assert len(answer.citations) == 1


def test_what_says_less_is_not_told_again():
    """A "Thursday" adds nothing to "Thursday night"."""
    question = "When were the raids?"
    claims = claims_of(
        question, span(FRANCE24, "Thursday night", 0.5), span(DAESH, "Thursday", 0.3, "said on Thursday")
    )
    assert [finding.value for finding in told(question, claims).findings] == ["Thursday night"]


def test_a_yes_no_question_is_answered_by_the_sentence():
    """The answer is in words of the evidence, and never differs for its words alone."""
    question = "Did Charles Michel accept the resignations?"
    claims = claims_of(question, span(FRANCE24, "rejected", 0.5), span(DAESH, "turned down", 0.4))
    assert claims[0].value.startswith("Both interior minister Jan Jambon and Koen Geens offered to step down")
    assert not rivals(question, claims)
    assert told(question, claims).short_answer == claims[0].value


def test_weekdays_agree_with_dates_of_articles_that_are_dated():
    """Tuesday and March 22 are one day when the article appeared on Thursday, March 24."""
    one, first = made("a", "The bombs went off on Tuesday.", "Tuesday", 0.4, "2016-03-24")
    two, second = made("b", "The attacks of March 22 shook the city.", "March 22", 0.3, "2016-04-02")
    (claim,) = claims_of("When were the attacks?", first, second, articles={"a": one, "b": two})
    assert len(claim.spans) == 2


@pytest.mark.parametrize(
    ("yes_no", "questions"),
    [
        (True, "Did Jambon resign?|Is this the first time?|And was he arrested?|Hasn't he been charged?"),
        (True, "In 2015, was Ibrahim El Bakraoui deported?|has the man who was arrested been charged"),
        (True, "Were they going to resign or not?|He resigned. Did Geens, too?"),
        (False, "Were the ministers going to resign, or had they only offered to?|Can you tell me who resigned?"),
        (False, "Do you know when the raids were?|Will Smith was born where?|Who resigned?|How many died?|"),
        (False, "What did Jambon do?|When he resigned, what did he say?"),
    ],
)
def test_yes_no_questions(yes_no, questions):
    """A question that yes or no would answer, and no other."""
    for question in questions.split("|"):
        assert asks_yes_no(question) is yes_no, question


@pytest.mark.parametrize(
    ("several", "questions"),
    [
        (True, "Which outlets did Jambon talk to?|Who were the suspects?|Who are the ministers?|List the victims."),
        (True, "Who was arrested in Argenteuil?|who has been killed|What are the names of the bombers?"),
        (True, "Which two neighborhoods were raided?|Which members of the government owned up to mistakes?"),
        (True, "Who besides Jan Jambon offered to resign?|Who else resigned?|Name the three bombers"),
        (True, "Which countries border France?|What measures did Europe take?"),
        (False, "Which news outlet did Jambon talk to about his offer?|Who is Belgium's interior minister?"),
        (False, "Who was elected president?|Who is the artist of the album Plays Well with Others?"),
        (False, "Whom were the police hunting on Thursday?|How many people were killed?|When was the attack?"),
        (False, "What kind of failure were the ministers under fire for?|What does the video call for?"),
        (False, "In which city was the property rented?|What is the population of Keyes?|Which series did he win?"),
        (False, "What happens in Brussels?|Name the president of France|"),
    ],
)
def test_questions_with_several_answers(several, questions):
    """Plural and list questions have several answers; one thing asked for has one."""
    for question in questions.split("|"):
        assert asks_several(question) is several, question


def test_sentences_that_echo():
    """Most words in common, and no number each of its own."""
    assert echoes("The fire killed 12 people.", "The fire killed 12 people on Monday.")
    assert not echoes("The fire killed 12 people.", "The fire killed 14 people.")
    assert not echoes("", "The fire killed 12 people.")


SCORES = st.floats(0.01, 0.5)
PLACES = [
    (FRANCE24, "31 people", ""), (DAESH, "31", "who left 31"), (VIDEO, "at least 31", ""), (DAESH, "300", ""),
    (VIDEO, "hundreds", ""), (FRANCE24, "Koen Geens", ""), (DAESH, "Geens", ""), (VIDEO, "Koen Geens", ""),
    (FRANCE24, "March 22", ""), (DAESH, "Tuesday", ""), (VIDEO, "December 9", ""), (VIDEO, "December 11", ""),
    (FRANCE24, "rejected their resignations", ""), (DAESH, "Le Soir", ""), (VIDEO, "VTM television", ""),
]  # fmt: skip
QUESTIONS = st.sampled_from([DEAD, "Who resigned?", "Did they resign?", "Which outlets?", "When was it?", ""])


@given(QUESTIONS, st.lists(st.tuples(st.sampled_from(PLACES), SCORES), min_size=1, max_size=8))
def test_whatever_the_spans_the_answer_keeps_its_promises(question, chosen):
    """Every claim has a span of each story, confidence falls and adds up, and all that is told is cited."""
    spans = [span(article, text, score, around) for (article, text, around), score in chosen]
    claims = claims_of(question, *spans)
    confidences = [claim.confidence for claim in claims]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] <= 1
    assert sum(confidences) <= sum(one.score for one in spans) + 1e-9
    for claim in claims:
        stories = [one.passage.article_id for one in claim.spans]
        assert len(set(stories)) == len(stories)
        assert [one.score for one in claim.spans] == sorted((one.score for one in claim.spans), reverse=True)
    answer = told(question, claims)
    assert answer.confidence == claims[0].confidence


@given(st.permutations(PLACES))
def test_the_order_of_spans_of_different_scores_makes_no_difference(order):
    """Spans are weighed by their scores, not by where they stand."""
    scores = {place: 0.5 / (1 + i) for i, place in enumerate(PLACES)}
    spans = [span(article, text, scores[article, text, around], around) for article, text, around in order]
    assert claims_of(DEAD, *spans) == claims_of(DEAD, *sorted(spans, key=lambda one: -one.score))
