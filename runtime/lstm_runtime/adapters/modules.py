"""Torch modules, and objects that hold one, with the state in attributes beside an nn.LSTM, GRU, RNN or cell.

Nothing names these attributes, so they are found by shape: (layers, envs, hidden) of a recurrent layer or
(envs, hidden) of a recurrent cell in the same module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torch import Tensor, nn

from lstm_runtime.states import StateSlot, leaves

KNOWS = "torch modules, and objects that hold one, which keep state in an attribute beside an nn.LSTM, GRU, RNN or cell"

Cell = nn.RNNBase | nn.RNNCellBase

# What every module has, and holds no state of the user's.
_TORCH_OWN = frozenset(vars(nn.Module()))


def slots(model: object) -> list[StateSlot] | None:
    """What the module or the holder of modules keeps; None if there is no recurrent cell or nothing like a state."""
    if isinstance(model, type) or not hasattr(model, "__dict__"):
        return None
    own = [] if isinstance(model, nn.Module) else list(_in_attributes(model, _cells_held_by(model), ""))
    roots = {"": model} if isinstance(model, nn.Module) else {f"{key}.": value for key, value in _held(model)}
    found = own + [slot for name, root in roots.items() for slot in kept_in(root, name)]
    return found or (found if _may_come(model) else None)


def kept_in(root: nn.Module, prefix: str) -> list[StateSlot]:
    """The state that `root` and the modules in it keep in attributes and buffers."""
    found: list[StateSlot] = []
    for name, module in _keepers(root):
        path = f"{prefix}{name}." if name else prefix
        found += _in_attributes(module, recurrent_cells(module), path)
    return found


def recurrent_cells(root: nn.Module) -> list[Cell]:
    """The recurrent layers and cells in `root`, each once."""
    return [module for module in root.modules() if isinstance(module, nn.RNNBase | nn.RNNCellBase)]


def _keepers(root: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Modules that have a recurrent cell within: only these can drive a state of theirs."""
    for name, module in root.named_modules():
        if not isinstance(module, nn.RNNBase | nn.RNNCellBase) and recurrent_cells(module):
            yield name, module


def _held(holder: object) -> list[tuple[str, nn.Module]]:
    return [(key, value) for key, value in vars(holder).items() if isinstance(value, nn.Module)]


def _cells_held_by(holder: object) -> list[Cell]:
    return [cell for _, module in _held(holder) for cell in recurrent_cells(module)]


def _in_attributes(owner: object, cells: list[Cell], path: str) -> Iterable[StateSlot]:
    def env_dim(tensor: Tensor) -> int | None:
        return next((dim for cell in cells for fits, dim in [_fit(tensor, cell)] if fits), None)

    for name, value in _attributes(owner):
        found = [tensor for _, tensor in leaves(value)]
        if found and "init" not in name and all(any(_fit(tensor, cell)[0] for cell in cells) for tensor in found):
            yield StateSlot(owner, name, f"{path}{name}", env_dim=env_dim)


def _attributes(owner: object) -> list[tuple[str, object]]:
    own = [(name, value) for name, value in vars(owner).items() if name not in _TORCH_OWN]
    return own + (list(owner._buffers.items()) if isinstance(owner, nn.Module) else [])


def _fit(tensor: Tensor, cell: Cell) -> tuple[bool, int | None]:
    """(whether the tensor can be a state of the cell, the dimension that counts environments)."""
    shape = tuple(tensor.shape)
    if not tensor.is_floating_point() or not shape:
        return False, None
    if isinstance(cell, nn.RNNCellBase):
        return shape[-1] == cell.hidden_size and len(shape) <= 2, 0 if len(shape) == 2 else None
    depth = cell.num_layers * (2 if cell.bidirectional else 1)
    fits = shape[0] == depth and shape[-1] in {cell.hidden_size, cell.proj_size or cell.hidden_size}
    return fits and len(shape) in (2, 3), 1 if len(shape) == 3 else None


def _may_come(model: object) -> bool:
    """Whether an attribute beside a cell is still None, as a state is before the first observation."""
    if isinstance(model, nn.Module):
        return any(value is None for _, module in _keepers(model) for _, value in _attributes(module))
    return bool(_cells_held_by(model)) and (
        any(value is None for _, value in _attributes(model)) or any(_may_come(module) for _, module in _held(model))
    )
