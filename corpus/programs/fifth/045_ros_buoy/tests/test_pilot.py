import torch

from buoy_pilot.net import WaveNetPolicy
from buoy_pilot.pilot import Pilot

READING = [0.0] * 6 + [0.3, -0.2, 1.0]


def test_same_weights_same_thrust(tmp_path):
    torch.manual_seed(0)
    net = WaveNetPolicy()
    torch.save({"policy": net.state_dict()}, tmp_path / "p.pt")
    pilot = Pilot(tmp_path / "p.pt")
    other = Pilot()
    other.net.load_state_dict(net.state_dict())
    assert pilot.thrust(READING) == other.thrust(READING)


def test_memory_matters():
    pilot = Pilot()
    first = pilot.thrust(READING)
    assert pilot.thrust(READING) != first
    pilot.on_station()
    assert pilot.thrust(READING) == first
