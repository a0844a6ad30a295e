"""What browsers report of a page that tried what its policy forbids: a line in the log, and nothing of what was sent."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import logs
from core.web import policy_reports
from portal import create_app
from tests.portal.visitor import HTTPS, Visitor

TOKEN = "tokenmarker" + "x" * 32
TYPE = "application/reports+json"


def report(**body: object) -> dict[str, object]:
    """As Chromium sends one."""
    return {"age": 5, "body": body, "type": "csp-violation", "url": f"{HTTPS}/l/{TOKEN}", "user_agent": "agentmarker"}


@pytest.fixture
def said(store, capsys):
    logs.configure("info", "json")
    yield lambda: [
        told for line in capsys.readouterr().err.splitlines() if (told := json.loads(line))["event"] != "asked"
    ]
    logs.configure("info", "text")


@pytest.fixture
def sent(settings, store):
    guest = Visitor(create_app(settings, store))
    return lambda data: guest.client.post("/policy-reports", base_url=HTTPS, data=data, content_type=TYPE)


@pytest.mark.s("S65", "S111")
def test_a_report_becomes_a_line_of_our_own_words(sent, said):
    told = [
        report(
            documentURL=f"{HTTPS}/l/{TOKEN}?q=querymarker",
            effectiveDirective="script-src-elem",
            blockedURL="https://evilmarker.example/x.js",
            sample="samplemarker",
            sourceFile=f"{HTTPS}/l/{TOKEN}",
        ),
        report(documentURL=f"{HTTPS}/message", effectiveDirective="style-src-attr", blockedURL="inline"),
        report(documentURL="pathmarker", effectiveDirective="directivemarker", blockedURL="schememarker:x"),
        report(documentURL="http://[", effectiveDirective=None),
        {"type": "deprecation", "body": {"id": "deprecationmarker"}},
    ]
    assert (answer := sent(json.dumps(told))).status_code == 204 and answer.data == b""
    lines = said()
    assert "marker" not in json.dumps(lines)
    assert [(line["path"], line["kind"], line["what"], line["times"]) for line in lines] == [
        ("/l/***", "script-src-elem", "https", 1),
        ("/message", "style-src-attr", "inline", 1),
        ("***", "other", "other", 2),
    ]


@pytest.mark.s("S65")
@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"type": 1}]', b"\xff[", b"[" * 9000, b'[{"type":"csp-vio'])
def test_whatever_else_is_sent_is_answered_alike(sent, said, data):
    assert sent(data).status_code == 204
    assert [line["event"] for line in said()] == ["a report that is none"]


@pytest.mark.s("S65", "S71")
def test_a_flood_of_reports_writes_few_lines(sent, said):
    many = json.dumps([report(documentURL=f"{HTTPS}/genuine")] * 60)
    assert [sent(many).status_code for _ in range(22)] == [204] * 20 + [429] * 2
    lines = said()
    assert len(lines) == 20 and {line["times"] for line in lines} == {policy_reports.MOST}
    assert sent(b"x" * (17 << 10)).status_code in (413, 429)


@pytest.mark.s("S65", "S71")
def test_a_flood_from_many_addresses_writes_few_lines_too(settings, store, said):
    app = create_app(settings, store)
    one = json.dumps([report(documentURL=f"{HTTPS}/genuine")])
    guests = [Visitor(app, f"10.1.0.{n}") for n in range(11)]
    ask = {"base_url": HTTPS, "data": one, "content_type": TYPE}
    answers = [
        guest.client.post("/policy-reports", environ_overrides={"REMOTE_ADDR": guest.address}, **ask).status_code
        for guest in guests
        for _ in range(20)
    ]
    assert answers == [204] * 200 + [429] * 20 and len(said()) == 200


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_json_breaks_the_reading(value):
    with suppress(ValueError):
        assert all(isinstance(stopped.path, str) for stopped in policy_reports.read(json.dumps(value).encode()))
