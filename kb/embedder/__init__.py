"""Embedding models behind one protocol: `base`, the adapter `sentence`, the weights `packaged`."""

from kb.embedder.base import Embedder, Vectors
from kb.embedder.sentence import SentenceTransformerEmbedder

__all__ = ["Embedder", "SentenceTransformerEmbedder", "Vectors"]
