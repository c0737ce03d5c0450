"""Whether a developer is active on Apigee: the first link of every key's chain."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, TypeVar, cast

from app.domain.audit import Action
from app.domain.developers import Owner
from app.domain.errors import NotFound
from app.services.apigee_port import ApigeeDevelopers
from app.services.audit_port import AuditLog
from app.services.facts import Dated, Facts
from app.services.ports import Parallel

A = TypeVar("A")
SWITCHES: Final = (Action.DEVELOPER_ACTIVATE, Action.DEVELOPER_DEACTIVATE)


class DeveloperStatuses:
    """Reads a developer's status at most once per cache age (seconds) and change of ours."""

    def __init__(
        self, apigee: ApigeeDevelopers, audit: AuditLog, facts: Facts, seconds: int
    ) -> None:
        self._apigee = apigee
        self._audit = audit
        self._facts = facts
        self._seconds = seconds

    def is_active(self, owner: Owner) -> bool:
        """Tell whether the owner's keys can work; a developer who is gone counts as inactive."""
        return self.as_of(owner).value

    def as_of(self, owner: Owner, *, refresh: bool = False) -> Dated[bool]:
        """Tell the same with the moment it was read."""
        key, *before = _keys(owner)
        return self._facts.read(
            key, self._seconds, lambda: self._read(owner), refresh=refresh, before=before
        )

    def beside(
        self, owner: Owner, read: Callable[[], A], parallel: Parallel, *, refresh: bool = False
    ) -> tuple[A, Dated[bool]]:
        """Return what ``read`` reads and the status, which takes a thread only when it is asked.

        What was switched here is looked up meanwhile: nobody looks at a status without it.
        """
        fresh = None if refresh else self.fresh(owner)
        if fresh is not None:
            return read(), fresh

        def asked() -> Dated[bool]:
            ask = partial(self.as_of, owner, refresh=refresh)
            return parallel(ask, lambda: self.switched_at(owner))[0]

        return parallel(read, asked)

    def last_known(self, owner: Owner) -> Dated[bool] | None:
        """Return the status as it was last read, without asking; None when it was not."""
        known = next(filter(None, map(self._facts.last, _keys(owner))), None)
        return cast(Dated[bool] | None, known)

    def fresh(self, owner: Owner) -> Dated[bool] | None:
        """Return the status where it need not be asked for."""
        return cast(Dated[bool] | None, self._facts.fresh(_keys(owner)[0], self._seconds))

    def switched_at(self, owner: Owner) -> datetime | None:
        """Return when the developer was last activated or deactivated here, or None."""
        name = f"switched:{_keys(owner)[0]}"
        known = self._facts.fresh(name, self._seconds)
        if known is None:
            at = switched_at(self._audit, owner.email)
            self._facts.keep(name, self._seconds, at)
            return at
        return cast(datetime | None, known.value)

    def _read(self, owner: Owner) -> bool:
        try:
            return self._apigee.get(owner.email).is_active
        except NotFound:
            return False


def switched_at(audit: AuditLog, email: str) -> datetime | None:
    """Return when a developer was last activated or deactivated here, or None."""
    done = audit.last_done(SWITCHES, email)
    return done.at if done else None


def _keys(owner: Owner) -> list[str]:
    return [f"active:{owner.email}:{number}" for number in owner.generations]
