"""Try-it: calls that the portal makes with the developer's own key, which no page ever holds."""

import gzip
import json
import shlex
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.audit import Action, Phase
from app.domain.keys import ApprovalStatus, KeyProduct
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.unit.tryit.sink import Sink

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Maps", "version": "1"},
    "components": {"securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "x-apikey"},
        "oauth": {"type": "oauth2",
                  "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {}}}},
        "basic": {"type": "http", "scheme": "basic"},
    }},
    "security": [{"key": []}],
    "paths": {
        "/tiles/{id}": {
            "get": {
                "operationId": "getTile",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"},
                     "example": "a b"},
                    {"name": "layers", "in": "query", "schema": {"type": "array", "items": {}},
                     "example": ["sea", "land"]},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {"name": "X-Forwarded-For", "in": "header", "schema": {"type": "string"}},
                    {"name": "Host", "in": "header", "schema": {"type": "string"}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "It."}},
            },
            "put": {
                "operationId": "putTile",
                "parameters": [{"name": "id", "in": "path", "required": True, "example": "7",
                                "schema": {"type": "string"}}],
                "requestBody": {"required": True, "content": {
                    "application/json": {"example": {"size": 3}},
                    "text/plain": {"example": "size 3"}}},
                "responses": {},
            },
        },
        "/form": {"post": {"operationId": "form", "requestBody": {"content": {
            "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {
                "name": {"type": "string", "example": "a&b"}}}}}}, "responses": {}}},
        "/oauth": {"get": {"operationId": "oauth", "security": [{"oauth": []}], "responses": {}}},
        "/basic": {"get": {"operationId": "basic", "security": [{"basic": []}], "responses": {}}},
        "/open": {"get": {"operationId": "open", "security": [], "responses": {}}},
    },
}  # fmt: skip
REFUSAL = (
    b'{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}'
)
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "in capitals": str.upper,
    "base64": lambda secret: b64encode(secret.encode()).decode().rstrip("="),
    "in a token's claims": lambda secret: b64encode(
        f'{{"client_id":"{secret}"}}'.encode()
    ).decode(),
    "in longer base64": lambda secret: b64encode(f"-{secret}".encode()).decode(),
    "in a sentence": lambda secret: f"your key {secret} is good",
}
Publish = Callable[..., House]


