"""Samples make the call that is described, and never hold a key."""

import ast
import json
import shlex
import shutil
import subprocess

import pytest

from app.domain.call import BASIC, BEARER, Body, Call, Field, KeySlot, Proof
from app.domain.samples import samples
from app.domain.styles import Place, given

KEY = KeySlot(Proof.KEY, Place.HEADER, "x-apikey")
IN_QUERY = KeySlot(Proof.KEY, Place.QUERY, "api key")
ODD = 'it\'s "odd" $HOME `x` ${y} \\ \n\té'
CALLS = {
    "plain": Call("GET", "https://a.example", "/b", slots=(KEY,)),
    "query": Call(
        "GET", "https://a.example", "/b", (given("q", Place.QUERY, ODD),), slots=(IN_QUERY,)
    ),
    "header": Call(
        "GET", "https://a.example", "/b", (given("X-A", Place.HEADER, "it's $1 \"a\""),)
    ),
    "json": Call(
        "POST", "https://a.example", "/b", slots=(BEARER,),
        body=Body("application/json", json.dumps({"a": ODD}, indent=2)),
    ),
    "form": Call(
        "POST", "https://a.example", "/b",
        body=Body("application/x-www-form-urlencoded", fields=(Field("a", ODD),)), slots=(BASIC,),
    ),
    "parts": Call(
        "POST", "https://a.example", "/b",
        body=Body("multipart/form-data",
                  fields=(Field("a", ODD), Field("f", "x.png", is_file=True))),
    ),
}  # fmt: skip


def code(call: Call, title: str) -> str:
    return next(each.code for each in samples(call) if each.title == title)


@pytest.mark.parametrize("name", CALLS)
def test_every_sample_says_where_the_key_comes_from(name: str) -> None:
    call = CALLS[name]
    for each in samples(call):
        assert ("API_KEY" in each.code or "ACCESS_TOKEN" in each.code) == bool(call.slots)


@pytest.mark.parametrize("name", CALLS)
def test_python_can_be_compiled(name: str) -> None:
    ast.parse(code(CALLS[name], "Python"))


@pytest.mark.parametrize("name", CALLS)
def test_javascript_can_be_read(name: str) -> None:
    node = shutil.which("node")
    assert node is not None
    sent = code(CALLS[name], "JavaScript").encode()
    command = [node, "--input-type=module", "--check"]
    done = subprocess.run(command, input=sent, capture_output=True, check=False)  # noqa: S603 - node checks what the test wrote
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", CALLS)
def test_a_shell_gives_curl_the_values_unchanged(name: str) -> None:
    call = CALLS[name]
    shell = shutil.which("sh")
    assert shell is not None
    script = "curl() { for each; do printf '%s\\0' \"$each\"; done; }\n" + code(call, "curl")
    secrets = {"API_KEY": "k", "API_SECRET": "s", "ACCESS_TOKEN": "t"}
    done = subprocess.run([shell, "-c", script], env=secrets, capture_output=True, check=True)  # noqa: S603 - the shell runs what the test wrote
    arguments = done.stdout.decode().split("\0")[:-1]
    for header, value in call.headers:
        assert f"{header}: {value}" in arguments
    if call.slots == (KEY,):
        assert "x-apikey: k" in arguments
    if call.slots == (IN_QUERY,):
        assert f"{call.url}&api%20key=k" in arguments
    if call.body is not None and call.body.text:
        assert call.body.text in arguments
    assert shlex.split(code(call, "curl"))[0] == "curl"
