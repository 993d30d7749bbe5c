"""Not good enough: articles that are found and read, but do not help.

Two kinds of evidence, each compared with how all other articles fare:

    visitors   share = let_down / readers                       (kb.gaps.articles.traffic)
    reps       share = declined / (accepted + declined)         (kb.acceptance), where an article
               was suggested as a reply

`sure` is the lower end of Wilson's 95 % interval of the share: what it is at least. With few people
it is low, so a small sample does not shout. An article is listed where

    let_down >= LEAST_LET_DOWN  and  sure > max(LEAST_SHARE, share of all other articles)
    or declined >= LEAST_DECLINED and sure > max(LEAST_DECLINED_SHARE, share of all others)

    priority = people let down × sure  +  times declined × sure     (of what counts by the above)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from kb.acceptance import Acceptance
from kb.events import VoteReason
from kb.gaps.articles.content import ArticleRef, ArticleVersion, Content
from kb.gaps.articles.traffic import NOTHING, Traffic, count, read_in, times_asked, totals, voter
from kb.gaps.journeys import Search, Vote
from kb.models import Model
from kb.suggestion_figures import wilson
from kb.text import fold

LEAST_LET_DOWN = 3
"""People; one or two may have had a bad day."""
LEAST_SHARE = 0.2
"""One reader in five for sure: contact after reading is usual in one case out of ten or so."""
LEAST_DECLINED = 5
LEAST_DECLINED_SHARE = 0.5
"""Where several suggestions are shown and one is used, the others count as declined."""
MOST = 50
_QUERIES = 5
_COMMENTS = 5
_QUERY_CHARS = 160
_COMMENT_CHARS = 300


class Query(Model):
    """What people asked."""

    text: str
    people: int


class WeakArticle(Model):
    """An article that does not help; the module defines the numbers."""

    article: ArticleRef
    shown: int
    opened: int
    readers: int
    let_down: int
    contacted: int
    voted_up: int
    voted_down: int
    accepted: int
    declined: int
    share: float
    """let_down / readers; 0 without readers."""
    sure: float
    """Lower bound of `share`."""
    priority: float
    queries: tuple[Query, ...]
    """Of the people let down, those of most people first."""
    comments: tuple[str, ...]
    """Of people who voted that it did not help, the newest first; redacted when they were made."""
    vote_reasons: Mapping[VoteReason, int] = Field(default_factory=dict)
    """Why it did not help, by the last vote of each person who said so."""
    reason: str


def weak_articles(
    content: Content,
    searches: Iterable[Search],
    votes: Sequence[Vote],
    traffic: Mapping[str, Traffic],
    acceptance: Mapping[str, Acceptance],
) -> list[WeakArticle]:
    """The articles that let most people down, most surely, first.

    Args:
        votes: in order of time.
        traffic: of the same searches and votes.
        acceptance: by source id; what is no article is passed over.
    """
    readers, let_down = totals(traffic)
    known = {a.id: acceptance[a.id] for a in content.articles if a.id in acceptance}
    declined = sum(one.declined for one in known.values())
    decisions = declined + sum(one.accepted for one in known.values())
    judged = []
    for article in content.articles:
        own, reps = traffic.get(article.id, NOTHING), known.get(article.id, Acceptance())
        judgement = _Judgement.of(own, reps, (readers, let_down), (decisions, declined))
        if judgement.priority > 0:
            judged.append((article, own, reps, judgement))
    judged.sort(key=lambda item: (-item[3].priority, item[0].id))
    chosen = judged[:MOST]
    queries = _queries(searches, {article.id: own.let_down for article, own, _, _ in chosen})
    comments = _comments(votes, {article.id for article, _, _, _ in chosen})
    whys = _vote_reasons(votes)
    return [
        _row(article, own, reps, judgement, queries[article.id], comments[article.id]).model_copy(
            update={"vote_reasons": dict(whys[article.id])}
        )
        for article, own, reps, judgement in chosen
    ]


@dataclass(frozen=True)
class _Judgement:
    visitors: bool
    """Whether visitors' evidence is enough."""
    reps: bool
    sure: float
    sure_declined: float
    priority: float

    @classmethod
    def of(
        cls, own: Traffic, reps: Acceptance, visits: tuple[int, int], decisions: tuple[int, int]
    ) -> _Judgement:
        """Judge one article; the pairs are sums over all: readers and let down, and so on."""
        readers, let_down = count(own.readers), count(own.let_down)
        sure = wilson(let_down, readers)[0]
        others = _share(visits[1] - let_down, visits[0] - readers)
        visitors = let_down >= LEAST_LET_DOWN and sure > max(LEAST_SHARE, others)
        decided = reps.accepted + reps.declined
        sure_declined = wilson(reps.declined, decided)[0]
        others = _share(decisions[1] - reps.declined, decisions[0] - decided)
        enough = sure_declined > max(LEAST_DECLINED_SHARE, others)
        refused = reps.declined >= LEAST_DECLINED and enough
        priority = visitors * let_down * sure + refused * reps.declined * sure_declined
        return cls(visitors, refused, sure, sure_declined, priority)


