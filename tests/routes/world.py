"""A portal with two developers' apps, keys and sessions, set back before every try."""

import re
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.domain.audit import Action, Phase
from app.domain.developers import DeveloperStatus
from app.domain.jobs import JobKind, NewJob
from app.domain.keys import ApprovalStatus
from app.domain.notes import Author, Note, NoteKind, Subject
from app.domain.sync import Choices
from app.services.session_port import PUBLIC_ID_LENGTH
from app.web import extensions
from tests.routes.house import House
from tests.routes.matrix import Route

DANA: Final = "dana@example.com"
BOB: Final = "bob@example.com"
INES: Final = "ines@example.com"
OWN_APP, FOREIGN_APP, MISSING_APP = "trip-a", "trip-b", "trip-c"
NOBODY: Final = "f" * 16
PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
# What is edited on the developer's own page.
DETAILS: Final = re.compile(r"^(/admin/developers/\w+)/(details|attributes)$")
SESSIONS: Final = text(
    "SELECT s.id_hash FROM sign_in_sessions s JOIN accounts a ON a.id = s.account_id "
    "WHERE a.email = :who ORDER BY s.created_at"
)


@dataclass(frozen=True)
class Somebody:
    """Who tries: a role or several, registered as a developer or not."""

    name: str
    roles: frozenset[str] = frozenset()
    kind: str = "person"
    blocked: bool = False


