"""Images per second from JPEG files to batches of 224 x 224 pixels: convscope on 2 threads, torchvision with 2 workers.

Called by `Scripts/benchmarks/decoding`. The photographs are taken as they are, repeated to 600 files in the page cache,
and three times as wide and high, encoded anew with quality 90 and ordinary chroma subsampling. torchvision does what its
users do: ImageFolder, Resize(256), CenterCrop(224), ToTensor, DataLoader in batches of 32. The two run in turn; medians.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

program, photographs, rounds = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
suffixes = {".jpg", ".jpeg", ".png"}
originals = sorted(path for path in photographs.rglob("*") if path.suffix.lower() in suffixes)


def repeated(files, folder, count):
    """A folder per file with links to it, `count` links in all."""
    for index in range(count):
        source = files[index % len(files)]
        target = folder / f"{index % len(files):04d}" / f"{index:06d}{source.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)
    return folder


def enlarged(folder):
    folder.mkdir()
    for index, path in enumerate(originals):
        image = Image.open(path).convert("RGB")
        image.resize((image.width * 3, image.height * 3), Image.BICUBIC).save(folder / f"{index:04d}.jpg", quality=90)
    return sorted(folder.iterdir())


def load_with_torchvision(folder):
    images = torchvision.datasets.ImageFolder(folder, transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()]))
    loader = torch.utils.data.DataLoader(images, batch_size=32, num_workers=2)
    start = time.perf_counter()
    count = sum(len(pixels) for pixels, _ in loader)
    return images, count / (time.perf_counter() - start)


def load_with_convscope(folder, pixels):
    output = subprocess.run([program, folder, "2", pixels], check=True, capture_output=True, text=True)
    return json.loads(output.stdout)["images_per_second"]


with tempfile.TemporaryDirectory() as temporary:
    temporary = pathlib.Path(temporary)
    print(f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}, torch {torch.__version__}")
    sets = {
        "as they are": repeated(originals, temporary / "small", 600),
        "three times as large": repeated(enlarged(temporary / "enlarged"), temporary / "large", 120),
    }
    for name, folder in sets.items():
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(load_with_convscope(folder, temporary / "pixels"))
            images, speed = load_with_torchvision(folder)
            theirs.append(speed)
        pixels = numpy.fromfile(temporary / "pixels", numpy.uint8).reshape(-1, 3, 224, 224)
        expected = numpy.stack([(images[index][0] * 255).round().to(torch.uint8).numpy() for index in range(len(pixels))])
        worst = int(numpy.abs(pixels.astype(int) - expected).max())
        ours, theirs = statistics.median(ours), statistics.median(theirs)
        print(f"{name}: convscope {ours:.0f} images/s, torchvision {theirs:.0f} images/s, {ours / theirs:.2f} times as "
              f"fast; largest difference {worst} of 255")
