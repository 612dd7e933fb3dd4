"""What a question says about where to look: outlets and days, and above all when it says nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.planning.plan import Period, plan

PUBLISHERS = (
    *("Le Soir", "theguardian.com", "AP", "USA Today", "cnn.com", "Washington Post", "Reuters", "The Times", "Time"),
    *("The Sun", "People", "Vox", "Quartz", "BBC News", "The Hill", "The Week", "NPR Online News", "Anna Example", ""),
)
DAYS = ("2000-01-01", "2023-12-31")
ASKED = date(2024, 1, 3)  # a Wednesday


def read(question, days=DAYS, asked=ASKED):
    return plan(question, PUBLISHERS, days, asked)


def names(question):
    return [outlet[0] for outlet in read(question).outlets]


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("According to Le Soir, how many died?", ["Le Soir"]),
        ("according to le soir, how many died?", ["Le Soir"]),
        ("How many died, according to the Guardian?", ["theguardian.com"]),
        ("What did theguardian.com write about rain?", ["theguardian.com"]),
        ("what did cnn say about the dam?", ["cnn.com"]),
        ("What did the Post say about the dam?", ["Washington Post"]),
        ("What did Reuters, AP and the BBC report?", ["Reuters", "AP", "BBC News"]),
        ("How does AP's account differ from Reuters’s?", ["AP", "Reuters"]),
        ("What does AP say that Reuters does not?", ["AP", "Reuters"]),
        ("Compare Le Soir with USA Today on the strike", ["Le Soir", "USA Today"]),
        ("Which of Reuters and AP gives the higher toll?", ["Reuters", "AP"]),
        ("Which paper reported 12 dead, Le Soir or the Guardian?", ["Le Soir", "theguardian.com"]),
        ("What's the latest from Reuters on the strike?", ["Reuters"]),
        ("Reuters: how many died?", ["Reuters"]),
        ("What did CNN say about the Washington Post?", ["cnn.com"]),
        ("According to People magazine, who wed?", ["People"]),
        ("What did The Times say?", ["The Times"]),
        ("What did NPR say?", ["NPR Online News"]),
        ("What does the AP toll say?", ["AP"]),
    ],
)
def test_an_outlet_that_is_asked_as_a_source_is_read(question, outlets):
    """By any name it goes by; several are each one of their own, in the order of the question."""
    assert names(question) == outlets
    assert read(question).certain


@pytest.mark.parametrize(
    "question",
    [
        "What did the mayor tell Reuters?",
        "What does the minister say in Le Soir?",
        "What did he tell CNN's State of the Union show?",
        "Why did CNN say it fired its chief?",
        "What percentage live in poverty, according to analysis by The Guardian?",
    ],
)
def test_an_outlet_that_only_hints_is_preferred(question):
    """What was told to an outlet, others repeat; an outlet may speak of itself."""
    planned = read(question)
    assert len(planned.outlets) == 1
    assert not planned.certain
    assert planned.query == question


@pytest.mark.parametrize(
    "question",
    [
        "Who owns the Washington Post?",
        "Who is Time magazine's person of the year?",
        "People said the bridge is unsafe. Who built it?",
        "According to people familiar with the matter, who resigned?",
        "According to the guardian of the girl, who won?",
        "According to the Reuters Institute, who avoids the news?",
        "According to a new USA TODAY/Suffolk University poll, who leads?",
        "How far is the sun?",
        "Who climbed the hill?",
        "What happened at the Times Square?",
        "What did the Guardian's owner say?",
        "What did a BBC documentary reveal?",
        "What does CNN's Jake Tapper say about it?",
        "What did Trump say about CNN and the Washington Post?",
        "What do outlets other than Reuters say?",
        "Is it true, as CNN claims, that the dam broke?",
        "According to the Daily Planet, who is he?",
        "What was the price of quartz?",
        "What did Anna Example say about the dam?",
        "A woman who worked at CNN claimed that she was hurt. Where?",
        "How much has CNN agreed to pay?",
        "Who joined the BBC?",
        "",
    ],
)
def test_an_outlet_that_is_no_source_is_left(question):
    """It is what the question is about, a word, a part of another name, or what others are asked about."""
    assert read(question).outlets == ()
    assert read(question).query == question


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("Who resigned in December 2023?", "2023-12-01", "2023-12-31"),
        ("Who resigned in Dec. 2019?", "2019-12-01", "2019-12-31"),
        ("What happened on 22 March 2016?", "2016-03-22", "2016-03-22"),
        ("What happened on July 14th, 2016?", "2016-07-14", "2016-07-14"),
        ("What happened on 7/14/2016?", "2016-07-14", "2016-07-14"),
        ("What happened on 14/07/2016?", "2016-07-14", "2016-07-14"),
        ("What happened on 2016-07-14?", "2016-07-14", "2016-07-14"),
        ("Who led before March 2022?", "", "2022-02-28"),
        ("Who led until March 2022?", "", "2022-03-31"),
        ("Who led after March 2022?", "2022-04-01", ""),
        ("Who led between May and July 2020?", "2020-05-01", "2020-07-31"),
        ("Who led from November to February 2020?", "2019-11-01", "2020-02-29"),
        ("Who led from 2016 to 2018?", "2016-01-01", "2018-12-31"),
        ("How many died between 12 and 15 July 2021?", "2021-07-12", "2021-07-15"),
        ("What happened in the week of 22 March 2016?", "2016-03-22", "2016-03-28"),
        ("Who won in the summer of 2019?", "2019-06-01", "2019-08-31"),
        ("Who won in the 2010s?", "2010-01-01", "2019-12-31"),
        ("Who won in early 2021?", "2021-01-01", "2021-06-30"),
        ("Who was fined in March?", "2023-03-01", "2023-03-31"),
        ("What sank yesterday?", "2024-01-02", "2024-01-02"),
        ("What sank last week?", "2023-12-25", "2023-12-31"),
        ("What sank last Monday?", "2024-01-01", "2024-01-01"),
        ("What sank last month?", "2023-12-01", "2023-12-31"),
        ("What sank last year?", "2023-01-01", "2023-12-31"),
        ("What sank two months ago?", "2023-11-01", "2023-11-30"),
    ],
)
def test_days_are_read(question, after, before):
    """As they are written, or counted from the day of the question; alone they only hint."""
    assert read(question, days=("2000-01-01", "2024-01-03")).period == Period(after, before)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2018 World Cup?",
        "What happened in the May 2021 vote?",
        "What is the highest toll since 2017?",
        "Who won for the first time since March 2020?",
        "By what has it fallen since 2004?",
        "How many trams will there be by 2030?",
        "Which shops will merge in 2030?",
        "Who earns more than last year?",
        "How has it fallen from 79% last year?",
        "What has changed since the election?",
        "Who hosts Last Week Tonight?",
        "Who sang “In March 2020”?",
        "He may march in. Who?",
        "Which team won the league in 2019-20?",
        "What happened on 31 February 2020?",
        "Who was king in 1923?",
        "Which airline will fly in November?",
        "How many died in 2016 and how many in 2019?",
        "Who resigned on Thursday?",
    ],
)
def test_days_that_are_no_bound_are_left(question):
    """Names, targets, measures, days to come or outside the collection, and more than one."""
    assert read(question).period is None


@pytest.mark.parametrize(
    "question",
    [
        "Articles from 2020 on the dam: who warned?",
        "What was written about the dam in 2020?",
        "Which articles about the dam appeared in 2020?",
        "In 2020, what did Reuters report on the dam?",
        "According to AP in 2020, who warned?",
        "What did the newspapers write in 2020 about the dam?",
    ],
)
def test_days_of_articles_are_certain(question):
    """Said of articles, or right beside the outlet; then the words are not searched for."""
    planned = read(question)
    assert planned.period == Period("2020-01-01", "2020-12-31", certain=True)
    assert "2020" not in planned.query


def test_days_after_what_an_outlet_reports_on_only_hint():
    """The day may be the report's or the event's."""
    planned = read("What did Reuters report about the dam in 2020?")
    assert planned.certain
    assert planned.period == Period("2020-01-01", "2020-12-31")


def test_without_days_in_the_collection_none_are_read():
    """Articles without a date cannot be told apart by it."""
    assert read("What sank in March 2016?", days=("", "")).period is None


def test_the_query_is_the_question_without_the_outlet():
    """What is left is searched for; where nothing is, the question is."""
    assert read("According to Le Soir, how many people died?").query == "how many people died?"
    assert read("According to Le Soir?").query == "According to Le Soir?"


WORDS = (
    "According to in on from between and since last the week year May March 2020 2021 31 5/6/2020 AP Reuters's Time "
    "the Guardian says report differ versus , : ? “ \" 's ’ . ¤ ago 999 yesterday BBC/ - 1990s early of about"
)


@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS.split()), max_size=40).map(" ".join)),
    st.dates(date(1990, 1, 1)),
)
def test_any_text_can_be_planned(question, asked):
    """No words make it fail; what it reads are the collection's own publishers and a run of days in order."""
    planned = plan(question, PUBLISHERS, DAYS, asked)
    assert {name for outlet in planned.outlets for name in outlet} <= set(PUBLISHERS) - {""}
    assert bool(planned.query) == bool(question)
    if planned.period:
        assert planned.period.after or planned.period.before
        assert not planned.period.before or planned.period.after <= planned.period.before
