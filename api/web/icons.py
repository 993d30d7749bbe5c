"""Icons as inline SVG, coloured by the text around them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

_DRAWN: Mapping[str, str] = tomllib.loads(
    Path(__file__).with_name("icons.toml").read_text(encoding="utf-8")
)


def icon(name: str, size: int = 20, label: str = "") -> Markup:
    """An inline SVG; without a label it is decoration, hidden from assistive technology."""
    told = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    return Markup(
        '<svg class="icon icon-{name}" viewBox="0 0 24 24" width="{size}" height="{size}" '
        'fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" {told}>{drawn}</svg>'
    ).format(name=name, size=size, told=Markup(told), drawn=Markup(_DRAWN[name]))
