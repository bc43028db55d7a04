"""Guarding plain torch modules that keep their own state, of every recurrent kind."""

from __future__ import annotations

from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")

from lstm_runtime import StaleStateError, guard, reset_lstm_states_to_initial
from torch import nn

CELLS: dict[str, Any] = {
    "LSTM": lambda: nn.LSTM(4, 6),
    "LSTM of two layers": lambda: nn.LSTM(4, 6, num_layers=2),
    "LSTM both ways": lambda: nn.LSTM(4, 6, bidirectional=True),
    "LSTM with projection": lambda: nn.LSTM(4, 6, proj_size=5),
    "LSTM batch first": lambda: nn.LSTM(4, 6, batch_first=True),
    "LSTM in float64": lambda: nn.LSTM(4, 6).double(),
    "LSTM in bfloat16": lambda: nn.LSTM(4, 6).bfloat16(),
    "GRU": lambda: nn.GRU(4, 6),
    "RNN": lambda: nn.RNN(4, 6),
    "LSTMCell": lambda: nn.LSTMCell(4, 6),
    "GRUCell": lambda: nn.GRUCell(4, 6),
    "RNNCell": lambda: nn.RNNCell(4, 6),
}


class Stateful(nn.Module):
    """Keeps the state itself, as much agent code does."""

    def __init__(self, kind: str, batched: bool = True) -> None:
        super().__init__()
        self.encoder = nn.Linear(3, 4)
        self.core = CELLS[kind]()
        self.head = nn.Linear(1, 2)
        self.to(next(self.core.parameters()).dtype)
        self.hidden: Any = None
        self.batched = batched

    def forward(self, seen: torch.Tensor) -> None:
        features = self.encoder(seen.to(self.encoder.weight.dtype))
        if isinstance(self.core, nn.RNNCellBase):
            self.hidden = self.core(features, self.hidden)
        else:
            axis = 1 if self.batched and self.core.batch_first else 0
            _, self.hidden = self.core(features.unsqueeze(axis), self.hidden)


def run(net: nn.Module, steps: int = 3, batched: bool = True) -> None:
    for _ in range(steps):
        net(torch.randn(5, 3) if batched else torch.randn(3))


@pytest.mark.parametrize("gradients", [False, True], ids=["no_grad", "grad"])
@pytest.mark.parametrize("batched", [True, False], ids=["batch", "single"])
@pytest.mark.parametrize("kind", CELLS)
def test_every_recurrent_kind(kind: str, batched: bool, gradients: bool) -> None:
    net, donor = Stateful(kind, batched), Stateful(kind, batched)
    with torch.set_grad_enabled(gradients), guard(net) as watching:
        run(net, batched=batched)
        assert watching.report.replacements == 0
        net.load_state_dict(donor.state_dict())
        with pytest.raises(StaleStateError, match="RSH001: the state fed to core") as caught:
            run(net, batched=batched)
        assert watching.report.uses[0].envs == (tuple(range(5)) if batched else (0,))
        assert "all 5 environments" in str(caught.value) or not batched
        net.hidden = None
        run(net, batched=batched)
        for own, other in zip(net.parameters(), Stateful(kind).parameters(), strict=True):
            own.data.copy_(other)
        with pytest.raises(StaleStateError, match="made by weights #1"):
            run(net, batched=batched)
    assert watching.report.stale_uses == 2


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "LSTMCell", "GRUCell"])
def test_one_environment_is_reset(kind: str) -> None:
    net = Stateful(kind)
    with torch.no_grad(), guard(net) as watching:
        run(net)
        net.load_state_dict(Stateful(kind).state_dict())
        reset_lstm_states_to_initial(net, envs=[0, 3])
        with pytest.raises(StaleStateError):
            run(net)
        assert watching.report.uses[0].envs == (1, 2, 4)
        assert watching.report.uses[0].made_by == 0


@pytest.mark.parametrize("kind", CELLS)
def test_reset_mode(kind: str) -> None:
    """The step after the replacement is the first step of a fresh module with the new weights."""
    net, donor = Stateful(kind), Stateful(kind)
    with torch.no_grad(), guard(net, on_stale="reset") as watching:
        run(net)
        net.load_state_dict(donor.state_dict())
        seen = torch.randn(5, 3)
        net(seen)
        donor(seen)
        for one, two in zip(parts(net.hidden), parts(donor.hidden), strict=True):
            assert torch.equal(one, two)
        run(net)
    assert watching.report.mended == 1


