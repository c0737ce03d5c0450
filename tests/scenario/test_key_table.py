"""Every state of a key is brought about behind the portal's back, on both flavors.

Within half a minute its owner reads the badge and the help, and an administrator reads Apigee's
own status beside the effective one.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from emulator.model import Flavor
from tests.scenario.house import House, run_house
from tests.scenario.walker import NAMESPACE, Page, Walker

# What is promised for every change that others make.
WITHIN = timedelta(seconds=30)
AGES = {f"PORTAL_CACHE__{name}_SECONDS": "1" for name in ("APPS", "DEVELOPERS", "PRODUCTS")}
DANA = "/developers/dana@example.com"
TITLE = "walked"
APP = f"{DANA}/apps/{TITLE}"
SPARE = "spare-product"
UPDATING = "Updating, up to 3 minutes"
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Scene:
    """A house with its developer and its administrator, and a hand on Apigee behind it."""

    house: House
    dana: Walker
    ada: Walker
    admin_page: str

    def key_path(self) -> str:
        """Return the management address of the app's only key."""
        [credential] = self.house.manage("GET", APP)["credentials"]
        return f"{APP}/keys/{credential['consumerKey']}"

    def seen(self) -> str:
        """Return what the owner reads about the key."""
        return _article(self.dana.open(f"/apps/{TITLE}"), "Compare secret")

    def administered(self) -> str:
        """Return what an administrator reads about the app and its key."""
        return _article(self.ada.open(self.admin_page), f"{TITLE} ")

    def listed(self) -> str:
        """Return the app's row in its owner's list."""
        page = self.dana.open(f"/apps?q={TITLE}&refresh=1")
        rows = [_words(row) for row in page.document.iter(f"{NAMESPACE}tr")]
        return next((row for row in rows if row.startswith(TITLE)), "")


def _words(element: Any) -> str:  # noqa: ANN401 - an element of html5lib has no type
    return " ".join("".join(element.itertext()).split())


def _article(page: Page, mark: str) -> str:
    found = (_words(each) for each in page.document.iter(f"{NAMESPACE}article"))
    return next((text for text in found if mark in text), "")


def eventually(look: Callable[[], str], *wanted: str) -> str:
    """Look again and again, as people do; fail when it does not say all of it in time."""
    ends = time.monotonic() + WITHIN.total_seconds()
    while True:
        said = look()
        if all(text in said for text in wanted):
            return said
        assert time.monotonic() < ends, f"{wanted} is not in: {said}"
        time.sleep(0.2)


