"""The list of what HTML may hold after Markdown: everything else is taken out.

No script, style, frame, form or event handler, and no address but http, https, mailto and tel.
"""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

import nh3

from app.content.markdown.code import NAMES

TEXT_TAGS: Final = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u",
    "ul", "var",
})  # fmt: skip
IMAGE_TAGS: Final = frozenset({"img", "figure", "figcaption"})
ATTRIBUTES: Final = {
    "*": {"title", "lang", "dir"},
    "a": {"href", "download"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "abbr"},
    "time": {"datetime"},
}
FIXED: Final = {
    "pre": {"tabindex": {"0"}},
    "th": {"scope": {"col", "row", "colgroup", "rowgroup"}, "align": {"left", "center", "right"}},
    "td": {"align": {"left", "center", "right"}},
}
CLASSES: Final = {
    "span": set(NAMES),
    "div": {"code", "table-scroll"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
}
DROPPED_WHOLE: Final = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math",
    "title", "textarea", "select", "video", "audio", "canvas",
}  # fmt: skip
SCHEMES: Final = {"http", "https", "mailto", "tel"}
ADDRESSES: Final = frozenset({"href", "src"})
SCHEME: Final = re.compile(r"[\x00-\x20]*([A-Za-z][A-Za-z0-9+.-]*):")
Shown = Callable[[str, str], str | None]


def clean(
    html: str,
    *,
    images: bool = False,
    ids: AbstractSet[str] = frozenset(),
    shown: Shown | None = None,
) -> str:
    """Return the HTML with only what the list names, well-formed.

    ``images`` lets pictures through. Only the ids in ``ids`` stay, so that nothing poses as a part
    of the portal's own page. ``shown`` gives an attribute's address to show, None to leave it out.
    """

    def kept(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return value if value in ids else None
        return _led(shown, attribute, value) if shown and attribute in ADDRESSES else value

    attributes = {**ATTRIBUTES, "*": {*ATTRIBUTES["*"], "id"}} if ids else ATTRIBUTES
    return nh3.clean(
        html,
        tags=set(TEXT_TAGS | IMAGE_TAGS if images else TEXT_TAGS),
        clean_content_tags=DROPPED_WHOLE,
        attributes=attributes,
        tag_attribute_values=FIXED,
        allowed_classes=CLASSES,
        attribute_filter=kept,
        url_schemes=SCHEMES,
        link_rel="noopener",
    )


def _led(shown: Shown, attribute: str, value: str) -> str | None:
    try:
        address = shown(attribute, value)
    except Exception:  # noqa: BLE001 - what calls this would keep the value that it failed on
        return None
    scheme = SCHEME.match(address or "")
    return None if scheme and scheme[1].lower() not in SCHEMES else address
