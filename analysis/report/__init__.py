"""Notebooks executed, pages written, a folder replaced whole or not at all."""
