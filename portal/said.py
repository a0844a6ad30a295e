"""Texts of templates, looked up where they stand: the way by Jinja's own function cost two fifths of making a page.

What a template says in one text is known when it is compiled. There it becomes an entry of what its page's language
says (`said_here`), or with gaps to be filled (`said_around`). Whoever collects the texts of a template finds them as
before, for that reads what is parsed; texts in several numbers go the usual way.
"""

from collections.abc import Callable
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

HERE, AROUND = "said_here", "said_around"
Speak = Callable[[str, str], str]


class Said(dict[str, Markup]):
    """What the templates say in one language, each text put into it once; as it is, or with its gaps (`%(name)s`)."""

    def __init__(self, speak: Speak, language: str, *, gaps: bool) -> None:
        super().__init__()
        self._speak, self._language, self._gaps = speak, language, gaps

    def __missing__(self, text: str) -> Markup:
        """A text that nobody asked for yet; the templates are all that ask."""
        said = Markup(self._speak(text, self._language))  # noqa: S704 - of a template or our own catalogue
        self[text] = said if self._gaps else said % {}
        return self[text]


class Anywhere:
    """The same for parts that are made without a page around them: they ask for its language each time."""

    def __init__(self, here: Callable[[], Said]) -> None:
        self._here = here

    def __getitem__(self, text: str) -> Markup:
        return self._here()[text]


class Compiled(Environment):
    """Flask's own, but that texts become entries when a template is compiled."""

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        return super()._generate(_Entries().visit(source), *given, **named)


class _Entries(NodeTransformer):
    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        self.generic_visit(call)
        name, texts = call.node, call.args
        if not (isinstance(name, nodes.Name) and name.name in ("_", "gettext")):
            return call
        if call.dyn_args or call.dyn_kwargs or len(texts) != 1 or not isinstance(texts[0], nodes.Const):
            return call
        where = nodes.Name(AROUND if call.kwargs else HERE, "load", lineno=call.lineno)
        entry = nodes.Getitem(where, texts[0], "load", lineno=call.lineno)
        if not call.kwargs:
            return entry
        gaps = [nodes.Pair(nodes.Const(one.key), one.value, lineno=call.lineno) for one in call.kwargs]
        return nodes.Mod(entry, nodes.Dict(gaps, lineno=call.lineno), lineno=call.lineno)