def answering(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def in_base64(secret: str) -> list[str]:
    """Return a piece of what the secret is in base64, wherever it begins."""
    return [b64encode(b"-" * before + secret.encode()).decode()[4:16] for before in range(3)]


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The API that is called."""
    made = Sink(answering(b'{"tile": "a b"}'))
    yield made
    made.close()


@pytest.fixture
def publish(build: Build, tmp_path: Path, sink: Sink) -> Publish:
    """Return a function that publishes the API at the sink, in a portal that may call it."""

    def run(settings: Mapping[str, object] | None = None, **facts: object) -> House:
        folder = tmp_path / "content" / "apis" / "maps"
        folder.mkdir(parents=True)
        folder.joinpath("d.json").write_text(json.dumps(facts.pop("document", DOCUMENT)))
        said: dict[str, object] = {
            "document": "d.json",
            "base_url": f"{sink.url}/v1",
            "products": ["weather-free"],
            "environments": ["test"],
            **facts,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
        folder.joinpath("api.toml").write_text("\n".join(lines))
        chosen = {"try_it": {"internal": [sink.url]}, **(settings or {})}
        house = build(content_dir=str(tmp_path / "content"), **chosen)
        house.developer()
        house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
        return house

    return run


def values(page: Answer, operation: str = "getTile") -> dict[str, Any]:
    """Return what a browser would send of the form as it arrives."""
    return dict(page.page.form(f"/apis/maps/{operation}/try").values)


def pair(house: House) -> tuple[str, str]:
    """Return Dana's key and secret."""
    [found] = house.apigee.by_key_id.values()
    return found.consumer_key.reveal(), found.consumer_secret.reveal()


def try_it(browser: Browser, operation: str = "getTile", **changes: str) -> Answer:
    """Send the form as it arrives, but for some values."""
    shown = browser.get(f"/apis/maps/{operation}")
    fields = {name: each[0] for name, each in values(shown, operation).items()}
    return browser.post(f"/apis/maps/{operation}/try", {**fields, **changes})


def test_the_form_arrives_filled_in_and_works_unchanged(publish: Publish, sink: Sink) -> None:
    house = publish()
    answer = try_it(house.signed_in())
    assert answer.status == 200
    assert "200 OK" in answer.text
    assert '"tile": "a b"' in answer.text
    [heard] = sink.heard
    assert heard.startswith(b"GET /v1/tiles/a%20b?layers=sea&layers=land HTTP/1.1\r\n")
    assert f"\r\nx-apikey: {pair(house)[0]}\r\n".encode() in heard


def test_a_call_costs_one_of_apigee_to_read_its_key(publish: Publish) -> None:
    assert try_it(publish().signed_in()).calls == 1


def test_with_javascript_only_the_part_of_the_page_is_answered(publish: Publish) -> None:
    browser = publish().signed_in()
    fields = values(browser.get("/apis/maps/getTile"))
    answer = browser.post("/apis/maps/getTile/try", fields, with_htmx=True)
    assert answer.status == 200
    assert "200 OK" in answer.text


def test_who_is_not_signed_in_calls_nothing(publish: Publish, sink: Sink) -> None:
    browser = publish().browser()
    shown = browser.get("/apis/maps/getTile")
    assert "Sign in to make this call" in shown.text
    sent = browser.post("/apis/maps/getTile/try")
    assert sent.location.startswith("/sign-in")
    assert sink.hits == 0


def test_without_the_token_of_a_form_nothing_is_called(publish: Publish, sink: Sink) -> None:
    browser = publish().signed_in()
    fields = values(browser.get("/apis/maps/getTile"))
    answer = browser.post("/apis/maps/getTile/try", {**fields, "csrf_token": "other"})
    assert (answer.status, sink.hits) == (400, 0)


HERE = "http://127.0.0.1/"


@pytest.mark.parametrize(
    ("field", "address"),
    [
        *((name, HERE) for name in ("url", "host", "base_url", "path", "query.callback")),
        *((f"header.{name}", HERE) for name in ("Host", "X-Forwarded-For", "Authorization")),
        *((name, HERE) for name in ("header.Cookie", "cookie.session")),
        *(("url", f"http://{host}/") for host in ("[::1]", "169.254.169.254", "0x7f.1", "a@b")),
        *(("url", url) for url in ("http://2130706433/", "file:///etc/passwd", "gopher://b/")),
    ],
)
def test_a_form_cannot_say_where_the_call_goes(
    publish: Publish, sink: Sink, field: str, address: str
) -> None:
    """Abuse case 35."""
    answer = try_it(publish().signed_in(), **{field: address})
    assert (answer.status, sink.hits) == (422, 0)
    assert "does not have" in answer.text


@pytest.mark.parametrize(
    "value",
    ["..", "../admin", "a/../b", "//evil", "/", "a\\b", "%2e%2e", "%252e%252e/x", "..;/x", "."],
)
def test_a_value_cannot_lead_to_another_path(publish: Publish, sink: Sink, value: str) -> None:
    answer = try_it(publish().signed_in(), **{"path.id": value})
    assert (answer.status, sink.hits) == (422, 0)
    assert "another path" in answer.text


@pytest.mark.parametrize(("value", "sent"), [("a/b", "a%2Fb"), ("@evil?x#y", "%40evil%3Fx%23y")])
def test_a_value_stays_one_part_of_the_path(
    publish: Publish, sink: Sink, value: str, sent: str
) -> None:
    try_it(publish().signed_in(), **{"path.id": value, "query.layers": ""})
    assert sink.heard[0].startswith(f"GET /v1/tiles/{sent} HTTP".encode())


def test_a_header_is_one_line(publish: Publish, sink: Sink) -> None:
    browser = publish().signed_in()
    answer = try_it(browser, **{"header.X-Trace": "a\r\nX-Evil: b"})
    assert (answer.status, sink.hits) == (422, 0)
    try_it(browser, **{"header.X-Trace": "a"})
    assert b"\r\nX-Trace: a\r\n" in sink.heard[0]


def test_headers_that_say_who_calls_are_never_sent(publish: Publish, sink: Sink) -> None:
    browser = publish().signed_in()
    assert "never sends X-Forwarded-For, Host, session" in browser.get("/apis/maps/getTile").text
    browser.get("/apis/maps/getTile", X_Forwarded_For="192.0.2.1", Cookie2="x")
    try_it(browser)
    head = sink.heard[0].lower()
    assert not any(name in head for name in (b"cookie", b"forwarded", b"referer", b"origin:"))
    assert head.count(b"host:") == 1


def test_a_redirect_is_shown_and_not_followed(publish: Publish, sink: Sink) -> None:
    house = publish()
    elsewhere = Sink()
    address = f"{elsewhere.url}/latest?key={pair(house)[0]}"
    sink.answer = answering(b"", f"302 Found\r\nLocation: {address}")
    answer = try_it(house.signed_in())
    elsewhere.close()
    assert "The portal does not follow" in answer.text
    assert (sink.hits, elsewhere.hits) == (1, 0)


def test_a_key_in_the_query_is_masked_in_what_is_shown(publish: Publish, sink: Sink) -> None:
    house = publish(key_in="query:apikey")
    answer = try_it(house.signed_in())
    assert f"&apikey={pair(house)[0]} HTTP".encode() in sink.heard[0]
    assert "apikey=••••" in answer.text


def test_a_call_that_needs_no_key_sends_none(publish: Publish, sink: Sink) -> None:
    house = publish()
    assert try_it(house.signed_in(), "open").status == 200
    assert pair(house)[0].encode() not in sink.heard[0]


def test_basic_shows_key_and_secret(publish: Publish, sink: Sink) -> None:
    house = publish()
    answer = try_it(house.signed_in(), "basic")
    both = b64encode(":".join(pair(house)).encode()).decode()
    assert f"Authorization: Basic {both}\r\n".encode() in sink.heard[0]
    assert "Authorization: Basic ••••" in answer.text


@pytest.fixture
def tokens() -> Iterator[Sink]:
    """The address that gives tokens."""
    made = Sink(answering(b'{"access_token": "t0ken-of-the-app", "expires_in": "3599"}'))
    yield made
    made.close()


@pytest.fixture
def with_tokens(publish: Publish, sink: Sink, tokens: Sink) -> House:
    hosts = {"internal": [sink.url, tokens.url]}
    return publish({"try_it": hosts}, token_url=f"{tokens.url}/token")


def test_a_token_is_got_with_key_and_secret_and_kept_while_it_holds(
    with_tokens: House, sink: Sink, tokens: Sink
) -> None:
    browser = with_tokens.signed_in()
    sink.answer = answering(b'{"seen": "Bearer T0KEN-of-the-app"}')
    for _ in range(2):
        answer = try_it(browser, "oauth")
        assert answer.status == 200
        assert "t0ken" not in answer.body.lower()
    assert (tokens.hits, sink.hits) == (1, 2)
    assert b"grant_type=client_credentials" in tokens.heard[0]
    assert all(b"Authorization: Bearer t0ken-of-the-app\r\n" in each for each in sink.heard)


def test_a_token_that_the_api_does_not_take_is_not_used_again(
    with_tokens: House, sink: Sink, tokens: Sink
) -> None:
    browser = with_tokens.signed_in()
    sink.answer = answering(b"{}", "401 Unauthorized")
    try_it(browser, "oauth")
    try_it(browser, "oauth")
    assert tokens.hits == 2


def test_without_a_token_the_api_is_not_called(
    with_tokens: House, sink: Sink, tokens: Sink
) -> None:
    tokens.answer = answering(b'{"ErrorCode": "invalid_client"}', "401 Unauthorized")
    answer = try_it(with_tokens.signed_in(), "oauth")
    assert "the API itself was not called" in answer.text
    assert "401 Unauthorized" in answer.text
    assert (tokens.hits, sink.hits) == (1, 0)


def test_a_token_address_that_is_not_allowed_gets_no_secret(
    publish: Publish, sink: Sink, tokens: Sink
) -> None:
    browser = publish(token_url=f"{tokens.url}/token").signed_in()
    assert "may not call this API" in browser.get("/apis/maps/oauth").text
    assert browser.post("/apis/maps/oauth/try").status == 409
    assert (tokens.hits, sink.hits) == (0, 0)


@pytest.mark.parametrize("spell", SPELLINGS)
def test_an_answer_that_echoes_the_key_is_masked(publish: Publish, sink: Sink, spell: str) -> None:
    house = publish()
    for secret in pair(house):
        said = SPELLINGS[spell](secret)
        body = json.dumps({"seen": said}).encode()
        sink.answer = answering(body, f"200 OK\r\nX-Seen: {said}\r\nSet-Cookie: a={said}")
        answer = try_it(house.signed_in())
        assert said not in answer.body
        assert secret.lower() not in answer.body.lower()
        assert "••••" in answer.text
        assert not any(each in answer.body for each in in_base64(secret))


def test_what_an_answer_calls_a_token_is_masked_whoever_it_belongs_to(
    publish: Publish, sink: Sink
) -> None:
    sink.answer = answering(b'{"access_token": "t-of-another", "name": "Ann"}')
    answer = try_it(publish().signed_in())
    assert "t-of-another" not in answer.text
    assert "Ann" in answer.text


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/json", "nonsense"])
def test_an_answer_is_text_whatever_it_holds(publish: Publish, sink: Sink, kind: str) -> None:
    body = b'["<script>alert(1)</script><img src=x>"]'
    sink.answer = answering(body, kind=f"{kind}+json" if kind == "nonsense" else kind)
    answer = try_it(publish().signed_in())
    assert "<script>alert(1)" in answer.text
    assert "<script>alert" not in answer.body


def test_a_packed_answer_is_unpacked_no_further_than_an_answer_may_be_long(
    publish: Publish, sink: Sink
) -> None:
    browser = publish().signed_in()
    packed = gzip.compress(b"x" * 30_000_000)
    sink.answer = answering(packed, "200 OK\r\nContent-Encoding: gzip", "text/plain")
    answer = try_it(browser)
    assert "longer than 2 MB once it is unpacked" in answer.text
    assert len(answer.body) < 200_000


def test_an_answer_of_bytes_is_not_shown(publish: Publish, sink: Sink) -> None:
    sink.answer = answering(b"\x89PNG", kind="image/png")
    assert "4 bytes of image/png are not shown" in try_it(publish().signed_in()).text


def test_a_refusal_of_the_gateway_leads_to_the_key_doctor_with_what_it_found(
    publish: Publish, sink: Sink
) -> None:
    house = publish()
    sink.answer = answering(REFUSAL, "401 Unauthorized")
    browser = house.signed_in()
    answer = try_it(browser)
    assert (answer.status, "401 Unauthorized" in answer.text) == (200, True)
    assert "What to do:" in answer.text
    [link] = [each for each in answer.page.links if "/diagnosis?" in each]
    assert link.startswith("/apps/trip/keys/")
    assert "api=maps" in link
    assert browser.get(link).status == 200
    helping = [each for each in answer.page.links if "/help/" in each]
    assert helping == ["/docs/help/your-first-call#try-it", "/docs/help/when-a-call-fails"]


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "429 Too Many"])
def test_a_refusal_without_a_fault_of_apigees_leads_to_the_key_doctor_too(
    publish: Publish, sink: Sink, status: str
) -> None:
    sink.answer = answering(b"no", status, "text/plain")
    answer = try_it(publish().signed_in())
    assert "What to do:" not in answer.text
    assert any("/diagnosis?" in each for each in answer.page.links)


