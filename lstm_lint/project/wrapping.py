"""Wrappers of networks: one that was compiled, scripted, made parallel or prepared is still the same network."""

from __future__ import annotations

FUNCTIONS = frozenset({
    "DataParallel", "DistributedDataParallel", "FullyShardedDataParallel", "compile", "optimize", "script", "trace",
    "prepare_model", "wrap_model",
})  # fmt: skip
"""Functions and classes by their last names: the first argument is what they wrap, and what they give stands for it."""

LIBRARIES = frozenset({"torch", "accelerate", "ray", "thunder", "lightning", "lightning_fabric", "deepspeed"})
"""The packages in which a function of such a name is known to wrap a network, whatever it is given."""

PREPARING = frozenset({"prepare", "prepare_model", "unwrap_model", "setup_module", "setup"})
"""Methods of what prepares training (accelerate, Fabric): each argument comes out again, wrapped or laid bare."""

ORIGINAL = frozenset({"_orig_mod", "module"})
"""Attributes of wrappers that hold what they wrap."""


def wraps(dotted: str) -> bool:
    """Whether a function of a library, by its import path, gives back what it is given."""
    package, _, rest = dotted.partition(".")
    return package in LIBRARIES and rest.rpartition(".")[2] in FUNCTIONS
