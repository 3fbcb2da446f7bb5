"""A server in a process of its own, and ways to ask it for things."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.places import ROOT
from tools.waiting import LIMIT_S

STAND_IN = Path(__file__).with_name("stand-in.ipynb")
START = """
import json, sys
from pathlib import Path
from analysis.explorer import server
server.start("no-gas", 0, lambda line: print(line, file=sys.stderr, flush=True),
             notebook=Path(sys.argv[1]), **json.loads(sys.argv[2]))
"""


@dataclass(frozen=True)
class Server:
    """A server that runs: its process, the address that it printed, where it may leave files."""

    process: subprocess.Popen
    url: str
    temporary: Path

    @property
    def port(self) -> int:
        return int(self.url.split("/")[2].split(":")[1])

    @property
    def token(self) -> str:
        return self.url.split("?token=")[1]

    @property
    def cookie(self) -> str:
        return f"workbook-{self.port}={self.token}"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kernels(self) -> list[int]:
        """The processes of its kernels, known by where their connection files lie."""
        listing = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True).stdout
        ours = f"{self.temporary}/workbook-"
        return [int(line.split()[0]) for line in listing.splitlines() if ours in line]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@contextmanager
def running(
    temporary: Path,
    *,
    command: list[str] | None = None,
    cwd: Path = ROOT,
    environment: dict[str, str] | None = None,
    **options: int,
) -> Iterator[Server]:
    """A server of the stand-in notebook, or what a command starts; ended when the body ends."""
    words = command or [sys.executable, "-c", START, str(STAND_IN), json.dumps(options)]
    process = subprocess.Popen(
        words,
        cwd=cwd,
        env=os.environ | {"TMPDIR": str(temporary)} | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process, process.stdout.readline().strip(), temporary)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=LIMIT_S)
        finally:
            process.kill()


def ask(
    server: Server,
    path: str,
    *,
    known: bool = True,
    method: str = "GET",
    hosts: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """What the server answers; `known` sends the cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT_S)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for host in hosts or [f"127.0.0.1:{server.port}"]:
        connection.putheader("Host", host)
    cookie = {"Cookie": server.cookie} if known else {}
    for name, value in (cookie | (headers or {})).items():
        connection.putheader(name, value)
    connection.endheaders()
    got = connection.getresponse()
    answer = Answer(got.status, dict(got.getheaders()), got.read().decode())
    connection.close()
    return answer


def close(server: Server, kernel: str) -> Answer:
    """What a browser sends when its tab is closed, of a page that sends no referrer."""
    said = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    return ask(server, f"/voila/api/shutdown/{kernel}", method="POST", headers=said)


def kernel_of(page: Answer) -> str:
    """The id of the kernel that a page holds."""
    return page.body.split('"kernelId": "')[1].split('"')[0]
