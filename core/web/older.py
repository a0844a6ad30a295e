"""The same style sheet for browsers of before 2024, put behind the one that all others follow (U115).

What does not know `light-dark()` loses every colour; what knows no `@layer` either loses the whole sheet. Many a phone
in use can't be brought further: iOS 15 and 16 are the last for some. One question asks for both; a browser that knows
`light-dark()` skips what follows it. The whole sheet said again adds a kilobyte as it travels.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

QUESTION = "@supports not (color: light-dark(red, red))"
_ONE = r"((?:[^(),]|\([^()]*\))*)"
_COLOURS = re.compile(rf"light-dark\({_ONE},\s*{_ONE}\)")
_MIXED = re.compile(r"color-mix\(in \w+, (var\([\w-]+\)) [^;}]*\)(?=[;}\s])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONTRAST = "prefers-contrast"
_PIECE = re.compile(r"[^{};]*[{};]")


@dataclass(slots=True)
class Block:
    """What stands before a brace, and the declarations and blocks within it, in their order."""

    head: str
    inside: "list[str | Block]"

    def __str__(self) -> str:
        within = " ".join(str(one) for one in self.inside)
        return f"{self.head} {{ {within} }}" if self.head else within


def whole(sheet: str) -> str:
    """All of a sheet without layers, in light colours, then the dark ones: for a sheet whose rules need no layers to
    come out as they do."""
    return _asked(_flat(_read(sheet)))


def colours(sheet: str) -> str:
    """Only the colours of a sheet, all of which stand at its root, for browsers that know its layers."""
    return _asked(Block("", list(_those(_flat(_read(sheet)), _with_colours))))


def _asked(flat: Block) -> str:
    light = _COLOURS.sub(r"\1", _MIXED.sub(r"\1", str(flat)))
    by_device = _dark(flat, ':root:not([data-theme="light"])')
    by_choice = _dark(flat, ':root[data-theme="dark"]')
    device = f"@media screen and (prefers-color-scheme: dark) {{ {by_device} }}"
    return f"{QUESTION} {{ {light} {device} {by_choice} }}\n"


def _dark(flat: Block, root: str) -> str:
    said = str(Block("", list(_those(flat, _with_colours))))
    return _COLOURS.sub(r"\2", re.sub(r":root(?= \{)", lambda _: root, said))


def _with_colours(declaration: str) -> bool:
    return _COLOURS.search(declaration) is not None


def _those(block: Block, wanted: Callable[[str], bool]) -> "Iterator[str | Block]":
    """The declarations that are wanted, in their blocks."""
    for one in block.inside:
        if isinstance(one, str):
            if wanted(one):
                yield one
        elif left := list(_those(one, wanted)):
            yield one if _CONTRAST in one.head else Block(one.head, left)  # a colour there may be another's name


def _flat(block: Block) -> Block:
    """Without the layers, what is in them left where it stands."""
    inside: list[str | Block] = []
    for one in block.inside:
        if isinstance(one, str):
            inside += [] if one.startswith("@layer") else [one]
        else:
            within = _flat(one)
            inside += within.inside if one.head.startswith("@layer") else [within]
    return Block(block.head, inside)


def _read(sheet: str) -> Block:
    top = Block("", [])
    around = [top]
    for piece in _PIECE.findall(_COMMENT.sub("", sheet)):
        said, end = piece[:-1].strip(), piece[-1]
        if end == "{":
            opened = Block(said, [])
            around[-1].inside.append(opened)
            around.append(opened)
        else:
            if said:
                around[-1].inside.append(f"{said};")
            if end == "}":
                around.pop()
    return top
