"""Ultrasound speaker that keeps its beam on a walking visitor.

Tracker messages come in over zmq, phases go out to the driver board.  The
curator changes the room profile from the control socket.
"""
import math
from pathlib import Path

import hydra
import torch
import zmq
from omegaconf import DictConfig
from torch import nn


class PursuitNet(nn.Module):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.gru = nn.GRU(5, units, batch_first=True)
        self.lead = nn.Linear(units, 2)
        self.gain = nn.Linear(units, 1)
        self._wake = None

    def clear(self) -> None:
        self._wake = None

    def forward(self, seen: torch.Tensor):
        y, self._wake = self.gru(seen.view(1, 1, -1), self._wake)
        y = y[0, 0]
        return self.lead(y), torch.sigmoid(self.gain(y))


class PhaseTable:
    def __init__(self, count: int, pitch: float, freq: float = 40_000.0) -> None:
        side = int(math.sqrt(count))
        grid = (torch.arange(side) - (side - 1) / 2) * pitch
        self.x, self.y = torch.meshgrid(grid, grid, indexing="ij")
        self.k = 2 * math.pi * freq / 343.0

    def towards(self, az: float, el: float) -> list:
        shift = self.x * math.sin(az) * math.cos(el) + self.y * math.sin(el)
        return torch.remainder(-self.k * shift, 2 * math.pi).flatten().tolist()


class Speaker:
    def __init__(self, cfg: DictConfig) -> None:
        self.rooms = Path(cfg.rooms)
        self.net = PursuitNet(cfg.units)
        self.table = PhaseTable(cfg.transducers, cfg.pitch_m)
        self.room = ""
        self.visitor = None
        self.select_room(cfg.room)

    def select_room(self, room: str) -> None:
        weights = torch.load(self.rooms / f"{room}.pt", map_location="cpu")
        self.net.load_state_dict(weights)
        self.net.eval()
        self.net.clear()
        self.room = room

    @torch.no_grad()
    def follow(self, msg: dict) -> dict:
        if msg["visitor"] != self.visitor:
            self.visitor = msg["visitor"]
            self.net.clear()
        seen = torch.tensor([msg["az"], msg["el"], msg["dist"], msg["conf"], msg["dt"]])
        lead, gain = self.net(seen)
        az = msg["az"] + 0.3 * math.tanh(lead[0].item())
        el = msg["el"] + 0.1 * math.tanh(lead[1].item())
        return {"phases": self.table.towards(az, el), "gain": gain.item()}


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    ctx = zmq.Context()
    tracker = ctx.socket(zmq.PULL)
    tracker.bind(f"tcp://*:{cfg.listeners_port}")
    control = ctx.socket(zmq.REP)
    control.bind(f"tcp://*:{cfg.control_port}")
    driver = ctx.socket(zmq.PUSH)
    driver.connect("ipc:///run/driver.sock")

    speaker = Speaker(cfg)
    poller = zmq.Poller()
    poller.register(tracker, zmq.POLLIN)
    poller.register(control, zmq.POLLIN)
    while True:
        ready = dict(poller.poll())
        if control in ready:
            order = control.recv_json()
            if order.get("room"):
                speaker.select_room(order["room"])
            control.send_json({"room": speaker.room})
        if tracker in ready:
            driver.send_json(speaker.follow(tracker.recv_json()))


if __name__ == "__main__":
    main()
