"""The list of developers in the administration: filtered, sorted by links, counted and paged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.domain.errors import OutcomeUnknown, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.house import House
from tests.routes.page import words

PAGE = "/admin/developers"


def fill(house: House, size: int = 0) -> None:
    """Keep Dana with two apps and a tier, Ines who is inactive, Zoe without apps, and a crowd."""
    tier = (Attribute("tier", "gold"),)
    dana = house.apigee.add_developer("dana@example.com", "Dana", "Reyes")
    ines = house.apigee.add_developer("ines@example.com", "Ines", "Reyes", DeveloperStatus.INACTIVE)
    zoe = house.apigee.add_developer("a-zoe@example.com", "Zoe", "Reyes")
    day = timedelta(days=1)
    people = [
        replace(dana, attributes=tier, apps_count=2),
        replace(ines, created_at=house.clock.now() - day, apps_count=100),
        replace(zoe, created_at=house.clock.now() - 2 * day),
    ]
    people += [
        house.apigee.add_developer(f"d{number:04}@example.com", f"Dev{number:04}", "Crowd")
        for number in range(size)
    ]
    with house.context():
        house.portal.developers.index.save(people, house.clock.now())


def names(answer: Answer) -> list[str]:
    return [words(row).split()[0] for row in answer.page.all("th", scope="row")]


def head(answer: Answer, text: str) -> tuple[str, str]:
    """Return where a column's head leads, and how the column is sorted."""
    (found,) = (item for item in answer.page.all("th", scope="col") if text in words(item))
    (link,) = found.iter("a")
    return link.get("href", ""), found.get("aria-sort", "")


@pytest.mark.parametrize(
    ("column", "first", "way"),
    [
        ("Developer", ["Zoe", "Ines", "Dana"], "descending"),
        ("E-mail", ["Zoe", "Dana", "Ines"], "ascending"),
        ("Registered", ["Dana", "Ines", "Zoe"], "descending"),
        ("Last sign-in", ["Dana", "Ines", "Zoe"], "descending"),
    ],
)
def test_a_heads_link_sorts_the_list_and_a_second_click_turns_it(
    house: House, ada: Browser, column: str, first: list[str], way: str
) -> None:
    house.developer("dana")
    house.signed_in("dana")
    fill(house)
    once = ada.get(head(ada.get(f"{PAGE}?q=reyes"), column)[0])
    assert names(once) == first
    address, sorted_now = head(once, column)
    assert sorted_now == way
    assert names(ada.get(address))[0] == first[-1]
    assert "q=reyes" in address
    assert once.calls == 0


def test_a_search_keeps_the_order(house: House, ada: Browser) -> None:
    fill(house)
    form = ada.get(f"{PAGE}?sort=-email").page.form(PAGE, "get")
    assert form.values["sort"] == ["-email"]
    assert names(ada.get(f"{PAGE}?sort=-email&q=reyes")) == ["Ines", "Dana", "Zoe"]
    assert names(ada.get(f"{PAGE}?sort=nonsense")) == ["Dana", "Ines", "Zoe"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("attribute=tier", ["Dana"]),
        ("attribute=tier%3Dgold", ["Dana"]),
        ("attribute=tier%3Dsilver", []),
        ("signed_in=never", ["Ines", "Zoe"]),
        ("signed_in=never&status=active", ["Zoe"]),
        ("status=inactive&attribute=tier", []),
    ],
)
def test_the_list_is_narrowed_by_what_is_chosen(
    house: House, ada: Browser, asked: str, found: list[str]
) -> None:
    house.developer("dana")
    house.signed_in("dana")
    fill(house)
    answer = ada.get(f"{PAGE}?{asked}")
    assert names(answer) == found
    sent = answer.page.form(PAGE, "get").values
    chosen = {f"{name}={value}" for name, [value] in sent.items() if value}
    assert chosen == set(asked.replace("%3D", "=").split("&"))
    assert ("No developer matches" in answer.text) is (not found)


def test_apps_are_counted_where_apigee_named_them(house: House, ada: Browser) -> None:
    fill(house)
    apps = [words(item) for item in ada.get(PAGE).page.all("td", data_label="Apps")]
    assert apps == ["2", "100+", "unknown"]


def test_apps_that_are_made_and_deleted_here_are_counted_at_once(
    house: House, ada: Browser
) -> None:
    made = house.developer("dana")
    with house.context():
        index = house.portal.developers.index
        index.save((replace(made, apps_count=0),), house.clock.now())
    dana = house.signed_in("dana")
    in_hand = f"/admin/developers/{house.public_id()}"
    form = {"display_name": "Trip", "products": "weather-free", "request_id": "r1"}

    def counted() -> list[str]:
        return [words(item) for item in ada.get(PAGE).page.all("td", data_label="Apps")]

    for _ in range(2):  # sent twice it makes one
        assert dana.post("/apps/new", form, shows_keys=True).status == 200
    assert counted() == ["1"]
    other = {**form, "display_name": "Tour", "request_id": "r2"}
    assert ada.post(f"{in_hand}/apps/new", other, shows_keys=True).status == 200
    assert counted() == ["2"]
    house.apigee.fail("apps.delete", OutcomeUnknown(UpstreamKind.TIMEOUT, "Lost."))
    assert dana.post("/apps/trip/deletion", {"confirm_name": "Trip"}).status == 503
    assert counted() == ["2"]
    assert dana.post("/apps/trip/deletion", {"confirm_name": "Trip"}).status == 303
    assert ada.post(f"{in_hand}/apps/tour/deletion", {"confirm_name": "Tour"}).status == 303
    assert counted() == ["0"]


def test_pages_lead_on_and_back(house: House, ada: Browser) -> None:
    fill(house, 120)
    first = ada.get(f"{PAGE}?q=crowd&sort=-email")
    second = ada.get(link(first, "Next page"))
    third = ada.get(link(second, "Next page"))
    assert names(third)[-1] == "Dev0000"
    assert not link(third, "Next page")
    assert names(ada.get(link(third, "Previous page"))) == names(second)
    assert names(ada.get(link(second, "Previous page"))) == names(first)
    assert not link(first, "Previous page")
    assert "120 developers match" in second.text


def link(answer: Answer, text: str) -> str:
    found = (item.get("href", "") for item in answer.page.all("a") if words(item) == text)
    return next(found, "")


def test_the_total_is_counted_to_a_thousand(house: House, ada: Browser) -> None:
    fill(house)
    assert "3 developers" in ada.get(PAGE).text
    assert "1 developer matches" in ada.get(f"{PAGE}?q=dana").text
    fill(house, 1_000)
    assert "1,000+ developers" in ada.get(PAGE).text
    assert "1,000 developers match" in ada.get(f"{PAGE}?q=crowd").text
