"""Which articles count as copies of one another, on the seeds and on edited versions of them."""

from pathlib import Path

import pytest

from vectorstore.copies import MIN_WORDS, group_copies, signature

SEEDS = {path.name[:3]: path.read_text(encoding="utf-8") for path in (Path(__file__).parent.parent / "seeds").iterdir()}
WIRE = SEEDS["002"]
HEADLINE = "After Brussels Attacks, IS Video Calls For Jihad"


def groups(**texts: str) -> dict[str, str]:
    return group_copies({name: signature(text) for name, text in texts.items()})


def without(text: str, paragraph: int) -> str:
    lines = [line for line in text.splitlines() if line]
    return "\n".join(lines[:paragraph] + lines[paragraph + 1 :])


def test_reports_of_one_event_are_no_copies():
    """The three seeds tell of the same days, two of them in places with the same words: three articles."""
    assert group_copies({name: signature(text) for name, text in SEEDS.items()}) == {
        "000": "000",
        "001": "001",
        "002": "002",
    }


@pytest.mark.parametrize(
    "copy",
    [
        WIRE,
        WIRE.upper(),
        WIRE.replace("\n\n", "\n").replace("\u2019", "'"),
        WIRE.replace(HEADLINE, "Islamic State claims Brussels bombings, threatens more"),
        without(WIRE, 5),
        without(WIRE, -1),
        "BRUSSELS (Reuters) - " + WIRE + "\n\nReporting by a staff writer; additional reporting from Paris.",
    ],
    ids=["same", "capitals", "lines", "headline", "paragraph", "last paragraph", "head and tail"],
)
def test_an_edited_wire_story_is_a_copy(copy):
    """Case, line ends, a headline, a paragraph less, a credit more: still the same story."""
    assert groups(a=WIRE, b=copy, c=SEEDS["000"]) == {"a": "a", "b": "a", "c": "c"}


def test_half_a_story_and_a_story_with_much_more_are_no_copies():
    """What shares half of its words has something of its own to say."""
    half = WIRE[: len(WIRE) // 2]
    assert groups(a=WIRE, b=half, c=WIRE + SEEDS["001"]) == {"a": "a", "b": "b", "c": "c"}


def test_a_chain_of_edits_is_one_group():
    """Each version is a copy of the one before, so the first and the last are in one group, under the smallest id."""
    versions = {"d": WIRE}
    for name, paragraph in (("c", 2), ("b", 4), ("a", 6)):
        versions[name] = without(versions[chr(ord(name) + 1)], paragraph)
    assert set(groups(**versions).values()) == {"a"}


def test_short_texts_are_copies_only_word_for_word():
    """Below fifty words one word makes the difference, and punctuation none."""
    words = WIRE.split()[: MIN_WORDS - 10]
    text = " ".join(words)
    changed = " ".join([*words[:-1], "elsewhere"])
    assert groups(a=text, b=text.lower() + "!", c=changed) == {"a": "a", "b": "a", "c": "c"}
    assert groups(a="!!!", b="???", c="!!!") == {"a": "a", "b": "b", "c": "a"}


def test_groups_do_not_depend_on_the_order():
    """However the articles come in, the same groups come out."""
    edited = [without(SEEDS[name], paragraph) for name in ("001", "002") for paragraph in (1, 3, 4)]
    signatures = {f"{number:02}": signature(text) for number, text in enumerate([*SEEDS.values(), *edited])}
    expected = group_copies(signatures)
    assert sorted(set(expected.values())) == ["00", "01", "02"]
    for first in range(len(signatures)):
        names = [*sorted(signatures)[first:], *sorted(signatures, reverse=True)[-first:]]
        assert group_copies({name: signatures[name] for name in names}) == expected


def test_a_signature_depends_on_nothing_but_the_text():
    """A kept signature can be compared with one made later: its first bytes are fixed, for long texts and short."""
    assert signature(WIRE) == signature(WIRE)
    assert signature(WIRE)[:8].hex() == "2e940f0033091200"
    assert signature("Bread and butter")[:8].hex() == "8aad79a924e7a997"


def test_odd_texts_have_signatures():
    """Empty, without a word, with half a surrogate pair, a million words: no error."""
    odd = {"empty": "", "mark": "!", "half": "\ud800 " * 60, "long": "so many words " * 300_000}
    assert len(set(groups(**odd).values())) == 4
    assert group_copies({}) == {}
