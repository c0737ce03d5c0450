"""A provider's tokens as the one sealed text that a session's row holds."""

import json
from datetime import UTC, datetime

from app.services.provider_port import NOTHING, Holding
from app.store.cipher import Cipher


def sealed(cipher: Cipher, holding: Holding) -> str | None:
    """Return the tokens encrypted, or None where there are none."""
    if not holding:
        return None
    until = holding.access_until.timestamp() if holding.access_until else None
    return cipher.seal(json.dumps([holding.refresh_token, holding.access_token, until]))


def opened(cipher: Cipher, text: str | None) -> Holding:
    """Return the tokens; nothing where there are none or their key was thrown away."""
    plain = cipher.open(text) if text else None
    if plain is None:
        return NOTHING
    refresh_token, access_token, until = json.loads(plain)
    moment = None if until is None else datetime.fromtimestamp(until, UTC)
    return Holding(refresh_token, access_token, moment)
