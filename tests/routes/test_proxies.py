"""Proxies in front of the portal: whose address counts, and what a header can never say."""

import pytest

from tests.routes.conftest import Build
from tests.routes.house import House

HEALTH = ("/livez", "/readyz")


def address_of(house: House, said: str) -> str:
    """Fail a sign-in and return the address that the audit log has."""
    failed = house.browser().get("/auth/demo/callback?state=x", X_Forwarded_For=said)
    assert failed.status == 400
    return house.trail()[-1].actor.address


@pytest.mark.parametrize(
    ("hops", "sent", "counted"),
    [
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (1, "", "127.0.0.1"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.1", "9.9.9.9"),
        (2, "9.9.9.9", "127.0.0.1"),
        (1, "9.9.9.9:4711", "9.9.9.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "<script>", "127.0.0.1"),
        (1, "unknown", "127.0.0.1"),
        (1, "9.9.9.9:http", "127.0.0.1"),
    ],
)
def test_the_address_of_the_trusted_hop_counts_and_no_other(
    build: Build, hops: int, sent: str, counted: str
) -> None:
    """Abuse case 15."""
    house = build(proxy={"hops": hops})
    assert address_of(house, sent) == counted


def test_a_made_up_chain_of_addresses_does_not_evade_a_limit(build: Build) -> None:
    """Abuse case 37: whoever rotates X-Forwarded-For is still the one the proxy saw."""
    house = build(proxy={"hops": 1}, limits={"sign_in": "3 per minute"})
    statuses = [
        house.browser().get("/sign-in", X_Forwarded_For=f"6.6.6.{number}, 9.9.9.9").status
        for number in range(5)
    ]
    assert statuses == [303, 303, 303, 429, 429]
    assert house.browser().get("/sign-in", X_Forwarded_For="9.9.9.8").status == 303


def test_without_a_proxy_of_ours_the_header_evades_nothing(build: Build) -> None:
    """Abuse case 37."""
    house = build(limits={"sign_in": "2 per minute"})
    answers = [
        house.browser().get("/sign-in", X_Forwarded_For=f"6.6.6.{number}") for number in range(3)
    ]
    assert [answer.status for answer in answers] == [303, 303, 429]
    assert int(answers[2].header("Retry-After")) > 0


def test_one_network_of_ipv6_is_one_visitor(build: Build) -> None:
    house = build(proxy={"hops": 1}, limits={"sign_in": "2 per minute"})
    statuses = [
        house.browser().get("/sign-in", X_Forwarded_For=f"2001:db8:0:1::{number}").status
        for number in range(1, 4)
    ]
    assert statuses == [303, 303, 429]
    for other in ("2001:db8:0:2::1", "::ffff:9.9.9.9", "9.9.9.8"):
        assert house.browser().get("/sign-in", X_Forwarded_For=other).status == 303


@pytest.mark.parametrize("prefix", ["/evil", "//evil.example", '"><script>', "/a/../b", "/portal"])
@pytest.mark.parametrize("path", ["", "/portal"])
def test_no_header_says_where_the_portal_stands(build: Build, prefix: str, path: str) -> None:
    """Abuse case 15: neither path nor scheme nor host of an address come from a header."""
    house = build(public_url=f"http://localhost:8000{path}", proxy={"hops": 1})
    browser = house.browser()
    page = browser.get(
        "/products", X_Forwarded_Prefix=prefix, X_Forwarded_Proto="https", Script_Name=prefix
    )
    assert page.status == 200
    assert "evil" not in page.body
    links = [link for link in page.page.links if link.startswith("/")]
    assert links
    assert all(link.startswith(f"{path}/") for link in links)
    browser.get("/sign-in", X_Forwarded_Prefix=prefix, X_Forwarded_Host="evil.example")
    assert house.provider.redirects == [f"http://localhost:8000{path}/auth/demo/callback"]


def test_a_host_that_a_proxy_passes_on_is_checked_like_any_other(build: Build) -> None:
    url = "https://developers.example.com"
    house = build(
        public_url=url, proxy={"hops": 1, "headers": ["X-Forwarded-Host", "X-Forwarded-Proto"]}
    )
    inside = house.browser("http://portal.internal:8080")
    assert inside.get("/", X_Forwarded_Proto="https").status == 400
    assert inside.get("/", X_Forwarded_Host="developers.example.com").status == 200
    for evil in ("evil.example", "developers.example.com.evil.example", "a b", "developers@evil"):
        assert inside.get("/", X_Forwarded_Host=evil).status == 400
    refused = inside.get("/", X_Forwarded_Host="developers.example.com, evil.example")
    assert refused.status == 400


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "[2001:db8::1]", "portal-7f9c", "a b", ""])
@pytest.mark.parametrize("prefix", ["", "/portal"])
def test_health_answers_whatever_the_machine_is_called(
    build: Build, host: str, prefix: str
) -> None:
    house = build(public_url="https://developers.example.com/portal")
    client = house.flask.test_client()
    for path in HEALTH:
        asked = client.get(f"{prefix}{path}", headers={"Host": host})
        assert asked.status_code == 200, asked.get_data(as_text=True)
    if host:
        assert client.get("/livezz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["", "/portal"])
@pytest.mark.parametrize("asked", ["/apps//trip?q=a%20b", "/apps//trip"])
def test_a_double_slash_is_mended_on_the_public_address(
    build: Build, path: str, asked: str
) -> None:
    """Abuse case 15: behind a proxy that ends TLS, the answer does not lead to http."""
    house = build(public_url=f"https://developers.example.com{path}")
    client = house.flask.test_client()
    answer = client.get(
        "/",
        environ_overrides={"PATH_INFO": f"{path}{asked.partition('?')[0]}"},
        query_string=asked.partition("?")[2],
        headers={"Host": "developers.example.com"},
    )
    assert answer.status_code == 308
    wanted = asked.replace("//", "/")
    assert answer.headers["Location"] == f"{path}{wanted}"
