"""Two machines are one portal: what happens on one holds on the other, and happens once."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests

from emulator.faults import fault
from tests.faults.machines import SECONDS, Machines, run_machines
from tests.faults.workshop import DANA, until
from tests.identity.twins import Person, within_a_second

HERE, THERE = 0, 1
APPS = 4
GONE, STAYS = [302, 302], [200, 200]
LIMITS = {
    "PORTAL_LIMITS__MULTIPLIER": "1",
    "PORTAL_LIMITS__SEARCH": "6 per minute",
    "PORTAL_LIMITS__SIGN_IN": "1000 per minute",
    "PORTAL_LIMITS__WRITE": "1000 per minute",
    "PORTAL_LIMITS__CREATE_APP": "1000 per minute",
}


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with run_machines(tmp_path_factory.mktemp("machines"), **LIMITS) as running:
        yield running


@pytest.fixture
def dana(machines: Machines) -> Iterator[Person]:
    """Dana, who has signed in on the first machine and was let in by the second."""
    one = Person(machines)
    with closing(one.session):
        yield one.sign_in("dana")


def everybody_at_once(dana: Person, path: str, times: int) -> list[requests.Response]:
    """Open a page on both machines as often at the same moment."""
    headers = {"Cookie": f"portal_session={dana.session.cookies['portal_session']}"}

    def get(number: int) -> requests.Response:
        address = dana.twins.addresses[number % 2] + path
        return requests.get(address, headers=headers, timeout=SECONDS, allow_redirects=False)

    with ThreadPoolExecutor(2 * times) as pool:
        return list(pool.map(get, range(2 * times)))


def make_app(dana: Person, name: str) -> None:
    """Make an app on the first machine."""
    values = {"display_name": name, "products": "weather-free"}
    assert dana.submit("/apps/new", "/apps/new", HERE, **values).answer.status_code == 200


def key_of(person: Person, name: str) -> str:
    """Return the id of the app's key from its page."""
    found = re.search(rf"/apps/{name}/keys/([\w-]+)/", person.get(HERE, f"/apps/{name}").text)
    assert found is not None
    return found[1]


def test_who_signs_out_on_one_machine_is_out_on_the_other_at_once(dana: Person) -> None:
    cookie = dana.session.cookies["portal_session"]
    assert dana.statuses("/account") == STAYS
    dana.submit("/account", "/sign-out", THERE)
    headers = {"Cookie": f"portal_session={cookie}"}
    for address in dana.twins.addresses:
        answer = requests.get(
            f"{address}/account", headers=headers, timeout=SECONDS, allow_redirects=False
        )
        assert answer.status_code == 302


def test_signing_out_everywhere_on_one_machine_ends_sessions_begun_on_the_other(
    machines: Machines, dana: Person
) -> None:
    with (
        closing(Person(machines).sign_in("sam").session) as here,
        closing(Person(machines).sign_in("sam").session) as elsewhere,
    ):
        Person(machines, here).submit("/account", "/account/sessions/ending", THERE)
        assert Person(machines, elsewhere).statuses("/account") == GONE
        assert Person(machines, here).statuses("/account") == GONE
    assert dana.statuses("/account") == STAYS


def test_what_a_provider_tells_one_machine_is_so_on_the_other(
    machines: Machines, dana: Person
) -> None:
    with closing(Person(machines).sign_in("ravi").session) as session:
        ravi = Person(machines, session)
        told = machines.control("POST", "/kill/ravi")["logout_tokens"]
        assert [each["delivered"] for each in told] == [True] * len(told) != []
        assert within_a_second(lambda: ravi.statuses("/account") == GONE)
    assert dana.statuses("/account") == STAYS


def test_machines_count_a_limit_together(machines: Machines) -> None:
    answers = [
        requests.get(f"{machines.addresses[number % 2]}/products?q=weather", timeout=SECONDS)
        for number in range(8)
    ]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2


def test_what_many_ask_for_at_once_is_read_once_by_one_machine(
    machines: Machines, dana: Person
) -> None:
    """Whose turn it is reads; what it brought is in Redis for the others, who wait for it."""
    make_app(dana, "Not listed yet")
    before = machines.local.journal.last
    machines.local.faults.add(fault("slow", times=0, path="/apps", delay_milliseconds=1_000))
    answers = everybody_at_once(dana, "/apps", 6)
    machines.local.faults.clear()
    assert {answer.status_code for answer in answers} == {200}
    assert all("Not listed yet" in answer.text for answer in answers)
    assert len(machines.calls("/apps", before)) == 1


def test_what_one_machine_has_read_the_other_shows_without_asking(
    machines: Machines, dana: Person
) -> None:
    assert "App 1" in dana.get(HERE, "/apps?refresh=1").text
    before = machines.local.journal.last
    assert "App 1" in dana.get(THERE, "/apps").text
    assert machines.calls("/apps", before) == []


def test_an_app_made_on_one_machine_is_listed_by_the_other_at_once(dana: Person) -> None:
    assert "Made elsewhere" not in dana.get(THERE, "/apps").text
    make_app(dana, "Made elsewhere")
    assert "Made elsewhere" in dana.get(THERE, "/apps").text


def test_a_change_that_one_machine_saw_on_apigee_the_other_shows_within_seconds(
    machines: Machines, dana: Person
) -> None:
    """Within the five for which a process answers from its own memory."""
    assert "App 2" in dana.get(THERE, "/apps").text
    headers = {"Authorization": f"Bearer {machines.local.bearer()}"}
    url = f"{machines.local.url}/organizations/demo/developers/{DANA}/apps/app-2"
    requests.delete(url, headers=headers, timeout=SECONDS).raise_for_status()
    assert "App 2" not in dana.get(HERE, "/apps?refresh=1").text
    until(lambda: "App 2" not in dana.get(THERE, "/apps").text)


def test_rotations_begun_on_both_machines_are_ended_once_by_either_worker(
    machines: Machines, dana: Person
) -> None:
    names = [f"app-{number}" for number in range(4, 4 + APPS)]
    for number, name in enumerate(names):
        path = f"/apps/{name}/keys/{key_of(dana, name)}/rotation"
        begun = dana.submit(path, "/rotation", number % 2, overlap="1h")
        assert begun.answer.status_code == 200
    before = machines.local.journal.last
    # Slow enough that neither worker is done before the other looks.
    machines.local.faults.add(fault("slow", times=0, path="/keys/", delay_milliseconds=1_000))
    first, second = machines.both
    with first.working(), second.working():
        until(lambda: first.waits_for_jobs() and second.waits_for_jobs())
        passed = "TIMESTAMP '2020-01-01 00:00:00'"
        of_keys = "kind = 'key.retire'"
        machines.change(f"UPDATE jobs SET due_at = {passed}, run_at = {passed} WHERE {of_keys}")  # noqa: S608 - words of ours
        states = f"SELECT DISTINCT state FROM jobs WHERE {of_keys}"  # noqa: S608 - words of ours
        until(lambda: machines.rows(states) == [("done",)])
    machines.local.faults.clear()
    revoked = Counter(
        each.path
        for each in machines.local.journal.select(since=before, kind="management")
        if "action=revoke" in each.query
    )
    assert (len(revoked), set(revoked.values())) == (APPS, {1})
    jobs = machines.rows("SELECT attempts, worker FROM jobs WHERE kind = 'key.retire'")
    assert [attempts for attempts, _ in jobs] == [1] * APPS
    assert len({worker for _, worker in jobs}) == 2
