"""What two short answers are to each other: the same, compatible, competing, or more than their words tell."""

import pytest

from qa.values import Day, compatible, competes, covers, relation, same, value

# The words are those of the seeds where they can be; the others are of the news.
SAME = [
    ("interior and justice ministers", "justice and interior ministers"),
    ("Jan Jambon and Koen Geens", "Koen Geens and Jan Jambon"),
    ("Van Rompuy", "Herman Van Rompuy"),
    ("Ben Ali", "Zine El Abidine Ben Ali"),
    ("31", "thirty-one"),
    ("31", "31 people"),
    ("31 people", "31 individuals"),
    ("31 dead", "31"),
    ("at least 31", "no fewer than 31 people"),
    ("more than 400 Takfiri terrorists", "more than 400 terrorists"),
    ("about 30", "around thirty"),
    ("nearly 30", "almost 30"),
    ("up to 20", "as many as 20"),
    ("hundreds", "hundreds of people"),
    ("300", "three hundred"),
    ("305", "three hundred and five"),
    ("1,791", "1791 inhabitants (2004)"),
    ("a total of 31", "31"),
    ("$3.5 million", "3.5m dollars"),
    ("$3.5 million", "3,500,000 dollars"),
    ("US$3.5 million", "$3.5m"),
    ("£20", "20 pounds"),
    ("€1.5bn", "1.5 billion euros"),
    ("half a million", "500,000"),
    ("a dozen", "12"),
    ("half a dozen", "six"),
    ("two dozen", "24"),
    ("9-year", "nine years"),
    ("a 9-year sentence", "nine years"),
    ("29", "29 years old"),
    ("29-year-old", "aged 29"),
    ("an hour", "60 minutes"),
    ("An hour", "one hour"),
    ("an hour and a half", "90 minutes"),
    ("half an hour", "30 minutes"),
    ("12 months", "a year"),
    ("three days of mourning", "three days"),
    ("three", "three days"),
    ("10 kilometers away", "10 km"),
    ("10 kilometres", "10,000 metres"),
    ("27 percent", "twenty-seven percent"),
    ("half", "50 percent"),
    ("one third", "1/3"),
    ("one in three", "a third of voters"),
    ("twice", "two times"),
    ("the third", "a third man"),
    ("3rd", "third"),
    ("twenty-first", "21st"),
    ("first", "the first major admission"),
    ("six", "six individuals"),
    ("10-15", "10 to 15"),
    ("December 9", "9 December"),
    ("December 9", "on Dec. 9"),
    ("December 9, 2015", "2015-12-09"),
    ("December 9", "Dec. 9, 2015"),
    ("9th of December 2015", "Wednesday, December 9, 2015"),
    ("March 22", "on March 22nd"),
    ("in 2015", "2015"),
    ("November 2015", "Nov 2015"),
    ("Thursday", "on Thursday"),
    ("Thursday night", "the night of Thursday"),
    ("Ibrahim El Bakraoui", "Ibrahim al-Bakrawi"),
    ("Ibrahim El Bakraoui", "Bakraoui"),
    ("Bakrawi", "El Bakraoui"),
    ("airport bomber Ibrahim El Bakraoui", "Ibrahim El Bakraoui"),
    ("his brother Ibrahim", "Ibrahim"),
    ("Justice Minister Koen Geens", "Koen Geens"),
    ("Justice minister Koen Geens", "Geens"),
    ("(Justice Minister Koen) Geens", "Koen Geens"),
    ("French Prime Minister Manuel Valls", "Manuel Valls"),
    ("Premier Michel", "Prime Minister Charles Michel"),
    ("Interior Minister Jambon", "Jan Jambon"),
    ("Khalid El Bakraoui, 27", "Khalid El Bakraoui"),
    ("Koen Geens, the justice minister", "Koen Geens"),
    ("K. Geens", "Koen Geens"),
    ("Zelenskyy", "Volodymyr Zelensky"),
    ("Mohammed bin Salman", "Muhammad bin Salman"),
    ("Qassem Soleimani", "Kasem Soleimani"),
    ("José Muñoz", "Jose Munoz"),
    ("Martin Luther King Jr.", "Martin Luther King"),
    ("EU", "European Union"),
    ("the E.U.", "the European Union"),
    ("IS", "Islamic State"),
    ("ISIS", "the Islamic State"),
    ("IS", "ISIS"),
    ("U.S.", "the United States"),
    ("WHO", "World Health Organization"),
    ("UN", "United Nations"),
    ("Le Soir", "“Le Soir”"),
    ("The New York Times", "New York Times"),
    ("Islamic State (ISIS)", "Islamic State"),
    ("an intelligence failure", "intelligence failures"),
    ("social media", "on social media"),
    ("political responsibility", "Political responsibility."),
    ("at Brussels airport", "Brussels airport"),
    ("to target European cities", "target European cities"),
    ("a safe house", "safe house"),
    ("Police", "police"),
]
COMPATIBLE = [
    ("3 dead and 5 wounded", "5 dead and 3 wounded"),
    ("Israel attacked Iran and Syria", "Iran attacked Israel and Syria"),
    ("Jan Jambon, Koen Geens and Charles Michel", "Jan Jambon"),
    ("France, Germany and Italy", "Germany, France and Italy"),
    ("31", "at least 31"),
    ("34", "at least 31"),
    ("at least 31", "at least 28"),
    ("more than 400", "400"),
    ("300", "hundreds"),
    ("about 30", "31"),
    ("nearly 30", "29"),
    ("up to 20", "15"),
    ("barely half-way", "half-way"),
    ("10-15", "12"),
    ("3.5 million", "3,512,000"),
    ("dozens", "36"),
    ("10 km", "6 miles"),
    ("two suspects", "two men"),
    ("thousands", "tens of thousands"),
    ("December", "December 9"),
    ("2015", "December 9, 2015"),
    ("Tuesday", "March 22"),
    ("Thursday", "Thursday night"),
    ("Tuesday", "2016-03-22"),
    ("early 2016", "2016"),
    ("before 2015", "2014"),
    ("about 1820", "1822"),
    ("the 1990s", "1994"),
    ("1912-1914", "1913"),
    ("1798-1800", "the 1790s"),
    ("Ibrahim", "Ibrahim El Bakraoui"),
    ("Brussels", "Brussels airport"),
    ("Maelbeek", "Maelbeek metro station"),
    ("VTM", "VTM television"),
    ("Korea", "North Korea"),
    ("Jersey", "New Jersey"),
    ("Charleroi, Belgium", "Belgium"),
    ("Islamic State", "Islamic State jihadist group"),
    ("Jette", "Jette and Schaerbeek"),
    ("prosecutors", "Belgian prosecutors"),
    ("police", "Belgian police"),
    ("errors", "errors and miscommunications"),
    ("the deportation", "the deportation of airport bomber Ibrahim El Bakraoui"),
    ("interior minister", "interior and justice ministers"),
    ("an Islamist cell", "members of an Islamist cell"),
    ("offered to resign", "were to resign"),
]
COMPETING = [
    ("Ben Affleck", "Casey Affleck"),
    ("31", "34"),
    ("31", "300"),
    ("31 people", "130 people"),
    ("at least 31", "28"),
    ("more than 400", "about 300"),
    ("up to 20", "31"),
    ("twice", "three times"),
    ("9-year", "ten years"),
    ("10 kilometers", "10 miles"),
    ("98 km", "100 km"),
    ("1.5 million", "2 million"),
    ("$3.5 million", "$35 million"),
    ("half", "a third"),
    ("first", "third"),
    ("10-15", "20"),
    ("December 9", "December 11"),
    ("December 9, 2015", "December 9, 2014"),
    ("2015", "2016"),
    ("Tuesday", "Wednesday"),
    ("1902", "1912-1914"),
    ("1798–1800", "from 1910 to 1912"),
    ("around 1797", "1878"),
    ("Major General", "Lieutenant General"),
    ("Tuesday", "2016-03-23"),
    ("Thursday night", "Thursday morning"),
    ("the 1990s", "2004"),
    ("2015", "December 9, 2014"),
    ("Khalid El Bakraoui", "Ibrahim El Bakraoui"),
    ("Khalid El Bakraoui", "Ibrahim al-Bakrawi"),
    ("Jan Jambon", "Koen Geens"),
    ("Le Soir", "VTM television"),
    ("Daesh", "Islamic State"),
    ("Turkey", "Belgium"),
    ("North Korea", "South Korea"),
    ("Paris, Texas", "Paris, France"),
    ("Bristol, New Hampshire", "Stoneham, Massachusetts"),
    ("Charleroi", "Jette"),
    ("EU", "United Nations"),
    ("rejected", "turned down"),
    ("golf", "American football"),
    ("guilty", "not guilty"),
    ("2-1", "3-1"),
    ("8 a.m.", "9 a.m."),
    ("a foreign terrorist fighter", "a militant"),
    ("academy", "university"),
]
APART = [
    ("31 dead", "300 injured"),
    ("27%", "27 years"),
    ("two suspects", "a third man"),
    ("Tuesday", "Brussels"),
    ("Jan Jambon", "the interior minister"),
    ("31", "Koen Geens"),
    ("France 24", "Belgian media"),
    (
        "authorities had not heeded their warnings to detain Ibrahim in Belgium",
        "Ankara expelled back to Europe one of the suicide bombers who carried out the attacks",
    ),
]
TABLE = [
    (one, other, expected)
    for expected, pairs in (("same", SAME), ("compatible", COMPATIBLE), ("competes", COMPETING), ("apart", APART))
    for one, other in pairs
]


