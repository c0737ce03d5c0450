"""What a call sends, what is told of it, and what never leaks out of it."""

import gzip
import json
import logging
import threading

import pytest

from app.apigee.flavor import Flavor
from app.domain.apps import NewApp
from app.domain.developers import DeveloperStatus, NewDeveloper
from app.domain.errors import OutcomeUnknown, PortalError, Upstream, UpstreamKind
from tests.unit.apigee.speaking import APP, DEVELOPER, Renewable, Speaker
from tests.unit.apigee.upstream import Reply, edge_error, named, reply
from tests.unit.apigee.upstream import Upstream as Server

BOTH = [Flavor.X, Flavor.EDGE]
MIXED = NewDeveloper("Dana@Example.com", "Dana", "Reyes", "dana")


def test_a_read_carries_credentials_and_request_id(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    assert speaker.apigee().developers.get("dana@example.com").email == "dana@example.com"
    sent = server.seen[0]
    assert sent.headers["authorization"].startswith("Basic ")
    assert sent.headers["x-request-id"] == "request-7"
    assert sent.headers["accept"] == "application/json"
    assert "content-type" not in sent.headers


def test_without_a_request_id_none_is_sent(server: Server, speaker: Speaker) -> None:
    speaker.request_id = ""
    server.answer(reply(200, DEVELOPER))
    speaker.apigee().developers.get("dana@example.com")
    assert "x-request-id" not in server.seen[0].headers


def test_x_gets_a_new_address_in_small_letters(server: Server, speaker: Speaker) -> None:
    server.answer(reply(201, DEVELOPER))
    speaker.apigee(Flavor.X).developers.create(MIXED)
    speaker.apigee(Flavor.EDGE).developers.create(MIXED)
    emails = [json.loads(seen.body)["email"] for seen in server.seen]
    assert emails == ["dana@example.com", "Dana@Example.com"]


def test_a_new_app_is_written_field_by_field(server: Server, speaker: Speaker) -> None:
    server.answer(reply(201, APP))
    new = NewApp(
        name="trip",
        display_name="Trip",
        products=("weather-free", "maps"),
        description="Plans trips",
        callback_url="https://trip.example/back",
        request_id="request-1",
        key_lifetime_seconds=86_400,
    )
    speaker.apigee(Flavor.X).apps.create("dana@example.com", new)
    assert server.seen[0].headers["content-type"] == "application/json"
    assert server.seen[0].json == {
        "name": "trip",
        "apiProducts": ["weather-free", "maps"],
        "attributes": [
            {"name": "DisplayName", "value": "Trip"},
            {"name": "Notes", "value": "Plans trips"},
            {"name": "portal_request_id", "value": "request-1"},
        ],
        "callbackUrl": "https://trip.example/back",
        "keyExpiresIn": "86400000",
    }


def test_what_a_new_app_does_not_have_is_not_sent(server: Server, speaker: Speaker) -> None:
    server.answer(reply(201, APP))
    speaker.apigee().apps.create("dana@example.com", NewApp("trip", "Trip", ()))
    assert server.seen[0].json == {
        "name": "trip",
        "apiProducts": [],
        "attributes": [{"name": "DisplayName", "value": "Trip"}],
    }


def test_edge_counts_milliseconds_as_a_number(server: Server, speaker: Speaker) -> None:
    server.answer(reply(201, APP))
    new = NewApp("trip", "Trip", (), key_lifetime_seconds=60)
    speaker.apigee(Flavor.EDGE).apps.create("dana@example.com", new)
    assert json.loads(server.seen[0].body)["keyExpiresIn"] == 60_000


@pytest.mark.parametrize("flavor", BOTH)
@pytest.mark.parametrize(
    "answer",
    named(no_content=reply(204, b""), empty=reply(200, {}), blank=reply(200, b"", kind="")),
)
def test_an_action_is_an_empty_octet_stream(
    server: Server, speaker: Speaker, flavor: Flavor, answer: Reply
) -> None:
    server.answer(answer)
    apigee = speaker.apigee(flavor)
    apigee.developers.set_status("dana@example.com", DeveloperStatus.INACTIVE)
    sent = server.seen[0]
    assert sent.target.endswith("/developers/dana%40example.com?action=inactive")
    assert (sent.headers["content-type"], sent.body) == ("application/octet-stream", b"")
    assert sent.headers["content-length"] == "0"


def test_a_page_of_a_sign_in_is_not_a_deleted_app(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, "<p>Sign in</p>", kind="text/html"))
    with pytest.raises(OutcomeUnknown) as lost:
        speaker.apigee().apps.delete("dana@example.com", "trip")
    assert lost.value.kind is UpstreamKind.BROKEN_ANSWER


def test_a_value_of_a_query_is_quoted(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, {}))
    speaker.apigee().apps.page("dana@example.com", start="50% #1&x=+")
    assert server.seen[0].target.endswith("count=100&startKey=50%25%20%231%26x%3D%2B")


