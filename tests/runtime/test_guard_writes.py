"""Writes to single parameters: how soon they are seen, whose line is named, and what stands in for `nn.Parameter`'s."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")

from lstm_runtime import StaleStateError, guard
from lstm_runtime.guards import writes
from torch import nn


class Net(nn.Module):
    """A core behind more parameters than one turn of the guard's looks has."""

    def __init__(self, encoders: int = 1) -> None:
        super().__init__()
        self.encoder = nn.Sequential(*(nn.Linear(4, 4) for _ in range(encoders)))
        self.core = nn.GRU(4, 64)
        self.hidden: Any = None

    def step(self) -> None:
        with torch.no_grad():
            _, self.hidden = self.core(self.encoder(torch.ones(1, 3, 4)), self.hidden)


def line_of_this() -> int:
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None
    return frame.f_back.f_lineno


def _one_value(net: Net) -> int:
    line = line_of_this() + 1
    net.core.weight_hh_l0.data[7, 5] += 1.0
    return line


def _other_data(net: Net) -> int:
    line = line_of_this() + 1
    net.core.weight_hh_l0.data = net.core.weight_hh_l0.detach() * 2.0
    return line


def _one_item(net: Net) -> int:
    with torch.no_grad():
        line = line_of_this() + 1
        net.core.weight_hh_l0[7, 5] = 3.0
        return line


def _operator(net: Net) -> int:
    with torch.no_grad():
        line = line_of_this() + 1
        net.core.bias_hh_l0 -= 1.0
        return line


def _initialised(net: Net) -> int:
    line = line_of_this() + 1
    nn.init.orthogonal_(net.core.weight_ih_l0)
    return line


def _out(net: Net) -> int:
    line = line_of_this() + 1
    data = net.core.weight_ih_l0.data
    torch.mul(data, 2.0, out=data)
    return line


WRITES: dict[str, tuple[Callable[[Net], int], str]] = {
    "one value through .data": (_one_value, "a write through .data"),
    "other data": (_other_data, ".data = ..."),
    "one item": (_one_item, "__setitem__"),
    "an operator": (_operator, "__isub__"),
    "an initialiser": (_initialised, "orthogonal_"),
    "an out argument": (_out, "a write through .data"),
}


@pytest.mark.parametrize("uses", [1, 5, 70])
@pytest.mark.parametrize("spelling", WRITES)
def test_a_write_to_one_parameter_is_seen_at_the_next_use_with_its_line(spelling: str, uses: int) -> None:
    write, how = WRITES[spelling]
    net = Net()
    with guard(net) as watching:
        for _ in range(uses):
            net.step()
        line = write(net)
        with pytest.raises(
            StaleStateError, match=rf"since {how.replace('.', '[.]')} at .*test_guard_writes.py:{line}[.]"
        ):
            net.step()
    assert watching.report.replacements == 1


def test_of_several_writes_the_last_is_named() -> None:
    net, donor = Net(), Net()
    with guard(net) as watching:
        net.step()
        net.core.load_state_dict(donor.core.state_dict())
        net.core.weight_hh_l0.data.mul_(0.5)
        watching.look()
        net.core.weight_hh_l0.data.mul_(0.5)
        net.core.load_state_dict(donor.core.state_dict())
        watching.look()
    assert [change.how for change in watching.report.changes] == ["a write through .data", "load_state_dict"]


def test_a_read_is_no_write_and_is_not_blamed() -> None:
    net = Net()
    with guard(net) as watching:
        net.step()
        for _ in range(300):
            for parameter in net.parameters():
                assert parameter.data.isfinite().all()
        net.step()
        assert watching.report.replacements == 0
        nn.utils.vector_to_parameters(torch.zeros(sum(one.numel() for one in net.parameters())), net.parameters())
        for parameter in net.parameters():
            assert not parameter.data.any()
        with pytest.raises(StaleStateError, match="since vector_to_parameters at"):
            net.step()


def test_what_the_guard_reads_itself_is_not_blamed() -> None:
    net = Net()
    view = net.core.weight_hh_l0.detach().numpy()
    with guard(net) as watching:
        net.step()
        view[...] = 0.5
        with pytest.raises(StaleStateError):
            net.step()
        assert watching.report.changes[0].how.endswith("which shows in the values only")
        handed_out = net.core.weight_hh_l0.detach().numpy()
        line = line_of_this() - 1
        handed_out[...] = 0.25
        with pytest.raises(StaleStateError, match=rf"last handed out by detach at .*test_guard_writes.py:{line}[)]"):
            net.step()


