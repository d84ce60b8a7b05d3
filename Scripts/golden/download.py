"""Runs Scripts/download against a server on this machine: python download.py FOLDER, with FOLDER/mnist as published.

The server breaks off the first transfer of the largest file halfway; later it damages a file. Exits with the words of
what did not hold.
"""

import functools
import http.server
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

source = pathlib.Path(sys.argv[1])
script = pathlib.Path(__file__).resolve().parent.parent / "download"
requests, damaged = [], set()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = source / self.path.lstrip("/")
        start = int(self.headers.get("Range", "bytes=0-")[6:].split("-")[0])
        requests.append((path.name, start))
        if not path.is_file():
            return self.send_error(404)
        data = path.read_bytes()
        if path.name in damaged:
            data = data[:100] + bytes([data[100] ^ 1]) + data[101:]
        breaks_off = path.name == "train-images-idx3-ubyte.gz" and start == 0
        if start and start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:len(data) // 2] if breaks_off else data[start:])

    def log_message(self, *_):
        pass


def run(folder, *names):
    environment = os.environ | {"CONVSCOPE_DOWNLOAD_URL": f"http://127.0.0.1:{server.server_port}"}
    return subprocess.run([script, "--to", folder, *names], env=environment, capture_output=True, text=True, timeout=120)


def must(condition, words):
    if not condition:
        sys.exit(words)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    outcome = run(folder, "mnist")
    must(outcome.returncode == 0, f"the first run fails: {outcome.stderr}")
    fetched = sorted(path.name for path in (folder / "mnist").iterdir())
    must(fetched == sorted(path.name for path in (source / "mnist").glob("*.gz")), f"it fetches {fetched}")
    for name in fetched:
        must((folder / "mnist" / name).read_bytes() == (source / "mnist" / name).read_bytes(), f"{name} differs")
    half = (source / "mnist/train-images-idx3-ubyte.gz").stat().st_size // 2
    must(("train-images-idx3-ubyte.gz", half) in requests, f"a broken transfer is not continued: {requests}")

    requests.clear()
    outcome = run(folder, "mnist")
    must(outcome.returncode == 0 and not requests, f"a second run fetches {requests}")

    label = folder / "mnist/t10k-labels-idx1-ubyte.gz"
    label.unlink()
    damaged.add(label.name)
    outcome = run(folder, "mnist")
    must(outcome.returncode == 1 and "is not the published file" in outcome.stderr, f"damage passes: {outcome.stderr}")
    must(not label.exists() and not label.with_name(label.name + ".part").exists(), "the damaged file stays")

    damaged.clear()
    part = label.with_name(label.name + ".part")
    published = (source / "mnist" / label.name).read_bytes()
    for left in [bytes(len(published)), bytes(len(published) + 9), published]:
        part.write_bytes(left)
        outcome = run(folder, "mnist")
        must(outcome.returncode == 0, f"{len(left)} bytes left there are not mended: {outcome.stderr}")
        must(label.read_bytes() == published and not part.exists(), "what was left there stays")
        label.unlink()

    label.write_bytes(b"something else")
    outcome = run(folder, "mnist")
    must(outcome.returncode == 1 and label.read_bytes() == b"something else", "a file of the user's is overwritten")

    outcome = run(folder, "cifar10")
    must(outcome.returncode == 1 and "curl status 22" in outcome.stderr, f"a missing file passes: {outcome.stderr}")
    outcome = run(folder, "mnits")
    must(outcome.returncode == 1 and "name some of: mnist fashion-mnist cifar10 vgg16" in outcome.stderr, outcome.stderr)
