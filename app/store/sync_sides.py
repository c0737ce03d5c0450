"""The portal's side of a synchronization: rows of the index with the accounts that belong to them.

A fixed number of statements for every page of Apigee's list, whatever the index holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, select

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.domain.sync import FindingKind, Known, LinkedAccount
from app.services.sync.port import Lookup, Twin
from app.store.accounts import AccountRow
from app.store.base import SessionFactory, storable, transaction
from app.store.developer_rows import DeveloperRow, moment_or_none
from app.store.sync_rows import SyncFindingRow
from app.store.words import folded_email

_LINKED: Final = and_(
    AccountRow.organization == DeveloperRow.organization,
    AccountRow.developer_email == DeveloperRow.email,
)
_ROWS: Final = select(
    DeveloperRow,
    AccountRow.id.label("account_id"),
    AccountRow.email.label("account_email"),
    AccountRow.first_name.label("own_first_name"),
    AccountRow.last_name.label("own_last_name"),
    AccountRow.names_edited,
).outerjoin(AccountRow, _LINKED)


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
            rows = [_known(row) for row in session.execute(same)]
            found = session.execute(_found(number, folded)).all()
            claimants = session.execute(_claimants(folded)).all()
            return Lookup(
                developers=kept,
                folded=addresses,
                known={row.developer.email: row for row in rows},
                twins=_twins(kept, rows, (row.email for row in found)),
                claimants=self._accounts(kept, claimants),
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
        self, developers: Iterable[Developer], rows: Iterable[Row[*tuple[Any, ...]]]
    ) -> Mapping[str, tuple[int, ...]]:
        """Say whose address each developer's is; who is another developer does not count."""
        by_address: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
        for row in rows:
            by_address[row.email_folded].append(row)
        found = {}
        for developer in developers:
            claiming = by_address.get(folded_email(developer.email), ())
            same = (None, developer.email)
            found[developer.email] = tuple(row.id for row in claiming if self._link(row) in same)
        return found

    def _link(self, row: Row[*tuple[Any, ...]]) -> str | None:
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


def _found(number: int, folded: Collection[str]) -> Select[str]:
    """Ask for whom the run found on Apigee only: a dry run keeps them nowhere else."""
    return select(SyncFindingRow.email).where(
        SyncFindingRow.run == number,
        SyncFindingRow.email_folded.in_(folded),
        SyncFindingRow.kind == FindingKind.ONLY_THERE.value,
    )


def _claimants(folded: Collection[str]) -> Select[*tuple[Any, ...]]:
    return select(
        AccountRow.id, AccountRow.email_folded, AccountRow.organization, AccountRow.developer_email
    ).where(AccountRow.email_folded.in_(folded), AccountRow.email_verified.is_(True))


def _twins(
    developers: Iterable[Developer], rows: Iterable[Known], found: Iterable[str]
) -> Mapping[str, tuple[Twin, ...]]:
    by_address: dict[str, dict[str, Twin]] = defaultdict(dict)
    for email in found:
        by_address[folded_email(email)][email] = Twin(email)
    for row in rows:
        email = row.developer.email
        by_address[folded_email(email)][email] = Twin(email, row.row, row.seen_at)
    return {
        developer.email: tuple(
            twin
            for email, twin in by_address[folded_email(developer.email)].items()
            if email != developer.email
        )
        for developer in developers
        if folded_email(developer.email) in by_address
    }


def _known(row: Row[*tuple[Any, ...]]) -> Known:
    kept = row.DeveloperRow
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
        email=kept.email,
        developer_id=kept.developer_id,
        first_name=kept.first_name,
        last_name=kept.last_name,
        user_name=kept.user_name,
        status=DeveloperStatus(kept.status),
        attributes=tuple(Attribute(name, value) for name, value in kept.attributes),
        created_at=moment_or_none(kept.created_at),
        last_modified_at=kept.last_modified_at,
        apps_count=kept.apps_count,
    )
    return Known(kept.id, kept.public_id, kept.synced_at, developer, account)
