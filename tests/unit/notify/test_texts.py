"""The words of mails: every kind, the operator's own templates, nothing that could be a header."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables

from app.domain.mail import MailKind, Recipient, Undeliverable
from app.notify.texts import LONGEST_SUBJECT, Texts
from tests.architecture.sources import TEMPLATES

PORTAL = {
    "name": "Quillhaven",
    "url": "https://portal.example",
    "support": "help@example.com",
}
RAVI = Recipient("ravi@example.com", "Ravi Iyer")
VALUES = {
    "by": "Ada Lindqvist",
    "url": "https://portal.example/apps/trip",
    "person": "Dana Reyes",
    "email": "dana@example.com",
    "by_hand": "",
    "is_developer": "",
    "lacks": "",
    "reason": "Not for\nprivate use <b>",
    "app": "Trip <i>planner</i>",
    "products": "Payments, Maps",
    "product": "Payments",
    "key": "Production",
    "ending": "a1b2",
    "days": "7",
    "ends": "2026-03-08T12:00:00+00:00",
    "before": "old@example.com",
    "now": "new@example.com",
}
REASONED = (MailKind.REGISTRATION_REFUSED, MailKind.ACCESS_REFUSED)


class Tags(HTMLParser):
    """What an HTML text is made of; ``left_open`` must be empty in the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.left_open: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.left_open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.left_open.pop() == tag


def texts(own: Path | None = None) -> Texts:
    return Texts(TEMPLATES, own, PORTAL)


@pytest.mark.parametrize("kind", MailKind)
def test_every_mail_is_written_as_text_and_as_html(kind: MailKind) -> None:
    words = texts().write(kind, RAVI, VALUES)
    assert words.subject
    assert "\n" not in words.subject
    assert words.text.startswith("Hello Ravi Iyer,\n\n")
    assert words.text.endswith(
        "\n\n-- \nQuillhaven\nhttps://portal.example\nHelp: help@example.com\n"
    )
    assert not re.search(r"\n{3}|!|\bplease\b|\{|\}", words.text, re.IGNORECASE)
    page = Tags(words.html)
    assert page.left_open == []
    assert "Hello Ravi Iyer," in words.html
    # A mail must not tell anybody that it was opened.
    assert all(address.startswith("https://portal.example") for address in page.addresses)


@pytest.mark.parametrize("kind", MailKind)
def test_text_and_html_name_the_same_address(kind: MailKind) -> None:
    words = texts().write(kind, RAVI, VALUES)
    assert (VALUES["url"] in words.text) == (VALUES["url"] in words.html)


def documented() -> dict[str, set[str]]:
    """Return by kind what the page about mail says that its template can use."""
    page = (TEMPLATES.parent / "docs" / "mail.md").read_text()
    told: dict[str, set[str]] = {}
    for row in page.partition("## Your own words")[2].splitlines():
        kinds, _, names = row.strip("|").partition("|")
        for kind in re.findall(r"`(\w+)`", kinds):
            told[kind] = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", names)))
    return told


def undeclared(name: str) -> set[str]:
    source = (TEMPLATES / "mail" / name).read_text()
    environment = Environment(autoescape=True)
    environment.filters["moment"] = str
    return find_undeclared_variables(environment.parse(source)) - {"name", "portal"}


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind is not MailKind.TRIAL])
def test_the_page_about_mail_names_what_each_template_can_use(kind: MailKind) -> None:
    used = undeclared(f"{kind.value}.txt") | undeclared(f"{kind.value}.html")
    assert used <= documented()[kind.value]
    assert documented()[kind.value] <= set(VALUES)


def test_what_people_wrote_is_text_in_html_and_keeps_its_lines() -> None:
    for kind in REASONED:
        words = texts().write(kind, RAVI, VALUES)
        assert "Not for\nprivate use <b>" in words.text
        assert "Not for\nprivate use &lt;b&gt;" in words.html
    app = texts().write(MailKind.ACCESS_APPROVED, RAVI, VALUES)
    assert "Trip &lt;i&gt;planner&lt;/i&gt;" in app.html
    assert app.subject == "Trip <i>planner</i> has access to Payments"


def test_a_name_of_several_lines_is_one_in_the_subject() -> None:
    values = {**VALUES, "app": "Trip\r\nBcc: eve@evil.test\n\nboo\x00"}
    words = texts().write(MailKind.ACCESS_APPROVED, RAVI, values)
    assert words.subject == "Trip Bcc: eve@evil.test boo has access to Payments"
    endless = texts().write(MailKind.ACCESS_APPROVED, RAVI, {**VALUES, "app": "x" * 5000})
    assert len(endless.subject) == LONGEST_SUBJECT


def test_without_a_name_nobody_is_greeted_by_one() -> None:
    words = texts().write(MailKind.INVITATION, Recipient("ravi@example.com"), VALUES)
    assert words.text.startswith("Hello,\n")


def test_whoever_is_a_developer_already_is_invited_to_sign_in() -> None:
    words = texts().write(MailKind.INVITATION, RAVI, {**VALUES, "is_developer": "yes"})
    for text in (words.text, words.html):
        assert "You are a developer with this e-mail address already." in text
        assert "Nothing happens until you do" not in text
    assert not re.search(r"\n{3}", words.text)


@pytest.mark.parametrize("lacks", ["developer", "app", "key"])
def test_an_approval_promises_no_calls_while_something_else_stops_them(lacks: str) -> None:
    words = texts().write(MailKind.ACCESS_APPROVED, RAVI, {**VALUES, "lacks": lacks})
    for text in (words.text, words.html):
        assert "within about 3 minutes" not in text
        assert "Calls work once" in text


def test_a_key_without_a_label_is_named_by_its_ending() -> None:
    words = texts().write(MailKind.KEY_EXPIRING, RAVI, {**VALUES, "key": "", "days": "1"})
    assert words.subject == "A key of Trip <i>planner</i> ends tomorrow"
    assert "The key …a1b2 of your app" in words.text
    assert "8 Mar 2026, 12:00 UTC" in words.text


def test_the_operators_templates_come_first_and_use_ours(tmp_path: Path) -> None:
    (tmp_path / "invitation.txt").write_text(
        "Subject: Welcome to {{ portal.name }}\n\nAsk {{ by }}.\n"
        '{% include "mail/_signature.txt" %}\n'
    )
    own = texts(tmp_path)
    words = own.write(MailKind.INVITATION, RAVI, VALUES)
    assert words.subject == "Welcome to Quillhaven"
    assert words.text.startswith("Ask Ada Lindqvist.\n\n-- \nQuillhaven")
    assert words.html == texts().write(MailKind.INVITATION, RAVI, VALUES).html
    assert own.write(MailKind.TRIAL, RAVI, {}) == texts().write(MailKind.TRIAL, RAVI, {})


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("Subject: {{ unknown }}\n\nHello", "UndefinedError"),
        ("Subject: {{ by\n\nHello", "TemplateSyntaxError"),
        ("Subject: {{ days / 0 }}\n\nHello", "TypeError"),
        ('{% extends "mail/invitation.txt" %}', "RecursionError"),
        ("Hello", "does not begin with Subject:"),
    ],
)
def test_a_template_that_does_not_fit_is_named(tmp_path: Path, template: str, problem: str) -> None:
    (tmp_path / "invitation.txt").write_text(template)
    with pytest.raises(Undeliverable, match=rf"invitation.*{problem}"):
        texts(tmp_path).write(MailKind.INVITATION, RAVI, VALUES)
