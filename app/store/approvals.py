"""What waits for a decision: requests in the notes, and what a scan of Apigee found beside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    Update,
    delete,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.approvals import Scan, ScanPlace, Wait, Wanted
from app.domain.notes import NoteKind
from app.services.approvals.port import WaitQuery
from app.store.base import Base, SessionFactory, reading, table_of, transaction, upsert_into
from app.store.notes import NoteRow


class AccessWaitRow(Base):
    """A product that a scan found pending on a key; ``seen_in`` is when that scan began."""

    __tablename__ = "access_waits"
    __table_args__ = (Index(None, "organization", "since"),)

    organization: Mapped[str] = mapped_column(primary_key=True)
    app_id: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    developer_id: Mapped[str]
    since: Mapped[datetime]
    seen_in: Mapped[datetime]


class AppScanRow(Base):
    """The scans of one organization: the one that is under way, and the last that ended.

    Of the one under way are ``read``, how many apps it looked at, and ``last``, the last one's id.
    """

    __tablename__ = "app_scans"

    organization: Mapped[str] = mapped_column(primary_key=True)
    running_since: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    apps: Mapped[int]
    read: Mapped[int] = mapped_column(server_default="0")
    last: Mapped[str] = mapped_column(server_default="")


_WAITS: Final = table_of(AccessWaitRow)
_SCANS: Final = table_of(AppScanRow)
_NOTES: Final = table_of(NoteRow)
_IN_NOTES: Final = exists().where(
    _NOTES.c.organization == _WAITS.c.organization,
    _NOTES.c.app_id == _WAITS.c.app_id,
    _NOTES.c.key_id == _WAITS.c.key_id,
    _NOTES.c.product == _WAITS.c.product,
    _NOTES.c.kind == NoteKind.REQUESTED.value,
)


class AccessQueueStore:
    """``services.approvals.port.AccessQueue`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def waiting(self, query: WaitQuery) -> Sequence[Wait]:
        """Return one page, the oldest first."""
        with reading(self._session) as connection:
            rows = connection.execute(self._page(query)).all()
        return tuple(
            Wait(Wanted(row.app_id, row.key_id, row.product), row.developer_id, row.since, row.own)
            for row in rows
        )

    def count(self, query: WaitQuery, most: int) -> int:
        """Return how many wait; counting ends at ``most``."""
        found = union_all(*self._both(query)).limit(most).subquery()
        with reading(self._session) as connection:
            return cast(int, connection.scalar(select(func.count()).select_from(found)))

    def products(self, only: frozenset[str] | None) -> Sequence[str]:
        """Return the names of the products that anything waits for."""
        found = union_all(*self._both(WaitQuery(products=only))).subquery()
        with reading(self._session) as connection:
            names = connection.scalars(select(found.c.product).distinct())
            return tuple(sorted(names))

    def settled(self, wanted: Wanted) -> None:
        """Forget a request that does not wait any more."""
        which = {"app_id": wanted.app_id, "key_id": wanted.key_id, "product": wanted.product}
        own = {"organization": self._organization, **which}
        with transaction(self._session) as session:
            session.execute(delete(AccessWaitRow).filter_by(**own))
            asked = delete(NoteRow).filter_by(kind=NoteKind.REQUESTED.value, **own)
            session.execute(asked)

    def begin_scan(self, at: datetime, since: datetime) -> ScanPlace:
        """Note that a scan begins, or return how far one has come that began after ``since``."""
        key = {"organization": self._organization}
        begun: dict[str, object] = {"running_since": at, "read": 0, "last": ""}
        own = select(_SCANS).where(
            _SCANS.c.organization == self._organization, _SCANS.c.running_since > since
        )
        with transaction(self._session) as session:
            row = session.execute(own).one_or_none()
            if row is not None:
                return ScanPlace(row.running_since, row.last, row.read)
            insert = upsert_into(session, _SCANS).values(**key, **begun, apps=0)
            session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=begun))
        return ScanPlace(at)

    def keep_scan(self, place: ScanPlace, waits: Sequence[Wait]) -> bool:
        """Keep how far a scan has come and what it found; False when it is over."""
        rows = [self._row(wait, place.began_at) for wait in waits]
        come = {"read": place.apps, "last": place.last}
        with transaction(self._session) as session:
            kept = session.scalar(self._under_way(place).values(**come).returning(_SCANS.c.read))
            if rows and kept is not None:
                insert = upsert_into(session, _WAITS)
                insert = insert.on_conflict_do_update(
                    index_elements=["organization", "app_id", "key_id", "product"],
                    set_={"seen_in": insert.excluded.seen_in},
                )
                session.execute(insert, rows)
        return kept is not None

    def end_scan(self, place: ScanPlace, at: datetime) -> None:
        """Note that a scan is over, and forget what only earlier ones found."""
        began_at, apps = place.began_at, place.apps
        old = delete(_WAITS).where(
            _WAITS.c.organization == self._organization, _WAITS.c.seen_in < began_at
        )
        ended = {"running_since": None, "began_at": began_at, "ended_at": at, "apps": apps}
        with transaction(self._session) as session:
            session.execute(old)
            session.execute(self._under_way(place).values(**ended))

    def last_scan(self) -> Scan | None:
        """Return the last scan that ended."""
        own = select(_SCANS).where(_SCANS.c.organization == self._organization)
        with reading(self._session) as connection:
            row = connection.execute(own).one_or_none()
        if row is None or row.ended_at is None:
            return None
        return Scan(row.began_at, row.ended_at, row.apps)

    def _under_way(self, place: ScanPlace) -> Update:
        return update(_SCANS).where(
            _SCANS.c.organization == self._organization, _SCANS.c.running_since == place.began_at
        )

    def _row(self, wait: Wait, at: datetime) -> dict[str, object]:
        return {
            "organization": self._organization,
            "app_id": wait.wanted.app_id,
            "key_id": wait.wanted.key_id,
            "product": wait.wanted.product,
            "developer_id": wait.developer_id,
            "since": wait.since,
            "seen_in": at,
        }

    def _page(self, query: WaitQuery) -> Select[Any]:
        found = union_all(*self._both(query)).subquery()
        order = (found.c.since, found.c.app_id, found.c.key_id, found.c.product)
        statement = select(found).order_by(*order).limit(query.size)
        place = _place(query.after)
        return statement if place is None else statement.where(tuple_(*order) > tuple_(*place))

    def _both(self, query: WaitQuery) -> tuple[Select[Any], Select[Any]]:
        noted = select(
            *(_NOTES.c.app_id, _NOTES.c.key_id, _NOTES.c.product, _NOTES.c.developer_id),
            _NOTES.c.at.label("since"),
            literal(value=True).label("own"),
        ).where(
            _NOTES.c.organization == self._organization,
            _NOTES.c.kind == NoteKind.REQUESTED.value,
            _NOTES.c.gone_at.is_(None),
        )
        scanned = select(
            *(_WAITS.c.app_id, _WAITS.c.key_id, _WAITS.c.product, _WAITS.c.developer_id),
            _WAITS.c.since,
            literal(value=False).label("own"),
        ).where(_WAITS.c.organization == self._organization, ~_IN_NOTES)
        return _narrowed(noted, query), _narrowed(scanned, query)


def _narrowed(statement: Select[Any], query: WaitQuery) -> Select[Any]:
    columns = statement.selected_columns
    wanted: list[ColumnElement[bool]] = []
    if query.products is not None:
        wanted.append(columns.product.in_(query.products))
    if query.developer_ids is not None:
        wanted.append(columns.developer_id.in_(query.developer_ids))
    if query.app_id:
        wanted.append(columns.app_id == query.app_id)
    return statement.where(*wanted)


def _place(text: str) -> tuple[Any, ...] | None:
    moment, _, rest = text.partition("/")
    wanted = Wanted.read(rest)
    try:
        since = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if wanted is None or since.tzinfo is None:
        return None
    since_value = literal(since, _WAITS.c.since.type)
    return since_value, literal(wanted.app_id), literal(wanted.key_id), literal(wanted.product)
