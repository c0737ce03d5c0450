"""Developers of the fake Apigee."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from app.domain.attributes import changed
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.emails import folded_email
from app.domain.errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    Upstream,
    UpstreamKind,
)
from app.domain.mail import is_address
from tests.fakes.apigee.attributes import Attributes, FakeAttributes
from tests.fakes.apigee.state import FakeState, digest


@dataclass
class FakeDevelopers:
    """``ApigeeDevelopers`` over the fake."""

    fake: FakeState

    def get(self, email: str) -> Developer:
        with self.fake.call("developers.get"):
            return _revised(self._counted(self.fake.developer(email)))

    def _counted(self, known: Developer) -> Developer:
        count = sum(1 for owner, _name in self.fake.by_app if owner == known.email)
        return replace(known, apps_count=min(count, 100))

    def create(self, new: NewDeveloper) -> Developer:
        with self.fake.call("developers.create"):
            email = folded_email(new.email) if self.fake.flavor == "x" else new.email
            if email in self.fake.by_email:
                raise AlreadyExists("There is a developer with that e-mail address already.")
            if not is_address(email):
                raise InvalidInput({"email": "Apigee does not accept this e-mail address."})
            if not (new.first_name and new.last_name and new.user_name):
                names = ("first_name", "last_name", "user_name")
                raise InvalidInput(dict.fromkeys(names, "Apigee needs all of these."))
            made = self.fake.add_developer(email, new.first_name, new.last_name)
            return self.fake.put_developer(
                replace(made, user_name=new.user_name, attributes=new.attributes)
            )

    def update(self, email: str, change: DeveloperChange, revision: str = "") -> Developer:
        with self.fake.call("developers.before"):
            known = _revised(self.fake.developer(email))
        if revision and revision != known.revision:
            raise Conflict("This was changed in the meantime.")
        asked = replace(
            known,
            first_name=_given(change.first_name, known.first_name),
            last_name=_given(change.last_name, known.last_name),
            user_name=_given(change.user_name, known.user_name),
            attributes=changed(known.attributes, change.attributes),
        )
        if asked == known and change.email in {None, known.email}:
            return known
        with self.fake.call("developers.update"):
            return _revised(self._put(asked, change.email or known.email))

    def _put(self, known: Developer, email: str) -> Developer:
        """Keep a developer under this address, with the apps."""
        if email != known.email:
            if self.fake.flavor == "x":
                raise Upstream(UpstreamKind.REFUSED, "Apigee refused this.")
            if email in self.fake.by_email:
                raise AlreadyExists("There is a developer with that name already.")
            del self.fake.by_email[known.email]
            for owner, name in tuple(self.fake.by_app):
                if owner == known.email:
                    self.fake.by_app[email, name] = self.fake.by_app.pop((owner, name))
        return self.fake.put_developer(replace(known, email=email))

    def set_status(self, email: str, status: DeveloperStatus) -> None:
        with self.fake.call("developers.set_status"):
            self.fake.put_developer(replace(self.fake.developer(email), status=status))

    def delete(self, email: str) -> None:
        with self.fake.call("developers.delete"):
            gone = self.fake.developer(email)
            del self.fake.by_email[gone.email]
            for owner, name in tuple(self.fake.by_app):
                if owner == gone.email:
                    del self.fake.by_app[owner, name]

    def all(self, start: str | None = None) -> Iterator[Developer]:
        return chain.from_iterable(self.pages(start))

    def pages(self, start: str | None = None) -> Iterator[Sequence[Developer]]:
        """Page as Apigee does, each page from the last item of the one before."""
        size, before = self.fake.developers_size, ""
        while True:
            with self.fake.call("developers.all"):
                found = [self._counted(self.fake.by_email[email]) for email in self._from(start)]
            yield [item for item in found[:size] if item.email != before]
            if len(found) < size:
                return
            start = before = found[size - 1].email

    def emails(self, start: str | None = None) -> Iterator[str]:
        with self.fake.call("developers.emails"):
            found = self._from(start)
        yield from found

    def with_app(self, name: str) -> Sequence[str]:
        with self.fake.call("developers.with_app"):
            return tuple(sorted(email for email, held in self.fake.by_app if held == name))

    def attributes(self, email: str) -> FakeAttributes:
        def write(attributes: Attributes) -> None:
            known = self.fake.developer(email)
            self.fake.put_developer(replace(known, attributes=attributes))

        return FakeAttributes(self.fake, lambda: self.fake.developer(email).attributes, write)

    def _from(self, start: str | None) -> list[str]:
        if start is not None and start not in self.fake.by_email:
            raise NotFound("There is no such developer.")
        return sorted(email for email in self.fake.by_email if email >= (start or ""))


def _given(new: str | None, old: str) -> str:
    return old if new is None else new


def _revised(known: Developer) -> Developer:
    written = (known.first_name, known.last_name, known.user_name, known.attributes)
    return replace(known, revision=digest(known.email, *written))