def test_what_data_handed_out_earlier_can_still_be_written_through() -> None:
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with guard(net) as watching:
        net.step()
        held = net.core.weight_hh_l0.data
        part = held[3]
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
        optimizer.step()
        net.hidden = None
        net.step()
        assert watching.report.replacements == 0
        part[2] = 7.0
        with pytest.raises(StaleStateError, match=r"a write through [.]data"):
            net.step()


def test_more_places_than_are_kept() -> None:
    """The place of a write that is pushed out is not forgotten."""
    net = Net(encoders=150)
    with guard(net):
        net.step()
        net.encoder[0].weight.data[0, 0] = 5.0
        for parameter in net.parameters():
            assert parameter.data is not None
        with pytest.raises(StaleStateError, match=r"a write through [.]data"):
            net.step()


@pytest.mark.parametrize("encoder", [0, 33, 59])
def test_other_data_that_python_does_not_see_is_found_when_its_turn_comes(encoder: int) -> None:
    net = Net(encoders=60)  # 124 parameters
    with guard(net) as watching:
        net.step()
        # As code in C++ does.
        setter: Any = torch.Tensor.data
        setter.__set__(net.encoder[encoder].weight, torch.randn(4, 4))
        with pytest.raises(StaleStateError):
            for _ in range(64):
                net.step()
    assert watching.report.changes[0].where is None


def test_other_data_that_python_does_not_see_is_not_taken_for_an_update() -> None:
    net = Net(encoders=60)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with guard(net) as watching:
        net.step()
        setter: Any = torch.Tensor.data
        setter.__set__(net.encoder[59].weight, torch.randn(4, 4))
        optimizer.step()
    assert watching.report.replacements == 1


def stand_ins() -> set[str]:
    return set(vars(nn.Parameter)) & {"data", "copy_", "detach", "add_", "__setitem__"}


def test_the_class_is_as_it_was_and_strangers_are_not_told_of() -> None:
    assert not stand_ins()
    one, other = Net(), Net()
    with guard(one), guard(one):
        assert len(stand_ins()) == 5
        other.core.weight_hh_l0.data.mul_(0.5)
        assert len(writes._watched) == len(list(one.parameters()))
    assert not stand_ins() and not writes._watched
    guard(one)
    del one
    gc.collect()
    assert not stand_ins() and not writes._watched


def test_parameters_do_what_they_did() -> None:
    net, plain = Net(), nn.Linear(2, 2)
    with guard(net) as watching:
        for module in (net.core, plain):
            copied = copy.deepcopy(module)
            assert all(torch.equal(one, two) for one, two in zip(module.parameters(), copied.parameters(), strict=True))
            pickled = pickle.loads(pickle.dumps(module))
            assert all(isinstance(one, nn.Parameter) for one in pickled.parameters())
            module.double().float()
            module.share_memory()
            first = next(module.parameters())
            assert first.data.requires_grad is False
            with pytest.raises(RuntimeError, match="leaf Variable"):
                first.add_(1.0)
            with pytest.raises((RuntimeError, TypeError)):
                first.data = "none"  # type: ignore[assignment]
        lazy = nn.LazyLinear(3)
        lazy(torch.ones(1, 2))
        net.step()
        assert watching.report.replacements == 0
        assert isinstance(net.core.weight_hh_l0.detach(), torch.Tensor)


@pytest.mark.parametrize("guarded", [True, False])
def test_compiled_code_that_writes_to_parameters(guarded: bool) -> None:
    net = Net()
    torch._dynamo.reset()

    @torch.no_grad()
    def soften(net: nn.Module) -> None:
        for parameter in net.parameters():
            parameter.data.mul_(0.5)
            parameter.add_(0.5)
            parameter.copy_(parameter * 2)

    compiled = torch.compile(soften, backend="eager")
    twin = copy.deepcopy(net)
    soften(twin)
    watching = guard(net)
    net.step()
    if not guarded:
        watching.uninstall()
    compiled(net)
    assert all(torch.allclose(one, two) for one, two in zip(net.parameters(), twin.parameters(), strict=True))
    if guarded:
        with pytest.raises(StaleStateError):
            net.step()
        watching.uninstall()
