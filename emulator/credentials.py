"""Service-account files in Google's format, whose public key the emulator then knows."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

DEFAULT_EMAIL = "portal@demo.iam.gserviceaccount.com"
_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Who may ask for tokens: the address, and the public key (PEM) its assertions verify with."""

    client_email: str
    public_key: str


def write_service_account(
    path: Path, token_uri: str, *, client_email: str = DEFAULT_EMAIL, project_id: str = "demo"
) -> ServiceAccount:
    """Make a key pair and write the file, readable by its owner only."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(
        path,
        {
            "type": "service_account",
            "project_id": project_id,
            "private_key_id": secrets.token_hex(20),
            "private_key": pem.decode(),
            "client_email": client_email,
            "client_id": str(secrets.randbelow(10**21)),
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        },
    )
    return ServiceAccount(client_email, _public(key))


def read_service_account(path: Path) -> ServiceAccount:
    """The account of a file written earlier. Raises ValueError if it is not such a file."""
    content = _read(path)
    key = serialization.load_pem_private_key(content["private_key"].encode(), None)
    return ServiceAccount(content["client_email"], _public(key))


def ensure_service_account(path: Path, token_uri: str) -> ServiceAccount:
    """Read the file, or make it; one made for another port is pointed to this token endpoint."""
    if not path.exists():
        return write_service_account(path, token_uri)
    content = _read(path)
    if content.get("token_uri") != token_uri:
        _write(path, {**content, "token_uri": token_uri})
    return read_service_account(path)


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text())
    if not isinstance(content, dict) or content.get("type") != "service_account":
        raise ValueError(f"{path} is not a service-account file")
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
    beside.replace(path)


def _public(key: PrivateKeyTypes) -> str:
    encoded = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode()
