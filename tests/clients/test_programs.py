"""A client that would leave this machine is stopped before it does."""

from pathlib import Path

from tests.clients.programs import Room

ELSEWHERE = "http://192.0.2.1:81"
WHO = ("-u", "ops@example.com", "-p", "demo", "-o", "demo")


def test_a_python_client_cannot_leave_this_machine(tmp_path: Path) -> None:
    room = Room(tmp_path, ELSEWHERE)
    done = room.apigeecli("developers", "list", *WHO)
    assert done.status == 1
    assert "a connection to 192.0.2.1" in done.complained
    assert room.connections == {"192.0.2.1:81"}


def test_a_javascript_client_cannot_leave_this_machine(tmp_path: Path) -> None:
    room = Room(tmp_path, ELSEWHERE)
    done = room.apigeetool("deleteDeveloper", "-L", ELSEWHERE, *WHO, "--email", "a@example.com")
    assert done.status != 0
    assert "a connection to 192.0.2.1" in done.complained
    assert room.connections == {"192.0.2.1:81"}
