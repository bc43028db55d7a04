"""Every way to put other weights into a RecurrentPPO, and every way to use the state that it carried before."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from recurrent_models import train
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.utils import polyak_update
from torch.nn.utils import parameters_to_vector, vector_to_parameters

Replace = Callable[[RecurrentPPO, RecurrentPPO, Path], object]
Use = Callable[[RecurrentPPO, Any], object]


def _pairs(model: RecurrentPPO, donor: RecurrentPPO) -> list[tuple[torch.nn.Parameter, torch.nn.Parameter]]:
    return list(zip(model.policy.parameters(), donor.policy.parameters(), strict=True))


def _from_zip(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
    donor.save(path / "donor.zip")
    model.set_parameters(str(path / "donor.zip"))


def _each(write: Callable[[torch.nn.Parameter, torch.nn.Parameter], object]) -> Replace:
    def replace(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
        for own, other in _pairs(model, donor):
            write(own, other)

    return replace


def _new_data(own: torch.nn.Parameter, other: torch.nn.Parameter) -> None:
    own.data = other.detach().clone()


def _into_numpy(own: torch.nn.Parameter, other: torch.nn.Parameter) -> None:
    own.data.numpy()[...] = other.detach().numpy()


@torch.no_grad()
def _without_gradients(own: torch.nn.Parameter, other: torch.nn.Parameter) -> None:
    own.copy_(other)


@torch.no_grad()
def _added(own: torch.nn.Parameter, other: torch.nn.Parameter) -> None:
    own.add_(torch.randn_like(own), alpha=0.1)


def _through_state_dict(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
    own = model.policy.state_dict()
    for key, value in donor.policy.state_dict().items():
        own[key].copy_(value)


def _strict_failure(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
    incomplete = dict(donor.policy.state_dict())
    del incomplete["value_net.bias"]
    try:
        model.policy.load_state_dict(incomplete)
    except RuntimeError:
        return
    raise AssertionError("a strict load fails, after it has copied what is there")


def _other_module(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
    model.policy.lstm_actor, model.policy.lstm_critic = donor.policy.lstm_actor, donor.policy.lstm_critic


def _other_policy(model: RecurrentPPO, donor: RecurrentPPO, path: Path) -> None:
    model.policy = donor.policy


# One line each, since the guard is to name it.
REPLACEMENTS: dict[str, Replace] = {
    "set_parameters(dict)": lambda model, donor, path: model.set_parameters(copy.deepcopy(donor.get_parameters())),
    "set_parameters(zip)": _from_zip,
    "set_parameters(inexact)": lambda model, donor, path: model.set_parameters(
        {"policy": donor.policy.state_dict()}, exact_match=False
    ),
    "policy.load_state_dict": lambda model, donor, path: model.policy.load_state_dict(donor.policy.state_dict()),
    "policy.load_state_dict(not strict)": lambda model, donor, path: model.policy.load_state_dict(
        donor.policy.state_dict(), strict=False
    ),
    "policy.load_state_dict(assign)": lambda model, donor, path: model.policy.load_state_dict(
        copy.deepcopy(donor.policy.state_dict()), assign=True
    ),
    "a strict load that fails": _strict_failure,
    "load_from_vector": lambda model, donor, path: model.policy.load_from_vector(donor.policy.parameters_to_vector()),
    "vector_to_parameters": lambda model, donor, path: vector_to_parameters(
        parameters_to_vector(donor.policy.parameters()).detach(), model.policy.parameters()
    ),
    "polyak_update": lambda model, donor, path: polyak_update(
        donor.policy.parameters(), model.policy.parameters(), tau=0.5
    ),
    "p.data.copy_": _each(lambda own, other: own.data.copy_(other)),
    "p.data.numpy()[...] =": _each(_into_numpy),
    "p.data = q": _each(_new_data),
    "no_grad p.copy_": _each(_without_gradients),
    "no_grad p.add_": _each(_added),
    "p.detach().copy_": _each(lambda own, other: own.detach().copy_(other.detach())),
    "state_dict()[k].copy_": _through_state_dict,
    "policy.lstm_actor = other": _other_module,
    "model.policy = other": _other_policy,
}

ACTOR_ONLY: dict[str, Replace] = {
    "lstm_actor.load_state_dict": lambda model, donor, path: model.policy.lstm_actor.load_state_dict(
        donor.policy.lstm_actor.state_dict()
    ),
    "lstm_actor.reset_parameters": lambda model, donor, path: model.policy.lstm_actor.reset_parameters(),
    "policy.lstm_actor = copy": lambda model, donor, path: setattr(
        model.policy, "lstm_actor", copy.deepcopy(donor.policy.lstm_actor)
    ),
}


def _observation(model: RecurrentPPO) -> torch.Tensor:
    return torch.as_tensor(model._last_obs)


def _none_start(model: RecurrentPPO) -> torch.Tensor:
    return torch.zeros(model.n_envs)


# Each is given a state that `predict` returned before.
USES: dict[str, Use] = {
    "rollout": lambda model, state: train(model),
    "predict": lambda model, state: model.predict(model._last_obs, state),
    "predict with starts": lambda model, state: model.predict(model._last_obs, state, [True, False, False]),
    "policy(...)": lambda model, state: model.policy(_observation(model), model._last_lstm_states, _none_start(model)),
    "policy.forward": lambda model, state: model.policy.forward(
        _observation(model), model._last_lstm_states, _none_start(model)
    ),
    "get_distribution": lambda model, state: model.policy.get_distribution(
        _observation(model), model._last_lstm_states.pi, _none_start(model)
    ),
    "predict_values": lambda model, state: model.policy.predict_values(
        _observation(model), model._last_lstm_states.vf, _none_start(model)
    ),
}
