"""Forged requests, strange hosts and headers, unknown addresses and methods."""

from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

BARE = "The form came without csrf_token"
STALE = "This page was open for too long."
POSTS = [
    "/register",
    "/apps/new",
    "/apps/trip-planner/deletion",
    "/apps/trip-planner/keys/0123456789abcdef/reveal",
    "/admin/developers/0123456789abcdef/status",
    "/sign-out",
]


@pytest.mark.parametrize("path", POSTS)
def test_every_post_needs_the_persons_own_token(house: House, dana: Browser, path: str) -> None:
    """Abuse case 14."""
    house.developer("bob")
    bob = house.signed_in("bob")
    rows = len(house.trail())
    house.apigee.calls.clear()
    for data in ({}, {"csrf_token": ""}, {"csrf_token": bob.token}, {"token": dana.token}):
        told = STALE if data.get("csrf_token") else BARE
        answer = dana.open(path, "POST", data=data)
        assert answer.status == 400
        assert told in answer.text
        part = dana.open(path, "POST", data=data, with_htmx=True)
        assert part.status == 400
        assert told in part.toasts[0]
    assert house.apigee.calls == []
    assert house.told()[rows:] == ["request.refused failed"]
    assert dana.get("/account").status == 200


def test_htmx_may_send_the_token_in_a_header(house: House, dana: Browser) -> None:
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    key = house.apigee.by_app["dana@example.com", "trip"].keys[0].key_id
    answer = dana.open(
        f"/apps/trip/keys/{key}/reveal",
        "POST",
        with_htmx=True,
        shows_keys=True,
        headers={"X-CSRFToken": dana.token},
        data={"value": "key"},
    )
    assert answer.status == 200


def test_a_token_in_plain_text_does_not_count(dana: Browser) -> None:
    """Abuse case 14."""
    sent = {"Content-Type": "text/plain"}
    answer = dana.open("/sign-out", "POST", headers=sent, data=f"csrf_token={dana.token}")
    assert answer.status == 415


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.api+json", "text/plain"])
@pytest.mark.parametrize("body", ['{"first_name": 1}', '{"first_name": ["A", "B"]}', "[1]", "{"])
def test_what_is_no_form_is_not_read(house: House, dana: Browser, kind: str, body: str) -> None:
    sent = {"Content-Type": kind, "X-CSRFToken": dana.token}
    for path in ("/account/names", "/apps/new", "/sign-out"):
        assert dana.open(path, "POST", headers=sent, data=body).status == 415
    assert house.apigee.by_app == {}
    assert dana.get("/account").status == 200


def test_a_file_is_not_taken_for_a_field(house: House, dana: Browser) -> None:
    house.apigee.calls.clear()
    head = 'form-data; name="first_name"; filename="x"'
    body = f"--b\r\nContent-Disposition: {head}\r\n\r\nEve\r\n--b--\r\n"
    sent = {"Content-Type": "multipart/form-data; boundary=b", "X-CSRFToken": dana.token}
    assert dana.open("/account/names", "POST", headers=sent, data=body).status == 422


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_another_site_is_refused(
    house: House, dana: Browser, path: str, site: str
) -> None:
    """Abuse case 14."""
    house.apigee.calls.clear()
    answer = dana.post(path, Sec_Fetch_Site=site)
    assert answer.status == 403
    assert answer.calls == 0
    assert house.apigee.calls == []
    assert dana.get("/account", Sec_Fetch_Site=site).status == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://localhost", "http://localhost:8001", "http://[x"],
)
def test_a_post_that_an_old_browser_says_is_from_elsewhere_is_refused(
    house: House, dana: Browser, origin: str
) -> None:
    """Abuse case 14."""
    house.apigee.calls.clear()
    assert dana.post("/account/names", {"first_name": "Eve"}, Origin=origin).status == 403
    assert house.apigee.calls == []
    assert dana.get("/account", Origin=origin).status == 200


def test_a_post_of_the_portals_own_pages_says_so(dana: Browser) -> None:
    empty = {"first_name": ""}
    for origin in ("http://localhost:8000", "HTTP://LOCALHOST:8000"):
        assert dana.post("/account/names", empty, Origin=origin).status == 422
    by_policy = dana.post("/account/names", empty, Origin="null", Sec_Fetch_Site="same-origin")
    assert by_policy.status == 422


def test_a_form_that_is_no_utf_8_is_refused(dana: Browser) -> None:
    for name in ("a%FFb", "a%ED%A0%BDb"):
        form = f"csrf_token={dana.token}&first_name={name}&last_name=Reyes"
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        assert dana.open("/account/names", "POST", headers=sent, data=form).status == 400
    head = 'Content-Disposition: form-data; name="first_name"'
    body = f"--b\r\n{head}\r\n\r\n".encode() + b"a\xffb\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b", "X-CSRFToken": dana.token}
    assert dana.open("/account/names", "POST", headers=kind, data=body).status == 400


