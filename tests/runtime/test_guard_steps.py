"""Steps of a policy that feed back what the last one returned: what that must not miss, and what it leaves alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import StaleStateError, guard, reset_lstm_states_to_initial
from lstm_runtime.guards import steps
from lstm_runtime.guards.chain import ASKED_EVERY
from lstm_runtime.guards.made import Made
from lstm_runtime.guards.watch import Watch
from recurrent_models import N_ENVS, Doing, agent, train
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from sb3_contrib.ppo_recurrent import MlpLstmPolicy
from torch.nn.modules.module import register_module_forward_hook

NO_STARTS, ONE_START = torch.zeros(N_ENVS), torch.tensor([0.0, 1.0, 0.0])
LAYERS = ("pi", "vf")
NAMES = {"pi": "lstm_actor", "vf": "lstm_critic"}


def step(model: RecurrentPPO, states: Any, starts: torch.Tensor = NO_STARTS) -> Any:
    seen = torch.randn(len(starts), 2)
    with torch.no_grad():
        return model.policy.forward(seen, states, starts)[3]


def zeros(model: RecurrentPPO) -> RNNStates:
    shape = (1, N_ENVS, model.policy.lstm_actor.hidden_size)
    return RNNStates(*(tuple(torch.zeros(shape) for _ in range(2)) for _ in range(2)))


def halve(*modules: torch.nn.Module) -> None:
    with torch.no_grad():
        for module in modules:
            for parameter in module.parameters():
                parameter.mul_(0.5)


def fed_back(model: RecurrentPPO, count: int = 5) -> Any:
    """The state some steps after a replacement, when the quick way is taken."""
    halve(model.policy.lstm_actor, model.policy.lstm_critic)
    states = zeros(model)
    for _ in range(count):
        states = step(model, states)
    return states


def copied(states: RNNStates) -> RNNStates:
    return RNNStates(*(tuple(part.clone() for part in pair) for pair in states))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a layer asks about by itself, from now on."""
    asked: list[str] = []

    def told(kind: type, name: str) -> None:
        plain = getattr(kind, name)

        def telling(self: Any, *args: Any) -> Any:
            asked.append(name)
            return plain(self, *args)

        monkeypatch.setattr(kind, name, telling)

    told(Made, "is_last")
    told(Watch, "call_closely")
    return asked


def test_both_layers_are_looked_at_at_once(alone: list[str]) -> None:
    """Also where some environments begin an episode. The values that lead `predict_values` on are known as well."""
    model = agent()
    with guard(model) as watching:
        states = fed_back(model)
        alone.clear()
        for starts in (NO_STARTS, ONE_START) * 5:
            states = step(model, states, starts)
        assert alone == []
        model.policy.predict_values(torch.randn(N_ENVS, 2), states.vf, ONE_START)
        assert alone == ["is_last"]
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("starts", [NO_STARTS, ONE_START], ids=["as it was", "masked"])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_stale_state_that_slips_in_between_two_steps(layer: str, starts: torch.Tensor) -> None:
    model = agent()
    with guard(model) as watching:
        old = fed_back(model)
        states = fed_back(model)
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states._replace(**{layer: getattr(old, layer)}), starts)
        assert watching.report.uses[-1].modules == [f"policy.{NAMES[layer]}"]
        assert watching.report.uses[-1].envs == ((0, 1, 2) if starts is NO_STARTS else (0, 2))
        step(model, step(model, states), starts)
    assert watching.report.stale_uses == 1


WRITES: dict[str, Callable[[torch.Tensor, torch.Tensor], Any]] = {
    "numpy": lambda state, old: np.copyto(state.numpy(), old.numpy()),
    "data": lambda state, old: state.data.copy_(old),
    "in place": lambda state, old: state.copy_(old),
}


@pytest.mark.parametrize("how", WRITES)
@pytest.mark.parametrize("layer", LAYERS)
def test_an_old_state_written_into_the_one_that_is_fed_back(layer: str, how: str) -> None:
    """One that no version shows is seen where the state is not fed back as it was returned: a rollout starts so."""
    model = agent()
    with guard(model):
        old = copied(fed_back(model))
        states = fed_back(model)
        WRITES[how](getattr(states, layer)[0], getattr(old, layer)[0])
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states if how == "in place" else copied(states))


