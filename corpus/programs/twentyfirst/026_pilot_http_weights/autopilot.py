import logging
import queue
import sys
import time

import torch

import server
from net import HelmNet
from tugsim import Approach

log = logging.getLogger("autopilot")


class Autopilot:
    def __init__(self, path: str):
        self.net = HelmNet().eval()
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.version = 0

    def take_new_weights(self) -> None:
        try:
            sd = server.inbox.get_nowait()
        except queue.Empty:
            return
        self.net.load_state_dict(sd)
        self.net.forget()
        self.version += 1
        log.info("helm now on weights v%d", self.version)

    def run(self, sim: Approach, hz: float = 5.0) -> None:
        obs = sim.begin()
        self.net.forget()
        while True:
            self.take_new_weights()
            rudder, thrust = self.net.steer(torch.as_tensor(obs, dtype=torch.float32)).tolist()
            obs, moored = sim.advance(rudder, thrust)
            if moored:
                log.info("moored after %d s", sim.elapsed)
                obs = sim.begin()
                self.net.forget()
            time.sleep(1.0 / hz)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    server.start()
    Autopilot(sys.argv[1]).run(Approach())
