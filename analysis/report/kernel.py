"""A Python kernel for one notebook, shut off from the user's own settings, and how it ends."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets.config import Config

from analysis.evidence.ledger import DATA
from analysis.report.forked import Forked

SETTINGS = Config({"KernelManager": {"transport_encryption": "auto"}})  # no warning about plain TCP


class _Manager(AsyncKernelManager):
    """A manager that keeps hold of its client, so that both can be ended whatever has happened."""

    seen: Any = None
    forked: Forked | None = None

    def client(self, **options: Any) -> Any:
        """The client, remembered."""
        self.seen = super().client(**options)
        return self.seen

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        """Starts a new process, or tells the one that was forked what to be."""
        if self.forked is None:
            await super()._async_launch_kernel(kernel_cmd, **options)
            return
        self.forked.begin(self.connection_file, options["cwd"], options["env"])
        provisioner: Any = self.provisioner
        provisioner.process, provisioner.pgid = self.forked, self.forked.pid


@contextmanager
def kernel(folder: Path, private: Path, forked: Forked | None) -> Iterator[AsyncKernelManager]:
    """A Python kernel that works in `folder`, is set up by us alone, and ends with the body.

    It is the `forked` process, or a new one.
    """
    private.mkdir()
    manager = _Manager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        connection_file=str(private / "kernel.json"),
        config=SETTINGS,
    )
    manager.forked = forked
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        run_sync(manager.start_kernel)(cwd=str(folder), env=environment(private), **quiet)
        yield manager
    finally:
        _end(manager)


def _end(manager: _Manager) -> None:
    """Kills the kernel and what it started: asked to end, one that hangs would not."""
    provisioner: Any = manager.provisioner
    if manager.forked is not None:
        manager.forked.close()
    elif provisioner is not None and provisioner.pgid:
        with suppress(ProcessLookupError):
            os.killpg(provisioner.pgid, signal.SIGKILL)
        if provisioner.process is not None:
            provisioner.process.wait()
    run_sync(manager.cleanup_resources)()
    if manager.seen is not None:
        manager.seen.stop_channels()


def environment(private: Path) -> dict[str, str]:
    """The environment without the user's own settings for Python, IPython and Jupyter."""
    mine = ("PYTHON", "IPYTHON", "JUPYTER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    folders = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    return {
        **kept,
        **{name: str(private / name.lower()) for name in folders},
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONPATH": str(DATA.parent),  # the very code that the manifest names
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
    }
