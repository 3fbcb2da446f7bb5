"""Rent the compute, or build it? The calculations behind the notebooks and the report."""
