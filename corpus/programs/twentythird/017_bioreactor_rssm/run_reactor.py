"""Control of the 5 L perfusion reactor (DO, pH, feed, bleed set points).

The world model is retrained on the cluster from the uploaded logs; every
finished training writes params.npz to the share.
"""
import csv
import os
import time

import numpy as np
import torch

from rssm import WorldActor

PARAMS = "/mnt/share/reactor5/params.npz"
OBS, ACT = 11, 4
MINUTE = 60


def stamp(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return 0


def pull(model, path):
    with np.load(path) as data, torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(data[name.replace(".", "/")]))


def scale(raw, lo, hi):
    return torch.as_tensor((raw - lo) / (hi - lo) * 2 - 1, dtype=torch.float32).view(1, -1)


def culture(opc, model, log, seen):
    """Runs one culture from inoculation to harvest (two to five weeks)."""
    lo, hi = opc.limits()
    state = model.rssm.initial()
    action = torch.zeros(1, ACT)
    minute = 0
    while not opc.harvested():
        t0 = time.time()
        obs = scale(opc.read(), lo, hi)
        with torch.no_grad():
            state = model.rssm.obs_step(state, action, obs)
            action = model.act(state)
        opc.write(action.squeeze(0).numpy())
        log.writerow([int(t0), *obs.squeeze(0).tolist(), *action.squeeze(0).tolist()])
        minute += 1
        if minute % 60 == 0:
            now = stamp(PARAMS)
            if now > seen:
                pull(model, PARAMS)
                seen = now
                print(f"minute {minute}: new parameters")
        time.sleep(max(0.0, MINUTE - (time.time() - t0)))
    return seen


def main():
    from opc_client import Reactor

    opc = Reactor("opc.tcp://reactor5:4840")
    model = WorldActor(OBS, ACT).eval()
    seen = stamp(PARAMS)
    pull(model, PARAMS)
    while True:
        opc.wait_for_inoculation()
        name = time.strftime("culture_%Y%m%d_%H%M.csv")
        with open(name, "w", newline="") as f:
            seen = culture(opc, model, csv.writer(f), seen)


if __name__ == "__main__":
    main()
