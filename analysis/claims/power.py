"""Whether power covers what the GPUs need."""

import pandas as pd


def power(here: pd.DataFrame, site: str) -> str:
    """In how many months mean power is below what the installed GPUs need at P50."""
    supply = here[here["kind"] == "stage"].groupby("month")["mw"].sum()
    need = here[here["kind"] == "need"]
    short = supply < need.set_index("month")["p50"]
    if not short.any():
        return f"{site}: mean power covers what the GPUs need in every month"
    last = short[short].index.max()
    months = f"{int(short.sum())} of {len(short)} months"
    return f"{site}: mean power is below the median need in {months}, the last of them month {last}"