def _share(some: int, of: int) -> float:
    return some / of if of else 0.0


def _queries(
    searches: Iterable[Search], let_down: Mapping[str, Mapping[str, int]]
) -> Mapping[str, tuple[Query, ...]]:
    """What the people that each article let down had asked when they read it."""
    people: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    written: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for search in searches:
        for article in read_in(search) | set(search.voted_down):
            if search.person in let_down.get(article, {}):
                text = " ".join(search.query.split())[:_QUERY_CHARS]
                key = (article, fold(text))
                people[key][search.person] = times_asked(search)
                written[key][text] += 1
    found: dict[str, list[Query]] = defaultdict(list)
    for key, who in people.items():
        if key[1]:
            text = min(written[key], key=lambda form: (-written[key][form], form))
            found[key[0]].append(Query(text=text, people=count(who)))
    return defaultdict(
        tuple,
        {
            article: tuple(sorted(queries, key=lambda q: (-q.people, q.text))[:_QUERIES])
            for article, queries in found.items()
        },
    )


def _comments(votes: Sequence[Vote], articles: set[str]) -> Mapping[str, tuple[str, ...]]:
    """The last comment of each of the last people who voted an article down."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for number, vote in reversed(list(enumerate(votes))):
        said = " ".join(vote.comment.split())[:_COMMENT_CHARS]
        if vote.article in articles and not vote.helpful and said:
            mine = found[vote.article]
            if len(mine) < _COMMENTS and said not in mine.values():
                mine.setdefault(voter(vote, number), said)
    return defaultdict(tuple, {article: tuple(said.values()) for article, said in found.items()})


def _vote_reasons(votes: Sequence[Vote]) -> Mapping[str, Counter[VoteReason]]:
    """Reasons by article, each person's last vote."""
    last = {(vote.article, voter(vote, number)): vote for number, vote in enumerate(votes)}
    found: dict[str, Counter[VoteReason]] = defaultdict(Counter)
    for (article, _), vote in last.items():
        if not vote.helpful and vote.reason:
            found[article][vote.reason] += 1
    return found


def _row(
    article: ArticleVersion,
    own: Traffic,
    reps: Acceptance,
    judgement: _Judgement,
    queries: tuple[Query, ...],
    comments: tuple[str, ...],
) -> WeakArticle:
    readers, let_down = count(own.readers), count(own.let_down)
    return WeakArticle(
        article=article.ref,
        shown=count(own.shown),
        opened=count(own.opened),
        readers=readers,
        let_down=let_down,
        contacted=count(own.contacted),
        voted_up=own.voted_up,
        voted_down=own.voted_down,
        accepted=reps.accepted,
        declined=reps.declined,
        share=_share(let_down, readers),
        sure=judgement.sure,
        priority=judgement.priority,
        queries=queries,
        comments=comments,
        reason=_reason(own, reps, judgement),
    )


def _reason(own: Traffic, reps: Acceptance, judgement: _Judgement) -> str:
    said = []
    if judgement.visitors:
        readers, let_down = count(own.readers), count(own.let_down)
        parts = []
        if own.contacted:
            parts.append(f"{count(own.contacted)} contacted the team after reading it")
        if own.voted_down:
            parts.append(f"{own.voted_down} voted that it did not help")
        said.append(
            f"{let_down} of {readers} readers were let down: {' and '.join(parts)}; "
            f"at least {judgement.sure:.0%} of readers, more than elsewhere."
        )
    if judgement.reps:
        decided = reps.accepted + reps.declined
        said.append(f"Reps passed it over {reps.declined} of the {decided} times it was suggested.")
    return " ".join(said)
