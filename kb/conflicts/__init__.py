"""Whether a newer text contradicts an older one: other figures, or yes against no.

`find_conflict` reads two texts (an old reply and a newer article, two versions of an article) and
returns the clearest contradiction, or None. It is made to be silent when in doubt: a rep who is
warned falsely stops reading warnings. Pure rules over `kb.text.analyse`, no model, linear in the
length of the texts, which are read up to `MAX_OLDER` and `MAX_NEWER` characters.
"""

from kb.conflicts.find import MAX_NEWER, MAX_OLDER, Conflict, Statement, find_conflict

__all__ = ["MAX_NEWER", "MAX_OLDER", "Conflict", "Statement", "find_conflict"]
