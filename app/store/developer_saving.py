"""Writing many developers at once: a fixed number of statements for every 500 rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.store.accounts import AccountRow
from app.store.base import storable, table_of, upsert_into
from app.store.developer_lookups import Facts, write_lookups
from app.store.developer_rows import NEVER, DeveloperRow, new_public_id
from app.store.words import sort_name

BATCH: Final = 500

_DEVELOPERS: Final = table_of(DeveloperRow)
_FACTS: Final = (
    *("developer_id", "first_name", "last_name", "user_name", "sort_name", "status"),
    *("created_at", "last_modified_at", "attributes", "apps_count"),
)


@dataclass(frozen=True, slots=True)
class _Batch:
    session: Session
    organization: str
    at: datetime


def save_developers(
    session: Session, organization: str, developers: Sequence[Developer], at: datetime
) -> int:
    """Insert or update rows by exact e-mail address; return how many were new or differed.

    Of two developers with the same address the later one counts.
    """
    batch = _Batch(session, organization, at)
    # One order for everybody: two writers can then wait for each other but never both.
    by_email = {storable(item.email): item for item in developers}
    emails = sorted(by_email)
    return sum(_save(batch, [by_email[email] for email in part]) for part in _parts(emails))


def _parts(emails: Sequence[str]) -> Iterator[Sequence[str]]:
    return (emails[start : start + BATCH] for start in range(0, len(emails), BATCH))


def _save(batch: _Batch, developers: Sequence[Developer]) -> int:
    wanted = {storable(item.email): _facts(item) for item in developers}
    stored = {row.email: row for row in batch.session.execute(_stored(batch, list(wanted)))}
    differing = {
        email: facts
        for email, facts in wanted.items()
        if email not in stored or any(getattr(stored[email], key) != facts[key] for key in facts)
    }
    same = [stored[email].id for email in wanted if email not in differing]
    if same:
        seen = update(_DEVELOPERS).where(_DEVELOPERS.c.id.in_(same))
        batch.session.execute(seen.values(synced_at=batch.at))
    if differing:
        signed_in = _sign_ins(batch, differing.keys() - stored.keys())
        numbers = _write_rows(batch, differing, signed_in)
        write_lookups(batch.session, batch.organization, numbers, differing)
    return len(differing)


def _stored(batch: _Batch, emails: Sequence[str]) -> Select[*tuple[object, ...]]:
    columns = (_DEVELOPERS.c[name] for name in ("id", "email", *_FACTS))
    return select(*columns).where(
        _DEVELOPERS.c.organization == batch.organization, _DEVELOPERS.c.email.in_(emails)
    )


def _facts(developer: Developer) -> Mapping[str, object]:
    return {
        "developer_id": storable(developer.developer_id),
        "first_name": storable(developer.first_name),
        "last_name": storable(developer.last_name),
        "user_name": storable(developer.user_name),
        "sort_name": sort_name(developer.name),
        "status": developer.status.value,
        "created_at": developer.created_at or NEVER,
        "last_modified_at": developer.last_modified_at,
        "attributes": [
            [storable(item.name), storable(item.value)] for item in developer.custom_attributes
        ],
        "apps_count": developer.apps_count,
    }


def _sign_ins(batch: _Batch, emails: Collection[str]) -> Mapping[str, datetime]:
    """Return when the people behind developers who are new in the index last signed in."""
    signed_in = select(AccountRow.developer_email, AccountRow.last_sign_in_at).where(
        AccountRow.organization == batch.organization,
        AccountRow.developer_email.in_(emails),
        AccountRow.last_sign_in_at.is_not(None),
    )
    rows = batch.session.execute(signed_in) if emails else ()
    return {email: at for email, at in rows if email and at}


def _write_rows(
    batch: _Batch, differing: Facts, signed_in: Mapping[str, datetime]
) -> dict[str, int]:
    """Return the row number of each address."""
    statement = upsert_into(batch.session, _DEVELOPERS)
    changing = ("synced_at", *_FACTS)
    statement = statement.on_conflict_do_update(
        index_elements=["organization", "email"],
        set_={name: statement.excluded[name] for name in changing},
    )
    rows = [
        {
            "organization": batch.organization,
            "public_id": new_public_id(),
            "email": email,
            "email_folded": folded_email(email),
            "synced_at": batch.at,
            "last_sign_in_at": signed_in.get(email, NEVER),
            **facts,
        }
        for email, facts in differing.items()
    ]
    written = statement.returning(_DEVELOPERS.c.email, _DEVELOPERS.c.id)
    return {row.email: row.id for row in batch.session.execute(written, rows)}
