"""Snakemake and DVC on the shapes that `runner-benchmark make` writes: a chain, a fan-out and a chain of diamonds.

Every stage joins the texts of the stages it takes from into a file. Each case starts in an empty folder; printed are
seconds of the whole process: first run, median of the reruns that find nothing to do, a changed leaf, and a changed root
whose output stays the same (early cutoff). `-` marks what was not tried, `failed` what ended with an error, `>S` what
was stopped after S seconds.

    runner-peers.py TOOL SHAPE N [LIMIT]      TOOL is snakemake or dvc; SHAPE is chain, fan-out or diamond
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def sources(shape: str, count: int) -> list[list[int]]:
    """What each stage takes from: positions of earlier stages."""
    if shape == "chain":
        return [[n - 1] if n else [] for n in range(count)]
    if shape == "fan-out":
        return [[0] if n else [] for n in range(count)]
    # One diamond after the other: top, left, right, bottom, and the bottom is the top of the next.
    taken: list[list[int]] = [[]]
    while len(taken) < count:
        top = len(taken) - 1
        taken += [[top], [top], [top + 1, top + 2]]
    return taken[:count]


def command(position: int, taken: list[int]) -> str:
    # What the root says goes through `tr`, so that a change of its case gives the same output.
    if not taken:
        return "tr a-z A-Z < root.txt > out/0.txt"
    return f"cat {' '.join(f'out/{n}.txt' for n in taken)} extra/{position}.txt > out/{position}.txt"


def write_snakefile(shape: str, count: int) -> None:
    rules = ["rule all:\n    input: [" + ", ".join(f'"out/{n}.txt"' for n in range(count)) + "]\n"]
    for position, taken in enumerate(sources(shape, count)):
        inputs = [f"out/{n}.txt" for n in taken] + ([f"extra/{position}.txt"] if taken else ["root.txt"])
        rules.append(
            f"rule s{position}:\n    input: {json.dumps(inputs)}\n    output: 'out/{position}.txt'\n"
            f"    shell: {json.dumps(command(position, taken))}\n")
    pathlib.Path("Snakefile").write_text("\n".join(rules))


def write_dvc(shape: str, count: int) -> None:
    stages = {}
    for position, taken in enumerate(sources(shape, count)):
        inputs = [f"out/{n}.txt" for n in taken] + ([f"extra/{position}.txt"] if taken else ["root.txt"])
        stages[f"s{position}"] = {
            "cmd": command(position, taken), "deps": inputs, "outs": [f"out/{position}.txt"]}
    pathlib.Path("dvc.yaml").write_text(json.dumps({"stages": stages}))
    subprocess.run([binary("dvc"), "init", "--no-scm", "-q"], check=True)


def binary(name: str) -> str:
    return str(pathlib.Path(sys.executable).parent / name)


def timed(arguments: list[str], limit: float) -> float | str:
    start = time.monotonic()
    try:
        done = subprocess.run(arguments, timeout=limit, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return f">{limit:.0f}"
    return time.monotonic() - start if done.returncode == 0 else "failed"


def measure(tool: str, shape: str, count: int, limit: float) -> dict[str, float | str]:
    for folder in ("out", "extra"):
        os.mkdir(folder)
    pathlib.Path("root.txt").write_text("root\n")
    for position in range(count):
        pathlib.Path(f"extra/{position}.txt").write_text(f"{position}\n")
    if tool == "snakemake":
        write_snakefile(shape, count)
        run = [binary("snakemake"), "--cores", "2", "--quiet", "all"]
    else:
        write_dvc(shape, count)
        run = [binary("dvc"), "repro", "-q"]
    result: dict[str, float | str] = {"first": timed(run, limit)}
    if isinstance(result["first"], str):
        return result
    again = [timed(run, limit) for _ in range(3)]
    result["no-op"] = statistics.median(again) if all(isinstance(s, float) for s in again) else again[0]
    pathlib.Path(f"extra/{count - 1}.txt").write_text("changed\n")
    result["leaf"] = timed(run, limit)
    pathlib.Path("root.txt").write_text("Root\n")
    result["same root"] = timed(run, limit)
    return result


def main() -> None:
    tool, shape, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    limit = float(sys.argv[4]) if len(sys.argv) > 4 else 600
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        result = measure(tool, shape, count, limit)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    cells = [result.get(name, "-") for name in ("first", "no-op", "leaf", "same root")]
    print(tool, shape, count, *(f"{cell:.2f}" if isinstance(cell, float) else cell for cell in cells), sep="\t", flush=True)


if __name__ == "__main__":
    main()