def test_a_failure_of_the_api_itself_is_no_matter_of_the_key(publish: Publish, sink: Sink) -> None:
    sink.answer = answering(b"no", "404 Not Found", "text/plain")
    assert "key doctor" not in try_it(publish().signed_in()).text


def test_who_what_with_which_key_and_how_it_went_is_on_record_and_nothing_more(
    publish: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    house = publish()
    key_id = next(iter(house.apigee.by_key_id))
    try_it(house.signed_in(), **{"path.id": "private-value"})
    intent, done = [each for each in house.trail() if each.action is Action.API_TRY]
    assert (intent.phase, done.phase) == (Phase.INTENT, Phase.DONE)
    assert (done.actor.name, done.target) == ("dana@example.com", "maps / getTile")
    assert done.detail.startswith(f"GET with trip / {key_id}: 200 in ")
    told = repr(house.trail()) + caplog.text
    assert not any(each in told for each in (*pair(house), "private-value", 'tile"'))


def test_nothing_is_called_that_cannot_be_recorded(publish: Publish, sink: Sink) -> None:
    house = publish()
    browser = house.signed_in()
    fields = values(browser.get("/apis/maps/getTile"))
    house.break_audit()
    assert browser.post("/apis/maps/getTile/try", fields).status == 503
    assert sink.hits == 0


def test_only_own_keys_that_work_for_the_operation_can_be_chosen(
    publish: Publish, sink: Sink
) -> None:
    house = publish()
    house.developer("eve")
    fake = house.apigee
    fake.add_app("eve@example.com", "hers", fake.new_key("weather-free"))
    fake.add_app("dana@example.com", "other", fake.new_key("payments"))
    off = fake.new_key("weather-free", status=ApprovalStatus.REVOKED)
    fake.add_app("dana@example.com", "off", off)
    browser = house.signed_in()
    offered = values(browser.get("/apis/maps/getTile"))["key"]
    [own] = offered
    for key_id in {*fake.by_key_id} - {own}:
        answer = try_it(browser, key=key_id)
        assert (answer.status, sink.hits) == (422, 0)
        assert "Choose one of your own keys" in answer.text


def test_a_call_with_a_token_says_how_a_shell_gets_one(publish: Publish) -> None:
    browser = publish(token_url="https://maps.example/oauth/token").signed_in()
    shown = browser.get("/apis/maps/oauth").page.text_of("token-oauth")
    pair = "$API_KEY:$API_SECRET"
    assert shlex.split(shown) == [
        *("curl", "-u", pair, "-d", "grant_type=client_credentials"),
        "https://maps.example/oauth/token",
    ]
    assert "First a token" not in browser.get("/apis/maps/getTile").text


def test_without_a_key_the_form_leads_to_access(publish: Publish) -> None:
    house = publish()
    house.developer("eve")
    page = house.signed_in("eve").get("/apis/maps/getTile")
    assert "None of your keys works for this operation yet" in page.text


def test_keys_that_do_not_work_are_named_with_the_reason_and_lead_to_the_doctor(
    publish: Publish,
) -> None:
    house = publish()
    fake = house.apigee
    house.developer("eve")
    browser = house.signed_in("eve")
    off = fake.new_key("weather-free", status=ApprovalStatus.REVOKED)
    fake.add_app("eve@example.com", "switched", off)
    elsewhere = replace(
        fake.new_key("payments", "weather-free"),
        products=(
            KeyProduct("payments", ApprovalStatus.APPROVED),
            KeyProduct("weather-free", ApprovalStatus.PENDING),
        ),
    )
    fake.add_app("eve@example.com", "half", elsewhere)
    fake.add_app("eve@example.com", "unrelated", fake.new_key("payments"))
    page = browser.get("/apis/maps/getTile")
    assert "None of your keys works for this operation now" in page.text
    assert "Turned off" in page.text
    assert "Waiting for approval" in page.text
    assert "unrelated" not in page.text
    for name, key in (("switched", off), ("half", elsewhere)):
        doctor = f"/apps/{name}/keys/{key.key_id}/"
        asked = next(each for each in page.page.links if each.startswith(doctor))
        assert browser.get(asked).status == 200


def test_a_hidden_api_cannot_be_tried(publish: Publish, sink: Sink) -> None:
    browser = publish(products=["ledger"]).signed_in()
    for path in ("maps/getTile", "none/getTile", "maps/none"):
        assert browser.post(f"/apis/{path}/try").status == 404
    assert sink.hits == 0


def test_a_call_that_writes_to_production_is_asked_for_once_more(
    publish: Publish, sink: Sink
) -> None:
    browser = publish(environments=["prod"]).signed_in()
    assert try_it(browser).status == 200
    answer = try_it(browser, "putTile")
    assert (answer.status, sink.hits) == (422, 1)
    assert "This calls production" in answer.text
    again = try_it(browser, "putTile", sure="yes")
    assert (again.status, sink.hits) == (200, 2)
    assert values(again, "putTile")["sure"] == ["yes"]


def test_elsewhere_writing_is_not_asked_about(publish: Publish, sink: Sink) -> None:
    assert try_it(publish().signed_in(), "putTile").status == 200
    assert sink.heard[0].startswith(b"PUT /v1/tiles/7 HTTP")
    assert sink.heard[0].endswith(b'{\n  "size": 3\n}')


def test_a_body_can_be_written_in_another_of_its_media_types(publish: Publish, sink: Sink) -> None:
    browser = publish().signed_in()
    shown = browser.get("/apis/maps/putTile?media=text/plain")
    fields = {name: each[0] for name, each in values(shown, "putTile").items()}
    browser.post("/apis/maps/putTile/try", fields)
    assert sink.heard[0].endswith(b"size 3")
    assert b"Content-Type: text/plain\r\n" in sink.heard[0]


def test_letters_of_the_documents_own_path_are_sent_as_addresses_have_them(
    publish: Publish, sink: Sink
) -> None:
    paths = {"/straße/{id}": DOCUMENT["paths"]["/tiles/{id}"]}
    try_it(publish(document={**DOCUMENT, "paths": paths}).signed_in(), **{"query.layers": ""})
    assert sink.heard[0].startswith(b"GET /v1/stra%C3%9Fe/a%20b HTTP")


def test_a_form_is_sent_as_its_fields(publish: Publish, sink: Sink) -> None:
    try_it(publish().signed_in(), "form")
    assert sink.heard[0].endswith(b"name=a%26b")


def test_json_that_is_none_is_told_with_its_place(publish: Publish, sink: Sink) -> None:
    answer = try_it(publish().signed_in(), "putTile", body="{")
    assert (answer.status, sink.hits) == (422, 0)
    assert "line 1, column 2" in answer.text


def test_a_body_of_one_megabyte_arrives_and_a_larger_one_does_not_leave(
    publish: Publish, sink: Sink
) -> None:
    browser = publish().signed_in()
    address = "/apis/maps/putTile?media=text/plain"
    fields = {name: each[0] for name, each in values(browser.get(address), "putTile").items()}
    large = browser.post("/apis/maps/putTile/try", {**fields, "body": "€" * 300_000})
    assert (large.status, sink.hits) == (200, 1)
    assert len(sink.heard[0]) > 900_000
    too_large = browser.post("/apis/maps/putTile/try", {**fields, "body": "x" * 1_000_100})
    assert (too_large.status, sink.hits) == (422, 1)
    assert browser.post("/apis/maps/putTile/try", {"body": "x" * 3_300_000}).status == 413


def test_as_many_calls_as_the_limit_allows_one_person(publish: Publish, sink: Sink) -> None:
    browser = publish({"limits": {"try_it": "2 per minute"}}).signed_in()
    assert [try_it(browser).status for _ in range(3)] == [200, 200, 429]
    assert sink.hits == 2


def test_as_many_calls_as_the_limit_allows_everybody_together(publish: Publish, sink: Sink) -> None:
    house = publish({"limits": {"try_it_all": "2 per minute"}})
    house.developer("eve")
    house.apigee.add_app("eve@example.com", "hers", house.apigee.new_key("weather-free"))
    statuses = [try_it(house.signed_in(who)).status for who in ("dana", "eve", "dana")]
    assert (statuses, sink.hits) == ([200, 200, 429], 2)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_an_api_whose_host_leads_inside_is_not_called_and_told_like_one_that_is_away(
    publish: Publish, sink: Sink, host: str
) -> None:
    """Abuse case 35."""
    house = publish({"try_it": {}}, base_url=f"https://{host}:{sink.port}/v1")
    answer = try_it(house.signed_in())
    assert (answer.status, sink.hits) == (200, 0)
    assert "No answer" in answer.text
    assert "The API cannot be reached from here" in answer.text


def test_an_api_that_is_away_is_told(publish: Publish) -> None:
    away = Sink()
    away.close()
    house = publish({"try_it": {"internal": [away.url]}}, base_url=away.url)
    answer = try_it(house.signed_in())
    assert "The API cannot be reached from here" in answer.text
    assert house.trail()[-1].detail.partition(": ")[2].startswith("unreachable in ")


def test_it_can_be_turned_off(publish: Publish, sink: Sink) -> None:
    browser = publish({"try_it": {"enabled": False, "internal": [sink.url]}}).signed_in()
    assert "turned off" in browser.get("/apis/maps/getTile").text
    assert browser.post("/apis/maps/getTile/try").status == 409
    assert sink.hits == 0


def test_an_api_of_this_machine_is_called_only_where_it_is_marked_as_internal(
    publish: Publish, sink: Sink
) -> None:
    browser = publish({"try_it": {}}).signed_in()
    assert "may not call this API" in browser.get("/apis/maps/getTile").text
    assert browser.post("/apis/maps/getTile/try").status == 409
    assert sink.hits == 0


def test_an_api_that_cannot_be_called_is_told_to_whoever_looks_after_the_content(
    publish: Publish,
) -> None:
    house = publish({"try_it": {}})
    [problem] = [each for each in house.portal.reading.problems() if "Try it" in each.text]
    assert problem.file == "apis/maps/api.toml"
    assert problem.text.startswith("base_url is not https")


def test_servers_of_the_document_are_offered_only_at_hosts_that_are_allowed(
    publish: Publish, sink: Sink
) -> None:
    servers = [
        {"url": "https://evil.example/v1"},
        {"url": f"{sink.url}/{{version}}",
         "variables": {"version": {"default": "v2", "enum": ["v2", "v3"]}}},
    ]  # fmt: skip
    browser = publish(document={**DOCUMENT, "servers": servers}).signed_in()
    page = browser.get("/apis/maps/getTile")
    offered = [
        each.text for each in page.page.form("/apis/maps/getTile/try").element.iter("option")
    ]
    assert offered[:3] == [f"{sink.url}/{each}" for each in ("v1", "v2", "v3")]
    try_it(browser, server="2")
    assert sink.heard[0].startswith(b"GET /v3/tiles/")
    assert try_it(browser, server="3").status == 422
    assert try_it(browser, server="http://evil.example").status == 422


def test_an_answer_says_whether_pages_of_other_sites_may_read_it(
    publish: Publish, sink: Sink
) -> None:
    browser = publish().signed_in()
    assert "The answer has no CORS header" in try_it(browser).text
    sink.answer = answering(b"{}", "200 OK\r\nAccess-Control-Allow-Origin: *")
    assert "Pages of every site may read this answer" in try_it(browser).text


def test_a_webhook_is_not_tried(publish: Publish) -> None:
    hook = {**DOCUMENT, "openapi": "3.1.0", "webhooks": {"drawn": {"post": {"responses": {}}}}}
    browser = publish(document=hook).signed_in()
    assert browser.get("/apis/maps/webhook-drawn").status == 200
    assert browser.post("/apis/maps/webhook-drawn/try").status == 404
