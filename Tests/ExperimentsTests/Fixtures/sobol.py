"""Makes sobol.json: points of Sobol's sequence in 32 dimensions, by SciPy.

The first 64 points, and some so far on that all direction numbers take part; coordinates in units of 2^-30.
"""
import json
import warnings

import numpy as np
from scipy.stats import qmc

# One point alone is not balanced, which is what SciPy warns of.
warnings.filterwarnings("ignore")
numbers = list(range(64)) + [1000, 65_535, 123_456, 2**20 + 17, 87_654_321, 2**29 + 5, 2**30 - 1]
points = []
for number in numbers:
    sequence = qmc.Sobol(32, scramble=False)
    if number:
        sequence.fast_forward(number)
    points.append([int(x) for x in np.round(sequence.random(1)[0] * 2**30)])
with open("sobol.json", "w") as file:
    json.dump({"numbers": numbers, "points": points}, file, separators=(",", ":"))
    file.write("\n")
