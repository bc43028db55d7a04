"""Runs the DRQN for the buffet conveyor, takes better policies of the nightly search."""
import io
import socket
import struct

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Batch
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from conveyor import Conveyor

OBS, ACT = 11, 4


def make_policy():
    net = Recurrent(layer_num=2, state_shape=(OBS,), action_shape=(ACT,), device="cpu",
                    hidden_layer_size=96)
    optim = torch.optim.Adam(net.parameters(), lr=1e-3)
    policy = DQNPolicy(model=net, optim=optim, action_space=gym.spaces.Discrete(ACT),
                       discount_factor=0.95, estimation_step=3)
    policy.set_eps(0.0)
    policy.eval()
    return policy


class Updates:
    """Length-prefixed state dicts on a local tcp port."""

    def __init__(self, port):
        self.srv = socket.create_server(("127.0.0.1", port))
        self.srv.setblocking(False)

    def take(self):
        try:
            conn, _ = self.srv.accept()
        except BlockingIOError:
            return None
        conn.setblocking(True)
        with conn, conn.makefile("rb") as f:
            (n,) = struct.unpack("!I", f.read(4))
            return torch.load(io.BytesIO(f.read(n)), map_location="cpu")


def choose(policy, obs, hidden):
    batch = Batch(obs=np.asarray(obs, dtype=np.float32)[None, None], info=Batch())
    with torch.no_grad():
        result = policy(batch, state=hidden)
    return int(result.act[0]), result.state


def main():
    policy = make_policy()
    policy.load_state_dict(torch.load("buffet_drqn.pth", map_location="cpu"))
    updates = Updates(7733)
    belt = Conveyor("/dev/belt0")
    hidden = None
    served, wasted = 0, 0

    obs = belt.sense()
    while belt.powered():
        action, hidden = choose(policy, obs, hidden)
        obs, info = belt.do(action)
        served += info["served"]
        wasted += info["wasted"]

        weights = updates.take()
        if weights is not None:
            policy.load_state_dict(weights)
            print("policy updated at", belt.clock(), "served", served, "wasted", wasted)

    belt.close()


if __name__ == "__main__":
    main()
