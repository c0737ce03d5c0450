"""Which address is reached through which proxy, and whose word about certificates counts."""

import pytest

from app.domain.outgoing import Outgoing

PROXY = "http://portal:proxy-password@proxy.example:3128"
FAR = "https://apigee.example/v1"
FAR_PLAIN = "http://apigee.example/v1"


def test_everything_but_the_exceptions_goes_through_the_proxy() -> None:
    out = Outgoing(PROXY, ("corp.example", "*.local", ".lan", "10.0.0.0/8", "192.0.2.7", ""))
    assert out.proxies_for(FAR) == {"https": PROXY}
    assert out.proxies_for(FAR_PLAIN) == {"http": PROXY}
    for far in ("notcorp.example", "11.0.0.1", "192.0.2.8"):
        assert out.proxies_for(f"https://{far}/x") == {"https": PROXY}
    for near in ("idp.corp.example", "CORP.example", "a.local", "b.lan", "10.9.8.7", "192.0.2.7"):
        assert out.proxies_for(f"https://{near}:8443/x") == {}
    assert Outgoing(PROXY, ("*",)).proxies_for(FAR) == {}


@pytest.mark.parametrize("here", ["localhost", "127.0.0.1", "[::1]", "portal.localhost"])
def test_this_machine_is_never_behind_the_proxy(here: str) -> None:
    assert Outgoing(PROXY).proxies_for(f"http://{here}:8001/v1") == {}
    around = Outgoing().or_as_in({"http_proxy": PROXY})
    assert around.proxies_for(f"http://{here}:8001/v1") == {}


def test_without_a_proxy_of_its_own_the_environment_says_which() -> None:
    variables = {"HTTPS_PROXY": "http://upper", "https_proxy": "http://s", "HTTP_PROXY": "http://p"}
    out = Outgoing().or_as_in({**variables, "NO_PROXY": "near.example, .lan"})
    assert out.proxies_for(FAR) == {"https": "http://s"}
    assert out.proxies_for(FAR_PLAIN) == {"http": "http://p"}
    assert out.proxies_for("https://a.near.example") == {}
    assert out.proxies_for("https://a.lan") == {}
    every = Outgoing().or_as_in({"ALL_PROXY": "http://a"})
    assert every.proxies_for(FAR) == {"https": "http://a"}
    assert every.proxies_for(FAR_PLAIN) == {"http": "http://a"}
    assert Outgoing().or_as_in({"https_proxy": "http://s"}).proxies_for(FAR_PLAIN) == {}
    assert Outgoing().or_as_in({}).proxies_for(FAR) == {}


def test_a_proxy_of_its_own_wins_over_the_whole_environment() -> None:
    out = Outgoing(PROXY).or_as_in({"https_proxy": "http://s", "no_proxy": "apigee.example"})
    assert out.proxies_for(FAR) == {"https": PROXY}


def test_authorities_come_from_the_setting_then_the_environment_then_as_usual() -> None:
    around = {"REQUESTS_CA_BUNDLE": "requests.pem", "CURL_CA_BUNDLE": "curl.pem"}
    assert Outgoing(ca_file="own.pem").or_as_in(around).authorities == "own.pem"
    assert Outgoing().or_as_in(around).authorities == "requests.pem"
    assert Outgoing().or_as_in({"CURL_CA_BUNDLE": "curl.pem"}).authorities == "curl.pem"
    assert Outgoing().or_as_in({}).authorities is True


def test_a_proxys_password_does_not_show() -> None:
    assert "proxy-password" not in repr(Outgoing(PROXY, http_proxy=PROXY))
