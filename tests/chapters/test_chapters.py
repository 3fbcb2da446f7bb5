"""Every notebook on other scenarios and seeds: its answer is that of the model, and what it shows
is made of numbers and words. A chapter is held to it in its own file, where it has run already."""

from pathlib import Path

from tools import chapters

TestMethod = chapters.laws("15-method", chapters.RUNS[:2])
TestExplore = chapters.laws("explore", chapters.RUNS[:2])
TestReport = chapters.laws("report", chapters.RUNS[:2])
TestYourOwn = chapters.laws("14-your-own", chapters.RUNS[:2])


def test_every_notebook_is_held_to_the_laws():
    files = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_chapter*.py")]
    held = "\n".join(text for text in files if " = chapters.laws(" in text)
    stems = [path.stem for path in chapters.FOLDER.glob("*.ipynb")]
    assert [stem for stem in stems if f'"{stem}"' not in held] == []
