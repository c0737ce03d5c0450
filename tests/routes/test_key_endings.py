"""Turning a key off and on, and deleting it; never the last one unless asked twice."""

from dataclasses import replace

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus, KeyProduct
from app.domain.notes import Author, NoteKind
from tests.routes.desk import EMAIL, Desk
from tests.routes.house import NOON

REVOKED = ApprovalStatus.REVOKED
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


@pytest.fixture
def two(desk: Desk) -> Desk:
    """The same with a second key that works."""
    desk.add(desk.house.apigee.new_key("weather-free"))
    return desk


def test_a_key_beside_one_with_a_deleted_product_is_the_last_that_works(desk: Desk) -> None:
    other = desk.house.apigee.new_key("weather-free")
    gone = (KeyProduct("gone-1", ApprovalStatus.APPROVED),)
    desk.add(replace(other, products=gone))
    desk.dana.get("/products")
    assert (
        "This is the last key of the app that works" in desk.dana.get(desk.path("revocation")).text
    )
    refused = desk.dana.post(desk.path("revocation"), {"do": "off"})
    assert (refused.status, desk.is_off()) == (422, False)


def test_a_key_is_turned_off_and_on_again(two: Desk) -> None:
    path = two.path("revocation")
    page = two.dana.get(path)
    assert "Calls with this key fail within about 3 minutes" in page.text
    assert page.page.by_id("sure") is None
    after = two.dana.follow(two.dana.submit(path))
    assert "The key is turned off. Its calls fail within about 3 minutes." in after.text
    assert two.is_off()
    on = two.dana.post(path, {"do": "on"})
    assert "The key is turned on." in two.dana.follow(on).text
    assert not two.is_off()
    assert two.house.told()[-4:] == [
        "key.turn_off intent",
        "key.turn_off done",
        "key.turn_on intent",
        "key.turn_on done",
    ]


def test_the_page_of_a_key_that_is_off_turns_it_on(two: Desk) -> None:
    path = two.path("revocation")
    two.dana.post(path)
    page = two.dana.get(path)
    assert page.page.heading == "Turn on Key 1"
    assert page.page.title.startswith("Turn on a key of trip")
    assert [item.get("value") for item in page.page.all("button", name="do")] == ["on"]


def test_the_last_working_key_is_turned_off_only_with_a_tick(desk: Desk) -> None:
    desk.add(desk.house.apigee.new_key("weather-free", status=REVOKED))
    path = desk.path("revocation")
    page = desk.dana.get(path)
    assert "This is the last key of the app that works" in page.text
    refused = desk.dana.submit(path)
    assert refused.status == 422
    assert "last working key" in refused.page.text_of("sure-error")
    assert not desk.is_off()
    assert desk.dana.submit(path, {"sure": "yes"}).status == 303
    assert desk.is_off()


@pytest.mark.parametrize(
    ("author", "text"),
    [(Author.ADMINISTRATOR, "Only an administrator can turn it on."), (Author.SYSTEM, "replaced")],
)
def test_nobody_turns_on_what_others_turned_off(two: Desk, author: Author, text: str) -> None:
    two.put(status=REVOKED)
    two.note(NoteKind.TURNED_OFF, author)
    page = two.dana.get(two.path("revocation"))
    assert page.page.heading == "Key 1 is off"
    assert page.page.title.startswith("A key that is off, of trip")
    assert page.page.all("button", name="do") == []
    answer = two.dana.post(two.path("revocation"), {"do": "on"})
    assert answer.status == 403
    assert text in answer.text
    assert two.is_off()


def test_turning_off_twice_is_no_matter_and_is_told(two: Desk) -> None:
    for told in ("The key is turned off. Its calls", "The key is off already."):
        answer = two.dana.post(two.path("revocation"))
        assert answer.status == 303
        assert told in two.dana.follow(answer).text
    assert two.is_off()
    assert two.house.told().count("key.turn_off done") == 1


def test_turning_on_twice_is_no_matter_and_is_told(two: Desk) -> None:
    answer = two.dana.post(two.path("revocation"), {"do": "on"})
    assert "The key is on already." in two.dana.follow(answer).text


@pytest.mark.parametrize("author", [Author.ADMINISTRATOR, Author.SYSTEM])
@pytest.mark.parametrize("path", ["revocation", "rotation"])
def test_what_others_turned_off_is_not_made_ones_own_by_turning_it_off_again(
    two: Desk, author: Author, path: str
) -> None:
    two.dana.submit(two.path("rotation"), shows_keys=True)
    two.put(status=REVOKED)
    two.note(NoteKind.TURNED_OFF, author)
    two.dana.post(two.path(path), {"do": "off" if path == "revocation" else "stop"})
    assert two.dana.post(two.path("revocation"), {"do": "on"}).status == 403
    assert two.is_off()


