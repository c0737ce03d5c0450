"""The ways of signing in to Edge: wrong passwords, a second factor, zones, tokens that end."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from emulator.edge_login import EdgeSignIn
from emulator.switches import Switches
from tests.clients.conftest import Visit, Visiting
from tests.clients.programs import Failed

OPS = "ops@example.com"


def connect(visit: Visit, **more: Any) -> list[str]:
    """Sign in with apigee-edge-js and read the developers."""
    base: Mapping[str, Any] = {"org": "demo", "mgmtServer": visit.local.root, "user": OPS}
    sso = visit.local.login_uri.removesuffix("/oauth/token")
    with visit.room.library("edge_js.mjs") as org:
        org.call("connect", **base, forcenew=True, ssoUrl=sso, **more)
        listed: list[str] = org.call("developers.get")
        assert org.call("products.get") == []
    return listed


def tokens(visit: Visit) -> int:
    """How many times the token address was asked."""
    return len([each for each in visit.local.journal.select(kind="token") if each.method == "POST"])


def test_a_second_factor_goes_along_with_the_password(visiting: Visiting) -> None:
    sign_in = EdgeSignIn(mfa={OPS: "123456"})
    with visiting("apigee-edge-js", edge=sign_in) as visit:
        with pytest.raises(Failed, match="bad status: 401"):
            connect(visit, password="demo")
        assert connect(visit, password="demo", mfa_token="123456") == []


def test_a_passcode_opens_an_organisation_whose_zone_has_saml(visiting: Visiting) -> None:
    sign_in = EdgeSignIn(zone="acme", saml=True)
    with visiting("apigee-edge-js", edge=sign_in) as visit:
        with pytest.raises(Failed, match="bad status: 401"):
            connect(visit, password="demo")
        url = visit.local.login_uri.replace("/oauth/token", "/passcode")
        passcode = requests.get(url, {"username": OPS}, timeout=20).json()["passcode"]
        assert connect(visit, passcode=passcode) == []


def test_a_machine_user_of_a_zone_needs_no_passcode(visiting: Visiting) -> None:
    sign_in = EdgeSignIn(zone="acme", saml=True, machine_users=[OPS])
    with visiting("apigee-edge-js", edge=sign_in) as visit:
        assert connect(visit, password="demo") == []


def test_a_token_that_ends_is_renewed(visiting: Visiting) -> None:
    # Made 1000 seconds ago for 1010, it has too little left for the client at every call.
    switches = Switches(edge_token_seconds=1010)
    with visiting("apigee-edge-js", switches=switches, clock=lambda: time.time() - 1000) as visit:
        assert connect(visit, password="demo") == []
        assert tokens(visit) == 3


def test_a_wrong_password_ends_the_command(visiting: Visiting) -> None:
    with visiting("apigeecli") as visit:
        who = ("-u", OPS, "-p", "wrong", "-o", "demo")
        refused = visit.room.apigeecli("developers", "list", *who, "--no-token")
        assert refused.status == 1
        assert "401 Client Error" in refused.complained
        refused = visit.room.apigeecli("developers", "list", *who, "--token")
        assert refused.status == 1
        assert "Double check credentials" in refused.complained


def test_a_wrong_password_ends_the_other_command_too(visiting: Visiting) -> None:
    with visiting("apigeetool") as visit:
        where = ("-L", visit.local.root, "-o", "demo", "--email", "a@example.com")
        refused = visit.room.apigeetool("deleteDeveloper", *where, "-u", OPS, "-p", "wrong")
        assert refused.status == 6