@pytest.fixture(scope="module", params=["x", "edge"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    flavor: Flavor = request.param
    folder = tmp_path_factory.mktemp("table")
    with (
        run_house(flavor, folder, **AGES) as house,
        closing(Walker(house)) as dana,
        closing(Walker(house)) as ada,
    ):
        dana.arrive("dana", "/apps")
        found = ada.sign_in("ada", "/admin/developers?q=dana")
        yield Scene(house, dana, ada, found.link("Dana Novak"))


@contextmanager
def app_with(scene: Scene, *products: str, lasts: int | None = None) -> Iterator[None]:
    """Have an app with one key on Apigee; ``lasts`` is in seconds."""
    lifetime = {} if lasts is None else {"keyExpiresIn": lasts * 1000}
    body = {"name": TITLE, "apiProducts": list(products), **lifetime}
    scene.house.manage("POST", f"{DANA}/apps", body)
    try:
        yield
    finally:
        scene.house.manage("DELETE", APP)


@contextmanager
def switched(scene: Scene, path: str, off: str, on: str) -> Iterator[None]:
    scene.house.manage("POST", f"{path}?action={off}")
    try:
        yield
    finally:
        scene.house.manage("POST", f"{path}?action={on}")


Broken = Callable[[Scene], Any]
INACTIVE: Broken = partial(switched, path=DANA, off="inactive", on="active")
APP_REVOKED: Broken = partial(switched, path=APP, off="revoke", on="approve")


def key_revoked(scene: Scene) -> Any:  # noqa: ANN401 - a context of contextlib's
    return switched(scene, scene.key_path(), "revoke", "approve")


def product_refused(scene: Scene) -> Any:  # noqa: ANN401 - a context of contextlib's
    path = f"{scene.key_path()}/apiproducts/weather-free"
    return switched(scene, path, "revoke", "approve")


@dataclass(frozen=True)
class Row:
    """What is broken, what follows from it, and what Apigee says of app, key and product."""

    breaks: tuple[Broken, ...]
    badge: str
    help: str
    own: tuple[str, str, str] = ("approved", "approved", "approved")


BLOCKED, UNAPPROVED = "Blocked: your account is inactive", "Blocked: app not approved"
# An administrator is not the one whose account or key it is.
IMPERSONAL = {
    BLOCKED: "Blocked: account inactive",
    "Turned off by an administrator": "Turned off",
}
ROWS = {
    "the developer": Row(
        (INACTIVE,), BLOCKED, "The key itself is unchanged and works again within about 3 minutes"
    ),
    "the app": Row(
        (APP_REVOKED,),
        UNAPPROVED,
        "The key itself is unchanged and works again within about 3 minutes",
        ("revoked", "approved", "approved"),
    ),
    "the key": Row(
        (key_revoked,),
        "Turned off by an administrator",
        "only an administrator can turn it on",
        ("approved", "revoked", "approved"),
    ),
    "the product on the key": Row(
        (product_refused,),
        "Not approved",
        "Weather Free was not approved for this key",
        ("approved", "approved", "revoked"),
    ),
    "the developer and the key": Row(
        (INACTIVE, key_revoked),
        BLOCKED,
        "Once the account is active, calls still fail: the key is turned off.",
        ("approved", "revoked", "approved"),
    ),
    "the app, the key and the product": Row(
        (APP_REVOKED, key_revoked, product_refused),
        UNAPPROVED,
        "calls still fail: the key is turned off and its products are not approved.",
        ("revoked", "revoked", "revoked"),
    ),
}


@pytest.mark.parametrize("name", list(ROWS))
def test_a_broken_link_is_read_within_half_a_minute_and_so_is_its_end(
    scene: Scene, name: str
) -> None:
    row = ROWS[name]
    with app_with(scene, "weather-free"):
        time.sleep(1.1)  # Apigee's stamps have to be later than the making of the key
        said = eventually(scene.seen, "Active", "Calls with this key are accepted.")
        assert UPDATING not in said
        with ExitStack() as broken:
            for breaks in row.breaks:
                broken.enter_context(breaks(scene))
            eventually(scene.seen, row.badge, row.help, UPDATING)
            eventually(scene.listed, row.badge)
            app, key, product = (f"On Apigee: {status}" for status in row.own)
            badge = IMPERSONAL.get(row.badge, row.badge)
            told = eventually(scene.administered, badge, f"{app} ••••", f"{key} Weather Free")
            assert told.endswith(product)
        eventually(scene.seen, "Active", "Calls with this key are accepted.", UPDATING)
        eventually(scene.listed, "Active")


def test_an_inactive_developer_is_inactive_for_the_administrator_too(scene: Scene) -> None:
    with INACTIVE(scene):
        page = scene.ada.open(scene.admin_page)
        assert "Inactive" in page.text("status")
    assert "Inactive" not in scene.ada.open(scene.admin_page).text("status")


def test_a_product_that_is_deleted_while_a_key_has_it_is_read_in_time(scene: Scene) -> None:
    access = [{"name": "access", "value": "public"}]
    body = {"name": SPARE, "displayName": "Spare", "approvalType": "auto", "attributes": access}
    scene.house.manage("POST", "/apiproducts", body)
    with app_with(scene, SPARE):
        eventually(scene.seen, "Active", "Spare Approved")
        scene.house.manage("DELETE", f"/apiproducts/{SPARE}")
        missing = f"Calls fail: {SPARE} no longer exists on Apigee."
        eventually(scene.seen, "Product deleted", missing, f"{SPARE} Deleted", UPDATING)
        eventually(scene.listed, "Product deleted")
        own = f"Product deleted On Apigee: approved {SPARE} Deleted On Apigee: approved"
        eventually(scene.administered, own)


def test_a_key_that_waits_in_part_or_in_whole_names_what_it_waits_for(scene: Scene) -> None:
    with app_with(scene, "weather-free", "weather-pro"):
        waits = "Weather Pro waits for approval by the product's owner."
        said = eventually(scene.seen, "Active for 1 of 2 products", waits)
        assert "the product's owner decides" in said
        eventually(scene.administered, "Weather Pro On Apigee: pending")
        taken = f"{scene.key_path()}/apiproducts/weather-free"
        scene.house.manage("DELETE", taken)
        whole = "Calls fail until the product's owner has approved Weather Pro."
        eventually(scene.seen, "Waiting for approval", whole, UPDATING)
        scene.house.manage("POST", f"{scene.key_path()}/apiproducts/weather-pro?action=approve")
        eventually(scene.seen, "Active", "Calls with this key are accepted.", UPDATING)


def test_a_key_that_loses_its_products_opens_nothing(scene: Scene) -> None:
    with app_with(scene, "weather-free"):
        eventually(scene.seen, "Active")
        scene.house.manage("DELETE", f"{scene.key_path()}/apiproducts/weather-free")
        eventually(scene.seen, "No products", "the key opens no product", UPDATING)
        eventually(scene.administered, "No products On Apigee: approved No products")


def test_a_key_that_ends_soon_and_one_that_has_ended_say_when(scene: Scene) -> None:
    with app_with(scene, "weather-free", lasts=9 * DAY + 60):
        said = eventually(scene.seen, "Expires in 9 days", "The key works until", "Rotate now")
        assert UPDATING not in said
    with app_with(scene, "weather-free", lasts=2):
        eventually(scene.seen, "Expires")
        said = eventually(scene.seen, "Expired", "An expired key cannot be extended")
        assert UPDATING not in said
        eventually(scene.administered, "Expired", "On Apigee: approved Weather Free")


def test_a_replaced_key_is_retiring_beside_the_new_one(scene: Scene) -> None:
    with app_with(scene, "weather-free"):
        page = scene.dana.open(f"/apps/{TITLE}")
        rotation = scene.dana.open(page.link("Rotate"))
        scene.dana.send(rotation, "/rotation", {"overlap": "1h"})
        shown = scene.dana.open(f"/apps/{TITLE}")
        both = [_words(each) for each in shown.document.iter(f"{NAMESPACE}article")]
        [old] = [text for text in both if "Retiring, stops" in text]
        [new] = [text for text in both if "Calls with this key are accepted." in text]
        assert "Another key replaces this one" in old
        assert UPDATING not in new
