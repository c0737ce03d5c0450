"""The frame of the pages by configuration: for each reader what leads them somewhere."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.domain.documentation import MISTAKES
from app.domain.errors import Upstream, UpstreamKind
from app.web import extensions
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

NAVIGATION = """
[[top]]
entry = "products"
title = "Offers"

[[top]]
title = "Behind"
page = "internal"

[[top]]
title = "Start"
href = "/docs/guides/first"

[[top]]
title = "Status"
href = "https://status.example.com/?a=1&b=2"

[[top]]
title = "Join us"
href = "/register"
show_to = "visitors"

[[top]]
title = "<script>alert(1)</script>"
href = "/apis"
audience = ["support"]

[[footer]]
title = "Help"
links = [
  { title = "Limits", href = "/docs/guides/first#one" },
  { title = "Desk", href = "https://desk.example.com", audience = ["support"] },
]
"""
Written = Callable[..., House]


@pytest.fixture
def written(build: Build, template: Path, tmp_path: Path) -> Written:
    """Return a function that builds a portal over a content folder with further files."""

    def run(files: dict[str, str], **changes: object) -> House:
        content = tmp_path / "content"
        shutil.copytree(template / "content", content)
        for name, text in files.items():
            (content / name).parent.mkdir(parents=True, exist_ok=True)
            (content / name).write_text(text)
        return build(content_dir=str(content), **changes)

    return run


def bar(browser: Browser, path: str = "/products") -> list[tuple[str, str]]:
    """Return words and addresses of the top bar."""
    page = browser.get(path).page
    [nav] = page.all("nav", aria_label="Main")
    return [
        ("".join(link.itertext()).strip(), link.get("href", ""))
        for link in nav.iter()
        if link.tag.endswith("a")
    ]


def test_the_portal_s_own_entries_are_renamed_ordered_and_left_out(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION})
    assert bar(house.browser()) == [
        ("Offers", "/products"),
        ("Start", "/docs/guides/first"),
        ("Status", "https://status.example.com/?a=1&b=2"),
        ("Join us", "/register"),
    ]


def test_a_link_is_shown_to_whom_it_is_for_and_opens_nothing(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION})
    support = house.signed_in("sam", roles=frozenset({"support"}))
    house.developer("dana")
    dana = house.signed_in("dana")

    words = [title for title, _ in bar(support)]
    assert {"Behind", "<script>alert(1)</script>"} <= set(words)
    assert "Join us" not in words
    assert "Behind" not in [title for title, _ in bar(dana)]
    assert dana.get("/docs/internal/").status == 404
    assert "<script>alert" not in support.get("/products").body


def test_what_the_bar_leaves_out_is_open_as_before(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION})
    house.developer("dana")
    answer = house.signed_in("dana").get("/apps")
    assert answer.status == 200
    assert "/apps" in answer.page.links


def test_the_foot_has_its_groups_on_every_page(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION})
    for path in ("/", "/nowhere"):
        page = house.browser().get(path).page
        assert "/docs/guides/first#one" in page.links
        assert "https://desk.example.com" not in page.links
    support = house.signed_in("sam", roles=frozenset({"support"}))
    assert "https://desk.example.com" in support.get("/").page.links


def test_a_link_that_leads_elsewhere_says_so_and_leaves_the_frame(written: Written) -> None:
    body = written({"navigation.toml": NAVIGATION}).browser().get("/").page
    [link] = [each for each in body.all("a") if each.get("href", "").startswith("https://status")][
        :1
    ]
    assert (link.get("rel"), link.get("target")) == ("noopener", "_top")


def test_links_stay_below_the_path_that_the_portal_is_served_at(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION}, public_url="https://example.com/portal")
    page = house.browser().get("/portal/").page
    assert {"/portal/products", "/portal/docs/guides/first#one", "/portal/register"} <= set(
        page.links
    )


def test_without_public_reading_visitors_see_no_link_to_a_page(written: Written) -> None:
    house = written({"navigation.toml": NAVIGATION}, public_reading=False)
    assert "/docs/guides/first#one" not in house.browser().get("/nowhere").page.links


def test_the_command_names_what_is_wrong(written: Written) -> None:
    house = written({"navigation.toml": '[[top]]\ntitle = "x"\nhref = "javascript:x"\n'})
    result = house.flask.test_cli_runner().invoke(args=["content", "check"])
    assert "navigation.toml:3: 'javascript:x' must begin with https://" in result.output
    assert result.exit_code == 1
    assert house.browser().get("/").status == 200


def test_the_command_names_a_mistake_once_and_the_log_does_not_repeat_it(
    written: Written, caplog: pytest.LogCaptureFixture
) -> None:
    files = {"docs/wrong.md": "---\nnobody: 1\n---\n", "theme.toml": "x", "home.toml": "x"}
    house = written({**files, "apis/weather/api.toml": "x", "apis/weather/openapi.json": "{"})
    runner = house.flask.test_cli_runner()
    for command in (["content", "check"], ["content", "check", "--json"]):
        output = runner.invoke(args=command).output
        for name in ("docs/wrong.md", "theme.toml", "home.toml", "apis/weather/api.toml"):
            assert output.count(name) == 1, name
    assert not caplog.records
    assert not logging.getLogger(MISTAKES).disabled


THEME = """
icon = "logo.svg"
css = "own.css"
[logo]
light = "logo.svg"
dark = "logo.svg"
alt = "Quill <b>haven</b>"
with_name = false
[colors.light]
brand = "#0f766e"
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9v9z"/></svg>'
THEMED = {"theme.toml": THEME, "theme/logo.svg": SVG, "theme/own.css": ".foot { opacity: 0.9 }"}


