"""What pages say: every language says everything, with the same blanks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from markupsafe import Markup

from api.web.words import FOLDER, LOCALES, words

AREAS = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.toml")})


def entries(area: str, locale: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / f"{area}.{locale}.toml").read_text(encoding="utf-8"))


def texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{name}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from texts(inner, f"{name}.{place}")
    else:
        yield name, value


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_everything_with_the_same_blanks(area, locale):
    english, here = dict(texts(entries(area, "en"))), dict(texts(entries(area, locale)))
    assert here.keys() == english.keys()
    for name, text in here.items():
        assert text.strip() or not english[name].strip(), name
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[name])), name


@pytest.mark.parametrize("area", [area for area in AREAS if area != "frame"])
def test_no_area_says_anew_what_the_frame_says(area):
    assert not entries(area, "en").keys() & entries("frame", "en").keys()


@pytest.mark.parametrize("area", AREAS)
def test_persian_is_written_with_persian_letters_and_digits(area):
    for name, text in texts(entries(area, "fa")):
        shown = re.sub(r"\{\w+\}|<[^>]*>|[A-Za-z][!-~ ]*", "", text)  # names of papers stay Latin
        assert not re.search("[يك٠-٩0-9]", shown), name


def test_what_is_filled_in_is_escaped_and_counted_in_the_languages_digits():
    t = words("fa", "help")
    assert t("results_for", query="<b>") == "نتیجهٔ جستجو برای &lt;b&gt;"
    assert "<bdi>x</bdi>" in t("results_for", query=Markup("<bdi>x</bdi>"))
    assert t.count("articles", 1234) == "۱٬۲۳۴ مقاله"
    assert words("en", "help").count("articles", 1) == "1 article"


def test_a_missing_word_is_an_error_not_a_blank():
    with pytest.raises(AttributeError, match="no_such_word"):
        _ = words("en", "help").no_such_word
