"""The tables of `docs/security.md`, from the guards, the roles and what routes may cause at Apigee.

`python -m tools.security_tables` writes them between the page's two marks; a test compares.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from flask import Flask

from app.domain.people import (
    ADMINISTRATOR,
    BUILT_IN,
    MEANING,
    PRODUCT_OWNER,
    SUPPORT,
    USED_WITH,
    Permission,
)
from app.factory import create_app
from tests.architecture.test_guards import GUARDS
from tests.routes.conftest import settings_of
from tests.routes.matrix import OPERATIONS, ROUTES, is_let_in

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN: Final = "<!-- Begin of what python -m tools.security_tables writes -->"
END: Final = "<!-- End of what python -m tools.security_tables writes -->"
ROLES: Final = (SUPPORT, PRODUCT_OWNER, ADMINISTRATOR)
# Heading, kind of person and role of each column; who has a role may be a developer, too.
WHO: Final = (
    ("not signed in", "anonymous", ""),
    ("signed in", "person", ""),
    ("registered", "developer", ""),
    *((f"`{role}`", "person", role) for role in ROLES),
)
GUARD_WORDS: Final = {
    "public": "everybody",
    "reading": "everybody, or who is signed in, as `public_reading` says",
    "person": "who is signed in",
    "developer": "who is signed in and registered as a developer, on what is theirs",
    "administration": "whom any page of the administration lets in",
}
YES: Final = "✓"


def tables(flask_app: Flask) -> str:
    """Return all three tables with their headings."""
    parts = (
        ("Permissions", _permissions()),
        ("Routes", _routes(flask_app)),
        ("Operations at Apigee", _operations()),
    )
    return "\n".join(line for title, rows in parts for line in (f"### {title}", "", *rows, ""))


def written(page: str, text: str) -> str:
    """Return the page with the text between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def _permissions() -> Iterator[str]:
    yield from _head(
        *("permission", "allows to", "used with", "everybody signed in"),
        *(f"`{one}`" for one in ROLES),
    )
    for right in Permission:
        everybody = right in BUILT_IN["developer"]
        has = [everybody, *(everybody or right in BUILT_IN[role] for role in ROLES)]
        pages = " or ".join(f"`{one}`" for one in USED_WITH.get(right, ()))
        yield _row(f"`{right.value}`", MEANING[right], pages, *_marks(has))


def _routes(flask_app: Flask) -> Iterator[str]:
    rules: dict[str, list[str]] = {}
    for rule in flask_app.url_map.iter_rules():
        if rule.endpoint != "static":
            methods = sorted((rule.methods or set()) & {"GET", "POST"})
            rules.setdefault(GUARDS[rule.endpoint], []).extend(
                f"{rule.rule} {method}" for method in methods
            )
    yield from _head("guard", "lets in", "method and address")
    for guard in (*GUARD_WORDS, *(right.value for right in Permission)):
        found = (entry.split() for entry in sorted(rules.get(guard, [])))
        addresses = "<br>".join(f"`{method} {address}`" for address, method in found)
        if addresses:
            words = GUARD_WORDS.get(guard, "who has the permission")
            yield _row(f"`{guard}`", words, addresses)


def _operations() -> Iterator[str]:
    yield from _head("operation", "call", *(heading for heading, _, _ in WHO))
    for name, call in OPERATIONS.items():
        causes = [_may_cause(name, kind, role) for _, kind, role in WHO]
        yield _row(f"`{name}`", f"`{call}`", *_marks(causes))


def _may_cause(operation: str, kind: str, role: str) -> bool:
    rights = BUILT_IN[role] if role else frozenset()
    return any(
        operation in route.calls_of(kind) and is_let_in(GUARDS[endpoint], kind, rights)
        for endpoint, route in ROUTES.items()
    )


def _marks(has: Iterable[bool]) -> list[str]:
    return [YES if each else "" for each in has]


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield f"|{'---|' * len(cells)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = tables(create_app(settings_of(Path(folder))))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
