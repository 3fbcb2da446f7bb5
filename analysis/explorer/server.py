"""The explorer as a page of this machine alone: one notebook, a token, and few kernels.

Whoever has the token may move what the notebook offers and run nothing else: of all messages to a
kernel only those of widgets pass.
"""

import asyncio
import errno
import logging
import os
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from tornado.httpserver import HTTPServer
from tornado.web import HTTPError
from traitlets import Instance, Integer, Unicode, default
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from analysis.evidence.files import BadInput
from analysis.evidence.ledger import DATA
from analysis.explorer.access import Gated, Missing, Plain
from analysis.report.kernel import SETTINGS, environment

EXPLORER = DATA.parent / "notebooks" / "explore.ipynb"
PAGE = Path(__file__).parent / "templates" / "serve"
ADDRESS = "127.0.0.1"
MOST_KERNELS = 4
IDLE_SECONDS = 600
ROOM_SECONDS = 3
MOST_BYTES = 1_000_000

EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]

Say = Callable[[str], None]


def start(
    slug: str,
    port: int,
    say: Say,
    *,
    notebook: Path = EXPLORER,
    most_kernels: int = MOST_KERNELS,
    idle_seconds: int = IDLE_SECONDS,
) -> None:
    """Serves a notebook, begun with the scenario `slug`, until Ctrl-C or SIGTERM.

    The address to open goes to standard output, all else to `say`, in lines. Each page that is open
    holds a kernel: at most so many, and each until its page is closed or was idle for so long.
    Raises `BadInput` with one line where the port cannot be had.
    """
    opened = _opened(port)
    with tempfile.TemporaryDirectory(prefix="workbook-", ignore_cleanup_errors=True) as name:
        private = Path(name)
        with _alone(private):
            (private / "work").mkdir()
            settings = _settings(private / "work", most_kernels, idle_seconds)
            voila = _voila(slug, notebook, private, settings)
            asyncio.run(_serve(voila, opened, say))
            logging.disable(logging.NOTSET)


def _opened(port: int) -> socket.socket:
    """The open port, on this machine's own address and no other; 0 takes any that is free."""
    try:
        return socket.create_server((ADDRESS, port))
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else "may not be used"
        raise BadInput(f"--port {port}: {reason}; choose another, or 0 for any") from None


@contextmanager
def _alone(private: Path) -> Iterator[None]:
    """This process without the user's own settings for Python, IPython and Jupyter."""
    before = dict(os.environ)
    ours = environment(private) | {"JUPYTER_PREFER_ENV_PATH": "1"}
    os.environ.clear()
    os.environ.update(ours)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _voila(slug: str, notebook: Path, private: Path, settings: Config) -> Voila:
    """Voila set up for one notebook, without the search for settings that its own start makes."""
    voila = Voila(notebook_path=str(notebook), connection_dir=str(private), config=settings)
    voila.voila_configuration = VoilaConfiguration(parent=voila)
    voila.voila_configuration.prelaunch_hook = _begun_with(slug)
    voila.setup_template_dirs()
    voila.template_paths = [str(PAGE), *voila.template_paths]
    return voila


