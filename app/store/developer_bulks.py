"""Changes of many developers at once, with how each of them ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, Row, Select, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound
from app.services.developer_office.bulk_port import Bulk, BulkItem, ItemState
from app.store.base import Base, SessionFactory, reading, table_of, transaction
from app.store.developer_rows import DeveloperRow

KEPT: Final = timedelta(days=30)
AGAIN: Final = (ItemState.FAILED.value, ItemState.PARTLY.value)


class BulkRow(Base):
    """One change of many; ``begun_by`` is the number of an account, which may be gone."""

    __tablename__ = "developer_bulks"
    __table_args__ = (Index(None, "planned_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    status: Mapped[str]
    planned_at: Mapped[datetime]
    begun: Mapped[bool]
    begun_by: Mapped[int | None]


class BulkItemRow(Base):
    """One developer of a change, by the opaque id of the index."""

    __tablename__ = "developer_bulk_items"
    __table_args__ = (Index(None, "bulk"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk: Mapped[int] = mapped_column(ForeignKey("developer_bulks.id", ondelete="CASCADE"))
    public_id: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]


BULKS: Final = table_of(BulkRow)
ITEMS: Final = table_of(BulkItemRow)
DEVELOPERS: Final = table_of(DeveloperRow)


class BulkStore:
    """``bulk_port.DeveloperBulks`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def add(self, status: DeveloperStatus, public_ids: Sequence[str], at: datetime) -> int:
        """Keep a plan; those of more than 30 days ago are deleted."""
        with transaction(self._session) as session:
            session.execute(delete(BulkRow).where(BulkRow.planned_at < at - KEPT))
            row = BulkRow(
                organization=self._organization,
                status=status.value,
                planned_at=at,
                begun=False,
                begun_by=None,
            )
            session.add(row)
            session.flush()
            waiting = {"bulk": row.id, "state": ItemState.WAITING.value, "reason": ""}
            session.execute(insert(ITEMS), [{**waiting, "public_id": one} for one in public_ids])
            return row.id

    def get(self, number: int) -> Bulk:
        """Return one with its developers, sorted by name; raise ``NotFound``."""
        own = BULKS.c.organization == self._organization
        with reading(self._session) as connection:
            row = connection.execute(select(BULKS).where(own, BULKS.c.id == number)).one_or_none()
            if row is None:
                raise NotFound("There is no such change.")
            items = connection.execute(self._items(number)).all()
        return Bulk(
            number=row.id,
            status=DeveloperStatus(row.status),
            planned_at=row.planned_at,
            items=tuple(map(_item, items)),
            begun_by=row.begun_by,
            begun=row.begun,
        )

    def _items(self, number: int) -> Select[Any]:
        named = ITEMS.outerjoin(
            DEVELOPERS,
            (DEVELOPERS.c.public_id == ITEMS.c.public_id)
            & (DEVELOPERS.c.organization == self._organization),
        )
        names = DEVELOPERS.c.first_name, DEVELOPERS.c.last_name, DEVELOPERS.c.email
        wanted = select(ITEMS, *names).select_from(named).where(ITEMS.c.bulk == number)
        return wanted.order_by(DEVELOPERS.c.sort_name, ITEMS.c.id)

    def begin(self, number: int, account_id: int | None) -> None:
        """Note who begins it, and let those wait again who failed before, here or elsewhere."""
        own = BulkRow.organization == self._organization
        begun = update(BulkRow).where(own, BulkRow.id == number)
        failed = update(BulkItemRow).where(BulkItemRow.bulk == number, BulkItemRow.state.in_(AGAIN))
        with transaction(self._session) as session:
            session.execute(begun.values(begun=True, begun_by=account_id))
            session.execute(failed.values(state=ItemState.WAITING.value, reason=""))

    def waits(self, number: int, public_id: str) -> bool:
        """Tell whether a developer's change still waits."""
        which = ITEMS.c.bulk == number, ITEMS.c.public_id == public_id
        with reading(self._session) as connection:
            state = connection.scalar(select(ITEMS.c.state).where(*which))
        return state == ItemState.WAITING.value

    def settle(self, number: int, item: BulkItem) -> None:
        """Keep how one developer's change ended."""
        row = update(BulkItemRow).where(
            BulkItemRow.bulk == number, BulkItemRow.public_id == item.public_id
        )
        with transaction(self._session) as session:
            session.execute(row.values(state=item.state.value, reason=item.reason))


def _item(row: Row[Any]) -> BulkItem:
    return BulkItem(
        public_id=row.public_id,
        state=ItemState(row.state),
        reason=row.reason,
        name=f"{row.first_name or ''} {row.last_name or ''}".strip(),
        email=row.email or "",
    )
