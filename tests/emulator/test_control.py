"""The journal, faults and reset: the test controls of the local Apigee."""

import json
import stat
import time
from pathlib import Path

import pytest
import requests

from emulator.faults import Fault
from emulator.messages import Exchange, Request
from tests.emulator.conftest import NEW_DEVELOPER, Client, Json, Start


def control(client: Client, method: str, path: str, body: object = None) -> requests.Response:
    url = f"{client.local.root}/_emulator/{path}"
    return requests.request(method, url, json=body, timeout=20)


def entries(client: Client, query: str = "") -> Json:
    return control(client, "GET", f"requests{query}").json()["requests"]


def test_every_call_is_journaled_with_its_body_status_and_time(client: Client) -> None:
    client.session.headers["X-Request-Id"] = "abc"
    client.call("POST", "/developers", NEW_DEVELOPER, alt="json")
    client.get("/developers/a%2540example.com")
    first, second = entries(client)
    assert (first["method"], first["path"]) == ("POST", "/v1/organizations/demo/developers")
    assert (first["query"], first["status"], first["request_id"]) == ("alt=json", 201, "abc")
    assert json.loads(first["body"]) == NEW_DEVELOPER
    assert 0 < first["milliseconds"] < 5000
    assert first["time"].endswith("+00:00")
    assert second["path"].endswith("/developers/a%2540example.com")
    assert second["status"] == 404
    assert client.local.journal.lines()[0] == f"POST {first['path']}?alt=json"
    assert client.local.journal.lines()[1] == f"GET {second['path']}"


def test_the_journal_can_be_read_from_a_number_on(client: Client) -> None:
    client.get("")
    last = control(client, "GET", "requests").json()["last"]
    assert entries(client, f"?since={last}") == []
    client.get("/environments")
    assert [each["path"] for each in entries(client, f"?since={last}")] == [
        "/v1/organizations/demo/environments"
    ]
    assert control(client, "GET", "requests?since=x").status_code == 400
    assert control(client, "GET", "requests?kind=x").status_code == 400


def test_the_journal_knows_tokens_and_the_gateway_by_their_kinds(x: Client) -> None:
    x.get("")
    x.gateway(**{"x-apikey": "dana-key"})
    requests.post(x.local.token_uri, data={"assertion": "a-secret"}, timeout=20)
    requests.get(f"{x.local.root}/favicon.ico", timeout=20)
    assert [each["kind"] for each in entries(x, "?kind=all")] == ["management", "gateway", "token"]
    [token] = entries(x, "?kind=token")
    assert (token["path"], token["body"]) == ("/token", "")
    assert len(entries(x, "?kind=gateway")) == len(entries(x)) == 1
    assert len(x.local.journal.select()) == 3


def test_the_journal_is_kept_in_a_file_for_its_owner_only(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "journal.jsonl"
    client = start(journal=path)
    client.get("")
    client.local.reset()
    client.get("/environments")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [each["number"] for each in rows] == [1, 2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_reset_puts_everything_back_to_the_seed(client: Client) -> None:
    client.call("DELETE", "/developers/dana@example.com")
    client.call("POST", "/developers", NEW_DEVELOPER)
    client.local.faults.add(Fault(path="/none", status=500))
    assert control(client, "POST", "reset").status_code == 204
    assert entries(client) == []
    assert control(client, "GET", "faults").json() == {"faults": []}
    listed = client.json("/developers", expand="true")["developer"]
    assert [each["email"] for each in listed] == ["dana@example.com", "ravi@example.com"]
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 200


def test_a_fault_breaks_the_calls_it_matches_as_often_as_it_says(client: Client) -> None:
    fault = {
        "method": "get",
        "path": "/developers$",
        "status": 503,
        "body": {"message": "later"},
        "headers": {"Retry-After": "1"},
        "times": 2,
    }
    added = control(client, "POST", "faults", fault)
    assert (added.status_code, added.json()["faults"][0]["left"]) == (201, 2)
    assert client.get("/environments").status_code == 200
    for _ in range(2):
        answer = client.get("/developers")
        assert (answer.status_code, answer.json()) == (503, {"message": "later"})
        assert answer.headers["Retry-After"] == "1"
    assert client.get("/developers").status_code == 200


def test_a_fault_without_a_number_stays_until_it_is_cleared(client: Client) -> None:
    control(client, "POST", "faults", {"status": 502, "body": "<html>", "times": 0})
    for _ in range(3):
        answer = client.get("/developers")
        assert (answer.status_code, answer.text) == (502, "<html>")
        assert answer.headers["Content-Type"] == "text/html"
    assert control(client, "GET", "faults").json()["faults"][0]["left"] == 0
    assert control(client, "DELETE", "faults").status_code == 204
    assert client.get("/developers").status_code == 200


def test_an_answer_can_be_lost_after_the_work_was_done(client: Client) -> None:
    control(client, "POST", "faults", {"status": 504, "after": True})
    assert client.call("POST", "/developers", NEW_DEVELOPER).status_code == 504
    assert client.get("/developers/new@example.com").status_code == 200


def test_a_call_can_only_be_delayed(client: Client) -> None:
    control(client, "POST", "faults", {"delay_milliseconds": 200})
    begun = time.monotonic()
    assert client.get("/developers").status_code == 200
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    "bad", [{"colour": "red"}, {"path": "("}, [], "text"], ids=["word", "pattern", "list", "text"]
)
def test_a_fault_that_makes_no_sense_is_refused(x: Client, bad: object) -> None:
    answer = control(x, "POST", "faults", bad)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_there_are_no_other_controls(x: Client) -> None:
    assert control(x, "GET", "reset").status_code == 404
    assert control(x, "POST", "none").status_code == 404


@pytest.mark.parametrize("host", ["example.com", "example.com:8001", "10.0.0.1", "localhost.evil"])
def test_a_request_meant_for_another_host_is_refused(x: Client, host: str) -> None:
    for path in ("/_emulator/requests", "/v1/organizations/demo", "/proxy/weather/today"):
        answer = requests.get(f"{x.local.root}{path}", headers={"Host": host}, timeout=20)
        assert answer.status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8001", "[::1]:8001"])
def test_a_request_for_this_machine_is_answered(x: Client, host: str) -> None:
    url = f"{x.local.root}/_emulator/requests"
    assert requests.get(url, headers={"Host": host}, timeout=20).status_code == 200


@pytest.mark.parametrize("remote", ["10.0.0.1", "unknown"])
def test_a_request_from_another_machine_is_refused(x: Client, remote: str) -> None:
    request = Request("GET", "/_emulator/requests", {}, remote=remote)
    assert x.local.service.answer(request).status == 403
    here = Request("GET", "/_emulator/requests", {}, remote="::1")
    assert x.local.service.answer(here).status == 200


def test_observers_are_told_of_every_exchange(start: Start) -> None:
    seen: list[Exchange] = []
    x = start(observers=[seen.append])
    x.call("POST", "/developers", NEW_DEVELOPER)
    x.local.faults.add(Fault(status=503))
    x.get("/developers")
    created, broken = seen
    assert (created.flavor, created.response.status, created.injected) == ("x", 201, False)
    assert json.loads(created.request.body) == NEW_DEVELOPER
    assert broken.injected
