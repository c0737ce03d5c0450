"""The permissions that docs/connect.md asks for: the contract holds with these and no others."""

import re
from collections.abc import Set as AbstractSet
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "connect.md"


def listed_permissions() -> AbstractSet[str]:
    """All that the page lists, for the portal and for the check of an organization."""
    text = PAGE.read_text(encoding="utf-8")
    return frozenset(re.findall(r"^ +- (apigee\.\w+\.\w+)$", text, re.MULTILINE))
