"""How deeply a text is nested, told before parsing it.

The parser is native code that recurses: some 1,200 brackets overflow a stack of 8 MB and end the interpreter, and a
chain of 4,000 operators takes it seconds, and the time for brackets in a ``case`` pattern doubles with each level.
So all three are counted first, in a few milliseconds for 3,000 lines.
"""

from __future__ import annotations

import re

LIMIT = 1000
"""The deepest nesting that is parsed; it comes before anything that Python itself would run."""

_BRACKET = 5
"""What a bracket costs: 7.5 kB of the parser's stack, where an operator costs 1.3 kB."""

_PATTERN_DEPTH = 12
"""The most brackets in one another that a ``case`` may have: at 20 the parser takes two seconds."""

_CASE = re.compile(r"[ \t]*case\b")
_TOKEN = re.compile(
    r"""\#[^\n]*
    | \"{3} (?: [^"\\] | \\[\s\S] | "(?!"") )* \"{3}
    | '{3} (?: [^'\\] | \\[\s\S] | '(?!'') )* '{3}
    | " (?: [^"\\\n] | \\[\s\S] )* "
    | ' (?: [^'\\\n] | \\[\s\S] )* '
    | \\\r?\n
    | [-+*/%@&|^.~(\[{)\]},;\n=]
    | \b (?: not | and | or | if | lambda | await ) \b
    """,
    re.VERBOSE,
)
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_BREAKS = frozenset(",;=")


def deepest(text: str) -> tuple[int, int]:
    """The greatest nesting in ``text`` and the offset where it is reached; counting stops past the limit."""
    outer: list[int] = []
    now = base = most = at = line = 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in _OPENING:
            outer.append(base)
            outer.append(now)
            now += 1 + _BRACKET
            base = now
            if len(outer) > 2 * _PATTERN_DEPTH and _CASE.match(text, line):
                return LIMIT + 1, found.start()
        elif token in _CLOSING:
            if outer:
                now = outer.pop() + 1
                base = outer.pop()
        elif token in _BREAKS:
            now = base
        elif token == "\n":
            if not outer:
                now = base
                line = found.end()
        elif token[0] not in "#\\":
            now += 1
        if now > most:
            most, at = now, found.start()
            if most > LIMIT:
                break
    return most, at
