"""Kits for local Apigees, and what they were heard to say."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import emulator
from app.domain.truth import Finding, Note, Patience, ProbeNames
from app.services.truth.kit import Kit
from app.services.truth.port import Asking, Inquiry
from app.settings import Settings
from app.truth_kit import kit
from emulator import LocalApigee

SANDBOX = "sandbox"
PATIENCE = Patience(seconds=4, first=0.05, longest=0.2)


def settings_for(local: LocalApigee, **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Return a portal's settings whose own organization is another on the same Apigee."""
    apigee: dict[str, object] = {
        "organization": "the-portals-own",
        "flavor": local.options.flavor,
        "endpoint": local.url,
    }
    if local.options.flavor == "edge":
        name, password = local.basic
        apigee |= {"auth": "basic", "username": name, "password": password}
    else:
        apigee |= {"service_account_file": str(local.service_account_file)}
    return Settings(
        secret_key="0123456789abcdef-an-unguessable-key",
        public_url="http://localhost:8000",
        support_contact="help@example.com",
        apigee=apigee | changes,
        oidc={"demo": {"issuer": "https://idp.example", "client_id": "p", "client_secret": "s"}},
    )


@dataclass(frozen=True)
class Nothing:
    """No questions."""

    def __len__(self) -> int:
        return 0

    def findings(self) -> Iterator[Finding]:
        yield from ()

    def unasked(self) -> Sequence[Finding]:
        return ()


def no_questions(_names: ProbeNames, _note: Note) -> Inquiry:
    """Ask nothing."""
    return Nothing()


def kit_for(local: LocalApigee, folder: Path, **changes: Any) -> Kit:  # noqa: ANN401 - any field
    """Return a kit that does not pause; ``changes`` are of its fields."""
    made = kit(settings_for(local), SANDBOX, folder, PATIENCE, pause=0)
    return replace(made, **changes)


def asking_only(whole: Kit, *switches: str) -> Kit:
    """Return a kit that plays no case and asks these questions alone."""
    asking: Asking = whole.asking

    def narrowed(names: ProbeNames, note: Note) -> Inquiry:
        inquiry: Any = asking(names, note)
        return replace(inquiry, only=switches)  # type: ignore[no-any-return]  # as asked above

    return replace(whole, cases=(), asking=narrowed)


Start = Callable[..., AbstractContextManager[LocalApigee]]


@contextmanager
def sandbox(account: Path, **settings: Any) -> Iterator[LocalApigee]:  # noqa: ANN401 - the emulator's own
    """Run a local Apigee with the organization that is checked."""
    with emulator.run(org=SANDBOX, service_account=account, **settings) as local:
        yield local


def held(local: LocalApigee) -> list[str]:
    """Return the names of everything in the organization."""
    store = local.site.store
    with store.transaction():
        return [*store.emails, *store.groups, *store.products, *store.apps]
