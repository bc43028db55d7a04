"""Where state is found that no framework names: torch modules, objects that hold one, registered classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

pytest.importorskip("lstm_runtime")

from lstm_runtime import (
    StateSlot,
    adapters,
    carried_states,
    register_adapter,
    reset_lstm_states_to_initial,
    rewarm_lstm_states,
)

ENVS, HIDDEN = 4, 6


class Remembering(nn.Module):
    """Keeps (h, c) of its LSTM in an attribute, and other tensors that are no state."""

    def __init__(self, layers: int = 1, **lstm: Any) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, HIDDEN, layers, **lstm)
        self.head = nn.Linear(HIDDEN, 2)
        self.state: tuple[torch.Tensor, torch.Tensor] | None = None
        self.register_buffer("mean", torch.ones(3))
        self.register_buffer("initial_hidden", torch.ones(layers, ENVS, HIDDEN))
        self.start = nn.Parameter(torch.ones(layers, ENVS, HIDDEN))
        self.steps = torch.ones(layers, ENVS, HIDDEN, dtype=torch.long)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        out, self.state = self.lstm(seen, self.state)
        return self.head(out)


class CellAgent(nn.Module):
    """Two cells in a row; the states are in a list and a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.below, self.above = nn.GRUCell(3, HIDDEN), nn.LSTMCell(HIDDEN, HIDDEN)
        self.register_buffer("low", torch.zeros(ENVS, HIDDEN), persistent=False)
        self.high = [torch.zeros(ENVS, HIDDEN), torch.zeros(ENVS, HIDDEN)]

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        self.low = self.below(seen, self.low)
        self.high = list(self.above(self.low, tuple(self.high)))
        return self.high[0]


class Player:
    """A plain object with a network and the state beside it."""

    def __init__(self) -> None:
        self.net = nn.ModuleDict({"memory": nn.GRU(3, HIDDEN), "head": nn.Linear(HIDDEN, 2)})
        self.hidden: torch.Tensor | None = None
        self.score = torch.ones(1)

    def act(self, seen: torch.Tensor) -> torch.Tensor:
        out, self.hidden = self.net["memory"](seen, self.hidden)
        return self.net["head"](out)


def names(model: object) -> list[str]:
    return [state.name for state in carried_states(model)]


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({}, (1, ENVS, HIDDEN)),
        ({"layers": 2}, (2, ENVS, HIDDEN)),
        ({"layers": 2, "bidirectional": True}, (4, ENVS, HIDDEN)),
        ({"batch_first": True}, (1, ENVS, HIDDEN)),
    ],
    ids=str,
)
def test_a_module_that_keeps_its_own_state(settings: dict[str, Any], shape: tuple[int, ...]) -> None:
    module = Remembering(**settings)
    module.head = nn.Linear(HIDDEN * (2 if settings.get("bidirectional") else 1), 2)
    seen = torch.randn(ENVS, 5, 3) if settings.get("batch_first") else torch.randn(5, ENVS, 3)
    assert not reset_lstm_states_to_initial(module)
    with torch.no_grad():
        module(seen)
    assert names(module) == ["state[0]", "state[1]"]
    report = reset_lstm_states_to_initial(module, envs=[1, 3])
    assert report.envs == (1, 3)
    assert module.state is not None
    for part in module.state:
        assert part.shape == shape
        assert not part[:, [1, 3]].any()
        assert part[:, [0, 2]].all()
    untouched = (module.mean, module.initial_hidden, module.start, module.steps)
    assert all(bool(part.eq(1).all()) for part in untouched)


def test_projected_states() -> None:
    module = Remembering(proj_size=2)
    module.head = nn.Linear(2, 2)
    with torch.no_grad():
        module(torch.randn(5, ENVS, 3))
    assert module.state is not None
    assert module.state[0].shape == (1, ENVS, 2)
    reset_lstm_states_to_initial(module)
    assert not any(part.any() for part in module.state)


def test_an_unbatched_state_is_one_environment() -> None:
    module = Remembering()
    with torch.no_grad():
        module(torch.randn(5, 3))
    assert reset_lstm_states_to_initial(module, envs=0).envs == (0,)
    assert module.state is not None
    assert not any(part.any() for part in module.state)
    with pytest.raises(IndexError, match="there is no environment 1: the state has 1 of them"):
        reset_lstm_states_to_initial(module, envs=1)


def test_cells_lists_and_buffers() -> None:
    module = CellAgent()
    with torch.no_grad():
        module(torch.randn(ENVS, 3))
    assert sorted(names(module)) == ["high[0]", "high[1]", "low"]
    reset_lstm_states_to_initial(module, envs=2)
    for part in (module.low, *module.high):
        assert not part[2].any()
        assert part[[0, 1, 3]].all()
    assert "low" in dict(module.named_buffers())


