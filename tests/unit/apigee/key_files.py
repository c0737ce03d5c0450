"""Key files of a service account that nobody has."""

import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


PEM = _pem(KEY)


@cache
def elliptic_pem() -> str:
    """Return a good key of the wrong kind."""
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def write_key_file(folder: Path, address: object, **changes: object) -> Path:
    """Write a key file as Google does, for its owner only; ``address`` is its token address."""
    info = {
        "type": "service_account",
        "client_email": "portal@example.iam",
        "private_key_id": "key-1",
        "private_key": PEM,
        "token_uri": address,
        **changes,
    }
    path = folder / "service-account.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(info), encoding="utf-8")
    return path
