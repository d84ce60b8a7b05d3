"""Makes Tests/ImagingTests/Golden: small pictures of every kind, and what Pillow and torchvision make of them.

Versions: Python 3.11, Pillow 13.0.0, NumPy 2.x. Seed 7. Run from the package root: python Scripts/golden/imaging.py
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FOLDER = Path("Tests/ImagingTests/Golden")
random = np.random.default_rng(7)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


# ---- PNG files of kinds that Pillow reads but does not write

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLES = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed_rows(array, depth):
    """[height, width, samples] as rows of filter type 0."""
    height = array.shape[0]
    if array.size == 0:
        return b""
    if depth == 16:
        rows = [row.astype(">u2").tobytes() for row in array]
    elif depth == 8:
        rows = [row.astype(np.uint8).tobytes() for row in array]
    else:
        bits = np.unpackbits(array.reshape(height, -1, 1).astype(np.uint8), axis=2)[:, :, 8 - depth:]
        rows = [np.packbits(row).tobytes() for row in bits.reshape(height, -1)]
    return b"".join(b"\0" + row for row in rows)


def png(array, color, depth, extra=b"", interlaced=False):
    height, width = array.shape[:2]
    array = array.reshape(height, width, SAMPLES[color])
    if interlaced:
        data = b"".join(packed_rows(array[y::dy, x::dx], depth) for x, y, dx, dy in ADAM7)
    else:
        data = packed_rows(array, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data))
            + chunk(b"IEND", b""))


WIDTH, HEIGHT = 13, 9


def noise(samples, depth=8):
    return random.integers(0, 1 << depth, (HEIGHT, WIDTH, samples))


def smooth():
    """A picture that JPEG can hold: gradients and one bright square."""
    y, x = np.mgrid[0:21, 0:29]
    picture = np.stack([x * 8, y * 11, 255 - x * 4 - y * 4], axis=2)
    picture[5:12, 8:17] = [250, 200, 30]
    return picture.astype(np.uint8)


def palette(entries):
    return chunk(b"PLTE", random.integers(0, 256, (entries, 3)).astype(np.uint8).tobytes())


def png_files():
    files = {}
    for depth in (1, 2, 4, 8, 16):
        files[f"gray-{depth}.png"] = png(noise(1, depth), GRAY, depth)
    for depth in (1, 2, 4, 8):
        files[f"palette-{depth}.png"] = png(noise(1, depth), PALETTE, depth, palette(1 << depth))
    transparency = chunk(b"tRNS", random.integers(0, 256, 16).astype(np.uint8).tobytes())
    files["palette-transparent.png"] = png(noise(1, 4), PALETTE, 4, palette(16) + transparency)
    files["gray-transparent.png"] = png(noise(1), GRAY, 8, chunk(b"tRNS", struct.pack(">H", 77)))
    files["rgb-8.png"] = png(noise(3), RGB, 8)
    files["rgb-16.png"] = png(noise(3, 16), RGB, 16)
    files["gray-alpha-8.png"] = png(noise(2), GRAY_ALPHA, 8)
    files["rgba-8.png"] = png(noise(4), RGBA, 8)
    files["rgba-16.png"] = png(noise(4, 16), RGBA, 16)
    files["rgb-interlaced.png"] = png(noise(3), RGB, 8, interlaced=True)
    files["palette-interlaced.png"] = png(noise(1, 4), PALETTE, 4, palette(16), interlaced=True)
    files["gray-16-interlaced.png"] = png(noise(1, 16), GRAY, 16, interlaced=True)
    # Indices beyond the last entry are black, for Pillow as for libpng.
    files["palette-short.png"] = png(noise(1, 4), PALETTE, 4, palette(12))
    files["gamma-and-text.png"] = png(
        noise(3), RGB, 8, chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"tEXt", b"Comment\0hello"))
    return files


def jpeg(picture, **options):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def jpeg_files():
    picture = Image.fromarray(smooth())
    files = {
        "gray.jpg": jpeg(picture.convert("L")),
        "rgb-420.jpg": jpeg(picture, quality=85),
        "rgb-444.jpg": jpeg(picture, quality=95, subsampling=0),
        "rgb-422.jpg": jpeg(picture, quality=85, subsampling=1),
        "progressive.jpg": jpeg(picture, progressive=True),
        "restart-markers.jpg": jpeg(picture, restart_marker_blocks=2),
        "stored-rgb.jpg": jpeg(picture, keep_rgb=True),
    }
    cmyk = jpeg(picture.convert("CMYK"), quality=90)
    files["cmyk.jpg"] = cmyk
    # The last byte of the Adobe segment says how the inks are stored: 0 as they are, 2 as YCCK.
    adobe = cmyk.index(b"Adobe") + 11
    files["ycck.jpg"] = cmyk[:adobe] + b"\x02" + cmyk[adobe + 1:]
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        files[f"orientation-{orientation}.jpg"] = jpeg(picture, exif=exif, quality=90)
    motorola = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 274, 3, 1, 6, 0, 0)
    files["orientation-big-endian.jpg"] = jpeg(picture, exif=motorola, quality=90)
    return files


def decoding():
    cases = []
    for name, data in (png_files() | jpeg_files()).items():
        (FOLDER / name).write_bytes(data)
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        if picture.mode.startswith("I"):
            # Pillow cuts 16-bit gray off at 255; like its 16-bit RGB, the high byte is meant.
            gray = (np.array(picture) >> 8).astype(np.uint8)
            picture = Image.fromarray(gray)
        rgb = picture.convert("RGB")
        is_gray = name.startswith("gray")
        case = {
            "name": name, "width": picture.width, "height": picture.height, "channels": 1 if is_gray else 3,
            "rgb": text(rgb), "gray": text(rgb.convert("L")), "rgba": text(picture.convert("RGBA")),
        }
        cases.append(case)
    (FOLDER / "decoding.json").write_text(json.dumps(cases, indent=1) + "\n")


def damaged():
    def header(width, height):
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, RGB, 0, 0, 0)))

    ending = chunk(b"IDAT", zlib.compress(b"")[:2]) + chunk(b"IEND", b"") + b"\0" * 8
    (FOLDER / "bomb-wide.png").write_bytes(header(2_000_000_000, 2_000_000_000) + ending)
    (FOLDER / "bomb-hollow.png").write_bytes(header(13_000, 13_000) + ending)
    rows = zlib.compress(b"\0" * 10_000_000, 9)
    (FOLDER / "damaged-too-much-data.png").write_bytes(header(5, 5) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def resizing():
    filters = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
    cases = []
    for channels in (1, 3):
        source = random.integers(0, 256, (23, 37, channels)).astype(np.uint8)
        # Black and white squares make bicubic overshoot on both sides.
        source[:8, :8] = 0
        source[8:14, 8:14] = 255
        picture = Image.fromarray(source.squeeze())
        for name, filter in filters.items():
            for width, height in [(16, 10), (64, 50), (37, 10), (16, 23), (36, 22), (5, 3), (1, 1), (80, 7)]:
                # Pillow 13 sometimes takes the columns first, and then rounds differently; older ones never do.
                rows_first = picture.resize((width, 23), filter).resize((width, height), filter)
                cases.append({
                    "filter": name, "channels": channels, "source": text(source), "width": width, "height": height,
                    "rowsFirst": text(rows_first), "direct": text(picture.resize((width, height), filter)),
                })
    (FOLDER / "resizing.json").write_text(json.dumps(cases, indent=1) + "\n")


def torchvision_rules():
    """torchvision.transforms.functional._compute_resized_output_size and center_crop (0.20), in their words."""
    sizes = [(500, 375), (375, 500), (333, 333), (1, 9), (29, 17), (640, 427), (1023, 767), (501, 256)]
    shorter = []
    for width, height in sizes:
        for size in (256, 224, 31):
            short, long = (width, height) if width <= height else (height, width)
            new_short, new_long = size, int(size * long / short)
            result = (new_short, new_long) if width <= height else (new_long, new_short)
            shorter.append({"size": size, "width": width, "height": height, "result": result})
    crops = []
    for length in (9, 10, 11, 12, 13):
        for crop in (4, 5, 6, 8, 9, 10, 11, 12, 14):
            line = np.arange(1, length + 1)
            if crop > length:
                left, right = (crop - length) // 2, (crop - length + 1) // 2
                line = np.pad(line, (left, right))
            start = int(round((len(line) - crop) / 2.0))
            crops.append({"length": length, "crop": crop, "result": line[start:start + crop].tolist()})
    (FOLDER / "torchvision.json").write_text(json.dumps({"shorter": shorter, "crops": crops}, indent=1) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    decoding()
    damaged()
    resizing()
    torchvision_rules()
