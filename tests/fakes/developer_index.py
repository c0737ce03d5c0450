"""The developer index in memory, proven by the same cases as the real one (tests/store)."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.domain.errors import NotFound
from app.services.developer_port import (
    DeveloperFilter,
    DeveloperOrder,
    DeveloperPage,
    DeveloperSearch,
    IndexedDeveloper,
)
from app.store.words import search_words, sort_name, typed_words
from tests.fakes.store import FakeAccounts

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class FakeDeveloperIndex:
    """``ports.DeveloperIndex`` in a dict by exact e-mail address."""

    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    by_email: dict[str, IndexedDeveloper] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.accounts.counts_apps = self._count_apps

    def search(self, query: DeveloperSearch) -> DeveloperPage:
        rows = list(self.every(query))
        ids = [row.public_id for row in rows]
        size = max(1, min(query.size, 200))
        start = 0
        if query.before in ids:
            start = max(0, ids.index(query.before) - size)
        elif query.after in ids and query.before is None:
            start = ids.index(query.after) + 1
        page = tuple(rows[start : start + size])
        more = len(rows) > start + size
        return DeveloperPage(
            page,
            page[-1].public_id if more else None,
            page[0].public_id if start and page else None,
        )

    def count(self, query: DeveloperSearch, most: int) -> int:
        return min(most, len(list(self.every(query))))

    def every(self, query: DeveloperSearch) -> Iterator[IndexedDeveloper]:
        rows = [self._seen(row) for row in self.by_email.values()]
        rows = [row for row in rows if _matches(row, query)]
        rows.sort(key=lambda row: _position(row, query.order), reverse=query.descending)
        return iter(rows)

    def get(self, public_id: str) -> IndexedDeveloper:
        found = (row for row in self.by_email.values() if row.public_id == public_id)
        row = next(found, None)
        if row is None:
            raise NotFound("There is no such developer.")
        return self._seen(row)

    def by_folded_email(self, email: str) -> Sequence[IndexedDeveloper]:
        wanted = folded_email(email)
        same = (email for email in sorted(self.by_email) if folded_email(email) == wanted)
        return tuple(self._seen(self.by_email[email]) for email in same)

    def by_developer_id(
        self, developer_ids: Collection[str], only: DeveloperFilter
    ) -> Mapping[str, IndexedDeveloper]:
        seen = map(self._seen, self.by_email.values())
        return {
            row.developer_id: row
            for row in seen
            if row.developer_id in developer_ids and _matches(row, only)
        }

    def save(self, developers: Sequence[Developer], at: datetime) -> int:
        latest = {item.email: item for item in developers}
        facts = {email: (item, item.apps_count) for email, item in latest.items()}
        differing = [email for email in latest if self.kept.get(email) != facts[email]]
        for item in latest.values():
            self.by_email[item.email] = self._row(item, at)
        self.kept.update(facts)
        return len(differing)

    def move(self, email: str, developer: Developer, at: datetime) -> None:
        old = self.by_email.get(email)
        self.remove(email)
        self.save((developer,), at)
        if old is not None:
            row = self.by_email[developer.email]
            self.by_email[developer.email] = replace(row, public_id=old.public_id)

    def remove(self, email: str) -> None:
        self.by_email.pop(email, None)
        self.kept.pop(email, None)

    def _count_apps(self, email: str, made: int) -> None:
        row = self.by_email.get(email)
        if row is not None and row.apps_count is not None and -made <= row.apps_count < 100:
            self.by_email[email] = replace(row, apps_count=row.apps_count + made)
            item, count = cast(tuple[Developer, int], self.kept[email])
            self.kept[email] = (item, count + made)

    def _row(self, item: Developer, at: datetime) -> IndexedDeveloper:
        known = self.by_email.get(item.email)
        return IndexedDeveloper(
            public_id=secrets.token_hex(8) if known is None else known.public_id,
            email=item.email,
            developer_id=item.developer_id,
            first_name=item.first_name,
            last_name=item.last_name,
            user_name=item.user_name,
            status=item.status,
            created_at=item.created_at,
            synced_at=at,
            last_modified_at=item.last_modified_at,
            attributes=item.custom_attributes,
            apps_count=item.apps_count,
        )

    def _seen(self, row: IndexedDeveloper) -> IndexedDeveloper:
        linked = (
            item.account_id
            for item in self.accounts.by_id.values()
            if item.developer_email == row.email
        )
        return replace(row, last_sign_in_at=self.accounts.last_sign_in.get(next(linked, 0)))


def _position(row: IndexedDeveloper, order: DeveloperOrder) -> tuple[object, str]:
    by: dict[DeveloperOrder, object] = {
        DeveloperOrder.NAME: sort_name(row.name),
        DeveloperOrder.EMAIL: folded_email(row.email),
        DeveloperOrder.REGISTERED: row.created_at or NEVER,
        DeveloperOrder.SIGNED_IN: row.last_sign_in_at or NEVER,
    }
    return by[order], row.email


def _matches(row: IndexedDeveloper, query: DeveloperFilter) -> bool:
    words = search_words((row.email, row.first_name, row.last_name, row.user_name))
    typed = typed_words(query.words)
    found = all(any(word.startswith(begin) for word in words) for begin in typed)
    name, has_value, value = (part.strip() for part in query.attribute.partition("="))
    held = {item.name: item.value for item in reversed(row.attributes)}
    has = not query.attribute or (name in held and (not has_value or held[name] == value))
    never = not query.never_signed_in or row.last_sign_in_at is None
    return found and has and never and query.status in {None, row.status}
