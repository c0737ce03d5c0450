"""The key doctor over the whole chain: one broken link is named, the first one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product as combinations

import pytest

from app.domain.apis import Api, KeyPlace
from app.domain.chain import Asked, Chain, Errand, Link, LinkState, Who
from app.domain.coverage import Call
from app.domain.doctor import diagnose
from app.domain.fault_codes import KNOWN
from app.domain.keys import ApprovalStatus, Key, KeyMemory, KeyProduct
from app.domain.notes import Author
from app.domain.products import ApiProduct, Operation, Quota

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
APPROVED, PENDING, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.PENDING, ApprovalStatus.REVOKED
WEATHER = ApiProduct(
    "weather-free",
    "Weather",
    environments=("prod",),
    proxies=("weather",),
    operations=(
        Operation("weather", "/today", ("GET",)),
        Operation("weather", "/ports/{port}", ("GET", "POST")),
    ),
    quota=Quota("1000", "1", "day"),
)
PRO = replace(WEATHER, name="weather-pro", display_name="Weather Pro", operations=(), paths=())
CATALOGUE = {item.name: item for item in (WEATHER, PRO)}
API = Api(
    "weather",
    "Weather API",
    "",
    ("weather-free", "weather-pro"),
    "https://api.example.com/weather",
    KeyPlace.HEADER,
    "x-apikey",
    proxy="weather",
)
CALL = Call("weather", "prod", "/today", "GET")


def key(
    *products: tuple[str, ApprovalStatus],
    status: ApprovalStatus = APPROVED,
    expires_at: datetime | None = None,
) -> Key:
    held = tuple(KeyProduct(*item) for item in products or [("weather-free", APPROVED)])
    issued = NOW - timedelta(days=30)
    return Key("0" * 16, "abcd", status, held, issued_at=issued, expires_at=expires_at)


GOOD = Chain(
    developer_active=True,
    app_status=APPROVED,
    key=key(),
    catalogue=CATALOGUE,
    now=NOW,
    asked=Asked(API, CALL),
    requestable=frozenset({"weather-free", "weather-pro"}),
)


def asked(**parts: str) -> Asked:
    return Asked(API, replace(CALL, **parts))


def test_a_chain_without_a_fault_has_no_broken_link() -> None:
    found = diagnose(GOOD)
    assert (found.broken, found.remedy, found.changed_since) == (None, None, False)
    assert [step.link for step in found.steps] == list(Link)
    states = {step.link: step.state for step in found.steps}
    unseen = {link for link, state in states.items() if state is LinkState.UNKNOWN}
    assert unseen == {Link.CALL, Link.QUOTA}


BROKEN = {
    "developer": (replace(GOOD, developer_active=False), Link.DEVELOPER, Who.ADMINISTRATOR),
    "app": (replace(GOOD, app_status=REVOKED), Link.APP, Who.ADMINISTRATOR),
    "app, waiting": (replace(GOOD, app_status=PENDING), Link.APP, Who.ADMINISTRATOR),
    "key": (replace(GOOD, key=key(status=REVOKED)), Link.KEY, Who.ADMINISTRATOR),
    "key, waiting": (replace(GOOD, key=key(status=PENDING)), Link.KEY, Who.PRODUCT_OWNER),
    "expired": (replace(GOOD, key=key(expires_at=NOW)), Link.EXPIRY, Who.YOU),
    "pending": (
        replace(GOOD, key=key(("weather-free", PENDING))),
        *(Link.PRODUCT, Who.PRODUCT_OWNER),
    ),
    "refused": (
        replace(GOOD, key=key(("weather-free", REVOKED))),
        *(Link.PRODUCT, Who.PRODUCT_OWNER),
    ),
    "missing": (replace(GOOD, key=key(("other", APPROVED))), Link.PRODUCT, Who.YOU),
    "deleted": (
        replace(GOOD, catalogue={"weather-pro": PRO}),
        *(Link.PRODUCT, Who.YOU),
    ),
    "proxy": (replace(GOOD, asked=asked(proxy="tides")), Link.PROXY, Who.PRODUCT_OWNER),
    "environment": (replace(GOOD, asked=asked(environment="test")), Link.ENVIRONMENT, Who.YOU),
    "path": (replace(GOOD, asked=asked(path="/tomorrow")), Link.PATH, Who.YOU),
    "method": (replace(GOOD, asked=asked(method="DELETE")), Link.METHOD, Who.YOU),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_each_broken_link_is_named_with_what_to_do_and_who_can(name: str) -> None:
    chain, link, who = BROKEN[name]
    found = diagnose(chain)
    assert found.broken is not None
    assert found.remedy is not None
    assert (found.broken.link, found.remedy.who) == (link, who)
    assert found.broken.text
    assert found.remedy.text


ABOVE = list(combinations((True, False), (APPROVED, REVOKED), (APPROVED, REVOKED), (False, True)))
HELD = (APPROVED, PENDING, REVOKED)


@pytest.mark.parametrize(("active", "app", "status", "expired"), ABOVE)
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("covered", [True, False])
def test_of_several_broken_links_the_first_is_named(
    active: bool,
    app: ApprovalStatus,
    status: ApprovalStatus,
    expired: bool,
    held: ApprovalStatus,
    covered: bool,
) -> None:
    ends = NOW - timedelta(days=1) if expired else None
    chain = replace(
        GOOD,
        developer_active=active,
        app_status=app,
        key=key(("weather-free", held), status=status, expires_at=ends),
        asked=asked(path="/today" if covered else "/tomorrow"),
    )
    expected = (
        *([] if active else [Link.DEVELOPER]),
        *([] if app is APPROVED else [Link.APP]),
        *([] if status is APPROVED else [Link.KEY]),
        *([Link.EXPIRY] if expired else []),
        *([] if held is APPROVED else [Link.PRODUCT]),
        *([] if covered else [Link.PATH]),
    )
    found = diagnose(chain)
    stopped = tuple(step.link for step in found.steps if step.state is LinkState.BROKEN)
    assert stopped == expected
    assert (found.broken and found.broken.link) == (expected[0] if expected else None)


@pytest.mark.parametrize(
    ("by", "who", "errand"),
    [
        (Author.OWNER, Who.YOU, Errand.TURN_ON),
        (Author.ADMINISTRATOR, Who.ADMINISTRATOR, Errand.NEW_KEY),
        (Author.SYSTEM, Who.YOU, Errand.NEW_KEY),
        (None, Who.ADMINISTRATOR, Errand.NEW_KEY),
    ],
)
def test_who_can_turn_a_key_on_depends_on_who_turned_it_off(
    by: Author | None, who: Who, errand: Errand
) -> None:
    memory = KeyMemory(turned_off_by=by)
    found = diagnose(replace(GOOD, key=key(status=REVOKED), memory=memory))
    assert found.remedy is not None
    assert (found.remedy.who, found.remedy.errand) == (who, errand)


def test_a_second_product_that_covers_the_call_is_enough() -> None:
    held = key(("weather-free", PENDING), ("weather-pro", APPROVED))
    assert diagnose(replace(GOOD, key=held, asked=asked(path="/tomorrow"))).broken is None


def test_the_product_that_would_cover_the_call_is_the_one_that_is_named() -> None:
    held = key(("weather-free", APPROVED), ("weather-pro", PENDING))
    found = diagnose(replace(GOOD, key=held, asked=asked(path="/tomorrow")))
    assert found.broken is not None
    assert found.broken.link is Link.PRODUCT
    assert found.broken.text == "Weather Pro waits for approval."


def test_where_no_product_covers_the_call_an_approved_one_is_named() -> None:
    held = key(("weather-free", PENDING), ("weather-pro", APPROVED))
    narrow = {**CATALOGUE, "weather-pro": replace(PRO, paths=("/forecast",))}
    chain = replace(GOOD, key=held, catalogue=narrow, asked=asked(method="DELETE"))
    found = diagnose(chain)
    assert found.broken is not None
    assert found.broken.text == "Weather Pro does not include the path /today."


def test_only_products_that_may_be_asked_for_are_offered() -> None:
    held = key(("other", APPROVED))
    found = diagnose(replace(GOOD, key=held, requestable=frozenset({"weather-pro"})))
    assert found.remedy is not None
    assert found.remedy.products == ("weather-pro",)
    found = diagnose(replace(GOOD, key=held, requestable=frozenset()))
    assert found.remedy is not None
    assert (found.remedy.who, found.remedy.products) == (Who.ADMINISTRATOR, ())
    assert "weather" not in found.remedy.text


def test_what_is_remembered_of_a_product_is_said() -> None:
    memory = KeyMemory(
        reasons={"weather-free": "No contract."}, asked_at={"weather-free": NOW - timedelta(2)}
    )
    refused = diagnose(replace(GOOD, key=key(("weather-free", REVOKED)), memory=memory)).broken
    waiting = diagnose(replace(GOOD, key=key(("weather-free", PENDING)), memory=memory)).broken
    assert refused is not None
    assert refused.text == "Weather is not approved for this key: No contract."
    assert waiting is not None
    assert waiting.at == NOW - timedelta(2)


def test_without_an_api_only_the_key_is_judged() -> None:
    found = diagnose(replace(GOOD, asked=Asked()))
    assert found.broken is None
    unknown = {step.link for step in found.steps if step.state is LinkState.UNKNOWN}
    assert {Link.PROXY, Link.ENVIRONMENT, Link.PATH, Link.METHOD} <= unknown


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ((), "The key has no product, so it opens nothing."),
        ((("gone", APPROVED),), "The products on the key no longer exist."),
        ((("weather-free", PENDING),), "Weather waits for approval."),
    ],
)
def test_without_an_api_a_key_that_opens_nothing_is_told(
    held: tuple[tuple[str, ApprovalStatus], ...], text: str
) -> None:
    products = tuple(KeyProduct(*item) for item in held)
    chain = replace(GOOD, asked=Asked(), key=replace(key(), products=products))
    found = diagnose(chain)
    assert found.broken is not None
    assert (found.broken.link, found.broken.text) == (Link.PRODUCT, text)


def test_without_the_catalogue_what_it_says_is_unknown() -> None:
    found = diagnose(replace(GOOD, catalogue=None))
    assert found.broken is None
    paths = next(step for step in found.steps if step.link is Link.PATH)
    assert (paths.state, "cannot be read" in paths.text) == (LinkState.UNKNOWN, True)


@pytest.mark.parametrize("code", ["InvalidApiKey", "FailedToResolveAPIKey", "QuotaViolation"])
def test_what_the_portal_cannot_see_is_believed_of_the_fault(code: str) -> None:
    found = diagnose(GOOD, KNOWN[code])
    assert found.broken is not None
    assert found.broken.link in KNOWN[code].links
    assert found.broken.text == KNOWN[code].text
    assert not found.changed_since


AGREED = {
    "developer": "DeveloperStatusNotActive",
    "app": "invalid_client-app_not_approved",
    "key": "ApiKeyNotApproved",
    "expired": "consumer_key_expired",
    **dict.fromkeys(
        ("pending", "refused", "missing", "proxy", "environment", "path", "method"),
        "InvalidApiKeyForGivenResource",
    ),
}


@pytest.mark.parametrize("name", list(AGREED))
def test_a_fault_that_fits_the_chain_changes_nothing_about_it(name: str) -> None:
    chain, link, _ = BROKEN[name]
    found = diagnose(chain, KNOWN[AGREED[name]])
    assert found.broken is not None
    assert (found.broken.link, found.changed_since) == (link, False)


@pytest.mark.parametrize("code", ["DeveloperStatusNotActive", "InvalidApiKeyForGivenResource"])
def test_a_fault_about_a_link_that_holds_now_means_to_wait(code: str) -> None:
    found = diagnose(GOOD, KNOWN[code])
    assert (found.broken, found.changed_since) == (None, True)
    assert found.remedy is not None
    assert (found.remedy.who, "3 minutes" in found.remedy.text) == (Who.NOBODY, True)


def test_a_call_that_nobody_named_is_said_not_to_be_covered() -> None:
    found = diagnose(replace(GOOD, asked=Asked()), KNOWN["InvalidApiKeyForGivenResource"])
    assert found.broken is not None
    assert (found.broken.link, found.changed_since) == (Link.PRODUCT, False)
    assert "Choose the API" in (found.remedy.text if found.remedy else "")


def test_a_fault_is_weighed_against_all_broken_links_not_the_first_only() -> None:
    chain = replace(GOOD, developer_active=False, asked=asked(path="/tomorrow"))
    found = diagnose(chain, KNOWN["InvalidApiKeyForGivenResource"])
    assert (found.broken and found.broken.link, found.changed_since) == (Link.DEVELOPER, False)
    found = diagnose(chain, KNOWN["ApiKeyNotApproved"])
    assert (found.broken and found.broken.link, found.changed_since) == (Link.DEVELOPER, True)


def test_a_fault_about_a_path_that_nobody_named_is_believed() -> None:
    found = diagnose(replace(GOOD, asked=Asked()), KNOWN["apiresource_doesnot_exist"])
    assert found.broken is not None
    assert (found.broken.link, found.changed_since) == (Link.PATH, False)


def test_an_unknown_fault_leaves_the_chain_to_speak() -> None:
    unknown = replace(KNOWN["InvalidApiKey"], links=())
    found = diagnose(GOOD, unknown)
    assert (found.broken, found.remedy, found.changed_since) == (None, None, False)


def test_a_right_that_changed_a_moment_ago_is_updating() -> None:
    memory = KeyMemory(changed_at=NOW - timedelta(seconds=60))
    assert diagnose(replace(GOOD, memory=memory)).updating
    assert not diagnose(replace(GOOD, memory=memory, now=NOW + timedelta(hours=1))).updating


def test_a_key_that_is_being_replaced_says_when_it_stops() -> None:
    memory = KeyMemory(retires_at=NOW + timedelta(hours=1))
    step = next(each for each in diagnose(replace(GOOD, memory=memory)).steps if each.link == "key")
    assert (step.state, step.at) == (LinkState.OK, NOW + timedelta(hours=1))


def test_a_key_that_ends_later_says_when() -> None:
    ends = NOW + timedelta(days=9)
    steps = diagnose(replace(GOOD, key=key(expires_at=ends))).steps
    step = next(each for each in steps if each.link is Link.EXPIRY)
    assert (step.state, step.at) == (LinkState.OK, ends)


def test_of_many_paths_only_some_are_listed() -> None:
    many = replace(PRO, paths=tuple(f"/p{number}" for number in range(9)))
    held = key(("weather-pro", APPROVED))
    found = diagnose(replace(GOOD, key=held, catalogue={"weather-pro": many}))
    assert found.remedy is not None
    assert "/p0, /p1, /p2, /p3, /p4, /p5 and 3 more" in found.remedy.text


def test_what_goes_on_stopping_the_call_is_named_with_what_stops_it_first() -> None:
    ended = key(("weather-free", REVOKED), status=REVOKED, expires_at=NOW)
    all_of_it = replace(GOOD, developer_active=False, app_status=REVOKED, key=ended)
    for chain, first in (
        (all_of_it, Link.DEVELOPER),
        (replace(all_of_it, developer_active=True), Link.APP),
        (replace(all_of_it, developer_active=True, app_status=APPROVED), Link.KEY),
    ):
        found = diagnose(chain)
        assert found.broken is not None
        after = [link for link in (Link.APP, Link.KEY, Link.EXPIRY, Link.PRODUCT) if link != first]
        wanted = after if first is Link.DEVELOPER else after[[*Link].index(first) - 2 :]
        assert (found.broken.link, [step.link for step in found.still]) == (first, wanted)
        assert found.remedy is not None
        assert "works again" not in found.remedy.text
    assert diagnose(replace(GOOD, developer_active=False)).still == ()


def test_a_new_key_does_not_inherit_what_else_was_wrong_with_the_old_one() -> None:
    ended = key(("weather-free", REVOKED), expires_at=NOW)
    found = diagnose(replace(GOOD, key=ended))
    assert found.broken is not None
    assert (found.broken.link, found.still) == (Link.EXPIRY, ())
