"""Writes pipeline.json: tiles, and the samples that NumPy and SciPy make of them in double
precision, with the full complex transform and the 13 x 13 kernel, unlike the Swift code.

    python3 make_pipeline_fixture.py
"""

import json
import pathlib

import numpy
from scipy.signal import convolve2d

SIDE, MARGIN = 24, 4


def gains(whitening):
    if whitening == "published":
        g = numpy.linspace(-0.5, 0.5, SIDE)
    else:
        g = numpy.fft.fftfreq(SIDE)
    f = numpy.sqrt(g[:, None] ** 2 + g[None, :] ** 2)
    return f * numpy.exp(-((f / 0.5) ** 4))


def sample(tile, whitening):
    x = numpy.fft.ifft2(numpy.fft.fft2(tile) * gains(whitening)).real
    a = numpy.linspace(-1, 1, 13)
    kernel = numpy.exp(-(a[:, None] ** 2 + a[None, :] ** 2) / 0.5)
    kernel /= kernel.sum()
    v = x - convolve2d(x, kernel, mode="same", boundary="fill", fillvalue=0)
    q = numpy.sqrt(convolve2d(v**2, kernel, mode="same", boundary="fill", fillvalue=0))
    out = v / numpy.maximum(q, q.mean())
    z = (out - out.mean()) / out.std(ddof=1)
    return z[MARGIN:-MARGIN, MARGIN:-MARGIN]


def tiles():
    random = numpy.random.default_rng(2405)
    rows, columns = numpy.mgrid[0:SIDE, 0:SIDE]
    texture = random.integers(0, 6300, (SIDE, SIDE))
    edge = numpy.where(rows * 0.7 + columns < 20, 900, 2500) + random.integers(0, 60, (SIDE, SIDE))
    sky = 6000 + random.integers(0, 3, (SIDE, SIDE))
    flat = numpy.full((SIDE, SIDE), 6000)
    return {"texture": texture, "edge": edge, "sky": sky, "flat": flat}


def write_fixture():
    cases = []
    for name, tile in tiles().items():
        for whitening in ("published", "shifted"):
            # A flat tile is 0 after the shifted filter, and 0 / 0 after that.
            if (name, whitening) == ("flat", "shifted"):
                continue
            values = sample(tile.astype(float), whitening)
            cases.append(
                {
                    "name": name,
                    "whitening": whitening,
                    "tile": tile.ravel().tolist(),
                    "sample": [round(v, 7) for v in values.ravel().tolist()],
                }
            )
    here = pathlib.Path(__file__).parent
    (here / "pipeline.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


if __name__ == "__main__":
    write_fixture()