def test_strangers_are_not_told_what_apigee_is_asked(anonymous: Browser, dana: Browser) -> None:
    for path in ("/", "/products", "/no-such-page"):
        assert "Server-Timing" not in anonymous.get(path).response.headers
        assert dana.get(path).header("Server-Timing").startswith("apigee;desc=")
    dana.post("/sign-out")
    assert "Server-Timing" not in dana.get("/products").response.headers


def test_a_refusal_reports_no_calls_of_the_request_before(dana: Browser) -> None:
    assert dana.get("/products?q=x").calls == 1
    assert dana.post("/sign-out", Sec_Fetch_Site="cross-site").calls == 0
    assert dana.open("/sign-out", "POST").calls == 0


@pytest.mark.parametrize("path", ["/", "/products", "/apps", "/sign-in", "/no-such-page"])
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "portal.internal"])
def test_another_host_is_refused(anonymous: Browser, path: str, host: str) -> None:
    """Abuse case 15."""
    answer = anonymous.open(path, base_url=f"http://{host}")
    assert answer.status == 400
    assert host not in answer.body
    assert answer.location == ""


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
def test_who_names_no_host_is_refused_but_for_health(
    house: House, anonymous: Browser, protocol: str
) -> None:
    """RFC 9112, section 3.2; a probe that knows an address alone is answered."""
    for path, status in (("/", 400), ("/apps", 400), ("/no-such-page", 400), ("/livez", 200)):
        environ = EnvironBuilder(path, base_url=anonymous.base_url).get_environ()
        del environ["HTTP_HOST"]
        environ["SERVER_PROTOCOL"] = protocol
        _, answered, _ = run_wsgi_app(house.flask.wsgi_app, environ, buffered=True)
        assert answered.startswith(str(status))


def test_the_own_host_is_served_behind_any_port(build: Build) -> None:
    house = build(public_url="https://developers.example.com")
    for url in ("https://developers.example.com", "http://developers.example.com:8000"):
        assert house.browser(url).get("/").status == 200
    assert house.browser("http://localhost:8000").get("/").status == 400


def test_headers_of_proxies_are_ignored(house: House, anonymous: Browser) -> None:
    """Abuse case 15."""
    answer = anonymous.get(
        "/sign-in?next=/apps",
        X_Forwarded_Host="evil.example",
        X_Forwarded_Proto="https",
        X_Forwarded_Prefix="/evil",
        X_Forwarded_For="9.9.9.9",
        Forwarded="for=9.9.9.9;host=evil.example",
        X_Forwarded_User="ada",
        X_Auth_Request_Email="ada@example.com",
        X_Original_URL="/admin",
    )
    assert house.provider.redirects == ["http://localhost:8000/auth/demo/callback"]
    assert "evil" not in str(answer.response.headers)
    refused = anonymous.get("/auth/demo/callback?state=x", X_Forwarded_For="9.9.9.9")
    assert refused.status == 400
    assert house.trail()[-1].actor.address == "127.0.0.1"
    assert anonymous.get("/account", X_Forwarded_User="ada").status == 302


