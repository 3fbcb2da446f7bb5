"""The two array types that everyone names."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


Index = NDArray[np.intp]
