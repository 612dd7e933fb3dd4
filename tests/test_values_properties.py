"""Properties of the relations between answers: symmetric, exclusive, and an equivalence as far as they can be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.names import Name
from qa.quantities import Quantity
from qa.values import Day, Value, compatible, competes, relation, same, value

# Of each sort some, so that what bridges two others is among them.
LISTED = """
31|thirty-one|31 people|31 dead|31 victims|at least 31|34|300|hundreds|$3.5 million|3,500,000 dollars
3,512,000|a dozen|12|9-year|nine years|29|29 years old|an hour|60 minutes|three days of mourning|three
three days|third|a third man|10 kilometers away|10 km|6 miles|27%|half|50 percent|one third|10-15
two suspects|two men|more than 400 terrorists|400|December 9|Dec. 9, 2015|2014-12-09|December|2015|2016
Tuesday|March 22|2016-03-22|Thursday night|Thursday|the 1990s|1994|Ibrahim El Bakraoui|Ibrahim al-Bakrawi
Bakraoui|Khalid El Bakraoui|Ibrahim|Justice Minister Koen Geens|Geens|K. Geens|IS|ISIS|Islamic State
Daesh|EU|European Union|Brussels|Brussels airport|Charleroi, Belgium|Belgium|Paris, Texas|Paris
Paris, France|North Korea|Korea|Jette|Jette and Schaerbeek|police|Police|Belgian police|golf|not guilty
guilty|2-1|3-1|errors|errors and miscommunications|offered to resign|were to resign
to target European cities|1912-1914|before 2015
"""
TEXTS = LISTED.strip().replace("\n", "|").split("|")

ANSWERS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(sorted({word for text in TEXTS for word in text.split()})), max_size=5).map(" ".join),
    st.builds("{}{} {}".format, st.sampled_from(["", "$", "at least "]), st.integers(0, 10**7), st.sampled_from(
        ["", "people", "km", "miles", "percent", "million", "years"])),
    st.dates().map(lambda day: day.isoformat()),
)  # fmt: skip
PUBLISHED = st.sampled_from(["", "2016-03-24", "2014-02-28"])
VALUES = st.builds(value, ANSWERS, PUBLISHED, counted=st.booleans())


@given(VALUES)
def test_everything_says_the_same_as_itself(one):
    """Any text can be read, and is the same as itself."""
    assert same(one, one)


@settings(max_examples=500)
@given(VALUES, VALUES)
def test_order_makes_no_difference(one, other):
    """The relation is symmetric."""
    assert relation(one, other) == relation(other, one)


@settings(max_examples=300)
@given(VALUES, VALUES)
def test_equal_keys_say_the_same(one, other):
    """What compares equal is the same, and only values of one kind compete."""
    if one == other:
        assert same(one, other)
    if competes(one, other):
        assert one.kind == other.kind


def leaves_out(one: Value) -> bool:
    """Whether it is a bare name, a number without its unit or noun, or a date without its year."""
    match one.key:
        case Name(parts=parts):
            return len(parts) == 1
        case Quantity(measure=measure, nouns=nouns):
            return not (measure and nouns)
        case Day(year=year):
            return year is None
    return False


def test_same_is_transitive_but_for_what_is_left_out():
    """Where a = b and b = c, a = c, unless b leaves out what tells a from c."""
    values = [value(text) for text in TEXTS]
    for middle in (one for one in values if not leaves_out(one)):
        alike = [one for one in values if same(one, middle)]
        assert all(same(one, other) for one in alike for other in alike), middle


@given(st.integers(0, 10**6))
def test_a_number_is_the_same_however_it_is_written(number):
    """Separators, leading fillers and counted people change nothing."""
    for text in (f"{number:,}", f"{number} people", f"a total of {number}", f"the {number:,} individuals"):
        assert same(value(text, counted=True), value(str(number), counted=True))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_different_numbers_compete_and_hedged_ones_follow_their_bounds(one, other):
    """Two numbers compete when they differ; "at least" allows what is higher and nothing lower."""
    if one != other:
        assert competes(value(str(one), counted=True), value(str(other), counted=True))
    expected = compatible if other >= one else competes
    assert expected(value(f"at least {one}", counted=True), value(str(other), counted=True))


@given(st.dates(), st.dates())
def test_days_are_the_same_exactly_when_they_are(one, other):
    """Two full dates are the same day or compete, in whatever form they are written."""
    if min(one, other).year < 1000 or max(one, other).year > 2199:
        return
    told = value(f"{one:%B} {one.day}, {one.year}")
    assert relation(told, value(other.isoformat())) == ("same" if one == other else "competes")
    assert same(told, value(f"{one.day} {one:%b} {one.year}"))
