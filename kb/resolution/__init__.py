"""Which reply resolved a ticket."""

from kb.resolution.find import Resolution, find_resolution, is_answered, resolution

__all__ = ["Resolution", "find_resolution", "is_answered", "resolution"]