@pytest.mark.parametrize(("one", "other", "expected"), TABLE)
def test_pairs_of_answers(one, other, expected):
    """Each pair stands in the relation that a reader of the news would say it does, both ways round."""
    assert relation(value(one), value(other)) == expected
    assert relation(value(other), value(one)) == expected


def test_the_three_questions_are_the_relation():
    """``same``, ``compatible`` and ``competes`` never hold together."""
    for one, other, expected in TABLE:
        pair = value(one), value(other)
        assert (same(*pair), compatible(*pair), competes(*pair)) == (
            expected == "same",
            expected == "compatible",
            expected == "competes",
        )


@pytest.mark.parametrize(
    ("text", "kind", "qualifier"),
    [
        ("at least 31", "quantity", "at least"),
        ("hundreds", "quantity", "vague"),
        ("nearly a dozen", "quantity", "nearly"),
        ("up to 20", "quantity", "up to"),
        ("thirty-one", "quantity", ""),
        ("Thursday night", "date", "night"),
        ("before 2015", "date", "before"),
        ("Ibrahim al-Bakrawi", "name", ""),
        ("Belgian prosecutors", "text", ""),
        ("Jette and Schaerbeek", "text", ""),
        ("Jan Jambon and Koen Geens", "text", ""),
        ("31 dead and 300 injured", "text", ""),
        ("may", "text", ""),
        ("February 30", "name", ""),
        ("7:58", "text", ""),
        ("", "text", ""),
    ],
)
def test_kinds_and_qualifiers(text, kind, qualifier):
    """A text is a quantity, a date or a name only where all of it is."""
    found = value(text)
    assert (found.kind, found.qualifier) == (kind, qualifier)


