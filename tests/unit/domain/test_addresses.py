"""Addresses that an operator writes."""

import pytest

from app.domain.addresses import (
    is_loopback,
    optional_address,
    public_address,
    safe_address,
    web_address,
)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("portal.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens here
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    "address",
    [
        "",
        "host.example",
        "ftp://host.example",
        "https://",
        "https://host.example:x",
        "https://host.example:0",
        "https://[::1",
        "https://dana@host.example",
        "https://host.example/?a=b",
        "https://host.example/#a",
        "https://host.example/a b",
        "https://hóst.example",
        "https://host.example\n",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must"):
        web_address(address)


def test_http_leaves_this_machine_only_where_that_is_said() -> None:
    assert web_address("http://host.example/v1") == "http://host.example/v1"
    assert safe_address("http://localhost:8001/v1") == "http://localhost:8001/v1"
    assert safe_address("https://host.example:8443") == "https://host.example:8443"
    with pytest.raises(ValueError, match="https"):
        safe_address("http://host.example/v1")


def test_an_optional_address_may_be_left_out() -> None:
    assert optional_address("") == ""
    assert optional_address("https://host.example") == "https://host.example"


def test_a_public_address_has_no_slash_at_its_end() -> None:
    assert public_address("https://Portal.Example/dev/") == "https://portal.example/dev"
    assert public_address("https://portal.example") == "https://portal.example"


@pytest.mark.parametrize("path", ["/a;b", "/a/../b", "//a", "/a%2fb"])
def test_the_path_of_a_public_address_is_plain(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        public_address(f"https://portal.example{path}")
