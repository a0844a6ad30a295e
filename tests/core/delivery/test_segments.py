"""How many texts a text is: by the network's rule, in the page as on the server, and what could be written instead."""

from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery.segments import BASIC, EXTENDED, PLAIN, as_sent, costly, count, instead, plainer
from core.delivery.writing.patient_letters import code_text
from core.errors import Invalid
from staffbot.shapes import ALPHABET

PIECES = st.one_of(
    st.sampled_from(sorted(BASIC | EXTENDED)),
    st.sampled_from([*PLAIN, "á", "ç", "ế", "😀", "👩‍👩‍👧", "🇬🇧", "\r", "\n", "\u0301", "я", "ﬁ"]),
    st.characters(exclude_categories=["Cs", "Cn"]),
    st.sampled_from(["a" * 66, "b" * 152, "€" * 70]),
)
WILD = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "segments", "left"),
    [("a" * 160, 1, 0), ("a" * 161, 2, 145), ("a" * 152 + "€" + "a" * 8, 2, 143), ("я" * 70, 1, 0), ("я" * 71, 2, 63),
     ("a" * 66 + "😀" * 3, 2, 61), ("a\r\nb", 1, 157), ("e\u0301" * 160, 1, 0), ("", 0, 160)],
)  # fmt: skip
def test_edges_are_where_the_network_has_them(text, segments, left):
    assert (count(text).segments, count(text).left) == (segments, left)


@given(WILD)
@settings(max_examples=60)
def test_a_count_holds_everything_and_wastes_at_most_a_split_pair(text):
    found, room = count(text), {"GSM-7": (160, 153), "UCS-2": (70, 67)}[count(text).encoding]
    each = room[0] if found.segments <= 1 else room[1]
    assert found.units + found.left <= found.segments * each or not text
    assert found.units > (found.segments - 1) * (each - 1) or found.segments <= 1
    assert (found.encoding == "UCS-2") == bool(costly(text))


@given(WILD)
@settings(max_examples=60)
def test_what_is_offered_instead_is_never_costly_and_never_dearer(text):
    assert all(set(plain) <= BASIC for letter in costly(text) if (plain := instead(letter)) is not None)
    assert count(plainer(text)).units <= 4 * count(text).units
    assert set(costly(plainer(text))) <= set(costly(text))


@pytest.mark.parametrize(
    ("letter", "plain"),
    [("’", "'"), ("“", '"'), ("–", "-"), ("…", "..."), ("\u00a0", " "), ("á", "a"), ("ç", "c"), ("ł", "l"), ("İ", "I"),
     ("Α", "A"), ("½", "1/2"), ("\ufeff", ""), ("😀", None), ("я", None), ("中", None)],
)  # fmt: skip
def test_costly_characters_have_something_plain_to_stand_for_them(letter, plain):
    assert instead(letter) == plain


@pytest.mark.browser
def test_the_page_counts_as_the_server_does(browser):
    """Every character both have heard of, and wild texts: the same count, the same costly ones, the same offers."""
    texts = [chr(at) for at in (*range(0x10000), *range(0x1F300, 0x1FAFF)) if category(chr(at)) not in ("Cn", "Cs")]
    texts = ["".join(texts[at : at + 7]) for at in range(0, len(texts), 7)] + drawn()
    source = (Path(__file__).parents[3] / "staffbot/static/js/segments.js").read_text()
    page = browser.new_page()
    said = page.evaluate(
        """async ({ source, alphabet, texts }) => {
            const { reader } = await import("data:text/javascript," + encodeURIComponent(source))
            const read = reader(alphabet)
            return texts.map((text) => [read.asSent(text), ...Object.values(read.count(text)), read.costly(text),
                                        read.costly(text).map(read.instead), read.replaced(text, read.instead)])
        }""",
        {"source": source, "alphabet": ALPHABET, "texts": texts},
    )
    page.close()
    for text, there in zip(texts, said, strict=True):
        here = count(text)
        assert there == [
            as_sent(text), here.encoding, here.units, here.segments, here.left, here.costly, list(costly(text)),
            [instead(letter) for letter in costly(text)], plainer(text),
        ]  # fmt: skip


def drawn() -> list[str]:
    """Texts as Hypothesis draws them."""
    found: list[str] = []

    @settings(max_examples=200, database=None)
    @given(WILD)
    def draw(text: str) -> None:
        found.append(text)

    draw()
    return found


@pytest.mark.parametrize(("language", "begins"), [("en", "4821 9037 is your code"), ("de", "4821 9037 ist Ihr Code")])
@pytest.mark.parametrize(
    "host", ["portal.example.org", "nachrichten.praxis-für-physiotherapie-" + "x" * 20 + ".example.org"]
)
def test_a_code_is_always_one_plain_text_whose_last_line_binds_it_to_our_page(host, language, begins):
    text = code_text("48219037", host, language)
    assert (count(text).encoding, count(text).segments) == ("GSM-7", 1)
    assert text.startswith(begins) and text.endswith(f"\n\n@{host.encode('idna').decode()} #48219037")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Elm Clinic", True),
        ("Praxis Müller & Söhne", True),
        ("Ambulatórium Žilina", False),
        ("The Long Name " * 4, False),
    ],
)
def test_a_practice_that_wants_to_be_named_is_where_a_plain_text_has_room_for_it(name, named):
    text = code_text("48219037", "portal.example.org", "en", name)
    assert text.startswith(f"{name}: 4821 9037 is your code" if named else "4821 9037 is your code to open")
    assert (count(text).encoding, count(text).segments) == ("GSM-7", 1) and text.endswith(
        "\n\n@portal.example.org #48219037"
    )


def test_more_than_eight_texts_and_broken_characters_are_refused(store, anna, amara):
    store.run(anna, prepare, Order(Command.SMS, (amara.id,), "x" * 153 * 8))
    for text, why in (("x" * (153 * 8 + 1), "segments"), ("half \ud83d", "characters"), ("no\0thing", "characters")):
        with pytest.raises(Invalid) as refused:
            store.run(anna, prepare, Order(Command.SMS, (amara.id,), text))
        assert (refused.value.field, refused.value.why) == ("text", why)


def test_the_card_names_the_costly_character_and_what_would_save(store, anna, amara):
    from staffbot.warning_words import warning

    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "It’s " + "x" * 80))
    assert [warning(one) for one in draft.warnings] == [
        "The character “’” makes this 2 texts. With “'” for it, it can be 1."
    ]
