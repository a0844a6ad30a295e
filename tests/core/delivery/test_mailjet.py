"""Mailjet, through its real client, against the simulator."""

from dataclasses import replace
from uuid import uuid4

import pytest

from core.config import BadSettings
from core.delivery.providers.mailjet import Mailjet
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.words import Inline, Parcel
from tests.core.delivery.conformance import OverTheWire
from tests.providers.pretend import settings_for


class TestMailjet(OverTheWire):
    """Letters."""

    @pytest.fixture
    def provider(self, real):
        return Mailjet(real)

    @pytest.fixture
    def parcel(self):
        return Parcel(
            "amara@example.org", "Rear gate", "Parking", "<p>Rear gate</p>", "reply+1.2@example.org", "Elm Clinic"
        )

    @pytest.fixture
    def arrived(self, simulator):
        return lambda to: simulator.messages(to, "mailjet")

    def again(self, simulator):
        return Mailjet(settings_for(simulator))

    def test_a_picture_goes_with_its_letter(self, provider, parcel, simulator):
        self.bring(provider, replace(parcel, inline=(Inline("logo", "logo.png", "image/png", b"a picture"),)))
        assert simulator.ledger()[0]["files"] == [{"name": "logo.png", "type": "image/png", "size": 9}]

    def test_a_letter_is_marked_as_ours_answered_to_us_and_not_tracked(self, provider, parcel, simulator):
        delivery = uuid4()
        reference = self.bring(provider, parcel, delivery)
        kept = simulator.ledger()[0]
        assert (kept["id"], kept["custom_id"], kept["idempotency_key"]) == (reference, str(delivery), str(delivery))
        assert (kept["reply_to"], kept["from_name"]) == ("reply+1.2@example.org", "Elm Clinic")
        assert kept["tracking"] == ("disabled", "disabled") and kept["payload"] == ""
        assert kept["headers"] == {"Auto-Submitted": "auto-generated"} and kept["html"] == "<p>Rear gate</p>"

    def test_a_letter_of_plain_words_has_no_other_part(self, provider, simulator):
        self.bring(provider, Parcel("amara@example.org", "Plain", "Hello"))
        assert simulator.ledger()[0]["html"] == "" and simulator.ledger()[0]["reply_to"] == ""

    def test_the_longest_subject_still_goes(self, provider, simulator):
        self.bring(provider, Parcel("amara@example.org", "x", "s" * 300))
        assert len(simulator.ledger()[0]["subject"]) == 255

    def test_an_address_that_cannot_be_right_is_named_as_the_reason(self, provider):
        with pytest.raises(Refused) as refused:
            self.bring(provider, Parcel("amara@nowhere", "x", "s"))
        assert refused.value.why == "address"

    def test_a_sender_nobody_validated_halts_instead_of_refusing_the_patient(self, provider, parcel, simulator):
        simulator.senders = ["other@example.org"]
        with pytest.raises(TryAgain) as halted:
            self.bring(provider, parcel)
        assert halted.value.after >= 60

    def test_a_letter_too_large_is_refused(self, provider, simulator, parcel):
        simulator.fault(kind="status", code=413, provider="mailjet", times=1)
        with pytest.raises(Refused):
            self.bring(provider, parcel)

    @pytest.mark.parametrize("body", ['{"Messages": [{"Status": "success", "CustomID": "another"}]}', "[]", "null"])
    def test_success_about_something_else_is_a_doubt(self, provider, parcel, simulator, body):
        simulator.fault(kind="status", code=200, body=body, provider="mailjet", times=1)
        with pytest.raises(Unsure):
            self.bring(provider, parcel)

    def test_an_address_of_another_house_is_a_mistake_in_the_settings(self, real):
        with pytest.raises(BadSettings):
            Mailjet(real.model_copy(update={"mailjet_api_url": "https://mail.example.com"}))
