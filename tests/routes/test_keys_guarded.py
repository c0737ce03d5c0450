"""Everything about a key is its owner's alone, whoever asks and however."""

import pytest

from tests.routes.desk import Desk

PAGES = ("rotation", "revocation", "deletion", "products", "comparison", "label")
REQUESTS = (
    ("GET", "new", {}),
    ("POST", "new", {"products": "weather-free", "request_id": "r1"}),
    *(("GET", page, {}) for page in PAGES),
    ("POST", "rotation", {"overlap": "now", "request_id": "r1"}),
    ("POST", "rotation", {"do": "stop", "sure": "yes"}),
    ("POST", "revocation", {"sure": "yes"}),
    ("POST", "revocation", {"do": "on"}),
    ("POST", "deletion", {"sure": "yes"}),
    ("POST", "products", {"products": "weather-free"}),
    ("POST", "products", {"do": "withdraw", "product": "payments"}),
    ("POST", "products", {"do": "again", "product": "payments"}),
    ("POST", "comparison", {"secret": "guess"}),
    ("POST", "label", {"label": "mine"}),
)
by_request = pytest.mark.parametrize(("method", "what", "fields"), REQUESTS)


def path_of(app: str, key_id: str, what: str) -> str:
    return f"/apps/{app}/keys/{what if what == 'new' else f'{key_id}/{what}'}"


@pytest.fixture
def bobs_key(desk: Desk) -> str:
    """Bob's app ``plan`` has one key."""
    desk.house.developer("bob")
    key = desk.house.apigee.new_key("weather-free")
    desk.house.apigee.add_app("bob@example.com", "plan", key)
    desk.house.apigee.calls.clear()
    return key.key_id


@by_request
def test_somebody_elses_key_answers_like_a_missing_one(
    desk: Desk, bobs_key: str, method: str, what: str, fields: dict[str, str]
) -> None:
    """Abuse case 1."""

    def ask(path: str, *, with_htmx: bool) -> tuple[int, str]:
        sent = {"csrf_token": desk.dana.token, **fields} if method == "POST" else None
        answer = desk.dana.open(path, method, data=sent, with_htmx=with_htmx)
        return answer.status, answer.lasting

    before = dict(desk.house.apigee.by_app)
    for with_htmx in (False, True):
        missing = ask(path_of("nothing", "0" * 16, what), with_htmx=with_htmx)
        assert missing[0] == 404
        assert ask(path_of("plan", bobs_key, what), with_htmx=with_htmx) == missing
        if what != "new":
            assert ask(path_of("trip", bobs_key, what), with_htmx=with_htmx)[0] == 404
    assert desk.house.apigee.by_app == before


@by_request
def test_everything_about_a_key_needs_a_sign_in(
    desk: Desk, method: str, what: str, fields: dict[str, str]
) -> None:
    anonymous = desk.house.browser()
    path = path_of("trip", desk.key_id, what)
    page = anonymous.open(path, method, data=fields or None)
    assert (page.status, page.location.startswith("/sign-in")) == (302, True)
    part = anonymous.open(path, method, data=fields or None, with_htmx=True)
    assert part.status == 401
    assert desk.house.apigee.calls == []


@by_request
def test_a_post_without_the_token_changes_nothing(
    desk: Desk, method: str, what: str, fields: dict[str, str]
) -> None:
    if method == "GET":
        rows = len(desk.house.trail())
        assert desk.dana.get(path_of("trip", desk.key_id, what), with_htmx=True).status == 200
        assert len(desk.house.trail()) == rows
        return
    before = dict(desk.house.apigee.by_app)
    answer = desk.dana.open(path_of("trip", desk.key_id, what), "POST", data=fields)
    assert answer.status == 400
    assert desk.house.apigee.by_app == before
