"""Encryption of the few tokens that the database keeps."""

import base64
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE: Final = b"portal: tokens in the database"


class Cipher:
    """Seals with the secret key; opens with it or with one of the keys it replaced."""

    def __init__(self, secret_key: str, fallbacks: Sequence[str] = ()) -> None:
        self._keys = MultiFernet([Fernet(_derived(key)) for key in (secret_key, *fallbacks)])

    def seal(self, text: str) -> str:
        """Return the text encrypted and signed."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Return the text, or None where no key of ours opens it."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def _derived(secret_key: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(kdf.derive(secret_key.encode()))
