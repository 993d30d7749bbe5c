"""`Accounts`: sign in, who is signed in, sign out."""

from __future__ import annotations

import datetime as dt
import logging

from kb import audit
from kb.accounts.models import How, Place, Session, User, canonical_email, shown
from kb.accounts.passwords import Passwords
from kb.accounts.secrets import digest, new_token
from kb.accounts.throttle import Throttle
from kb.config import Settings
from kb.errors import InvalidInput, OperationalError, Unauthorized
from kb.store import Store

logger = logging.getLogger(__name__)

LINK = "link"
"""Purpose of one-time tokens that sign somebody in."""
CODE = "code"
"""Purpose of those that do so in the sidebar, made by somebody who is signed in."""
CODE_LASTS = dt.timedelta(minutes=10)
_SEEN_EVERY = dt.timedelta(minutes=1)
"""How exact "last seen" is; a page is not a write to the store each time."""
_AGENT_CHARS = 300
_NO_ADDRESS = "no e-mail address"


class Accounts:
    """What happens when people sign in and out. Safe to share between threads.

    Args:
        idle: a session ends when it was not used for so long.
        longest: a session ends so long after signing in.
    """

    def __init__(
        self,
        store: Store,
        *,
        idle: dt.timedelta,
        longest: dt.timedelta,
        passwords: Passwords | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self.store = store
        self.passwords = passwords or Passwords()
        self._idle, self._longest = idle, longest
        self._throttle = throttle or Throttle()

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Accounts:
        return cls(
            store,
            idle=dt.timedelta(minutes=settings.session_idle_minutes),
            longest=dt.timedelta(hours=settings.session_max_hours),
        )

    @property
    def longest(self) -> dt.timedelta:
        return self._longest

    # Signing in

    def check_password(self, email: str, password: str, address: str, now: dt.datetime) -> User:
        """Whose e-mail address and password these are.

        An account that does not exist, one without a password and one that is disabled take the
        same work and get the same answer as a wrong password.

        Raises:
            Unauthorized: they do not fit. WaitLonger: too many failures.
        """
        try:
            account = canonical_email(email)
        except InvalidInput:
            account = _NO_ADDRESS  # what was typed may be the password
        self._throttle.attempt(digest(account), address)
        user = self.store.users.by_email(account)
        stored = self.store.users.password_hash(user.id) if user else None
        right = self.passwords.verify(stored, password)
        if not right or user is None or user.disabled:
            self._failed(account, "disabled" if user and user.disabled else "password", now)
            raise Unauthorized("The e-mail address or the password is not right.")
        self._throttle.succeed(digest(account), address)
        if stored and self.passwords.outdated(stored):
            rehashed = {"password_hash": self.passwords.rehash(password)}
            self.store.users.change(user.id, rehashed)
        return user

    def make_link(self, user: User, lasts: dt.timedelta, actor: str, now: dt.datetime) -> str:
        """A token that signs `user` in once; see docs/signing-in.md for its address.

        Raises:
            InvalidInput: the user is disabled.
        """
        if user.disabled:
            raise InvalidInput(f"{user.email} is disabled; enable the account first.")
        token = new_token()
        self.store.one_time.add(digest(token), LINK, user.id, "", now + lasts, now)
        audit.record(self.store, actor, "user.link-made", user.email, now=now)
        return token

    def link_user(self, token: str, now: dt.datetime) -> User | None:
        """Whom a link would sign in; it still works afterwards."""
        found = self.store.one_time.peek(digest(token), LINK, now)
        return self._able(found[0]) if found else None

    def make_code(self, user: User, now: dt.datetime) -> str:
        """What signs `user` in once inside the embedded sidebar, and nowhere else."""
        token = new_token()
        until = now + CODE_LASTS
        self.store.one_time.add(digest(token), CODE, user.id, "", until, now)
        audit.record(self.store, user.email, "user.code-made", user.email, now=now)
        return token

    def redeem(self, token: str, now: dt.datetime, place: Place = "page") -> User:
        """Use up a link or, in the sidebar, a code.

        Raises:
            Unauthorized: it was used, has expired, or never was one.
        """
        purpose = LINK if place == "page" else CODE
        found = self.store.one_time.take(digest(token), purpose, now)
        user = self._able(found[0]) if found else None
        if user is None:  # not in the log: anybody can make up links
            raise Unauthorized("This link was used already or has expired; ask for a new one.")
        return user

    def _able(self, user_id: str) -> User | None:
        user = self.store.users.by_id(user_id)
        return user if user and not user.disabled else None

    def _failed(self, account: str, why: str, now: dt.datetime) -> None:
        detail = {"reason": why}
        audit.record(self.store, audit.NOBODY, "sign-in.failed", account, detail, now=now)

    # Sessions

    def begin(
        self,
        user: User,
        how: How,
        now: dt.datetime,
        *,
        place: Place = "page",
        agent: str = "",
        replacing: str = "",
    ) -> str:
        """Sign `user` in; returns the token that the browser keeps, always a new one.

        Args:
            replacing: token that the browser had until now; it ends.
        """
        if replacing:
            self.store.user_sessions.end(digest(replacing))
        token = new_token()
        self.store.user_sessions.add(
            digest(token), user.id, place, how, shown(agent, _AGENT_CHARS), now
        )
        detail = {"how": how, "place": place}
        audit.record(self.store, user.email, "sign-in.done", user.email, detail, now=now)
        return token

    def session(self, token: str, place: Place, now: dt.datetime) -> Session | None:
        """The session of a token, with its user as they are now; None if it is over."""
        if not token:
            return None
        session = self.store.user_sessions.find(digest(token))
        if session is None or session.place != place or session.user.disabled:
            return None
        if now - session.seen_at > self._idle or now - session.created_at > self._longest:
            self.store.user_sessions.end(session.digest)
            return None
        if now - session.seen_at > _SEEN_EVERY:
            self._touch(session.digest, now)
        return session

    def _touch(self, name: str, now: dt.datetime) -> None:
        try:
            self.store.user_sessions.touch(name, now)
        except OperationalError as error:  # a busy store is no reason to show no page
            logger.warning("When a session was last seen goes unrecorded: %s", error)

    def rotate(self, token: str, session: Session) -> str:
        """The same session under a new token; the old one is over."""
        fresh = new_token()
        self.store.user_sessions.rename(digest(token), digest(fresh), session.user.id)
        return fresh

    def sessions(self, user: User, now: dt.datetime) -> list[Session]:
        """Where `user` is signed in, the last seen first."""
        return [
            session
            for session in self.store.user_sessions.of_user(user.id)
            if now - session.seen_at <= self._idle and now - session.created_at <= self._longest
        ]

    def end(self, session: Session, now: dt.datetime) -> None:
        """Sign out."""
        self.store.user_sessions.end(session.digest)
        user = session.user
        audit.record(self.store, user.email, "sign-out.done", user.email, now=now)

    def expire(self, now: dt.datetime) -> int:
        """Delete sessions that are over; returns how many."""
        return self.store.user_sessions.expire(now - self._idle, now - self._longest)
