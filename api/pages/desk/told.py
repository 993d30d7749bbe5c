"""Why something is listed, in sentences of the reader's language.

Reports carry English sentences for the command line; pages tell the same from the figures.
"""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from api.pages.desk.view import DeskView
from api.web.formats import format_span
from kb.gaps.articles.stale import StaleArticle
from kb.gaps.articles.translations import MissingTranslation, OutdatedTranslation
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.articles.weak import LEAST_DECLINED, LEAST_LET_DOWN, WeakArticle
from kb.gaps.decisions.effect import MIN_DAYS, MIN_PEOPLE, Effect
from kb.gaps.models import Gap, Shortfall
from kb.gaps.report import NOTES
from kb.text import language_of


def kind_of(gap: Gap) -> Shortfall:
    """Why nothing answers it; where nothing is published, nothing comes near."""
    return gap.nearest.shortfall if gap.nearest else "nothing_near"


def shortfall(view: DeskView, gap: Gap) -> Markup:
    """Why the nearest article falls short."""
    t, near = view.t, gap.nearest
    if near is None:
        return t("why_nothing_published")
    title = view.quoted(near.title, near.locale)
    if near.shortfall == "other_language":
        main = max(gap.languages, key=lambda code: (gap.languages[code], code), default="")
        return t("why_other_language", title=title, language=t.language_name(main))
    if near.shortfall == "does_not_mention":
        words = joined(view, near.missing_words)
        return t("why_does_not_mention", title=title, words=words)
    return t(f"why_{near.shortfall}", title=title)


def joined(view: DeskView, words: tuple[str, ...]) -> Markup:
    """Some of the users' words as a list in a sentence.

    A line may end after each: between quotation marks browsers see no place to break.
    """
    between = Markup("{}<wbr>").format(view.t.list_between)
    return between.join(view.quoted(word) for word in words)


def weak(view: DeskView, row: WeakArticle) -> list[Markup]:
    """What its readers did, and what reps did."""
    t, said = view.t, []
    if row.let_down >= LEAST_LET_DOWN:
        said.append(t("weak_readers", let_down=row.let_down, readers=row.readers))
        if row.contacted:
            said.append(t.count("weak_contacted", row.contacted))
        if row.voted_down:
            said.append(t.count("weak_voted", row.voted_down))
    if row.declined >= LEAST_DECLINED:
        suggested = row.declined + row.accepted
        said.append(t("weak_reps", declined=row.declined, suggested=suggested))
    return said


def stale(view: DeskView, row: StaleArticle) -> list[Markup]:
    """What moved on since it was written."""
    t, said = view.t, []
    if row.contradictions:
        said.append(t.count("stale_contradicted", len(row.contradictions)))
    if row.growing:
        said.append(t("stale_growing", tickets=row.tickets, before=row.tickets_before))
    if row.diverging:
        said.append(t("stale_diverging"))
    if row.days_old is not None:
        said.append(t("stale_age", span=span(view, row.days_old)))
    return said


def unfound(view: DeskView, row: NeverFound) -> list[Markup]:
    """Why no search leads to it."""
    t, said = view.t, [view.t(f"unfound_{row.why}")]
    if row.near_people:
        said.append(t.count("unfound_near", row.near_people))
    if row.words:
        said.append(t("unfound_words", words=joined(view, row.words[:5])))
    if row.instead:
        title = view.quoted(row.instead.title, row.instead.locale)
        said.append(t("unfound_instead", title=title))
    return said


def missing(view: DeskView, row: MissingTranslation) -> list[Markup]:
    """Who asks for the translation."""
    t, said = view.t, []
    if row.asked:
        said.append(t.count("missing_asked", row.asked))
    if row.tickets:
        said.append(t.count("missing_tickets", row.tickets))
    if row.expected:
        said.append(t("missing_expected", expected=round(row.expected, 1)))
    return said


def outdated(view: DeskView, row: OutdatedTranslation) -> list[Markup]:
    """How far its source left it behind, and who reads it."""
    t, said = view.t, [view.t("outdated_behind", span=span(view, row.days_behind))]
    if row.asked:
        said.append(t.count("missing_asked", row.asked))
    if row.sentence:
        said.append(t("outdated_contradicts"))
    return said


def too_early(view: DeskView, effect: Effect) -> Markup | None:
    """Why nothing can be said of an effect yet; None where something can."""
    if not effect.too_early:
        return None
    until = view.report.until.date() if view.report else effect.done_on
    passed = (until - effect.done_on).days - 1
    if passed < MIN_DAYS:
        return view.t("effect_too_early", passed=max(passed, 0), needed=MIN_DAYS)
    if effect.days < MIN_DAYS:
        return view.t("effect_short_log", days=effect.days, needed=MIN_DAYS)
    people = effect.before.people + effect.after.people
    return view.t("effect_too_few", people=people, needed=MIN_PEOPLE)


def span(view: DeskView, days: int) -> str:
    """So many days, in the largest unit that fits."""
    return format_span(dt.timedelta(days=days), view.t)


def notes(view: DeskView) -> list[str]:
    """What a reader has to know about the report's data."""
    by_sentence = {sentence: key for key, sentence in NOTES.items()}
    stated = view.report.notes if view.report else ()
    return [getattr(view.t, f"note_{by_sentence[one]}") for one in stated if one in by_sentence]


def languages(view: DeskView, gap: Gap) -> str:
    """Names of the languages it is asked in, the most people first."""
    ordered = sorted(gap.languages, key=lambda code: (-gap.languages[code], code))
    return str(view.t.list_between).join(view.t.language_name(language_of(c)) for c in ordered)
