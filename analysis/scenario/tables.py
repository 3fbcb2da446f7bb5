"""What every table of a scenario file is made of: names, texts, choices."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

Text = Annotated[str, Field(max_length=2000)]

Basis = list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]]


class Table(BaseModel):
    """A table of the file: no unknown key, no silent conversion, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class Choice(Table):
    """An input that the reader sets and nobody believes in; `swept` are other values to show."""

    value: float
    swept: list[float] = []
    why: Text = ""
    basis: Basis = []
