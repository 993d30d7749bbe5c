"""An article as a draft: the section that answers, complete, in a frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chunker import chunk, plain_text
from kb.drafting import answer_of, article_draft, direction
from kb.drafting.bidi import balanced
from kb.drafting.plain import normalised
from kb.models import Customer, Message, Passage, Ticket

URL = "https://kb.example/articles/pump.en"
ARTICLE = """\
Pumps hum a little.

## Clean the filter

Once a month:

1. Unplug the planter.
2. Pull the filter.
3. Rinse it.

See [Leaks](leaks.en).

### By hand

Use a soft brush.

## Air lock

Tilt the tank.
"""


def tokens(texts: object) -> list[int]:
    return [max(1, len(text) // 4) for text in texts]  # type: ignore[attr-defined]


def passages(markdown: str, title: str = "Pump", limit: int = 60) -> list[Passage]:
    return chunk("pump.en", title, markdown, tokens, limit)


def passage(text: str, markdown: str = ARTICLE) -> Passage:
    return next(p for p in passages(markdown) if text in p.text)


def ticket(name: str = "Ann Lee", locale: str = "en") -> Ticket:
    return Ticket(
        id="T-7",
        locale=locale,
        customer=Customer(name=name),
        messages=(Message(author="customer", text="x"),),
    )


def test_the_answer_is_the_section_with_its_heading_steps_and_subsections() -> None:
    assert answer_of(ARTICLE, passage("Pull"), title="Pump", url=URL) == (
        "Clean the filter\n"
        "Once a month:\n\n"
        "1. Unplug the planter.\n2. Pull the filter.\n3. Rinse it.\n\n"
        "See Leaks (https://kb.example/articles/leaks.en).\n\n"
        "By hand\nUse a soft brush."
    )


def test_a_subsection_or_a_last_section_stands_alone() -> None:
    assert answer_of(ARTICLE, passage("soft brush")) == "By hand\nUse a soft brush."
    assert answer_of(ARTICLE, passage("Tilt")) == "Air lock\nTilt the tank."


def test_the_introduction_goes_on_with_the_sections_after_it_while_there_is_room() -> None:
    answer = answer_of(ARTICLE, passage("hum"), limit=60)
    assert answer == "Pumps hum a little."
    assert answer_of(ARTICLE, passage("hum")).endswith("Air lock\nTilt the tank.")


def test_a_heading_that_is_the_title_is_not_repeated() -> None:
    markdown = "# The pump\n\nIt hums.\n\n## More\n\nText."
    found = passage("hums", markdown)
    assert answer_of(markdown, found, title="the Pump") == "It hums.\n\nMore\nText."


def test_a_list_is_never_cut_and_keeps_the_sentence_that_announces_it() -> None:
    steps = "\n".join(f"{n}. Step number {n} is to press the button again." for n in range(1, 31))
    filler = "\n\n".join(f"Paragraph {n} says nothing of interest." * 3 for n in range(9))
    markdown = f"## How\n\n{filler}\n\nDo this:\n\n{steps}\n\n{filler}"
    answer = answer_of(markdown, passage("number 17", markdown), limit=300)
    assert answer == f"How\nDo this:\n\n{steps}"


def test_of_a_long_section_the_blocks_around_the_passage_are_shown() -> None:
    blocks = [f"Paragraph {n} is about the thing number {n}." for n in range(100, 200)]
    markdown = "## Things\n\n" + "\n\n".join(blocks)
    answer = answer_of(markdown, passage("number 150", markdown), limit=400)
    assert answer.startswith("Things\nParagraph 1")
    assert "number 150." in answer
    assert len(answer) <= 410


def test_of_one_endless_paragraph_the_passage_is_shown() -> None:
    markdown = "## X\n\n" + " ".join(f"Sentence {n} is here." for n in range(300))
    found = passage("Sentence 200", markdown)
    assert answer_of(markdown, found) == f"X\n{found.text}"


def test_a_passage_of_a_changed_article_is_found_by_its_words_else_shown_itself() -> None:
    moved = ARTICLE.replace("## Air lock", "## Trapped air")
    assert answer_of(moved, passage("Tilt")) == "Trapped air\nTilt the tank."
    assert answer_of("## Other\n\nWords.", passage("Tilt")) == "Tilt the tank."
    assert answer_of("", passage("Tilt")) == "Tilt the tank."


def test_of_an_article_too_long_to_be_read_quickly_the_passage_is_shown() -> None:
    assert answer_of(ARTICLE + "word " * 20_000, passage("Pull")) == passage("Pull").text


def test_every_line_of_an_answer_stands_in_the_article(
    articles: list[tuple[str, str, str]],
) -> None:
    for identifier, title, body in articles:
        words = normalised(plain_text(body))
        for found in chunk(identifier, title, body, tokens, 200):
            answer = answer_of(body, found, title=title)  # without an address: only its words
            assert answer
            assert len(answer) <= 1300 or answer.count("\n1. ") or " | " in answer
            for line in answer.split("\n"):
                assert normalised(line) in words, identifier


def test_no_numbered_list_of_the_sample_articles_is_cut(
    articles: list[tuple[str, str, str]],
) -> None:
    for identifier, title, body in articles:
        lists = [run for run in body.split("\n\n") if run.startswith("1. ")]
        for found in chunk(identifier, title, body, tokens, 80):
            lines = {normalised(line) for line in answer_of(body, found, title=title).split("\n")}
            for run in lists:
                present = [normalised(plain_text(step)) in lines for step in run.split("\n")]
                assert all(present) or not any(present), found.id


_BLOCKS = st.sampled_from(
    [
        "## A",
        "### B",
        "# C",
        "Some *text* here.",
        "1. x\n2. y",
        "- a\n- b",
        "Note:",
        "| a |\n|--|\n| b |",
    ]
)


@given(st.lists(_BLOCKS, min_size=1, max_size=12).map("\n\n".join), st.integers(0, 30))
def test_for_any_article_the_answer_is_made_of_its_lines(markdown: str, at: int) -> None:
    found = passages(markdown)
    if found:
        answer = answer_of(markdown, found[at % len(found)], title="T", limit=40)
        words = normalised(plain_text(markdown))
        assert answer
        assert all(normalised(line) in words for line in answer.split("\n"))


# ── The whole draft ──────────────────────────────────────────────────────────────────────────


def test_a_draft_greets_answers_links_closes_and_signs() -> None:
    draft = article_draft(
        "Tap Track.", "Track {it}", URL, ticket(), "en", values={"agent.name": "Sara Karimi"}
    )
    assert draft == (
        "Hello Ann,\n\n"
        "Tap Track.\n\n"
        f"The whole article: “Track {{it}}”\n{URL}\n\n"
        "Does this solve it? If not, just reply to this message.\n\n"
        "Kind regards\nSara Karimi"
    )


@pytest.mark.parametrize("url", ["", "/articles/a.en"])
def test_an_article_without_a_public_address_is_named_but_not_linked(url: str) -> None:
    draft = article_draft("x", "Track", url, ticket(), "en")
    assert "This is from our help article “Track”.\n\n" in draft
    assert "/articles" not in draft


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        ("fa", ["سلام،", "متن کامل مقاله: «T»\nhttps://", "آیا مشکل حل شد؟", "با احترام"]),
        ("zh", ["您好！", "完整文章：《T》\nhttps://", "问题解决了吗？", "祝好"]),
    ],
)
def test_a_draft_is_all_in_the_customer_s_language(locale: str, parts: list[str]) -> None:
    draft = article_draft("body", "T", URL, ticket("", locale), locale)
    for part in parts:
        assert part in draft
    assert "Hello" not in draft


@pytest.mark.parametrize(
    ("source", "customer", "note"),
    [
        ("en", "fa", "فقط به زبان انگلیسی داریم"),
        ("fa", "zh", "目前只有波斯文版"),
        ("zh", "en", "in Chinese only"),
        ("en", "de", "in English only"),
        ("sw", "en", "in another language only"),
    ],
)
def test_an_answer_in_another_language_is_offered_as_such(
    source: str, customer: str, note: str
) -> None:
    draft = article_draft("body", "T", URL, ticket("", customer), source)
    assert note in draft.split("body")[0]


def test_variants_of_one_language_are_not_another_language() -> None:
    assert "only" not in article_draft("body", "T", URL, ticket("", "en-GB"), "en-US")
    assert "目前只有" not in article_draft("正文", "T", URL, ticket("", "zh-Hant"), "zh")


def test_a_foreign_title_is_kept_together_in_a_persian_line() -> None:
    draft = article_draft("متن", "Where is it?", URL, ticket("", "fa"), "en")
    assert "«\u2068Where is it?\u2069»" in draft


@given(
    st.text(max_size=60),
    st.text(max_size=30),
    st.text(max_size=30),
    st.sampled_from(["en", "fa", "zh", "de"]),
    st.sampled_from(["en", "fa", "zh"]),
)
def test_no_draft_has_marks_of_direction_that_are_not_closed(
    answer: str, title: str, name: str, customer: str, source: str
) -> None:
    draft = article_draft(
        answer, title, URL, ticket(name, customer), source, values={"agent.name": name}
    )
    assert balanced(draft) == draft
    assert URL in draft.split("\n")
    assert direction(customer) in ("ltr", "rtl")
