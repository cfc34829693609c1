"""A real SMTP server for the tests: writes every letter into a folder, refuses the first N for a while."""

import itertools
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller


class Handler:
    def __init__(self, folder: Path, refuse: int) -> None:
        self.folder, self.refuse, self.numbers = folder, refuse, itertools.count()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        if self.refuse > 0:
            self.refuse -= 1
            return "451 4.3.0 Try again later"
        part = self.folder / f"{next(self.numbers):06}.part"
        part.write_bytes(envelope.content)
        part.rename(part.with_suffix(".eml"))
        return "250 OK"


def main() -> None:
    controller = Controller(Handler(Path(sys.argv[1]), int(sys.argv[2])), hostname="127.0.0.1", port=0)
    # The library checks its own start by connecting to the port it was given, which is 0 here.
    controller._trigger_server = lambda: None
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]
    print(f"smtp://127.0.0.1:{port}", flush=True)
    threading.Event().wait()


main()
