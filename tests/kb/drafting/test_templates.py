"""The house's phrases: three languages in the package, the operator's over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.drafting import greeting, load_templates, packaged_templates
from kb.drafting.templates import Phrases
from kb.errors import ConfigurationError
from kb.models import Customer, Message, Ticket


def ticket(name: str, locale: str) -> Ticket:
    return Ticket(
        id="T-7",
        locale=locale,
        customer=Customer(name=name),
        messages=(Message(author="customer", text="x"),),
    )


@pytest.mark.parametrize(
    ("name", "locale", "expected"),
    [
        ("Ann Lee", "en", "Hello Ann,"),
        ("", "en", "Hello,"),
        ("نگار صفوی", "fa", "سلام نگار عزیز،"),
        ("Ann Lee", "fa", "سلام Ann عزیز،"),
        ("", "fa", "سلام،"),
        ("王小满", "zh", "王小满，您好！"),
        ("", "zh-Hans", "您好！"),
        ("Ann Lee", "de", "Hello Ann,"),
        ("نگار صفوی", "en", "Hello نگار,"),
        ("{name} {0}", "en", "Hello,"),
        ("{{agent.name}}", "en", "Hello,"),
        ("<script>", "fa", "سلام،"),
        ("\u202eAnn\u202c", "en", "Hello Ann,"),
        ("x" * 300, "zh", "您好！"),
        ("دکتر بهمن فروغی", "fa", "سلام دکتر فروغی عزیز،"),
    ],
)
def test_the_customer_is_greeted_by_the_name_their_language_uses(
    name: str, locale: str, expected: str
) -> None:
    assert greeting(ticket(name, locale), locale) == expected


def test_a_language_without_templates_falls_back_to_english_and_says_so() -> None:
    templates = packaged_templates()
    assert templates.phrases("de").locale == "en"
    assert not templates.speaks("de")
    assert templates.phrases("zh-Hant").locale == "zh"
    assert templates.speaks("zh-Hant")


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_every_packaged_language_names_every_language(locale: str) -> None:
    templates = packaged_templates()
    names = templates.phrases(locale).languages
    assert set(names) >= set(templates.by_locale)
    assert names["en"] in templates.phrases(locale).other_language_note("en")
    note = templates.phrases(locale).other_language_note("xx")
    assert note == templates.phrases(locale).other_language_unnamed


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_urls_end_a_line_of_their_own(locale: str) -> None:
    said = packaged_templates().phrases(locale).say("link", title="T", url="https://x.example")
    assert said.split("\n")[1] == "https://x.example"


def test_an_operator_replaces_single_phrases(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('greeting = "Dear {name},"', encoding="utf-8")
    phrases = load_templates(tmp_path).phrases("en")
    assert phrases.say("greeting", name="Ann") == "Dear Ann,"
    assert phrases.closing == packaged_templates().phrases("en").closing


def test_an_operator_adds_a_language_and_a_variant(tmp_path: Path) -> None:
    german = "\n".join(
        f'{name} = """{text}"""'
        for name, text in packaged_templates().phrases("en").model_dump().items()
        if isinstance(text, str) and name != "locale"
    ).replace("Hello", "Guten Tag")
    (tmp_path / "de.toml").write_text(german, encoding="utf-8")
    (tmp_path / "zh-Hant.toml").write_text('closing = "問題解決了嗎？"', encoding="utf-8")
    templates = load_templates(tmp_path)
    assert greeting(ticket("Ann", "de"), "de", templates) == "Guten Tag Ann,"
    assert templates.phrases("zh-Hant").closing == "問題解決了嗎？"
    assert templates.phrases("zh").closing == packaged_templates().phrases("zh").closing
    assert templates.speaks("de-AT")


def test_no_folder_means_the_packaged_phrases(tmp_path: Path) -> None:
    assert load_templates(tmp_path / "none") == packaged_templates()
    assert load_templates() == packaged_templates()


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("en.toml", "greeting = ", "cannot be read"),
        ("en.toml", 'greeting = "Hello,"', r"greeting: must have \{name\}"),
        ("en.toml", 'greeting = "Hello {name} {x}"', r"greeting: must have \{name\}"),
        ("en.toml", 'greeting = "Hello {name.x}"', "greeting: has the field"),
        ("en.toml", 'greeting = "Hello {name!r}"', "greeting: has the field"),
        ("en.toml", 'greeting = "Hello {name"', "greeting: "),
        ("en.toml", 'closing = "Bye {name}"', "closing: must have no fields"),
        ("en.toml", 'closing = "  "', "closing: "),
        ("en.toml", 'closing = "\\u202ex"', "closing: has marks of direction"),
        ("en.toml", 'clsing = "x"', "clsing: Extra inputs"),
        ("en.toml", "languages = 3", "languages: "),
        ("de.toml", 'closing = "Ja?"', "greeting: Field required"),
        ("German.toml", 'closing = "Ja?"', "not named like a language"),
    ],
)
def test_a_mistake_is_told_with_file_and_phrase(
    tmp_path: Path, file: str, text: str, problem: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem) as caught:
        load_templates(tmp_path)
    assert file in str(caught.value)


def test_fields_are_filled_as_text_and_never_as_format_strings() -> None:
    phrases = packaged_templates().phrases("en")
    assert isinstance(phrases, Phrases)
    assert "“{0.__class__} {url}”" in phrases.say("source", title="{0.__class__} {url}")
