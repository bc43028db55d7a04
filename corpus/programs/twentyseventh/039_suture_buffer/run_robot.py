import sys
import time

import torch

from policy import SuturePolicy
from robot_io import Arm  # vendor bindings


def run_procedure(policy, arm, seconds=120.0, hz=30):
    policy.begin()
    stop = time.time() + seconds
    with torch.no_grad():
        while time.time() < stop and not arm.aborted():
            pose, feat = arm.sense()
            cmd = policy(torch.tensor([pose]), torch.tensor([feat]))[0]
            arm.move(cmd.clamp(-0.02, 0.02).tolist())
            time.sleep(1 / hz)
    arm.hold()


if __name__ == "__main__":
    policy = SuturePolicy()
    policy.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
    policy.eval()
    arm = Arm("left")
    while input("start procedure? [y/n] ") == "y":
        run_procedure(policy, arm)
