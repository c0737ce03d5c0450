"""The table of the way out: proxy and authorities for every connection that the portal makes."""

import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator

from app.configuration.section import Section
from app.domain.addresses import PLAIN
from app.domain.outgoing import Outgoing

CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----"
)
SEQUENCE: Final = 0x30  # what every certificate begins with in DER


class Http(Section):
    """How the portal reaches Apigee, token addresses and sign-in providers."""

    proxy: SecretStr | None = Field(
        None,
        description="Proxy for everything but this machine: http://proxy.example:3128, with "
        "name:password@ before the host if it wants them. Without it HTTPS_PROXY, HTTP_PROXY, "
        "ALL_PROXY and NO_PROXY hold as usual; with it they do not.",
    )
    no_proxy: tuple[str, ...] = Field(
        (),
        description="Reached without the proxy: names (with all below them), addresses, "
        "networks such as 10.0.0.0/8.",
    )
    ca_file: Path | None = Field(
        None,
        description="File with the certificates (PEM) of the authorities to trust in place of "
        "the usual ones; to trust those too, put them into it. Without it REQUESTS_CA_BUNDLE "
        "holds as usual.",
    )

    @field_validator("proxy", "ca_file", mode="before")
    @classmethod
    def _given_or_none(cls, value: object) -> object:
        return value or None

    @field_validator("proxy")
    @classmethod
    def _usable(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None and not _is_proxy(proxy.get_secret_value()):
            raise ValueError(
                "must be http://host:port (or https://), with name:password@ before the host if "
                "the proxy wants them, special letters of these as %XX"
            )
        return proxy

    @field_validator("ca_file")
    @classmethod
    def _readable(cls, file: Path | None) -> Path | None:
        if file is None:
            return None
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror}") from None
        if not _holds_certificates(content):
            raise ValueError("must hold whole certificates in PEM form")
        return file

    def contradictions(self) -> Iterator[str]:
        if self.no_proxy and self.proxy is None:
            yield "no_proxy has no effect without proxy: set proxy, or remove it"

    @property
    def outgoing(self) -> Outgoing:
        """The same as the adapters want it."""
        return Outgoing(
            proxy=self.proxy.get_secret_value() if self.proxy else "",
            no_proxy=self.no_proxy,
            ca_file=str(self.ca_file or ""),
        )


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(PLAIN.fullmatch(address)) and parts.port is not None and _is_bare(parts)
    except ValueError:
        return False


def _is_bare(parts: SplitResult) -> bool:
    nothing_else = parts.path in {"", "/"} and not parts.query and not parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and nothing_else


def _holds_certificates(content: bytes) -> bool:
    """Tell whether there is a certificate, and none that is torn; their letter is TLS's matter."""
    found = CERTIFICATE.findall(content)
    if not found or len(found) != content.count(b"-----BEGIN CERTIFICATE-----"):
        return False
    try:
        return all(b64decode(body)[:1] == bytes([SEQUENCE]) for body in found)
    except ValueError:
        return False
