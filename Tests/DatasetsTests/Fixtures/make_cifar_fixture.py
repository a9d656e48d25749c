"""Writes cifar.json: records of CIFAR-10's format, and the samples that NumPy and SciPy make of them
in double precision, with a Philox of their own for the corners of the crops.

    python3 make_cifar_fixture.py

With a folder of uncompressed real batches, prints the mean energy of the first images of each, or
of all of them:

    python3 make_cifar_fixture.py FOLDER [IMAGES]
"""

import base64
import json
import pathlib
import sys

import numpy

from make_pipeline_fixture import SIDE, sample

IMAGE, RECORD, CROPS = 32, 3073, 4
SEED, PURPOSE = 2405144, 8
NUMBERS = {f"data_batch_{n}": n for n in range(1, 6)} | {"test_batch": 6}


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [b >> 32 ^ c[1] ^ k[0], b & 0xFFFFFFFF, a >> 32 ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def corners(batch, image):
    places = IMAGE - SIDE + 1
    words = [w for i in range(3) for w in philox((i, 0, batch, image), (SEED, PURPOSE))]
    # The few words that would favour some places are drawn again.
    numbers = [w % places for w in words if w < 2**32 // places * places][: 2 * CROPS]
    return list(zip(numbers[::2], numbers[1::2]))


def samples(record, batch, image, whitening):
    colours = record[1:].reshape(3, IMAGE, IMAGE).astype(float)
    grey = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2]
    return [
        sample(grey[row : row + SIDE, column : column + SIDE], whitening)
        for row, column in corners(batch, image)
    ]


def write_fixture():
    random = numpy.random.default_rng(2009)
    rows, columns = numpy.mgrid[0:IMAGE, 0:IMAGE]
    cases = []
    for batch, images, whitening in [("data_batch_2", 2, "published"), ("test_batch", 1, "shifted")]:
        records = []
        for label in range(images):
            planes = [
                120 + 80 * numpy.sin(rows * a + columns * b) + random.integers(0, 30, (IMAGE, IMAGE))
                for a, b in random.uniform(0.1, 1.5, (3, 2))
            ]
            pixels = numpy.array(planes).astype(numpy.uint8).ravel()
            records.append(numpy.concatenate([[label + 7], pixels]).astype(numpy.uint8))
        made = [
            s for n, r in enumerate(records) for s in samples(r, NUMBERS[batch], n, whitening)
        ]
        cases.append(
            {
                "batch": batch,
                "whitening": whitening,
                "corners": [corners(NUMBERS[batch], n) for n in range(images)],
                "records": base64.b64encode(numpy.concatenate(records).tobytes()).decode(),
                "samples": [round(v, 7) for v in numpy.ravel(made).tolist()],
            }
        )
    here = pathlib.Path(__file__).parent
    (here / "cifar.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


def print_energies(folder, images):
    for path in sorted(pathlib.Path(folder).glob("*_batch*.bin")):
        records = numpy.fromfile(path, numpy.uint8).reshape(-1, RECORD)[:images]
        total = sum(
            (s**2).sum()
            for n, r in enumerate(records)
            for s in samples(r, NUMBERS[path.stem], n, "published")
        )
        print(path.stem, len(records), f"{total / (CROPS * len(records)):.6f}")


if len(sys.argv) > 1:
    print_energies(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
else:
    write_fixture()