def test_every_page_brings_the_theme(written: Written) -> None:
    house = written(THEMED)
    for path in ("/", "/nowhere", "/signed-out"):
        page = house.browser().get(path).page
        [style] = [
            link
            for link in page.all("link")
            if "/theme/" in link.get("href", "") and link.get("rel") == "stylesheet"
        ]
        assert style is page.all("link", rel="stylesheet")[-1]
        [image] = page.all("img")
        assert (image.get("alt"), image.get("width"), image.get("height")) == (
            "Quill <b>haven</b>",
            "84",
            "28",
        )


def test_the_style_is_kept_by_browsers_until_it_changes(written: Written) -> None:
    browser = written(THEMED).browser()
    [address] = [
        link.get("href", "")
        for link in browser.get("/").page.all("link")
        if "style.css" in link.get("href", "")
    ]
    answer = browser.get(address)
    assert answer.header("Content-Type") == "text/css; charset=utf-8"
    assert "--brand: light-dark(#0f766e" in answer.body
    assert answer.body.endswith(".foot { opacity: 0.9 }")
    assert answer.header("Cache-Control") == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.response.headers
    old = browser.get("/theme/style.css?v=0123456789abcdef")
    assert old.header("Cache-Control") == "public, no-cache"
    again = browser.get("/theme/style.css")
    assert again.header("Cache-Control") == "public, no-cache"
    assert browser.get("/theme/style.css", If_None_Match=again.header("ETag")).status == 304


def test_a_logo_can_do_nothing_and_nothing_but_the_theme_is_sent(written: Written) -> None:
    browser = written(THEMED).browser()
    answer = browser.get("/theme/logo.svg")
    assert answer.header("Content-Type").startswith("image/svg+xml")
    assert "sandbox" in answer.header("Content-Security-Policy")
    for path in (
        "own.css",
        "../navigation.toml",
        "%2e%2e/navigation.toml",
        "etc/passwd",
        "none.svg",
    ):
        assert browser.get(f"/theme/{path}").status == 404


def test_the_theme_is_there_for_whoever_has_not_signed_in_yet(written: Written) -> None:
    browser = written(THEMED, public_reading=False).browser()
    assert browser.get("/theme/logo.svg").status == 200
    assert browser.get("/theme/style.css").status == 200


def test_the_theme_stays_below_the_path_that_the_portal_is_served_at(written: Written) -> None:
    browser = written(THEMED, public_url="https://example.com/portal").browser()
    page = browser.get("/portal/").page
    [image] = page.all("img")
    assert image.get("src", "").startswith("/portal/theme/logo.svg?v=")
    assert "https:" not in browser.get("/portal/theme/style.css").body


def test_a_portal_without_a_theme_has_no_further_file(written: Written) -> None:
    page = written({"theme.toml": ""}).browser().get("/").page
    assert not [link for link in page.all("link") if "/theme/" in link.get("href", "")]


HOME = """
[[block]]
kind = "hero"
title = "Freight for <you>"
text = "Moves."
first_call = false
show_to = "visitors"
[[block.button]]
title = "Begin"
page = "guides/first"
[[block.button]]
title = "Behind"
page = "internal"

[[block]]
kind = "welcome"
text = "Good to see you."
show_to = "signed-in"

[[block]]
kind = "text"
audience = ["support"]
markdown = "## Desk\\n\\n[Products](/products) and [first](docs/guides/first.md)"

[[block]]
kind = "cards"
title = "More"
[[block.card]]
title = "Status"
href = "https://status.example.com"
icon = "activity"
[[block.card]]
title = "Behind"
page = "internal"

[[block]]
kind = "apis"

[[block]]
kind = "products"
title = "Offers"
most = 1

[[block]]
kind = "first-call"
"""


