"""A real SMTP server for the tests: writes every letter into a folder, refuses the first N for a while."""

import asyncio
import itertools
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP


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


async def main() -> None:
    handler = Handler(Path(sys.argv[1]), int(sys.argv[2]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="localhost"), "127.0.0.1", 0)
    print(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
