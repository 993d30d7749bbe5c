"""Users of the staff pages. A password is known by its argon2 hash alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.accounts.models import User
from kb.errors import Conflict
from kb.store.connections import aware, writing
from kb.store.schema import audit_log, one_time_tokens, user_sessions, users

_FAILURE = "The account cannot be saved ({reason}); try again."


class Users:
    """Repository of users."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, user: User, password_hash: str | None = None, subject: str | None = None) -> None:
        """Store a new user.

        Raises:
            Conflict: the address has an account already.
        """
        values = user.model_dump(include={"id", "email", "name", "role", "locale", "disabled"})
        values |= {"password_hash": password_hash, "subject": subject}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(users).values(**values, created_at=user.created_at))
        except IntegrityError as error:
            raise Conflict(f"There is an account for {user.email} already.") from error

    def by_id(self, identifier: str) -> User | None:
        return self._one(users.c.id == identifier)

    def by_email(self, email: str) -> User | None:
        """Args: email: canonical."""
        return self._one(users.c.email == email)

    def by_subject(self, subject: str) -> User | None:
        """Who is linked to an account of the OpenID Connect provider."""
        return self._one(users.c.subject == subject)

    def all(self) -> list[User]:
        """By address."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(users).order_by(users.c.email)).all()
        return [user_of(row) for row in rows]

    def any(self) -> bool:
        """Whether there is a single one."""
        with self._engine.connect() as connection:
            return connection.execute(select(users.c.id).limit(1)).first() is not None

    def password_hash(self, identifier: str) -> str | None:
        query = select(users.c.password_hash).where(users.c.id == identifier)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def active_admins(self) -> int:
        """How many admins can sign in."""
        query = select(func.count()).where(users.c.role == "admin", users.c.disabled.is_(False))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def change(
        self, identifier: str, values: Mapping[str, Any], *, sign_out: bool = False, keep: str = ""
    ) -> int:
        """Change columns of a user.

        Args:
            sign_out: end all sessions and one-time links in the same transaction.
            keep: digest of a session that goes on.

        Returns: how many sessions ended.

        Raises:
            OperationalError: the database is busy.
        """
        with writing(self._engine, _FAILURE) as connection:
            if values:
                connection.execute(update(users).where(users.c.id == identifier).values(**values))
            if not sign_out:
                return 0
            connection.execute(
                delete(one_time_tokens).where(one_time_tokens.c.user_id == identifier)
            )
            theirs = user_sessions.c.user_id == identifier
            ended = connection.execute(
                delete(user_sessions).where(theirs, user_sessions.c.digest != keep)
            )
            return int(ended.rowcount)

    def forget(self, user: User, alias: str) -> None:
        """Delete a user and everything of theirs; the audit log calls them `alias` from now on.

        Raises:
            OperationalError: the database is busy.
        """
        with writing(self._engine, _FAILURE) as connection:
            for table in (one_time_tokens, user_sessions):
                connection.execute(delete(table).where(table.c.user_id == user.id))
            connection.execute(delete(users).where(users.c.id == user.id))
            for column in (audit_log.c.actor, audit_log.c.target):
                named = update(audit_log).where(column == user.email)
                connection.execute(named.values({column: alias}))
            mentions = audit_log.c.detail.contains(user.email, autoescape=True)
            connection.execute(update(audit_log).where(mentions).values(detail="{}"))

    def _one(self, condition: ColumnElement[bool]) -> User | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(users).where(condition)).first()
        return user_of(row) if row else None


def user_of(row: Any) -> User:
    """A row of `users` as a user."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        locale=row.locale,
        disabled=row.disabled,
        has_password=bool(row.password_hash),
        has_oidc=bool(row.subject),
        created_at=aware(row.created_at),
        signed_in_at=aware(row.signed_in_at) if row.signed_in_at else None,
    )
