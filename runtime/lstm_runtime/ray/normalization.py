"""The statistics of VecNormalize, which belong to the weights that have learnt with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.running_mean_std import RunningMeanStd
from stable_baselines3.common.vec_env import VecNormalize

from lstm_runtime.errors import CheckpointError


def statistics(model: RecurrentPPO) -> dict[str, Any] | None:
    """Means, variances and counts as tensors, by "ret" and "obs" (with a key of a Dict observation behind it)."""
    normalizer = model.get_vec_normalize_env()
    return None if normalizer is None else {name: _as_plain(kept) for name, kept in _kept(normalizer).items()}


def refuse_unfit(model: RecurrentPPO, given: Mapping[str, Any] | None) -> None:
    """Raises CheckpointError if the statistics are for other observations than the agent's, or for none."""
    kept, given = _kept(model.get_vec_normalize_env()), given or {}
    shapes = {name: np.shape(value.mean) for name, value in kept.items()}
    if shapes != {name: tuple(value["mean"].shape) for name, value in given.items()}:
        raise CheckpointError(
            f"the checkpoint normalises {sorted(given) or 'nothing'}, this agent {sorted(kept) or 'nothing'}, or in "
            'other shapes: both need the same "vec_normalize". Nothing was changed'
        )


def install(model: RecurrentPPO, given: Mapping[str, Any] | None) -> None:
    """Go on with statistics that fit, and see the next observation through them."""
    normalizer = model.get_vec_normalize_env()
    for name, target in _kept(normalizer).items():
        known = (given or {})[name]
        target.mean, target.var = known["mean"].numpy().copy(), known["var"].numpy().copy()
        target.count = known["count"]
    if normalizer is not None and model._last_obs is not None:
        _overwrite(model._last_obs, normalizer.normalize_obs(normalizer.get_original_obs()))


def _kept(normalizer: VecNormalize | None) -> dict[str, RunningMeanStd]:
    if normalizer is None:
        return {}
    kept = {"ret": normalizer.ret_rms}
    observed = getattr(normalizer, "obs_rms", None)  # absent with norm_obs=False
    if isinstance(observed, Mapping):
        kept |= {f"obs {key}": value for key, value in observed.items()}
    elif observed is not None:
        kept["obs"] = observed
    return kept


def _as_plain(kept: RunningMeanStd) -> dict[str, Any]:
    return {
        "mean": torch.as_tensor(np.array(kept.mean)),
        "var": torch.as_tensor(np.array(kept.var)),
        "count": float(kept.count),
    }


def _overwrite(old: Any, new: Any) -> None:
    """In place: by the identity of the observation a history knows that it is the one after its last step."""
    if isinstance(old, Mapping):
        for key in old:
            old[key][...] = new[key]
    else:
        old[...] = new
