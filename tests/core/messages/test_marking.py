"""What a search found is marked where the index found it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages.indexing import words_of
from core.messages.marking import excerpt, finds, places


def marked(text, said, **more):
    return "".join(f"[{one.text}]" if one.marked else one.text for one in excerpt(text, words_of(said), **more))


@pytest.mark.parametrize(
    ("text", "said", "shown"),
    [("Another insurance form", "insur", "Another [insurance] form"), ("The INSURANCE form.", "form insurance", "The [INSURANCE] [form]."),
     ("Müller, of the Garage", "muller garáge", "[Müller], of the [Garage]"), ("Mu\u0308ller rang", "müller", "[Mu\u0308ller] rang"),
     ("the ﬁnal straße", "final strasse", "the [ﬁnal] [straße]"), ("reinsurance", "surance", "reinsurance"), ("so it is", "i", "so it is"),
     ("to be", "to", "[to] be"), ("a\n  letter", "letter", "a [letter]"), ("<b>letter</b>", "b", "<[b]>letter</[b]>"),
     ("pneumonoultramicroscopic", "pneumonoultramicroscopes", "[pneumonoultramicroscopic]"), ("👋 İstanbul", "istanbul", "👋 [İstanbul]"), ("", "x", "")],
)  # fmt: skip
def test_words_are_marked_as_the_index_finds_them(text, said, shown):
    assert marked(text, said) == shown


def test_an_excerpt_is_cut_between_words_and_a_part_of_a_word_is_never_marked():
    text = f"{'before ' * 30}platform form {'after ' * 40}"
    shown = marked(text, "form", letters=60, before=12)
    assert shown.startswith("…platform [form] after") and shown.endswith("after…")
    assert "…form" not in marked(text, "form", before=5)


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_the_index_finds_is_what_is_marked_and_no_letter_is_lost(text, said):
    asked = words_of(said)
    found = places(text, asked)
    assert bool(found) == any(finds(one, word) for one in asked for word in words_of(text))
    assert all(start < end for start, end in found) and found == sorted(found)
    assert "".join(one.text for one in excerpt(text, asked, letters=1000, before=1000)) == " ".join(text.split())
