"""A call is described once, and says where a key goes without holding one."""

from app.domain.call import BASIC, BEARER, Body, Call, Field, KeySlot, Proof, proven
from app.domain.styles import Place, given

KEY = KeySlot(Proof.KEY, Place.HEADER, "x-apikey")
CALL = Call(
    method="GET",
    base_url="https://api.example/v1/",
    path="/rooms/{room}/days/{day}",
    given=(
        given("room", Place.PATH, "a/b"),
        given("limit", Place.QUERY, "2"),
        given("X-Trace", Place.HEADER, "t 1"),
        given("seen", Place.COOKIE, "yes"),
    ),
    slots=(KEY,),
    accept="application/json",
)


def test_parameters_go_to_their_places_and_an_open_hole_stays() -> None:
    assert CALL.url == "https://api.example/v1/rooms/a%2Fb/days/{day}?limit=2"
    assert CALL.headers == (
        ("Accept", "application/json"),
        ("X-Trace", "t 1"),
        ("Cookie", "seen=yes"),
    )


def test_a_template_may_have_a_query_and_its_fragment_is_not_sent() -> None:
    call = Call("GET", "https://a.example", "/b?beta=true#x", (given("q", Place.QUERY, "1"),))
    assert call.url == "https://a.example/b?beta=true&q=1"


def test_a_key_goes_where_its_slot_says() -> None:
    in_query = KeySlot(Proof.KEY, Place.QUERY, "api key")
    call = Call("GET", "https://api.example", "/", slots=(KEY, in_query, BEARER))
    url, headers = proven(call, {KEY: "k1", in_query: "k&2", BEARER: "t"})
    assert url == "https://api.example/?api%20key=k%262"
    assert headers == (("x-apikey", "k1"), ("Authorization", "Bearer t"))


def test_a_pair_for_basic_is_encoded() -> None:
    _, headers = proven(Call("GET", "https://api.example", "/", slots=(BASIC,)), {BASIC: "a:b"})
    assert headers == (("Authorization", "Basic YTpi"),)


def test_a_body_names_its_media_type_unless_a_parameter_does_or_it_is_in_parts() -> None:
    body = Body("application/json", "{}")
    assert Call("POST", "", "/", body=body).headers == (("Content-Type", "application/json"),)
    own = given("content-type", Place.HEADER, "text/x")
    assert Call("POST", "", "/", (own,), body=body).headers == (("content-type", "text/x"),)
    parts = Body("multipart/form-data", fields=(Field("a", "b"),))
    assert Call("POST", "", "/", body=parts).headers == ()


def test_the_fields_of_a_form_are_written_as_a_query_is() -> None:
    fields = (Field("a", "1 2"), Field("b", "x&y"))
    assert Body("application/x-www-form-urlencoded", fields=fields).written == "a=1%202&b=x%26y"
    assert Body("application/vnd.api+json; v=1").is_json
