"""Who is signed in, and one-time tokens. Both are known by sha256 alone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update

from kb.accounts.models import How, Place, Session
from kb.store.connections import aware, writing
from kb.store.schema import one_time_tokens, user_sessions, users
from kb.store.users import user_of

_FAILURE = "Signing in is not possible right now ({reason}); try again."


class UserSessions:
    """Repository of the sessions of staff. Moments are UTC."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, digest: str, user_id: str, place: Place, how: How, agent: str, now: dt.datetime
    ) -> None:
        """Begin a session, and note when the user signed in last."""
        with writing(self._engine, _FAILURE) as connection:
            connection.execute(
                insert(user_sessions).values(
                    digest=digest,
                    user_id=user_id,
                    place=place,
                    how=how,
                    agent=agent,
                    created_at=now,
                    seen_at=now,
                )
            )
            signed_in = update(users).where(users.c.id == user_id)
            connection.execute(signed_in.values(signed_in_at=now))

    def find(self, digest: str) -> Session | None:
        """The session and its user, as they are now."""
        found = self._select(user_sessions.c.digest == digest)
        return found[0] if found else None

    def of_user(self, user_id: str) -> list[Session]:
        """The last seen first."""
        return self._select(user_sessions.c.user_id == user_id)

    def touch(self, digest: str, now: dt.datetime) -> None:
        with writing(self._engine, _FAILURE) as connection:
            seen = update(user_sessions).where(user_sessions.c.digest == digest)
            connection.execute(seen.values(seen_at=now))

    def rename(self, digest: str, fresh: str, user_id: str) -> None:
        """Give a session of `user_id` another digest."""
        theirs = (user_sessions.c.digest == digest) & (user_sessions.c.user_id == user_id)
        with writing(self._engine, _FAILURE) as connection:
            connection.execute(update(user_sessions).where(theirs).values(digest=fresh))

    def end(self, digest: str, user_id: str = "") -> bool:
        """End a session; with `user_id` only if it is theirs. Returns whether there was one."""
        ended = delete(user_sessions).where(user_sessions.c.digest == digest)
        if user_id:
            ended = ended.where(user_sessions.c.user_id == user_id)
        with writing(self._engine, _FAILURE) as connection:
            return connection.execute(ended).rowcount > 0

    def expire(self, idle_since: dt.datetime, begun_before: dt.datetime) -> int:
        """Delete sessions unused since, or begun before; returns how many."""
        old = (user_sessions.c.seen_at < idle_since) | (user_sessions.c.created_at < begun_before)
        with writing(self._engine, _FAILURE) as connection:
            return int(connection.execute(delete(user_sessions).where(old)).rowcount)

    def _select(self, condition: ColumnElement[bool]) -> list[Session]:
        begun = user_sessions.c.created_at.label("begun_at")
        mine = [column for column in user_sessions.c if column.name != "created_at"]
        query = (
            select(*mine, begun, users)
            .join(users, users.c.id == user_sessions.c.user_id)
            .where(condition)
            .order_by(user_sessions.c.seen_at.desc())
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Session(
                digest=row.digest,
                user=user_of(row),
                place=row.place,
                how=row.how,
                agent=row.agent,
                created_at=aware(row.begun_at),
                seen_at=aware(row.seen_at),
            )
            for row in rows
        ]


class OneTimeTokens:
    """Repository of tokens that work once: sign-in links, sign-ins at a provider under way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        digest: str,
        purpose: str,
        user_id: str,
        payload: str,
        expires_at: dt.datetime,
        now: dt.datetime,
    ) -> None:
        """Store a token by its digest; those that have expired go."""
        values = {"digest": digest, "purpose": purpose, "user_id": user_id, "payload": payload}
        with writing(self._engine, _FAILURE) as connection:
            old = delete(one_time_tokens).where(one_time_tokens.c.expires_at < now)
            connection.execute(old)
            connection.execute(insert(one_time_tokens).values(**values, expires_at=expires_at))

    def peek(self, digest: str, purpose: str, now: dt.datetime) -> tuple[str, str] | None:
        """(user id, payload) of a token that would still work."""
        query = select(one_time_tokens).where(
            one_time_tokens.c.digest == digest,
            one_time_tokens.c.purpose == purpose,
            one_time_tokens.c.expires_at > now,
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.user_id, row.payload) if row else None

    def take(self, digest: str, purpose: str, now: dt.datetime) -> tuple[str, str] | None:
        """The same, and it never works again: of two who come at once, one gets it."""
        taken = (
            delete(one_time_tokens)
            .where(one_time_tokens.c.digest == digest, one_time_tokens.c.purpose == purpose)
            .returning(
                one_time_tokens.c.user_id, one_time_tokens.c.payload, one_time_tokens.c.expires_at
            )
        )
        with writing(self._engine, _FAILURE) as connection:
            row = connection.execute(taken).first()
        return (row.user_id, row.payload) if row and aware(row.expires_at) > now else None
