"""What a guard's stand-in for `forward` does beside compilers, tracers, hooks and other code that patches classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("lstm_runtime")

from lstm_runtime import StaleStateError, guard
from lstm_runtime.guards import forwards
from torch import nn


class Net(nn.Module):
    """One step of a GRU, cell or layer."""

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.rnn = kind(2, 3)

    def forward(self, seen: torch.Tensor, hidden: torch.Tensor | None) -> Any:
        return self.rnn(seen, hidden)


class Wrapped(nn.Module):
    def __init__(self, kind: Any = nn.LSTM) -> None:
        super().__init__()
        self.rnn = kind(2, 3)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return self.rnn(seen)[0]


@pytest.fixture
def traced_layers() -> Iterator[None]:
    import torch._dynamo.config as config

    before, config.allow_rnn = config.allow_rnn, True
    yield
    config.allow_rnn = before
    torch._dynamo.reset()


def compiled_net(how: str, net: Net) -> Callable[..., Any]:
    if how == "module":
        return torch.compile(net, backend="eager")
    if how == "in place":
        net.compile(backend="eager")
        return net
    if how == "core in place":
        net.rnn.compile(backend="eager")
        return net
    return torch.compile(lambda seen, hidden: net(seen, hidden), backend="eager")


@pytest.mark.parametrize("how", ["module", "in place", "core in place", "function"])
@pytest.mark.parametrize("kind", [nn.GRUCell, nn.GRU])
@pytest.mark.usefixtures("traced_layers")
def test_what_was_compiled_before_the_guard_came(kind: Any, how: str) -> None:
    """A compiler traces cells, and layers where it is told to, and does not look whether the class has changed."""
    torch._dynamo.reset()
    net = Net(kind)
    run = compiled_net(how, net)
    seen = torch.ones(4, 2) if kind is nn.GRUCell else torch.ones(1, 4, 2)

    def step(hidden: Any) -> Any:
        made = run(seen, hidden)
        return made if kind is nn.GRUCell else made[1]

    with torch.no_grad():
        hidden = step(step(step(None)))
        for _ in range(2):
            with guard(net) as watching:
                hidden = step(hidden)
                assert watching.report.replacements == 0
                next(net.rnn.parameters()).mul_(0.5)
                with pytest.raises(StaleStateError):
                    step(hidden)
                hidden = step(None)
            hidden = step(step(hidden))


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.GRUCell])
def test_scripting_compiles_the_forward_that_the_class_had(kind: Any) -> None:
    """A scripted module is torch's own code, with the weights that the module had, and is not watched."""
    net, seen = Wrapped(kind), torch.ones(3, 4, 2) if issubclass(kind, nn.RNNBase) else torch.ones(4, 2)
    with guard(net.rnn) as watching:
        scripted = torch.jit.script(net)
        assert torch.equal(scripted(seen), net(seen))
        assert watching.report.unreadable == 0
    assert torch.equal(torch.jit.script(Wrapped(kind))(seen), scripted(seen)) is False


def test_a_module_is_traced_as_without_a_guard() -> None:
    net, seen = Wrapped(), torch.ones(1, 4, 2)
    plain = torch.jit.trace(net, seen)
    with guard(net) as watching:
        net(seen)
        net.rnn.load_state_dict(nn.LSTM(2, 3).state_dict())
        guarded = torch.jit.trace(net, seen)
    assert [node.kind() for node in guarded.graph.nodes()] == [node.kind() for node in plain.graph.nodes()]
    assert torch.equal(guarded(seen), net(seen))
    assert watching.report.stale_uses == watching.report.unreadable == 0


def test_a_subclass_with_a_forward_of_its_own_and_a_parent_that_is_watched_too() -> None:
    class Scaled(nn.GRU):
        def forward(self, input: torch.Tensor, hx: Any = None) -> Any:  # type: ignore[override]
            return super().forward(input * 2.0, hx)

    one, two, seen = Scaled(2, 3), nn.GRU(2, 3), torch.ones(1, 4, 2)
    with torch.no_grad(), guard(one) as watching, guard(two) as other:
        _, hidden = one(seen)
        _, hidden = two(seen, two(seen)[1])
        one.weight_hh_l0.mul_(0.5)
        with pytest.raises(StaleStateError):
            one(seen, torch.ones(1, 4, 3))
        two(seen, hidden)
    assert (watching.report.stale_uses, other.report.stale_uses) == (1, 0)
    assert "forward" in vars(Scaled) and not forwards._stand_ins


