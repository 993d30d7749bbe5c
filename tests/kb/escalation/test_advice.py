"""Whether, to whom, by when, and what to say meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.escalation import advise, load_rules

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ask(rules, monday):
    def call(ticket, hours: float = 0, **changes: Any):
        arguments: dict[str, Any] = {
            "group_votes": [],
            "fits": True,
            "earlier_tickets": 0,
            "rules": rules,
            "now": monday + hours * HOUR,
        }
        return advise(ticket, **(arguments | changes))

    return call


def test_a_ticket_that_a_suggestion_fits_stays_where_it_is(ask, ticket):
    assert ask(ticket("How do I pause my box?")) is None


def test_when_nothing_fits_the_group_of_the_nearest_tickets_takes_over(ask, ticket):
    advice = ask(
        ticket("How?", group="devices"), fits=False, group_votes=["", "billing", "billing", "gone"]
    )
    assert (advice.type, advice.support_group, advice.level) == ("functional", "billing", 2)
    assert advice.reason == (
        "No suggestion fits; 2 of the 4 nearest solved tickets were resolved by billing."
    )
    assert (advice.channel, advice.meanwhile_macro) == ("note", "macro-team")
    assert not advice.lapsed


def test_the_nearest_ticket_beats_one_and_yields_to_two_further_down(ask, ticket):
    assert ask(ticket("?"), fits=False, group_votes=["billing", "devices"]).support_group == (
        "billing"
    )
    votes = ["billing", "devices", "devices", "devices"]
    assert ask(ticket("?"), fits=False, group_votes=votes).support_group == "devices"


@pytest.mark.parametrize(
    ("text", "fields", "group", "because"),
    [
        ("How?", {"tags": ["Invoice"]}, "billing", 'the tag "Invoice" is a matter for billing'),
        ("Where is my refund", {}, "billing", '"refund" is a matter for billing'),
        ("فاكتور می‌خواهم", {}, "billing", '"فاكتور" is a matter for billing'),
        ("我要發票", {}, "billing", '"發票" is a matter for billing'),
        ("How?", {"group": "devices"}, "devices", "another group than devices"),
        ("How?", {}, "", "nothing tells whose topic it is"),
    ],
)
def test_without_votes_tags_then_words_then_the_present_group_tell(
    text, fields, group, because, ask, ticket
):
    advice = ask(ticket(text, **fields), fits=False)
    assert advice.support_group == group
    assert because in advice.reason


def test_a_group_may_have_its_own_macro(ask, ticket):
    advice = ask(ticket("?"), fits=False, group_votes=["devices"])
    assert advice.meanwhile_macro == "macro-devices"


def test_how_to_hand_over_may_be_said_by_language(ask, ticket, rules_text, write_rules):
    told = ask(ticket("?"), fits=False, group_votes=["billing"])
    assert (told.channel, told.channels) == ("note", {})
    both = '{ fa = "یادداشت", en = "a note" }'
    by_language = load_rules(
        write_rules(rules_text.replace('channel = "note"', f"channel = {both}"))
    )
    told = ask(ticket("?"), fits=False, group_votes=["billing"], rules=by_language)
    assert (told.channel, told.channels["fa"]) == ("a note", "یادداشت")
    chinese = load_rules(write_rules(rules_text.replace('"note"', '{ zh = "备注" }')))
    told = ask(ticket("?"), fits=False, group_votes=["billing"], rules=chinese)
    assert (told.channel, told.channels) == ("备注", {"zh": "备注"})


def test_the_reason_is_made_of_points_with_the_evidence(ask, ticket, monday):
    angry = ticket("Worst company ever. This is my third mail.")
    advice = ask(angry, fits=False, hours=24, group_votes=["devices"])
    due = monday + 8 * HOUR
    assert [(point.code, dict(point.values)) for point in advice.points] == [
        ("contacts_said", {"contacts": 3, "said": "my third mail"}),
        ("frustration", {"words": ("Worst company",)}),
        ("promise_late", {"promise": "first answer", "due": due}),
        ("nothing_fits_either", {}),
        ("nearest_solved", {"group": "devices"}),
    ]
    assert advice.reason.startswith("The customer has had to make contact 3 times (")
    assert advice.reason.endswith("either: the nearest solved ticket was resolved by devices.")


def test_a_rule_sends_it_upwards_even_if_a_suggestion_fits(ask, ticket):
    advice = ask(ticket("Where is it? My lawyer will write.", group="billing"))
    assert (advice.type, advice.support_group, advice.level) == ("hierarchical", "billing", 3)
    assert advice.reason == 'The customer mentions legal action ("My lawyer will").'
    assert (advice.channel, advice.meanwhile_macro) == ("call", "macro-legal")


def test_upwards_wins_over_sideways_but_the_group_is_named(ask, ticket):
    advice = ask(ticket("I will sue you"), fits=False, group_votes=["devices"])
    assert (advice.type, advice.support_group) == ("hierarchical", "devices")
    assert "no suggestion fits either: the nearest solved ticket was resolved by devices" in (
        advice.reason
    )


def test_the_highest_level_wins_and_every_reason_is_told(ask, ticket):
    advice = ask(ticket("Worst company ever. This is my third mail."))
    assert (advice.level, advice.meanwhile_macro) == (3, "")
    assert advice.reason == (
        'The customer has had to make contact 3 times ("my third mail"); '
        'the customer is clearly frustrated ("Worst company").'
    )


def test_danger_is_urgent_whatever_the_priority(ask, ticket, monday):
    advice = ask(ticket("Smoke is coming from the adapter", priority="normal"))
    assert (advice.support_group, advice.meanwhile_macro) == ("devices", "macro-safety")
    assert advice.due == monday + HOUR


@pytest.mark.parametrize(
    ("text", "level", "limit"),
    [
        ("I want a refund of 49 EUR", None, ""),
        ("I want a refund of 120 EUR", 2, "50 EUR"),
        ("I want a refund of 218 EUR", 3, "200 EUR"),
        ("I want a refund of 9000 USD", None, ""),
        ("۱۲ میلیون تومان پولم را پس بدهید", 3, "100,000,000 IRR"),
        ("要求退款１８００元", 3, "1,500 CNY"),
    ],
)
def test_a_refund_goes_to_who_may_approve_it(text, level, limit, ask, ticket):
    advice = ask(ticket(text))
    assert (advice.level if advice else None) == level
    if advice:
        assert f"above the limit of {limit}." in advice.reason


def test_earlier_tickets_count_when_the_rules_say_so(ask, ticket):
    assert ask(ticket("How?"), earlier_tickets=1) is None
    advice = ask(ticket("How?"), earlier_tickets=2)
    assert advice.reason == "The customer has written 2 earlier tickets in 30 days."


def test_a_promise_about_to_be_broken_goes_up_while_there_is_time(ask, ticket, monday):
    assert ask(ticket("How?"), hours=5) is None
    advice = ask(ticket("How?"), hours=6.5)
    assert (advice.level, advice.meanwhile_macro, advice.lapsed) == (3, "macro-late", False)
    assert advice.reason == "81% of the time for the first answer is used (due 2026-03-16 18:00)."
    assert advice.due == monday + 8 * HOUR


def test_a_broken_promise_is_said_and_the_soonest_honest_time_given(ask, ticket, rules):
    advice = ask(ticket("How?"), hours=24)
    assert advice.lapsed
    assert advice.reason == "The first answer is late: it was due 2026-03-16 18:00."
    assert advice.due == dt.datetime(2026, 3, 17, 11, 0, tzinfo=dt.UTC)  # two hours on
    no_sla = rules.triggers.model_copy(update={"sla": None})
    advice = ask(
        ticket("How?"), hours=24, fits=False, rules=rules.model_copy(update={"triggers": no_sla})
    )
    assert advice.type == "functional"
    assert advice.reason.endswith("; the first answer was due 2026-03-16 18:00.")


def test_the_due_time_skips_nights_weekends_and_holidays(ask, ticket):
    friday = dt.datetime(2026, 3, 20, 16, 0, tzinfo=dt.UTC)
    advice = ask(ticket("?", created=friday), fits=False, now=friday)
    assert advice.due == dt.datetime(2026, 3, 23, 15, 0, tzinfo=dt.UTC)
    eve = dt.datetime(2026, 3, 17, 16, 0, tzinfo=dt.UTC)  # the day after is an outing
    advice = ask(ticket("?", created=eve), fits=False, now=eve)
    assert f"{advice.due:%Y-%m-%d %H:%M}" == "2026-03-19 16:00"


def test_while_we_wait_for_the_customer_the_due_time_counts_from_the_hand_over(ask, ticket, monday):
    advice = ask(ticket("?", ("rep", "Which one?", 1)), hours=24, fits=False)
    assert advice.due == monday + 24 * HOUR + 8 * HOUR
    assert not advice.lapsed


def test_without_rules_there_is_functional_advice_without_a_time(ask, ticket):
    angry = ticket("My lawyer will write", group="orders")
    assert ask(angry, rules=None) is None
    advice = ask(angry, rules=None, fits=False, group_votes=["billing"])
    assert (advice.type, advice.support_group, advice.level) == ("functional", "billing", 2)
    assert (advice.due, advice.lapsed, advice.meanwhile_macro) == (None, False, "")
    assert ask(angry, rules=None, fits=False).support_group == "orders"


def test_a_time_without_a_zone_is_refused(ask, ticket):
    with pytest.raises(InvalidInput, match="time zone"):
        ask(ticket("?"), now=dt.datetime(2026, 3, 16))
