"""Google's own Python client, signed in to a local Apigee X."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.oauth2 import service_account
from googleapiclient.discovery import build

import emulator
from emulator.running import LocalApigee
from emulator.token_endpoint import SCOPE

# The client makes its methods at run time, from the discovery document.
Resource = Any


@pytest.fixture
def local() -> Iterator[LocalApigee]:
    with emulator.run(flavor="x", seed={"apiProducts": [{"name": "free"}]}) as running:
        yield running


@pytest.fixture
def organizations(local: LocalApigee) -> Iterator[Resource]:
    """The client's entry, signed in with the emulator's service account."""
    read: Callable[..., Any] = service_account.Credentials.from_service_account_file
    credentials = read(local.service_account_file, scopes=[SCOPE])
    options = {"api_endpoint": local.root}
    with build(
        "apigee",
        "v1",
        credentials=credentials,
        static_discovery=True,
        cache_discovery=False,
        client_options=options,
    ) as service:
        yield service.organizations()
