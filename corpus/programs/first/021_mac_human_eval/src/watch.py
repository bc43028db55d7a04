"""Lets a human watch a squad and step through training time with the arrow keys."""
import argparse
import os
import types

import torch as th

from controllers import REGISTRY as mac_REGISTRY
from viewer import Viewer


def snapshots(root):
    return sorted((int(d) for d in os.listdir(root) if d.isdigit()))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("root")
    p.add_argument("--hidden", type=int, default=64)
    a = p.parse_args()

    env = Viewer(map_name="3m")
    info = env.get_env_info()
    args = types.SimpleNamespace(agent="rnn", n_agents=info["n_agents"], n_actions=info["n_actions"], rnn_hidden_dim=a.hidden)
    mac = mac_REGISTRY["basic_mac"]({"obs": {"vshape": info["obs_shape"]}}, args)
    steps = snapshots(a.root)
    pos = len(steps) - 1
    mac.load_models(os.path.join(a.root, str(steps[pos])))

    while env.alive:
        env.reset()
        mac.init_hidden(1)
        terminated = False
        while not terminated:
            key = env.key()
            if key in ("left", "right"):
                pos = max(0, min(len(steps) - 1, pos + (1 if key == "right" else -1)))
                mac.load_models(os.path.join(a.root, str(steps[pos])))
                env.caption(f"t_env = {steps[pos]}")
            with th.no_grad():
                acts = mac.select_actions(th.as_tensor(env.get_obs()), th.as_tensor(env.get_avail()))
            _, terminated, _ = env.step(acts[0])


if __name__ == "__main__":
    main()
