"""A developer's names and attributes, edited in place by administrators."""

from dataclasses import replace

import pytest

from app.domain.attributes import Attribute
from app.domain.errors import OutcomeUnknown, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.house import House
from tests.routes.page import words

DANA = "dana@example.com"
LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")


def page(house: House) -> str:
    return f"/admin/developers/{house.public_id()}"


def saved(house: House, browser: Browser, **fields: str) -> Answer:
    """Send one field of the page's own forms, with the revision that the page has."""
    path = page(house)
    shown = browser.get(path)
    (first, *_) = (form for form in shown.page.forms if form.action == f"{path}/details")
    return browser.post(f"{path}/details", {**first.values, **fields})


def attribute(house: House, browser: Browser, do: str, **fields: str) -> Answer:
    """Send a form about attributes, with the revision that the page has."""
    path = page(house)
    shown = browser.get(path)
    form = next(form for form in shown.page.forms if form.action == f"{path}/attributes")
    return browser.post(
        f"{path}/attributes", {"revision": form.values["revision"], "do": do, **fields}
    )


def give(house: House, **held: str) -> None:
    """Let Dana have these attributes on Apigee."""
    attributes = tuple(Attribute(name, value) for name, value in held.items())
    known = house.apigee.by_email[DANA]
    house.apigee.put_developer(replace(known, attributes=attributes))


@pytest.mark.parametrize("revision", [{}, {"revision": ""}])
def test_a_form_without_a_revision_overwrites_nothing(
    house: House, ada: Browser, revision: dict[str, str]
) -> None:
    house.developer("dana")
    give(house, tier="gold")
    before = house.apigee.by_email[DANA]
    path = page(house)
    late = ada.post(f"{path}/details", {"first_name": "Dora", **revision})
    for do in ("change", "delete"):
        sent = {"do": do, "name": "tier", "value": "tin", **revision}
        assert ada.post(f"{path}/attributes", sent).status == 409
    assert late.status == 409
    assert house.apigee.by_email[DANA] == before


@pytest.mark.parametrize("name", ["first_name", "last_name", "user_name"])
def test_each_name_is_saved_by_its_own_form(house: House, ada: Browser, name: str) -> None:
    before = house.developer("dana")
    path = page(house)
    forms = [form for form in ada.get(path).page.forms if form.action == f"{path}/details"]
    (form,) = (form for form in forms if name in form.values)
    answer = ada.post(form.action, {**form.values, name: " Novak "})
    assert (answer.status, answer.location) == (303, path)
    assert answer.calls == 2
    assert house.apigee.by_email[DANA] == replace(before, **{name: "Novak"})  # type: ignore[arg-type] # one of three names
    assert "Novak" in ada.get("/admin/developers?q=novak").text
    assert house.told()[-2:] == ["developer.update intent", "developer.update done"]
    assert house.trail()[-1].detail == name


