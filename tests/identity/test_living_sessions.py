"""Sessions in two processes: what ends one in the first is noticed within a second in both."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.identity.evil import rsa_key, signed
from tests.identity.twins import SECONDS, Person, Twins, run_twins, within_a_second

GONE = [302, 302]
STAYS = [200, 200]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with run_twins(tmp_path_factory.mktemp("twins")) as running:
        yield running


@pytest.fixture
def person(twins: Twins) -> Iterator[Person]:
    one = Person(twins)
    yield one
    one.session.close()


@pytest.fixture
def bystander(twins: Twins) -> Iterator[Person]:
    """Dana, who has nothing to do with it."""
    one = Person(twins).sign_in("dana")
    yield one
    assert one.statuses("/account") == STAYS
    one.session.close()


@pytest.mark.usefixtures("bystander")
def test_somebody_whom_the_provider_throws_out_is_out_everywhere(
    twins: Twins, person: Person
) -> None:
    """Abuse case 5."""
    person.sign_in("ravi")
    second = Person(twins).sign_in("ravi")
    told = twins.control("POST", "/kill/ravi")["logout_tokens"]
    assert [each["delivered"] for each in told] == [True] * len(told)
    assert within_a_second(lambda: person.statuses("/account") == GONE)
    assert second.statuses("/account") == GONE
    second.session.close()


@pytest.mark.usefixtures("bystander")
def test_a_forged_token_throws_nobody_out(twins: Twins) -> None:
    """Abuse case 6."""
    claims = {
        "iss": twins.provider.issuer,
        "aud": "portal",
        "sub": "dana",
        "iat": 1,
        "exp": 9_999_999_999,
        "jti": "forged",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    forged = signed({"alg": "RS256", "kid": "made-up", "typ": "logout+jwt"}, claims, rsa_key())
    for address in twins.addresses:
        path = f"{address}/auth/demo/backchannel-logout"
        answer = requests.post(path, {"logout_token": forged}, timeout=SECONDS)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("bystander")
def test_a_blocked_account_is_out_within_a_second(twins: Twins, person: Person) -> None:
    """Abuse case 8."""
    person.sign_in("ines")
    twins.change("UPDATE accounts SET blocked = 1 WHERE subject = ?", "ines")
    assert within_a_second(lambda: person.statuses("/account") == GONE)


@pytest.mark.usefixtures("bystander")
def test_signing_out_everywhere_reaches_every_process(twins: Twins, person: Person) -> None:
    second = Person(twins).sign_in("sam")
    person.sign_in("sam").submit("/account", "/account/sessions/ending")
    assert within_a_second(lambda: second.statuses("/account") == GONE)
    assert person.statuses("/account") == GONE
    second.session.close()


def test_signing_out_ends_the_providers_session_and_comes_back_with_its_word(
    person: Person,
) -> None:
    page = person.sign_in("ravi").submit("/account", "/sign-out")
    assert page.answer.url.startswith(f"{person.twins.addresses[0]}/signed-out?state=")
    assert "your company sign-in have ended" in page.answer.text
    again = person.session.get(f"{person.twins.addresses[0]}/sign-in", timeout=SECONDS)
    assert 'name="password"' in again.text


def test_a_role_that_the_provider_takes_away_is_gone_and_comes_back(
    twins: Twins, person: Person
) -> None:
    person.sign_in("ada")
    assert person.statuses("/admin/developers") == STAYS
    for groups, expected in (([], [403, 403]), (["portal-admins"], STAYS)):
        twins.control("PUT", "/users/ada", {"groups": groups})
        twins.let_checks_be_due()
        assert person.statuses("/admin/developers") == expected


def test_somebody_whom_the_provider_disables_is_out_with_the_next_check(
    twins: Twins, person: Person
) -> None:
    """Abuse case 5."""
    twins.control("PUT", "/users/lena", {})
    person.sign_in("lena")
    twins.control("PUT", "/users/lena", {"disabled": True})
    assert person.statuses("/account") == STAYS
    twins.let_checks_be_due()
    assert person.statuses("/account") == GONE


def test_many_requests_in_two_processes_use_a_refresh_token_once(
    twins: Twins, person: Person
) -> None:
    """The provider ends the session of who uses one twice."""
    person.sign_in("ravi")
    cookie = person.session.cookies["portal_session"]

    def get(number: int) -> int:
        address = f"{twins.addresses[number % 2]}/account"
        headers = {"Cookie": f"portal_session={cookie}"}
        return requests.get(
            address, headers=headers, timeout=SECONDS, allow_redirects=False
        ).status_code

    for _ in range(3):
        twins.let_checks_be_due()
        with ThreadPoolExecutor(12) as pool:
            assert set(pool.map(get, range(12))) == {200}
