"""The curl line of an API: it reaches the first call, and the shell reads it as it is meant."""

import shlex
from dataclasses import replace

import pytest

from app.domain.apis import Api, ApiOperation, KeyPlace

TODAY = ApiOperation("today", "GET", "/today")


def api(*operations: ApiOperation, **changes: str) -> Api:
    facts = {"base_url": "https://api.example.com/weather", "key_name": "x-apikey"} | changes
    return Api(
        slug="weather",
        title="Weather",
        description="",
        products=("weather-free",),
        base_url=facts["base_url"],
        key_place=KeyPlace(facts.get("key_place", "header")),
        key_name=facts["key_name"],
        operations=operations,
        token_url=facts.get("token_url", ""),
    )


def words(found: Api, key: str) -> list[str]:
    line = found.curl(key)
    assert line is not None
    return shlex.split(line)


def test_the_key_goes_into_the_header_the_api_wants() -> None:
    assert words(api(TODAY), "abc") == [
        "curl",
        "-H",
        "x-apikey: abc",
        "https://api.example.com/weather/today",
    ]


def test_the_key_goes_into_the_query_the_api_wants() -> None:
    found = api(TODAY, key_place="query", key_name="apikey")

    assert words(found, "abc") == ["curl", "https://api.example.com/weather/today?apikey=abc"]


def test_where_the_first_call_shows_a_token_the_line_gets_one() -> None:
    token = "https://api.example.com/oauth/token"
    pair = ["curl", "-u", "a b:$API_SECRET"]
    found = api(replace(TODAY, takes_token=True), token_url=token)

    assert words(found, "a b") == [*pair, "-d", "grant_type=client_credentials", token]
    assert "x-apikey: a b" in words(api(TODAY, token_url=token), "a b")
    assert "x-apikey: a b" in words(api(replace(TODAY, takes_token=True)), "a b")


def test_where_the_first_call_shows_key_and_secret_so_does_the_line() -> None:
    found = api(replace(TODAY, takes_pair=True))

    assert words(found, "abc")[1:] == [
        "-u",
        "abc:$API_SECRET",
        "https://api.example.com/weather/today",
    ]


def test_a_key_is_encoded_in_a_query() -> None:
    found = api(TODAY, key_place="query", key_name="apikey")

    assert words(found, "a&b =#") == [
        "curl",
        "https://api.example.com/weather/today?apikey=a%26b+%3D%23",
    ]


@pytest.mark.parametrize("key", ["a b", "$(id)", "`id`", "a'b", 'a"b', "a\\b", "a;b", "a\nb", "*"])
def test_the_shell_takes_nothing_in_the_line_for_a_command(key: str) -> None:
    assert words(api(TODAY), key)[2] == f"x-apikey: {key}"


def test_the_shell_takes_nothing_in_the_address_for_a_command() -> None:
    odd = ApiOperation("odd", "GET", "/it's;$(id)&x")

    assert words(api(odd), "abc")[-1] == "https://api.example.com/weather/it's;$(id)&x"


def test_a_slash_between_base_and_path_is_not_doubled() -> None:
    found = api(TODAY, base_url="https://api.example.com/")

    assert words(found, "abc")[-1] == "https://api.example.com/today"


def test_the_first_call_is_a_get_that_works_as_it_stands() -> None:
    found = api(
        ApiOperation("create", "POST", "/reports"),
        ApiOperation("one", "GET", "/reports/{id}", needs_values=True),
        ApiOperation("search", "GET", "/search", needs_values=True),
        TODAY,
        ApiOperation("tomorrow", "GET", "/tomorrow"),
    )

    assert found.first_call == TODAY


def test_a_get_that_needs_values_is_better_than_none() -> None:
    search = ApiOperation("search", "GET", "/search", needs_values=True)

    assert api(search).first_call == search


def test_an_api_without_a_simple_get_shows_no_invented_call() -> None:
    found = api(
        ApiOperation("create", "POST", "/reports"), ApiOperation("one", "GET", "/reports/{id}")
    )

    assert found.first_call is None
    assert found.curl("abc") is None
