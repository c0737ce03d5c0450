"""What keys were when somebody last looked, kept so that a change by others is noticed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.keys import FORGOTTEN, KeyMemory
from app.domain.sightings import Look, Sighting, reminded
from app.services.facts import Facts

# A change is told for three minutes after it was seen; one that nobody could have seen for an
# hour is not worth it.
KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Sightings:
    """Compares an app with how it was found before; where nothing is kept it has no past."""

    facts: Facts

    def reminded(self, look: Look, memories: Mapping[str, KeyMemory]) -> Mapping[str, KeyMemory]:
        """Return the memories by ``key_id`` with the changes that this look shows."""
        name = f"sightings:{look.app.app_id}"
        known = self.facts.known(name)
        before: Mapping[str, Sighting] = known if isinstance(known, Mapping) else {}
        held = {key.key_id: memories.get(key.key_id, FORGOTTEN) for key in look.app.keys}
        now = {
            key.key_id: look.at_key(key, held[key.key_id], before.get(key.key_id))
            for key in look.app.keys
        }
        self.facts.keep(name, KEPT_SECONDS, now)
        return {key_id: reminded(memory, now[key_id]) for key_id, memory in held.items()}
