"""JupyterLab as `make lab` opens it: offline, and without a mark of change on what was only opened.

Lab writes the version of the running Python into a notebook as soon as its kernel answers. Stored
notebooks name none, so that they are the same for every Python; here it is theirs while they are
open, and is left out when they are saved.
"""

import platform

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager


class Unchanged(AsyncLargeFileManager):
    """Files as they are; of a notebook the version of Python is filled in, and left out again."""

    async def get(self, path, content=True, **options):
        """The file, a notebook as Lab would make it."""
        found = await super().get(path, content=content, **options)
        if found["type"] == "notebook" and content:
            language = found["content"].metadata.get("language_info")
            if language is not None:
                language["version"] = platform.python_version()
        return found

    async def save(self, model, path=""):
        """Stores the file, a notebook as it was before it was opened."""
        if model["type"] == "notebook" and "content" in model:
            model["content"]["metadata"].get("language_info", {}).pop("version", None)
        return await super().save(model, path)


c = get_config()  # noqa: F821 - from Jupyter, which runs this file
c.ServerApp.contents_manager_class = Unchanged
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.open_browser = False
c.LabApp.news_url = ""
c.LabApp.extension_manager = "readonly"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
