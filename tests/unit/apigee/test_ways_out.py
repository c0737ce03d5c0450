"""Through a real proxy to a server with a certificate of an authority of one's own.

Names such as ``apigee.example`` are known to the proxy alone: nothing here could reach them
in another way.
"""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.apigee.credentials import EdgeOAuth, ServiceAccount
from app.apigee.deadline import Deadline
from app.apigee.exchange import Limits
from app.domain.apps import NewApp
from app.domain.clock import SystemClock
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline as IdentityDeadline
from app.identity.wire import Wire
from tests.unit.apigee.certificates import Authority, authority
from tests.unit.apigee.key_files import write_key_file
from tests.unit.apigee.speaking import DEVELOPER, Speaker
from tests.unit.apigee.tunnel import LOGIN, Proxy, tunnel_to
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import reply

NAMES = ("apigee.example", "tokens.example", "sso.example")
TOKEN = {"access_token": "t1", "expires_in": 3600}


@pytest.fixture
def own(tmp_path: Path, server: Server) -> Authority:
    """An authority of one's own; the server has its certificate."""
    made = authority(tmp_path, *NAMES)
    server.tls = made.server
    return made


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """A proxy in front of the server."""
    with tunnel_to(server.listener.getsockname()[1]) as running:
        yield running


@pytest.fixture
def outgoing(own: Authority, proxy: Proxy) -> Outgoing:
    """The way out as an operator would set it."""
    return Outgoing(proxy.address(), ca_file=str(own.file))


@pytest.fixture
def inside(speaker: Speaker, outgoing: Outgoing) -> Iterator[Speaker]:
    """Clients behind the proxy; they hang up before it waits for them."""
    speaker.endpoint, speaker.outgoing = "https://apigee.example/v1", outgoing
    yield speaker
    speaker.close()


def test_apigee_is_reached_through_the_proxy(server: Server, inside: Speaker, proxy: Proxy) -> None:
    server.answer(reply(200, DEVELOPER))
    assert inside.apigee().developers.get("dana@example.com").is_active
    assert proxy.asked == ["apigee.example:443"]
    assert server.seen[0].headers["host"] == "apigee.example"
    assert "proxy-authorization" not in server.seen[0].headers


def test_a_tunnel_is_used_again(server: Server, inside: Speaker, proxy: Proxy) -> None:
    server.answer(reply(200, DEVELOPER))
    developers = inside.apigee().developers
    for _ in range(3):
        developers.get("dana@example.com")
    assert (len(proxy.asked), len(server.seen)) == (1, 3)


def test_google_s_token_address_is_reached_through_the_proxy(
    server: Server, outgoing: Outgoing, proxy: Proxy, tmp_path: Path
) -> None:
    server.answer(reply(200, TOKEN))
    account = ServiceAccount(
        write_key_file(tmp_path, "https://tokens.example/token"), outgoing=outgoing
    )
    assert account.headers(Deadline(5)) == {"Authorization": "Bearer t1"}
    assert proxy.asked == ["tokens.example:443"]


def test_edge_s_token_address_is_reached_through_the_proxy(
    server: Server, outgoing: Outgoing, proxy: Proxy
) -> None:
    server.answer(reply(200, TOKEN))
    user = EdgeOAuth("https://tokens.example/oauth/token", "a", "b", outgoing=outgoing)
    assert user.headers(Deadline(5)) == {"Authorization": "Bearer t1"}
    assert proxy.asked == ["tokens.example:443"]


def test_a_sign_in_provider_is_reached_through_the_proxy(
    server: Server, outgoing: Outgoing, proxy: Proxy
) -> None:
    server.answer(reply(200, {"issuer": "https://sso.example"}))
    config = ProviderConfig("corp", "Corp", "https://sso.example", "portal", Secret("x"))
    found = Wire(config, outgoing, SystemClock()).document(
        "https://sso.example/found", IdentityDeadline(5)
    )
    assert found == {"issuer": "https://sso.example"}
    assert proxy.asked == ["sso.example:443"]


def test_a_proxy_that_refuses_has_done_nothing_of_the_request(
    server: Server, inside: Speaker, own: Authority, proxy: Proxy
) -> None:
    inside.outgoing = Outgoing(proxy.address("portal:hidden"), ca_file=str(own.file))
    with pytest.raises(Upstream) as failed:
        inside.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)
    assert (failed.value.kind, failed.value.code) == (UpstreamKind.UNREACHABLE, "proxy")
    assert (server.seen, proxy.asked) == ([], ["apigee.example:443"])


def test_a_proxy_that_says_nothing_is_left_when_the_time_is_up(
    server: Server, inside: Speaker, proxy: Proxy
) -> None:
    proxy.silent = threading.Event()
    begun = time.monotonic()
    with pytest.raises(Upstream) as failed:
        inside.apigee(limits=Limits(total=0.8, connect=0.5, read=0.4)).apps.create(
            "d@example.com", NewApp("trip", "Trip", ())
        )
    proxy.silent.set()
    assert not isinstance(failed.value, OutcomeUnknown)
    assert failed.value.kind is UpstreamKind.UNREACHABLE
    assert time.monotonic() - begun < 15
    assert server.seen == []


def test_an_authority_that_is_not_named_is_not_trusted(
    server: Server, inside: Speaker, proxy: Proxy
) -> None:
    inside.outgoing = Outgoing(proxy.address())
    with pytest.raises(Upstream) as failed:
        inside.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)
    assert (failed.value.code, server.seen) == ("certificate", [])


def test_a_trusted_certificate_counts_for_its_names_only(
    server: Server, inside: Speaker, proxy: Proxy
) -> None:
    inside.endpoint = "https://other.example/v1"
    with pytest.raises(Upstream) as failed:
        inside.apigee().developers.get("dana@example.com")
    assert (failed.value.code, server.seen) == ("certificate", [])
    assert set(proxy.asked) == {"other.example:443"}


def test_this_machine_is_reached_without_the_proxy(
    server: Server, inside: Speaker, proxy: Proxy
) -> None:
    inside.endpoint = server.endpoint
    server.answer(reply(200, DEVELOPER))
    assert inside.apigee().developers.get("dana@example.com").is_active
    assert proxy.asked == []


def test_the_environment_counts_where_the_portal_asks_it_and_nowhere_else(
    server: Server, inside: Speaker, own: Authority, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer(reply(200, DEVELOPER))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "nowhere.pem")
    assert inside.apigee().developers.get("dana@example.com").is_active
    variables = {"HTTPS_PROXY": proxy.address(), "CURL_CA_BUNDLE": str(own.file)}
    inside.outgoing = Outgoing().or_as_in(variables)
    assert inside.apigee().developers.get("dana@example.com").is_active
    assert len(proxy.asked) == 2


def test_neither_log_nor_error_shows_the_proxys_password(
    inside: Speaker, own: Authority, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    inside.outgoing = Outgoing(proxy.address("portal:hidden"), ca_file=str(own.file))
    with pytest.raises(Upstream) as failed:
        inside.apigee().developers.get("dana@example.com")
    records = json.dumps([record.getMessage() for record in caplog.records])
    for text in (records, repr(failed.value), failed.value.message):
        assert "hidden" not in text
        assert b64encode(b"portal:hidden").decode() not in text
    assert "Check proxy in the section http" in records
    assert LOGIN not in records
