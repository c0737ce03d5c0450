"""Changes of a key's rights that were made behind the portal's back, found by looking twice."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.apps import DeveloperApp
from app.domain.keys import ApprovalStatus, Key, KeyMemory, changed_since


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a key opened when somebody looked (``at``), and when that was last seen to change.

    ``missing`` are its products that did not exist then, None where that was not known.
    """

    at: datetime
    opens: frozenset[str]
    missing: frozenset[str] | None = None
    changed_at: datetime | None = None

    def differs(self, other: "Sighting") -> bool:
        """Tell whether a gateway that remembers the other one may answer wrongly."""
        knows = self.missing is not None and other.missing is not None
        return self.opens != other.opens or (knows and self.missing != other.missing)


@dataclass(frozen=True, slots=True)
class Look:
    """An app as it was found at a moment; ``existing`` is as in ``key_status``."""

    app: DeveloperApp
    developer_active: bool
    at: datetime
    existing: Collection[str] | None = None

    def at_key(self, key: Key, memory: KeyMemory, before: Sighting | None = None) -> Sighting:
        """Return what the key opens now, compared with what it opened ``before``."""
        missing = None
        if self.existing is not None:
            held = (item.name for item in key.products)
            missing = frozenset(name for name in held if name not in self.existing)
        now = Sighting(self.at, self._opened(key), missing)
        if before is None:
            return replace(now, changed_at=self._turned_off_at(key, memory))
        changed_at = self._changed_at(before) if now.differs(before) else before.changed_at
        known = before.missing if missing is None else missing
        return replace(now, missing=known, changed_at=changed_at)

    def _opened(self, key: Key) -> frozenset[str]:
        """An expiry is no change: the gateways know of it beforehand."""
        is_on = {key.status, self.app.status} == {ApprovalStatus.APPROVED}
        if not (self.developer_active and is_on):
            return frozenset()
        return frozenset(
            item.name for item in key.products if item.status is ApprovalStatus.APPROVED
        )

    def _changed_at(self, before: Sighting) -> datetime:
        """Apigee may stamp the app for it; else it is as late as it can have been.

        Whether a change of a key or of its products stamps the app is in no document [?].
        """
        modified = self.app.last_modified_at
        return modified if modified and before.at < modified <= self.at else self.at

    def _turned_off_at(self, key: Key, memory: KeyMemory) -> datetime | None:
        """A key that is found off, without a note of ours, may just have been turned off."""
        is_off = ApprovalStatus.REVOKED in {key.status, self.app.status}
        return self.app.last_modified_at if is_off and memory.changed_at is None else None


def reminded(memory: KeyMemory, sighting: Sighting) -> KeyMemory:
    """Return the memory with the later of the changes that it and the sighting tell of."""
    return changed_since(memory, sighting.changed_at)
