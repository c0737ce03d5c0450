"""Work that begins at the same moment in several threads."""

from collections.abc import Callable
from threading import Barrier, Thread


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Let so many threads begin at the same moment, and end."""
    ready = Barrier(count)
    failed: list[BaseException] = []

    def run(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