def test_the_home_page_is_the_operator_s(written: Written) -> None:
    answer = written({"home.toml": HOME}).browser().get("/")
    page = answer.page
    assert page.heading == "Freight for <you>"
    assert "Good to see you" not in page.text
    assert "Desk" not in page.text
    assert {"/docs/guides/first", "https://status.example.com", "/apis/weather"} <= set(page.links)
    assert "/docs/internal/" not in page.links
    assert len([link for link in page.links if link.startswith("/products/")]) == 1
    assert "curl" in answer.body
    assert answer.calls == 1


def test_each_reader_sees_their_blocks(written: Written) -> None:
    house = written({"home.toml": HOME})
    support = house.signed_in("sam", roles=frozenset({"support"})).get("/").page
    assert support.heading.startswith("Welcome, ")
    assert "Good to see you." in support.text
    assert {"products", "docs/guides/first", "/docs/internal/"} <= set(support.links)
    assert "Freight" not in support.text


def test_a_text_of_the_home_page_leads_to_no_page_that_its_reader_may_not_see(
    written: Written,
) -> None:
    text = "[First](docs/guides/first.md), [x](docs/internal/index.md#a) and [b](/docs/internal)"
    house = written({"home.toml": f'[[block]]\nkind = "text"\nmarkdown = "{text}"\n'})
    shown = house.browser().get("/").page
    assert "docs/guides/first" in shown.links
    assert not [link for link in shown.links if "internal" in link]
    assert "First, x and b" in shown.text
    support = house.signed_in("sam", roles=frozenset({"support"})).get("/").page
    assert {"docs/internal/index#a", "docs/internal"} <= set(support.links)


def test_a_home_page_without_a_headline_has_a_heading_all_the_same(written: Written) -> None:
    house = written({"home.toml": '[[block]]\nkind = "steps"\n'})
    answer = house.browser().get("/")
    assert answer.page.heading == "Developer portal"
    assert answer.calls == 0


def test_the_operator_s_home_page_stands_while_apigee_is_down(written: Written) -> None:
    house = written({"home.toml": HOME})
    house.apigee.fail("*", Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer."))
    assert house.browser().get("/").page.heading == "Freight for <you>"


def test_a_page_loads_again_while_somebody_writes(written: Written, tmp_path: Path) -> None:
    browser = written(
        THEMED, content={"cache_dir": str(tmp_path / "cache"), "reload": True}
    ).browser()
    [watch] = [
        each
        for each in browser.get("/").page.all("div")
        if "/theme/changes" in each.get("hx-get", "")
    ]
    address = watch.get("hx-get", "")
    same = browser.get(address, with_htmx=True)
    assert (same.status, same.header("HX-Refresh")) == (204, "")
    (tmp_path / "content" / "theme.toml").write_text("radius = 12\n")
    other = browser.get(address, with_htmx=True)
    assert (other.status, other.header("HX-Refresh")) == (204, "true")


def test_nobody_watches_a_portal_that_is_not_being_written(written: Written) -> None:
    browser = written(THEMED).browser()
    assert "/theme/changes" not in browser.get("/").body
    assert browser.get("/theme/changes?seen=x").status == 404


def test_the_preview_shows_the_content_on_this_machine_alone(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = written(
        {**THEMED, "home.toml": HOME, "navigation.toml": "[[top]]\n"},
        public_url="https://portal.example.com/dev",
        public_reading=False,
    )
    served: list[tuple[str, int, Flask]] = []

    def run(host: str, port: int, shown: Flask, *, threaded: bool) -> None:
        assert threaded
        served.append((host, port, shown))

    monkeypatch.setattr("werkzeug.serving.run_simple", run)
    result = house.flask.test_cli_runner().invoke(args=["content", "preview", "--port", "5050"])
    assert "navigation.toml:1: a link has one of" in result.output
    assert "http://localhost:5050/dev until Ctrl-C" in result.output
    [(host, port, shown)] = served
    assert (host, port) == ("127.0.0.1", 5050)
    try:
        answer = shown.test_client().get("/dev/", base_url="http://localhost:5050")
        assert answer.status_code == 200
        assert "/dev/theme/changes?seen=" in answer.text
        assert "Freight for &lt;you&gt;" in answer.text
    finally:
        with shown.app_context():
            extensions.db.engine.dispose()


def test_a_hero_whose_buttons_are_for_others_has_none(written: Written) -> None:
    block = '[[block]]\nkind = "hero"\n[[block.button]]\ntitle = "Behind"\npage = "internal"\n'
    cards = '[[block]]\nkind = "cards"\ntitle = "Cards"\n'
    page = written({"home.toml": block + cards}).browser().get("/").page
    assert "/apps/new" not in page.links
    assert "Behind" not in page.text
    assert "Cards" not in page.text
