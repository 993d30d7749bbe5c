"""What questions are about, for demand by topic."""

from __future__ import annotations

import datetime as dt

from kb.gaps.missing.coverage import Found
from kb.gaps.missing.questions import questions_of
from kb.gaps.subjects import SUBJECTS, Subjects, stored_subjects, subjects_of
from kb.store import Store
from tests.kb.gaps.missing.shelf import NOW, Shelf, gaps_of
from tests.kb.gaps.missing.test_find import asking

LIBRARY = Shelf({"wifi.en": "Connect the planter", "wifi.fa": "وصل کردن گلدان"})
TOPICS = {"phone": 0}


def test_a_question_of_a_gap_is_about_the_gap_and_others_about_the_article_they_find() -> None:
    searches = asking("pair second phone", times=4)
    missing = gaps_of(searches, TOPICS)
    found_anyway = asking("another thing", "nothing at all")
    questions = questions_of([*searches, *found_anyway], [])
    near, far = Found(0.9, "wifi.fa", "wifi.en", "fa"), Found(0.1, "wifi.fa", "wifi.en", "fa")
    found = [far if question.text == "nothing at all" else near for question in questions]
    subjects = subjects_of(questions, found, missing, LIBRARY, 0.25, "en")
    named = {search.query: subjects.of_searches([search]).get(search.id) for search in found_anyway}
    assert named["nothing at all"] is None
    assert named["another thing"] == "Title of wifi.en"  # in the reader's language
    assert set(subjects.of_searches(searches).values()) == {missing.gaps[0].label}


def test_what_was_stored_is_read_and_what_another_version_stored_is_none(tmp_path) -> None:
    store = Store(f"sqlite:///{tmp_path}/kb.sqlite")
    moment: dt.datetime = NOW
    try:
        assert stored_subjects(store) == Subjects(questions={}, tickets={})
        kept = Subjects(questions={"k": "گلدان"}, tickets={"T-1": "花盆"})
        store.gaps.save_report(SUBJECTS, kept.model_dump_json(), 1, moment)
        assert stored_subjects(store) == kept
        store.gaps.save_report(SUBJECTS, '{"other": 1}', 1, moment)
        assert stored_subjects(store).questions == {}
        store.gaps.forget()
        assert stored_subjects(store).tickets == {}
    finally:
        store.close()
