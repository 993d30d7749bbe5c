"""Every failure this project raises on purpose, as one tree.

    KBError                          exit  HTTP
    ├── UserError                      2    400   the caller can mend it
    │   ├── ConfigurationError         2    500   a setting is wrong or missing
    │   ├── InvalidInput               2    422   a file, query or ticket is malformed
    │   ├── NotFound                   2    404   nothing has that id
    │   ├── Unauthorized               2    401   no or unknown API key
    │   ├── Forbidden                  2    403   the role may not do this
    │   ├── TooLarge                   2    413   over a size limit
    │   ├── TooManyRequests            2    429   over a rate limit
    │   └── Conflict                   2    409   somebody else holds the lock / changed it first
    └── OperationalError               1    503   the installation cannot serve right now
        ├── NoSnapshot                 2    503   nothing has been indexed yet
        ├── SnapshotCorrupt            1    503   a snapshot file is damaged
        ├── SnapshotIncompatible       2    503   built with another embedder or analysis
        └── EmbedderUnavailable        1    503   the embedding model cannot be loaded

Each class owns its exit code and HTTP status, so no caller maps them again. The message is a
sentence for the person who can act on it: what is wrong, and what to do.
"""

from __future__ import annotations

__all__ = [
    "ConfigurationError",
    "Conflict",
    "EmbedderUnavailable",
    "Forbidden",
    "InvalidInput",
    "KBError",
    "NoSnapshot",
    "NotFound",
    "OperationalError",
    "SnapshotCorrupt",
    "SnapshotIncompatible",
    "TooLarge",
    "TooManyRequests",
    "Unauthorized",
    "UserError",
]


class KBError(Exception):
    """Root of the tree. `title` is stable per class; the message is specific."""

    exit_code = 1
    status = 500
    title = "The knowledge base failed"

    @property
    def slug(self) -> str:
        """Stable machine name of the error, used as the problem type: `not-found`."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


class UserError(KBError):
    exit_code = 2
    status = 400
    title = "The request cannot be carried out as it is"


class ConfigurationError(UserError):
    status = 500
    title = "A setting is wrong"


class InvalidInput(UserError):
    status = 422
    title = "The input is not valid"


class NotFound(UserError):
    status = 404
    title = "Not found"


class Unauthorized(UserError):
    status = 401
    title = "An API key is needed"


class Forbidden(UserError):
    status = 403
    title = "This role may not do that"


class TooLarge(UserError):
    status = 413
    title = "Too large"


class TooManyRequests(UserError):
    status = 429
    title = "Too many requests"


class Conflict(UserError):
    status = 409
    title = "Somebody else is changing this"


class OperationalError(KBError):
    exit_code = 1
    status = 503
    title = "The service cannot answer right now"


class NoSnapshot(OperationalError):
    exit_code = 2
    title = "Nothing has been indexed yet"


class SnapshotCorrupt(OperationalError):
    title = "The search snapshot is damaged"


class SnapshotIncompatible(OperationalError):
    exit_code = 2
    title = "The search snapshot does not fit this configuration"


class EmbedderUnavailable(OperationalError):
    title = "The embedding model cannot be loaded"
