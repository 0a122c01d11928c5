"""Writes packages/images/tests/fixtures: small image files of many kinds, and what Pillow makes of them.

images.json has the size and the SHA-256 of the RGB bytes of each file, and lengths to which files are cut so that Pillow
refuses them. resize.json has the SHA-256 of images of one formula, resized; in two calls, rows first, which is what all
versions of Pillow before 13.0 do in one. From 13.0 on, columns come first where the height shrinks by more than twice as
many pixels as the width.

Needs cjpeg and jpegtran of libjpeg-turbo for kinds that Pillow cannot write (Debian: libjpeg-turbo-progs).

Run from the top of the repository: python tools/reference/make_image_fixtures.py
"""

import hashlib
import io
import json
import struct
import subprocess
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageCms, features

OUT = Path("packages/images/tests/fixtures")
WIDTH, HEIGHT = 61, 45
RNG = np.random.default_rng(0)
SIZES = [
    # from width, from height, to width, to height
    (500, 375, 512, 512), (500, 375, 256, 256), (375, 500, 512, 512), (375, 500, 224, 224), (640, 480, 480, 480),
    (32, 32, 160, 160), (96, 64, 128, 128), (33, 17, 200, 5), (17, 33, 5, 200), (31, 31, 32, 32), (32, 32, 31, 31),
    (20, 12, 20, 30), (20, 12, 30, 12), (20, 30, 20, 12), (1, 1, 7, 7), (9, 1, 3, 4), (1, 9, 4, 3), (7, 5, 1, 1), (2, 3, 5, 7),
    (1000, 7, 13, 7), (3, 3, 2, 2), (1201, 903, 37, 1000), (499, 333, 333, 499), (2000, 3, 3, 2000),
    (1, 2_000_000, 8, 3),
]  # fmt: skip


