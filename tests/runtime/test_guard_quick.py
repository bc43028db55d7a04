"""The quick ways of a guard: what they must not miss, and when they are taken."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")

from lstm_runtime import StaleStateError, guard, reset_lstm_states_to_initial
from lstm_runtime.guards import forwards
from torch import nn

SEEN = torch.ones(1, 4, 2)

LAYERS: dict[str, Any] = {
    "GRU": lambda: nn.GRU(2, 8),
    "two layers": lambda: nn.LSTM(2, 8, num_layers=2),
    "no bias": lambda: nn.GRU(2, 8, bias=False),
    "both ways": lambda: nn.LSTM(2, 8, bidirectional=True),
    "large": lambda: nn.LSTM(2, 80, num_layers=2),
}


def quick(net: nn.Module) -> Any:
    """A guard of the module once it takes the quick way."""
    watching = guard(net)
    with torch.no_grad():
        net(SEEN, net(SEEN)[1])
    assert watching._watches()[0].weights.quick()
    return watching


def scale(net: nn.Module) -> None:
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(0.5)


def parts(state: Any) -> tuple[torch.Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("kind", LAYERS)
def test_states_of_long_ago_are_known_in_any_order(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made is packed now and then, and a copy of any of it is still right."""
    net = LAYERS[kind]()
    monkeypatch.setattr("lstm_runtime.guards.marks._MUCH", 1 << 10)
    if kind == "large":  # only the marks of these are noted
        monkeypatch.setattr("lstm_runtime.guards.made.LARGE", 1 << 10)
    with torch.no_grad(), quick(net) as watching:
        _, old = net(SEEN)
        scale(net)
        _, state = net(SEEN)
        copies = []
        for _ in range(150):
            _, state = net(torch.randn(1, 4, 2), state)
            copies.append(tuple(part.clone() for part in parts(state)))
        assert watching._watches()[0].made.table._packed
        for copy in copies[::-17]:
            net(SEEN, copy if isinstance(state, tuple) else copy[0])
        assert watching.report.stale_uses == 0
        with pytest.raises(StaleStateError, match="all 4 environments"):
            net(SEEN, old)


def test_a_parameter_put_where_it_lives() -> None:
    """As `functional_call` does, without a word to the module."""
    net = nn.LSTM(2, 8)
    with torch.no_grad(), quick(net):
        _, state = net(SEEN)
        net._parameters["weight_hh_l0"] = nn.Parameter(net.weight_hh_l0 * 0.5)
        with pytest.raises(StaleStateError):
            net(SEEN, state)


@pytest.fixture
def swapping() -> Iterator[None]:
    torch.__future__.set_swap_module_params_on_conversion(True)
    yield
    torch.__future__.set_swap_module_params_on_conversion(False)


class Encoded(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(2, 2)
        self.core = nn.GRU(2, 8)

    def forward(self, seen: torch.Tensor, state: Any = None) -> Any:
        return self.core(self.encoder(seen), state)


@pytest.mark.usefixtures("swapping")
def test_a_load_that_exchanges_what_is_below_the_parameters() -> None:
    """Torch does not do so with recurrent modules themselves, which hold weak references to their weights."""
    net, donor = Encoded(), Encoded()
    with torch.no_grad(), quick(net):
        _, state = net(SEEN)
        net.encoder.load_state_dict(donor.encoder.state_dict())
        with pytest.raises(StaleStateError, match="load_state_dict at"):
            net(SEEN, state)


def test_a_parameter_of_one_value_can_be_exchanged_for_an_equal_one_that_is_written_to() -> None:
    net = nn.RNN(1, 1)
    with torch.no_grad(), guard(net) as watching:
        _, state = net(SEEN[..., :1], net(SEEN[..., :1])[1])
        assert not watching._watches()[0].weights.quick()
        net._parameters["weight_hh_l0"] = nn.Parameter(net.weight_hh_l0.clone())
        _, state = net(SEEN[..., :1], state)
        net._parameters["weight_hh_l0"].mul_(0.5)
        with pytest.raises(StaleStateError):
            net(SEEN[..., :1], state)


@pytest.mark.parametrize("left", ["first", "second"])
def test_one_of_two_guards_goes(left: str) -> None:
    net = nn.GRU(2, 8)
    first, second = guard(net), guard(net)
    with torch.no_grad():
        _, state = net(SEEN, net(SEEN)[1])
        gone, stays = (second, first) if left == "first" else (first, second)
        gone.uninstall()
        for _ in range(70):
            _, state = net(SEEN, state)
        scale(net)
        with pytest.raises(StaleStateError):
            net(SEEN, state)
    assert (gone.report.stale_uses, stays.report.stale_uses) == (0, 1)
    stays.uninstall()


class ByKeyword(nn.GRU):
    def forward(self, input: torch.Tensor, scale: float = 1.0, *, hx: Any = None) -> Any:  # type: ignore[override]
        return super().forward(input * scale, hx)


@pytest.mark.parametrize("call", ["keyword", "positional"])
def test_a_forward_with_other_parameters_gets_the_mended_state(call: str) -> None:
    net: Any = ByKeyword(2, 8) if call == "keyword" else Varied(2, 8)

    def step(state: Any) -> Any:
        return (net(SEEN, 2.0, hx=state) if call == "keyword" else net(SEEN, state, 2.0))[1]

    with torch.no_grad(), guard(net, on_stale="reset") as watching:
        state = step(step(None))
        scale(net)
        assert torch.equal(step(state), step(None))
    assert watching.report.mended == 1


class Varied(nn.GRU):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return super().forward(args[0] * args[2], args[1], **kwargs)


def test_modules_beside_the_guarded_one_are_called_as_ever() -> None:
    net, other = nn.GRU(2, 8), nn.GRU(2, 8)
    before = other(SEEN)
    with guard(net):
        assert torch.equal(other(SEEN)[0], before[0])
        assert torch.equal(other(input=SEEN, hx=None)[0], before[0])
        assert torch.equal(net(input=SEEN)[0], net(SEEN)[0])
        with pytest.raises(TypeError):
            net()


@pytest.mark.parametrize("state", ["as found", "replaced"])
def test_a_quick_way_keeps_nobody_alive(state: str) -> None:
    pytest.importorskip("sb3_contrib")
    from recurrent_models import train, trained

    model = trained(n_steps=8)
    watching = guard(model)
    if state == "replaced":
        scale(model.policy.lstm_actor)
        reset_lstm_states_to_initial(model)
    train(model)
    model.predict(model._last_obs)
    assert watching._watches()[0].weights.quick()
    gone = weakref.ref(model)
    del model, watching
    gc.collect()
    assert gone() is None and not forwards._stand_ins
