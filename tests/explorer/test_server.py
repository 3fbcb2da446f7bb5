"""What the page and its kernel do: what passes to it, how many there are, and when they end."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import pytest
from asking import ROOT, ask, close, kernel_of, running
from tools.waiting import LIMIT_S, until
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from analysis.__main__ import main
from analysis.explorer import server as explorer_server

FULL = "503: as many pages are open as may be; close one, or wait until one has been idle.\n"
V1 = "v1.kernel.websocket.jupyter.org"
FORBIDDEN = [
    "execute_request",
    "complete_request",
    "inspect_request",
    "history_request",
    "is_complete_request",
    "debug_request",
    "interrupt_request",
    "input_reply",
]


@pytest.fixture(scope="module")
def page(server):
    """The page of the stand-in notebook, as it comes when its kernel has run it."""
    return ask(server, "/")


def channels(server, kernel: str, **headers: str) -> HTTPRequest:
    said = {"Cookie": server.cookie, "Origin": server.origin} | headers
    address = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id={uuid4()}"
    return HTTPRequest(address, headers={k: v for k, v in said.items() if v})


@asynccontextmanager
async def opened(request: HTTPRequest, protocol: str | None = None) -> AsyncIterator:
    """A socket, and its end: the server's answer to our closing it is waited for."""
    socket = await websocket_connect(request, subprotocols=[protocol] if protocol else None)
    try:
        assert socket.selected_subprotocol == protocol
        yield socket
    finally:
        socket.close()
        while await asyncio.wait_for(socket.read_message(), LIMIT_S) is not None:
            pass


def message(kind: str, channel: str, content: dict | None = None) -> dict:
    of = {"msg_id": str(uuid4()), "username": "", "session": "1", "version": "5.3"}
    header = {"msg_type": kind, **of}
    parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content or {}}
    return {**parts, "channel": channel, "buffers": []}


def packed(said: dict) -> bytes:
    """A message as the v1 protocol has it: offsets, then the parts."""
    names = ("header", "parent_header", "metadata", "content")
    parts = [said["channel"].encode(), *(json.dumps(said[name]).encode() for name in names)]
    begins = [8 * (len(parts) + 2)]
    for part in parts:
        begins.append(begins[-1] + len(part))
    numbers = [len(begins), *begins]
    return b"".join(n.to_bytes(8, "little") for n in numbers) + b"".join(parts)


def replies(server, kernel: str, said: list[dict], protocol: str | None) -> set[str]:
    """The kinds of message that come back until the kernel tells who it is, asked last."""

    async def talk() -> set[str]:
        seen: set[str] = set()
        async with opened(channels(server, kernel), protocol) as socket:
            for one in [*said, message("kernel_info_request", "shell")]:
                sent = packed(one) if protocol else json.dumps(one)
                await socket.write_message(sent, bool(protocol))
            while "kernel_info_reply" not in seen:
                got = await asyncio.wait_for(socket.read_message(), LIMIT_S)
                assert got is not None, f"closed after {seen}"
                text = got.decode(errors="ignore") if isinstance(got, bytes) else got
                seen |= set(re.findall(r'"msg_type": ?"(\w+)"', text))
        return seen

    return asyncio.run(talk())


def test_the_page_shows_outputs_and_no_code(page):
    assert page.status == 200
    assert "Does the page work?" in page.body
    assert "application/vnd.jupyter.widget-view+json" in page.body
    assert "import os" not in page.body
    assert "IntSlider(value=3, max=9" not in page.body


def test_the_kernel_begins_with_the_scenario_in_an_empty_folder(page):
    assert "begun with no-gas, beside []" in page.body


def test_settings_of_the_user_change_nothing(page):
    assert "of the user" not in page.body
    assert "theirs" not in page.body


def test_the_page_asks_no_other_host_and_has_no_script_within(page, server):
    assert re.findall(r"https?://[^\s\"'<]+", page.body) == []
    scripts = re.findall(r"<script\b([^>]*)>", page.body)
    assert scripts
    assert [x for x in scripts if "src=" not in x and "json" not in x] == []
    assert server.token not in page.body
    assert "'unsafe-inline'" not in re.findall(
        r"script-src [^;]*", page.headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize("protocol", [None, V1])
@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_a_kernel_that_is_told_to_run_code_does_not(channel, protocol, page, server, tmp_path):
    run = {"code": f"open({str(tmp_path / 'ran')!r}, 'w')", "silent": False, "allow_stdin": False}
    said = [message(kind, channel, run) for kind in FORBIDDEN]
    seen = replies(server, kernel_of(page), said, protocol)
    assert seen - {"kernel_info_request"} == {"kernel_info_reply", "status"}
    assert list(tmp_path.iterdir()) == []


def test_what_widgets_say_passes(page, server):
    said = [message("comm_info_request", "shell", {"target_name": "jupyter.widget"})]
    assert "comm_info_reply" in replies(server, kernel_of(page), said, V1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": ""},
        {"Cookie": ""},
        {"Cookie": "workbook=x"},
        {"Host": "example.org"},
    ],
)
def test_a_socket_of_another_page_or_without_the_token_is_refused(headers, page, server):
    async def connect() -> None:
        await websocket_connect(channels(server, kernel_of(page), **headers))

    with pytest.raises(HTTPClientError) as refused:
        asyncio.run(connect())
    assert refused.value.code == 403


def test_a_socket_to_a_kernel_that_is_not_there_is_refused_in_one_line(server):
    said = {"Origin": server.origin, "Upgrade": "websocket"}
    answer = ask(server, f"/api/kernels/{uuid4()}/channels", headers=said)
    assert (answer.status, answer.body) == (404, "404: there is nothing here.\n")