@pytest.mark.parametrize(
    "path",
    ["/no-such-page", "/favicon.ico", "/apps/a/b/c", "/admin/nothing", "/static/none.js", "/.env"],
)
def test_an_unknown_address_is_a_page_that_helps(anonymous: Browser, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status == 404
    assert answer.page.heading == "Page not found"
    assert answer.header("X-Request-Id") in answer.text
    part = anonymous.get(path, with_htmx=True)
    assert (part.status, part.body, len(part.toasts)) == (404, "", 1)
    assert part.header("HX-Reswap") == "none"


@pytest.mark.parametrize("path", ["/static/../pyproject.toml", "/static/%2e%2e/wsgi.py"])
def test_static_files_are_those_of_the_folder(anonymous: Browser, path: str) -> None:
    assert anonymous.get(path).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/apps/new", "/admin/developers", "/livez"])
def test_other_methods_are_refused_with_those_that_work(
    dana: Browser, method: str, path: str
) -> None:
    answer = dana.open(path, method)
    assert answer.status == 405
    assert "GET" in answer.header("Allow").split(", ")
    assert "does not work that way" in answer.page.heading


def test_head_answers_like_get_without_a_body(dana: Browser) -> None:
    for path in ("/", "/apps", "/products/weather-free", "/livez"):
        answer = dana.open(path, "HEAD")
        assert (answer.status, answer.body) == (200, "")
    assert dana.open("/apps/none", "HEAD").status == 404


def test_head_of_a_page_leads_to_the_sign_in_that_comes_back_to_it(anonymous: Browser) -> None:
    asked = anonymous.open("/account/details?x=1", "HEAD")
    assert asked.location == anonymous.get("/account/details?x=1").location
    assert "next=" in asked.location
    assert "details" in asked.location


def test_options_tell_the_methods_and_nothing_else(house: House, anonymous: Browser) -> None:
    answer = anonymous.open("/apps/trip-planner/deletion", "OPTIONS")
    assert (answer.status, answer.body) == (200, "")
    assert set(answer.header("Allow").split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "Access-Control-Allow-Origin" not in answer.response.headers
    assert house.apigee.calls == []


def test_a_form_that_is_too_large_is_refused_before_it_is_read(dana: Browser) -> None:
    answer = dana.post("/apps/new", {"description": "x" * 70_000})
    assert answer.status == 413
    assert answer.page.heading == "That is too large"


@pytest.mark.parametrize("length", [100, 70_000])
def test_a_form_of_unknown_length_is_read_whole_or_refused(dana: Browser, length: int) -> None:
    form = f"csrf_token={dana.token}&first_name=Dana&last_name=R&filler={'x' * length}"
    answer = dana.flask.post(
        "/account/names",
        base_url=dana.base_url,
        input_stream=BytesIO(form.encode()),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == (303 if length == 100 else 413)


@pytest.mark.parametrize("path", ["/account/names?first_name=Eve", "/account/names?csrf_token=x"])
def test_the_address_may_not_repeat_a_field_of_the_form(
    house: House, dana: Browser, path: str
) -> None:
    assert dana.post(path, {"first_name": "Dana", "last_name": "Other"}).status == 400
    assert "Other" not in dana.get("/account/names").body
    assert house.apigee.by_app == {}


@pytest.mark.parametrize("hops", [0, 1])
def test_a_request_id_of_a_proxy_of_ours_is_kept_if_it_looks_like_one(
    build: Build, hops: int
) -> None:
    browser = build(proxy={"hops": hops}).browser()
    kept = browser.get("/", X_Request_Id="my-request.0001")
    assert (kept.header("X-Request-Id") == "my-request.0001") is bool(hops)
    for given in ("short", "x" * 65, "with space", "<script>", "my-request.0001,other"):
        assert browser.get("/", X_Request_Id=given).header("X-Request-Id") != given


def test_https_is_insisted_on_where_the_portal_has_it(build: Build) -> None:
    secure = build(public_url="https://developers.example.com").browser()
    for path in ("/", "/no-such-page", "/static/js/portal.js", "/livez"):
        assert "max-age=31536000" in secure.get(path).header("Strict-Transport-Security")
    plain = build().browser()
    assert plain.get("/").header("Strict-Transport-Security") == ""


def test_forms_work_over_https(build: Build) -> None:
    house = build(public_url="https://developers.example.com")
    ravi = house.signed_in("ravi")
    fields = {"first_name": "R", "last_name": "R", "user_name": "r"}
    url = "https://developers.example.com/register"
    assert ravi.post("/register", fields, Referer=url).status == 303
    assert ravi.post("/register", fields, Referer="https://evil.example/").status == 400


def test_a_form_may_lead_to_the_provider_and_nowhere_else(anonymous: Browser) -> None:
    policy = anonymous.get("/").header("Content-Security-Policy")
    assert "form-action 'self' https://idp.example" in policy.split("; ")


def test_a_static_file_with_its_version_may_be_kept(anonymous: Browser) -> None:
    sheet = next(
        item.get("href", "")
        for item in anonymous.get("/").page.all("link", rel="stylesheet")
        if "tokens" in item.get("href", "")
    )
    assert "immutable" in anonymous.get(sheet).header("Cache-Control")
    for other in ("/static/css/tokens.css", "/static/css/tokens.css?v=0123456789ab"):
        answer = anonymous.get(other)
        assert (answer.status, answer.header("Cache-Control")) == (200, "no-cache")


def test_that_another_version_has_a_file_is_forgotten_at_once(anonymous: Browser) -> None:
    answer = anonymous.get("/static/css/of-the-next-version.css?v=0123456789ab")
    assert (answer.status, answer.header("Cache-Control")) == (404, "no-store")


HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def test_what_people_and_providers_send_is_text_everywhere(house: House) -> None:
    """Abuse case 25."""
    house.apigee.add_product("odd", HOSTILE)
    mallory = house.signed_in(
        "mallory", first_name=HOSTILE, last_name="javascript:alert(1)", user_name=HOSTILE
    )
    fields = {"first_name": HOSTILE, "last_name": HOSTILE, "user_name": HOSTILE}
    assert mallory.submit("/register", fields).status == 303
    made = {"display_name": HOSTILE, "description": HOSTILE, "products": "odd"}
    assert mallory.submit("/apps/new", made, shows_keys=True).status == 200
    name = next(name for _email, name in house.apigee.by_app)
    for path in ("/", "/account", "/apps", f"/apps/{name}", f"/apps/{name}/deletion", "/products"):
        assert HOSTILE in mallory.get(path).text
    assert HOSTILE in mallory.get("/apps?q=<b>" + HOSTILE).text
    ada = house.administrator()
    page = f"/admin/developers/{house.public_id('mallory@example.com')}"
    for path in ("/admin/developers", page, "/admin/audit"):
        assert HOSTILE in ada.get(path).text
    toast = ada.post(f"{page}/status", {"status": "inactive"}, with_htmx=True).toasts[0]
    assert toast == f"{HOSTILE} {HOSTILE} is inactive."