def test_a_part_shows_everything_that_follows_from_what_was_saved(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    path = f"{page(house)}/details"
    revision = ada.get(page(house)).page.form(path).values["revision"]
    answer = ada.post(path, {"first_name": "Dora", "revision": revision}, with_htmx=True)
    assert (answer.status, answer.calls) == (200, 4)
    assert answer.toasts == ["Dora Reyes is saved."]
    assert answer.page.title.startswith("Dora Reyes")
    for part in ("page-title", "status"):
        found = answer.page.by_id(part)
        assert found is not None
        assert "Dora Reyes" in words(found)
    assert "Changed a developer first name, just now by" in answer.text
    revisions = {value for form in answer.page.forms for value in form.values.get("revision", ())}
    assert len(revisions) == 1
    following = {"last_name": "Novak", "revision": revisions.pop()}
    assert ada.post(path, following, with_htmx=True).status == 200


def test_of_two_administrators_the_second_is_told_and_nothing_is_overwritten(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    bert = house.signed_in("bert", roles=frozenset({"administrator"}))
    path = page(house)
    shown = ada.get(path)
    form = next(form for form in shown.page.forms if "first_name" in form.values)
    assert saved(house, bert, first_name="Berta").status == 303
    answer = ada.post(form.action, {**form.values, "first_name": "Adele"})
    assert answer.status == 409
    assert "Somebody changed this developer since you opened the page" in answer.text
    assert "First name, on Apigee now Berta" in answer.text
    assert house.apigee.by_email[DANA].first_name == "Berta"
    again = next(form for form in answer.page.forms if "first_name" in form.values)
    assert again.values["first_name"] == ["Adele"]
    assert ada.post(again.action, again.values).status == 303
    assert house.apigee.by_email[DANA].first_name == "Adele"


def test_names_that_cannot_be_used_are_said_beside_their_fields(house: House, ada: Browser) -> None:
    before = house.developer("dana")
    answer = saved(house, ada, first_name=" ")
    assert answer.status == 422
    assert "Enter a first name." in answer.text
    assert answer.page.title.startswith("Error: ")
    assert "Use at most 255" in saved(house, ada, first_name="x" * 256).text
    assert house.apigee.by_email[DANA] == before


def test_who_signed_in_is_renamed_too_and_stays_so(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.signed_in("dana", first_name="Dana", last_name="Reyes")
    assert saved(house, ada, first_name="Dora").status == 303
    assert house.told()[-2:] == ["account.names intent", "account.names done"]
    house.signed_in("dana", first_name="Dana", last_name="Reyes")
    house.work()
    assert house.apigee.by_email[DANA].first_name == "Dora"


def test_an_attribute_is_added_changed_and_deleted(house: House, ada: Browser) -> None:
    house.developer("dana")
    give(house, company="Acme")
    added = attribute(house, ada, "add", attribute_name="tier", attribute_value="gold")
    assert (added.status, added.calls) == (303, 3)
    assert attribute(house, ada, "save", name="tier", value="silver").status == 303
    held = house.apigee.by_email[DANA].attributes
    assert held == (Attribute("company", "Acme"), Attribute("tier", "silver"))
    assert "Dana" in ada.get("/admin/developers?attribute=tier=silver").text
    gone = attribute(house, ada, "delete", name="company")
    assert gone.status == 303
    assert "The attribute company is deleted: Dana Reyes." in ada.follow(gone).text
    assert house.apigee.by_email[DANA].attributes == (Attribute("tier", "silver"),)
    details = [row.detail for row in house.trail() if row.phase.value == "done" and row.detail]
    assert details[-3:] == [
        "attribute tier added",
        "attribute tier changed",
        "attribute company deleted",
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("", "gold", "Enter a name."),
        ("tier", " ", "Enter a value."),
        ("tier", "x" * 2049, "Use at most 2"),
        ("Email", "a@b.c", "This name means something to Apigee or to the portal."),
        ("portal_request_id", "1", "This name means something to Apigee or to the portal."),
        ("company", "Other", "The developer has an attribute of this name."),
        ("ti\u202eer", "gold", "all of them visible"),
    ],
)
def test_an_attribute_that_cannot_be_added_is_refused(
    house: House, ada: Browser, name: str, value: str, problem: str
) -> None:
    house.developer("dana")
    give(house, company="Acme")
    answer = attribute(house, ada, "add", attribute_name=name, attribute_value=value)
    assert answer.status == 422
    assert problem in answer.text
    assert house.apigee.by_email[DANA].attributes == (Attribute("company", "Acme"),)


def test_there_are_eighteen_attributes_at_most_and_the_portals_own_are_hidden(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    give(house, portal_request_id="r1", **{f"a{number}": "x" for number in range(16)})
    shown = ada.get(page(house))
    assert "17 of 18, one of them the portal" in shown.text
    assert "portal_request_id" not in shown.body
    added = attribute(house, ada, "add", attribute_name="last", attribute_value="y")
    assert added.status == 303
    full = ada.get(page(house))
    assert "18 of 18" in full.text
    assert full.page.by_id("attribute_name") is None
    refused = attribute(house, ada, "add", attribute_name="more", attribute_value="y")
    assert refused.status == 422
    assert "the most that Apigee keeps" in refused.text
    assert len(house.apigee.by_email[DANA].attributes) == 18


def test_attributes_that_others_changed_meanwhile_are_not_overwritten(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    give(house, tier="gold")
    path = f"{page(house)}/attributes"
    form = next(form for form in ada.get(page(house)).page.forms if form.action == path)
    give(house, tier="platinum")
    answer = ada.post(path, {**form.values, "value": "silver"})
    assert answer.status == 409
    assert "tier, on Apigee now platinum" in answer.text
    assert "tier, as you typed it silver" in answer.text
    late = ada.post(path, {**form.values, "do": "delete"})
    assert late.status == 409
    assert "Nothing was changed." in late.text
    gone = ada.post(path, {"do": "save", "name": "none", "value": "x"})
    assert gone.status == 409
    hidden = attribute(house, ada, "delete", name="portal_request_id")
    assert hidden.status == 422
    assert house.apigee.by_email[DANA].attributes == (Attribute("tier", "platinum"),)


def test_the_value_of_an_attribute_is_not_emptied_by_accident(house: House, ada: Browser) -> None:
    house.developer("dana")
    give(house, tier="gold")
    answer = attribute(house, ada, "save", name="tier", value="")
    assert answer.status == 422
    assert "To have none, delete the attribute." in answer.text
    assert house.apigee.by_email[DANA].attributes == (Attribute("tier", "gold"),)


def test_a_lost_answer_is_on_record_as_unknown(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.apigee.fail("developers.update", LOST)
    assert saved(house, ada, first_name="Dora").status == 503
    assert house.told()[-1] == "developer.update unknown"


def test_a_developer_who_is_gone_is_told(house: House, ada: Browser) -> None:
    house.developer("dana")
    path = page(house)
    house.apigee.by_email.clear()
    for answer in (
        ada.post(f"{path}/details", {"first_name": "Dora"}),
        ada.post(f"{path}/attributes", {"do": "delete", "name": "tier"}),
    ):
        assert answer.status == 404
        assert "no longer on Apigee" in answer.text
    for change, form in (("details", {"first_name": "Dora"}), ("status", {"status": "inactive"})):
        part = ada.post(f"{path}/{change}", form, with_htmx=True)
        assert part.header("HX-Redirect") == path


def test_support_reads_the_details_and_finds_no_form(house: House) -> None:
    house.developer("dana")
    give(house, tier="gold")
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    shown = sam.get(page(house))
    assert "gold" in shown.text
    assert [form.action for form in shown.page.forms if "details" in form.action] == []
    assert sam.post(f"{page(house)}/details", {"first_name": "Sam"}).status == 403
    assert house.apigee.by_email[DANA].first_name == "Dana"
