"""Google's own Python client reads the analytics of the local Apigee."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

import emulator
from emulator.running import LocalApigee
from tests.conformance.plugin import INSPECTOR

PROD = "organizations/demo/environments/prod"
# The client makes its methods at run time, from the discovery document.
Resource = Any

# 15 November 2023, 12:00 UTC.
NOON = 1_700_049_600.0
SEED = {
    "apiProducts": [{"name": "free", "proxies": ["weather"]}],
    "developers": [
        {
            "email": "ana@example.com",
            "firstName": "Ana",
            "lastName": "Ruiz",
            "apps": [
                {
                    "name": "widget",
                    "credentials": [{"consumerKey": "ana-key", "apiProducts": ["free"]}],
                }
            ],
        }
    ],
}


@pytest.fixture
def local() -> Iterator[LocalApigee]:
    """An emulator whose gateway has answered two good calls and a bad one."""
    with emulator.run(flavor="x", seed=SEED, clock=lambda: NOON) as running:
        for path in ("today", "forecast", "none"):
            where = f"{running.root}/proxy/weather/{path}"
            requests.get(where, headers={"x-apikey": "ana-key"}, timeout=20)
        yield running


@pytest.fixture
def environments(local: LocalApigee) -> Iterator[Resource]:
    with build(
        "apigee",
        "v1",
        credentials=Credentials(token=local.bearer()),  # type: ignore[no-untyped-call]  # google-auth has no types here
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": local.root},
    ) as service:
        yield service.organizations().environments()


def today(local: LocalApigee) -> str:
    day = datetime.fromtimestamp(local.options.clock(), UTC).strftime("%m/%d/%Y")
    return f"{day} 00:00~{day} 23:59"


def test_the_verbose_form_is_read(environments: Resource, local: LocalApigee) -> None:
    answer = (
        environments.stats()
        .get(
            name=f"{PROD}/stats/developer_app,apiproxy",
            select="sum(message_count),sum(is_error),avg(total_response_time)",
            timeRange=today(local),
            timeUnit="day",
            filter="(developer_app eq 'widget')",
            tsAscending=True,
        )
        .execute()
    )
    [group] = answer["environments"][0]["dimensions"]
    assert group["individualNames"] == ["widget", "weather"]
    counts = {each["name"]: each["values"][0] for each in group["metrics"]}
    assert counts["sum(message_count)"]["value"] == "3.0"
    assert counts["sum(is_error)"]["value"] == "1.0"
    assert "organizations.environments.stats.get" in INSPECTOR.seen


def test_the_compact_form_is_read(environments: Resource, local: LocalApigee) -> None:
    answer = (
        environments.optimizedStats()
        .get(
            name=f"{PROD}/optimizedStats/developer_app",
            select="sum(message_count)",
            timeRange=today(local),
            timeUnit="hour",
        )
        .execute()
    )
    response = answer["Response"]
    assert len(response["TimeUnit"]) == 24
    [row] = response["stats"]["data"]
    assert row["identifier"] == {"names": ["developer_app"], "values": ["widget"]}
    assert sum(row["metric"][0]["values"]) == 3.0
    assert "organizations.environments.optimizedStats.get" in INSPECTOR.seen


def test_a_wrong_metric_is_an_error_the_client_understands(
    environments: Resource, local: LocalApigee
) -> None:
    wrong = environments.stats().get(
        name=f"{PROD}/stats/apiproxy", select="sum(colour)", timeRange=today(local)
    )
    with pytest.raises(HttpError) as refusal:
        wrong.execute()
    assert refusal.value.status_code == 400