def parts(state: Any) -> tuple[torch.Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


def test_training_by_truncated_backpropagation() -> None:
    net = Stateful("GRU")
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    with guard(net) as watching:
        for _ in range(20):
            run(net)
            optimizer.zero_grad()
            net.hidden.square().sum().backward()
            optimizer.step()
            net.hidden = net.hidden.detach()
        assert watching.report.replacements == 0
        net.load_state_dict(Stateful("GRU").state_dict())
        with pytest.raises(StaleStateError):
            run(net)


def test_batches_from_a_store_are_not_judged_while_training() -> None:
    """A learner trains on states that actors stored: their origin is not known here."""
    net, actor = Stateful("GRU"), Stateful("GRU")
    with torch.no_grad():
        run(actor)
    with guard(net) as watching:
        run(net)
        net.load_state_dict(Stateful("GRU").state_dict())
        net.hidden = actor.hidden
        run(net, steps=1)
    assert watching.report.stale_uses == 0


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "LSTMCell", "GRUCell"])
def test_states_that_are_written_to_after_they_were_made(kind: str) -> None:
    """What was made is known by the values that it had, and an earlier state that is put into its place is not."""
    net = Stateful(kind)
    with torch.no_grad(), guard(net) as watching:
        run(net)
        old = [part.clone() for part in parts(net.hidden)]
        net.load_state_dict(Stateful(kind).state_dict())
        net.hidden = None
        run(net)
        for part in parts(net.hidden):
            part[..., 2, :] = 0.0  # an episode ends: the others go on
        run(net)
        assert watching.report.stale_uses == 0
        for part, earlier in zip(parts(net.hidden), old, strict=True):
            part.numpy()[..., 1, :] = earlier.numpy()[..., 1, :]  # no version counts this
        kept = [part.clone() for part in parts(net.hidden)]
        net.hidden = tuple(kept) if isinstance(net.hidden, tuple) else kept[0]
        with pytest.raises(StaleStateError):
            run(net)
        assert watching.report.uses[0].envs == (1,)


def test_a_head_behind_the_core_does_not_shape_the_state() -> None:
    net = Stateful("GRU")
    with torch.no_grad(), guard(net) as watching:
        run(net)
        net.head.load_state_dict(nn.Linear(1, 2).state_dict())
        run(net)
        assert watching.report.replacements == 0
        net.encoder.load_state_dict(nn.Linear(3, 4).state_dict())
        with pytest.raises(StaleStateError):
            run(net)


def test_a_learned_first_state_is_fresh() -> None:
    class Learned(Stateful):
        def __init__(self) -> None:
            super().__init__("GRU")
            self.first = nn.Parameter(torch.randn(1, 1, 6))

    net, donor = Learned(), Learned()
    with torch.no_grad(), guard(net) as watching:
        net.hidden = net.first.expand(1, 5, 6)
        run(net)
        net.load_state_dict(donor.state_dict())
        net.hidden = net.first.expand(1, 5, 6)
        run(net)
    assert watching.report.stale_uses == 0


def test_weights_that_are_not_contiguous() -> None:
    """They are read as those of a device are: at rest and every 64 uses."""
    net = Stateful("GRU")
    net.core.weight_hh_l0 = nn.Parameter(torch.randn(6, 18).t())
    assert not net.core.weight_hh_l0.is_contiguous()
    with torch.no_grad(), guard(net) as watching:
        run(net)
        net.core.weight_hh_l0.data.mul_(0.5)
        with pytest.raises(StaleStateError):
            run(net, steps=64)
    assert watching.report.replacements == 1


def test_weights_made_in_inference_mode() -> None:
    with torch.inference_mode():
        net, donor = Stateful("LSTM"), Stateful("LSTM")
        with guard(net) as watching:
            run(net)
            net.load_state_dict(donor.state_dict())
            with pytest.raises(StaleStateError):
                run(net)
            net.hidden = None
            run(net, steps=5)
    assert watching.report.stale_uses == 1
