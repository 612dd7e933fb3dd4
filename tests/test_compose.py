"""Several right answers: which are told, which are another's or an altered copy's, and how much is quoted."""

import pytest

from qa.agreement import agree
from qa.compose import compose, markers
from qa.subjects import apart, on_subject, versions
from qa.types import Answer, Span
from vectorstore.sentences import sentences
from vectorstore.types import Article, Passage

BORN = "When was Thomas Reed born?"


def told(question, *read, **published):
    """The answer to a question over articles: each an id, a text, the span in it, its score and what it has alone."""
    articles, spans = {}, []
    for id_, text, words, score, alone in read:
        articles[id_] = Article(id_, text, published=published.get(id_, ""))
        start = text.index(words)
        end = start + len(words)
        bounds = next((one, two) for one, two in sentences(text) if one <= start and end <= two)
        passage = Passage(id_, 0, len(text), text)
        spans.append(Span(passage, start, end, words, score, *bounds, alone=alone))
    claims = agree(question, spans, articles.__getitem__, lambda _: ())
    answer = compose(Answer(question, question), claims, articles.__getitem__)
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote
    assert markers(answer.answer) == tuple(citation.marker for citation in answer.citations)
    return answer


def values(answer):
    return [finding.value for finding in answer.findings]


PAINTER = (
    "a",
    "Thomas Reed, a Welsh painter of the Conway school in Bangor, Gwynedd, was born in 1856.",
    "1856",
    0.7,
    0.9,
)
SAILOR = (
    "b",
    "Thomas Reed, a sailor of Nova Scotia and owner of the Bluenose II, was born in 1900.",
    "1900",
    0.001,
    0.9,
)


def test_what_one_passage_clearly_gives_is_told_however_sure_another_is():
    """A thousandth of the best share is enough for an answer that its own passage is sure of, and only for that."""
    assert values(told(BORN, PAINTER, SAILOR)) == ["1856", "1900"]
    assert values(told(BORN, PAINTER, (*SAILOR[:4], 0.4))) == ["1856"]


def test_two_of_one_name_are_told_apart():
    """Articles that share no name but the one that is asked for may speak of two men: they do not differ."""
    answer = told(BORN, PAINTER, SAILOR)
    assert not answer.differ
    assert "Perhaps of another by that name, another article says “1900”: Thomas Reed, a sailor" in answer.answer


def test_two_accounts_of_one_thing_differ():
    """The same painter of the same school and town: one of the two is wrong."""
    answer = told(
        BORN, PAINTER, ("b", "The Conway painter Thomas Reed of Bangor was born in 1900.", "1900", 0.001, 0.9)
    )
    assert answer.differ
    assert "But another article says “1900”: " in answer.answer


def test_an_answer_about_something_else_is_not_told():
    """A passage that lacks a name of the question answers another one, however clearly."""
    read = (
        ("a", "The rampage in Paris killed 130 people.", "130", 0.9, 1.0),
        ("b", "The bombs in Brussels killed 31 people.", "31", 0.001, 1.0),
    )
    assert values(told("How many people were killed in Paris?", *read)) == ["130"]


def test_several_clear_stories_go_before_a_single_one():
    """The score of a lone article is higher, but two others clearly agree."""
    read = (
        ("a", "Reed was born in 1900.", "1900", 0.4, 0.9),
        ("b", "In 1856 Reed was born.", "1856", 0.2, 0.8),
        ("c", "The birth of Reed, 1856, was a surprise.", "1856", 0.15, 0.6),
    )
    answer = told("When was Reed born?", *read)
    assert values(answer) == ["1856", "1900"]
    assert "But 1 of 3 articles says “1900”" in answer.answer


REPORT = (
    "The fire at the mill of Harton on Monday night, the worst in the county for years, killed {} people, police said."
)
ALTERED = (
    ("a", REPORT.format(12), "12", 0.3, 0.9),
    ("b", REPORT.format(14), "14", 0.5, 0.9),
    ("c", "Twelve men and women lost their lives in the Harton fire.", "Twelve", 0.2, 0.9),
)
DIED = "How many people died in the fire?"


def test_an_altered_copy_does_not_outweigh_its_original():
    """One text in two versions, and a further article that agrees with the one: the other is no independent word."""
    assert values(told(DIED, *ALTERED)) == ["12"]


def test_of_two_versions_alone_both_are_told():
    """Nothing says which of the two is the original, so the reader sees that they differ."""
    answer = told(DIED, *ALTERED[:2])
    assert answer.differ
    assert values(answer) == ["14", "12"]


