import logging
import time
from pathlib import Path

import torch

from rssm import RSSM, Pilot

log = logging.getLogger("auv")


class Navigator:
    """Holds the belief about the vehicle's drift and depth; no GPS below the surface."""

    def __init__(self, weights: Path):
        self.pilot = Pilot(RSSM())
        self.version = None
        self.install(weights)
        self.new_dive()

    def new_dive(self):
        self.belief = self.pilot.rssm.initial()
        self.last_action = torch.zeros(1, 3)

    def install(self, weights: Path):
        blob = torch.load(weights, map_location="cpu")
        self.pilot.load_state_dict(blob["pilot"])
        self.version = blob["version"]
        log.info("navigation weights %s", self.version)

    @torch.no_grad()
    def command(self, sonar, depth, imu):
        obs = torch.tensor([[*sonar, depth, *imu]], dtype=torch.float32)
        self.belief = self.pilot.rssm.step(self.belief, self.last_action, obs)
        self.last_action = self.pilot.act(self.belief)
        return self.last_action.squeeze(0).tolist()


class Mission:
    def __init__(self, hardware, inbox: Path, period: float = 0.5):
        self.hw = hardware
        self.inbox = inbox
        self.period = period
        self.nav = Navigator(inbox / "factory.pt")

    def fresh_weights(self):
        files = sorted(self.inbox.glob("nav_*.pt"))
        if files and files[-1].stem != self.nav.version:
            return files[-1]
        return None

    def at_dock(self):
        """Charging, data upload, new weights by ethernet."""
        self.hw.wait_until_charged()
        update = self.fresh_weights()
        if update is not None:
            self.nav.install(update)
        self.nav.new_dive()

    def acoustic_window(self):
        """Every few minutes the support ship may send a small weight update through the modem."""
        received = self.hw.modem_receive(self.inbox)
        if not received:
            return
        update = self.fresh_weights()
        if update is not None:
            self.nav.install(update)
            self.hw.modem_send(f"ack {self.nav.version}")

    def dive(self, waypoints):
        next_window = time.monotonic() + 240
        while waypoints and not self.hw.abort():
            sonar, depth, imu = self.hw.sense()
            surge, yaw, heave = self.nav.command(sonar, depth, imu)
            self.hw.thrust(surge, yaw, heave)
            if self.hw.reached(waypoints[0]):
                waypoints.pop(0)
            if time.monotonic() >= next_window:
                self.acoustic_window()
                next_window += 240
            time.sleep(self.period)

    def run(self, plans):
        for plan in plans:
            self.at_dock()
            self.dive(list(plan))
            self.hw.surface()