def test_a_layer_puts_out_its_hidden_state_in_memory_of_its_own() -> None:
    """By which a state is known that was written to after it was returned."""
    for width, envs in ((8, 3), (64, 8), (256, 32)):
        layer = torch.nn.LSTM(4, width)
        with torch.no_grad():
            output, (hidden, _) = layer(torch.randn(1, envs, 4), layer(torch.randn(1, envs, 4))[1])
        assert torch.equal(output, hidden)
        hidden.zero_()
        assert output.any() and output._version == 0


@pytest.mark.parametrize(
    "settings", [{"shared_lstm": True}, {}, {"n_lstm_layers": 2, "enable_critic_lstm": True}], ids=str
)
def test_policies_of_other_layers(settings: Any, alone: list[str]) -> None:
    """One layer for both, one for the actor only, two in each: what was put to zero in part is known in the others."""
    model = agent(**{"enable_critic_lstm": False} | settings)
    modules = [one for one in (model.policy.lstm_actor, model.policy.lstm_critic) if one is not None]
    depth = settings.get("n_lstm_layers", 1)
    with guard(model) as watching:
        halve(*modules)
        states = RNNStates(*(tuple(part.repeat(depth, 1, 1) for part in pair) for pair in zeros(model)))
        for _ in range(5):
            states = step(model, states)
        alone.clear()
        for _ in range(40):
            states = step(model, states, ONE_START)
        assert alone == []
        taken = copied(states)
        states = step(model, states)
        for pair in states:
            for part in pair:
                if part._version == 0:
                    part[:, 1] = 0.0
        states = step(model, states)
        model.policy.predict_values(torch.randn(N_ENVS, 2), states.vf, ONE_START)
        step(model, taken)
        assert watching.report.stale_uses == 0
        halve(*modules)
        with pytest.raises(StaleStateError, match="made by weights #1; the weights are #2"):
            step(model, taken)


