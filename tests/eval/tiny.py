"""A dataset small enough to measure by hand, and how to write others like it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.datasets import Dataset, load_dataset

TOPICS = {
    "parcel": "Track your parcel in the orders page; the courier comes on weekdays.",
    "pump": "A rattling pump has air in it; tilt the tank and clean the filter.",
    "lamp": "The lamp shines fourteen hours; change brightness in the settings.",
    "refund": "Refunds go to the card within seven business days.",
}


def write_dataset(
    folder: Path,
    corpus: list[dict[str, Any]],
    queries: list[dict[str, Any]],
    qrels: list[tuple[str, str, int]],
) -> Dataset:
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    judgements = "".join(f"{query}\t{document}\t{grade}\n" for query, document, grade in qrels)
    text = "query-id\tcorpus-id\tscore\n" + judgements
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")
    return load_dataset(folder)


CORPUS = [{"_id": k, "title": k, "text": v, "lang": "en"} for k, v in TOPICS.items()]
QUERIES = [
    {"_id": f"q-{key}-{n}", "text": text}
    for key, body in TOPICS.items()
    for n, text in enumerate((f"{key} question", " ".join(body.split()[:4])))
]
OUT_OF_SCOPE = {"_id": "q-none", "text": "zebra quagga okapi"}
QRELS = [(f"q-{key}-{n}", key, 1) for key in TOPICS for n in (0, 1)]
