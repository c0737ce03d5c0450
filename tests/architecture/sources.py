"""The project's own files, read as text and as syntax."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


@cache
def syntax(file: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def modules(*packages: str) -> list[Path]:
    """Return the Python files of these packages."""
    found = [file for package in packages for file in (ROOT / package).rglob("*.py")]
    assert found
    return sorted(found)


def templates() -> list[str]:
    """Return the templates' names as the application knows them."""
    found = [file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html")]
    assert found
    return sorted(found)


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    """Return every function and method of a module."""
    return (node for node in ast.walk(syntax(file)) if isinstance(node, ast.FunctionDef))


def texts(node: ast.expr) -> list[str]:
    """Return the texts that an expression may be: one, or both sides of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body), *texts(node.orelse)]
    return []
