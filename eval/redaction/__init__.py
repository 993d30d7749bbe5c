"""`kb eval redaction`: how much personal data redaction finds, and how much else it takes away.

sentences   labelled sentences, `en.jsonl`, `fa.jsonl`, `zh.jsonl`, and a held-out set
loader      files and their inline marks to sentences with spans
measure     sentences and a redactor to figures and errors
"""

from eval.redaction.loader import SETS, Sentence, load_file, load_set, parse_marked
from eval.redaction.measure import Error, Figure, Report, measure

__all__ = [
    "SETS",
    "Error",
    "Figure",
    "Report",
    "Sentence",
    "load_file",
    "load_set",
    "measure",
    "parse_marked",
]
