"""What is wrong with how a practice wants to look to its patients, and in which language it writes to one."""

INVALID: dict[tuple[str, str], str] = {
    ("logo", "empty"): "Choose a picture first: a PNG or JPEG file.",
    ("logo", "type"): "That is no PNG or JPEG picture. Save your logo as one of these and try again.",
    ("logo", "size"): "That picture is larger than {limit} MB. Make it smaller and try again.",
    ("logo", "pixels"): "That picture has too many pixels. Make it smaller and try again.",
    ("logo", "damaged"): "That picture cannot be read. Save it anew as PNG or JPEG and try again.",
    ("language", "unknown"): "We do not write in that language yet. Choose one of the list.",
}
