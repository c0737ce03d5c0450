"""Lists in pages: every object once, in as few calls as can be."""

from collections.abc import Sequence
from itertools import islice
from weakref import WeakSet

import pytest

from app.apigee.lists import every_item
from app.domain.errors import NotFound, PortalError, Upstream, UpstreamKind
from tests.unit.apigee.speaking import APP, Speaker
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import edge_error, reply


class Shelf:
    """Gives pages of three with an inclusive start key; objects can vanish in between."""

    def __init__(self, *items: str) -> None:
        self.items = list(items)
        self.starts: list[str | None] = []

    def fetch(self, start: str | None) -> Sequence[str]:
        self.starts.append(start)
        if start is not None and start not in self.items:
            raise NotFound("There is no such start.")
        at = 0 if start is None else self.items.index(start)
        return self.items[at : at + 3]

    def all(self) -> list[str]:
        return list(every_item(self.fetch, lambda item: item, size=3))


@pytest.mark.parametrize(
    ("items", "calls"), [("", 1), ("ab", 1), ("abc", 2), ("abcd", 2), ("abcde", 3), ("abcdefg", 4)]
)
def test_every_item_comes_once(items: str, calls: int) -> None:
    shelf = Shelf(*items)
    assert shelf.all() == list(items)
    assert len(shelf.starts) == calls


def test_a_page_is_fetched_when_it_is_reached() -> None:
    shelf = Shelf(*"abcdefg")
    found = list(islice(every_item(shelf.fetch, lambda item: item, size=3), 3))
    assert (found, shelf.starts) == (["a", "b", "c"], [None])


def test_a_start_that_was_deleted_meanwhile_loses_nothing() -> None:
    shelf, found = Shelf(*"abcdefg"), list[str]()
    for item in every_item(shelf.fetch, lambda item: item, size=3):
        found.append(item)
        if item == "c":
            shelf.items.remove("c")
    assert found == list("abcdefg")
    assert shelf.starts[:3] == [None, "c", "b"]


def test_a_list_that_vanishes_is_a_failure() -> None:
    shelf = Shelf(*"abcdefg")
    items = every_item(shelf.fetch, lambda item: item, size=3)
    next(items)
    shelf.items.clear()
    with pytest.raises(Upstream):
        list(items)


def test_a_server_that_ignores_the_start_ends_the_list() -> None:
    assert list(every_item(lambda _: ["a", "b", "c"], lambda item: item, size=3)) == list("abc")


def test_a_missing_organization_is_not_a_missing_developer(
    server: Server, speaker: Speaker
) -> None:
    server.answer(edge_error(404, "organizations.Missing"))
    apigee = speaker.apigee()
    for read in (apigee.products.all, lambda: list(apigee.developers.all())):
        with pytest.raises(Upstream) as failed:
            read()
        assert failed.value.kind is UpstreamKind.FAILED


def _apps(*numbers: int) -> object:
    return {"app": [{**APP, "name": f"app-{number:03}"} for number in numbers]}


def test_fewer_than_a_hundred_apps_cost_one_call(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, _apps(*range(99))))
    page = speaker.apigee().apps.page("dana@example.com")
    assert (len(page.apps), page.next_start, len(server.seen)) == (99, None, 1)
    assert server.seen[0].target.endswith("/apps?expand=true&count=100")


def test_a_full_page_is_shown_whole_and_goes_on_after_its_last_app(
    server: Server, speaker: Speaker
) -> None:
    server.answer(reply(200, _apps(*range(100))), reply(200, _apps(99, 100, 101)))
    apps = speaker.apigee().apps
    first = apps.page("dana@example.com")
    assert (len(first.apps), first.next_start) == (100, "app-099")
    second = apps.page("dana@example.com", start=first.next_start)
    assert [app.name for app in second.apps] == ["app-100", "app-101"]
    assert second.next_start is None


def test_exactly_a_hundred_apps_end_in_an_empty_page(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, _apps(99)))
    page = speaker.apigee().apps.page("dana@example.com", start="app-099")
    assert (page.apps, page.next_start) == ((), None)


def test_the_apps_of_an_unknown_developer_are_not_found(server: Server, speaker: Speaker) -> None:
    server.answer(edge_error(404, "developer.service.DeveloperIdDoesNotExist"))
    with pytest.raises(PortalError, match="no such developer"):
        speaker.apigee().apps.page("dana@example.com")


class Item:
    """One object of a list, which can be watched."""

    def __init__(self, key: str) -> None:
        self.key = key


def test_only_the_last_page_is_kept() -> None:
    alive: WeakSet[Item] = WeakSet()

    def fetch(start: str | None) -> Sequence[Item]:
        at = int(start or 0)
        page = [Item(str(number)) for number in range(at, min(at + 3, 31))]
        alive.update(page)
        return page

    most = 0
    for item in every_item(fetch, lambda item: item.key, size=3):
        most = max(most, len(alive))
        last = item.key
    assert last == "30"
    assert most <= 2 * 3 + 1


@pytest.mark.parametrize(
    ("apps", "counts"),
    [
        ((None, None), [None, None]),
        ((["a", "b"], None), [2, 0]),
        (([], ["a"]), [0, 1]),
    ],
)
def test_a_list_that_names_no_apps_at_all_says_nothing_of_their_number(
    server: Server, speaker: Speaker, apps: tuple[list[str] | None, ...], counts: list[int | None]
) -> None:
    people = [
        {"email": f"d{number}@example.com"} | ({} if names is None else {"apps": names})
        for number, names in enumerate(apps)
    ]
    server.answer(reply(200, {"developer": people}))
    assert [item.apps_count for item in speaker.apigee().developers.all()] == counts
