"""The examples of the document about the site can be used as they are."""

import re
from pathlib import Path

from app.domain.home import BlockKind
from tests.unit.content.site.folder import Folder

ROOT = Path(__file__).parents[4]
FILES = ("navigation.toml", "theme.toml", "home.toml")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9v9z"/></svg>'


def test_every_example_of_the_document_is_whole(folder: Folder) -> None:
    text = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    for name, example in zip(FILES, examples, strict=True):
        folder.write(name, example)
    for page in ("internal/index", "reference/limits"):
        folder.write(f"docs/{page}.md", "# Page")
    for name in ("mark", "logo", "logo-dark"):
        folder.write(f"theme/{name}.svg", SVG)
    folder.write("theme/fonts/brand.woff2", b"wOF2" + b"\0" * 60)
    folder.write("theme/own.css", ".foot { opacity: 0.95 }")

    assert folder.problems() == []
    assert len(folder.site.frame().top) == 5
    assert len(folder.site.frame().foot) == 2
    assert folder.site.theme().logo is not None
    assert "--brand: light-dark(#0f766e, #5eead4)" in folder.site.theme().style
    assert [block.kind for block in folder.site.home()][-1] is BlockKind.CARDS


def test_the_document_names_every_kind_of_block() -> None:
    text = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    assert not [kind for kind in BlockKind if f"`{kind}`" not in text]


def test_the_content_of_the_demo_is_without_mistakes() -> None:
    content = Folder(ROOT / "demo" / "content")
    assert content.problems() == []
    assert content.site.theme().logo is not None