def test_a_later_version_is_a_correction():
    """A toll that was raised the day after is told."""
    assert values(told(DIED, *ALTERED, a="2016-03-22", b="2016-03-23")) == ["12", "14"]
    assert values(told(DIED, *ALTERED, a="2016-03-23", b="2016-03-22")) == ["12"]


def test_a_dissenter_with_its_own_words_is_told():
    """An article that is no version of another stands, alone against two."""
    dissent = ("b", "Officials in Harton spoke of 14 victims of the fire.", "14", 0.1, 0.9)
    assert values(told(DIED, ALTERED[0], dissent, ALTERED[2])) == ["12", "14"]


def test_the_same_in_more_words_is_not_told_again():
    """A date, and the words around the same date."""
    read = (
        ("a", "Women all over Iceland struck on 24 October 1975.", "24 October 1975", 0.6, 0.9),
        (
            "b",
            "Strike of women in Iceland, Date 24 October 1975",
            "Strike of women in Iceland, Date 24 October 1975",
            0.2,
            0.9,
        ),
    )
    assert values(told("When did women strike in Iceland?", *read)) == ["24 October 1975"]


@pytest.mark.parametrize(
    ("text", "words", "quote"),
    [
        (
            "Police found Abdeslam in Molenbeek. He was arrested on Friday.",
            "on Friday",
            "Police found Abdeslam in Molenbeek. He was arrested on Friday.",
        ),
        (
            "It rained. Police found Abdeslam in Molenbeek.\n\nBut his arrest came on Friday.",
            "on Friday",
            "Police found Abdeslam in Molenbeek.\n\nBut his arrest came on Friday.",
        ),
        ("Nobody knew. He was arrested on Friday.", "on Friday", "He was arrested on Friday."),
        ("He was arrested on Friday.", "on Friday", "He was arrested on Friday."),
        (
            "Police found Abdeslam in Molenbeek.\n\nAdvertisement\n\nHe was arrested on Friday.",
            "on Friday",
            "He was arrested on Friday.",
        ),
        (
            "Police found him in Molenbeek. Abdeslam was arrested on Friday.",
            "on Friday",
            "Abdeslam was arrested on Friday.",
        ),
        ("Hermes sued Abdeslam in Paris. Items were seized on Friday.", "on Friday", "Items were seized on Friday."),
    ],
    ids=["he", "his, a paragraph on", "no name", "first", "furniture between", "no pronoun", "no pronoun either"],
)
def test_a_sentence_that_opens_with_a_pronoun_brings_the_one_that_names(text, words, quote):
    """Both are one quote and one citation; where nothing is named or something stands between, its own is."""
    answer = told("When was he arrested?", ("a", text, words, 0.9, 0.9))
    assert [citation.quote for citation in answer.citations] == [quote]
    assert answer.answer == f"{' '.join(quote.split())} [1]"


def test_versions_share_most_of_their_runs_of_words():
    """A word that was changed leaves a version; another text about the same thing is none."""
    assert versions(REPORT.format(12), REPORT.format("nearly fourteen"))
    assert not versions(REPORT.format(12), "The fire at the mill killed 12 people.")
    assert versions("", "") is versions("one", "two") is False


def test_a_subject_is_the_names_and_nearly_all_words_of_the_question():
    """A passage is on the subject beside one that answers if it has as many of its names and one word less at most."""
    question, full = "What was the toll of the fire in Harton?", "The fire in Harton took its toll."
    assert on_subject(question, [full], [full])
    assert on_subject(question, ["Harton: a fire"], [full])
    assert not on_subject(question, ["Harton"], [full])
    assert not on_subject(question, ["The fire took its toll."], [full])


def test_two_accounts_of_one_vote_are_of_one_thing():
    """Their figures are what they disagree on, and do not make two libraries of one."""
    one = ["Readers sat in Milbrook on Wednesday, after it voted 8 to 3. Rosa Lind: 90,000 books, here since 1911."]
    other = ["The council of Milbrook voted 7 to 4 on Tuesday. Dana Whitfield: 310,000 saved; 2,000 signed in June."]
    assert not apart("How did the council vote on the Alder Street library?", one, other)


def test_things_are_not_told_apart_by_too_little():
    """Few names, or a question that names nothing, tell nothing of what articles are about."""
    one, other = [PAINTER[1]], [SAILOR[1]]
    assert apart(BORN, one, other)
    assert not apart(BORN, one, ["Thomas Reed was born in 1900."])
    assert not apart("when was he born?", one, other)
