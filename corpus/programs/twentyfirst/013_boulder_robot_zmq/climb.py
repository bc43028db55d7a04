"""Control loop of the bouldering robot (four limbs, 12 joints), 25 Hz.

Training goes on in simulation, the robot follows the newest policy while it hangs on
the wall. The operator picks the route ("task"); each route has its own hold map.
"""
import argparse
import logging
import time
from enum import Enum, auto

import numpy as np
import torch
from torch import nn

from limbs import Robot
from link import WeightLink

log = logging.getLogger("climb")


class Phase(Enum):
    GROUND = auto()
    WALL = auto()
    FALLEN = auto()


class LimbPolicy(nn.Module):
    def __init__(self, n_obs: int = 61, n_joint: int = 12, n_hid: int = 256):
        super().__init__()
        self.n_hid = n_hid
        self.pre = nn.Linear(n_obs, n_hid)
        self.mem = nn.GRU(n_hid, n_hid, num_layers=2, batch_first=True)
        self.post = nn.Linear(n_hid, n_joint)

    def forward(self, obs, h):
        y, h = self.mem(torch.relu(self.pre(obs)), h)
        return torch.tanh(self.post(y)), h


class Controller:
    def __init__(self, robot: Robot, link: WeightLink, weights: str):
        self.robot = robot
        self.link = link
        self.policy = LimbPolicy()
        self.policy.load_state_dict(torch.load(weights, map_location="cpu"))
        self.policy.eval()
        self.task = None
        self.step = 0
        self.phase = Phase.GROUND
        self.clear()

    def clear(self):
        self.h = torch.zeros(2, 1, self.policy.n_hid)
        self.target = np.zeros(12)

    def check_link(self):
        up = self.link.poll()
        if up is None or up.step <= self.step:
            return
        self.policy.load_state_dict(up.state_dict)
        self.step = up.step
        if up.task != self.task:
            log.info("new route %s", up.task)
            self.task = up.task
            self.robot.load_holds(up.task)
            self.clear()
        log.info("policy of step %d", up.step)

    def update_phase(self, s):
        if s.fallen:
            new = Phase.FALLEN
        elif s.contacts >= 3:
            new = Phase.WALL
        else:
            new = self.phase if self.phase is Phase.WALL else Phase.GROUND
        if new is not self.phase:
            log.info("%s -> %s", self.phase.name, new.name)
            if new is Phase.WALL:
                self.clear()
            self.phase = new

    @torch.no_grad()
    def tick(self):
        s = self.robot.sense()
        self.update_phase(s)
        if self.phase is not Phase.WALL:
            self.robot.go_limp() if self.phase is Phase.FALLEN else self.robot.stand()
            return
        obs = torch.from_numpy(s.vector(self.target)).float().view(1, 1, -1)
        out, self.h = self.policy(obs, self.h)
        self.target = 0.7 * self.target + 0.3 * out.view(-1).numpy()
        self.robot.move(self.target)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--trainer", default="tcp://192.168.7.2:5556")
    ap.add_argument("--hz", type=float, default=25.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    ctl = Controller(Robot.connect(), WeightLink(args.trainer), args.weights)
    period = 1.0 / args.hz
    nxt = time.monotonic()
    try:
        while True:
            ctl.check_link()
            ctl.tick()
            nxt += period
            time.sleep(max(0.0, nxt - time.monotonic()))
    except KeyboardInterrupt:
        ctl.robot.stand()


if __name__ == "__main__":
    main()