@pytest.mark.parametrize("order", ["inside", "outlives"])
def test_others_who_patch_the_class(order: str) -> None:
    own, net, seen = nn.GRU.forward, nn.GRU(2, 3), torch.ones(1, 4, 2)
    calls = []

    def patch() -> Callable[[], None]:
        before = nn.GRU.forward

        def forward(self: nn.GRU, *args: Any, **kwargs: Any) -> Any:
            calls.append(self)
            return before(self, *args, **kwargs)

        nn.GRU.forward = forward  # type: ignore[method-assign, assignment]
        return lambda: setattr(nn.GRU, "forward", before)

    def is_seen() -> bool:
        with torch.no_grad():
            _, hidden = net(seen)
            net.weight_hh_l0.mul_(0.5)
            try:
                net(seen, hidden)
            except StaleStateError:
                return True
        return False

    try:
        watching = guard(net)
        unpatch = patch()
        assert is_seen()
        if order == "inside":
            unpatch()
            assert is_seen()
            watching.uninstall()
            assert nn.GRU.forward is own
            return
        watching.uninstall()
        assert not is_seen()
        with guard(net):
            assert is_seen()
            unpatch()  # puts back the stand-in of the guard that is gone
            assert is_seen()
        assert calls and not is_seen()
    finally:
        nn.GRU.forward = own  # type: ignore[method-assign]
        forwards._left.clear()


def changed(net: nn.GRU) -> None:
    with torch.no_grad():
        net.weight_ih_l0.mul_(0.5)


@pytest.mark.parametrize("how", ["numpy", "data", "version"])
def test_an_old_column_written_into_the_state_that_was_returned_last(how: str) -> None:
    net, seen = nn.GRU(2, 3), torch.ones(1, 4, 2)
    with torch.no_grad(), guard(net) as watching:
        _, old = net(seen)
        changed(net)
        _, hidden = net(seen)
        _, hidden = net(seen, hidden)
        if how == "numpy":
            hidden.numpy()[:, 2] = old.numpy()[:, 2]
        elif how == "data":
            hidden.data[:, 2] = old[:, 2]
        else:
            hidden[:, 2] = old[:, 2]
        with pytest.raises(StaleStateError, match="environment 2 of 4"):
            net(seen, hidden)
    assert watching.report.uses[0].made_by == 0


def test_a_hook_that_puts_another_state_into_the_place_of_a_masked_one() -> None:
    pytest.importorskip("sb3_contrib")
    from recurrent_models import trained

    model = trained(n_steps=8)
    with guard(model):
        _, old = model.predict(model._last_obs)
        model.policy.lstm_actor.weight_ih_l0.data.mul_(0.5)
        _, state = model.predict(model._last_obs)
        fed = tuple(torch.as_tensor(part) for part in old)
        handle = model.policy.lstm_actor.register_forward_pre_hook(lambda module, args: (args[0], fed))
        with pytest.raises(StaleStateError):
            model.predict(model._last_obs, state, np.array([True, False, False]))
        handle.remove()
        model.predict(model._last_obs, state, np.array([True, False, False]))


def test_copies_taken_before_a_state_is_written_to_stay_known() -> None:
    """What `predict` returns shares the memory of what the module made."""
    pytest.importorskip("sb3_contrib")
    from recurrent_models import trained

    model = trained(n_steps=8)
    with guard(model) as watching:
        model.policy.lstm_actor.weight_ih_l0.data.mul_(0.5)
        _, state = model.predict(model._last_obs)
        saved = tuple(part.copy() for part in state)
        for part in state:
            part[:, 1] = 0.0
        model.predict(model._last_obs, state)
        model.predict(model._last_obs, saved)
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("call", ["policy(...)", "policy.forward"])
def test_masked_states_in_a_rollout_are_known_without_a_look_at_their_columns(call: str) -> None:
    """sb3-contrib before and after 2.8 calls the policy in these two ways."""
    pytest.importorskip("sb3_contrib")
    from recurrent_models import agent, trained

    model = trained(n_steps=8)
    act = model.policy if call == "policy(...)" else model.policy.forward
    seen, starts = torch.as_tensor(model._last_obs), torch.tensor([1.0, 0.0, 0.0])
    with torch.no_grad(), guard(model) as watching:
        states = model._last_lstm_states
        model.policy.load_state_dict(agent(seed=1).policy.state_dict())
        with pytest.raises(StaleStateError, match="environments 1, 2 of 3"):
            act(seen, states, starts)
        *_, states = act(seen, states, torch.ones(3))
        table = watching._watches()[0].made.table
        before, first = len(table.unread), states
        for _ in range(5):
            *_, states = act(seen, states, starts)
        # Nothing was looked up: all that was made since waits.
        assert len(table.unread) == before + 5
        copies = type(states)(*(tuple(part.clone() for part in pair) for pair in states))
        act(seen, copies, starts)
        # Nor is all of it read for a copy of the last one.
        assert len(table.unread) == before + 6
        act(seen, type(states)(*(tuple(part[:, [1, 2, 0]] for part in pair) for pair in copies)), starts)
        act(seen, type(states)(*(tuple(part.roll(1, 1) for part in pair) for pair in first)), starts)
        assert len(table.unread) == 1
    assert watching.report.stale_uses == 1
