"""Running the curl that a page shows, as somebody does who copied it."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

import requests

SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What the sample API answered."""

    status: int
    body: str


def run(command: str) -> Answer:
    """Run a curl command; without curl on this machine the same request is sent by hand."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "curl"
    curl = shutil.which("curl")
    if curl is None:
        return _by_hand(words[1:])
    asked = [curl, "--silent", "--show-error", "--write-out", "\n%{http_code}", *words[1:]]
    done = subprocess.run(  # noqa: S603 - the command of our own page
        asked, capture_output=True, text=True, check=True, timeout=SECONDS
    )
    body, _, status = done.stdout.rpartition("\n")
    return Answer(int(status), body)


def _by_hand(words: list[str]) -> Answer:
    headers: dict[str, str] = {}
    address = ""
    following = iter(words)
    for word in following:
        if word in {"-H", "--header"}:
            name, _, value = next(following).partition(":")
            headers[name] = value.strip()
        elif re.match("https?://", word):
            address = word
    answer = requests.get(address, headers=headers, timeout=SECONDS)
    return Answer(answer.status_code, answer.text)
