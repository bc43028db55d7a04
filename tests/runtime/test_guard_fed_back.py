"""States that a policy of sb3-contrib returned, fed back: several times, and written to in between."""

from __future__ import annotations

from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import StaleStateError, guard
from recurrent_models import N_ENVS, agent
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates

NO_STARTS = torch.zeros(N_ENVS)


def step(model: RecurrentPPO, states: Any, starts: torch.Tensor = NO_STARTS) -> Any:
    with torch.no_grad():
        return model.policy(torch.randn(N_ENVS, 2), states, starts)[3]


def zeros(model: RecurrentPPO) -> RNNStates:
    width = model.policy.lstm_actor.hidden_size
    return RNNStates(*(tuple(torch.zeros(1, N_ENVS, width) for _ in range(2)) for _ in range(2)))


def halve(model: RecurrentPPO) -> None:
    with torch.no_grad():
        for parameter in model.policy.lstm_actor.parameters():
            parameter.mul_(0.5)


def copied(states: RNNStates) -> RNNStates:
    return RNNStates(*(tuple(part.clone() for part in pair) for pair in states))


def chained(model: RecurrentPPO, steps: int = 5) -> Any:
    """A state that new weights made, steps after a replacement, fed back each time as it was."""
    halve(model)
    states = zeros(model)
    for _ in range(steps):
        states = step(model, states)
    return states


def test_one_state_for_several_steps() -> None:
    """As a search does, which comes back to a state: also to a copy of it, and long after."""
    model = agent()
    with guard(model) as watching:
        first = chained(model)
        states, kept = first, copied(first)
        for _ in range(150):
            step(model, first)
            states = step(model, states)
        step(model, kept)
        assert watching.report.stale_uses == 0


def test_an_old_state_copied_into_the_last_one_is_stale() -> None:
    model = agent()
    with guard(model):
        old = chained(model)
        states = chained(model)
        states.pi[0].copy_(old.pi[0])
        with pytest.raises(StaleStateError, match=r"lstm_actor for all 3 environments"):
            step(model, states)


def test_one_that_was_put_to_zero_in_place_is_right() -> None:
    model = agent()
    with guard(model) as watching:
        states = chained(model)
        states.pi[0][:, 1] = 0.0
        states.pi[1][:, 1] = 0.0
        step(model, states)
        assert watching.report.stale_uses == 0


def test_states_of_earlier_weights_stay_stale_after_a_write() -> None:
    model = agent()
    with guard(model):
        old = chained(model)
        halve(model)
        for pair in old:
            for part in pair:
                part[:, 0] = 0.0
        with pytest.raises(StaleStateError, match=r"lstm_actor for environments 1, 2 of 3"):
            step(model, old)
