import json

import pytest
from asking import running


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A user's folder, full of settings that would change the page if they were read."""
    folder = tmp_path_factory.mktemp("home")
    talkative = {"VoilaConfiguration": {"strip_sources": False}, "Voila": {"ip": "0.0.0.0"}}
    files = {
        ".jupyter/voila.json": json.dumps(talkative),
        ".jupyter/jupyter_config.json": json.dumps(talkative),
        "voila.json": json.dumps(talkative),
        "ipywidgets.py": "raise ImportError('a module of the user')",
        ".ipython/profile_default/startup/00.py": (
            "import builtins\nbuiltins.sorted = lambda _: 'a startup file of the user'"
        ),
        ".local/share/jupyter/kernels/python3/kernel.json": json.dumps({"argv": ["false"]}),
        ".local/share/jupyter/voila/templates/lab/index.html.j2": "a template of the user",
        ".local/share/jupyter/labextensions/theirs/package.json": json.dumps(
            {"name": "theirs", "version": "1", "jupyterlab": {"_build": {"load": "static/x.js"}}}
        ),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory, home):
    """A server of the stand-in notebook, begun by that user in that folder."""
    theirs = {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_PATH": str(home / ".local/share/jupyter"),
        "IPYTHONDIR": str(home / ".ipython"),
    }
    with running(tmp_path_factory.mktemp("tmp"), cwd=home, environment=theirs) as found:
        yield found


@pytest.fixture(scope="session")
def hasty(tmp_path_factory):
    """A server of one page at most, whose kernel ends after five idle seconds."""
    with running(tmp_path_factory.mktemp("hasty"), most_kernels=1, idle_seconds=5) as found:
        yield found
