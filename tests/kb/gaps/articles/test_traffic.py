"""What visitors did with each article, counted by people."""

from __future__ import annotations

from kb.gaps.articles.traffic import count, totals, traffic_of
from tests.kb.gaps.library import visit, vote


def test_a_visit_is_one_person_however_often_it_asks():
    searches = [visit(session="v1", hits=["a"], clicked=["a"], contacted=True) for _ in range(500)]
    found = traffic_of(searches, [vote("a", "v1") for _ in range(500)])["a"]
    assert count(found.shown) == count(found.opened) == count(found.readers) == 1
    assert (found.voted_down, count(found.let_down)) == (1, 1)


def test_only_the_first_results_are_shown():
    found = traffic_of([visit(hits=["a", "b", "c", "d"])], [])
    assert set(found) == {"a", "b", "c"}
    assert count(found["c"].shown) == 1
    assert count(found["c"].readers) == 0


def test_whoever_got_it_as_the_answer_read_it_unless_they_opened_another():
    answered = visit(hits=["a"], outcome="answered", contacted=True)
    elsewhere = visit(hits=["a", "b"], clicked=["b"], outcome="answered")
    found = traffic_of([answered, elsewhere], [])
    assert (count(found["a"].readers), count(found["a"].let_down)) == (1, 1)
    assert (count(found["b"].readers), count(found["b"].let_down)) == (1, 0)


def test_the_last_vote_counts_and_outranks_the_contact():
    searches = [visit(session="v1", hits=["a"], clicked=["a"], contacted=True)]
    votes = [vote("a", "v1"), vote("a", "v1", helpful=True)]
    found = traffic_of(searches, votes)["a"]
    assert (found.voted_up, found.voted_down) == (1, 0)
    assert (count(found.contacted), count(found.let_down)) == (1, 0)


def test_a_vote_without_a_visit_is_of_whoever_searched_before_it():
    search = visit(session="", hits=["a"], clicked=["a"])
    from_search = vote("a", "")
    told = type(from_search)(from_search.at, "", "a", False, "", search.id)
    found = traffic_of([search], [told, vote("a", "")])["a"]
    assert count(found.readers) == 2  # the searcher, and somebody unknown
    assert found.voted_down == 2


def test_an_imported_question_counts_as_often_as_it_was_asked():
    found = traffic_of([visit(session="", hits=["a"], clicked=["a"], times=40)], [])["a"]
    assert (count(found.shown), count(found.opened), count(found.readers)) == (40, 40, 40)


def test_totals_are_over_all_articles():
    searches = [visit(hits=["a"], clicked=["a", "b"], contacted=True), visit(clicked=["b"])]
    assert totals(traffic_of(searches, [])) == (3, 2)
