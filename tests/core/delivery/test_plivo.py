"""Plivo, through its real client, against the simulator."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from core.config import BadSettings
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.ports import Refused, SenderRefused, TryAgain, Unsure
from core.delivery.words import Parcel
from tests.core.delivery.conformance import OverTheWire
from tests.providers.pretend import settings_for


class TestPlivo(OverTheWire):
    """Texts."""

    @pytest.fixture
    def provider(self, real):
        return Plivo(real)

    @pytest.fixture
    def parcel(self):
        return Parcel("+447700900057", "Your letter is ready", sender="+447700900001", expires_in=600)

    @pytest.fixture
    def arrived(self, simulator):
        return lambda to: simulator.messages(to, "plivo")

    def again(self, simulator):
        return Plivo(settings_for(simulator))

    def test_a_number_is_good_again_when_it_is_the_accounts_own(self, provider):
        provider.answers("+447700900001")
        provider.answers("Elm Clinic")  # a name is nobody's number: the account alone is read
        with pytest.raises(TryAgain):
            provider.answers("+447700900099")

    @pytest.mark.attack("G10")
    @pytest.mark.s("S92")
    def test_a_text_leaves_no_words_in_plivos_records_and_reports_to_us(self, provider, parcel, simulator):
        delivery = uuid4()
        reference = self.bring(provider, parcel, delivery)
        kept = simulator.ledger()[0]
        assert (kept["id"], kept["log"], kept["trackable"], kept["expiry"]) == (reference, "false", False, 600)
        assert kept["callback"] == f"https://portal.example.org/hooks/plivo/status?ref={delivery.hex}.mark"
        assert kept["method"] == "POST" and kept["from"] == "+447700900001"

    def test_where_the_whole_number_is_kept_a_lost_answer_is_found_as_well(self, simulator, parcel):
        """Nothing but `log` differs: a search compares the digits that are there (P24)."""
        whole = Plivo(settings_for(simulator).model_copy(update={"plivo_log": "number_only"}))
        delivery = uuid4()
        reference = self.bring(whole, parcel, delivery)
        assert simulator.ledger()[0]["log"] == "number_only"
        assert whole.search(self.trace(parcel, delivery)).references == (reference,)

    def test_a_country_we_may_not_text_is_named_as_the_reason(self, provider, parcel, simulator):
        simulator.barred = ["+44*"]
        with pytest.raises(Refused) as refused:
            self.bring(provider, parcel)
        assert refused.value.why == "country"

    def test_a_number_that_is_not_ours_halts_instead_of_refusing_the_patient(self, provider, parcel, simulator):
        simulator.sources = ["+447700900002"]
        with pytest.raises(SenderRefused) as halted:
            self.bring(provider, parcel)
        assert halted.value.after >= 60

    @pytest.mark.parametrize("body", ["null", "[]", "[1]", "{}", '{"message_uuid": []}', "not json"])
    def test_an_answer_that_names_nothing_is_a_doubt(self, provider, parcel, simulator, body):
        simulator.fault(kind="status", code=202, body=body, provider="plivo", times=1)
        with pytest.raises(Unsure):
            self.bring(provider, parcel)

    def test_an_accepted_call_for_an_invalid_number_is_refused(self, provider, parcel, simulator):
        body = '{"message": "queued", "message_uuid": [], "invalid_number": ["447700900057"]}'
        simulator.fault(kind="status", code=202, body=body, provider="plivo", times=1)
        with pytest.raises(Refused) as refused:
            self.bring(provider, parcel)
        assert refused.value.why == "number"

    def test_a_text_to_our_own_number_never_leaves(self, provider, simulator):
        with pytest.raises(Refused):
            self.bring(provider, Parcel("+447700900001", "x", sender="+447700900001"))
        assert simulator.requests("plivo", "POST") == []

    def test_an_account_that_cannot_be_one_is_a_mistake_in_the_settings(self, real):
        with pytest.raises(BadSettings):
            Plivo(real.model_copy(update={"plivo_auth_id": SecretStr("me")}))
