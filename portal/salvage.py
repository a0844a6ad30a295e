"""What was typed above files that are too large to be read: it stands before them, and is not lost with them (U80)."""

from flask import Request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

LOOKED_AT = 64 << 10  # bytes: more than the longest answer


def typed_above(request: Request) -> dict[str, str]:
    """The fields of a post before its first file, from the beginning of its body; none where it cannot be read."""
    decoder = MultipartDecoder(request.mimetype_params.get("boundary", "").encode())
    found: dict[str, bytes] = {}
    name = ""
    try:
        decoder.receive_data(request.environ["wsgi.input"].read(LOOKED_AT))
        while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
            if isinstance(event, Field):
                name = event.name
                found[name] = b""
            elif isinstance(event, Data):
                found[name] += event.data
    except (ValueError, KeyError):
        return {}
    return {key: value.decode("utf-8", "replace") for key, value in found.items()}
