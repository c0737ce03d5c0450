"""A process that writes audit rows or seals them, until it is killed: ``write|seal address``."""

import sys

from sqlalchemy.orm import sessionmaker

from app.domain.audit import SYSTEM, Action, AuditEntry, Phase
from app.domain.clock import SystemClock
from app.domain.errors import NotRecorded
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from tests.store.databases import open_engine


def main(work: str, address: str) -> None:
    """Print the action of every row that was kept, or every head, at once."""
    session = sessionmaker(open_engine(address))
    if work == "seal":
        keeper = AuditKeepingStore(session)
        while True:
            print(keeper.seal(), flush=True)  # noqa: T201 - its parent reads along
    log, number = AuditStore(session), 0
    while True:
        number += 1
        name = f"{sys.argv[3]}-{number}"
        entry = AuditEntry(name, Phase.DONE, SystemClock().now(), SYSTEM, Action.SIGN_OUT)
        try:
            log.append(entry)
        except NotRecorded:  # busy: nothing was promised
            continue
        print(name, flush=True)  # noqa: T201 - its parent reads along


if __name__ == "__main__":
    main(*sys.argv[1:3])
