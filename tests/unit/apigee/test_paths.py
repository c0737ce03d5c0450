"""What a name becomes in an address, and which names never get there."""

import pytest

from app.apigee.paths import path, segment
from app.domain.errors import NotFound
from tests.unit.apigee.speaking import APP, Speaker
from tests.unit.apigee.upstream import Upstream, reply


def test_a_name_is_quoted_once() -> None:
    assert segment("50% #1") == "50%25%20%231"


def test_signs_with_a_meaning_in_addresses_are_quoted() -> None:
    assert segment("a?x=1&y;z:@/b\\é") == "a%3Fx%3D1%26y%3Bz%3A%40%2Fb%5C%C3%A9"


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../secret", "a/../b", "a/..", "..\\b", "a//b", "a\nb", "a\x00b", "\x7f",
        "\ud800", "x" * 2049,
    ],
)  # fmt: skip
def test_a_name_that_could_mean_another_object_is_answered_like_a_missing_one(name: str) -> None:
    """Abuse case 10."""
    with pytest.raises(NotFound):
        segment(name)


@pytest.mark.parametrize("name", ["x" * 2048, "...", "a..b", ".hidden", "%2e%2e", "a/b"])
def test_unusual_names_are_possible(name: str) -> None:
    assert "/" not in segment(name)


def test_the_template_holds_no_name() -> None:
    filled = path("developers/{developer}/apps/{app}", developer="a@b.c", app="{x}")
    assert filled.filled == "developers/a%40b.c/apps/%7Bx%7D"
    assert filled.template == "developers/{developer}/apps/{app}"


def test_what_is_no_text_is_looked_for_and_not_found(server: Upstream, speaker: Speaker) -> None:
    server.answer(reply(200, {}))
    assert speaker.apigee().developers.with_app("a\ud800") == ()
    assert server.seen[0].target.endswith("/developers?app=a%3F")


@pytest.mark.parametrize(
    ("name", "on_the_wire"),
    [("50% #1", "50%25%20%231"), ("%2e%2e", "%252e%252e"), ("a?b#c", "a%3Fb%23c"), ("é", "%C3%A9")],
)
def test_names_arrive_as_one_segment(
    server: Upstream, speaker: Speaker, name: str, on_the_wire: str
) -> None:
    """Abuse case 10."""
    server.answer(reply(200, APP))
    speaker.apigee().apps.get("Dana@example.com", name)
    wanted = f"/v1/organizations/demo/developers/Dana%40example.com/apps/{on_the_wire}"
    assert server.seen[0].target == wanted


def test_a_refused_name_is_never_sent(server: Upstream, speaker: Speaker) -> None:
    with pytest.raises(NotFound):
        speaker.apigee().apps.get("dana@example.com", "..")
    assert server.seen == []
