"""The key doctor at work: reads what decides about a call, afresh, for the owner's keys only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from app.domain.apis import Api
from app.domain.apps import AppPage, DeveloperApp
from app.domain.chain import Asked, Chain
from app.domain.clock import Clock
from app.domain.coverage import Call
from app.domain.developers import Owner
from app.domain.doctor import Diagnosis, diagnose
from app.domain.errors import InvalidInput, NotFound, Upstream
from app.domain.fault_codes import Fault
from app.domain.faults import LONGEST_PASTE, possible_keys, read_fault
from app.domain.keys import Key
from app.domain.overview import KeyRow
from app.domain.products import ApiProduct
from app.services.apps import AppsReads
from app.services.facts import Dated
from app.services.ports import ApiCatalogue

TOO_LONG = f"Paste at most {LONGEST_PASTE:,} characters: the answer of one call."
NO_ENVIRONMENT = "The portal knows no such environment. Choose one from the list."
NOTHING_PASTED = "Paste the answer of the call that failed."


@dataclass(frozen=True, slots=True)
class Question:
    """Which call is meant, as somebody chose it; an empty text is a part that was left open.

    An ``api`` of None was not asked about at all, so the one that the key is for is meant.
    """

    api: str | None = None
    method: str = ""
    path: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Consultation:
    """One key's diagnosis, with what the form offers and what was chosen in it.

    ``problems`` are what of the choice cannot be used, by field. It is ``stale`` where Apigee did
    not tell all of it anew.
    """

    app: DeveloperApp
    row: KeyRow
    diagnosis: Diagnosis
    apis: tuple[Api, ...]
    environments: tuple[str, ...]
    asked: Asked
    as_of: datetime
    stale: bool
    other_key: KeyRow | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a pasted answer says; ``found`` is the own key that the text held, if any.

    ``unread`` says that the text may hold one, and that Apigee could not be asked.
    """

    fault: Fault
    found: Consultation | None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """The key to look at, what Apigee answered, and the keys that the answer may hold."""

    app: Dated[DeveloperApp]
    key_id: str
    active: Dated[bool]
    fault: Fault | None
    named: frozenset[str]

    @property
    def as_of(self) -> datetime:
        """When the oldest of it was read that Apigee did not tell anew."""
        stale = [fact.at for fact in (self.app, self.active) if fact.stale]
        return min([*stale, self.app.at])


@dataclass(frozen=True, slots=True)
class Doctor:
    """Explains why calls fail; what is not the owner's is not found."""

    reads: AppsReads
    apis: ApiCatalogue
    fingerprint: Callable[[str], str]
    clock: Clock

    def diagnose(
        self,
        owner: Owner,
        roles: frozenset[str],
        which: tuple[str, str],
        question: Question,
        pasted: str | None = None,
    ) -> Consultation:
        """Look at a key of an app (``which``); raise ``NotFound`` when the owner has none such.

        Where Apigee does not answer, what is known is looked at; without that ``Upstream`` is
        raised. Raises ``InvalidInput`` when ``pasted`` is empty or too long.
        """
        fault = None if pasted is None else read_fault(_checked(pasted))
        name, key_id = which
        app, active = self._read(owner, name)
        case = _Case(app, key_id, active, fault, self._named(pasted or ""))
        return self._consult(owner, roles, case, question)

    def explain(self, owner: Owner, roles: frozenset[str], pasted: str) -> Explanation:
        """Read a pasted answer, and look at the owner's key that it holds, if it holds one.

        A key that is somebody else's, and one that nobody has, are the same to it.
        """
        fault = read_fault(_checked(pasted))
        named = self._named(pasted)
        if not named:
            return Explanation(fault, None)
        try:
            found = _held(self._pages(owner), named)
            active = self.reads.statuses.as_of(owner, refresh=True) if found else None
        except Upstream:
            known = _held(self.reads.listed(owner), named)
            found = known and (replace(known[0], stale=True), known[1])
            active = self.reads.statuses.last_known(owner)
            if found is None or active is None:
                return Explanation(fault, None, unread=True)
        if found is None or active is None:
            return Explanation(fault, None)
        case = _Case(*found, active, fault, named)
        return Explanation(fault, self._consult(owner, roles, case, Question()))

    def _read(self, owner: Owner, name: str) -> tuple[Dated[DeveloperApp], Dated[bool]]:
        """Read an app and its developer afresh; take what is known where Apigee is silent."""
        try:
            app, active = self.reads.parallel(
                lambda: self.reads.apigee.get(owner.email, name),
                lambda: self.reads.statuses.as_of(owner, refresh=True),
            )
        except Upstream:
            listed = self.reads.last_known(owner, name)
            known = self.reads.statuses.last_known(owner)
            if listed is None or known is None:
                raise
            return listed, known
        return Dated(app, self.clock.now()), active

    def _named(self, pasted: str) -> frozenset[str]:
        return frozenset(self.fingerprint(word) for word in possible_keys(pasted))

    def _pages(self, owner: Owner) -> Iterator[Dated[AppPage]]:
        """Read the apps page by page, afresh."""
        start, first = None, True
        while first or start is not None:
            page = self.reads.apigee.page(owner.email, start=start)
            yield Dated(page, self.clock.now())
            start, first = page.next_start, False

    def _consult(
        self,
        owner: Owner,
        roles: frozenset[str],
        case: _Case,
        question: Question,
    ) -> Consultation:
        catalogue = self.reads.products.lately()
        rows, row = self._rows(owner, case)
        requestable = self._requestable(roles) if catalogue else frozenset()
        apis = self._apis(row.key, requestable)
        environments = _environments(apis, row.key, catalogue or {})
        problems = _problems(question, environments) if catalogue is not None else {}
        asked = _asked(replace(question, **dict.fromkeys(problems, "")), apis, row.key)
        chain = self._chain(case, row, catalogue, requestable, asked)
        return Consultation(
            app=case.app.value,
            row=row,
            diagnosis=diagnose(chain, case.fault),
            apis=apis,
            environments=environments,
            asked=asked,
            as_of=case.as_of,
            stale=case.app.stale or case.active.stale,
            other_key=None if case.key_id in case.named else _row(rows, case.named),
            problems=problems,
        )

    def _chain(
        self,
        case: _Case,
        row: KeyRow,
        catalogue: Mapping[str, ApiProduct] | None,
        requestable: frozenset[str],
        asked: Asked,
    ) -> Chain:
        return Chain(
            developer_active=case.active.value,
            app_status=case.app.value.status,
            key=row.key,
            catalogue=catalogue,
            now=self.clock.now(),
            memory=row.status.memory,
            asked=asked,
            requestable=requestable,
        )

    def _rows(self, owner: Owner, case: _Case) -> tuple[Sequence[KeyRow], KeyRow]:
        """Return all keys of the app and the one in question; raise ``NotFound`` without it."""
        now = self.clock.now()
        rows = self.reads.rows(owner, case.app, active=case.active.value, now=now)
        row = _row(rows, frozenset({case.key_id}))
        if row is None:
            raise NotFound("There is no such key.")
        return rows, row

    def _requestable(self, roles: frozenset[str]) -> frozenset[str]:
        return frozenset(product.name for product in self.reads.products.visible(roles))

    def _apis(self, key: Key, requestable: frozenset[str]) -> tuple[Api, ...]:
        """Return the APIs that the person may know of, by title."""
        known = requestable | {item.name for item in key.products}
        return tuple(api for api in self.apis.all() if not known.isdisjoint(api.products))


