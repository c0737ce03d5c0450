"""Roles: the tables of the operator's own, and names of roles wherever settings hold them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Final

from pydantic import AfterValidator, Field, field_validator

from app.configuration.section import Section
from app.domain.people import BUILT_IN, Permission
from app.domain.products import EVERYONE

ROLE_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
# Other tables name roles while they are read; those of the operator are in a table, too.
_own: ContextVar[tuple[str, ...]] = ContextVar("own roles", default=())


@contextmanager
def naming(tables: object) -> Iterator[None]:
    """Let the other settings name the roles of these tables as they name the built-in ones."""
    token = _own.set(tuple(tables) if isinstance(tables, dict) else ())
    try:
        yield
    finally:
        _own.reset(token)


def known_role(role: str) -> str:
    """Return the role; raise ``ValueError`` if the portal does not know it."""
    known = sorted({*BUILT_IN, *_own.get()})
    if role not in known:
        raise ValueError(f"must be one of {', '.join(known)}")
    return role


def _audience(role: str) -> str:
    return role if role == EVERYONE else known_role(role)


KnownRole = Annotated[str, AfterValidator(known_role)]
Audience = Annotated[str, AfterValidator(_audience)]


class Role(Section):
    """A role of your own; settings name it wherever they name a built-in one."""

    extends: str = Field(
        "",
        description="A built-in role whose permissions it has, too; empty = none.",
        examples=["support"],
    )
    permissions: tuple[str, ...] = Field(
        (),
        description=f"Permissions: any of {', '.join(Permission)}.",
        examples=[("end_sessions",)],
    )

    @field_validator("extends")
    @classmethod
    def _built_in(cls, role: str) -> str:
        if role and role not in BUILT_IN:
            raise ValueError(f"must be one of {', '.join(sorted(BUILT_IN))}")
        return role

    @field_validator("permissions")
    @classmethod
    def _known(cls, permissions: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(permissions) - set(Permission)
        if unknown:
            raise ValueError(f"has {min(unknown)[:40]!r}: must be of {', '.join(Permission)}")
        return permissions

    @property
    def rights(self) -> frozenset[Permission]:
        """What it gives altogether."""
        return BUILT_IN.get(self.extends, frozenset()) | set(map(Permission, self.permissions))


def own_names(roles: dict[str, Role]) -> dict[str, Role]:
    """Return the tables; raise ``ValueError`` for a name that cannot be a role of one's own."""
    for name in roles:
        if name in BUILT_IN:
            raise ValueError(f"{name} is built in: choose another name")
        if not ROLE_NAME.fullmatch(name):
            raise ValueError("a role's name is small letters, digits and '-'")
    return roles