def test_modules_within_modules_are_named_by_path() -> None:
    both = nn.ModuleDict({"left": Remembering(), "right": Remembering()})
    with torch.no_grad():
        both["left"](torch.randn(5, ENVS, 3))
    assert names(both) == ["left.state[0]", "left.state[1]"]
    assert names(nn.Sequential(both)) == ["0.left.state[0]", "0.left.state[1]"]
    assert names(torch.compile(both["left"], backend="eager")) == ["_orig_mod.state[0]", "_orig_mod.state[1]"]


def test_a_plain_object_with_a_network() -> None:
    player = Player()
    assert not reset_lstm_states_to_initial(player)
    with torch.no_grad():
        player.act(torch.randn(5, ENVS, 3))
    assert names(player) == ["hidden"]
    assert reset_lstm_states_to_initial(player)
    assert player.hidden is not None
    assert not player.hidden.any()
    assert player.score.eq(1)


def test_a_state_in_a_graph_is_replaced_and_the_graph_can_still_be_differentiated() -> None:
    module = Remembering()
    out = module(torch.randn(5, ENVS, 3))
    out = module(torch.randn(5, ENVS, 3)) + out
    assert module.state is not None
    old = module.state
    reset_lstm_states_to_initial(module)
    assert module.state[0] is not old[0]
    assert not module.state[0].requires_grad
    out.sum().backward()
    assert module.lstm.weight_hh_l0.grad is not None


def test_a_module_with_a_cell_and_no_state_of_its_own_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="Sequential"):
        reset_lstm_states_to_initial(nn.Sequential(nn.LSTM(3, HIDDEN)))


def test_state_in_the_policy_of_an_algorithm_that_is_not_recurrent() -> None:
    """A features extractor that remembers: a reset finds it, a re-warm cannot rebuild it and says so."""
    pytest.importorskip("stable_baselines3")
    from recurrent_models import environments
    from stable_baselines3 import PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

    class Memory(BaseFeaturesExtractor):
        def __init__(self, observation_space: Any) -> None:
            super().__init__(observation_space, HIDDEN)
            self.cell = nn.GRUCell(2, HIDDEN)
            self.register_buffer("hidden", torch.zeros(3, HIDDEN), persistent=False)

        def forward(self, seen: torch.Tensor) -> torch.Tensor:
            self.hidden = self.cell(seen, self.hidden if len(seen) == 3 else None).detach()
            return self.hidden

    policy_kwargs = {"features_extractor_class": Memory}
    model = PPO("MlpPolicy", environments(), n_steps=4, batch_size=3, n_epochs=1, policy_kwargs=policy_kwargs)
    model.learn(12)
    hidden = "policy.features_extractor.hidden"
    assert hidden in names(model)
    assert hidden in reset_lstm_states_to_initial(model).tensors
    assert not model.policy.features_extractor.hidden.any()
    with pytest.raises(TypeError, match=r"keeps state of its own in policy\.features_extractor\.hidden.*reset it"):
        rewarm_lstm_states(model)


class Ensemble:
    """State by environment name, in a place that nothing could guess."""

    def __init__(self) -> None:
        self.memory = {"left": torch.ones(2, 5), "right": torch.ones(2, 5)}


class NamedEnsemble(Ensemble):
    pass


@pytest.fixture
def registry() -> Iterator[None]:
    before = dict(adapters._registered)
    yield
    adapters._registered.clear()
    adapters._registered.update(before)


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("kind", [Ensemble, f"{Ensemble.__module__}.Ensemble"], ids=["class", "path"])
def test_a_registered_class_and_its_subclasses(kind: Any) -> None:
    with pytest.raises(TypeError):
        reset_lstm_states_to_initial(Ensemble())
    register_adapter(
        kind, lambda held: [StateSlot(held, "memory", "memory", env_dim=0, initial=lambda: torch.full((1, 5), 2.0))]
    )
    for model in (Ensemble(), NamedEnsemble()):
        assert names(model) == ["memory['left']", "memory['right']"]
        reset_lstm_states_to_initial(model, envs=1)
        assert all(part[0].eq(1).all() and part[1].eq(2).all() for part in model.memory.values())
    with pytest.raises(TypeError, match=r"the registered .*Ensemble"):
        reset_lstm_states_to_initial(object())


@pytest.mark.usefixtures("registry")
def test_registering_a_class_overrides_what_is_found_by_shape() -> None:
    register_adapter(Remembering, lambda module: [])
    module = Remembering()
    module(torch.randn(5, ENVS, 3))
    assert not reset_lstm_states_to_initial(module)