def test_a_key_is_not_turned_off_while_apigee_is_down(two: Desk) -> None:
    two.house.apigee.fail("keys.set_status", DOWN)
    answer = two.dana.post(two.path("revocation"))
    assert answer.status == 503
    assert not two.is_off()
    assert "Turned off" not in two.article()


def test_turning_off_ends_a_replacement_that_goes_on(two: Desk) -> None:
    two.dana.submit(two.path("rotation"), shows_keys=True)
    assert "replacement that goes on" in two.dana.get(two.path("revocation")).text
    two.dana.post(two.path("revocation"))
    assert [job.is_unfinished for job in two.house.jobs.held.values()] == [False]


def test_a_key_is_deleted_once_it_is_off(two: Desk) -> None:
    path = two.path("deletion")
    page = two.dana.get(path)
    assert "Turn the key off before you delete it." in page.text
    assert two.path("revocation") in page.page.links
    assert two.dana.post(path).status == 409
    two.dana.post(two.path("revocation"))
    after = two.dana.follow(two.dana.submit(path))
    assert "The key is deleted." in after.text
    assert two.key_id not in [key.key_id for key in two.app.keys]
    assert two.dana.post(path).status == 404


def test_the_last_key_is_deleted_only_with_a_tick(desk: Desk) -> None:
    desk.put(expires_at=NOON)
    path = desk.path("deletion")
    assert desk.dana.submit(path).status == 422
    assert len(desk.app.keys) == 1
    assert desk.dana.submit(path, {"sure": "yes"}).status == 303
    assert not desk.app.keys


def test_a_change_by_htmx_leads_to_the_apps_page_with_a_toast(two: Desk) -> None:
    answer = two.dana.post(two.path("revocation"), with_htmx=True)
    assert (answer.status, answer.header("HX-Redirect")) == (204, "/apps/trip")
    assert two.dana.get("/apps/trip", with_htmx=True).toasts == [
        "The key is turned off. Its calls fail within about 3 minutes."
    ]


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize(
    ("change", "pages"),
    [
        ({}, {"revocation": "Turn off Key 1", "rotation": "Rotate Key 1"}),
        ({"status": REVOKED}, {"revocation": "Key 1 is off", "deletion": "Delete Key 1"}),
        ({"expires_at": NOON}, {"revocation": "Turn off Key 1", "deletion": "Delete Key 1"}),
    ],
)
def test_a_confirm_page_names_what_its_button_does_whatever_blocks_the_key(
    two: Desk, blocked: bool, change: dict[str, object], pages: dict[str, str]
) -> None:
    two.put(**change)
    if blocked:
        two.house.apigee.apps.set_status(EMAIL, "trip", REVOKED)
    for what, heading in pages.items():
        page = two.dana.get(two.path(what)).page
        assert page.heading == heading
        is_over = heading == "Key 1 is off"
        title = "A key that is off" if is_over else heading.removesuffix(" Key 1")
        assert page.title.startswith(title)
        assert (page.all("form", action=two.path(what)) == []) == is_over
    offered = two.dana.get(two.path("rotation")).status
    assert offered == (409 if change else 200)


def test_the_page_that_turns_an_expired_key_on_says_that_it_stays_dead(two: Desk) -> None:
    two.put(expires_at=NOON)
    two.dana.post(two.path("revocation"))
    text = two.dana.get(two.path("revocation")).text
    assert "calls fail all the same" in text
    assert "accepted again" not in text


def test_a_replacement_that_goes_on_has_a_title_of_its_own(two: Desk) -> None:
    two.dana.submit(two.path("rotation"), shows_keys=True)
    page = two.dana.get(two.path("rotation")).page
    assert page.heading == "The replacement of Key 1"
    assert page.title.startswith("The replacement of a key of trip")


@pytest.mark.parametrize("what", ["revocation", "deletion"])
def test_the_pages_cost_one_call(two: Desk, what: str) -> None:
    two.dana.get("/products")  # known for half a minute
    two.dana.get(two.path(what))
    assert two.dana.get(two.path(what)).calls == 1


def test_what_others_revoked_after_approving_it_is_not_the_owners_to_turn_on(two: Desk) -> None:
    path = two.path("revocation")
    assert two.dana.submit(path).status == 303
    two.house.clock.advance(60)
    two.put(status=ApprovalStatus.APPROVED)
    assert "Turned off by you" not in two.article()
    two.put(status=REVOKED)
    assert "Turned off by an administrator" in two.article()
    assert two.dana.get(path).page.all("button", name="do") == []
    answer = two.dana.post(path, {"do": "on"})
    assert answer.status == 403
    assert "Only an administrator can turn it on." in answer.text
    assert two.is_off()
