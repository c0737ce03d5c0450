"""The names in the audit log: rows hold a code, so that a name can be forgotten and no row is.

A code is a hash of the name with a salt that is kept beside it: who changes the name is found
out, and once both are deleted nobody can tell whose code it was.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, storable, upsert_into

CODE: Final = re.compile("~[0-9a-f]{32}")
SALT_BYTES: Final = 16
# Names of what people are called elsewhere: by their account's number, 0 for none.
NO_ACCOUNT: Final = 0

Known = tuple[int, str]


class NameRow(Base):
    """A code with the name behind it."""

    __tablename__ = "audit_names"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    name: Mapped[str] = mapped_column(index=True)
    salt: Mapped[str]


# Built once: composing it costs more than running it, and every row of the log runs it.
_CODES: Final = select(NameRow.account_id, NameRow.name, NameRow.code).where(
    tuple_(NameRow.account_id, NameRow.name).in_(bindparam("wanted", expanding=True))
)


def codes(session: Session, names: Collection[Known]) -> Mapping[Known, str]:
    """Return the codes of names (with their accounts), making those that are new."""
    wanted = {(account_id, storable(name)) for account_id, name in names}
    found = _found(session, wanted)
    new = sorted(wanted - found.keys())
    if new:
        rows = [_row(account_id, name) for account_id, name in new]
        session.execute(upsert_into(session, NameRow).on_conflict_do_nothing(), rows)
        found |= _found(session, new)
    return {(account_id, name): found[account_id, storable(name)] for account_id, name in names}


def code_of(connection: Connection, name: str) -> str:
    """Return the code of a name of no account, or the name itself where it has none."""
    is_it = (NameRow.account_id == NO_ACCOUNT) & (NameRow.name == storable(name))
    return connection.scalar(select(NameRow.code).where(is_it)) or name


def codes_of(session: Session, name: str) -> Sequence[str]:
    """Return every code of a name, whoever's it is."""
    return session.scalars(select(NameRow.code).where(NameRow.name == storable(name))).all()


def names(session: Session, coded: Collection[str]) -> Mapping[str, str]:
    """Return what these texts stand for; one that is no code stands for itself."""
    asked = {text for text in coded if CODE.fullmatch(text)}
    known = select(NameRow.code, NameRow.name).where(NameRow.code.in_(asked))
    found: dict[str, str] = {}
    if asked:
        found.update(session.execute(known).all())
    forgotten = {code: f"former user {code[1:9]}" for code in asked - found.keys()}
    return {text: text for text in coded} | found | forgotten


def forget(session: Session, account_id: int, others: Collection[str]) -> None:
    """Delete the names of an account, and these others that stand for the same person."""
    other = and_(NameRow.account_id == NO_ACCOUNT, NameRow.name.in_(map(storable, others)))
    own: ColumnElement[bool] = NameRow.account_id == account_id
    session.execute(delete(NameRow).where(or_(own, other)))


def changed(session: Session) -> str | None:
    """Return a code whose name is not the one that it was made of, or None."""
    every = select(NameRow.code, NameRow.account_id, NameRow.name, NameRow.salt)
    with session.execute(every.execution_options(yield_per=1000)) as rows:
        return next((each[0] for each in rows if each[0] != _code(*each[1:])), None)


def _found(session: Session, wanted: Collection[Known]) -> dict[Known, str]:
    found = session.execute(_CODES, {"wanted": list(wanted)})
    return {(account_id, name): code for account_id, name, code in found}


def _row(account_id: int, name: str) -> dict[str, object]:
    salt = secrets.token_hex(SALT_BYTES)
    code = _code(account_id, name, salt)
    return {"code": code, "account_id": account_id, "name": name, "salt": salt}


def _code(account_id: int, name: str, salt: str) -> str:
    told = f"{salt} {account_id} {name}".encode()
    return f"~{hashlib.sha256(told).hexdigest()[:32]}"
