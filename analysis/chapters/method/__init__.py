"""The method, on the numbers of a scenario."""

from analysis.chapters.method import tables as tables
