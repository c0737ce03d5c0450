"""Encrypted calls: a certificate is always checked, and the deadline holds there too."""

import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.apigee.exchange import Limits
from app.domain.apps import NewApp
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from tests.unit.apigee.speaking import DEVELOPER, Speaker
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import drip, raw, reply


@pytest.fixture
def certificate(tmp_path: Path, server: Server, speaker: Speaker) -> Path:
    """Let the server speak TLS with a certificate of its own, which is returned."""
    file, key_file = tmp_path / "certificate.pem", tmp_path / "key.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(_self_signed(key).public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(file, key_file)
    speaker.endpoint = server.endpoint
    return file


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "upstream")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )


@pytest.fixture
def trusted(certificate: Path, speaker: Speaker) -> None:
    """Trust the server's certificate."""
    speaker.outgoing = Outgoing(ca_file=str(certificate))


@pytest.mark.usefixtures("trusted")
def test_a_trusted_certificate_is_spoken_to(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    assert speaker.apigee().developers.get("dana@example.com").is_active


@pytest.mark.usefixtures("certificate")
def test_an_unknown_certificate_gets_nothing(server: Server, speaker: Speaker) -> None:
    with pytest.raises(Upstream) as failed:
        speaker.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)
    assert (failed.value.kind, server.seen) == (UpstreamKind.UNREACHABLE, [])
    assert failed.value.code == "certificate"


@pytest.mark.usefixtures("trusted")
def test_an_encrypted_answer_that_drips_in_is_cut_off(server: Server, speaker: Speaker) -> None:
    server.answer(drip(raw(200, b"{" + b" " * 200), 0.02))
    begun = time.monotonic()
    with pytest.raises(Upstream) as failed:
        speaker.apigee(limits=Limits(total=0.5)).developers.get("dana@example.com")
    assert failed.value.kind is UpstreamKind.TIMEOUT
    assert time.monotonic() - begun < 2.0


def test_a_server_that_does_not_speak_tls_gets_nothing(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    speaker.endpoint = server.endpoint.replace("http:", "https:")
    with pytest.raises(Upstream) as failed:
        speaker.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)
