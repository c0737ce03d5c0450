"""A drawing reduced to shapes and words, with colors for light and dark surroundings.

The colors stand here, not in the tokens of the style sheet: a picture knows no style sheet but
its own. They are those of the tokens.
"""

import re
from typing import Final
from xml.etree import ElementTree as ET

LARGEST: Final = 2_000_000  # characters
NAMESPACE: Final = "http://www.w3.org/2000/svg"
SHAPES: Final = frozenset({
    "svg", "g", "defs", "marker", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "title", "desc",
})  # fmt: skip
ATTRIBUTES: Final = frozenset({
    "id", "class", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r",
    "rx", "ry", "d", "points", "transform", "dx", "dy", "fill", "stroke", "stroke-width",
    "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity",
    "text-anchor", "dominant-baseline", "font-size", "font-weight", "font-style", "markerWidth",
    "markerHeight", "markerUnits", "refX", "refY", "orient", "marker-start", "marker-mid",
    "marker-end",
})  # fmt: skip
# References inside the drawing itself, and the variables of its style.
REFERENCE: Final = re.compile(r"url\(#[\w-]+\)|var\(--[\w-]+\)")
SUSPECT: Final = re.compile(r"[:;@/\\]|url|import|expression", re.IGNORECASE)
PIXELS: Final = re.compile(r"\d+(?:\.\d+)?")
STYLE: Final = """
svg { --bg: #ffffff; --_text: #171c26; --_text-sec: #3d4656; --_text-muted: #525c6d;
  --_text-faint: #525c6d; --_line: #6b7587; --_arrow: #525c6d; --_node-fill: #f3f5f8;
  --_node-stroke: #868f9f; --_group-fill: #ffffff; --_group-hdr: #eef2ff; --_inner-stroke: #cdd3dc;
  --_key-badge: #e1e5eb; --color-0: #2b4acb; --color-1: #17683a; --color-2: #875100;
  --color-3: #b42323; background: var(--bg); }
@media (prefers-color-scheme: dark) {
  svg { --bg: #151920; --_text: #e8ebf1; --_text-sec: #cdd3dc; --_text-muted: #a5aebd;
    --_text-faint: #a5aebd; --_line: #868f9f; --_arrow: #a5aebd; --_node-fill: #1a1f28;
    --_node-stroke: #6b7587; --_group-fill: #151920; --_group-hdr: #1b2340;
    --_inner-stroke: #363e4b; --_key-badge: #272d38; --color-0: #7f9bff; --color-1: #79d49b;
    --color-2: #efb45c; --color-3: #ff9c94; }
}
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
.xychart-grid { fill: var(--_inner-stroke); }
.xychart-line { fill: none; stroke-width: 2.5; }
.xychart-line-shadow { display: none; }
.xychart-label, .xychart-axis-title { fill: var(--_text-muted); }
.xychart-title { fill: var(--_text); }
""" + "".join(
    f".xychart-bar.xychart-color-{number}, circle.xychart-color-{number} "
    f"{{ fill: var(--color-{number}); }}\n"
    f"path.xychart-color-{number}, line.xychart-color-{number} "
    f"{{ stroke: var(--color-{number}); }}\n"
    for number in range(4)
)


def reduced(drawing: str) -> str:
    """Return the drawing without anything that acts, asks another host or brings a style.

    Raises ``ValueError`` for what is no drawing.
    """
    if len(drawing) > LARGEST or "<!" in drawing or "<?" in drawing:
        raise ValueError("the drawing is too large, or is no plain SVG")
    try:
        root = ET.fromstring(drawing)  # noqa: S314 - without <! there is no entity to unfold
    except ET.ParseError as error:
        raise ValueError("the drawing is no SVG") from error
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise ValueError("the drawing is no SVG")
    _reduce(root)
    root.insert(0, _style())
    ET.register_namespace("", NAMESPACE)
    return ET.tostring(root, encoding="unicode")


def size(drawing: str) -> tuple[int, int]:
    """Return width and height of a drawing in pixels; 0 where it does not say."""
    found = re.match(r"<svg\b[^>]*>", drawing)
    said = found[0] if found else ""
    sides = (re.search(rf'\s{side}="([^"]*)"', said) for side in ("width", "height"))
    numbers = [PIXELS.match(side[1]) if side else None for side in sides]
    width, height = (round(float(number[0])) if number else 0 for number in numbers)
    return width, height


def _reduce(element: ET.Element) -> None:
    for child in list(element):
        if child.tag.removeprefix(f"{{{NAMESPACE}}}") not in SHAPES:
            element.remove(child)
        else:
            _reduce(child)
    for name, value in list(element.attrib.items()):
        if name not in ATTRIBUTES or not _is_plain(value):
            del element.attrib[name]


def _is_plain(value: str) -> bool:
    return SUSPECT.search(REFERENCE.sub("", value)) is None


def _style() -> ET.Element:
    style = ET.Element(f"{{{NAMESPACE}}}style")
    style.text = STYLE
    return style