def field(channels: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Like a photograph: large soft areas, and detail."""
    total = np.full((height, width, channels), 128.0)
    for cells, amplitude in ((3, 90), (9, 50), (30, 25)):
        for channel in range(channels):
            grid = Image.fromarray(RNG.standard_normal((cells, cells)).astype(np.float32))
            total[..., channel] += amplitude * np.asarray(grid.resize((width, height), Image.BICUBIC))
    return np.clip(total, 0, 255).astype(np.uint8)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def cjpeg(image: Image.Image, *options: str) -> bytes:
    return subprocess.run(["cjpeg", *options], input=encoded(image, "PPM"), capture_output=True, check=True).stdout


def jpegtran(jpeg: bytes, *options: str) -> bytes:
    return subprocess.run(["jpegtran", *options], input=jpeg, capture_output=True, check=True).stdout


def red_and_blue_exchanged() -> bytes:
    """A colour profile that no one can ignore by mistake: sRGB's, with red for blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {}
    for entry in range(struct.unpack_from(">I", profile, 128)[0]):
        places[bytes(profile[132 + 12 * entry : 136 + 12 * entry])] = 136 + 12 * entry
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    profile[24:36] = struct.pack(">6H", 2020, 1, 1, 0, 0, 0)
    return bytes(profile)


def png(depth: int, colour: int, channels: int, chunks: bytes = b"", width: int = WIDTH, height: int = 20) -> bytes:
    """A PNG file of random samples, of depths that Pillow does not write."""
    row_bytes = -(-width * channels * depth // 8)
    rows = b"".join(b"\0" + RNG.integers(0, 256, row_bytes, dtype=np.uint8).tobytes() for _ in range(height))
    return png_of(struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0), chunks, zlib.compress(rows))


def png_of(header: bytes, chunks: bytes, pixels: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def jpegs() -> dict[str, bytes]:
    rgb = Image.fromarray(field(3))
    cmyk = Image.fromarray(field(4), "CMYK")
    files = {}
    for name, subsampling in {"444": 0, "422": 1, "420": 2}.items():
        for kind, progressive in {"baseline": False, "progressive": True}.items():
            for quality in (40, 95):
                options = {"subsampling": subsampling, "progressive": progressive, "quality": quality}
                files[f"{kind}-{name}-q{quality}"] = encoded(rgb, "JPEG", **options)
    for name, sampling in {"440": "1x2", "411": "4x1", "441": "1x4", "410": "4x2", "luma-coarse": "1x1,2x2,1x1"}.items():
        files[f"sampled-{name}"] = cjpeg(rgb, "-sample", sampling)
    for width, height in ((1, 1), (1, 9), (9, 1), (17, 16), (16, 33)):
        files[f"odd-{width}x{height}"] = encoded(Image.fromarray(field(3, width, height)), "JPEG", subsampling=2)
    orientation = Image.Exif()
    orientation[0x0112] = 6
    plain = files["baseline-420-q95"]
    adobe = encoded(cmyk, "JPEG", quality=90)
    mark = adobe.index(b"Adobe")
    return files | {
        "grey": encoded(rgb.convert("L"), "JPEG"),
        "rgb": encoded(rgb, "JPEG", keep_rgb=True),
        "restarts": encoded(rgb, "JPEG", restart_marker_blocks=3),
        "arithmetic": jpegtran(plain, "-arithmetic"),
        "arithmetic-progressive": jpegtran(plain, "-arithmetic", "-progressive"),
        "exif-turned": encoded(rgb, "JPEG", exif=orientation),
        "profile": encoded(rgb, "JPEG", icc_profile=red_and_blue_exchanged()),
        "cmyk": adobe,
        # The byte that says how the four channels are coded.
        "ycck": adobe[: mark + 11] + b"\2" + adobe[mark + 12 :],
        "cmyk-unmarked": adobe[: mark - 4] + adobe[mark + 12 :],
        "two-pictures": encoded(rgb, "MPO", save_all=True, append_images=[rgb.rotate(180)]),
        # What libjpeg warns of, and some photographs of ILSVRC-2012 have.
        "extraneous-bytes": plain[:-2] + b"\x12\x34\x56" + plain[-2:],
        "trailing-bytes": plain + b"what follows",
    }


def pngs() -> dict[str, bytes]:
    rgb, rgba = Image.fromarray(field(3)), Image.fromarray(field(4), "RGBA")
    grey = rgb.convert("L")
    palette = rgb.quantize(200)
    files = {f"grey-{depth}": png(depth, 0, 1) for depth in (1, 2, 4)}
    for depth, colours in ((1, 2), (2, 4), (4, 16)):
        files[f"palette-{depth}"] = encoded(rgb.quantize(colours), "PNG", bits=depth)
    return files | {
        "rgb": encoded(rgb, "PNG"),
        "rgba": encoded(rgba, "PNG"),
        "grey": encoded(grey, "PNG"),
        "grey-alpha": encoded(rgba.convert("LA"), "PNG"),
        "grey-transparent": encoded(grey, "PNG", transparency=128),
        "grey-4-transparent": png(4, 0, 1, chunk(b"tRNS", struct.pack(">H", 3))),
        "rgb-transparent": encoded(rgb, "PNG", transparency=rgb.getpixel((5, 5))),
        "palette": encoded(palette, "PNG"),
        "palette-transparent": encoded(palette, "PNG", transparency=bytes(range(200))),
        "rgb-16": png(16, 2, 3),
        "rgba-16": png(16, 6, 4),
        "grey-alpha-16": png(16, 4, 2),
        "gamma": png(8, 2, 3, chunk(b"gAMA", struct.pack(">I", 100_000))),
        "profile": encoded(rgb, "PNG", icc_profile=red_and_blue_exchanged()),
        "animated": encoded(rgb, "PNG", save_all=True, append_images=[rgb.rotate(180)]),
    }


def webps() -> dict[str, bytes]:
    rgb, rgba = Image.fromarray(field(3)), Image.fromarray(field(4), "RGBA")
    return {
        "lossy": encoded(rgb, "WEBP", quality=80),
        "lossless": encoded(rgb, "WEBP", lossless=True),
        "alpha": encoded(rgba, "WEBP", quality=80),
        "alpha-lossless": encoded(rgba, "WEBP", lossless=True, exact=True),
        "odd-17x33": encoded(Image.fromarray(field(3, 17, 33)), "WEBP"),
        "profile": encoded(rgb, "WEBP", icc_profile=red_and_blue_exchanged()),
        "animated": encoded(rgb, "WEBP", save_all=True, append_images=[rgb.rotate(180)]),
        "animated-alpha": encoded(rgba, "WEBP", save_all=True, append_images=[rgba.rotate(180)]),
    }


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def refused_lengths(content: bytes) -> list[int]:
    lengths = [len(content) * part // 100 for part in (2, 10, 30, 60, 90)] + [len(content) - 1, len(content) - 2]
    return [length for length in lengths if is_refused(content[:length])]


def is_refused(content: bytes) -> bool:
    try:
        opened(content)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return True
    return False


def sha256(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def resized(size: tuple[int, int, int, int]) -> dict:
    width, height, to_width, to_height = size
    index = np.arange(width * height * 3, dtype=np.uint32)
    bytes_ = ((index ^ (index >> 7)) * np.uint32(2654435761)) >> 24
    image = Image.fromarray(bytes_.astype(np.uint8).reshape(height, width, 3))
    result = image.resize((to_width, height), Image.BILINEAR).resize((to_width, to_height), Image.BILINEAR)
    return {"from": [width, height], "to": [to_width, to_height], "sha256": sha256(result)}


def write(name: str, content: dict) -> None:
    """One line for each image, so that changes can be read."""
    (OUT / name).write_text(json.dumps(content).replace("}, ", "},\n").replace(': {"base', ': {\n"base') + "\n")


def main() -> None:
    warnings.simplefilter("ignore")  # Pillow warns of the large image that it then refuses.
    (OUT / "files").mkdir(parents=True, exist_ok=True)
    files = {}
    for ending, made in {"jpg": jpegs(), "png": pngs(), "webp": webps()}.items():
        files |= {f"{name}.{ending}": content for name, content in made.items()}
    images = {}
    for name, content in files.items():
        (OUT / "files" / name).write_bytes(content)
        image = opened(content)
        images[name] = {"width": image.width, "height": image.height, "sha256": sha256(image)}
    cut = ["baseline-420-q95.jpg", "progressive-444-q40.jpg", "cmyk.jpg", "rgb.png", "palette.png", "lossy.webp", "lossless.webp"]
    # A row more than Pillow accepts; only the header is there.
    bomb = png_of(struct.pack(">IIBBBBB", 13_377, 13_378, 8, 2, 0, 0, 0), b"", b"")
    assert is_refused(bomb)
    (OUT / "files" / "too-large.png").write_bytes(bomb)
    versions = {"pillow": PIL.__version__, "libjpeg-turbo": features.version("libjpeg_turbo")}
    write("images.json", {"versions": versions, "images": images, "cut": {name: refused_lengths(files[name]) for name in cut}})
    write("resize.json", {"versions": versions, "cases": [resized(size) for size in SIZES]})


if __name__ == "__main__":
    main()
