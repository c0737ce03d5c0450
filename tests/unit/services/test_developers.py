"""Developers in the administrator's hand."""

from dataclasses import replace

import pytest

from app.domain.audit import Action, Actor
from app.domain.developers import DeveloperStatus
from app.domain.errors import NotAllowed, NotFound, NotRecorded, OutcomeUnknown, Upstream
from app.domain.keys import KeyState
from app.services.developer_port import DeveloperSearch, IndexedDeveloper
from tests.unit.services.house import DANA, DOWN, LOST, House

ADA = Actor(2, "Ada Kern", "request-of-ada", "192.0.2.9")
ACTIVE, INACTIVE = DeveloperStatus.ACTIVE, DeveloperStatus.INACTIVE


@pytest.fixture
def row(house: House) -> IndexedDeveloper:
    """Dana in the index."""
    house.fill_index()
    house.asked()
    return house.index.by_email[DANA]


def test_a_search_asks_the_index_only(house: House, row: IndexedDeveloper) -> None:
    found = house.portal.developers.search(DeveloperSearch("dan"))
    assert [item.public_id for item in found.rows] == [row.public_id]
    assert house.portal.developers.search(DeveloperSearch("nobody")).rows == ()
    assert house.asked() == []


def test_a_developer_is_read_afresh_with_apps_and_account(
    house: House, row: IndexedDeveloper
) -> None:
    house.apigee.add_app(DANA, "one", house.apigee.new_key("weather-free"))
    house.apigee.put_developer(replace(house.apigee.by_email[DANA], first_name="Dany"))
    view = house.portal.developers.get(row.public_id)
    assert view.developer == house.apigee.by_email[DANA]
    assert (view.row.first_name, view.row.public_id) == ("Dany", row.public_id)
    assert view.apps is not None
    assert [item.app.name for item in view.apps] == ["one"]
    assert (view.working_keys, view.is_active) == (1, True)
    assert view.account == house.accounts.of_developer(DANA)
    assert house.asked() == ["developers.get", "apps.page", "products.all"]


def test_while_apigee_is_down_the_index_is_shown(house: House, row: IndexedDeveloper) -> None:
    house.apigee.fail("*", DOWN)
    view = house.portal.developers.get(row.public_id)
    assert (view.developer, view.apps, view.working_keys) == (None, None, 0)
    assert (view.row.email, view.is_active) == (DANA, True)
    assert view.account is not None


def test_a_developer_who_is_gone_from_apigee_is_told(house: House, row: IndexedDeveloper) -> None:
    del house.apigee.by_email[DANA]
    view = house.portal.developers.get(row.public_id)
    assert (view.is_gone, view.developer, view.row.email) == (True, None, DANA)
    with pytest.raises(NotFound):
        house.portal.developers.set_status(ADA, row.public_id, INACTIVE)


def test_an_unknown_id_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        house.portal.developers.get("nothing")
    with pytest.raises(NotFound):
        house.portal.developers.set_status(ADA, "nothing", INACTIVE)
    assert (house.asked(), house.trail()) == ([], [])


def test_deactivating_is_done_recorded_and_seen_by_everybody(
    house: House, row: IndexedDeveloper
) -> None:
    house.apigee.add_app(DANA, "one", house.apigee.new_key("weather-free"))
    assert house.portal.apps.listing(house.owner()).developer_active
    house.asked()
    view = house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert house.apigee.by_email[DANA].status is INACTIVE
    read = ["developers.get", "apps.page", "products.all"]
    assert house.asked() == ["developers.set_status", *read]
    assert (view.is_active, view.working_keys) == (False, 1)
    assert view.apps is not None
    assert view.apps[0].status is not None
    assert view.apps[0].status.state is KeyState.BLOCKED_BY_DEVELOPER
    assert house.index.by_email[DANA].status is INACTIVE
    assert house.owner().generation == 1
    assert not house.portal.apps.listing(house.owner()).developer_active


def test_the_last_change_says_by_whom(house: House, row: IndexedDeveloper) -> None:
    assert house.portal.developers.last_change(row) is None
    house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    house.portal.developers.set_status(ADA, row.public_id, ACTIVE)
    assert house.trail() == [
        ("developer.deactivate", "intent", DANA),
        ("developer.deactivate", "done", DANA),
        ("developer.activate", "intent", DANA),
        ("developer.activate", "done", DANA),
    ]
    last = house.portal.developers.last_change(row)
    assert last is not None
    assert (last.actor, last.action) == (ADA, Action.DEVELOPER_ACTIVATE)
    assert house.apigee.by_email[DANA].is_active


def test_nobody_activates_or_deactivates_themselves(house: House, row: IndexedDeveloper) -> None:
    dana = house.accounts.of_developer(DANA)
    assert dana is not None
    for status in (INACTIVE, ACTIVE):
        with pytest.raises(NotAllowed, match="Another administrator can"):
            house.portal.developers.set_status(
                Actor(dana.account_id, dana.name), row.public_id, status
            )
    assert house.asked() == []
    assert house.trail() == [
        ("developer.deactivate", "failed", DANA),
        ("developer.activate", "failed", DANA),
    ]


def test_when_the_log_refuses_nobody_is_deactivated(house: House, row: IndexedDeveloper) -> None:
    house.audit.error = OSError("The disk is full.")
    with pytest.raises(NotRecorded):
        house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert house.apigee.by_email[DANA].is_active
    assert house.asked() == []


def test_a_failure_changes_nothing(house: House, row: IndexedDeveloper) -> None:
    house.apigee.fail("developers.set_status", DOWN)
    with pytest.raises(Upstream):
        house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert house.phases(Action.DEVELOPER_DEACTIVATE) == ["intent", "failed"]
    assert (house.owner().generation, house.index.by_email[DANA].status) == (0, ACTIVE)


def test_a_lost_answer_to_a_change_is_told_and_counted(house: House, row: IndexedDeveloper) -> None:
    house.apigee.fail("developers.set_status", LOST)
    with pytest.raises(OutcomeUnknown):
        house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert house.phases(Action.DEVELOPER_DEACTIVATE) == ["intent", "unknown"]
    assert house.owner().generation == 1


def test_a_change_is_shown_even_if_the_developer_cannot_be_read_after_it(
    house: House, row: IndexedDeveloper
) -> None:
    house.apigee.fail("developers.get", DOWN)
    view = house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert (view.developer, view.is_active) == (None, False)


def test_developers_are_told_by_mail_what_becomes_of_their_keys(
    house: House, row: IndexedDeveloper
) -> None:
    for status in (INACTIVE, INACTIVE, ACTIVE, ACTIVE):
        house.portal.developers.set_status(ADA, row.public_id, status)
        house.clock.pass_by(60)
    house.work()
    assert house.mail.told() == [
        ("developer_deactivated for Dana Reyes", DANA),
        ("developer_activated for Dana Reyes", DANA),
    ]


def test_a_mail_server_that_is_away_does_not_stop_an_activation(
    house: House, row: IndexedDeveloper
) -> None:
    house.mail.server.error = DOWN
    view = house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert not view.is_active
    with pytest.raises(Upstream):
        house.work()
    house.mail.server.error = None
    house.clock.pass_by(61)  # the worker's lease
    house.work()
    assert len(house.mail.told()) == 1


def test_nobody_is_told_of_what_apigee_refused(house: House, row: IndexedDeveloper) -> None:
    house.apigee.fail("developers.set_status", DOWN)
    with pytest.raises(Upstream):
        house.portal.developers.set_status(ADA, row.public_id, INACTIVE)
    assert house.jobs.held == {}
