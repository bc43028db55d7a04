"""Path patterns, as the configuration writes them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression of a glob: ``*`` and ``?`` stay within one path component, ``**`` crosses them."""
    out: list[str] = []
    place = 0
    while place < len(pattern):
        rest = pattern[place:]
        if rest.startswith("**/"):
            out.append("(?:[^/]+/)*")
            place += 3
        elif rest.startswith("**"):
            out.append(".*")
            place += 2
        elif rest[0] == "*":
            out.append("[^/]*")
            place += 1
        elif rest[0] == "?":
            out.append("[^/]")
            place += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", r"\\")
            out.append(f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
            place += end + 1
        else:
            out.append(re.escape(rest[0]))
            place += 1
    return re.compile("".join(out) + r"\Z", re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether ``pattern`` names ``path`` or a folder it lies in.

    ``path`` is relative to the folder the pattern is written for, with ``/``. A pattern without a slash may match any
    component of the path, one with a slash the path from its start.
    """
    glob = pattern.removeprefix("./").rstrip("/")
    parts = path.split("/")
    if "/" not in glob:
        found = _compiled(glob)
        return any(found.match(part) for part in parts)
    found = _compiled(glob.lstrip("/"))
    return any(found.match("/".join(parts[: end + 1])) for end in range(len(parts)))
