"""What the runner costs when the stages cost nothing: medians in milliseconds, peak memory in megabytes.

Called by `Scripts/benchmarks/runner`, which builds the program. Every shape of 10 to 10,000 stages is run for the first
time, again with nothing to do, planned, and run with one changed leaf, and with a changed root that makes the same
output, so that nothing after it has to run.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
sizes = [int(size) for size in sys.argv[3:]] or [10, 100, 1000, 10000]


def measure(*arguments):
    """Milliseconds and the peak memory in megabytes of one call, and what it printed."""
    reader, writer = os.pipe()
    start = time.perf_counter()
    child = os.posix_spawn(program, [program, *arguments], os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    os.close(writer)
    with open(reader) as output:
        text = output.read().strip()
    _, status, usage = os.wait4(child, 0)
    elapsed = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(arguments)}: {os.waitstatus_to_exitcode(status)}")
    return elapsed * 1000, usage.ru_maxrss / 1024, text


def repeated(call, expected):
    """The median time of the rounds and the highest peak; every round must have printed what is expected."""
    results = [call(number) for number in range(rounds)]
    for result in results:
        if result[2] != expected:
            sys.exit(f"expected {expected}, found {result[2]}")
    return statistics.median(result[0] for result in results), max(result[1] for result in results)


def make(shape, size, **texts):
    options = [argument for name, text in texts.items() for argument in (f"--{name}", text)]
    subprocess.run([program, "make", shape, str(size), "p.json", *options], check=True)


def changed(shape, size, **texts):
    """One call of `run` after a change of the file."""
    make(shape, size, **texts)
    return measure("run", "p.json")


def spelled(number):
    """The word `root` in other cases: another key, the same output."""
    return "".join(letter.upper() if number >> bit & 1 else letter for bit, letter in enumerate("root"))


def all_but_one(count):
    return f'{{"executed": 1, "reused": {count - 1}}}'


if rounds > 15:
    sys.exit("at most 15 rounds: the word `root` has no more spellings")
print(f"{'shape':8} {'stages':>6} {'first':>9} {'no-op':>8} {'plan':>8} {'check':>8} {'leaf':>8} {'root':>8} "
      f"{'no-op MB':>9}")
# Removed at the end, all together: for seconds after many files were removed, ext4 takes milliseconds to make another.
with tempfile.TemporaryDirectory() as everything:
    for shape in ["chain", "fan-out", "diamond", "sweep"]:
        for size in sizes:
            folder = os.path.join(everything, f"{shape}-{size}")
            os.mkdir(folder)
            os.chdir(folder)
            make(shape, size)
            first = measure("run", "p.json")[0]
            noop, memory = repeated(
                lambda _: measure("run", "p.json"), f'{{"executed": 0, "reused": {size}}}')
            plan, _ = repeated(lambda _: measure("plan", "p.json"), f'{{"finished": {size}, "waiting": 0}}')
            check, _ = repeated(lambda _: measure("check", "p.json"), f'{{"stages": {size}}}')
            leaf, _ = repeated(lambda number: changed(shape, size, leaf=f"leaf {number}"), all_but_one(size))
            root = float("nan")
            if shape != "sweep":
                make(shape, size)
                measure("run", "p.json")
                root, _ = repeated(
                    lambda number: changed(shape, size, root=spelled(number + 1)), all_but_one(size))
            print(f"{shape:8} {size:6} {first:9.1f} {noop:8.1f} {plan:8.1f} {check:8.1f} {leaf:8.1f} {root:8.1f} "
                  f"{memory:9.0f}", flush=True)
    os.chdir("/")
