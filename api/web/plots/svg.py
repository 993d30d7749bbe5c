"""Elements of SVG for plots: escaped, classed, without colours or inline styles."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from api.web.words import direction

_ATTRIBUTE = Markup(' {}="{}"')
_NOTHING = Markup("")


def tag(name: str, attributes: Mapping[str, object], content: Markup | str = "") -> Markup:
    """An element; content that is not `Markup` is escaped."""
    named = Markup("").join(_ATTRIBUTE.format(key, value) for key, value in attributes.items())
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), named, content)


def drawing(
    kind: str,
    width: float,
    height: float,
    title: str,
    desc: str,
    locale: str,
    content: Markup,
    *,
    fills: bool = False,
) -> Markup:
    """A whole picture with its name and what it shows.

    Args:
        fills: it may be stretched, because there is no text in it.
    """
    told = tag("title", {}, title) + (tag("desc", {}, desc) if desc else _NOTHING)
    attributes: dict[str, object] = {
        "class": kind,
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "direction": direction(locale),
        "role": "img",
        "aria-label": f"{title}. {desc}" if desc else title,
        "focusable": "false",
    }
    if fills:
        attributes["preserveAspectRatio"] = "none"
    return tag("svg", attributes, told + content)


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    kind: str,
    radius: float = 0,
    content: Markup = _NOTHING,
) -> Markup:
    """A box; `content` may be its tooltip."""
    box = {"x": x, "y": y, "width": width, "height": height}
    attributes: dict[str, object] = {"class": kind}
    attributes |= {name: f"{round(value, 2):g}" for name, value in box.items()}
    if radius:
        attributes["rx"] = f"{radius:g}"
    return tag("rect", attributes, content)


def dot(x: float, y: float, said: str, kind: str = "plot-dot", radius: float = 2.5) -> Markup:
    """A point with a tooltip."""
    at = {"cx": f"{x:g}", "cy": f"{round(y, 2):g}"}
    catching = tag("circle", {"class": "plot-catch", **at, "r": "9"})  # is easier to point at
    shown = tag("circle", {"class": kind, **at, "r": f"{radius:g}"})
    return tag("g", {}, tag("title", {}, said) + catching + shown)


def stroke(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """A straight line."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    attributes: dict[str, object] = {"class": kind} if kind else {}
    return tag("line", attributes | {name: f"{value:g}" for name, value in ends.items()})


def words_at(x: float, y: float, text: str, anchor: str) -> Markup:
    """A label.

    Args:
        anchor: `start`, `middle` or `end`, in the direction of the drawing.
    """
    attributes: dict[str, object] = {
        "class": "plot-label",
        "x": f"{x:g}",
        "y": f"{round(y, 2):g}",
        "text-anchor": anchor,
    }
    return tag("text", attributes, text)


def whisker(start: float, end: float, y: float, kind: str) -> Markup:
    """An interval that lies flat."""
    ends = Markup("").join(stroke("", x, y - 4, x, y + 4) for x in (start, end))
    lying = stroke("", start, y, end, y)
    return tag("g", {"class": f"plot-whisker plot-{kind}"}, lying + ends)


def xy(x: float, y: float) -> str:
    """A point of a polyline."""
    return f"{x:g},{y:g}"
