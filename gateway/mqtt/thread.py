"""A blocking call in a thread of its own, which nobody has to wait for: not even the end of the program."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


def in_thread(work: Callable[[], None], name: str) -> asyncio.Future[None]:
    """Run `work` beside the event loop; the future holds its end, or the OSError or ValueError it raised.

    A default executor would be joined at the end of the program, however long a dead network keeps its thread.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def run() -> None:
        failure: Exception | None = None
        try:
            work()
        except (OSError, ValueError) as error:
            failure = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, failure)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
