"""Encrypted calls: a certificate is always checked, and the deadline holds there too."""

import time
from pathlib import Path

import pytest

from app.apigee.exchange import Limits
from app.domain.apps import NewApp
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from tests.unit.apigee.certificates import authority
from tests.unit.apigee.speaking import DEVELOPER, Speaker
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import drip, raw, reply


@pytest.fixture
def certificate(tmp_path: Path, server: Server, speaker: Speaker) -> Path:
    """Let the server speak TLS by an authority of its own, whose certificate is returned."""
    made = authority(tmp_path)
    server.tls = made.server
    speaker.endpoint = server.endpoint
    return made.file


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
    server.answer(drip(raw(200, b"{" + b" " * 200), 0.1))
    begun = time.monotonic()
    with pytest.raises(Upstream) as failed:
        speaker.apigee(limits=Limits(total=0.5)).developers.get("dana@example.com")
    assert failed.value.kind is UpstreamKind.TIMEOUT
    assert time.monotonic() - begun < 15


def test_a_server_that_does_not_speak_tls_gets_nothing(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    speaker.endpoint = server.endpoint.replace("http:", "https:")
    with pytest.raises(Upstream) as failed:
        speaker.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)
