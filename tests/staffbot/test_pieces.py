"""Links are made by code from text, names that are called stand out, and nothing of the text is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffbot.pieces import pieces


@pytest.mark.parametrize(
    ("text", "links"),
    [("See https://example.org/a?b=1.", ["https://example.org/a?b=1"]), ("(http://example.org/x)", ["http://example.org/x"]),
     ("javascript://example.org", []), ("ftp://example.org", []), ("nothing here", [])],
)  # fmt: skip
def test_only_web_addresses_become_links(text, links):
    assert [one["link"] for one in pieces(text) or [] if "link" in one] == links


def test_names_that_are_called_are_pieces_of_their_own():
    found = pieces("Ask @Anna Sample or @Anna, not @Annabel", ("Anna", "Anna Sample"))
    assert [one["text"] for one in found if "mention" in one] == ["@Anna Sample", "@Anna"]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["https://a.b/", "@Anna", " ", "é", ".", ")", "\n", "://", "http://", "😀"])).map("".join)
)
def test_pieces_together_are_the_text(text):
    found = pieces(text, ("Anna",))
    assert found is None or "".join(one["text"] for one in found) == text
