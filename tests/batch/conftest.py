from multiprocessing import forkserver

import pytest


@pytest.fixture(scope="session", autouse=True)
def server():
    """The server of which the processes are forked, with all that any of them needs: it is one for
    all batches of this process, and the imports are done once."""
    modules = ["work", "index", "pool"]
    forkserver.set_forkserver_preload([f"analysis.report.batch.{name}" for name in modules])
    forkserver.ensure_running()
