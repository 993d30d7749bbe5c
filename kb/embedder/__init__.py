"""Embedding models behind one protocol: `base`, the adapter `sentence`, the weights `packaged`;
`centring` takes the language out of their vectors."""

from kb.embedder.base import Embedder, Vectors
from kb.embedder.centring import Centring
from kb.embedder.sentence import SentenceTransformerEmbedder

__all__ = ["Centring", "Embedder", "SentenceTransformerEmbedder", "Vectors"]
