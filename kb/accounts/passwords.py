"""Passwords: argon2id, and which ones are accepted."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kb.errors import InvalidInput, TooManyRequests

MIN_CHARS = 12
MAX_BYTES = 1024
"""In UTF-8; more is refused before anything is computed."""
_AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MB and all cores it gets."""
_WAITING = 8
"""So many more may wait for their turn; the others are told to come back."""


class Passwords:
    """Hashes and checks passwords. Safe to share between threads.

    Args:
        hasher: default: RFC 9106's second recommended parameters, as argon2-cffi has them.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._room = threading.BoundedSemaphore(_AT_ONCE + _WAITING)

    def hash(self, password: str) -> str:
        """Salted; says with which parameters it was made.

        Raises:
            InvalidInput: too short, too long or too uniform; see `check_new`.
            TooManyRequests: too many are waiting already.
        """
        check_new(password)
        return self.rehash(password)

    def rehash(self, password: str) -> str:
        """The hash of a password that was accepted before, whatever is accepted today."""
        with self._computing():
            return self._hasher.hash(_normal(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password. None takes the same work and is False.

        Raises:
            TooManyRequests: too many are waiting already.
        """
        if len(password) > MAX_BYTES or len(_normal(password)) > MAX_BYTES:
            stored, password = None, ""
        with self._computing():
            nobodys = self._nobodys  # made with the first check, whosever it is
            try:
                right = self._hasher.verify(stored or nobodys, _normal(password))
            except (Argon2Error, InvalidHashError):
                return False
        return right and stored is not None

    @contextmanager
    def _computing(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise TooManyRequests("Many people are signing in; try again in a moment.")
        try:
            with self._turn:
                yield
        finally:
            self._room.release()

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobodys(self) -> str:
        """What the password of an account that does not exist is compared with."""
        return self._hasher.hash("the password of nobody")


def check_new(password: str) -> None:
    """Length is what counts (NIST SP 800-63B): no rules about kinds of characters.

    Raises:
        InvalidInput: it is too short, too long or too uniform.
    """
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < MIN_CHARS:
        raise InvalidInput(
            f"The password needs {MIN_CHARS} characters or more; a few unrelated words are fine."
        )
    if len(password) > MAX_BYTES or len(_normal(password)) > MAX_BYTES:
        raise InvalidInput(f"The password is longer than {MAX_BYTES} bytes; choose a shorter one.")
    if len(set(normal)) < 5:
        raise InvalidInput("The password repeats a few characters; choose one less uniform.")


def _normal(password: str) -> bytes:
    """The same bytes however the keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
