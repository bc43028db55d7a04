"""Fixes -> edited files: which edits are applied, round by round to a fixpoint, and how files are replaced."""

from __future__ import annotations

import contextlib
import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from lstm_lint.model import Edit, Finding, Fix

ROUNDS = 10
# A fix that comes this often for one line is not going to help; each time of leaving such fixes out is an attempt.
_TIMES = 3
_ATTEMPTS = 4
_REPORT = "please report this"
_Likeness: TypeAlias = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """One look at all files: the findings, and the paths (as shown) that cannot be parsed."""

    findings: tuple[Finding, ...]
    unreadable: frozenset[str] = frozenset()


@dataclass
class Fixed:
    """Where the rounds ended: the new bytes of changed files by path as shown, and what could not be done."""

    changed: dict[str, bytes] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    imports_runtime: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    spoilt: dict[str, set[_Likeness]] = field(default_factory=lambda: defaultdict(set))
    """By file: the fixes that broke it, each by itself, and were left out."""


def fix_all(
    contents: Mapping[str, bytes],
    findings: Sequence[Finding],
    look: Callable[[Mapping[str, bytes]], Checked],
    allowed: Callable[[Finding], bool],
    apply: Callable[[str, bytes, Sequence[Edit]], bytes],
) -> Fixed:
    """Apply the allowed fixes of ``findings`` and of those that a new ``look`` at the changed files brings.

    All paths are as shown. Conflicting fixes wait for the next round. A fix that its file would not parse with is left
    out, and so is one whose finding comes back again and again; ``refused`` says so. A file that only several fixes
    together would break is left as it was.
    """
    left_out: dict[str, set[_Likeness]] = {}
    for _ in range(_ATTEMPTS):
        fixed, stubborn = _rounds(contents, findings, look, allowed, apply, left_out)
        if not stubborn:
            break
        for path, likenesses in stubborn.items():
            left_out.setdefault(path, set()).update(likenesses)
    for path, kept in fixed.spoilt.items():
        which = _which(path, kept, findings, contents)
        fixed.refused.setdefault(path, f"with {which} the file would not parse, so it was left out; {_REPORT}")
    for path, kept in left_out.items():
        if path in stubborn:
            fixed.refused[path] = f"its fixes do not settle, so it was left as it was; {_REPORT}"
            continue
        which = _which(path, kept, findings, contents)
        fixed.refused[path] = f"{which} does not settle, so it was left out; {_REPORT}"
    return fixed


def _which(path: str, kept: set[_Likeness], findings: Iterable[Finding], contents: Mapping[str, bytes]) -> str:
    """The fixes in question by the lines of their findings, as the file was at first."""
    lines = {each.span.line for each in findings if each.path == path and _likeness(each, contents[path]) in kept}
    place = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, sorted(lines)))}"
    return f"the fix for {place}" if lines else "a fix"


def _rounds(
    contents: Mapping[str, bytes],
    findings: Sequence[Finding],
    look: Callable[[Mapping[str, bytes]], Checked],
    allowed: Callable[[Finding], bool],
    apply: Callable[[str, bytes, Sequence[Edit]], bytes],
    left_out: Mapping[str, set[_Likeness]],
) -> tuple[Fixed, dict[str, set[_Likeness]]]:
    """What the rounds come to without the fixes ``left_out``, and those that did not settle."""
    fixed = Fixed()

    def wanted(finding: Finding) -> bool:
        path = finding.path
        if path in fixed.refused or not allowed(finding):
            return False
        out = left_out.get(path, set()) | fixed.spoilt.get(path, set())
        return not out or _likeness(finding, fixed.changed.get(path, contents[path])) not in out

    applied: Counter[tuple[str, _Likeness]] = Counter()
    at_once: Counter[tuple[str, _Likeness]] = Counter()
    for _ in range(ROUNDS):
        batch = _by_file(filter(wanted, findings))
        if not batch:
            return fixed, {}
        before, counts = dict(fixed.changed), dict(fixed.applied)
        for path, found in batch.items():
            edits, taken = compatible(each.fix for each in found if each.fix is not None)
            old = fixed.changed.get(path, contents[path])
            like = [(path, _likeness(each, old)) for each in found]
            at_once |= Counter(like)
            applied.update(which for which, each in zip(like, found, strict=True) if each.fix in taken)
            new = apply(path, old, edits)
            if new == old:
                fixed.refused[path] = "its fixes change nothing"
                continue
            fixed.changed[path] = new
            fixed.applied[path] = fixed.applied.get(path, 0) + len(taken)
            if any(fix.imports_runtime for fix in taken):
                fixed.imports_runtime.add(path)
        seen = look(fixed.changed)
        broken = seen.unreadable & batch.keys()
        for path in sorted(broken):
            _undo(fixed, path, before.get(path))
            fixed.applied.update({path: counts[path]} if path in counts else {})
            old = fixed.changed.get(path, contents[path])
            alone = [each for each in batch[path] if _breaks(each, path, apply, look, fixed.changed, old)]
            fixed.spoilt[path].update(_likeness(each, old) for each in alone)
            if not alone:
                fixed.refused[path] = f"the fixed file would not parse, so it was left as it was; {_REPORT}"
        findings = look(fixed.changed).findings if broken else seen.findings
        if any(times > _TIMES * at_once[which] for which, times in applied.items()):
            break
    left = [(finding.path, _likeness(finding, fixed.changed[finding.path])) for finding in findings
            if wanted(finding) and finding.path in fixed.changed]  # fmt: skip
    again = [which for which in left if applied[which] >= _TIMES * at_once[which]]
    stubborn: dict[str, set[_Likeness]] = defaultdict(set)
    for path, likeness in again or left:
        stubborn[path].add(likeness)
    for path in stubborn:
        _undo(fixed, path, None)
    return fixed, dict(stubborn)


