"""Where an object keeps carried recurrent state, and the state tensors themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

# Which dimension of a state tensor counts the environments; None where one environment fills the tensor.
EnvDim = int | None | Callable[[Tensor], int | None]


@dataclass(frozen=True)
class StateTensor:
    """One tensor of a carried state, and which of its dimensions counts the environments (None: there is but one)."""

    name: str
    tensor: Tensor
    env_dim: int | None

    @property
    def n_envs(self) -> int:
        """How many environments have a column in the tensor."""
        return 1 if self.env_dim is None else int(self.tensor.shape[self.env_dim])

    def column(self, env: int) -> Tensor:
        """A view of the part that belongs to one environment: (layers, hidden) of (layers, envs, hidden)."""
        return self.tensor if self.env_dim is None else self.tensor.select(self.env_dim, env)


@dataclass(frozen=True)
class StateSlot:
    """An attribute that holds carried state: a tensor, or tuples, lists and dicts of tensors, or None before the start.

    `width` is the number of environments that the state must have, where the owner says so; None takes it as it is.
    `initial` gives the state before the first observation, shaped like the value with one environment or all of them;
    None means zeros.
    """

    owner: object
    attribute: str
    name: str
    env_dim: EnvDim = 1
    width: int | None = None
    initial: Callable[[], object] | None = None

    def read(self) -> object:
        return getattr(self.owner, self.attribute)

    def write(self, value: object) -> None:
        setattr(self.owner, self.attribute, value)

    def dimension(self, tensor: Tensor) -> int | None:
        """Which dimension of `tensor` counts the environments."""
        return self.env_dim(tensor) if callable(self.env_dim) else self.env_dim

    def tensors(self) -> list[StateTensor]:
        """The tensors that are there now; none while the state is still None."""
        return [StateTensor(name, leaf, self.dimension(leaf)) for name, leaf in leaves(self.read(), self.name)]


def leaves(value: object, name: str = "state", *, parameters: bool = False) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a nested state with the path of each, as in `_last_lstm_states.pi[0]`."""
    if isinstance(value, Tensor):
        if parameters or not isinstance(value, nn.Parameter):
            yield name, value
    else:
        for key, child in _children(value):
            yield from leaves(child, f"{name}{key}", parameters=parameters)


def mapped(value: object, change: Callable[[Tensor, str], Tensor], name: str = "state") -> object:
    """The same nest with `change(tensor, path)` in place of each tensor; the same object where nothing changed."""
    if isinstance(value, Tensor):
        return value if isinstance(value, nn.Parameter) else change(value, name)
    children = list(_children(value))
    changed = [mapped(child, change, f"{name}{key}") for key, child in children]
    if all(new is old for new, (_, old) in zip(changed, children, strict=True)):
        return value
    return _rebuilt(value, changed)


def _children(value: object) -> list[tuple[str, object]]:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [(f".{field}", child) for field, child in zip(value._fields, value, strict=True)]
    if isinstance(value, tuple | list | nn.ParameterList):
        return [(f"[{number}]", child) for number, child in enumerate(value)]
    if isinstance(value, Mapping):
        return [(f"[{key!r}]", child) for key, child in value.items()]
    return []


def _rebuilt(value: Any, children: list[object]) -> object:
    if isinstance(value, Mapping):
        return dict(zip(value, children, strict=True))
    return type(value)(*children) if hasattr(value, "_fields") else type(value)(children)


def carried_states(model: object) -> list[StateTensor]:
    """Every state tensor that `model` carries now; none while there is no state.

    Raises TypeError for an object that holds recurrent state nowhere that is known.
    """
    from lstm_runtime.adapters import slots_of

    return [tensor for slot in slots_of(model) for tensor in slot.tensors()]
