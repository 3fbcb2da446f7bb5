"""A kernel that is forked from the process of the report gives what one that starts anew gives, and
has nothing of that process but what was imported and computed."""

import ast
import json
import os
import signal
import subprocess
import sys

import making
from tools.waiting import LIMIT_S, until

COLD = "from analysis.report import write; write.may_fork = lambda: False\n"
MAKE = """
import sys; sys.path.insert(0, {tools!r}); sys.path.insert(0, {here!r})
from pathlib import Path
import making
making.write(Path({out!r}), *map(Path, {notebooks!r}))
"""


def made(out, notebooks, warm=True):
    """The files of a report made by a process of its own, the manifest left out."""
    here = os.path.dirname(making.__file__)
    tools = os.path.dirname(here)
    code = MAKE.format(out=str(out), notebooks=[str(n) for n in notebooks], here=here, tools=tools)
    subprocess.run([sys.executable, "-c", (COLD if not warm else "") + code], check=True)
    files = making.files(out)
    files.pop("manifest.json")
    return files


def shown(folder, name="report"):
    """What the last cell of a notebook gave, as text."""
    cells = json.loads((folder / f"{name}.ipynb").read_text())["cells"]
    return "".join(cells[-1]["outputs"][0]["data"]["text/plain"])


def cell(folder, *sources):
    """What the last of some cells gives in a warm kernel."""
    made(folder / "out", [making.notebook(folder / "small.ipynb", *sources)])
    return json.loads(ast.literal_eval(shown(folder / "out")))


def test_a_warm_kernel_and_a_new_one_give_the_same_bytes(tmp_path):
    path = making.full_notebook(tmp_path / "full.ipynb")
    warm, cold = (made(tmp_path / str(w), [path], w) for w in (True, False))
    assert [name for name in cold if warm.get(name) != cold[name]] == []
    assert warm.keys() == cold.keys()


def test_a_book_of_warm_kernels_and_one_of_new_ones_are_the_same_bytes(tmp_path):
    paths = [making.full_notebook(tmp_path / "full.ipynb")]
    paths += [making.notebook(tmp_path / f"{n}-more.ipynb", "1 + 1", f"{n} * 2") for n in (1, 2, 3)]
    warm, cold = (made(tmp_path / f"book-{w}", paths, w) for w in (True, False))
    assert [name for name in cold if warm.get(name) != cold[name]] == []
    assert warm.keys() == cold.keys()


def test_a_warm_kernel_is_a_fork_that_has_the_run_in_memory(tmp_path):
    # result.npy would be there for a new one.
    path = making.notebook(
        tmp_path / "small.ipynb",
        "import os\nfrom analysis.report import runs",
        "[len(runs.in_memory), runs.in_memory[0].draws, os.path.exists(runs.NUMBERS)]",
    )
    made(tmp_path / "out", [path])
    assert shown(tmp_path / "out") == f"[1, {making.DRAWS}, False]"


def test_the_run_of_a_warm_kernel_cannot_be_changed(tmp_path):
    change = "runs.in_memory[0].scalars['memphis_build']['present_cost_usd'][0] = 0.0"
    sources = (
        "from analysis.report import runs",
        f"try:\n    {change}\nexcept ValueError as e:\n    said = str(e)",
        "said",
    )
    path = making.notebook(tmp_path / "small.ipynb", *sources)
    made(tmp_path / "out", [path])
    assert "read-only" in shown(tmp_path / "out")


def test_a_warm_kernel_has_its_own_folder_names_environment_and_files(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "mine"))
    source = (
        "import json, os, sys\n"
        "json.dumps({'names': 'making' in dir(), 'path': sys.path, 'folder': os.getcwd(),\n"
        "  'ipython': os.environ['IPYTHONDIR'], 'warnings': 'PYTHONWARNINGS' in os.environ,\n"
        "  'locks': [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')\n"
        "            if os.path.exists(f'/proc/self/fd/{n}')],\n"
        "  'terminal': os.getsid(0) == os.getpid()})"
    )
    found = cell(tmp_path, source)
    assert found["names"] is False
    assert found["terminal"] is True
    assert found["warnings"] is False
    assert "" not in found["path"]
    assert str(tmp_path) not in found["path"]
    assert f"{tmp_path}/.making-out-" in found["folder"]
    assert f"{tmp_path}/.making-out-" in found["ipython"]
    assert [name for name in found["locks"] if name.endswith(".lock")] == []


def test_a_process_with_a_thread_or_with_optimised_code_does_not_fork():
    ask = "import threading, time; from analysis.report.forked import may_fork\n"
    thread = "threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n"
    answers = [
        subprocess.check_output([sys.executable, *flags, "-c", code + "print(may_fork())"])
        for flags, code in (([], ask), (["-O"], ask), ([], ask + thread))
    ]
    assert answers == [b"True\n", b"False\n", b"False\n"]


def test_a_warm_kernel_that_dies_is_named_and_leaves_no_process(tmp_path):
    path = making.notebook(tmp_path / "small.ipynb", "import os\nos._exit(0)")
    process = making.start(tmp_path / "out", path, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=LIMIT_S)
    assert "the cell `import os`: the kernel died" in said
    assert making.processes(str(tmp_path)) == []
    assert not (tmp_path / "out").exists()


def test_the_warm_kernels_of_a_killed_book_end_by_themselves(earlier):
    nap = making.nap(earlier)
    paths = [making.notebook(earlier.parent / f"{n}-nap.ipynb", nap) for n in (1, 2)]
    process = making.start(earlier, paths[0], chapters=paths[1:])
    until(lambda: len(making.asleep(earlier)) >= 2)
    kernels = [int(mark.name.split("-")[1]) for mark in making.asleep(earlier)]
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=LIMIT_S)
    until(lambda: not any(alive(kernel) for kernel in kernels))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