def test_nothing_listens_on_any_other_address_than_127_0_0_1(page, server):
    ours = {server.process.pid, *server.kernels()}
    inodes = set()
    for link in (path for pid in ours for path in Path(f"/proc/{pid}/fd").iterdir()):
        found = re.match(r"socket:\[(\d+)\]", os.readlink(link))
        inodes |= {found[1]} if found else set()
    lines = [line.split() for table in ("tcp", "tcp6") for line in _listening(table)]
    addresses = {local.split(":")[0] for _, local, *rest in lines if rest[7] in inodes}
    ports = {int(local.split(":")[1], 16) for _, local, *rest in lines if rest[7] in inodes}
    assert addresses == {"0100007F"}
    assert server.port in ports
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port))


def _listening(table: str) -> list[str]:
    lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[3] == "0A"]


def test_a_page_that_is_closed_ends_its_kernel(server):
    before = set(server.kernels())
    kernel = kernel_of(ask(server, "/"))
    begun = set(server.kernels()) - before
    assert len(begun) == 1
    answer = close(server, kernel)
    assert (answer.status, answer.body) == (204, "")
    until(lambda: not begun & set(server.kernels()))
    assert ask(server, f"/api/kernels/{kernel}").status == 404


def test_of_two_pages_at_once_one_gets_the_only_place_until_its_kernel_was_idle(hasty):
    with ThreadPoolExecutor() as pool:
        pages = sorted(pool.map(partial(ask, hasty), ["/", "/"]), key=lambda page: page.status)
    assert [page.status for page in pages] == [200, 503]
    assert pages[1].body == FULL
    assert len(hasty.kernels()) <= 1
    first = kernel_of(pages[0])
    until(lambda: ask(hasty, f"/api/kernels/{first}").status == 404)
    again = ask(hasty, "/")
    assert again.status == 200
    close(hasty, kernel_of(again))


def test_an_idle_kernel_ends_though_its_page_is_open(hasty):
    async def wait() -> None:
        async with opened(channels(hasty, kernel)):
            while hasty.kernels():
                await asyncio.sleep(0.2)

    until(lambda: not hasty.kernels())
    kernel = kernel_of(ask(hasty, "/"))
    asyncio.run(asyncio.wait_for(wait(), LIMIT_S))


def test_four_kernels_at_most_ten_idle_minutes_and_messages_of_widgets_only(tmp_path, monkeypatch):
    monkeypatch.setattr(explorer_server.tempfile, "tempdir", str(tmp_path))
    settings = explorer_server._settings(
        tmp_path, explorer_server.MOST_KERNELS, explorer_server.IDLE_SECONDS
    )
    voila = explorer_server._voila("no-gas", explorer_server.EXPLORER, tmp_path, settings)
    kernels = voila.init_settings()["kernel_manager"]
    assert (kernels.most, kernels.cull_idle_timeout, kernels.cull_interval) == (4, 600, 60)
    assert kernels.cull_connected
    assert sorted(kernels.allowed_message_types) == [
        "comm_close",
        "comm_info_request",
        "comm_msg",
        "comm_open",
        "kernel_info_request",
        "shutdown_request",
    ]


@pytest.mark.parametrize(("number", "loaded"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_a_signal_ends_the_server_its_kernels_and_its_files(number, loaded, tmp_path):
    with running(tmp_path) as found:
        loading = threading.Thread(target=_load, args=[found])
        loading.start()
        until(found.kernels)
        if loaded:
            loading.join()
        found.process.send_signal(number)
        out, err = found.process.communicate(timeout=LIMIT_S)
        assert (found.process.returncode, out) == (0, "")
        assert err.splitlines()[-1] == "workbook: ended"
        assert "Traceback" not in err
        assert found.kernels() == []
        assert list(tmp_path.iterdir()) == []


def _load(found) -> None:
    """Loads the page, which may be cut off."""
    with suppress(OSError, HTTPException):
        ask(found, "/")


def test_the_command_prints_the_address_alone_and_says_what_it_is(tmp_path):
    command = [sys.executable, "-m", "analysis", "serve", "own-case", "--port", "0"]
    with running(tmp_path, command=command) as found:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", found.url)
        assert ask(found, "/tree").status == 404
        found.process.terminate()
        out, err = found.process.communicate(timeout=LIMIT_S)
    assert (found.process.returncode, out) == (0, "")
    assert err.splitlines() == [
        "workbook: open this address; it works on this machine only, and holds a token",
        "workbook: Ctrl-C ends it",
        "workbook: ended",
    ]


def test_a_port_that_is_in_use_is_one_line_and_exit_2(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    said = f"workbook: --port {port}: is in use; choose another, or 0 for any\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "oracle-vs-menphis"], 'nearest known: "oracle-vs-memphis"'),
        (["serve", "data/scenarios/no-such.toml"], "no-such.toml"),
        (["serve", "--port", "65536"], "expected a whole number from 0 to 65535"),
        (["serve", "--port", "-1"], "--port"),
        (["serve", "--host", "0.0.0.0"], "--host"),
        (["serve", "--ip=0.0.0.0"], "--ip"),
    ],
)
def test_what_cannot_be_served_returns_2_with_one_line(words, said, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"workbook: [^\n]+\n", err)
    assert said in err


def test_the_other_commands_do_not_load_the_server():
    code = "import sys; from analysis.__main__ import main; main(['check', 'own-case']); " + (
        "sys.exit(len({'voila', 'tornado', 'analysis.explorer.server'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0
    )
