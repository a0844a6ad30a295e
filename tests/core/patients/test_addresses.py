"""Numbers and addresses as people type them: what is taken, what is refused, what is only pointed out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import BadSettings, Settings, load
from core.errors import Invalid
from core.patients import intake, record
from core.patients.address import as_sent, domain_hint, to_address
from core.patients.phone import is_mobile, region_of, to_e164
from core.release import contacts
from tests.conftest import person


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [("07911 123456", "GB", "+447911123456"), ("+44 (0)7911 123456", "GB", "+447911123456"),
     ("0151 12345678", "DE", "+4915112345678"), ("07700 900057", "GB", "+447700900057"),
     ("(201) 555-0123", "US", "+12015550123")],
)  # fmt: skip
def test_a_number_is_kept_as_the_network_dials_it(typed, country, kept):
    assert to_e164(typed, country) == kept and is_mobile(kept)


@pytest.mark.parametrize(
    ("typed", "why"),
    [("07700 9OO123", "letters"), ("0800 FLOWERS", "letters"), ("07911 123456 x12", "extension"),
     ("07911 123456;ext=5", "extension"), ("0909 879 0000", "dear"), ("0843 000 0000", "dear"),
     ("070 1234 5678", "dear"), ("123", "number"), ("+999 123456789", "number"), ("", "number")],
)  # fmt: skip
def test_what_no_text_should_go_to_is_refused_and_says_why(typed, why):
    with pytest.raises(Invalid) as refused:
        to_e164(typed, "GB")
    assert (refused.value.field, refused.value.why) == ("mobile", why)


def test_numbers_of_nobody_are_taken_only_while_texts_stay_on_this_machine():
    assert to_e164("07700 900999", "GB", True) == "+447700900999"
    with pytest.raises(Invalid):
        to_e164("07700 900999", "GB", False)
    assert Settings().pretends_texts
    assert Settings(sms_provider="plivo", plivo_api_url="http://127.0.0.1:9100").pretends_texts
    assert not Settings(sms_provider="plivo").pretends_texts


def test_a_dialling_code_shared_by_islands_does_not_make_them_one_country():
    assert (region_of("+447400123456"), region_of("+447911123456")) == ("GB", "GG")
    assert region_of("+447700900057") == "GB"


def test_countries_that_texts_may_go_to_are_two_capital_letters(tmp_path):
    assert load(tmp_path, {"LATCHKEY_SMS_COUNTRIES": "GB,IE"}).sms_countries == ["GB", "IE"]
    with pytest.raises(BadSettings, match="two capital letters"):
        load(tmp_path, {"LATCHKEY_SMS_COUNTRIES": "Ireland"})


@pytest.mark.parametrize(
    "typed", ['"a b"@x.org', "ü@x.org", "a@x.org, b@x.org", "a" * 65 + "@x.org", "a@localhost", "@"]
)
def test_an_address_that_mail_cannot_reach_is_refused(typed):
    with pytest.raises(Invalid):
        to_address(typed)


def test_a_domain_in_other_letters_goes_as_the_network_writes_it():
    assert as_sent(to_address("Ada@bücher.example")) == "Ada@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a@gmial.com", "gmail.com"), ("a@gmail.con", "gmail.com"), ("a@hotmial.co.uk", "hotmail.co.uk"),
     ("a@gmail.co", "gmail.com"), ("a@outlok.com", "outlook.com"), ("a@elmtsreet.example", "elmstreet.example")],
)  # fmt: skip
def test_a_slip_in_a_mail_domain_is_pointed_out(typed, meant):
    assert domain_hint(typed, ["elmstreet.example"]) == (typed.partition("@")[2], meant)


@pytest.mark.parametrize("typed", ["a@gmail.com", "a@gmx.fr", "a@live.nl", "a@practice.example", "a@yahoo.ca", ""])
def test_a_domain_that_may_well_be_meant_is_left_alone(typed):
    assert domain_hint(typed) is None


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_whatever_is_typed_is_taken_or_refused_and_never_breaks(typed):
    for take in (lambda: to_e164(typed, "GB"), lambda: to_address(typed), lambda: domain_hint(typed)):
        try:
            take()
        except Invalid as refused:
            assert refused.field in ("mobile", "email")


def test_an_import_points_out_slips_and_takes_the_line(store, system):
    file = b"first_name,last_name,email\nLena,Slip,lena@gmial.com\n"
    came = intake.import_csv(store, system, file, moved=contacts.moved)
    assert (came.added, came.rejected, came.hints) == (1, [], [(2, "gmial.com", "gmail.com")])


def test_a_practice_dials_its_own_country(store, system, practice):
    from sqlalchemy import update

    from core.practice.tables import PracticeRow

    def move(unit):
        unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(country="DE"))

    store.run(system, move)
    assert store.run(system, record.add, **person("Kai", "Muster", mobile="0151 12345678")).mobile == "+4915112345678"
