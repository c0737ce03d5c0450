"""Diagrams: drawn by Node, reduced to shapes, and never in the way of the page."""

from pathlib import Path

import pytest

from app.content.diagrams.diagrams import Diagrams
from app.content.diagrams.node import CannotDraw, find_node, run_node
from app.content.diagrams.svg import LARGEST, reduced, size

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="12.5" height="7">'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<style>@import url(https://evil.example)</style>",
        "<foreignObject><body/></foreignObject>",
        '<image href="https://evil.example/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<rect onclick="alert(1)"/>',
        '<rect style="fill: url(https://evil.example)"/>',
        '<rect fill="url(https://evil.example/#x)"/>',
        '<rect fill="URL(//evil.example)"/>',
        '<use href="https://evil.example/x.svg#y"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
    ],
)
def test_nothing_of_a_drawing_acts_or_asks_another_host(hostile: str) -> None:
    drawing = reduced(f'{OPEN}<rect width="1"/>{hostile}</svg>')

    assert "evil" not in drawing
    assert "alert" not in drawing
    assert '<rect width="1" />' in drawing


@pytest.mark.parametrize(
    "none",
    [
        "",
        "text",
        "<html></html>",
        f'<!DOCTYPE svg [<!ENTITY a "b">]>{OPEN}&a;</svg>',
        f"<?xml version='1.0'?>{OPEN}</svg>",
        OPEN,
        f"{OPEN}{' ' * LARGEST}</svg>",
    ],
)
def test_what_is_no_plain_drawing_is_refused(none: str) -> None:
    with pytest.raises(ValueError, match="drawing"):
        reduced(none)


def test_a_drawing_is_readable_in_light_and_dark_and_knows_its_size() -> None:
    drawing = reduced(f'{OPEN}<rect fill="var(--_node-fill)" marker-end="url(#a)"/></svg>')

    assert "prefers-color-scheme: dark" in drawing
    assert 'fill="var(--_node-fill)"' in drawing
    assert 'marker-end="url(#a)"' in drawing
    assert size(drawing) == (12, 7)


def test_node_draws_a_diagram_as_shapes_with_its_words() -> None:
    if not find_node():
        with pytest.raises(CannotDraw, match="Node is not installed"):
            run_node("flowchart TD")
        return
    drawing = reduced(run_node('flowchart LR\n a["One & more"] --> b[Two]\n'))

    assert "One &amp; more" in drawing
    assert "Two" in drawing
    assert min(size(drawing)) > 50


def test_a_mistake_in_a_diagram_is_told_in_one_line() -> None:
    with pytest.raises(CannotDraw, match=r"^the diagram [^\n]*$"):
        run_node("no such diagram\n")


def test_without_node_and_beyond_the_time_there_is_none(tmp_path: Path) -> None:
    slow = tmp_path / "node"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)

    with pytest.raises(CannotDraw, match="is not installed"):
        run_node("flowchart TD", node="")
    with pytest.raises(CannotDraw, match="takes longer than"):
        run_node("flowchart TD", node=str(slow), seconds=0.2)
    with pytest.raises(CannotDraw, match="make it smaller"):
        run_node("x" * 30_000, node=str(slow))


def test_the_process_knows_nothing_of_the_portals_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curious = tmp_path / "node"
    curious.write_text("#!/bin/sh\nenv\n")
    curious.chmod(0o700)
    monkeypatch.setenv("PORTAL_SECRET_KEY", "unguessable")

    assert "unguessable" not in run_node("flowchart TD", node=str(curious))


def test_a_text_that_cannot_be_drawn_is_tried_once(tmp_path: Path) -> None:
    tried: list[str] = []

    def draw(text: str) -> str:
        tried.append(text)
        raise CannotDraw("no")

    diagrams = Diagrams(lambda: tmp_path, lambda work: work(), draw)

    assert diagrams.find("a") == diagrams.find("a") == (None, "no")
    assert tried == ["a"]
    assert diagrams.generation == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    diagrams = Diagrams(lambda: file, lambda work: work(), lambda _text: f"{OPEN}</svg>")

    found, problem = diagrams.find("a")
    assert found is None
    assert problem.startswith("the diagram cannot be kept")
