"""Decisions and drafts, with store and content folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import Conflict, InvalidInput, NotFound
from kb.gaps.decisions.states import StateChange
from kb.gaps.decisions.writing import begun, decide, draft, outline_for
from kb.models import Article
from kb.privacy import Redactor
from kb.store import Store, Topic
from tests.kb.gaps.made import DAY, NOW, TICKETS, gap


@pytest.fixture
def store(settings) -> Iterator[Store]:
    opened = Store(settings.store_url)
    opened.documents.upsert([(ticket, "t.jsonl") for ticket in TICKETS], "t", NOW)
    article = Article(id="phones.en", group="phones.en", locale="en", title="Phones", body="Two.")
    opened.documents.save(article, NOW, replaces=None)
    yield opened
    opened.close()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def say(store: Store, to: str, one=None, identifier: str = "g1", **more: object) -> StateChange:
    return decide(store, identifier, to, gap=one, weeks=4, redactor=Redactor(), now=NOW, **more)


def test_a_decision_is_kept_with_its_evidence(store):
    say(store, "planned", gap(), who="Mina")
    made = say(store, "done", gap(), articles=["phones.en"])
    assert (made.people_at, made.articles, made.before.contacts_per_week) == (
        10,
        ("phones.en",),
        1.5,
    )
    assert [one.state for one in store.gaps.history("g1")] == ["planned", "done"]


def test_reasons_are_redacted_before_they_are_stored(store):
    say(store, "dismissed", gap(), reason="Only sam@doe.example asks, 只有 sam@doe.example 问")
    assert store.gaps.states()["g1"].reason == "Only [EMAIL] asks, 只有 [EMAIL] 问"
    assert store.mentions("sam@doe") == {}


def test_what_follows_is_judged_by_what_is_shown(store):
    say(store, "dismissed", gap(people=5), reason="rare")
    with pytest.raises(InvalidInput, match="dismissed already"):
        say(store, "dismissed", gap(people=9), reason="still rare")
    say(store, "dismissed", gap(people=10), reason="still not ours")  # it had come back
    assert store.gaps.states()["g1"].people_at == 10


def test_a_gap_that_no_report_has_any_more_can_still_be_closed(store):
    with pytest.raises(NotFound, match="no gap 'g1'"):
        say(store, "planned")
    store.gaps.save_topics([Topic("g2", [1.0], {"q": 1.0}, "label", NOW)], NOW)
    assert say(store, "planned", identifier="g2").people_at == 0
    say(store, "in_progress", gap())
    made = say(store, "done")
    assert (made.people_at, made.before) == (10, None)


def test_who_has_not_seen_the_last_decision_decides_nothing(store, content):
    say(store, "planned", gap(), known=0)
    with pytest.raises(Conflict, match="in between"):
        say(store, "dismissed", gap(), reason="rare", known=0)
    outline = outline_for(store, gap(), Redactor(), NOW)
    with pytest.raises(Conflict, match="in between"):
        draft(store, gap(), outline, content, now=NOW, known=0)
    assert list(content.iterdir()) == []
    say(store, "dismissed", gap(), reason="rare", known=1)
    assert [one.state for one in store.gaps.history("g1")] == ["planned", "dismissed"]


def test_articles_that_do_not_exist_close_nothing(store):
    for name in ("nowhere.en", "T-1"):
        with pytest.raises(NotFound, match=name):
            say(store, "done", gap(), articles=[name])
    assert store.gaps.history("g1") == []


def test_the_outline_has_the_replies_of_the_gaps_tickets(store):
    made = outline_for(store, gap(), Redactor(), NOW)
    assert made.replies == 4
    assert made.steps[0].tickets == ("T-1", "T-2")
    store.documents.remove(["T-1"])
    assert outline_for(store, gap(ticket_ids=("gone", "T-1", "T-3")), Redactor(), NOW).replies == 1


def test_saving_a_draft_puts_the_gap_in_progress_and_remembers_the_file(store, content):
    outline = outline_for(store, gap(), Redactor(), NOW)
    path = draft(store, gap(), outline, content, now=NOW, who="Mina")
    assert path.is_file()
    last = store.gaps.states()["g1"]
    assert (last.state, last.who, last.people_at) == ("in_progress", "Mina", 10)
    assert content / last.draft == path


def test_a_gap_has_one_draft_at_a_time(store, content):
    outline = outline_for(store, gap(), Redactor(), NOW)
    path = draft(store, gap(), outline, content, now=NOW)
    with pytest.raises(Conflict, match="go on with it"):
        draft(store, gap(), outline, content, now=NOW)
    path.unlink()
    assert draft(store, gap(), outline, content, now=NOW + DAY).parent.name.endswith("-2")
    assert store.gaps.states()["g1"].state == "in_progress"


def test_a_draft_of_what_is_dismissed_is_refused_before_anything_is_written(store, content):
    say(store, "dismissed", gap(), reason="not ours")
    outline = outline_for(store, gap(), Redactor(), NOW)
    with pytest.raises(InvalidInput, match="open, planned"):
        draft(store, gap(), outline, content, now=NOW)
    assert list(content.iterdir()) == []


def test_an_id_that_another_document_has_is_not_given_again(store, content):
    taken = Article(
        id="how-do-i-pair-a-second-phone.en", group="x", locale="en", title="x", body="x"
    )
    store.documents.save(taken, NOW, replaces=None)
    outline = outline_for(store, gap(), Redactor(), NOW)
    path = draft(store, gap(), outline, content, now=NOW)
    assert path.parent.name == "how-do-i-pair-a-second-phone-2"


def test_an_article_begun_elsewhere_sets_its_gap_in_progress(store):
    say(store, "planned", gap())
    made = begun(store, gap(), "help/phones/en.md", now=NOW, who="Mina")
    assert (made.state, made.draft, made.who) == ("in_progress", "help/phones/en.md", "Mina")
    assert store.gaps.states()["g1"] == made
    again = begun(store, gap(), "help/phones-2/en.md", now=NOW)
    assert again.draft == "help/phones-2/en.md"


@pytest.mark.parametrize(("to", "more"), [("done", {}), ("dismissed", {"reason": "not ours"})])
def test_a_gap_that_is_settled_is_not_reopened_by_an_article(store, to, more):
    say(store, to, gap(), **more)
    assert begun(store, gap(), "help/phones/en.md", now=NOW) is None
    assert store.gaps.states()["g1"].state == to
