"""The portal's side of a synchronization: rows of the index with the accounts that belong to them.

A fixed number of statements for every page of Apigee's list, whatever the index holds.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, and_, select

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.domain.emails import folded_email
from app.domain.sync import FindingKind, Known, LinkedAccount
from app.services.sync.port import Lookup, Twin
from app.store.accounts import AccountRow
from app.store.base import SessionFactory, storable, table_of, transaction
from app.store.developer_rows import DeveloperRow, moment_or_none
from app.store.sync_rows import SyncFindingRow

_LINKED: Final = and_(
    AccountRow.organization == DeveloperRow.organization,
    AccountRow.developer_email == DeveloperRow.email,
)
# Columns, not objects: a synchronization reads every row there is.
_ROWS: Final = select(
    *table_of(DeveloperRow).columns,
    AccountRow.id.label("account_id"),
    AccountRow.email.label("account_email"),
    AccountRow.first_name.label("own_first_name"),
    AccountRow.last_name.label("own_last_name"),
    AccountRow.names_edited,
).outerjoin(AccountRow, _LINKED)

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class SyncSideStore:
    """``port.SyncSides`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def look_up(self, number: int, developers: Sequence[Developer]) -> Lookup:
        """Return what the portal has of these, and what the run found of the same addresses."""
        kept = tuple(map(_storable, developers))
        addresses = {item.email: folded_email(item.email) for item in kept}
        folded = set(addresses.values())
        with transaction(self._session) as session:
            same = self._own().where(DeveloperRow.email_folded.in_(folded))
            rows = session.execute(same).all()
            found = session.execute(_found(number, folded)).all()
            claimants = session.execute(_claimants(folded)).all()
            return Lookup(
                developers=kept,
                folded=addresses,
                known={row.email: _known(row) for row in rows},
                twins=_twins(addresses, rows, found),
                claimants=self._accounts(addresses, claimants),
            )

    def rows_before(self, moment: datetime, after: int, size: int) -> Sequence[int]:
        """Return the next rows that were written before a moment, by their numbers."""
        wanted = (
            select(DeveloperRow.id)
            .where(
                DeveloperRow.organization == self._organization,
                DeveloperRow.id > after,
                DeveloperRow.synced_at < moment,
            )
            .order_by(DeveloperRow.id)
            .limit(size)
        )
        with transaction(self._session) as session:
            return tuple(session.scalars(wanted))

    def rows(self, numbers: Collection[int]) -> Sequence[Known]:
        """Return these rows, by their numbers."""
        wanted = self._own().where(DeveloperRow.id.in_(numbers)).order_by(DeveloperRow.id)
        with transaction(self._session) as session:
            return tuple(_known(row) for row in session.execute(wanted))

    def _own(self) -> Select[*tuple[Any, ...]]:
        return _ROWS.where(DeveloperRow.organization == self._organization)

    def _accounts(
        self, addresses: Mapping[str, str], rows: Iterable[AnyRow]
    ) -> Mapping[str, tuple[int, ...]]:
        """Say whose address each developer's is; who is another developer does not count."""
        by_address = _grouped(rows)
        return {
            email: tuple(row.id for row in by_address[folded] if self._link(row) in (None, email))
            for email, folded in addresses.items()
            if folded in by_address
        }

    def _link(self, row: AnyRow) -> str | None:
        own = row.organization == self._organization
        return row.developer_email if own else None


def _storable(developer: Developer) -> Developer:
    return replace(
        developer,
        email=storable(developer.email),
        developer_id=storable(developer.developer_id),
        first_name=storable(developer.first_name),
        last_name=storable(developer.last_name),
        user_name=storable(developer.user_name),
        attributes=tuple(
            Attribute(storable(item.name), storable(item.value))
            for item in developer.custom_attributes
        ),
    )


def _found(number: int, folded: Collection[str]) -> Select[str, str]:
    """Ask for whom the run found on Apigee only: a dry run keeps them nowhere else."""
    return select(SyncFindingRow.email, SyncFindingRow.email_folded).where(
        SyncFindingRow.run == number,
        SyncFindingRow.email_folded.in_(folded),
        SyncFindingRow.kind == FindingKind.ONLY_THERE.value,
    )


def _claimants(folded: Collection[str]) -> Select[*tuple[Any, ...]]:
    return select(
        AccountRow.id, AccountRow.email_folded, AccountRow.organization, AccountRow.developer_email
    ).where(AccountRow.email_folded.in_(folded), AccountRow.email_verified.is_(True))


def _twins(
    addresses: Mapping[str, str], rows: Iterable[AnyRow], found: Iterable[AnyRow]
) -> Mapping[str, tuple[Twin, ...]]:
    listed, known = _grouped(found), _grouped(rows)
    twins = {}
    for email, folded in addresses.items():
        others = {row.email: Twin(row.email) for row in listed.get(folded, ())}
        rest = known.get(folded, ())
        others |= {row.email: Twin(row.email, row.id, row.synced_at) for row in rest}
        others.pop(email, None)
        if others:
            twins[email] = tuple(others.values())
    return twins


def _grouped(rows: Iterable[AnyRow]) -> Mapping[str, list[AnyRow]]:
    """Return the rows of each address without case."""
    found = dict[str, list[AnyRow]]()
    for row in rows:
        found.setdefault(row.email_folded, []).append(row)
    return found


def _known(row: AnyRow) -> Known:
    account = None
    if row.account_id is not None:
        account = LinkedAccount(
            account_id=row.account_id,
            email=row.account_email,
            first_name=row.own_first_name,
            last_name=row.own_last_name,
            names_edited=row.names_edited,
        )
    developer = Developer(
        email=row.email,
        developer_id=row.developer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        status=DeveloperStatus(row.status),
        attributes=tuple(Attribute(name, value) for name, value in row.attributes),
        created_at=moment_or_none(row.created_at),
        last_modified_at=row.last_modified_at,
        apps_count=row.apps_count,
    )
    return Known(row.id, row.public_id, row.synced_at, developer, account)
