"""Where a guard hooks in and what it leaves behind: copies, files, other models, threads, compilers, wrappers."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime import StaleStateError, guard, guard_reports, reset_lstm_states_to_initial
from lstm_runtime.guards import process, slot
from recurrent_models import Doing, agent, train, trained
from sb3_contrib import RecurrentPPO
from sb3_contrib.ppo_recurrent import MlpLstmPolicy
from stable_baselines3 import PPO
from torch import nn


def replace(model: RecurrentPPO, seed: int = 1) -> None:
    model.policy.load_state_dict(agent(seed=seed).policy.state_dict())


def hooks_in(module: nn.Module) -> int:
    return sum(
        len(part._forward_pre_hooks) + len(part._forward_hooks) + len(part._load_state_dict_post_hooks)
        for part in module.modules()
    )


def global_hooks() -> int:
    optimizers = sys.modules["torch.optim.optimizer"]
    return (
        len(optimizers._global_optimizer_pre_hooks)
        + len(optimizers._global_optimizer_post_hooks)
        + len(nn.modules.module._global_module_registration_hooks)
    )


def test_it_leaves_nothing_behind() -> None:
    model = trained(n_steps=8)
    own, before = set(vars(model)), (hooks_in(model.policy), global_hooks())
    watching = guard(model)
    assert set(vars(model)) == own
    assert (hooks_in(model.policy), global_hooks()) > before
    assert "policy" in vars(RecurrentPPO)
    assert watching.install() is watching
    watching.uninstall()
    watching.uninstall()
    assert (hooks_in(model.policy), global_hooks()) == before
    assert "policy" not in vars(RecurrentPPO)
    replace(model)
    train(model)


def test_it_ends_with_the_model() -> None:
    model = trained(n_steps=8)
    alive = weakref.ref(guard(model))
    assert alive() is not None
    del model
    gc.collect()
    assert alive() is None
    assert not process.listeners()
    assert "policy" not in vars(RecurrentPPO)
    assert global_hooks() == 0


def test_an_installed_guard_needs_nobody_to_hold_it() -> None:
    model = trained(n_steps=8)
    guard(model)
    gc.collect()
    replace(model)
    with pytest.raises(StaleStateError):
        train(model)


def test_it_can_be_taken_off_and_put_on() -> None:
    model = trained(n_steps=8)
    watching = guard(model)
    replace(model)
    watching.uninstall()
    train(model)
    with watching:
        train(model)
        replace(model, seed=2)
        with pytest.raises(StaleStateError):
            train(model)
    assert not watching.is_installed


def test_saved_and_loaded_there_is_no_guard(tmp_path: Path) -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        model.save(tmp_path / "guarded.zip")
        loaded = RecurrentPPO.load(tmp_path / "guarded.zip", env=model.get_env())
        assert hooks_in(loaded.policy) == 0
        assert guard_reports(loaded) == []
        train(loaded)
        replace(loaded)
        train(loaded)
        assert watching.report.replacements == 0
        replace(model)
        with pytest.raises(StaleStateError):
            train(model)
    with guard(loaded):
        replace(loaded, seed=2)
        with pytest.raises(StaleStateError):
            train(loaded)


@pytest.mark.parametrize("what", ["model", "policy"])
def test_a_copy_has_no_guard(what: str) -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        model.predict(model._last_obs)  # else a copy of the policy would fail
        if what == "model":
            twin = copy.deepcopy(model)
        else:
            twin = trained(n_steps=8)
            twin.policy = copy.deepcopy(model.policy)
        replace(twin)
        train(twin)
        assert watching.report.replacements == watching.report.stale_uses == 0
        assert guard_reports(twin) == []
        with guard(twin) as other:
            replace(twin, seed=2)
            with pytest.raises(StaleStateError):
                train(twin)
        assert (watching.report.stale_uses, other.report.stale_uses) == (0, 1)
        replace(model)
        with pytest.raises(StaleStateError):
            train(model)


def test_a_pickled_policy_has_no_guard_and_needs_none_of_our_code(tmp_path: Path) -> None:
    module = nn.LSTM(2, 3)
    with guard(module):
        (tmp_path / "plain.pkl").write_bytes(pickle.dumps(module))
        buffer = io.BytesIO()
        torch.save(module, buffer)
    buffer.seek(0)
    assert torch.load(buffer, weights_only=False)(torch.zeros(1, 1, 2))[0].shape == (1, 1, 3)
    code = (
        "import pickle, sys, torch; module = pickle.load(open(sys.argv[1], 'rb')); "
        "print(tuple(module(torch.zeros(1, 1, 2))[0].shape), 'lstm_runtime' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "plain.pkl")], env={}, capture_output=True, text=True
    )
    assert done.stdout == "(1, 1, 3) False\n", done.stderr


def test_a_guard_is_not_copied_itself() -> None:
    with guard(nn.LSTM(2, 3)) as watching, pytest.raises(TypeError, match="make a new one"):
        copy.deepcopy(watching)


def test_several_models_at_once() -> None:
    models = [trained(n_steps=8, seed=seed) for seed in range(3)]
    guards = [guard(model) for model in models]
    models[1].set_parameters(copy.deepcopy(models[0].get_parameters()))
    train(models[0])
    train(models[2])
    with pytest.raises(StaleStateError):
        train(models[1])
    assert [watching.report.stale_uses for watching in guards] == [0, 1, 0]
    for watching in guards:
        watching.uninstall()


def test_nested_models_in_one_anothers_callbacks() -> None:
    outer, inner = trained(n_steps=8), trained(n_steps=8, seed=1)
    with guard(outer), guard(inner) as watching:

        def swap_and_train(model: RecurrentPPO) -> None:
            replace(inner)
            train(inner)

        act = Doing("_on_step", swap_and_train, at=3)
        train(outer, callback=act)
    assert isinstance(act.seen[0], StaleStateError)
    assert watching.report.stale_uses == 1


def test_another_policy_is_watched_from_its_first_use() -> None:
    model = trained(n_steps=8)
    with guard(model) as watching:
        model.policy = agent(seed=1).policy
        reset_lstm_states_to_initial(model)
        train(model)
        model.policy.lstm_actor.weight_hh_l0.data.mul_(0.5)
        with pytest.raises(StaleStateError, match=r"weights are #2 since a write through [.]data at "):
            train(model)
        reset_lstm_states_to_initial(model)
        vars(model)["policy"] = agent(seed=3).policy  # where not even the descriptor is asked
        watching.look()
    assert watching.report.changes[0].how == "policy = ..."


def test_modules_replaced_deep_inside() -> None:
    model = trained("image", n_steps=8)
    with guard(model) as watching:
        model.policy.features_extractor.cnn[0] = nn.Conv2d(1, 32, 8, 4)
        with pytest.raises(StaleStateError):
            train(model)
    assert watching.report.changes[-1].how == "0 = ..."
    assert watching.report.changes[-1].where is not None


def test_the_first_use_of_a_new_recurrent_module_is_judged() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn: Any = nn.GRU(2, 3)

        def forward(self, seen: torch.Tensor, hidden: torch.Tensor | None = None) -> Any:
            return self.rnn(seen, hidden)

    net, seen = Net(), torch.zeros(1, 4, 2)
    with torch.no_grad(), guard(net) as watching:
        _, hidden = net(seen)
        net.rnn = nn.GRU(2, 3)
        with pytest.raises(StaleStateError):
            net(seen, hidden)
        _, hidden = net(seen)
        _, hidden = net(seen, hidden)
        net.rnn = nn.Sequential(nn.GRU(2, 3))[0]
        with pytest.raises(StaleStateError):
            net(seen, hidden)
    assert watching.report.stale_uses == 2
    assert hooks_in(net) == 0


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
@pytest.mark.parametrize("when", ["before", "under guard"])
def test_a_compiled_policy(backend: str, when: str) -> None:
    model = trained(n_steps=8)
    if when == "before":
        model.policy = torch.compile(model.policy, backend=backend)
    with guard(model) as watching:
        if when != "before":
            model.policy = torch.compile(model.policy, backend=backend)
        train(model, rollouts=2)
        assert watching.report.replacements == 0
        for own, other in zip(model.policy.parameters(), agent(seed=1).policy.parameters(), strict=True):
            own.data.copy_(other)
        with pytest.raises(StaleStateError, match=r"policy\.lstm_actor"):
            train(model)
        reset_lstm_states_to_initial(model)
        train(model, rollouts=2)
        model.policy._orig_mod.load_state_dict(agent(seed=2).policy.state_dict())
        with pytest.raises(StaleStateError):
            train(model)
    assert watching.report.stale_uses == 2
    assert watching.report.unreadable == 0


def test_a_module_under_distributed_data_parallel(tmp_path: Path) -> None:
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        inner = nn.LSTM(2, 3)
        net = nn.parallel.DistributedDataParallel(inner)
        seen = torch.ones(1, 4, 2)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        with guard(net) as watching:
            _, state = net(seen)
            for _ in range(3):
                out, state = net(seen, tuple(part.detach() for part in state))
                out.sum().backward()
                optimizer.step()
            state = tuple(part.detach() for part in state)
            inner.load_state_dict(nn.LSTM(2, 3).state_dict())
            with pytest.raises(StaleStateError, match="LSTM"):
                net(seen, state)
        assert watching.report.replacements == 1
    finally:
        torch.distributed.destroy_process_group()


def test_threads_that_act_while_another_replaces() -> None:
    """Every stream meets the change once, at its first use of a state from before it."""
    model = trained(n_steps=8)
    swapped, ready = threading.Event(), threading.Barrier(4)
    refused: dict[int, int] = {}

    def act(stream: int) -> None:
        observation, state = model._last_obs.copy() + stream, None
        for _ in range(30):
            _, state = model.predict(observation, state)
        ready.wait()
        swapped.wait()
        refused[stream] = 0
        for _ in range(30):
            try:
                _, state = model.predict(observation, state)
            except StaleStateError:
                refused[stream] += 1
                state = None

    with guard(model) as watching:
        threads = [threading.Thread(target=act, args=(stream,)) for stream in range(3)]
        for thread in threads:
            thread.start()
        ready.wait()
        replace(model)
        swapped.set()
        for thread in threads:
            thread.join()
    assert refused == {0: 1, 1: 1, 2: 1}
    assert watching.report.stale_uses == 3
    assert watching.report.replacements == 1


def test_a_learner_thread_that_steps_the_optimizer_while_others_act() -> None:
    model = trained(n_steps=8)
    stop, errors = threading.Event(), []

    def act() -> None:
        state = None
        try:
            while not stop.is_set():
                _, state = model.policy.predict(model._last_obs, state)
        except StaleStateError as error:
            errors.append(error)

    with guard(model) as watching:
        thread = threading.Thread(target=act)
        thread.start()
        for _ in range(30):
            for parameter in model.policy.parameters():
                parameter.grad = torch.randn_like(parameter)
            model.policy.optimizer.step()
        stop.set()
        thread.join()
    assert errors == []
    assert watching.report.replacements == 0


class Stranger:
    policy = "none"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (lambda: PPO("MlpPolicy", "CartPole-v1", device="cpu"), "no recurrent module in this PPO"),
        (lambda: nn.Linear(2, 3), "no recurrent module in this Linear"),
        (lambda: Stranger(), "no recurrent module in this Stranger"),
        (lambda: {"policy": nn.LSTM(2, 3)}, "no recurrent module in this dict"),
        (lambda: None, "no recurrent module in this NoneType"),
        (lambda: RecurrentPPO(MlpLstmPolicy, "CartPole-v1", _init_setup_model=False), "no policy yet"),
    ],
)
def test_a_guard_that_cannot_attach_raises(target: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        guard(target())


def test_a_class_with_a_property_of_its_own() -> None:
    class Agent:
        limit = 3

        def __init__(self) -> None:
            self._net = nn.GRUCell(2, 3)

        @property
        def net(self) -> nn.Module:
            return self._net

        @net.setter
        def net(self, value: nn.GRUCell) -> None:
            self._net = value

    own = Agent()
    with guard(own) as watching, torch.no_grad():
        hidden = own.net(torch.ones(2, 2))
        own.net = nn.GRUCell(2, 3)
        with pytest.raises(StaleStateError, match="_net"):
            own.net(torch.ones(2, 2), hidden)
    assert watching.report.changes[0].how == "_net = ..."
    assert vars(Agent)["net"].fset is not None
    assert "_net" not in vars(Agent)


def test_a_default_of_the_class_comes_back() -> None:
    class Agent:
        net: nn.Module | None = None

    one, two = Agent(), Agent()
    one.net = nn.GRU(2, 3)
    end = slot.listen(Agent, "net", lambda instance, name: None)
    assert two.net is None and one.net is not None
    del one.net
    assert one.net is None
    assert Agent.net is None
    end()
    assert vars(Agent)["net"] is None


def test_a_state_inside_vmap_is_counted_not_judged() -> None:
    cell = nn.GRUCell(2, 3)
    with guard(cell) as watching:
        torch.func.vmap(lambda seen, hidden: cell(seen, hidden))(torch.ones(4, 2), torch.ones(4, 3))
    assert watching.report.unreadable > 0


def test_weights_of_a_functional_call_are_other_weights() -> None:
    cell = nn.GRUCell(2, 3)
    others = {name: torch.randn_like(value) for name, value in cell.named_parameters()}
    with guard(cell) as watching, torch.no_grad():
        mine = cell(torch.ones(1, 2))
        theirs = torch.func.functional_call(cell, others, (torch.ones(1, 2),))
        mine = cell(torch.ones(1, 2), mine)
        theirs = torch.func.functional_call(cell, others, (torch.ones(1, 2), theirs))
        assert watching.report.stale_uses == 0
        with pytest.raises(StaleStateError):
            torch.func.functional_call(cell, others, (torch.ones(1, 2), mine))
        with pytest.raises(StaleStateError):
            cell(torch.ones(1, 2), theirs)


def test_arrays_are_not_held_by_samples() -> None:
    """A look at a parameter that was given new storage does not read the old one."""
    model = trained(n_steps=8)
    with guard(model) as watching:
        for parameter in model.policy.parameters():
            parameter.data = parameter.data.clone()
        train(model)
        assert watching.report.replacements == 0
        assert np.isfinite(model._last_obs).all()


def test_the_class_is_as_it_was_and_strangers_are_not_watched() -> None:
    own, other = nn.LSTM.forward, nn.LSTM(2, 3)
    one = nn.LSTM(2, 3)
    with guard(one) as outer, guard(one) as inner:
        assert nn.LSTM.forward is not own
        with torch.no_grad():
            _, state = one(torch.ones(1, 1, 2))
            other.weight_hh_l0.mul_(0.5)
            one.weight_hh_l0.mul_(0.5)
            other(torch.ones(1, 1, 2), state)
            with pytest.raises(StaleStateError):
                one(torch.ones(1, 1, 2), state)
    assert nn.LSTM.forward is own
    assert (outer.report.stale_uses, inner.report.stale_uses) == (1, 0)


def test_a_forward_of_its_own_cannot_be_guarded() -> None:
    module = nn.GRU(2, 3)
    vars(module)["forward"] = module.forward
    with pytest.raises(TypeError, match="a `forward` of its own"):
        guard(module)
    assert not process.listeners()
