"""Whether two quantities can both be right, going by their values alone."""

from __future__ import annotations

from kb.conflicts.quantities import Quantity

_SAME_UNIT = 0.02
_OTHER_UNIT = 0.1
"""Slack between units: a month is four weeks or thirty days."""
_ROUGH = 0.3


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether the two measure the same and are meant alike (a rhythm is no limit)."""
    return one.unit.dimension == other.unit.dimension and _family(one) == _family(other)


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both values can be right: ranges overlap, the value keeps to the limit, …"""
    kinds = {one.kind, other.kind}
    if kinds in ({"limit"}, {"limit", "span"}):
        return _near(one.high, other.high, one, other)
    if kinds in ({"least"}, {"least", "span"}):
        return _near(one.low, other.low, one, other)
    if kinds == {"limit", "least"}:
        return True
    if "limit" in kinds:
        limit, plain = (one, other) if one.kind == "limit" else (other, one)
        return plain.low <= limit.high or _near(plain.low, limit.high, one, other)
    if "least" in kinds:
        least, plain = (one, other) if one.kind == "least" else (other, one)
        return plain.high >= least.low or _near(plain.high, least.low, one, other)
    first, second = sorted((one, other), key=lambda quantity: quantity.low)
    return first.high >= second.low or _near(first.high, second.low, one, other)


def _family(quantity: Quantity) -> str:
    return quantity.kind if quantity.kind in ("every", "before", "after", "other") else "amount"


def _near(value: float, limit: float, one: Quantity, other: Quantity) -> bool:
    slack = _SAME_UNIT if one.unit == other.unit else _OTHER_UNIT
    if one.rough or other.rough:
        slack = _ROUGH
    return abs(value - limit) <= slack * max(abs(value), abs(limit))
