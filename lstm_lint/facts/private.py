"""Names of attributes that Python mangles: ``self.__h`` in the body of a class ``C`` is the attribute ``_C__h``."""

from __future__ import annotations

import re

_MANGLED = re.compile(r"_([A-Z]\w*?)(__(?!_)\w+)")


class Private(str):
    """A private name as the source writes it, with the class whose attribute it is; ``owner`` is "" outside of any.

    Two of them are equal if they mean the same attribute, however they are written. One equals a plain string that
    says the name as the class itself does: methods, and what is looked up by text, are known by that.
    """

    owner: str
    own: str

    def __new__(cls, written: str, owner: str, own: str) -> Private:
        made = super().__new__(cls, written)
        made.owner, made.own = owner, own
        return made

    # Facts are pickled on their way from the processes that read files, and one of these is made of more than its text.
    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return str(self), self.owner, self.own

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Private):
            return (self.own, self.owner) == (other.own, other.owner)
        return self.own == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.own)

    def within(self, klass: str | None) -> str:
        """How code writes the attribute that stands in the body of a class, or of none."""
        if not self.owner:
            return str(self)
        return self.own if klass is not None and klass.lstrip("_") == self.owner else f"_{self.owner}{self.own}"


def attribute(written: str, qualifier: str) -> str:
    """The name of an attribute as it is written in the code of a function or class; ``qualifier`` is what that is in.

    It is a qualified name with a dot at its end: ``C.act.<locals>.``.
    """
    if not written.startswith("_"):
        return written
    if is_private(written):
        return Private(written, _innermost(qualifier).lstrip("_"), written)
    found = _MANGLED.fullmatch(written)
    if found is None or not is_private(found[2]):
        return written
    return Private(written, found[1], found[2])


def is_private(name: str) -> bool:
    """Whether Python mangles a name where it stands in a class."""
    return name.startswith("__") and not name.endswith("__")


def _innermost(qualifier: str) -> str:
    """The innermost class that a qualified name goes through: each function is followed by ``<locals>``."""
    parts = qualifier.split(".")
    for part, following in zip(reversed(parts[:-1]), reversed(parts[1:]), strict=True):
        if part != "<locals>" and following != "<locals>":
            return part
    return ""
