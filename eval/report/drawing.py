"""Plots as inline SVG: matplotlib draws, the page's style sheet colours.

matplotlib knows no CSS variables, so it is given stand-in colours, which are exchanged for
variables afterwards: one drawing then serves light and dark, screen and print. The output is the
same bytes for the same input.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, LINE, SURFACE, WON, LOST = (f"#0101{n:02x}" for n in range(6))
_SERIES = tuple(f"#0102{n:02x}" for n in range(6))
_VARIABLES = {
    INK: "var(--text)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    SURFACE: "var(--surface)",
    WON: "var(--won)",
    LOST: "var(--lost)",
} | {color: f"var(--series-{number})" for number, color in enumerate(_SERIES)}

_HATCHES = ("", "////", "", "||||", "", "----")
"""Beside the colour: systems stay apart in greyscale. Lines only: dots are large as SVG."""

_RC: dict[Any, Any] = {
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 11,
    "axes.linewidth": 1,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.h_pad": 2 / 72,  # inches
    "figure.constrained_layout.w_pad": 2 / 72,
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same metrics everywhere
    "font.size": 11,
    "grid.color": LINE,
    "grid.linewidth": 1,
    "hatch.linewidth": 1,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "legend.handlelength": 1.2,
    "legend.handleheight": 0.8,
    "legend.labelcolor": INK,
    "path.simplify": True,
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,  # a slice may be called "$"
    "xtick.color": LINE,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": 11,
    "xtick.major.pad": 5,
    "xtick.major.size": 0,
    "ytick.color": LINE,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": 11,
    "ytick.major.pad": 5,
    "ytick.major.size": 0,
}
_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_REFERENCE = re.compile(r"#([\w-]+)")
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_FONT = re.compile(r"font: (?:(\d+) )?([\d.]+px)[^;]*|font-family: [^;]*;?")
_LENGTHS = ("d", "x", "y", "width", "height", "transform")
_STAND_IN = re.compile("|".join(_VARIABLES))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def series_look(number: int) -> tuple[str, str]:
    """Colour and hatch of the n-th system; the last ones share theirs."""
    number = min(number, len(_SERIES) - 1)
    return _SERIES[number], _HATCHES[number]


def label(text: str, limit: int = 24) -> str:
    """A name fit for a plot: one line, short, nothing XML refuses."""
    text = " ".join(_CONTROLS.sub(" ", text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def draw(name: str, size: tuple[int, int], alt: str, paint: Callable[[Figure], None]) -> Markup:
    """An `<svg>` element of `size` pixels that `paint` has drawn on.

    Args:
        name: unique on the page; what the drawing refers to inside itself is derived from it.
        alt: what a reader who does not see it is told.
    """
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    file = io.StringIO()
    with rc_context(), warnings.catch_warnings():
        rcdefaults()  # whatever this machine's matplotlibrc says
        rcParams.update({**_RC, "svg.hashsalt": name})
        # The browser draws the letters; that matplotlib's font lacks some matters only to widths.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72, layout="constrained")
        FigureCanvasSVG(figure)
        paint(figure)
        figure.savefig(file, format="svg", metadata=_METADATA)
    return _inline(file.getvalue(), size, alt)


def _inline(svg: str, size: tuple[int, int], alt: str) -> Markup:
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key in list(element.attrib):
            value = _tidy(key, element.attrib.pop(key))
            if value:
                element.set(key.rpartition("}")[2], value)
        if element.tag != "text":
            element.text = None
        element.tail = None
    used = set(_REFERENCE.findall(" ".join(v for e in root.iter() for v in e.attrib.values())))
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    _prune(root)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "width": str(size[0]),
        "height": str(size[1]),
        "role": "img",
        "aria-label": alt,
    }
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _prune(parent: ElementTree.Element) -> None:
    """Drop what neither shows nor is referred to; what is about the whole page, the page says."""
    for child in list(parent):
        _prune(child)
        empty = child.tag in ("g", "defs") and not len(child)
        if empty or child.tag in ("metadata", "style"):
            parent.remove(child)


def _tidy(key: str, value: str) -> str:
    if key in ("style", "fill", "stroke"):
        value = _FONT.sub(_font, value)
        return _STAND_IN.sub(lambda found: _VARIABLES[found[0]], value)
    if key == "transform":
        value = "" if value.startswith("rotate(-0 ") else value
    return _DECIMALS.sub(r"\1", " ".join(value.split())) if key in _LENGTHS else value


def _font(found: re.Match[str]) -> str:
    """Without the family, which is the page's."""
    if not found[2]:
        return ""
    weight = f"font-weight: {found[1]}; " if found[1] else ""
    return f"{weight}font-size: {found[2]}"
