"""Frames of other sites: none by default, and never around keys or the sign-in."""

import pytest

from app.web.framing import FRAMED
from tests.architecture.test_guards import LIMITS
from tests.routes.conftest import Build
from tests.routes.house import House

INTRANET = "https://intranet.example.com"
PORTAL = "https://developers.example.com"
DENIED = "frame-ancestors 'none'"
ALLOWED = f"frame-ancestors {INTRANET} https://wiki.example.com"


@pytest.fixture
def framed(build: Build) -> House:
    """A portal on https that two sites may frame, with one app of dana's."""
    ancestors = [INTRANET, "https://wiki.example.com"]
    house = build(public_url=PORTAL, embedding={"frame_ancestors": ancestors})
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    return house


def frames(house: House, path: str, method: str = "GET") -> tuple[bool, str]:
    """Return whether the answer says X-Frame-Options, and who may frame it."""
    client = house.flask.test_client()
    answer = client.open(path, method=method, base_url=house.settings.public_origin)
    policy = answer.headers["Content-Security-Policy"].split("; ")
    who = next(part for part in policy if part.startswith("frame-ancestors"))
    return "X-Frame-Options" in answer.headers, who


@pytest.mark.parametrize("path", ["/", "/products", "/no-such-page", "/sign-in", "/static/none"])
def test_nobody_may_frame_anything_unless_the_operator_says_so(house: House, path: str) -> None:
    """Abuse case 26."""
    assert frames(house, path) == (True, DENIED)


@pytest.mark.parametrize("path", ["/", "/products", "/products/payments", "/apps", "/no-such"])
def test_what_changes_nothing_may_be_framed_by_those_who_are_named(
    framed: House, path: str
) -> None:
    assert frames(framed, path) == (False, ALLOWED)


def test_whatever_else_stays_unframed_for_them_too(framed: House) -> None:
    rules = [rule for rule in framed.flask.url_map.iter_rules() if rule.endpoint not in FRAMED]
    assert len(rules) > 40
    for rule in rules:
        with framed.flask.test_request_context():
            values = dict.fromkeys(rule.arguments, "1")
            path = framed.flask.url_map.bind("").build(rule.endpoint, values)
        for method in {"GET", "POST"} & set(rule.methods or ()):
            assert frames(framed, path, method) == (True, DENIED), path


def test_pages_that_may_be_framed_change_nothing_and_show_no_key(framed: House) -> None:
    assert set(framed.flask.view_functions) >= FRAMED
    for rule in framed.flask.url_map.iter_rules():
        if rule.endpoint in FRAMED:
            assert "POST" not in (rule.methods or ())
            assert LIMITS.get(rule.endpoint, "search") == "search"
            assert rule.endpoint.split(".")[0] not in {"auth", "step_up", "admin", "keys"}
    client = framed.flask.test_client()
    for path in ("/", "/products", "/products/payments"):
        body = client.get(path, base_url=PORTAL).get_data(as_text=True)
        assert 'method="post"' not in body  # signed in, there is one more: to sign out


@pytest.mark.parametrize("path", ["/sign-in?next=/apps", "/apps/trip", "/admin", "/account"])
def test_in_a_frame_such_a_page_is_a_link_to_the_top_of_the_window(
    framed: House, path: str
) -> None:
    client = framed.flask.test_client()
    sent = {"Sec-Fetch-Dest": "iframe"}
    answer = client.get(path, base_url=PORTAL, headers=sent)
    assert answer.status_code == 200
    assert f'href="{path}" target="_top"' in answer.get_data(as_text=True)
    assert ALLOWED in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert framed.provider.redirects == []


def test_a_form_sent_in_a_frame_does_nothing(framed: House) -> None:
    client = framed.flask.test_client()
    answer = client.post("/sign-out", base_url=PORTAL, headers={"Sec-Fetch-Dest": "iframe"})
    assert 'href="/" target="_top"' in answer.get_data(as_text=True)
    callback = client.get(
        "/auth/demo/callback?code=c0de&state=s",
        base_url=PORTAL,
        headers={"Sec-Fetch-Dest": "iframe"},
    )
    assert "c0de" not in callback.get_data(as_text=True)


def test_signing_in_and_out_leave_the_frame(framed: House) -> None:
    client = framed.flask.test_client()
    body = client.get("/", base_url=PORTAL).get_data(as_text=True)
    assert 'href="/sign-in" target="_top"' in body


def session_cookie(house: House) -> str:
    """Sign in and return the Set-Cookie line of the session."""
    client = house.flask.test_client()
    url = house.settings.public_origin
    started = client.get("/sign-in", base_url=url)
    state = started.headers["Location"].partition("state=")[2].partition("&")[0]
    house.provider.will_sign_in("dana")
    ended = client.get(f"/auth/demo/callback?state={state}&code=c", base_url=url)
    begun = [line for line in started.headers.getlist("Set-Cookie") if "portal_sign_in" in line]
    assert "SameSite=Lax" in begun[0]
    lines = ended.headers.getlist("Set-Cookie")
    return next(line for line in lines if "portal_session=" in line)


def test_the_session_travels_into_frames_only_where_frames_are_allowed(
    build: Build, framed: House
) -> None:
    embedded = session_cookie(framed)
    assert embedded.startswith("__Host-portal_session=")
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert attribute in embedded.split("; ")
    plain = session_cookie(build(public_url=PORTAL))
    assert "SameSite=Lax" in plain.split("; ")
    assert "Partitioned" not in plain
    over_http = build(embedding={"frame_ancestors": ["http://localhost:9000"]})
    assert "SameSite=Lax" in session_cookie(over_http).split("; ")
