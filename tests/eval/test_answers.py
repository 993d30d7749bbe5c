"""Whether what is shown contains the answer."""

from __future__ import annotations

import pytest

from eval.answers import Shown, contains, shown
from eval.experiment import opened
from eval.runner import run, run_system
from eval.systems import parse_systems
from kb.parameters import packaged_parameters
from tests.eval.tiny import CORPUS, QRELS, QUERIES, TOPICS, write_dataset
from tests.fakes import BagOfWordsEmbedder


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Hold the button for 10 seconds.", "hold the BUTTON"),
        ("Refunds take 5–10 business days.", "5-10 business days"),
        ("۷ روز کاری طول می‌کشد", "7 روز كاري"),
        ("می‌توانید سفارش را لغو کنید", "می توانید سفارش را لغو کنید"),
        ("保修期為兩年。", "保修期为两年"),
        ("three\n  words here", "three words"),
    ],
)
def test_writing_makes_no_difference(text, answer):
    assert contains(text, [answer])


def test_one_of_several_answers_is_enough():
    assert contains("Hold the button.", ["press the lamp", "hold the button"])


@pytest.mark.parametrize("answers", [[], [""], ["…"], ["hold the lamp"]])
def test_nothing_is_contained_that_is_not_there(answers):
    assert not contains("Hold the button.", answers)


def test_an_answer_outside_the_snippet_is_in_the_answer_only():
    text = "The pump rattles when there is air in it. " * 12 + "Hold the button for ten seconds."
    assert shown(text, text, {"pump"}, "en", ["hold the button"]) == Shown(True, False)
    assert shown(text, text, {"button"}, "en", ["hold the button"]) == Shown(True, True)


@pytest.fixture
def dataset(tmp_path):
    answers = {
        "q-parcel-0": ["the courier comes on weekdays"],
        "q-pump-0": ["words that stand nowhere"],
        "q-lamp-0": ["fourteen hours"],
    }
    queries = [
        query | {"metadata": {"answers": answers[query["_id"]]} if query["_id"] in answers else {}}
        for query in QUERIES
    ]
    qrels = [(q, "refund" if q == "q-lamp-0" else d, g) for q, d, g in QRELS]
    return write_dataset(tmp_path / "tiny", CORPUS, queries, qrels)


def test_it_is_asked_where_the_first_document_is_right_and_answers_are_known(dataset, settings):
    with opened(dataset, settings, BagOfWordsEmbedder(), lambda *_: None) as experiment:
        result = run_system(experiment, "hybrid", packaged_parameters())
    assert len(TOPICS) > 2
    # q-lamp-0 finds the lamp, which is not judged right; the others have no known answers.
    assert result.answers == {
        "q-parcel-0": Shown(answer=True, snippet=True),
        "q-pump-0": Shown(answer=False, snippet=False),
    }


def test_the_record_has_the_share(dataset, settings, tmp_path):
    parameters = packaged_parameters()
    record, _ = run(
        [dataset],
        parse_systems("lexical,hybrid", parameters),
        settings,
        BagOfWordsEmbedder(),
        parameters,
        tmp_path / "out",
        lambda *_: None,
    )
    found = record.results[0].system("hybrid")
    assert found.answer_containment.value == 0.5
    assert found.snippet_containment.value == 0.5
