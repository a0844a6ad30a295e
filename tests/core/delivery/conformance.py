"""What every provider must do, whoever it is: each provider's test inherits these cases (P12, S99)."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.delivery.providers.ports import Provider, Refused, Trace, TryAgain, Unsure
from core.delivery.segments import count
from core.delivery.words import Parcel


class Conformance:
    """A subclass gives `provider`, `parcel` and `arrived(to)`: what the other end holds for an address."""

    def bring(self, provider: Provider, parcel: Parcel, delivery: UUID | None = None) -> str:
        delivery = delivery or uuid4()
        return provider.send(parcel, delivery, f"{delivery.hex}.mark")

    def test_it_has_a_name(self, provider):
        assert provider.name.isidentifier()

    def test_what_is_accepted_has_the_providers_name_for_it_and_has_arrived_once(self, provider, parcel, arrived):
        reference = self.bring(provider, parcel)
        assert reference and len(reference) <= 80 and reference.isascii()
        assert [one["text"] for one in arrived(parcel.to)] == [parcel.text]

    def test_every_parcel_has_a_name_of_its_own(self, provider, parcel):
        assert self.bring(provider, parcel) != self.bring(provider, parcel)

    def test_words_of_any_script_arrive_as_they_were_written(self, provider, parcel, arrived):
        words = "Grüße, “Łukasz” – 你好 😀\nrear gate <b>&amp;"
        self.bring(provider, Parcel(parcel.to, words, parcel.subject, parcel.html, parcel.sender, parcel.sender_name))
        assert [one["text"] for one in arrived(parcel.to)] == [words]

    def trace(self, parcel: Parcel, delivery: UUID) -> Trace:
        return Trace(delivery, parcel.to, parcel.sender, count(parcel.text).segments, datetime.now(UTC))

    def test_what_it_has_is_found_and_what_it_has_not_is_not(self, provider, parcel):
        delivery = uuid4()
        assert provider.search(self.trace(parcel, delivery)).references == ()
        reference = self.bring(provider, parcel, delivery)
        assert provider.search(self.trace(parcel, delivery)).references == (reference,)
        elsewhere = replace(parcel, to={True: "+12025550123", False: "else@example.org"}[parcel.to.startswith("+")])
        assert provider.search(self.trace(elsewhere, uuid4())).references == ()


class OverTheWire(Conformance):
    """Also for providers behind HTTP: a subclass gives `simulator` too, serving HTTPS as in life."""

    def requests(self, simulator: Any, provider: Provider) -> int:
        return len(simulator.requests(provider.name, "POST"))

    @pytest.mark.parametrize("fault", ["reset_after", "malformed", "empty", "status_after", "html_error"])
    def test_a_lost_or_broken_answer_is_a_doubt_asked_once(self, provider, parcel, simulator, fault):
        simulator.fault(kind=fault, provider=provider.name, times=1)
        with pytest.raises(Unsure):
            self.bring(provider, parcel)
        assert self.requests(simulator, provider) == 1
        assert simulator.doubles() == {}

    @pytest.mark.parametrize(("fault", "limit"), [("drip", "ANSWER_SECONDS"), ("huge_answer", "ANSWER_BYTES")])
    def test_an_endless_answer_is_cut_off_and_a_doubt(self, provider, parcel, simulator, fault, limit, monkeypatch):
        monkeypatch.setattr(f"core.delivery.providers.wire.{limit}", 1 if limit == "ANSWER_SECONDS" else 100_000)
        simulator.fault(kind=fault, provider=provider.name, times=1)
        with pytest.raises(Unsure):
            self.bring(provider, parcel)
        assert self.requests(simulator, provider) == 1

    def test_a_silent_provider_is_a_doubt_after_its_time(self, provider, parcel, simulator, monkeypatch):
        monkeypatch.setattr("core.delivery.providers.wire.CONNECT_AND_READ", (1, 1))
        simulator.fault(kind="hang_after", provider=provider.name, times=1, seconds=3)
        with pytest.raises(Unsure):
            self.bring(self.again(simulator), parcel)
        assert self.requests(simulator, provider) == 1

    def again(self, simulator: Any) -> Provider:
        """The provider made anew, after its limits were changed."""
        raise NotImplementedError

    @pytest.mark.parametrize(("said", "wait"), [(7, 7), ("86400", 900), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)])
    def test_too_many_is_for_later_and_never_before_the_time_it_says(self, provider, parcel, simulator, said, wait):
        simulator.fault(kind="rate_limit", provider=provider.name, times=1, retry_after=said)
        with pytest.raises(TryAgain) as later:
            self.bring(provider, parcel)
        assert later.value.after == wait

    def test_unavailable_is_for_later_whatever_the_body(self, provider, parcel, simulator):
        simulator.fault(kind="status", code=503, body="<html>", provider=provider.name, times=1)
        with pytest.raises(TryAgain):
            self.bring(provider, parcel)

    def test_nobody_at_the_other_end_is_for_later(self, provider, parcel, simulator, arrived):
        simulator.down()
        try:
            with pytest.raises(TryAgain):
                self.bring(provider, parcel)
        finally:
            simulator.up()
        assert arrived(parcel.to) == []

    def test_a_certificate_nobody_vouches_for_is_for_later(self, parcel, simulator, monkeypatch):
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(TryAgain):
            self.bring(self.again(simulator), parcel)
        assert simulator.ledger() == []

    @pytest.mark.attack("G11")
    @pytest.mark.s("S98")
    def test_a_redirect_is_never_followed(self, provider, parcel, simulator):
        simulator.fault(kind="redirect", provider=provider.name, times=1)
        with pytest.raises(TryAgain):
            self.bring(provider, parcel)
        assert self.requests(simulator, provider) == 1 and simulator.ledger() == []

    @pytest.mark.parametrize("status", [401, 402, 404, 405])
    def test_a_refused_key_or_address_waits_for_its_operator(self, provider, parcel, simulator, status):
        simulator.fault(kind="status", code=status, provider=provider.name, times=1)
        with pytest.raises(TryAgain) as halted:
            self.bring(provider, parcel)
        assert halted.value.after >= 60

    def test_a_refused_recipient_is_refused_for_good_and_says_why(self, provider, parcel, simulator):
        simulator.fault(kind="invalid", provider=provider.name, times=1)
        with pytest.raises(Refused) as refused:
            self.bring(provider, parcel)
        assert refused.value.why in ("number", "address")
        assert refused.value.words.startswith("400 · ") and parcel.to not in refused.value.words

    @pytest.mark.parametrize("fault", ["status", "html_error", "malformed", "empty", "reset_before", "redirect"])
    def test_a_search_that_fails_says_so_instead_of_finding_nothing(self, provider, parcel, simulator, fault):
        simulator.fault(kind=fault, provider=provider.name, on="read", times=1)
        with pytest.raises((TryAgain, Unsure)):
            provider.search(self.trace(parcel, uuid4()))

    def test_many_are_searched_to_the_last_page(self, provider, parcel, simulator):
        wanted = uuid4()
        reference = self.bring(provider, parcel, wanted)
        for _ in range(25):
            self.bring(provider, parcel)
        assert reference in provider.search(self.trace(parcel, wanted)).references

    def test_a_connection_that_was_closed_meanwhile_doubles_nothing(self, provider, parcel, simulator, arrived):
        """It is either seen closed and opened again, or closes just then, which is a doubt like any lost answer (P9)."""
        simulator.fault(kind="idle_close", provider=provider.name, times=1)
        self.bring(provider, parcel)
        with contextlib.suppress(Unsure):
            self.bring(provider, parcel)
        assert len(arrived(parcel.to)) == self.requests(simulator, provider) <= 2
        assert simulator.doubles() == {}
