"""A developer's status in further organizations: read as a part, set in each, told one by one."""

from dataclasses import replace

import pytest

from app.domain.audit import Action
from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.services.ingredients import ApigeePorts, Elsewhere, Ports
from tests.fakes.apigee import FakeApigee
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
Others = dict[str, FakeApigee]


@pytest.fixture
def others() -> Others:
    """Two further organizations; Dana is in the first one."""
    known = {"partners": FakeApigee(), "labs": FakeApigee()}
    known["partners"].add_developer("dana@example.com", "Dana", "Reyes")
    return known


def ports_of(fake: FakeApigee) -> ApigeePorts:
    return ApigeePorts(
        organization=fake.organization,
        developers=fake.developers,
        apps=fake.apps,
        organization_apps=fake.organization_apps,
        keys=fake.keys,
        products=fake.products,
        stats=fake.stats,
    )


@pytest.fixture
def several(build: Build, others: Others) -> House:
    further = {name: Elsewhere(ports_of(fake), True) for name, fake in others.items()}

    def change(ports: Ports) -> Ports:
        return replace(ports, further=further)

    house = build(change)
    house.developer("dana")
    return house


@pytest.fixture
def page(several: House) -> str:
    return f"/admin/developers/{several.public_id()}"


def status_in(fake: FakeApigee) -> str:
    return fake.by_email["dana@example.com"].status.value


def section(answer: Answer) -> str:
    return answer.page.text_of("organizations")


def test_without_further_organizations_nothing_is_said_of_them(house: House, ada: Browser) -> None:
    house.developer("dana")
    page = f"/admin/developers/{house.public_id()}"
    assert ada.get(page).page.by_id("organizations") is None
    assert ada.get(f"{page}/organizations").status == 404


def test_the_page_asks_no_further_organization_and_links_to_the_part(
    several: House, page: str, others: Others
) -> None:
    answer = several.administrator().get(page)
    part = answer.page.by_id("organizations")
    assert part is not None
    assert (part.get("hx-get"), part.get("hx-trigger")) == (f"{page}/organizations", "load")
    assert f"{page}/organizations" in answer.page.links
    assert "partners, labs" in section(answer)
    assert [fake.calls for fake in others.values()] == [[], []]


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_each_organization_says_its_status_with_one_call(
    several: House, page: str, others: Others, part: bool
) -> None:
    answer = several.administrator().get(f"{page}/organizations", with_htmx=part)
    assert answer.status == 200
    assert "partners" in answer.text
    assert "Active" in answer.text
    assert "There is no developer with this e-mail address." in answer.text
    assert [fake.calls for fake in others.values()] == [["developers.get"]] * 2
    assert several.apigee.calls == []


def test_one_that_is_away_says_so_beside_the_others(
    several: House, page: str, others: Others
) -> None:
    others["labs"].fail("developers.get", DOWN)
    answer = several.administrator().get(f"{page}/organizations")
    assert "partners Active" in section(answer)
    assert "labs Unknown Apigee does not answer right now." in section(answer)


def test_deactivating_is_done_in_each_and_recorded_in_each(
    several: House, page: str, others: Others
) -> None:
    ada = several.administrator()
    others["labs"].add_developer("dana@example.com", "Dana", "Reyes")
    answer = ada.post(f"{page}/status", {"status": "inactive"})
    assert answer.status == 303
    shown = ada.get(page).text
    assert "Inactive in partners, labs, too." in shown
    assert [status_in(fake) for fake in (several.apigee, *others.values())] == ["inactive"] * 3
    rows = sorted(
        (entry.target_kind, entry.phase.value, entry.target, entry.actor.name)
        for entry in several.trail()
        if entry.action is Action.DEVELOPER_DEACTIVATE_ELSEWHERE
    )
    assert rows == [
        (f"developer in {name}", phase, "dana@example.com", "ada@example.com")
        for name in ("labs", "partners")
        for phase in ("done", "intent")
    ]


def test_a_failure_in_one_is_told_stops_no_other_and_can_be_tried_again(
    several: House, page: str, others: Others
) -> None:
    ada = several.administrator()
    others["labs"].add_developer("dana@example.com", "Dana", "Reyes")
    others["partners"].fail("developers.set_status", DOWN)
    answer = ada.post(f"{page}/status", {"status": "inactive"}, with_htmx=True)
    assert answer.status == 200
    assert any("Not done in partners: Apigee does not answer" in toast for toast in answer.toasts)
    assert "partners Unknown" in section(answer)
    assert [status_in(fake) for fake in others.values()] == ["active", "inactive"]
    form = f"{page}/organizations/partners"
    assert answer.page.form(form) is not None
    again = ada.post(form, {"status": "inactive"}, with_htmx=True)
    assert again.status == 200
    assert [status_in(fake) for fake in others.values()] == ["inactive", "inactive"]
    assert "partners Inactive" in section(again)