def test_a_weekday_is_placed_by_the_day_its_article_appeared():
    """Tuesday of an article of Thursday, March 24, 2016 is March 22; without that day it is only a Tuesday."""
    tuesday = value("on Tuesday", "2016-03-24")
    assert tuesday.key == Day(2016, 3, 22, 1, "day")
    assert same(tuesday, value("March 22, 2016"))
    assert same(tuesday, value("Tuesday", "2016-03-22"))
    assert same(value("today", "2016-03-22"), tuesday)
    assert same(value("yesterday", "2016-03-23"), tuesday)
    assert compatible(tuesday, value("March 29, 2016"))
    assert competes(tuesday, value("March 23, 2016"))
    assert value("Tuesday").key == Day(weekday=1)


def test_a_missing_year_is_the_nearest_one():
    """A December 9 told in March 2016 is that of 2015; another year is no contradiction of an assumed one."""
    assert same(value("December 9", "2016-03-24"), value("2015-12-09"))
    assert compatible(value("December 9", "2016-03-24"), value("2014-12-09"))
    assert same(value("last year", "2016-03-24"), value("2015"))
    assert same(value("last November", "2016-03-24"), value("November 2015"))
    assert value("February 29", "2014-03-01").key == Day(month=2, day=29)


def test_asked_for_a_number_what_is_counted_makes_no_difference():
    """To "how many" the number is the answer, and a bare 2015 is no year."""
    assert same(value("31 dead", counted=True), value("31 victims", counted=True))
    assert competes(value("31 dead", counted=True), value("300 injured", counted=True))
    assert competes(value("2015", counted=True), value("2,016", counted=True))
    assert value("December 9", counted=True).kind == "date"


def test_a_fuller_wording_covers_a_shorter_one():
    """What says less in the same words is covered; another hedge is not."""
    assert covers(value("Thursday night"), value("Thursday"))
    assert covers(value("Belgian police"), value("police"))
    assert not covers(value("Thursday"), value("Thursday night"))
    assert not covers(value("at least 31"), value("31"))
    assert not covers(value("Koen Geens"), value("Jan Jambon"))
