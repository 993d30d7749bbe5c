"""The sentence-transformers adapter: any packaged model, Hub id or local folder."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.embedder.base import Vectors, unit
from kb.embedder.packaged import PACKAGED_MODELS, file_digest, packaged_model_path
from kb.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

_PROBE = "The order 1042 has not arrived. سفارش من نرسیده است. 我的订单还没有到。"
_BATCH = 16
"""Small batches of similar length: padding and cache misses cost more than calls (measured)."""
_QUERY_CHARS = 2000
"""Of a batch of queries, padded: where thousands are embedded, a visitor's waits for one batch."""


class SentenceTransformerEmbedder:
    """Loads on first use, so that commands which embed nothing start at once.

    Args:
        model: a name of `PACKAGED_MODELS`, a Hub id (from the local Hub cache) or a folder.
        cache_dir: where packaged models are unpacked.
        query_prompt, passage_prompt: `None` takes the model's own prompts, if it has any.
        precision: "auto", "float32" or "bfloat16".
        threads: intra-op threads; 0 leaves torch's choice.
    """

    def __init__(
        self,
        model: str,
        cache_dir: Path,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        precision: str = "auto",
        threads: int = 0,
    ) -> None:
        self.name = model
        self._cache_dir = cache_dir
        self._prompts = (query_prompt, passage_prompt)
        self._precision = precision
        self._threads = threads
        self._lock = threading.Lock()
        self._queue = threading.Lock()

    @cached_property
    def _path(self) -> Path | str:
        if self.name in PACKAGED_MODELS:
            return packaged_model_path(self.name, self._cache_dir)
        local = Path(self.name)
        return local if local.exists() else self.name

    @cached_property
    def fingerprint(self) -> str:
        folder = Path(self._path)
        if not folder.is_dir():  # a Hub id: only the loaded model knows where its files are
            from huggingface_hub import snapshot_download

            try:
                folder = Path(snapshot_download(self.name, local_files_only=True))
            except Exception as error:
                raise self._unavailable(error) from error
        digest = _cached_digest(folder, self._cache_dir)
        return hashlib.sha256(json.dumps([digest, *self._prompts]).encode()).hexdigest()

    @cached_property
    def dimension(self) -> int:
        return int(self.model.get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        return int(self.model.max_seq_length or 512)

    @cached_property
    def precision(self) -> str:
        """What `model` really runs in: "bfloat16" or "float32"."""
        return str(next(self.model.parameters()).dtype).removeprefix("torch.")

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model itself, loaded once.

        Raises:
            EmbedderUnavailable: not installed, not found, or not a sentence-transformers model.
        """
        import torch

        if self._threads:
            torch.set_num_threads(self._threads)
        exact = self._load("float32")
        if self._precision == "float32":
            return exact
        if self._precision == "auto" and not _cpu_has_bfloat16():
            return exact
        probe = exact.encode([_PROBE], normalize_embeddings=True)[0]
        fast = exact.to(torch.bfloat16)
        vector = fast.encode([_PROBE], convert_to_tensor=True, show_progress_bar=False)[0]
        agreement = float(unit(vector.float().cpu().numpy()[None])[0] @ probe)
        if self._precision == "auto" and agreement < 0.999:
            logger.warning("bfloat16 agrees only to %.4f here; using float32", agreement)
            return self._load("float32")  # .to() converted in place
        return fast

    def _load(self, dtype: str) -> SentenceTransformer:
        try:
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(
                str(self._path), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            ).eval()
        except EmbedderUnavailable:
            raise
        except Exception as error:  # whatever a model folder can do wrong ends in one sentence
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> EmbedderUnavailable:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        return EmbedderUnavailable(
            f"The embedding model '{self.name}' cannot be loaded ({first_line}). "
            f"KB_EMBEDDING_MODEL takes one of {', '.join(PACKAGED_MODELS)}, "
            "a local sentence-transformers folder, or a Hub id that is in the local Hub cache."
        )

    @cached_property
    def _counter(self) -> Any:
        """A tokenizer of its own: padding is a state of the tokenizer, so counting with the model's
        would switch it off for whoever embeds at that moment."""
        return copy.deepcopy(self.model.tokenizer)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        encoded = self._counter(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._prompt(0, "query"), _QUERY_CHARS)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._prompt(1, "document"))

    def _prompt(self, index: int, key: str) -> str:
        own = self.model.prompts or {}
        configured = self._prompts[index]
        return configured if configured is not None else own.get(key) or ""

    def _embed(self, texts: Sequence[str], prompt: str, most_chars: int | None = None) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for batch in _batches(texts, most_chars):
            with self._turn():
                encoded: Any = self.model.encode(
                    [texts[n] for n in batch],
                    prompt=prompt,
                    batch_size=_BATCH,
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
            vectors[batch] = encoded.float().cpu().numpy()
        return unit(vectors)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One batch at a time: torch's thread pool is shared, two at once are slower than one.

        Whoever waits for the lock holds the queue, so a long job cannot take the lock again before
        them.
        """
        with self._queue:
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()


def _batches(texts: Sequence[str], most_chars: int | None) -> Iterator[list[int]]:
    """Ordinals of texts of similar length, the longest first."""
    batch: list[int] = []
    for n in sorted(range(len(texts)), key=lambda n: -len(texts[n])):
        full = most_chars and batch and (len(batch) + 1) * len(texts[batch[0]]) > most_chars
        if full or len(batch) == _BATCH:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _cpu_has_bfloat16() -> bool:
    import torch

    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, check, bool)() for check in checks)


def _cached_digest(folder: Path, cache_dir: Path) -> str:
    """`file_digest`, remembered by the weights' size and time (hashing 480 MB takes a second)."""
    stamp = sorted(
        (str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns)
        for p in folder.rglob("*")
        if p.is_file()
    )
    key = hashlib.sha256(json.dumps([str(folder.resolve()), stamp]).encode()).hexdigest()
    remembered = cache_dir / "fingerprints" / key
    if remembered.is_file():
        return remembered.read_text(encoding="ascii")
    digest = file_digest(folder)
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(digest, encoding="ascii")
    return digest
