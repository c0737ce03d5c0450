"""What the portal itself adds to a page: callouts, tabs, code with its bar, drawn diagrams.

Written like the macros of the same name in ``templates/components/ui.html``.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Final, Protocol

from app.content.markdown.code import highlighted

NAMES: Final = {"note": "Note", "tip": "Tip", "warning": "Warning", "danger": "Danger"}
MEANINGS: Final = {"note": "waiting", "tip": "good", "warning": "warning", "danger": "bad"}
FACT: Final = re.compile(r"""([a-z]+)=(?:"([^"]*)"|'([^']*)'|(\S+))""")


class Size(Protocol):
    """A picture with its address and its size in pixels, 0 where it is not known."""

    @property
    def address(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def info(text: str) -> tuple[str, dict[str, str]]:
    """Return the language behind a fence, and facts such as ``title="server.py"``."""
    facts = {name: a or b or c for name, a, b, c in FACT.findall(text)}
    words = FACT.sub("", text).split()
    return (words[0].lower() if words else ""), facts


def callout(kind: str, title: str, html: str) -> str:
    """Return a callout; without a title it is named by its kind."""
    name = escape(title or NAMES[kind])
    return (
        f'<div class="callout" role="note" data-meaning="{MEANINGS[kind]}">'
        f"<div><strong>{name}</strong>\n{html}</div></div>\n"
    )


def tabs(group: str, parts: Sequence[tuple[str, str]]) -> str:
    """Return tabs of which one is open at a time, without any script."""
    drawn = (
        f'<details name="{group}"{"" if number else " open"}><summary>{escape(title)}</summary>'
        f'<div class="tab-panel">\n{html}</div></details>\n'
        for number, (title, html) in enumerate(parts)
    )
    return f'<div class="tab-set">\n{"".join(drawn)}</div>\n'


def code(block_id: str, text: str, language: str, title: str) -> str:
    """Return code with its language or title and a button to copy it."""
    shown = highlighted(text.rstrip("\n"), language)
    return (
        f'<div class="code"><header><span>{escape(title or language or "text")}</span>'
        f'<button type="button" class="plain compact needs-script" data-copy="{block_id}">'
        "<span>Copy</span></button></header>"
        f'<pre tabindex="0"><code id="{block_id}">{shown}</code></pre></div>\n'
    )


def diagram(picture: Size, title: str, text: str) -> str:
    """Return a diagram as a picture, with the text that it was drawn of below it."""
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width else ""
    name = escape(title or "Diagram")
    caption = f"<figcaption>{name}</figcaption>" if title else ""
    return (
        f'<figure class="diagram"><img src="{escape(picture.address)}" alt="{name}"{size} '
        f'loading="lazy">{caption}<details><summary>Diagram as text</summary>'
        f'<pre tabindex="0">{escape(text)}</pre></details></figure>\n'
    )
