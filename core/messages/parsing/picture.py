"""Pictures: decoded and encoded again, so that only what can be seen is left (S79, S80, S85)."""

import io

import pillow_heif
from PIL import Image, ImageOps

from core.messages.parsing import Rejected

MOST_PIXELS = 40_000_000  # S79
QUALITIES = (88, 75, 60)  # the first that does not make the file larger than it was
LOGO_SIZE = (480, 144)  # pixels at most: twice what is shown
LOGO_BYTES = 40 << 10
_KEPT_AS_PNG = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


def clean_jpeg(data: bytes) -> bytes:
    """A JPEG without its EXIF, place, comments and tail; turned the way it is meant to be seen."""
    return _jpeg(_opened(data, "JPEG"), len(data))


def clean_heic(data: bytes) -> bytes:
    """A telephone's HEIC as JPEG: the practice's programs read that."""
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    return _jpeg(_opened(data, "HEIF"), 4 * len(data))  # the older format needs more room for the same picture


def clean_png(data: bytes) -> bytes:
    """A PNG without its text chunks and tail."""
    picture = _upright(_opened(data, "PNG"))
    if picture.mode not in _KEPT_AS_PNG:
        picture = picture.convert("RGBA" if "A" in picture.mode else "RGB")
    shown = {"transparency": picture.info["transparency"]} if "transparency" in picture.info else {}
    picture.info.clear()
    out = io.BytesIO()
    picture.save(out, "PNG", **shown)
    return out.getvalue()


def logo(data: bytes) -> bytes:
    """A small PNG of a PNG or JPEG, in few colours where it would be large: it goes with every letter."""
    picture = _upright(_opened(data, "PNG", "JPEG")).convert("RGBA")
    picture.info.clear()
    picture.thumbnail(LOGO_SIZE)
    for small in (picture, picture.quantize(256, Image.Quantize.FASTOCTREE)):
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        if out.tell() <= LOGO_BYTES:
            break
    return out.getvalue()


def _opened(data: bytes, *forms: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and refuses, where Pillow's warns
    picture = Image.open(io.BytesIO(data), formats=forms)
    if picture.width * picture.height > MOST_PIXELS:
        raise Rejected("large")
    picture.load()  # to its end: a file that is cut off fails here
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _jpeg(picture: Image.Image, room: int) -> bytes:
    picture = _upright(picture)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    picture.info.clear()
    encoded = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        encoded = out.getvalue()
        if len(encoded) <= room:
            break
    return encoded
