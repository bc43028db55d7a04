"""The recurrent modules of what is guarded, and the parameters that each one's state depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn

from lstm_runtime.guards.weights import Place

Recurrent = nn.RNNBase | nn.RNNCellBase

# What torch.compile and DistributedDataParallel put around a module; a part keeps its name with and without.
_WRAPPERS = frozenset({"_orig_mod", "module"})


@dataclass(frozen=True)
class Part:
    """A recurrent module by its path from the guarded object, as in `policy.lstm_actor`.

    `upstream` are the modules, itself included, whose weights shape its state: not the heads behind it.
    """

    name: str
    module: Recurrent
    upstream: tuple[nn.Module, ...]

    def places(self) -> list[Place]:
        """Where its parameters live, each once."""
        seen: dict[tuple[int, str], Place] = {}
        for root in self.upstream:
            for module in root.modules():
                for name in module._parameters:
                    seen[id(module), name] = (module._parameters, name)
        return list(seen.values())


def roots_of(target: object) -> dict[str, nn.Module]:
    """The modules with a recurrent one in them, by attribute; the object itself, under "", if it is a module."""
    if isinstance(target, nn.Module):
        return {"": target}
    held = vars(target).items() if hasattr(target, "__dict__") else ()
    return {name: value for name, value in held if isinstance(value, nn.Module) and any(_recurrent(value))}


def parts_of(target: object) -> list[Part]:
    """Every recurrent module of the object, each once."""
    found: dict[int, Part] = {}
    for attribute, root in roots_of(target).items():
        for path, module in _recurrent(root):
            steps = [attribute, *path.split(".")]
            name = ".".join(step for step in steps if step and step not in _WRAPPERS)
            found.setdefault(id(module), Part(name or type(module).__name__, module, _upstream(root, path, module)))
    return list(found.values())


def _recurrent(root: nn.Module) -> Iterator[tuple[str, Recurrent]]:
    for path, module in root.named_modules():
        if isinstance(module, nn.RNNBase | nn.RNNCellBase):
            yield path, module


def _upstream(root: nn.Module, path: str, module: Recurrent) -> tuple[nn.Module, ...]:
    extractors = _extractors(root, path)
    if extractors:
        return (*extractors, module)
    # Modules are mostly registered in the order in which they are called.
    before: list[nn.Module] = []
    for other in root.modules():
        if other is module:
            break
        if not any(True for _ in other.children()):
            before.append(other)
    return (*before, module)


def _extractors(root: nn.Module, path: str) -> list[nn.Module]:
    """What is in front of an LSTM of sb3-contrib's recurrent policies, which register their heads before it."""
    leaf = path.rpartition(".")[2]
    if leaf not in {"lstm_actor", "lstm_critic"}:
        return []
    owner: Any = root.get_submodule(path.rpartition(".")[0])
    names = ["vf_features_extractor" if leaf == "lstm_critic" else "pi_features_extractor"]
    if getattr(owner, "share_features_extractor", True):
        names.append("features_extractor")
    found = [getattr(owner, name, None) for name in names]
    return [module for module in found if isinstance(module, nn.Module)]
