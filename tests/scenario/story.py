"""The whole life of a key: registered, created, shown, replaced, blocked, freed, deleted."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from app.domain.jobs import JobKind
from app.store.sessions import SessionRow
from app.web import extensions
from demo.run import worker
from tests.scenario.calls import Watch
from tests.scenario.house import House, run_house
from tests.scenario.programs import work_once
from tests.scenario.walker import Page, Walker

NAME = "Quokka barometer"
INTERNAL_NAME = "quokka-barometer"
DESCRIPTION = "Tells numbats the pressure"
LABEL = "Berth 4"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AUDIT_STREAM = "audit.jsonl"
CALLBACK = "https://bandicoot.example.com/callback"


@dataclass
class Story:
    """What happened: the house, what must stay secret by its name, and who caused which calls."""

    house: House
    watch: Watch
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    def keep(self, name: str, value: str) -> None:
        """Note something that nobody may find anywhere."""
        assert len(value) > 7, name
        self.secrets[name] = value


@contextmanager
def run_story(folder: Path) -> Iterator[Story]:
    """Live through all of it on Apigee X; the house still stands while the caller looks."""
    stream = str(folder / AUDIT_STREAM)
    with run_house("x", folder, PORTAL_AUDIT__STREAM=stream) as house:
        story = Story(house, Watch(house))
        with closing(Walker(house)) as ravi, closing(Walker(house)) as ada:
            _live(story, ravi, ada)
        _keep_what_the_house_knows(story)
        yield story


def _live(story: Story, ravi: Walker, ada: Walker) -> None:
    with story.watch.caused_by("developer"):
        _create_and_show(story, ravi)
    _keep_session(story, ravi, "ravi")
    with story.watch.caused_by("worker"):
        _work(story)
    with story.watch.caused_by("administrator"):
        page = _find(ada)
        for status in ("inactive", "active"):
            page = ada.send(page, "/status", {"status": status})
    _keep_session(story, ada, "ada")
    with story.watch.caused_by("developer"):
        _fail_and_delete(ravi)
    # Ravi stays signed in, so that what a session keeps is looked at too.
    ada.send(ada.open("/account"), "/sign-out")


def _create_and_show(story: Story, ravi: Walker) -> None:
    form = ravi.send(ravi.sign_in("ravi", "/apps/new"), "/register")
    values = {"display_name": NAME, "description": DESCRIPTION, "callback_url": CALLBACK}
    products = {"products": ["weather-free", "payments"]}
    created = ravi.send(form, "/apps/new", {**values, **products})
    story.keep("consumer key", created.text("consumer-key"))
    story.keep("consumer secret", created.text("consumer-secret"))
    page = ravi.open(created.link("Open the app"))
    for value in ("key", "secret"):
        shown = ravi.send(page, "/reveal", {"value": value})
        assert story.secrets[f"consumer {value}"] in shown.answer.text
    _name_and_rotate(story, ravi, page)
    ravi.open("/apps?q=quokka")


def _name_and_rotate(story: Story, ravi: Walker, page: Page) -> None:
    naming = ravi.open(page.link("Rename"))
    page = ravi.send(naming, "/label", {"label": LABEL})
    rotation = ravi.open(page.link("Rotate"))
    made = ravi.send(rotation, "/rotation", {"overlap": "1h"})
    story.keep("new consumer key", made.text("consumer-key"))
    story.keep("new consumer secret", made.text("consumer-secret"))


def _work(story: Story) -> None:
    """Let the overlap be over, and a worker of the demo's come by."""
    house = story.house
    office = house.app.extensions["portal"].work.office
    with house.app.app_context():
        [job] = [item for item in office.page().jobs if item.kind is JobKind.RETIRE_KEY]
        assert office.jobs.move(job.job_id, job.created_at - timedelta(hours=1))
    work_once(worker(house.plan))


def _find(ada: Walker) -> Page:
    developers = ada.sign_in("ada", "/admin/developers")
    return ada.open(developers.link("Ravi Iyer"))


def _fail_and_delete(ravi: Walker) -> None:
    ravi.open(f"/apps/{INTERNAL_NAME}/keys/0123456789abcdef/reveal", 405)
    ravi.open(f"/apps/{INTERNAL_NAME}-not", 404)
    again = ravi.open("/apps/new")
    ravi.send(again, "/apps/new", {"display_name": NAME, "products": ["weather-free"]}, 422)
    page = ravi.open(f"/apps/{INTERNAL_NAME}/deletion")
    ravi.send(page, "/deletion", {"confirm_name": f"{NAME} not"}, 422)
    ravi.send(page, "/deletion", {"confirm_name": NAME})


def _keep_session(story: Story, walker: Walker, login: str) -> None:
    """Note the session's id and the provider's tokens, before and after they were renewed."""
    _keep_tokens(story, walker, login)
    with story.house.app.app_context():
        extensions.db.session.execute(update(SessionRow).values(check_at=LONG_AGO))
        extensions.db.session.commit()
    walker.open("/account")
    old = story.secrets[f"{login}'s refresh token"]
    _keep_tokens(story, walker, login)
    assert story.secrets[f"{login}'s refresh token"] != old
    story.keep(f"{login}'s first refresh token", old)


def _keep_tokens(story: Story, walker: Walker, login: str) -> None:
    services = story.house.app.extensions["portal"]
    with story.house.app.app_context():
        now = services.clock.now()
        loaded = [(value, services.sessions.load(value, now)) for value in walker.cookies()]
        [(cookie, session)] = [(value, found) for value, found in loaded if found]
        kept = services.sessions.kept(session.reference)
    story.keep(f"{login}'s session", cookie)
    story.keep(f"{login}'s id_token", kept.id_token)
    story.keep(f"{login}'s refresh token", kept.holding.refresh_token)


def _keep_what_the_house_knows(story: Story) -> None:
    house = story.house
    story.keep("client secret", house.provider.client_secret)
    story.keep("secret key", house.plan.secret_key_file.read_text(encoding="ascii"))
    for token in house.apigee.tokens._known:
        story.keep("access token", token)
    assert "access token" in story.secrets
    for app in house.apigee.site.store.apps.values():
        for index, credential in enumerate(app.credentials):
            story.keep(f"key {index} of {app.app_id}", credential.consumer_key)
            story.keep(f"secret {index} of {app.app_id}", credential.consumer_secret)