def _settings(folder: Path, most_kernels: int, idle_seconds: int) -> Config:
    found = Config(
        Voila={"identity_provider_class": Reader, "log_level": logging.ERROR},
        VoilaConfiguration={
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "extension_allowlist": EXTENSIONS,
            "http_keep_alive_timeout": 3600,  # its sign of life is a script that the policy forbids
            "kernel_spec_manager_class": OwnKernel,
            "multi_kernel_manager_class": Kernels,
        },
        Kernels={
            "most": most_kernels,
            "folder": str(folder),
            "cull_idle_timeout": idle_seconds,
            "cull_interval": max(1, idle_seconds // 10),
            "cull_connected": True,
        },
        KernelManager={"shutdown_wait_time": 1.0},  # then a busy kernel is killed
    )
    found.merge(SETTINGS)
    return found


def _begun_with(slug: str) -> Callable[..., None]:
    """What Voila does with the notebook before a kernel runs it: sets its scenario."""

    def hook(_: Any, notebook: NotebookNode, cwd: str) -> None:
        tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
        place = next(number for number, named in enumerate(tags) if "parameters" in named)
        notebook.cells.insert(place + 1, new_code_cell(f"scenario = {slug!r}"))

    return hook


async def _serve(voila: Voila, opened: socket.socket, say: Say) -> None:
    """Answers until a signal comes; then ends the kernels, whatever they do."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    port, token = opened.getsockname()[1], secrets.token_urlsafe(32)
    server = HTTPServer(_application(voila, port, token), max_body_size=MOST_BYTES)
    opened.setblocking(False)
    server.add_socket(opened)
    print(f"http://{ADDRESS}:{port}/?token={token}", flush=True)
    say("workbook: open this address; it works on this machine only, and holds a token")
    say("workbook: Ctrl-C ends it")
    try:
        await ended.wait()
    finally:
        logging.disable()  # that a page was cut off is no error now
        server.stop()
        await voila.kernel_manager.end()
    say("workbook: ended")


def _application(voila: Voila, port: int, token: str) -> Gated:
    """All that is served, and to whom."""
    settings = {
        **voila.init_settings(),
        "port": port,
        "token": token,
        "default_handler_class": Missing,
        "disable_check_xsrf": True,  # the gate lets no other page ask
        "log_function": lambda handler: None,
        "ws_ping_interval": 0,  # a page that is gone has closed its socket: no network lies between
    }
    return Gated(_routes(voila), **settings)


def _routes(voila: Voila) -> list[Any]:
    """Every address that there is: the page, its files, and its kernel."""
    kernel = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    part = "[A-Za-z0-9_@][A-Za-z0-9_@.-]*"  # no dot first, no escapes: no way up
    file = f"{part}(?:/{part})*"
    page = {
        "notebook_path": Path(voila.notebook_path).name,
        "template_paths": voila.template_paths,
        "config": voila.config,
        "voila_configuration": voila.voila_configuration,
    }
    extensions = "|".join(EXTENSIONS)
    static = {"paths": [str(PAGE / "static"), *voila.static_paths]}
    labextensions = {"path": voila.labextensions_path, "no_cache_paths": ["/"]}
    return [
        ("/", _plain(TornadoVoilaHandler), page),
        (f"/api/kernels/{kernel}", _plain(KernelHandler)),
        (f"/api/kernels/{kernel}/channels", _plain(VoilaKernelWebsocketHandler)),
        (f"/voila/api/shutdown/{kernel}", _plain(VoilaShutdownKernelHandler)),
        (f"/voila/static/({file})", _plain(MultiStaticFileHandler), static),
        (f"/voila/templates/(lab/static/{file})", _plain(TemplateStaticFileHandler)),
        (f"/voila/labextensions/((?:{extensions})/{file})", _plain(FileFindHandler), labextensions),
    ]


def _plain(handler: type) -> type:
    """A handler of Voila's or Jupyter's that answers with our headers and our errors."""
    return type(handler.__name__, (Plain, handler), {})


class Reader(IdentityProvider):
    """Whoever has passed the gate; nobody else gets as far as being asked who they are."""

    def get_user(self, handler: Any) -> User:
        """The one reader."""
        return User("reader")


class OwnKernel(KernelSpecManager):
    """Knows the kernel of this very Python, and none that is installed elsewhere."""

    @default("kernel_dirs")
    def _kernel_dirs(self) -> list[str]:
        return []


class Kernels(AsyncMappingKernelManager):
    """At most so many kernels at once, all of which work in one empty folder."""

    most = Integer(config=True)
    folder = Unicode(config=True)
    turn = Instance(asyncio.Lock, ())

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """The id of a new kernel. They start one by one, so that the last place is given once."""
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await self._room()
        async with self.turn:
            if len(self) >= self.most:
                raise HTTPError(503)
            return await super().start_kernel(**options, **quiet)

    async def end(self) -> None:
        """Ends them all; one that is just being started is waited for, and is the last."""
        self.most = 0
        async with self.turn:
            await self.shutdown_all(now=True)

    def cwd_for_path(self, path: str, **_: Any) -> str:
        """The folder, wherever the notebook lies."""
        return self.folder

    async def _room(self) -> None:
        """Waits a little for a kernel to end: a page that is loaded again gives back its own."""
        for _ in range(10 * ROOM_SECONDS):
            if len(self) < self.most:
                return
            await asyncio.sleep(0.1)
