"""Source formats. `open_source(path)` yields documents, and a `Problem` for each one it cannot."""

from indexer.sources.base import Item, Problem, SourceDocument
from indexer.sources.folder import open_source

__all__ = ["Item", "Problem", "SourceDocument", "open_source"]
