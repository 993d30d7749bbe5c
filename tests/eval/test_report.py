"""The HTML report says what the record says, to anyone, and fetches nothing."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
import tomllib
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from eval.observed import ExpectedDocument, Observed, ShownDocument
from eval.records import (
    BinRecord,
    ComparisonRecord,
    ConfidenceRecord,
    DatasetRecord,
    MeasureRecord,
    RunRecord,
    SystemRecord,
)
from eval.report import render, write_report
from eval.report.drawing import label
from eval.report.glossary import measure_term
from kb.parameters import packaged_parameters

ROOT = Path(__file__).resolve().parent.parent.parent
PRIMARY = "nDCG@10"
CONFIDENCE = ConfidenceRecord(
    auroc_relevant=0.8125,
    auroc_scope=0.9375,
    expected_calibration_error=0.0421,
    threshold=0.55,
    precision=0.875,
    coverage=0.625,
    reliability=(
        BinRecord(stated=0.25, observed=0.2, queries=10),
        BinRecord(stated=0.75, observed=0.8, queries=30),
    ),
)


def interval(value: float) -> MeasureRecord:
    return MeasureRecord(value=value, low=max(0, value - 0.05), high=min(1, value + 0.05))


def system(name: str, values: dict[str, float], **more) -> SystemRecord:
    """A system by its primary measure per query."""
    mean = sum(values.values()) / len(values) if values else 0.0
    more.setdefault("measures", {PRIMARY: interval(mean)} if values else {})
    more.setdefault("slices", {"locale:en": {PRIMARY: mean}} if values else {})
    return SystemRecord(system=name, per_query={PRIMARY: values} if values else {}, **more)


def dataset(*systems: SystemRecord, name: str = "shop", **more) -> DatasetRecord:
    values = next((s.per_query[PRIMARY] for s in systems if s.per_query), {})
    more.setdefault("queries", {query: f"question {query}" for query in values})
    more.setdefault("slices", {"locale:en": tuple(values)} if values else {})
    more.setdefault("unanswerable", ())
    return DatasetRecord(
        dataset=name, fingerprint="f" * 64, primary=PRIMARY, systems=systems, **more
    )


def record(*datasets: DatasetRecord) -> RunRecord:
    return RunRecord(
        created=dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC),
        embedder="bag-of-words",
        parameters=packaged_parameters(),
        results=datasets,
    )


def shown(*documents: str) -> tuple[ShownDocument, ...]:
    return tuple(
        ShownDocument(document, f"Title of {document}", "en", 1 - rank / 8)
        for rank, document in enumerate(documents)
    )


def expected(*documents: str) -> tuple[ExpectedDocument, ...]:
    return tuple(ExpectedDocument(d, f"Title of {d}", "en", 1) for d in documents)


def observed(part: DatasetRecord, **more) -> Observed:
    """Every system shows `right`, which is expected, second for every query."""
    judged = [query for query in part.queries if query not in part.unanswerable]
    more.setdefault(
        "shown",
        {s.system: {query: shown("wrong", "right") for query in part.queries}
         for s in part.systems},
    )  # fmt: skip
    more.setdefault("expected", {query: expected("right") for query in judged})
    ranks = {s.system: {query: {"right": 2} for query in judged} for s in part.systems}
    return Observed(
        part.dataset, locales=dict.fromkeys(part.queries, "en"), ranks=ranks, depth=100, **more
    )


def page(run: RunRecord, *parts: Observed) -> HTMLParser:
    return HTMLParser(render(run, parts))


def text(node) -> str:
    return " ".join(node.text(separator=" ").split())


def summary(run: RunRecord) -> str:
    return text(page(run).css_first(".summary")).replace(" .", ".").replace(" ,", ",")


def plots(tree: HTMLParser) -> dict[str, str]:
    """Heading to what a reader who does not see the plot is told."""
    return {
        figure.css_first("h3").text(): figure.css_first("svg").attributes["aria-label"]
        for figure in tree.css("figure")
    }


THREE = dataset(
    system("lexical", {"a": 1.0, "b": 0.5, "c": 0.0, "d": 0.25}, latency_ms={"p50": 1, "p95": 2}),
    system("dense", {"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.25}),
    system(
        "hybrid",
        {"a": 1.0, "b": 0.5, "c": 0.25, "d": 0.5},
        measures={
            PRIMARY: MeasureRecord(value=0.5625, low=0.41, high=0.7),
            "Success@1": interval(0.75),
            "Success@3": interval(0.9),
        },
        comparisons=(
            ComparisonRecord(baseline="lexical", difference=0.125, p=0.0125, p_holm=0.025),
            ComparisonRecord(baseline="dense", difference=-0.0625, p=0.00001, p_holm=0.00002),
        ),
        confidence=CONFIDENCE,
        stated={"a": 0.9, "b": 0.6, "c": 0.2, "d": 0.4, "none": 0.1},
        answer_containment=interval(0.6875),
        latency_ms={"p50": 3.14, "p95": 15.92},
    ),
    queries={q: f"question {q}" for q in ("a", "b", "c", "d", "none")},
    unanswerable=("none",),
)


def test_the_table_says_what_the_record_says():
    tree = page(record(THREE))
    head = [text(cell) for cell in tree.css("table.figures thead th")]
    rows = {
        text(row.css_first("th")): [text(cell) for cell in row.css("td")]
        for row in tree.css("table.figures tbody tr:not(.about-dataset)")
    }
    cells = dict(zip(head[1:], rows["hybrid"], strict=True))
    assert cells == {
        "nDCG@10": "0.562 best 0.410–0.700",
        "Success@1": "0.750",
        "Success@3": "0.900",
        "Difference, p": "lexical +0.125 p = 0.025 dense −0.062 p < 0.001",
        "Answer shown": "0.688",
        "p50 ms": "3.1",
        "p95 ms": "15.9",
    }
    assert rows["lexical"] == ["0.438 0.388–0.487", "–", "–", "–", "–", "1.0", "2.0"]
    assert rows["dense"][-2:] == ["–", "–"]


def test_the_highest_primary_measure_is_marked_and_so_is_its_equal():
    level = dataset(system("lexical", {"a": 0.5}), system("dense", {"a": 0.25}),
                    system("hybrid", {"a": 0.5}))  # fmt: skip
    best = [row for row in page(record(level)).css("table.figures tr") if row.css("td.best")]
    assert [text(row.css_first("th")) for row in best] == ["lexical", "hybrid"]


def test_several_datasets_have_a_mean_for_systems_that_ran_on_all():
    tree = page(
        record(
            dataset(system("lexical", {"a": 0.5}), system("hybrid", {"a": 0.5}), name="one"),
            dataset(system("hybrid", {"a": 1.0}), name="two"),
        )
    )
    rows = [text(row) for row in tree.css("tbody.means tr")]
    assert rows == ["Mean over the 2 datasets, each weighing the same", "hybrid 0.750"]


def test_the_index_leads_to_every_dataset_and_only_the_first_ones_are_unfolded():
    names = [f"set{number}" for number in range(5)]
    tree = page(record(*(dataset(system("hybrid", {"a": 0.5}), name=name) for name in names)))
    anchors = [link.attributes["href"] for link in tree.css(".index a")]
    assert [text(link) for link in tree.css(".index a")] == [f"{name} 0.500" for name in names]
    assert all(tree.css_first(anchor) for anchor in anchors)
    unfolded = ["open" in part.attributes for part in tree.css("details.dataset")]
    assert unfolded == [True, True, True, False, False]


def test_every_link_leads_somewhere_on_the_page_and_ids_are_unique():
    tree = page(record(THREE, THREE.model_copy(update={"dataset": "again"})), observed(THREE))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = [node.attributes["href"] for node in tree.css("[href]")]
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    referred = re.findall(r"url\(#([\w-]+)\)", tree.html)
    assert referred
    assert set(referred) <= set(ids)


def test_nothing_is_fetched_and_nothing_runs():
    tree = page(record(THREE), observed(THREE))
    assert not tree.css("script, link, img, iframe, object, embed, form, base")
    assert not re.search(r"https?://|@import|url\((?!#)", tree.html)
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script" not in policy


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7 * 7 }}'


def test_whatever_texts_hold_stays_text():
    values = {HOSTILE: 0.0, "b": 1.0}
    part = dataset(
        system("lexical", {HOSTILE: 1.0, "b": 0.0}),
        system("hybrid", values, slices={HOSTILE: {PRIMARY: 0.0}}, confidence=CONFIDENCE,
               stated={HOSTILE: 0.5}),
        name=HOSTILE,
        queries={HOSTILE: HOSTILE, "b": "b"},
        slices={HOSTILE: (HOSTILE,)},
        notes=(HOSTILE,),
    )  # fmt: skip
    document = ShownDocument(HOSTILE, HOSTILE, HOSTILE, 1.0)
    seen = Observed(
        HOSTILE,
        shown={"lexical": {HOSTILE: (document,)}, "hybrid": {HOSTILE: (document,)}},
        expected={HOSTILE: (ExpectedDocument(HOSTILE, HOSTILE, HOSTILE, 1),)},
        locales={HOSTILE: HOSTILE},
        ranks={},
        depth=10,
    )
    tree = page(record(part), seen)
    assert not tree.css("script, img, [onerror]")
    assert tree.css_first(".query").text() == HOSTILE
    assert {bdi.text() for bdi in tree.css(".failure bdi")} == {HOSTILE}
    assert HOSTILE in text(tree.css_first(".caution"))
    assert HOSTILE in summary(record(part))


@pytest.mark.parametrize(
    "name", ["$x_{$", "زبان:فارسی", "语言:中文", "a\x00b\ud7ff\x1b", "x" * 500, "  ", "<&>'\""]
)
def test_any_slice_name_can_be_drawn(name):
    part = dataset(
        system("hybrid", {"a": 0.5}, slices={name: {PRIMARY: 0.5}}), slices={name: ("a",)}
    )
    drawn = page(record(part)).css_first("figure svg")
    assert f"{label(name)} (1)".strip() in text(drawn)


def test_the_same_record_gives_the_same_bytes(tmp_path):
    first = write_report(record(THREE), [observed(THREE)], tmp_path / "new" / "one")
    second = write_report(record(THREE), [observed(THREE)], tmp_path / "two")
    assert first == tmp_path / "new" / "one" / "report.html"
    assert first.read_bytes() == second.read_bytes()


def test_plots_take_their_colours_from_the_page():
    for drawing in page(record(THREE), observed(THREE)).css("svg"):
        assert not drawing.css("style, metadata")
        painted = re.findall(r"(?:fill|stroke)(?:=\"|: )([^;\"]+)", drawing.html)
        assert painted
        assert all(value == "none" or value.startswith(("var(--", "url(#")) for value in painted)


def test_plots_tell_their_figures_to_those_who_do_not_see_them():
    told = plots(page(record(THREE), observed(THREE)))
    assert told == {
        "By slice": "Bars per slice for lexical, dense, hybrid. "
        "hybrid: all 0.562; locale:en 0.562.",
        "Per query": "Per query: hybrid minus lexical, sorted; 2 won, 0 lost, 2 tied.",
        "Can the confidence be believed?": "Reliability: stated → observed (queries): "
        "0.25 → 0.20 (10); 0.75 → 0.80 (30).",
        "Where the threshold cuts": "Histograms of the confidence: 0 questions whose first hit is "
        "right, 4 whose first hit is wrong, 1 without an answer; threshold 0.55.",
    }


def test_the_slice_plot_shows_how_many_queries_and_the_numbers_are_there_as_well():
    tree = page(record(THREE))
    assert "locale:en (4)" in text(tree.css_first("figure svg"))
    assert text(tree.css_first(".numbers tbody")) == "locale:en 4 0.438 0.438 0.562"


def test_the_confidence_figures_are_shown_with_their_meaning():
    tree = page(record(THREE))
    shown_figures = {
        text(d.css_first("dt")): text(d.css_first("dd")) for d in tree.css(".stats div")
    }
    assert shown_figures == {
        "AUROC , answer exists or not": "0.938",
        "AUROC , first hit right or wrong": "0.812",
        "Calibration error": "0.042",
        "Threshold": "0.550",
        "Precision there": "0.875",
        "Coverage there": "0.625",
    }


def failures(part: DatasetRecord, seen: Observed) -> list[HTMLParser]:
    return page(record(part), seen).css(".failure")


def test_the_worst_queries_come_by_value_then_by_loss_then_by_id():
    part = dataset(
        system("lexical", {"a": 0.5, "b": 0.5, "c": 0.9, "d": 0.1, "e": 1.0}),
        system("dense", {"a": 0.1, "b": 0.1, "c": 0.0, "d": 0.1, "e": 0.0}),
        system("hybrid", {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.4, "e": 1.0}),
    )
    found = [item.css_first("header code").text() for item in failures(part, observed(part))]
    assert found == ["c", "a", "b", "d"]  # e is perfect


def test_no_more_than_twenty_worst_queries_are_shown():
    values = {f"q{number:02}": number / 100 for number in range(30)}
    part = dataset(system("lexical", values), system("hybrid", values))
    found = failures(part, observed(part))
    assert [item.css_first("header code").text() for item in found] == sorted(values)[:20]


def test_a_worst_query_shows_what_was_expected_beside_what_was_retrieved():
    part = dataset(
        system("lexical", {"a": 0.6}, slices={}),
        system("dense", {"a": 0.0}, slices={}),
        system("hybrid", {"a": 0.3}, slices={}, stated={"a": 0.42}),
        queries={"a": "چرا؟"},
        slices={"locale:fa": ("a",), "length:short": ("a",)},
    )
    seen = Observed(
        part.dataset,
        shown={
            "lexical": {"a": shown("x")},
            "dense": {"a": ()},
            "hybrid": {"a": shown("1", "2", "3", "4", "5", "x", "7")},
        },
        expected={
            "a": (
                ExpectedDocument("x", "Right", "en", 2),
                ExpectedDocument("y", "Not found", "zh", 1),
                ExpectedDocument("z", "Far down", "zh", 1),
                ExpectedDocument("gone", "", "", 1),
            )
        },
        locales={"a": "fa"},
        ranks={"hybrid": {"a": {"x": 6, "z": 73}}},
        depth=100,
    )
    (item,) = failures(part, seen)
    assert text(item.css_first("header")) == (
        "1 a hybrid 0.300 lexical 0.600 dense 0.000 confidence 42 %"
    )
    query = item.css_first(".query")
    assert (query.text(), query.attributes["dir"], query.attributes["lang"]) == (
        "چرا؟", "auto", "fa",
    )  # fmt: skip
    assert [text(name) for name in item.css(".slices li")] == ["locale:fa", "length:short"]
    assert [text(entry) for entry in item.css(".documents li")] == [
        "Right rank 6 , grade 2",
        "Not found not among the first 100 , grade 1",
        "Far down rank 73 , grade 1",
        "gone not in the corpus , grade 1",
    ]
    assert [text(hit) for hit in item.css(".hits li")] == [
        f"{rank} Title of {rank} {1.125 - rank / 8:.3f}" for rank in range(1, 6)
    ]
    assert [text(first) for first in item.css(".firsts li")] == [
        "lexical first: Title of x ✓ expected"
    ]


def test_an_expected_document_among_the_retrieved_is_marked():
    part = dataset(system("lexical", {"a": 0.0}), system("hybrid", {"a": 0.5}))
    (item,) = failures(part, observed(part))
    marked = [text(hit) for hit in item.css(".hits .relevant")]
    assert marked == ["2 Title of right ✓ expected 0.875"]


def test_of_many_expected_documents_the_retrieved_ones_are_listed_first():
    part = dataset(system("hybrid", {"a": 0.1}))
    many = expected(*(f"d{number}" for number in range(50)), "right")
    (item,) = failures(part, observed(part, expected={"a": many}))
    listed = [text(entry) for entry in item.css(".documents li")]
    assert listed[0] == "Title of right rank 2 , grade 1"
    assert len(listed) == 7
    assert listed[-1] == "and 45 more"


def test_a_ticket_as_query_is_folded_but_all_there():
    ticket = "My tank leaks. " * 80
    part = dataset(system("hybrid", {"a": 0.1}), queries={"a": ticket})
    (item,) = failures(part, observed(part))
    assert len(item.css_first(".query").text()) < 400
    assert item.css_first(".whole").text() == ticket


def test_what_a_reader_has_to_know_stands_with_the_dataset():
    part = THREE.model_copy(update={"notes": ("3 documents were not indexed.",)})
    assert text(page(record(part)).css_first(".caution")) == "3 documents were not indexed."


# What is not there is said, not drawn.


def notes(tree: HTMLParser) -> str:
    return " ".join(text(note) for note in tree.css("details.dataset .note"))


def test_without_confidence_there_are_no_confidence_plots():
    part = dataset(system("lexical", {"a": 0.2, "b": 0.1}), system("hybrid", {"a": 0.5, "b": 0.1}))
    tree = page(record(part), observed(part))
    assert set(plots(tree)) == {"By slice", "Per query"}
    assert "hybrid states no confidence." in notes(tree)
    assert not tree.css(".stats")


def test_without_unanswerable_questions_there_is_one_histogram_and_a_sentence():
    hybrid = THREE.system("hybrid").model_copy(
        update={
            "stated": {"a": 0.9},
            "confidence": CONFIDENCE.model_copy(update={"auroc_scope": None, "precision": None}),
        }
    )
    tree = page(record(dataset(hybrid)), observed(dataset(hybrid)))
    drawn = tree.css("figure")[-1]
    assert "no answer" not in text(drawn.css_first("svg"))
    assert "Every question has an answer" in notes(tree)
    assert "answer exists" not in text(tree.css_first(".stats"))


def test_without_bins_or_confidences_nothing_is_drawn_of_them():
    bare = CONFIDENCE.model_copy(update={"reliability": ()})
    tree = page(record(dataset(system("hybrid", {"a": 0.5}, confidence=bare))))
    assert set(plots(tree)) == {"By slice"}
    assert "no figures on how reliable" in notes(tree)
    assert "Confidences per query were not kept." in notes(tree)


def test_a_single_system_is_held_against_nothing():
    tree = page(record(dataset(system("hybrid", {"a": 0.5, "b": 0.1}))))
    assert "Per query" not in plots(tree)
    assert "Only hybrid was run" in notes(tree)
    assert not tree.css("td.best")


def test_slices_without_queries_are_named_and_left_out():
    part = dataset(system("hybrid", {"a": 0.5}), slices={"locale:en": ("a",), "locale:fa": ()})
    tree = page(record(part))
    assert "locale:fa" not in plots(tree)["By slice"]
    assert "left out: locale:fa." in notes(tree)


def test_without_slices_there_is_no_slice_plot():
    tree = page(record(dataset(system("hybrid", {"a": 0.5}), slices={})))
    assert "By slice" not in plots(tree)
    assert "not divided into slices" in notes(tree)


def test_one_query_is_no_distribution():
    part = dataset(system("lexical", {"a": 0.75}), system("hybrid", {"a": 0.5}))
    tree = page(record(part))
    assert "Per query" not in plots(tree)
    assert "The one judged query differs by -0.250 from lexical's value." in notes(tree)


def test_systems_that_are_level_everywhere_have_no_difference_plot():
    part = dataset(system("lexical", {"a": 0.5, "b": 1}), system("hybrid", {"a": 0.5, "b": 1}))
    tree = page(record(part))
    assert "Per query" not in plots(tree)
    assert "hybrid and lexical are level on every query." in notes(tree)


def test_perfection_has_no_worst_queries():
    part = dataset(system("hybrid", {"a": 1.0}))
    assert "None: hybrid has a nDCG@10 of 1 on every query." in notes(
        page(record(part), observed(part))
    )


def test_without_what_was_shown_the_worst_queries_are_not_listed():
    assert "What was retrieved was not kept" in notes(page(record(THREE)))


def test_a_dataset_without_judgements_has_its_section_and_no_plot():
    part = dataset(system("hybrid", {}), queries={"a": "why"})
    tree = page(record(part), observed(part))
    assert "nothing to rank" in notes(tree)
    assert not tree.css("svg")
    assert summary(record(part)) == "Nothing was measured: there is no judged query."


def test_a_run_of_nothing_is_still_a_page():
    tree = page(record())
    assert "No dataset was run." in text(tree.css_first("main"))
    assert not tree.css("svg, table")


# The opening sentences


def test_the_summary_says_in_plain_words_what_one_dataset_shows():
    said = summary(record(THREE))
    assert "Hybrid finds a right article first for 75 % of the 4 questions in shop, " in said
    assert "and among the first three for 90 %." in said
    assert (
        "Its ranking scores 0.562 (nDCG@10, 1 is perfect), that of lexical, the better of lexical "
        "and dense, 0.438 (a significant difference, p = 0.025)."
    ) in said
    assert "It states a confidence of 62 % on average" in said
    assert "is right for 65 % of all questions" in said
    assert "it answers 62 % of the questions that have an answer; 88 % of the answers" in said


def two(ours: float, name: str, count: int = 12, p: tuple[float, float] = (1, 1)) -> DatasetRecord:
    """Dense 0.5 and lexical 0.4 on everything, hybrid `ours`; `p` against lexical, dense."""
    ids = [f"q{number}" for number in range(count)]
    return dataset(
        system("lexical", dict.fromkeys(ids, 0.4)),
        system("dense", dict.fromkeys(ids, 0.5)),
        system("hybrid", dict.fromkeys(ids, ours),
               measures={PRIMARY: interval(ours), "Success@1": interval(ours)},
               comparisons=tuple(
                   ComparisonRecord(baseline=b, difference=0.1, p=value, p_holm=value)
                   for b, value in zip(("lexical", "dense"), p, strict=True))),
        name=name,
    )  # fmt: skip


def test_the_summary_names_datasets_and_slices_below_their_better_half():
    said = summary(record(two(0.9, "good"), two(0.3, "bad")))
    assert "Hybrid finds a right article first for 60 % of the questions, averaged over 2" in said
    assert "most often in good ( 90 % ), least often in bad ( 30 % )" in said
    assert "It is above the better of lexical and dense on 1 of 2 datasets" in said
    loss = "(nDCG@10 0.300 against 0.500 of dense, 12 questions)"
    assert f"Below its better half on bad {loss}." in said
    assert f"Below its better half on the slices bad locale:en {loss}." in said


def test_significantly_above_means_above_both_halves():
    said = summary(
        record(
            two(0.9, "both", p=(0.01, 0.04)),
            two(0.9, "one", p=(0.06, 0.04)),
            two(0.45, "half", p=(0.01, 0.01)),
        )
    )
    assert (
        "It is above the better of lexical and dense on 2 of 3 datasets, "
        "and significantly above each of them on 1."
    ) in said


def test_a_configuration_keeps_its_name_in_sentences():
    part = dataset(system("myTry", {"a": 0.5}))
    assert summary(record(part)) == "myTry reaches nDCG@10 0.500 on shop."


def test_a_drop_within_the_tolerance_is_none_and_tiny_slices_are_said_to_be_tiny():
    assert "On no slice is it more than 0.002 below its better half." in summary(
        record(two(0.499, "level"))
    )
    assert "only on slices of fewer than 10 questions" in summary(record(two(0.25, "small", 3)))


def test_the_summary_admits_that_another_system_is_best():
    part = dataset(
        *two(0.7, "shop").systems, system("rrf", {f"q{n}": 0.8 for n in range(12)}), name="shop"
    )
    assert "Another system is best on shop (nDCG@10 of rrf 0.800 against 0.700)." in summary(
        record(part)
    )
    level = [*two(0.7, "shop").systems, system("rrf", {f"q{n}": 0.701 for n in range(12)})]
    assert "Another system" not in summary(record(dataset(*level)))


# Around it


def test_a_configuration_is_described_by_what_differs():
    parameters = packaged_parameters()
    changed = parameters.model_copy(
        update={"confidence": parameters.confidence.model_copy(update={"intercept": -9.5})}
    )
    part = dataset(system("tuned", {"a": 0.5}, parameters=changed))
    found = text(page(record(part)).css("#parameters dl")[-1])
    assert found == "confidence intercept -9.5"


def test_the_main_system_keeps_its_colour_whatever_else_was_run():
    alone = page(record(dataset(system("hybrid", {"a": 0.5}))))
    beside = page(record(THREE))
    assert alone.css_first("table.figures .key").attributes["class"].split() == ["key", "s0"]
    keys = [k.attributes["class"].split()[1] for k in beside.css("table.figures .key")]
    assert keys == ["s1", "s2", "s0"]


def test_every_measure_is_explained():
    tree = page(record(THREE))
    for link in tree.css("table.figures thead a"):
        assert tree.css_first(link.attributes["href"]).text().strip()
        assert link.attributes["title"]
    assert "first 10" in measure_term("nDCG@10").meaning
    assert "first 3" in measure_term("Success@3").meaning
    assert measure_term("Judged@10").meaning == "As defined by ir-measures under this name."
    assert "{k}" not in measure_term("AP").meaning


def test_the_templates_are_part_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["eval"]
    files = [path for path in (ROOT / "eval" / "report" / "templates").iterdir()]
    assert files
    for path in files:
        name = path.relative_to(ROOT / "eval").as_posix()
        assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns), name
