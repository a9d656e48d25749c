"""Compares what `shoal bench scaling --predict` says of many ranks with SimGrid's simulation.

    python3 Tests/Benchmarks/simgrid_scaling.py --shoal .build/release/shoal training.batch=4096

SimGrid simulates a cluster of one switch: every message of a step's reductions (simgrid_step.c), with
its default factors for MPI's protocols and with links that are shared. Alpha and beta are fitted to
reductions on 16 simulated ranks and given to `shoal`, which measures this machine's computation and
predicts. Then steps are simulated in which each rank computes for a time drawn from the distribution
that was measured. A second table is of the reductions alone, where no computation hides a difference.
Ends with 1 if a step's prediction is off by more than 15 %. Other words are settings for `shoal`.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PLATFORM = """<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="world" routing="Full">
    <cluster id="cluster" prefix="node-" suffix="" radical="0-{last}" speed="1Gf"
             bw="{bandwidth}GBps" lat="{latency}us" sharing_policy="SPLITDUPLEX"/>
  </zone>
</platform>
"""
CALIBRATION = [64, 1024, 8192, 65536]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shoal", default="shoal", help="the program")
    parser.add_argument("--latency", type=float, default=0.5, help="of a link, in microseconds")
    parser.add_argument("--bandwidth", type=float, default=12.5, help="of a link, in GB/s")
    parser.add_argument("--ranks", type=int, nargs="+", default=[16, 64, 256, 1024])
    parser.add_argument("--json", help="keep the prediction in this file")
    return parser.parse_known_args()


class Cluster:
    """A simulated cluster, and the program that runs on it."""

    def __init__(self, folder, options):
        self.folder = folder
        self.platform = folder / "platform.xml"
        self.platform.write_text(
            PLATFORM.format(
                last=max(options.ranks + [16]) - 1,
                bandwidth=options.bandwidth,
                latency=options.latency,
            )
        )
        self.hosts = folder / "hosts"
        self.hosts.write_text(
            "".join(f"node-{i}\n" for i in range(max(options.ranks + [16])))
        )
        source = pathlib.Path(__file__).with_name("simgrid_step.c")
        self.program = folder / "simgrid_step"
        subprocess.run(
            ["smpicc", "-O2", str(source), "-o", str(self.program), "-lm"], check=True
        )

    def run(self, ranks, *words):
        """The numbers that rank 0 prints."""
        command = [
            "smpirun", "-np", str(ranks), "-hostfile", str(self.hosts),
            "-platform", str(self.platform), "--cfg=smpi/simulate-computation:no",
            "--cfg=smpi/host-speed:1Gf", "--log=root.thres:critical",
            str(self.program), *[str(word) for word in words],
        ]  # fmt: skip
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return [float(line) for line in output.stdout.split()]

    def step(self, ranks, row, prediction, steps, computes):
        """Milliseconds of a step, with or without its computation."""
        lengths = prediction["bucket_lengths"]
        agreement = prediction["tensors"] + 2 + 2 * row["shards"]
        numbers = [
            steps,
            1e-9 / prediction["adding_gigabytes_per_second"],
            agreement,
            prediction["bytes_per_element"],
            len(lengths),
            *lengths,
        ]
        if computes:
            own = row["own_milliseconds"]
            start, excess = row["own_tail_start"], row["own_tail_mean_excess"]
            numbers += [row["own_tail_share"], start / 1e3, excess / 1e3, len(own)]
            numbers += [value / 1e3 for value in own]
        else:
            numbers += [0, 0, 0, 1, 0]
        path = self.folder / f"step-{ranks}"
        path.write_text("\n".join(repr(number) for number in numbers) + "\n")
        return 1e3 * self.run(ranks, "step", path)[0]

    def calibrate(self):
        """Alpha in microseconds and beta in GB/s that fit reductions on 16 ranks best."""
        times = self.run(16, "allreduce", 8, *CALIBRATION)
        # Least squares of relative deviations from 8 alpha + 2 * 15/16 * n * beta.
        rows = [
            (8 / time, 2 * 15 / 16 * 8 * count / time)
            for count, time in zip(CALIBRATION, times)
        ]
        aa, ab, bb = (sum(r[i] * r[j] for r in rows) for i, j in [(0, 0), (0, 1), (1, 1)])
        a, b = (sum(r[i] for r in rows) for i in (0, 1))
        determinant = aa * bb - ab * ab
        alpha, beta = (a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant
        return 1e6 * alpha, 1e-9 / beta


def main():
    options, settings = arguments()
    missing = [name for name in ("smpicc", "smpirun") if not shutil.which(name)]
    if missing:
        print(
            f"{' and '.join(missing)} missing: apt-get install simgrid libsimgrid-dev",
            file=sys.stderr,
        )
        return 69
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder, options)
        alpha, beta = cluster.calibrate()
        print(f"calibrated on 16 ranks: alpha {alpha:.2f} us, beta {beta:.2f} GB/s")
        path = os.path.abspath(options.json) if options.json else str(folder / "prediction.json")
        subprocess.run(
            [options.shoal, "bench", "scaling", "--predict", "--alpha", str(alpha),
             "--beta", str(beta), "--json", path, *settings],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        prediction = json.loads(pathlib.Path(path).read_text())
        rows = {row["ranks"]: row for row in prediction["rows"]}
        worst = 0.0
        for computes in (True, False):
            key = "milliseconds" if computes else "network_milliseconds"
            print("step" if computes else "its reductions alone")
            print(" ranks  predicted ms  simulated ms  deviation")
            for ranks in options.ranks:
                row = rows[ranks]
                steps = max(16, 4096 // ranks) if computes else 2
                simulated = cluster.step(ranks, row, prediction, steps, computes)
                deviation = row[key] / simulated - 1
                if computes:
                    worst = max(worst, abs(deviation))
                print(
                    f"{ranks:6d} {row[key]:13.3f} {simulated:13.3f} {100 * deviation:+9.1f} %",
                    flush=True,
                )
    return 0 if worst <= 0.15 else 1


if __name__ == "__main__":
    sys.exit(main())
