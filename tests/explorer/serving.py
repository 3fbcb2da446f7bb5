"""The explorer served as a reader gets it, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools.places import ROOT


@contextmanager
def serving(slug: str) -> Iterator[str]:
    """The address of the page of a scenario, while the body runs."""
    command = [sys.executable, "-m", "analysis", "serve", slug, "--port", "0"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **quiet) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