class World:
    """One person's browser among objects that are theirs, others', or not there."""

    def __init__(self, house: House, who: Somebody) -> None:
        self.house, self.who = house, who
        self.numbers = count()
        login = "dana" if who.kind == "developer" else "ravi"
        self.login, self.email = login, f"{login}@example.com"
        for name in ("dana", "bob", "ines"):
            house.developer(name)
        self.others = [house.signed_in(name) for name in ("bob", "ines")]
        self.stranger = house.signed_in("gus")
        self.browser = house.browser()
        self._fill()
        self.is_known = who.kind != "anonymous"
        self.arrive()
        if who.blocked:
            self._block()

    def _fill(self) -> None:
        apigee = self.house.apigee
        self.keys: dict[tuple[str, str], str] = {}
        for email, name in ((DANA, OWN_APP), (BOB, FOREIGN_APP)):
            on, off = apigee.new_key("weather-free"), apigee.new_key("weather-free")
            off = replace(off, status=ApprovalStatus.REVOKED)
            apigee.add_app(email, name, on, apigee.new_key("payments"), off)
            self.keys[name, "on"], self.keys[name, "off"] = on.key_id, off.key_id
        held = (apigee.by_app, apigee.by_email, apigee.by_key_id)
        self.before = tuple(dict(each) for each in held)

    def _note_request(self) -> None:
        """Bob asked for a product, which is what waits for approval."""
        app = self.house.apigee.by_app[BOB, FOREIGN_APP]
        subject = Subject(app.app_id, app.keys[1].key_id, "payments")
        at = self.house.clock.now()
        note = Note(NoteKind.REQUESTED, subject, app.developer_id, Author.OWNER, None, at)
        with self.house.context():
            self.house.portal.key_changes.ledger.notes.put(note)

    def arrive(self) -> None:
        """Sign in, unless the person is somebody who does not, or is there already."""
        if self.is_known and not self.browser.cookie():
            self.browser.sign_in(self.login, roles=self.who.roles)

    def _block(self) -> None:
        self.is_known = False
        self._sql("UPDATE accounts SET blocked = 1 WHERE email = :email", self.email)

    def _sql(self, statement: str, email: str) -> None:
        with self.house.context(), extensions.db.engine.begin() as connection:
            connection.execute(text(statement), {"email": email})

    def set_back(self) -> None:
        """Make everything on Apigee as it was, and forget what was read of it, a moment later."""
        apigee = self.house.apigee
        self.house.clock.advance(2)
        for held, before in zip(
            (apigee.by_app, apigee.by_email, apigee.by_key_id), self.before, strict=True
        ):
            held.clear()  # type: ignore[attr-defined] # three dicts of different kinds
            held.update(before)  # type: ignore[attr-defined] # three dicts of different kinds
        apigee.calls.clear()
        # Ines is what an administrator decides about.
        self._sql("UPDATE accounts SET standing = 'waiting' WHERE email = :email", INES)
        self._note_request()
        with self.house.context():
            extensions.cache.clear()
            self._cancel_run()

    def changed(self) -> bool:
        """Tell whether anything on Apigee is another than it was."""
        apigee = self.house.apigee
        return (apigee.by_app, apigee.by_email, apigee.by_key_id) != self.before

    def path(self, rule: Rule, route: Route, whose: str) -> str:
        """Return the address of an object that is the person's ``own`` or somebody else's.

        Others are ``foreign``, ``missing``, and in an own app a key that is ``mixed`` (another
        person's) or ``absent``.
        """
        return PART.sub(lambda part: self._value(rule, part[1], route, whose), rule.rule)

    def _value(self, rule: Rule, name: str, route: Route, whose: str) -> str:
        if rule.endpoint.startswith(("developer_apps.", "organization_apps.")):
            return self._in_hand(rule, name, route, whose)
        if name == "name" and rule.rule.startswith("/apps"):
            return {"foreign": FOREIGN_APP, "missing": MISSING_APP}.get(whose, OWN_APP)
        if name == "key_id":
            owner = OWN_APP if whose == "own" else FOREIGN_APP
            return NOBODY if whose == "absent" else self.keys[owner, route.key]
        if name == "public_id":
            return self._session(whose)
        if name == "number" and rule.rule.startswith("/admin/sync") and whose == "own":
            return str(self._run())
        values = {
            "name": ("weather-free", "maps-partner", "maps-nowhere"),
            "schema": ("City", "Town", "Village"),
            "developer": (self.house.public_id(INES), NOBODY, NOBODY[::-1]),
            "account": (str(self._stranger()), "998", "999"),
            "number": (str(self._job()), "998", "999"),
            "bulk": (str(self._bulk()), "998", "999"),
            "provider": ("demo", "none", "nope"),
            "organization": ("none", "nope", "no"),
            "slug": ("weather", "ledger", "nowhere"),
            "operation": ("today", "none", "nothing"),
            "kind": ("json", "xml", "txt"),
            "address": ("guides/first", "closed/", "nowhere/"),
            "page": ("guides/first", "closed/index", "nowhere/index"),
            "file": ("guides/map.svg", "closed/map.svg", "nowhere/map.svg"),
            "filename": ("js/portal.js", "js/some.js", "js/none.js"),
        }
        return values[name][("own", "foreign", "missing").index(whose)]

    def _in_hand(self, rule: Rule, name: str, route: Route, whose: str) -> str:
        """Return a part of an address of Bob's apps: Dana's, and what nobody has, are not there."""
        if name == "developer":
            is_there = whose == "own" or "name" in rule.arguments
            own = self.house.public_id(BOB)
            return own if is_there else {"foreign": NOBODY, "missing": NOBODY[::-1]}[whose]
        if name == "app_id":
            app_id = self.house.apigee.by_app[BOB, FOREIGN_APP].app_id
            return {"foreign": NOBODY, "missing": NOBODY[::-1]}.get(whose, app_id)
        if name == "name":
            return {"foreign": OWN_APP, "missing": MISSING_APP}.get(whose, FOREIGN_APP)
        owner = FOREIGN_APP if whose == "own" else OWN_APP
        return NOBODY if whose == "absent" else self.keys[owner, route.key]

    def _stranger(self) -> int:
        with self.house.context():
            [account] = self.house.portal.accounts.office.book.of_email("gus@example.com")
        return account.account_id

    def _job(self) -> int:
        return self.house.jobs.add(NewJob(JobKind.RETIRE_KEY, self.house.clock.now())).job_id

    def _run(self) -> int:
        """Return a synchronization; the next try finds it over."""
        with self.house.context():
            self._cancel_run()
            began_by, now = (None, "system"), self.house.clock.now()
            return self.house.portal.sync.runs.begin(Choices(), began_by, now).number

    def _cancel_run(self) -> None:
        runs = self.house.portal.sync.runs
        if run := runs.unfinished():
            runs.cancel(run.number, self.house.clock.now())

    def _bulk(self) -> int:
        inactive, ines = DeveloperStatus.INACTIVE, self.house.public_id(INES)
        with self.house.context():
            return self.house.portal.developer_office.bulk.plan(inactive, [ines])

    def _session(self, whose: str) -> str:
        if whose == "missing" or not self.is_known:
            return NOBODY
        if whose == "own":
            other = self.house.browser()
            other.sign_in(self.login, roles=self.who.roles)
        email = BOB if whose == "foreign" else self.email
        with self.house.context(), extensions.db.engine.begin() as connection:
            [*_, row] = connection.execute(SESSIONS, {"who": email}).all()
        return str(row[0])[:PUBLIC_ID_LENGTH]

    def send(self, method: str, path: str, route: Route, *, part: bool = False) -> TestResponse:
        """Send one request with everything that a page of the portal would send."""
        fields = {"csrf_token": self.browser.token, "request_id": f"r{next(self.numbers)}"}
        in_hand = path.startswith("/admin")
        own = FOREIGN_APP if in_hand else OWN_APP
        sees_form = not in_hand or "administrator" in self.who.roles
        is_own = own in path or f"/{self.house.public_id(INES)}/" in path
        if route.form and method == "POST" and is_own and sees_form:
            fields["revision"] = self._revision(path)
        response = self.browser.flask.open(
            path,
            method=method,
            base_url=self.browser.base_url,
            headers={"HX-Request": "true", "HX-Request-Type": "partial"} if part else {},
            data={**fields, **route.fields} if method == "POST" else None,
            buffered=True,
        )
        if path.endswith("/view"):
            self.browser.flask.post(
                "/viewing/ending", base_url=self.browser.base_url, data={**fields}
            )
        return response

    def _revision(self, path: str) -> str:
        shown = self.browser.get(DETAILS.sub(r"\1", path))
        forms = shown.page.forms if shown.status == 200 else []
        values = [form.values.get("revision", [""])[0] for form in forms]
        self.set_back()
        return next(filter(None, values), "of-another-time")

    def refusals(self, *actions: Action) -> int:
        """Return how many refusals are on the record, those that repeat counted."""
        self.house.clock.advance(61)
        run = self.house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
        assert run.exit_code == 0, run.output
        rows = [row for row in self.house.trail() if row.phase is Phase.FAILED]
        return sum(row.count for row in rows if row.action in (actions or Action))
