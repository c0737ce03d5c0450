"""Callback URLs: kept and shown, never fetched, never a script."""

import pytest

from app.domain.callbacks import NOT_HTTPS, UNFIT, callback_problem

USER = "Leave out user names, passwords and anything after #."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://widget.example/back",
        "https://widget.example/back?a=b&c=%C3%A9",
        "https://widget.example:8443/",
        "HTTPS://Widget.Example/Back",
        "https://192.0.2.1/back",
        "https://[2001:db8::1]:8443/back",
        "https://xn--caf-dma.example",
        "http://localhost:3000/callback",
        "http://127.0.0.1:8080/callback?x=1",
        "http://[::1]:5000/",
        "http://widget.localhost/",
        "https://x.example/" + "a" * 1982,
    ],
)
def test_https_and_http_to_the_own_machine_can_be_used(url: str) -> None:
    assert callback_problem(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript://widget.example/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://widget.example/",
        "myapp://back",
        "http://widget.example/",
        "http://127.0.0.1.widget.example/",
        "http://localhost.widget.example/",
        "http://10.0.0.1/",
        "http://0x7f.1/",
        "//widget.example/",
        "/back",
        "widget.example",
        "https:",
        "https://",
        "https:///back",
        "https:/widget.example",
        "https://?a=b",
        "https://widget.example:99999/",
        "https://widget.example:0/",
        "https://widget.example:x/",
        "https://[::1/",
        "https://[nonsense]/",
        "https://a..b/",
        "https://a%00b/",
        "https://(a)/",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    """Abuse case 25 and 35."""
    assert callback_problem(url) == NOT_HTTPS


@pytest.mark.parametrize(
    "url",
    [
        "https://dana@widget.example/",
        "https://dana:secret@widget.example/",
        "https://localhost@widget.example/",
        "https://@widget.example/",
        "http://dana@localhost/",
        "https://widget.example/#part",
        "https://widget.example/#",
    ],
)
def test_user_names_and_fragments_are_refused(url: str) -> None:
    """Abuse case 35."""
    assert callback_problem(url) == USER


@pytest.mark.parametrize(
    "url",
    [
        "https://widget.example/a b",
        " https://widget.example/",
        "https://widget.example/\n",
        "java\tscript:alert(1)",
        "https://widget.example\\@evil.example/",
        "https://widget.example/\x00",
        "https://widget.example/\u202e",
        "https://wídget.example/",
        'https://widget.example/"onclick=',
        "https://widget.example/<script>",
    ],
)
def test_signs_that_no_address_holds_are_refused(url: str) -> None:
    assert callback_problem(url) == UNFIT


def test_a_callback_has_at_most_2000_characters() -> None:
    assert callback_problem("https://x.example/" + "a" * 1983) == "Use at most 2000 characters."
