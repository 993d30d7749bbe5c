"""`kb vocabulary …`: customers' words that articles lack, and the synonyms file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json, progress_bars
from kb.cli.vocabulary_shown import effect_document, print_effect, print_words
from kb.config import Settings, load_settings
from kb.errors import OperationalError
from kb.expansion import NO_SYNONYMS, Synonyms
from kb.synonym_format import Entry, accepted_entry
from kb.synonyms import append_entry, idle_entries, load_synonyms, read_entries, synonyms_path

if TYPE_CHECKING:
    from eval.vocabulary import Effect

vocabulary_app = typer.Typer(
    help="Customers' words that articles lack, and synonyms for them.", no_args_is_help=True
)

_SHOWN = 20


@vocabulary_app.command("list")
def vocabulary_list(
    since: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Only searches from this day on (UTC); computed afresh."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many words.")] = _SHOWN,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Compute it now, whatever the last report says.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Words that customers search with and no article has, and which article words they mean.

    Read from the report on gaps where that is at most a day old, else computed from all searches.

    Example: kb vocabulary list --since 2026-10-01
    """
    from kb.cli.vocabulary_found import fresh_words, reported_words
    from kb.gaps.words.vocabulary_rows import DEFINITIONS

    start = since.replace(tzinfo=dt.UTC) if since else None
    found = None if fresh or start else reported_words()
    found = found or fresh_words(start)
    if as_json:
        words = [row.model_dump() for row in found.rows[:limit]]
        reported = found.reported_at.isoformat() if found.reported_at else None
        print_json(
            {
                "words": words,
                "searches": found.searches,
                "reported_at": reported,
                "definitions": dict(DEFINITIONS),
            }
        )
        return
    if found.rows:
        print_words(found.rows[:limit])
        for name, meaning in DEFINITIONS.items():
            out.print(Text(f"{name}: {meaning}", style="dim"), soft_wrap=True)
    else:
        none = not found.searches
        what = "no search is recorded" if none else f"{found.searches} searches say no more"
        out.print(f"No word that customers use is missing from the articles: {what}.")
    if found.reported_at:
        at = f"{found.reported_at:%Y-%m-%d %H:%M}"
        sentence = f"From the report on gaps, computed {at} UTC; --fresh computes it now."
        out.print(Text(sentence), soft_wrap=True)


@vocabulary_app.command("accept")
def vocabulary_accept(
    word: Annotated[str, typer.Argument(help="What customers say.")],
    proposal: Annotated[str, typer.Argument(help="What the articles say.")],
    language: Annotated[str, typer.Option(help="Of both; default: any.")] = "",
    one_way: Annotated[
        bool, typer.Option("--one-way", help="Who asks for PROPOSAL shall not find WORD.")
    ] = False,
    dataset: Annotated[
        Path | None,
        typer.Option("--eval", help="Measure on this dataset first; refuse what makes it worse."),
    ] = None,
    max_drop: Annotated[
        float, typer.Option(min=0, help="How far nDCG@10 may fall in a language, with --eval.")
    ] = 0.01,
    as_json: JsonOption = False,
) -> None:
    """Add a synonym to the file; a running service uses it within a second.

    Example: kb vocabulary accept passcode password --language en --eval articles/golden
    """
    settings = load_settings()
    path = synonyms_path(settings)
    today = dt.datetime.now(dt.UTC).date()
    entry = accepted_entry(word, proposal, language, settings.languages, today, one_way=one_way)
    effect = None
    if dataset:
        known = read_entries(path, settings.languages)
        pairs = [pair for one in (*known, entry) for pair in one.pairs()]
        after = Synonyms(pairs, settings.languages)
        effect = _measure(dataset, settings, load_synonyms(settings), after, quiet=as_json)
    refused = effect is not None and effect.worst_drop() > max_drop
    added = not refused and append_entry(path, entry, settings.languages)
    if as_json:
        document: dict[str, Any] = {"file": str(path), "added": added, "refused": refused}
        print_json(document | ({"effect": effect_document(effect, _SHOWN)} if effect else {}))
    else:
        if effect:
            print_effect(effect, 5)
        what = "refused: a language loses too much" if refused else "added"
        out.print(Text(f"{path}: {what if refused or added else 'says so already'}."))
    if refused:
        raise typer.Exit(1)


@vocabulary_app.command("check")
def vocabulary_check(as_json: JsonOption = False) -> None:
    """Read the synonyms file, and say which of its entries can help no search.

    Example: kb vocabulary check
    """
    settings = load_settings()
    path = synonyms_path(settings)
    entries = read_entries(path, settings.languages)
    idle = _idle(entries, settings)
    if as_json:
        listed = [entry.model_dump(by_alias=True) for entry in entries]
        print_json(
            {"file": str(path), "exists": path.exists(), "entries": listed, "without_effect": idle}
        )
    elif not path.exists():
        out.print(Text(f"There is no {path}; `kb vocabulary accept` begins one."))
    else:
        count = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
        out.print(Text(f"{path} is valid: {count}."), soft_wrap=True)
        for number in idle or ():
            words = ", ".join(dict.fromkeys(also.text for _, also in entries[number].pairs()))
            sentence = f"Without effect, for nothing that is indexed says it: {words}"
            out.print(Text(sentence), soft_wrap=True)
        if idle is None:
            err.print("Whether anything says these words is not known: nothing is indexed yet.")


def _idle(entries: Sequence[Entry], settings: Settings) -> list[int] | None:
    """Entries without effect; None where nothing is indexed."""
    from kb.service import KnowledgeBase

    try:
        collections = KnowledgeBase.build(settings).held().snapshot.collections
    except OperationalError:
        return None
    vocabularies = [collection.lexical.__contains__ for collection in collections.values()]
    return idle_entries(entries, vocabularies, settings.languages)


@vocabulary_app.command("eval")
def vocabulary_eval(
    dataset: Annotated[Path, typer.Argument(help="BEIR folder or file of golden queries.")],
    show: Annotated[int, typer.Option(min=0, help="Gains and losses to list.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="For intervals and tests.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Search a dataset without and with the synonyms file: nDCG@10 and recall, by language.

    Example: kb vocabulary eval articles/golden
    """
    settings = load_settings()
    synonyms = load_synonyms(settings)
    effect = _measure(dataset, settings, NO_SYNONYMS, synonyms, quiet=as_json, seed=seed)
    if as_json:
        print_json(effect_document(effect, show))
    else:
        print_effect(effect, show)


def _measure(
    path: Path,
    settings: Settings,
    before: Synonyms,
    after: Synonyms,
    *,
    quiet: bool,
    seed: int = 0,
) -> Effect:
    from eval.datasets import load_dataset
    from eval.vocabulary import effect_of_synonyms
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    dataset, embedder = load_dataset(path), build_embedder(settings)
    parameters = load_parameters(settings)
    with progress_bars(quiet=quiet, latest_only=True) as progress:
        return effect_of_synonyms(
            dataset, settings, embedder, parameters, before, after, progress, seed=seed
        )
