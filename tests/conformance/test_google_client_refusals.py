"""Google's own Python client understands the local Apigee's refusals of permission and of rate."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

import emulator
from emulator import LocalApigee

ORG = "organizations/demo"


@contextmanager
def developers_of(local: LocalApigee) -> Iterator[Any]:
    with build(
        "apigee",
        "v1",
        credentials=Credentials(token=local.bearer()),  # type: ignore[no-untyped-call]  # google-auth has no types here
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": local.root},
    ) as service:
        yield service.organizations().developers()


def test_a_missing_permission_is_named_in_the_details() -> None:
    granted = {"apigee.developers.list"}
    with emulator.run(permissions=granted) as local, developers_of(local) as developers:
        assert developers.list(parent=ORG).execute() == {}
        with pytest.raises(HttpError) as refusal:
            developers.get(name=f"{ORG}/developers/ana@example.com").execute()
    assert refusal.value.status_code == 403
    [detail] = refusal.value.error_details
    assert detail["metadata"]["permission"] == "apigee.developers.get"


def test_a_used_up_rate_is_named_in_the_details() -> None:
    switches = emulator.Switches(enforce_limits=True, rate_limit_retry_after=3)
    settings = emulator.run(switches=switches, limits=emulator.Limits(calls=1), clock=lambda: 0.0)
    with settings as local, developers_of(local) as developers:
        developers.list(parent=ORG).execute()
        with pytest.raises(HttpError) as refusal:
            developers.list(parent=ORG).execute()
    assert refusal.value.status_code == 429
    assert refusal.value.resp["retry-after"] == "3"
    [detail] = refusal.value.error_details
    assert (detail["reason"], detail["metadata"]["quota_limit_value"]) == (
        "RATE_LIMIT_EXCEEDED",
        "1",
    )