def test_every_exchange_is_observed(server: Server, speaker: Speaker) -> None:
    server.answer(reply(503, {}), reply(200, DEVELOPER))
    speaker.apigee().developers.get("dana@example.com")
    assert speaker.observed == [("developers.get", 503), ("developers.get", 200)]
    assert all(0 < seconds < 30 for seconds in speaker.seconds)


def test_each_exchange_is_one_log_line_without_names(
    server: Server, speaker: Speaker, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(edge_error(404, "developer.service.AppDoesNotExist"))
    with caplog.at_level(logging.INFO, "app.apigee"), pytest.raises(PortalError):
        speaker.apigee().apps.get("dana@example.com", "private-name")
    lines = [record for record in caplog.records if record.name.startswith("app.")]
    assert [line.getMessage() for line in lines] == ["GET developers/{developer}/apps/{app}: 404"]
    told = lines[0].__dict__
    assert (told["operation"], told["status"]) == ("apps.get", 404)
    assert told["request_id"] == "request-7"
    assert isinstance(told["milliseconds"], int)


def test_an_error_holds_neither_address_nor_answer(server: Server, speaker: Speaker) -> None:
    server.answer(edge_error(400, "keymanagement.service.strange"))
    with pytest.raises(Upstream) as refused:
        speaker.apigee().apps.get("dana@example.com", "private-name")
    error = refused.value
    assert (error.__cause__, error.__context__) == (None, None)
    told = f"{error!r} {error} {vars(error)}"
    assert not any(word in told for word in ("private-name", "dana", "127.0.0.1", "secret-key"))


def test_an_answer_that_is_not_understood_is_not_in_the_error(
    server: Server, speaker: Speaker
) -> None:
    server.answer(reply(200, {"name": "trip", "credentials": "secret-key"}))
    with pytest.raises(Upstream) as refused:
        speaker.apigee().apps.get("dana@example.com", "trip")
    assert refused.value.kind is UpstreamKind.BROKEN_ANSWER
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)


@pytest.mark.parametrize(
    "location", ["/v1/organizations/demo/developers/other", "http://127.0.0.1:1/"]
)
def test_a_redirect_is_not_followed(server: Server, speaker: Speaker, location: str) -> None:
    server.answer(reply(302, "", headers={"Location": location}))
    with pytest.raises(Upstream) as refused:
        speaker.apigee().developers.get("dana@example.com")
    assert refused.value.kind is UpstreamKind.BROKEN_ANSWER
    assert len(server.seen) == 1


def test_cookies_are_not_kept(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER, headers={"Set-Cookie": "a=b; Path=/"}))
    apigee = speaker.apigee()
    apigee.developers.get("dana@example.com")
    apigee.developers.get("dana@example.com")
    assert "cookie" not in server.seen[1].headers


def test_a_connection_is_used_again(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    apigee = speaker.apigee()
    for _ in range(3):
        apigee.developers.get("dana@example.com")
    assert (len(server.seen), server.connections) == (3, 1)


def test_a_compressed_answer_is_read(server: Server, speaker: Speaker) -> None:
    body = gzip.compress(json.dumps(DEVELOPER).encode())
    server.answer(reply(200, body, headers={"Content-Encoding": "gzip"}))
    assert speaker.apigee().developers.get("dana@example.com").email == "dana@example.com"


def test_many_threads_share_one_client(server: Server, speaker: Speaker) -> None:
    server.answer(reply(200, DEVELOPER))
    apigee, found = speaker.apigee(), list[str]()
    work = [
        threading.Thread(
            target=lambda: found.append(apigee.developers.get("dana@example.com").email)
        )
        for _ in range(9)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert found == ["dana@example.com"] * 9


def test_a_refused_token_is_renewed_once(server: Server, speaker: Speaker) -> None:
    server.answer(edge_error(401, "oauth.v2.InvalidToken"), reply(201, APP))
    speaker.apigee(credentials=Renewable()).apps.create("d@example.com", NewApp("t", "T", ()))
    tokens = [seen.headers["authorization"] for seen in server.seen]
    assert tokens == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("renewals", [0, 5])
def test_a_second_refusal_is_final(server: Server, speaker: Speaker, renewals: int) -> None:
    server.answer(edge_error(401, "oauth.v2.InvalidToken"))
    with pytest.raises(Upstream) as refused:
        speaker.apigee(credentials=Renewable(renewals)).developers.get("d@example.com")
    assert refused.value.kind is UpstreamKind.CREDENTIALS
    assert len(server.seen) == min(renewals, 1) + 1


def test_closing_closes_the_credentials_too(speaker: Speaker) -> None:
    credentials = Renewable()
    speaker.apigee(credentials=credentials).close()
    assert credentials.closed


def test_a_netrc_file_does_not_replace_the_credentials(
    server: Server, speaker: Speaker, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123 - a text path is at hand
        file.write("default login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    server.answer(reply(200, DEVELOPER))
    speaker.apigee(credentials=Renewable()).developers.get("dana@example.com")
    assert server.seen[0].headers["authorization"] == "Bearer token-1"


def test_a_proxy_of_the_surroundings_is_not_asked_for_this_machine(
    server: Server, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    server.answer(reply(200, DEVELOPER))
    assert speaker.apigee().developers.get("dana@example.com").is_active
