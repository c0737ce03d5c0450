"""The measurements measure what they say, judge it, and leave nothing running."""

import signal
import socket
from collections.abc import Iterator

import pytest

from bench import house
from bench.__main__ import main
from bench.crowd import Crowd
from bench.pages import apps_on, next_pages, without_what_differs
from bench.sampling import Sampler
from bench.table import Row, Target, written

MEASURED = (
    "warm, 10 apps: pages/s against the floor",
    "warm, 1,000 apps: pages/s against the floor",
    "warm, home: pages/s against the floor",
    "warm, product list: pages/s against the floor",
    "warm: 1,000 apps against 10",
    "warm: calls to Apigee for a page",
    "cold, 10 apps, Apigee of 0 ms: time against the floor",
    "cold, 1,000 apps, Apigee of 0 ms: time against the floor",
    "cold, 10 apps, Apigee of 50 ms: time against one call",
    "cold, 1,000 apps, Apigee of 50 ms: time against one call",
    "cold: calls to Apigee for the first page",
    "cold, 1,000 apps read to the end: lists against Apigee's fewest",
    "create an app, Apigee of 50 ms: own time against 2 calls",
    "create an app: calls to Apigee",
    "8 people at once, cold: pages/s with 50 ms against 0 ms",
    "start of portal serve to the first page against 2 s",
    "memory of a worker after 8 pages against 120 MB",
    "weight of a first visit against 60 kB",
    "weight of a next page against 10 kB",
)


@pytest.fixture(autouse=True)
def _leave_no_handlers() -> Iterator[None]:
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.timeout(600)
def test_a_quick_run_judges_every_measurement_and_ends_its_servers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ports: list[int] = []
    free_ports = house._free_ports

    def remembered() -> tuple[int, int]:
        ports.extend(free_ports())
        return ports[0], ports[1]

    monkeypatch.setattr(house, "_free_ports", remembered)
    ended = main(["--quick"])
    told = capsys.readouterr()
    rows = told.out.splitlines()[2 : 2 + len(MEASURED)]
    for name, row in zip(MEASURED, rows, strict=True):
        assert row.startswith(f"{name}  ")
        assert row.endswith(("met", "MISSED", "no target"))
    assert "\n\nwarm, 10 apps; warm, 1,000 apps - what is left beside drawing" in told.out
    assert ended == any(row.endswith("MISSED") for row in rows)
    assert len(ports) == 2
    assert not any(map(answers, ports))


def test_a_target_is_judged_by_the_median() -> None:
    samples = [0.1, 0.6, 0.7]
    assert Row("warm", "", samples, Target(">=", 0.5)).verdict == "met"
    assert Row("warm", "", samples, Target(">=", 0.65)).verdict == "MISSED"
    assert Row("cold", "", samples, Target("<=", 0.6)).verdict == "met"
    assert Row("cold", "", samples, Target("<=", 0.59)).verdict == "MISSED"
    assert Row("other", "", samples).verdict == "no target"


def test_a_row_ends_in_its_verdict() -> None:
    rows = [Row("a", "1/s", [2.0], Target(">=", 3)), Row("longer", "", [1.0, 2.0])]
    assert written(rows).splitlines()[1:] == [
        "a            1/s      2.00                 >= 3    MISSED",
        "longer                1.50   1.00 to 2.00          no target",
    ]


def test_what_rows_mean_is_said_once_under_the_table() -> None:
    one, other = "what it means", "what that means"
    rows = [Row("a: 1", "", [1.0], None, one), Row("b: 1", "", [1.0], None, one)]
    rows += [Row("a: 2", "", [1.0], None, other), Row("a: 3", "", [1.0], None, other)]
    assert written(rows).splitlines()[5:] == ["", f"a; b - {one}", f"a - {other}"]


def test_every_first_visit_is_somebody_elses() -> None:
    crowd = Crowd(3, (0, 50))
    visits = [
        email for size in (10, 1000) for each in (0, 50) for email in crowd.strangers(size, each)
    ]
    assert len(set(visits)) == 12
    assert set(visits) < set(crowd.emails)
    sizes = {len(person["apps"]) for person in crowd.seed()["developers"]}
    assert sizes == {10, 1000}


def test_a_list_is_followed_to_its_other_parts() -> None:
    page = (
        '<a class="row-link"\n   href="/apps/one">One</a><a class="row-link" href="/apps/two">'
        '<a href="/apps?q=x&amp;start=two" hx-get="/apps?q=x&amp;start=two">More</a>'
    )
    assert apps_on(page) == {"/apps/one", "/apps/two"}
    assert next_pages(page) == {"/apps?q=x&start=two"}


def test_tokens_and_times_do_not_make_pages_different() -> None:
    page = '<input name="csrf_token" value="{}"><time title="x">{} ago</time><p>{}</p>'
    one = without_what_differs(page.format("a", "1 day", "same"))
    assert one == without_what_differs(page.format("b", "2 days", "same"))
    assert one != without_what_differs(page.format("b", "2 days", "other"))


def busy(rounds: int) -> int:
    return sum(number * number for number in range(rounds))


def test_a_sampler_finds_what_takes_the_time() -> None:
    with Sampler() as sampler:
        busy(3_000_000)
    dearest = next(iter(sampler.own()))
    assert dearest.name == "busy.<locals>.<genexpr>"
    assert dearest.file == "tests/bench/test_bench.py"
    shares = {place.name: share for place, share in sampler.whole().items()}
    assert shares["busy"] > 0.8
    assert sum(sampler.packages().values()) == pytest.approx(1)
