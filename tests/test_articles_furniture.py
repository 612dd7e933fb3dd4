"""Page furniture is told from sentences: whole lines only, and in doubt a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.furniture import is_furniture


@pytest.mark.parametrize(
    "line",
    [
        "- Advertisement -", "Advertisement", "ADVERTISEMENT", "  advertisement:  ", "[Advertisement]",
        "Advertisement.", "Story continues below advertisement", "Advertisement Continue reading the main story",
        "Sponsored content", "READ MORE:", "READ MORE: Belgium's ministers offer to quit", "Read more",
        "Also read: Who is Jan Jambon?", "SEE ALSO: Turkey warned Belgium", "Related: The Brussels suspects",
        "More:Police hunt a third man", "Related", "Don’t miss", "Most read", "Share this article", "Share", "SHARE",
        "Tweet", "Share | Tweet | Email", "Share on Facebook", "Follow us on Twitter @news", "12 Comments",
        "Leave a comment", "Sign up", "Sign up for our daily newsletter", "Photo: AP/Geert Vanden Wijngaert",
        "(AP Photo/Geert Vanden Wijngaert)", "Image copyright Getty Images", "Getty Images", "Slideshow (8 Images)",
        "Media playback is unsupported on your device", "© 2016 Reuters. All rights reserved.",
        "Copyright 2016 The Associated Press. All rights reserved.", "* * *", "---", "•", "Loading...", "Page 2 of 3",
        "4 min read", "Publicité",
    ],
)  # fmt: skip
def test_furniture_is_recognised(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "   ", "31", "Brussels", "Share prices fell on Thursday.", "The advertisement was withdrawn on Thursday.",
        "Advertisements for the post were withdrawn", "He said: “Advertisement”", "Copyright law is changing.",
        "Read more books, she said.", "More than 300 people were injured.", "More: he said no.",
        "Related arrests followed.", "Related: two men were arrested in Paris on Thursday.",
        "Video of the blast was released.",
        "Video: the footage shows three men pushing trolleys through the departure hall", "Photo: he holds a gun.",
        "Save the children", "Print media are dying", "Loading docks were closed.", "Like his father, he resigned.",
        "Sponsored terrorism", "Follow the money", "Sign up for the army, they were told.",
        "Page 3 of the report says so.", "Damascus: The Islamic State jihadist group released a video",
        "“They were refused.”", "No comment.", "Comment is free", "Watch what they do.", "Post offices closed.",
        "A minute of silence was observed",
    ],
)  # fmt: skip
def test_what_could_be_a_sentence_is_not_furniture(line):
    assert not is_furniture(line)


@given(st.text(max_size=300))
def test_any_line_gets_an_answer_and_decoration_does_not_change_it(line):
    answer = is_furniture(line)
    if any(char.isalnum() for char in line) and "\n" not in line:
        assert is_furniture(f"  {line}\t") == answer or len(line) > 230


def test_a_line_of_ten_million_characters_is_judged_at_once():
    assert not is_furniture("word " * 2_000_000)
