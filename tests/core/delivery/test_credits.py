"""The ledger of credits: one line a text, given back once, the sum never below nothing, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.undo import undo
from core.compose.words import Command, Order
from core.delivery import credits, find
from core.delivery.billing.spending import Pace, movements, pace
from core.delivery.credits import NoCredits
from core.delivery.providers.ports import Refused, Unsure
from core.delivery.status import report
from core.delivery.words import Channel, Entry, Status
from core.release import link
from tests.core.delivery.test_delivery import Moody, send


def lines(store, who):
    return [(one.amount, one.state) for one in store.look(who, movements)][:-1]  # all but the opening top-up


def total(store, who):
    return sum(one.amount for one in store.look(who, movements, limit=10_000))


def test_many_at_once_cannot_spend_the_last_credits_twice(store, system):
    store.run(system, credits.hold, 90, "sms", uuid4())

    def one_more(_):
        try:
            store.run(system, credits.hold, 3, "sms", uuid4())
        except NoCredits:
            return 0
        return 1

    with ThreadPoolExecutor(8) as people:
        went = sum(people.map(one_more, range(40)))
    assert went == 3
    assert store.look(system, credits.balance) == 1 == total(store, system)


def test_confirming_at_once_for_several_people_ends_and_adds_up(store, anna, ben, amara, idris, system):
    store.run(system, credits.hold, 95, "sms", uuid4())
    orders = [Order(Command.SMS, people, "Hello") for people in ((amara.id, idris.id), (idris.id, amara.id))] * 2
    drafts = [(who, store.run(who, prepare, order).id) for who, order in zip((anna, ben) * 2, orders, strict=True)]

    def yes(given):
        try:
            store.run(given[0], confirm, given[1], hold=0)
        except NoCredits:
            return 0
        return 1

    with ThreadPoolExecutor(4) as people:
        assert sum(people.map(yes, drafts)) == 2
    assert store.look(system, credits.balance) == 1 == total(store, system)


def test_given_back_at_once_by_several_it_comes_back_once(store, system):
    holder = uuid4()
    store.run(system, credits.hold, 2, "sms", holder)
    with ThreadPoolExecutor(4) as people:
        back = list(people.map(lambda _: store.run(system, credits.give_back, holder), range(8)))
    assert sorted(back) == [0] * 7 + [2]
    assert store.look(system, credits.balance) == 100 == total(store, system)


MOVES = st.one_of(
    st.tuples(st.just("hold"), st.integers(1, 70), st.booleans()),
    st.tuples(st.just("settle"), st.sampled_from(Status), st.booleans()),
    st.tuples(st.just("give back"), st.none(), st.none()),
    st.tuples(st.just("pass on"), st.none(), st.none()),
    st.tuples(st.just("top up"), st.integers(1, 50), st.none()),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 5), MOVES), max_size=15))
def test_whatever_happens_the_balance_is_the_sum_and_never_below_nothing(store, system, moves):
    store.run(system, _agrees_with_a_plain_account, moves)


def _agrees_with_a_plain_account(unit, moves):
    left, texts = credits.balance(unit), {}  # texts: the account as one would keep it on paper, by holder
    for place, (move, what, flag) in moves:
        holder = list(texts)[place % len(texts)] if texts else uuid4()
        amount, state = texts.get(holder, (0, Entry.RETURNED))
        if move == "hold" and what > left:
            with pytest.raises(NoCredits):
                credits.hold(unit, what, "sms", uuid4())
        elif move == "hold":
            texts[fresh := uuid4()] = (what, Entry.HELD)
            credits.hold(unit, what, "sms", fresh)
            left -= what
        elif move == "top up":
            left = credits.top_up(unit, what)
        elif move == "pass on":
            passed = credits.pass_on(unit, holder, heir := uuid4(), None)
            assert passed == (amount if state is Entry.HELD else 0)
            if passed:
                texts[heir] = texts.pop(holder)
        else:
            back = move == "give back" or flag or what is Status.CANCELLED
            credits.give_back(unit, holder) if move == "give back" else credits.settle(unit, holder, what, free=flag)
            if back and state is not Entry.RETURNED:
                left, texts[holder] = left + amount, (amount, Entry.RETURNED)
            elif not back and state is Entry.HELD and what not in credits.UNSETTLED:
                texts[holder] = (amount, Entry.SPENT)
        assert credits.balance(unit) == left >= 0
    assert sum(one.amount for one in movements(unit, limit=10_000)) == left
    assert credits.held(unit) == sum(amount for amount, state in texts.values() if state is Entry.HELD)
    for holder in texts:  # the next example begins with nothing held
        credits.settle(unit, holder, Status.SENT)


def test_a_text_is_held_when_confirmed_and_spent_when_taken(store, anna, amara, network):
    message = send(store, anna, Order(Command.SMS, (amara.id,), "x" * 161))
    assert lines(store, anna) == [(-2, Entry.HELD)] and store.look(anna, credits.held) == 2
    network.settle()
    assert lines(store, anna) == [(-2, Entry.SPENT)] and store.look(anna, credits.held) == 0
    assert store.look(anna, movements)[0].about == message.id


def test_a_refused_text_is_given_back_and_an_uncertain_one_stays_held(store, anna, amara, network, providers):
    providers.by_channel[Channel.SMS] = Moody(Refused("number"), Unsure())
    for _ in range(2):
        send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
        network.settle()
    assert lines(store, anna) == [(-1, Entry.HELD), (1, Entry.GIVEN_BACK), (-1, Entry.RETURNED)]


@pytest.mark.parametrize(("free", "left"), [(True, 100), (False, 99)])
def test_what_the_provider_did_not_charge_comes_back_after_it_was_spent(
    store, anna, amara, network, providers, free, left
):
    providers.by_channel[Channel.SMS] = Moody()
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    delivery = store.look(anna, find.of_messages, [message.id])[message.id][0]
    for _ in range(2):
        store.run(anna, report, delivery.id, Status.FAILED, free=free)
    assert store.look(anna, credits.balance) == left


def test_an_undone_text_and_an_undone_direct_message_cost_nothing(store, anna, amara):
    for command in (Command.SMS, Command.DIRECT):
        message = send(store, anna, Order(command, (amara.id,), "Hello"), hold=10)
        assert store.look(anna, credits.balance) == 99
        store.run(anna, undo, message.id)
        assert store.look(anna, credits.balance) == 100


def test_the_code_of_a_direct_message_is_held_with_it_and_passes_to_the_code(store, anna, amara, network, system):
    from core.release import code

    message = send(store, anna, Order(Command.DIRECT, (amara.id,), "Hello"))
    assert lines(store, anna) == [(-1, Entry.HELD)]
    store.run(system, code.ask, store.look(anna, link.link_of, message.id), b"b" * 32)
    network.settle()
    assert lines(store, anna) == [(-1, Entry.SPENT)]


def test_a_link_taken_back_unused_gives_its_codes_credit_back(store, anna, amara):
    message = send(store, anna, Order(Command.DIRECT, (amara.id,), "Hello"))
    store.run(anna, link.take_back, message.id)
    assert store.look(anna, credits.balance) == 100


def test_the_networks_own_count_is_kept_beside_ours_where_it_differs(store, anna, amara, network):
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Hello"))
    network.settle()
    delivery = store.look(anna, find.of_messages, [message.id])[message.id][0]
    for units, kept in ((1, None), (3, 3)):
        store.run(anna, credits.counted_by_the_network, delivery.id, units)
        assert store.look(anna, movements)[0].units == kept
    assert store.look(anna, credits.balance) == 99


def test_the_ledger_is_read_page_by_page(store, system):
    for amount in range(1, 6):
        store.run(system, credits.hold, amount, "sms", uuid4())
    seen, last = [], None
    while page := store.look(system, movements, last, 2):
        seen += [one.amount for one in page]
        last = page[-1].id
    assert seen == [-5, -4, -3, -2, -1, 100]


@pytest.mark.parametrize(
    ("used", "days", "left", "lasts", "low"),
    [(240, 30, 48, 6, True), (240, 30, 56, 7, False), (0, 30, 19, None, True), (0, 1, 20, None, False), (30, 3, 70, 7, False)],
)  # fmt: skip
def test_how_long_credits_last_is_taken_from_the_last_month(used, days, left, lasts, low):
    assert (Pace(used, days).lasts(left), Pace(used, days).is_low(left)) == (lasts, low)


def test_what_came_back_was_not_used(store, system, clock):
    clock.forward(days=10)
    returned = uuid4()
    store.run(system, credits.hold, 7, "sms", returned)
    store.run(system, credits.hold, 20, "sms", uuid4())
    store.run(system, credits.give_back, returned)
    assert store.look(system, pace) == Pace(20, 10)
    clock.forward(days=31)
    assert store.look(system, pace) == Pace(0, 30)