def _likeness(finding: Finding, data: bytes) -> _Likeness:
    """What tells a finding from others although edits moved it: its code and the line it is on."""
    return finding.code, data.splitlines()[finding.span.line - 1].strip()


def _breaks(
    finding: Finding,
    path: str,
    apply: Callable[[str, bytes, Sequence[Edit]], bytes],
    look: Callable[[Mapping[str, bytes]], Checked],
    changed: Mapping[str, bytes],
    old: bytes,
) -> bool:
    """Whether a file would not parse with this fix and no other."""
    assert finding.fix is not None
    return path in look({**changed, path: apply(path, old, finding.fix.edits)}).unreadable


def _undo(fixed: Fixed, path: str, earlier: bytes | None) -> None:
    if earlier is not None:
        fixed.changed[path] = earlier
        return
    fixed.changed.pop(path, None)
    fixed.applied.pop(path, None)
    fixed.imports_runtime.discard(path)


def _by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    batch: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda each: each.sort_key):
        batch[finding.path].append(finding)
    return dict(batch)


def compatible(fixes: Iterable[Fix]) -> tuple[list[Edit], list[Fix]]:
    """The edits of as many fixes as can be applied together, and those fixes; the same edit is made once."""
    edits: list[Edit] = []
    taken: list[Fix] = []
    for fix in fixes:
        fresh = [edit for edit in fix.edits if edit not in edits]
        if not any(_collide(edit, other) for edit in fresh for other in edits):
            edits += fresh
            taken.append(fix)
    return sorted(edits, key=lambda edit: edit.span), taken


def _collide(one: Edit, other: Edit) -> bool:
    """Whether two different edits overlap or touch: then their order would matter."""
    first, second = sorted((one.span, other.span))
    return (first.end_line, first.end_column) >= (second.line, second.column)


def unified_diff(path: str, old: bytes, new: bytes) -> bytes:
    """The change of one file as a patch, in the bytes of the file itself."""
    import difflib

    name = os.fsencode(path)
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), name, name)
    return b"".join(_ended(line) for line in lines)


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _ended(line: bytes) -> bytes:
    return line if line.endswith((b"\n", b"\r")) else line + b"\n\\ No newline at end of file\n"


def write_file(path: str, old: bytes, new: bytes) -> str | None:
    """Replace the file at ``path`` in one step, keeping its mode and links to it; what is wrong when it cannot be done.

    ``old`` is what was read and checked: a file that holds anything else by now is not overwritten.
    """
    target = os.path.realpath(path)
    try:
        with open(target, "rb") as file:
            if file.read() != old:
                return "changed on disk while it was being checked; not overwritten"
            mode = os.fstat(file.fileno())
        if not os.access(target, os.W_OK):
            return "cannot write this file: it is read-only"
        with _beside(target) as (name, out):
            out.write(new)
            out.flush()
            os.fsync(out.fileno())
            out.close()
            os.chmod(name, stat.S_IMODE(mode.st_mode))
            if hasattr(os, "chown"):
                with contextlib.suppress(OSError):  # only root may give files away
                    os.chown(name, mode.st_uid, mode.st_gid)
            os.replace(name, target)
    except FileNotFoundError:
        return "cannot write this file: it is no longer there"
    except OSError as error:
        return f"cannot write this file: {error.strerror or error}"
    return None


@contextlib.contextmanager
def _beside(target: str) -> Iterator[tuple[str, BinaryIO]]:
    """A temporary file in the folder of ``target``, gone at the end unless it was moved."""
    import tempfile

    folder, base = os.path.split(target)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{base}.", suffix=".tmp")
    out = os.fdopen(descriptor, "wb")
    try:
        yield name, out
    finally:
        out.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