def _checked(pasted: str) -> str:
    if not pasted.strip():
        raise InvalidInput({"fault": NOTHING_PASTED})
    if len(pasted) > LONGEST_PASTE:
        raise InvalidInput({"fault": TOO_LONG})
    return pasted


def _held(
    pages: Iterator[Dated[AppPage]], named: frozenset[str]
) -> tuple[Dated[DeveloperApp], str] | None:
    """Return the first app that has a key of these, with the key."""
    apps = (Dated(app, page.at) for page in pages for app in page.value.apps)
    return next(
        ((app, key.key_id) for app in apps for key in app.value.keys if key.key_id in named), None
    )


def _problems(question: Question, environments: Sequence[str]) -> Mapping[str, str]:
    is_known = not question.environment or question.environment in environments
    return {} if is_known else {"environment": NO_ENVIRONMENT}


def _row(rows: Sequence[KeyRow], key_ids: frozenset[str]) -> KeyRow | None:
    return next((row for row in rows if row.key.key_id in key_ids), None)


def _asked(question: Question, apis: Sequence[Api], key: Key) -> Asked:
    api = _chosen(question, apis, key)
    path = "" if api is None else _inside(api, question.path)
    call = Call(
        proxy=api.proxy if api else "",
        environment=question.environment,
        path=path,
        method=question.method.upper(),
    )
    return Asked(api, call)


def _chosen(question: Question, apis: Sequence[Api], key: Key) -> Api | None:
    if question.api is not None:
        return next((api for api in apis if api.slug == question.api), None)
    held = {item.name for item in key.products}
    opened = [api for api in apis if not held.isdisjoint(api.products)]
    return opened[0] if len(opened) == 1 else None


def _inside(api: Api, path: str) -> str:
    """Return the path that follows the proxy's base path, whatever of the address was given."""
    given = urlsplit(path if "://" in path else f"x://x/{path.lstrip('/')}").path if path else ""
    if not given or not api.base_path:
        return given
    served = urlsplit(api.base_url).path.rstrip("/")
    base = api.base_path.rstrip("/")
    for whole in (given, served + given):
        if whole == base or whole.startswith(f"{base}/"):
            return whole.removeprefix(base) or "/"
    return given


def _environments(
    apis: Sequence[Api], key: Key, catalogue: Mapping[str, ApiProduct]
) -> tuple[str, ...]:
    held = (catalogue[item.name] for item in key.products if item.name in catalogue)
    named = [*(api.environments for api in apis), *(product.environments for product in held)]
    return tuple(sorted({name for names in named for name in names}))
