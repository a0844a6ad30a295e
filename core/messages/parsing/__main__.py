"""The child: a file on standard input; `{"why": …}`, a newline and the clean bytes on standard output (S86)."""

import json
import resource
import sys
from collections.abc import Callable, Mapping

from core.messages import filetypes
from core.messages.parsing import LOGO, Rejected, pdf, picture, word

CPU_SECONDS = 20
MEMORY = 512 << 20  # bytes of address space

CLEAN: Mapping[str, Callable[[bytes], bytes]] = {
    filetypes.PDF: pdf.clean,
    filetypes.JPEG: picture.clean_jpeg,
    filetypes.PNG: picture.clean_png,
    filetypes.HEIC: picture.clean_heic,
    filetypes.DOCX: word.clean,
    LOGO: picture.logo,
}


def main(kind: str) -> None:
    """Clean one file within the limits. Whatever a parser stumbles over makes the file a damaged one."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a parser has nothing to write but its answer
    try:
        clean, why = CLEAN[kind](sys.stdin.buffer.read()), ""
    except Rejected as rejected:
        clean, why = b"", str(rejected)
    except MemoryError:
        clean, why = b"", "large"
    except Exception:
        clean, why = b"", "damaged"
    sys.stdout.buffer.write(json.dumps({"why": why}).encode() + b"\n" + clean)


if __name__ == "__main__":
    main(sys.argv[1])
