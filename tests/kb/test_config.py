"""Settings come from the environment, then kb.toml, then their defaults."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kb.config import Settings, load_settings
from kb.errors import ConfigurationError


def write_toml(text: str | bytes) -> None:
    """Into the working directory, which is the test's own."""
    Path("kb.toml").write_bytes(text.encode() if isinstance(text, str) else text)


def test_without_any_configuration_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert settings.languages == ("en", "fa", "zh")
    assert settings.embedding_model == "multilingual-e5-small"
    assert settings.port == 8600
    assert settings.allow_anonymous is True


def test_the_environment_sets_any_value(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "KB_DATA_DIR": "/srv/kb", "KB_PORT": "9000", "KB_ALLOW_ANONYMOUS": "false",
        "KB_LANGUAGES": "en, de ,fr,", "KB_ALLOWED_ORIGINS": "https://a.example",
        "KB_EMBEDDING_QUERY_PROMPT": "query: ", "KB_PARAMETERS_FILE": "p.json",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.data_dir == Path("/srv/kb")
    assert settings.port == 9000
    assert settings.allow_anonymous is False
    assert settings.languages == ("en", "de", "fr")
    assert settings.allowed_origins == ("https://a.example",)
    assert settings.embedding_query_prompt == "query: "
    assert settings.parameters_file == Path("p.json")


def test_kb_toml_sets_any_value() -> None:
    write_toml(
        'port = 9001\nlanguages = ["en", "zh"]\ndata_dir = "/srv"\nallow_anonymous = false\n'
    )
    settings = load_settings()
    assert (settings.port, settings.languages) == (9001, ("en", "zh"))
    assert (settings.data_dir, settings.allow_anonymous) == (Path("/srv"), False)


def test_kb_toml_may_separate_by_commas_too() -> None:
    write_toml('languages = "en,zh"\n')
    assert load_settings().languages == ("en", "zh")


def test_a_caller_wins_over_the_environment_and_that_over_kb_toml(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_toml("port = 1\nthreads = 1\ncandidates = 11\n")
    monkeypatch.setenv("KB_PORT", "2")
    monkeypatch.setenv("KB_THREADS", "2")
    settings = load_settings(port=3)
    assert (settings.port, settings.threads, settings.candidates) == (3, 2, 11)


def test_variables_of_other_programs_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("KBX_PORT", "1")
    assert load_settings().port == 8600


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("KB_PORT", "http", "KB_PORT: Input should be a valid integer"),
        ("KB_PORT", "70000", "KB_PORT: Input should be less than or equal to 65535"),
        (
            "KB_PASSAGE_TOKENS",
            "8",
            "KB_PASSAGE_TOKENS: Input should be greater than or equal to 32",
        ),
        ("KB_ALLOW_ANONYMOUS", "maybe", "KB_ALLOW_ANONYMOUS: Input should be a valid boolean"),
        ("KB_EMBEDDING_PRECISION", "int8", "KB_EMBEDDING_PRECISION: String should match pattern"),
        ("KB_KEEP_GENERATIONS", "0", "KB_KEEP_GENERATIONS: Input should be greater than or equal"),
    ],
)
def test_a_bad_value_is_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as raised:
        load_settings()
    message = str(raised.value)
    assert message.startswith("Settings are not valid: ")
    assert problem in message
    assert message.endswith(".")
    assert "\n" not in message


def test_all_bad_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_PORT", "x")
    monkeypatch.setenv("KB_THREADS", "-1")
    with pytest.raises(ConfigurationError, match=r"KB_THREADS: .*; KB_PORT: "):
        load_settings()


def test_an_unknown_key_in_kb_toml_is_refused_since_it_is_a_typo() -> None:
    write_toml("prot = 1\n")
    with pytest.raises(ConfigurationError, match="KB_PROT: Extra inputs are not permitted"):
        load_settings()


@pytest.mark.parametrize("text", ["port = ", "port: 1", b"contact = '\xff'", "port = 1\nport = 2"])
def test_a_kb_toml_that_is_no_toml_is_a_sentence(text: str | bytes) -> None:
    write_toml(text)
    with pytest.raises(ConfigurationError, match=r"^kb\.toml cannot be read: .*\.$"):
        load_settings()


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1


def test_the_places_that_follow_from_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.index_dir == tmp_path / "index"
    assert settings.cache_dir == tmp_path / "cache"
    assert settings.store_url == f"sqlite:///{tmp_path / 'kb.sqlite'}"


def test_a_store_elsewhere_replaces_the_one_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/kb")
    assert settings.store_url == "postgresql://db/kb"


def test_order_patterns_are_a_json_list_of_regular_expressions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KB_ORDER_PATTERNS", r'["ACME-(\\d{1,6})", "Q/\\d+"]')
    monkeypatch.setenv("KB_PHONE_REGIONS", "TR, AE")
    settings = load_settings()
    assert settings.order_patterns == (r"ACME-(\d{1,6})", r"Q/\d+")
    assert settings.phone_regions == ("TR", "AE")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KB_ORDER_PATTERNS", "ACME", "not a JSON list"),
        ("KB_ORDER_PATTERNS", '{"a": 1}', "not a list"),
        ("KB_ORDER_PATTERNS", "[1]", "not a list"),
        ("KB_ORDER_PATTERNS", '["("]', "no regular expression"),
        ("KB_PHONE_REGIONS", "Iran", "no code of a country"),
    ],
)
def test_a_wrong_redaction_setting_is_said_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"{name}: .*{said}"):
        load_settings()