def test_where_the_portals_own_organization_fails_no_other_is_changed(
    several: House, page: str, others: Others
) -> None:
    several.apigee.fail("developers.set_status", DOWN)
    assert several.administrator().post(f"{page}/status", {"status": "inactive"}).status == 503
    assert status_in(others["partners"]) == "active"


def test_nobody_activates_themselves_in_another_organization(
    several: House, page: str, others: Others
) -> None:
    others["partners"].developers.set_status("dana@example.com", DeveloperStatus.INACTIVE)
    dana = several.signed_in("dana", roles=frozenset({"administrator"}))
    answer = dana.post(f"{page}/organizations/partners", {"status": "active"})
    assert answer.status == 403
    assert status_in(others["partners"]) == "inactive"
    assert f"{page}/organizations/partners" not in dana.get(f"{page}/organizations").body


@pytest.mark.parametrize(
    ("place", "status", "code"), [("nowhere", "active", 404), ("partners", "gone", 422)]
)
def test_what_is_not_there_is_refused(
    several: House, page: str, place: str, status: str, code: int
) -> None:
    ada = several.administrator()
    assert ada.post(f"{page}/organizations/{place}", {"status": status}).status == code


def test_support_reads_and_changes_nothing(several: House, page: str, others: Others) -> None:
    sam = several.signed_in("sam", roles=frozenset({"support"}))
    assert "Deactivate in" not in sam.get(f"{page}/organizations").text
    refused = sam.post(f"{page}/organizations/partners", {"status": "inactive"})
    assert refused.status == 403
    assert status_in(others["partners"]) == "active"


def test_the_address_is_folded_where_the_organization_has_small_letters(
    several: House, others: Others
) -> None:
    with several.context():
        told = several.portal.developers.organizations.statuses("Dana@Example.com")
    assert [there.status for there in told] == [DeveloperStatus.ACTIVE, None]
    assert [fake.calls for fake in others.values()] == [["developers.get"]] * 2


def test_the_command_does_it_in_each_and_ends_with_an_error_where_one_failed(
    several: House, others: Others
) -> None:
    others["partners"].fail("developers.set_status", DOWN)
    runner = several.flask.test_cli_runner()
    words = ["developers", "deactivate", "dana@example.com"]
    failed = runner.invoke(args=words)
    assert failed.exit_code == 1
    assert "partners: Apigee does not answer right now." in failed.output
    assert "labs: There is no developer with this e-mail address." in failed.output
    done = runner.invoke(args=words)
    assert done.exit_code == 0
    assert "partners: inactive" in done.output


def test_the_doctor_asks_each_organization(several: House, others: Others) -> None:
    others["labs"].fail("developers.get", DOWN)
    output = several.flask.test_cli_runner().invoke(args=["doctor"]).output
    assert "ok      partners: Activate and deactivate developers" in output
    assert "WRONG   labs: Read a developer" in output
    assert "labs: Activate" not in output


def test_before_it_is_done_every_page_says_in_which_organizations(
    several: House, page: str
) -> None:
    ada = several.administrator()
    shown = ada.get(page)
    asked = next(
        item.get("hx-confirm", "") for item in shown.page.all("form", hx_target="#developer")
    )
    told = "The same is done in partners, labs"
    assert told in asked
    assert told in shown.page.text_of("status")
    deletion = ada.get(f"{page}/deletion").text
    assert told in deletion
    assert "Nothing is deleted in partners, labs" in deletion
    bulk = {"to": "inactive", "developer": several.public_id()}
    assert told in ada.get(ada.post("/admin/developers/bulk", bulk).location).text


def test_of_many_those_done_here_only_are_counted_apart(several: House, others: Others) -> None:
    ada = several.administrator()
    others["partners"].fail("developers.set_status", DOWN)
    bulk = {"to": "inactive", "developer": several.public_id()}
    path = ada.post("/admin/developers/bulk", bulk).location
    ada.post(path, {})
    report = ada.get(path)
    assert "1 of 1 is inactive here, 1 of them not everywhere." in report.text
    assert "Not in partners: Apigee does not answer right now." in report.text
    assert report.page.by_id("failed") is None
    ada.post(path, {})
    assert "1 of 1 is inactive." in ada.get(path).text
    assert status_in(others["partners"]) == "inactive"