class Squashing(torch.nn.Module):
    """Heads that write to what the layers put out, which is what they are given."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.latent_dim_pi = self.latent_dim_vf = width

    def forward_actor(self, latent: torch.Tensor) -> torch.Tensor:
        return latent.mul_(0.5)

    forward_critic = forward_actor

    def forward(self, latent: torch.Tensor) -> Any:
        return self.forward_actor(latent), self.forward_critic(latent)


class Squashed(MlpLstmPolicy):
    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor = Squashing(self.lstm_output_dim)  # type: ignore[assignment]


@pytest.mark.parametrize("whose", ["the policy's", "a hook's"])
def test_what_a_layer_puts_out_is_written_to(whose: str) -> None:
    model = agent(policy=Squashed if whose == "the policy's" else None)
    with guard(model) as watching:
        if whose != "the policy's":
            model.policy.mlp_extractor.policy_net.register_forward_pre_hook(lambda module, args: args[0].mul_(0.5))
        states = fed_back(model)
        for number in range(40):
            taken = copied(states)
            states = step(model, states)
            for part in states.pi:
                part[:, number % N_ENVS] = 0.0
            states = step(model, copied(states))
            step(model, taken)
        step(model, states)
        assert watching.report.stale_uses == 0
        if whose == "the policy's":
            halve(model.policy.lstm_actor, model.policy.lstm_critic)
            with pytest.raises(StaleStateError, match="made by weights #1; the weights are #2"):
                step(model, taken)


@pytest.mark.parametrize("sample", [0, 3, 7])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_numpy_write_that_meets_a_sample_is_found_while_states_are_fed_back(layer: str, sample: int) -> None:
    """Every 16 steps one of eight samples is compared."""
    model = agent(lstm_hidden_size=32)
    weight = getattr(model.policy, NAMES[layer]).weight_hh_l0.detach().numpy().reshape(-1)
    with guard(model):
        states = fed_back(model, 20)
        weight[sample * (len(weight) // 8) + 3] += 1.0
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            for _ in range(8 * 16):
                states = step(model, states)


def test_states_taken_on_the_way_are_known_long_after() -> None:
    """As right, by the weights that made them, and as stale, by others, with the number of those that made them."""
    model = agent()
    with guard(model) as watching:
        states = fed_back(model)
        taken = copied(states)
        for number in range(50):
            states = step(model, states, ONE_START if number % 3 else NO_STARTS)
        step(model, taken)
        assert watching.report.stale_uses == 0
        halve(model.policy.lstm_actor, model.policy.lstm_critic)
        with pytest.raises(StaleStateError, match="made by weights #1; the weights are #2"):
            step(model, taken)


@pytest.mark.parametrize("layer", LAYERS)
def test_one_layer_replaced_between_two_steps(layer: str) -> None:
    model = agent()
    with guard(model):
        states = fed_back(model)
        halve(getattr(model.policy, NAMES[layer]))
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states)


@pytest.mark.parametrize("layer", LAYERS)
def test_weights_replaced_within_a_step_in_front_of_the_layers(layer: str) -> None:
    """It is this step that uses a stale state, not the next one."""
    model = agent()
    with guard(model):
        states = fed_back(model)
        handle = model.policy.features_extractor.register_forward_hook(
            lambda *_: halve(getattr(model.policy, NAMES[layer]))
        )
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states)
        handle.remove()


def test_weights_replaced_within_a_step_behind_the_layers() -> None:
    """What both made is remembered after that, and belongs to the weights that they had."""
    model = agent()
    with guard(model) as watching:
        states = fed_back(model)

        def swap(*_: Any) -> None:
            halve(model.policy.lstm_actor, model.policy.lstm_critic)
            watching.look()

        handle = model.policy.mlp_extractor.policy_net.register_forward_pre_hook(swap)
        states = step(model, states)
        handle.remove()
        with pytest.raises(StaleStateError, match="made by weights #1; the weights are #2"):
            step(model, states)


@pytest.mark.parametrize("starts", [NO_STARTS, ONE_START], ids=["as it was", "masked"])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_hook_that_feeds_another_state(layer: str, starts: torch.Tensor) -> None:
    model = agent()
    with guard(model):
        old = fed_back(model)
        states = fed_back(model)
        handle = getattr(model.policy, NAMES[layer]).register_forward_pre_hook(
            lambda module, args: (args[0], getattr(old, layer))
        )
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states, starts)
        handle.remove()
        step(model, states)


@pytest.mark.parametrize("whose", ["the layer's", "everybody's"])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_hook_that_writes_to_what_a_layer_returns(layer: str, whose: str) -> None:
    """What the layer made is one thing, what it was made into another."""
    model = agent()
    with guard(model):
        old = copied(fed_back(model))
        states = fed_back(model)

        watched = getattr(model.policy, NAMES[layer])

        def write(module: Any, args: Any, output: Any) -> None:
            if module is watched:
                output[1][0].copy_(getattr(old, layer)[0])

        register = watched.register_forward_hook if whose == "the layer's" else register_module_forward_hook
        handle = register(write)
        states = step(model, states)
        handle.remove()
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            step(model, states)


class Swapping(MlpLstmPolicy):
    """Puts another state into the place of a masked one."""

    instead: Any = None

    @staticmethod
    def _process_sequence(features: Any, lstm_states: Any, episode_starts: Any, lstm: Any) -> Any:
        fed = lstm_states if Swapping.instead is None else Swapping.instead
        return MlpLstmPolicy._process_sequence(features, fed, episode_starts, lstm)


@pytest.mark.parametrize("starts", [NO_STARTS, ONE_START], ids=["as it was", "masked"])
def test_a_policy_that_feeds_its_layers_something_else(starts: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    model = agent(policy=Swapping)
    with guard(model):
        old = fed_back(model)
        states = fed_back(model)
        monkeypatch.setattr(Swapping, "instead", old.pi)
        with pytest.raises(StaleStateError, match="lstm_actor"):
            step(model, states, starts)


class Twice(MlpLstmPolicy):
    """Runs each layer twice, and goes on with what it returned the first time."""

    @staticmethod
    def _process_sequence(features: Any, lstm_states: Any, episode_starts: Any, lstm: Any) -> Any:
        first = MlpLstmPolicy._process_sequence(features, lstm_states, episode_starts, lstm)
        MlpLstmPolicy._process_sequence(features + 1.0, lstm_states, episode_starts, lstm)
        return first


def test_a_policy_that_runs_its_layers_twice() -> None:
    model = agent(policy=Twice)
    with guard(model) as watching:
        states = fed_back(model)
        for starts in (NO_STARTS, ONE_START, NO_STARTS):
            states = step(model, states, starts)
    assert watching.report.stale_uses == 0


def test_sequences_of_several_steps() -> None:
    """Where an episode begins within, each layer runs once for each of them."""
    model = agent()
    with guard(model) as watching:
        states = fed_back(model)
        for _ in range(3):
            states = step(model, states, torch.eye(N_ENVS).reshape(-1))
            step(model, copied(states))
            states = step(model, states)
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("where", ["between the layers", "after both"])
def test_a_step_that_fails_half_way(where: str) -> None:
    """What was made until then is known all the same."""
    model = agent()
    failing = model.policy.lstm_critic if where == "between the layers" else model.policy.mlp_extractor.policy_net

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    with guard(model) as watching:
        states = fed_back(model)
        handle = failing.register_forward_pre_hook(fail)
        with pytest.raises(ZeroDivisionError) as raised:
            step(model, states)
        handle.remove()
        watch = watching._watches()[0]
        assert watch.layers is not None and watch.layers.chain.given == {}
        forward = next(entry.locals for entry in raised.traceback if "lstm_states_pi" in entry.locals)
        step(model, states._replace(pi=forward["lstm_states_pi"]))
        step(model, states._replace(vf=forward.get("lstm_states_vf", states.vf)))
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("second", [False, True], ids=["one guard", "another one on the layer"])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_numpy_write_that_misses_every_sample_is_found(layer: str, second: bool) -> None:
    """All values are compared now and then: every 64 samples, of which there is one in 16 steps."""
    model = agent(lstm_hidden_size=32)
    module = getattr(model.policy, NAMES[layer])
    live = module.weight_hh_l0.detach().numpy()
    with guard(model) as watching:
        others = guard(module) if second else None
        states = fed_back(model, 40)
        live.reshape(-1)[20:24] += 1.0
        with pytest.raises(StaleStateError, match=NAMES[layer]):
            for _ in range(66 * 16):
                states = step(model, states)
        assert watching.report.replacements == 2
        if others is not None:
            others.uninstall()


@pytest.mark.parametrize("mode", ["reset", "warn"])
def test_mended_in_the_middle_of_a_rollout(mode: Any) -> None:
    """The rollout goes on, and the steps after it take the quick way again."""
    model = train(agent())
    with guard(model, on_stale=mode) as watching:
        halve(model.policy.lstm_actor, model.policy.lstm_critic)
        reset_lstm_states_to_initial(model)
        callback = Doing("_on_step", lambda model: halve(model.policy.lstm_actor, model.policy.lstm_critic), at=10)
        if mode == "warn":
            with pytest.warns(Warning, match="RSH001"):
                train(model, callback=callback)
        else:
            train(model, callback=callback)
        train(model)
    assert watching.report.stale_uses == 1
    assert watching.report.replacements == 2
    # What is kept is mended for both when the actor is fed.
    assert len(watching.report.uses[0].modules) == (1 if mode == "reset" else 2)


def test_threads_that_step_one_policy() -> None:
    model = agent()
    errors: list[Exception] = []
    with guard(model) as watching:
        begun = fed_back(model)

        def act() -> None:
            states = begun
            try:
                for number in range(150):
                    states = step(model, states, ONE_START if number % 4 == 0 else NO_STARTS)
            except StaleStateError as error:
                errors.append(error)

        threads = [threading.Thread(target=act) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        watch = watching._watches()[0]
        assert watch.layers is not None and watch.layers.chain.given == {}


def test_gradients() -> None:
    """A state with a graph is no less known."""
    model = agent()
    with guard(model) as watching:
        states = fed_back(model)
        for _ in range(4):
            states = model.policy(torch.randn(N_ENVS, 2), states, ONE_START)[3]
        assert states.pi[0].requires_grad
        step(model, states)
    assert watching.report.stale_uses == 0


@pytest.fixture
def own() -> Iterator[Any]:
    forward = RecurrentActorCriticPolicy.forward
    yield forward
    RecurrentActorCriticPolicy.forward = forward  # type: ignore[method-assign]


def test_the_class_is_as_it_was(own: Any) -> None:
    """It is another one from the first use on, until the last guard has gone."""
    model, other = agent(), agent(seed=1)
    with guard(model) as watching:
        assert RecurrentActorCriticPolicy.forward is own
        step(model, step(model, zeros(model)))
        assert RecurrentActorCriticPolicy.forward is not own
        with guard(other):
            fed_back(other)
        step(other, zeros(other))
        fed_back(model)
        watching.uninstall()
        assert RecurrentActorCriticPolicy.forward is own
        watching.install()
        fed_back(model)
        assert RecurrentActorCriticPolicy.forward is not own
    assert RecurrentActorCriticPolicy.forward is own
    assert not steps._followed and not steps._stand_ins


def test_others_who_patch_the_policy(own: Any, alone: list[str]) -> None:
    model = agent()
    with guard(model):
        fed_back(model)
        ours = RecurrentActorCriticPolicy.forward
        RecurrentActorCriticPolicy.forward = lambda self, *args: ours(self, *args)  # type: ignore[method-assign]
        states = fed_back(model)
        alone.clear()
        states = step(model, states)
        assert alone == []
    with guard(model) as watching:  # what is left of the first one passes on
        states = fed_back(model)
        step(model, copied(states))
        assert watching.report.stale_uses == 0
        halve(model.policy.lstm_critic)
        with pytest.raises(StaleStateError):
            step(model, states)


def test_another_critic(alone: list[str]) -> None:
    model = agent()
    with guard(model):
        states = fed_back(model)
        model.policy.lstm_critic = torch.nn.LSTM(2, model.policy.lstm_actor.hidden_size)
        with pytest.raises(StaleStateError, match="lstm_critic"):
            step(model, states)
        states = fed_back(model)
        alone.clear()
        step(model, states)
        assert alone == []


def test_a_write_that_no_line_of_python_shows_to_all_weights() -> None:
    model = agent()
    with guard(model):
        states = fed_back(model)
        weights = list(model.policy.lstm_actor.parameters())
        with torch.no_grad():
            torch._foreach_mul_(weights, 0.5)
        with pytest.raises(StaleStateError, match="lstm_actor"):
            step(model, states)


def test_a_write_that_no_line_of_python_shows_to_one_of_the_weights() -> None:
    """Each is asked in its turn, and all of them every few steps."""
    for parameter in range(4):
        model = agent()
        with guard(model):
            states = fed_back(model)
            with torch.no_grad():
                torch._foreach_mul_([list(model.policy.lstm_critic.parameters())[parameter]], 0.5)
            with pytest.raises(StaleStateError, match="lstm_critic"):
                for _ in range(ASKED_EVERY):
                    states = step(model, states)


def test_one_of_the_weights_written_through_what_was_handed_out() -> None:
    """Its version says so, and nothing else: it is asked for at each step as long as something is about."""
    for name in ("lstm_actor.weight_ih_l0", "lstm_critic.bias_hh_l0"):
        model = agent()
        with guard(model):
            states = fed_back(model)
            own = model.policy.state_dict()
            states = step(model, step(model, states))
            with torch.no_grad():
                own[name].mul_(0.5)
            with pytest.raises(StaleStateError, match=name.partition(".")[0]):
                step(model, states)


def test_other_weights_for_one_call() -> None:
    model = agent()
    with guard(model):
        states = fed_back(model)
        other = {name: value * 0.5 for name, value in model.policy.named_parameters()}
        with torch.no_grad(), pytest.raises(StaleStateError, match="lstm_actor"):
            torch.func.functional_call(model.policy, other, (torch.randn(N_ENVS, 2), states, NO_STARTS))


def test_many_writes_take_no_memory() -> None:
    """An optimizer that goes through the parameters one by one tells of each write; nobody need look in between."""
    model = agent()
    with guard(model) as watching:
        fed_back(model)
        (layer,) = [watch for watch in watching._watches() if watch.name.endswith("lstm_actor")]
        for _ in range(100):
            halve(model.policy.lstm_actor)
        assert all(len(versions) < 50 for versions in layer.weights._trail._expected)


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"])
def test_another_parameter_between_two_steps(name: str) -> None:
    model = agent()
    with guard(model):
        states = fed_back(model)
        layer = model.policy.lstm_critic
        setattr(layer, name, torch.nn.Parameter(torch.randn_like(getattr(layer, name))))
        with pytest.raises(StaleStateError, match="lstm_critic"):
            step(model, states)
