"""Which environments a caller means: `envs=None`, a number, numbers, or a mask."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex

# None for all, an index, indices, or a boolean for each environment; numpy arrays and tensors too.
Envs = None | SupportsIndex | Iterable[Any]


def environment_indices(envs: Envs, width: int) -> tuple[int, ...]:
    """The environments meant, ascending, each once.

    Raises IndexError for one that is not in 0..width-1 and for a mask of another length than `width`.
    """
    if envs is None:
        return tuple(range(width))
    given = _listed(envs)
    if given and all(_is_bool(item) for item in given):
        return _masked(given, width)
    chosen = sorted({operator.index(item) for item in given})
    for env in chosen:
        if not 0 <= env < width:
            raise IndexError(f"there is no environment {env}: the state has {width} of them, 0 to {width - 1}")
    return tuple(chosen)


def _listed(envs: Any) -> list[Any]:
    plain = envs.tolist() if hasattr(envs, "tolist") else envs
    return list(plain) if isinstance(plain, Iterable) else [plain]


def _is_bool(item: object) -> bool:
    return isinstance(item, bool) or type(item).__name__ in {"bool_", "bool"}


def _masked(mask: Sequence[Any], width: int) -> tuple[int, ...]:
    if len(mask) != width:
        raise IndexError(f"the mask says yes or no to {len(mask)} environments, and the state has {width} of them")
    return tuple(env for env, chosen in enumerate(mask) if chosen)
