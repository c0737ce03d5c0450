"""The developer index: who exists on Apigee, found by words and facts, and sorted by some."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, delete, func, select, update

from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.domain.errors import NotFound
from app.services.developer_port import (
    DeveloperFilter,
    DeveloperPage,
    DeveloperSearch,
    IndexedDeveloper,
)
from app.store.base import SessionFactory, reading, transaction
from app.store.developer_rows import DeveloperRow
from app.store.developer_saving import save_developers
from app.store.developer_search import (
    DEVELOPERS,
    Position,
    beyond,
    counted,
    counted_in_words,
    indexed,
    listed,
    matching,
    place_of,
    position_of,
    sought_together,
)

MAX_PAGE: Final = 200
BATCH: Final = 1_000


class DeveloperStore:
    """``ports.DeveloperIndex`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def search(self, query: DeveloperSearch) -> DeveloperPage:
        """Return one page in the order asked for; an unknown neighbor means the first page."""
        size = max(1, min(query.size, MAX_PAGE))
        backwards = query.before is not None
        with reading(self._session) as connection:
            begin = self._begin(connection, query)
            together = sought_together(connection, self._organization, query)
            backwards = backwards and begin is not None
            wanted = listed(self._organization, query, together, backwards=backwards)
            statement = wanted.limit(size + 1)
            if begin is not None:
                statement = statement.where(beyond(query, begin, backwards=backwards))
            is_counted = together.are_counted and begin is None
            asked = counted(statement, query) if is_counted else statement
            found = connection.execute(asked).all()
        rows, more = tuple(map(indexed, found[:size])), len(found) > size
        if backwards and not more:
            # Fewer rows than a page lie before: what is wanted is the first page, and full.
            return self.search(replace(query, before=None, after=None))
        if backwards:
            return DeveloperPage(rows[::-1], rows[0].public_id, rows[-1].public_id)
        previous = rows[0].public_id if rows and begin is not None else None
        total = found[0].total if is_counted and found else None
        return DeveloperPage(rows, rows[-1].public_id if more else None, previous, total)

    def count(self, query: DeveloperSearch, most: int) -> int:
        """Return how many developers match; counting ends at ``most``."""
        with reading(self._session) as connection:
            few = counted_in_words(connection, self._organization, query, most)
            if few is not None:
                return few
            together = sought_together(connection, self._organization, query)
            matches = matching(self._organization, query, together)
            wanted = select(DEVELOPERS.c.id).where(*matches).limit(most)
            total = connection.scalar(select(func.count()).select_from(wanted.subquery()))
        return cast(int, total)

    def every(self, query: DeveloperSearch) -> Iterator[IndexedDeveloper]:
        """Yield everybody who matches; no connection is held between batches of a thousand."""
        with reading(self._session) as connection:
            together = sought_together(connection, self._organization, query)
        statement = listed(self._organization, query, together).limit(BATCH)
        place: Position | None = None
        while True:
            part = statement if place is None else statement.where(beyond(query, place))
            with reading(self._session) as connection:
                rows = connection.execute(part).all()
            yield from map(indexed, rows)
            if len(rows) < BATCH:
                return
            place = place_of(query, rows[-1])

    def get(self, public_id: str) -> IndexedDeveloper:
        """Return one row; raise ``NotFound``."""
        own = select(DEVELOPERS).where(DEVELOPERS.c.organization == self._organization)
        with reading(self._session) as connection:
            row = connection.execute(own.where(DEVELOPERS.c.public_id == public_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such developer.")
        return indexed(row)

    def by_folded_email(self, email: str) -> Sequence[IndexedDeveloper]:
        """Return every row whose e-mail address equals this one but for case."""
        same = select(DEVELOPERS).where(
            DEVELOPERS.c.organization == self._organization,
            DEVELOPERS.c.email_folded == folded_email(email),
        )
        with reading(self._session) as connection:
            rows = connection.execute(same.order_by(DEVELOPERS.c.email))
            return tuple(map(indexed, rows))

    def by_developer_id(
        self, developer_ids: Collection[str], only: DeveloperFilter
    ) -> Mapping[str, IndexedDeveloper]:
        """Return the rows of these developers who match, by Apigee's ``developerId``."""
        wanted = select(DEVELOPERS).where(
            *matching(self._organization, only), DEVELOPERS.c.developer_id.in_(developer_ids)
        )
        with reading(self._session) as connection:
            return {row.developer_id: indexed(row) for row in connection.execute(wanted)}

    def save(self, developers: Sequence[Developer], at: datetime) -> int:
        """Insert or update all rows or none; return how many were new or differed."""
        with transaction(self._session) as session:
            return save_developers(session, self._organization, developers, at)

    def move(self, email: str, developer: Developer, at: datetime) -> None:
        """Write the developer's row anew; it is found under the same opaque id as before."""
        old = delete(DeveloperRow).where(
            DeveloperRow.organization == self._organization, DeveloperRow.email == email
        )
        new = update(DeveloperRow).where(
            DeveloperRow.organization == self._organization, DeveloperRow.email == developer.email
        )
        with transaction(self._session) as session:
            public_id = session.scalar(old.returning(DeveloperRow.public_id))
            save_developers(session, self._organization, (developer,), at)
            if public_id is not None:
                session.execute(new.values(public_id=public_id))

    def remove(self, email: str) -> None:
        """Delete the row of exactly this address; the database deletes its words with it."""
        row = delete(DeveloperRow).where(
            DeveloperRow.organization == self._organization, DeveloperRow.email == email
        )
        with transaction(self._session) as session:
            session.execute(row)

    def _begin(self, connection: Connection, query: DeveloperSearch) -> Position | None:
        neighbor = query.after if query.before is None else query.before
        if neighbor is None:
            return None
        found = connection.execute(position_of(self._organization, query, neighbor)).one_or_none()
        return None if found is None else (found[0], found[1])
