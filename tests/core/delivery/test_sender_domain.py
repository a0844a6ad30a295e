"""What the DNS says of the sender's domain, and what is told about it (P64): SPF, DKIM and DMARC."""

import pytest

from core.cli import checking
from core.cli.found import sentence
from core.delivery.providers.findings import Level
from core.delivery.senders.sender_domain import Silent, examine

WELL = {
    "elm.example": ("google-site-verification=x", "v=spf1 include:spf.mailjet.com ~all"),
    "mailjet._domainkey.elm.example": ("k=rsa; p=MIGfMA0",),
    "_dmarc.elm.example": ("v=DMARC1; p=quarantine",),
}
DEEP = " ".join(f"include:{n}.example" for n in range(11))


def found(changed=None, address="messages@elm.example"):
    zone = {**WELL, **(changed or {})}
    return {one.code: one for one in examine(address, lambda name: zone.get(name, ()))}


def test_a_domain_that_is_well_says_so_three_times():
    assert [(one.code, one.level) for one in found().values()] == [
        ("spf", Level.OK), ("dkim", Level.OK), ("dmarc", Level.OK)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "records", "code", "told"),
    [
        ("elm.example", (), "spf_none", "v=spf1 include:spf.mailjet.com ~all"),
        ("elm.example", ("v=spf10 all",), "spf_none", "does not say who"),
        ("elm.example", ("v=spf1 -all", "v=spf1 ~all"), "spf_many", "Make them one"),
        ("elm.example", ("v=spf1 include:spf.mailjet.com +all",), "spf_anybody", "lets anybody send"),
        ("elm.example", ("v=spf1 mx ip4:192.0.2.1 -all",), "spf_without", "Add include:spf.mailjet.com"),
        ("elm.example", (f"v=spf1 include:spf.mailjet.com {DEEP} -all",), "spf_deep", "more than ten"),
        ("mailjet._domainkey.elm.example", (), "dkim", "no key at mailjet._domainkey.elm.example"),
        ("mailjet._domainkey.elm.example", ("v=DKIM1; p=",), "dkim", "no key at"),
        ("_dmarc.elm.example", (), "dmarc_none", "Add a TXT record at _dmarc.elm.example"),
        ("_dmarc.elm.example", ("v=DMARC1; p=reject", "v=DMARC1; p=none"), "dmarc_many", "Make them one"),
        ("_dmarc.elm.example", ("v=DMARC1; p=none; rua=mailto:a@b.example",), "dmarc_watches", "stops nobody"),
    ],
)
def test_what_is_missing_is_named_with_what_to_put_there(name, records, code, told):
    one = found({name: records})[code]
    assert one.level is not Level.OK and told in sentence(one)


def test_a_host_that_names_mailjet_is_followed_and_one_that_names_itself_is_not_asked_twice():
    through = {"elm.example": ("v=spf1 redirect=_spf.host.example",)}
    assert "spf" in found({**through, "_spf.host.example": ("v=spf1 include:spf.mailjet.com -all",)})
    assert "spf_without" in found({**through, "_spf.host.example": ("v=spf1 include:_spf.host.example -all",)})


def test_a_domain_below_one_with_a_policy_keeps_to_that():
    below = {"mail.elm.example": WELL["elm.example"], "mailjet._domainkey.mail.elm.example": ("p=x",)}
    assert found(below, "a@mail.elm.example")["dmarc"].facts["name"] == "_dmarc.elm.example"
    relaxed = {**below, "_dmarc.elm.example": ("v=DMARC1; p=reject; sp=none",)}
    assert "dmarc_watches" in found(relaxed, "a@mail.elm.example")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_dns_that_is_silent_is_no_verdict_and_nothing_is_asked_where_letters_stay_here(settings):
    def silent(name):
        raise Silent

    told = list(examine("messages@elm.example", silent))
    assert {(one.code, one.level) for one in told} == {("silent", Level.NOTE)} and "did not answer" in sentence(told[0])
    assert list(checking.sender_domain(settings, silent)) == []
    real = settings.model_copy(update={"email_provider": "mailjet"})
    assert len(list(checking.sender_domain(real, silent))) == 3
