import pickle
import sys

import numpy as np
import torch
import zmq

from pacing_model import PacingQ

HOURS, STEPS = 24, 96
RATES = np.linspace(0.1, 1.0, 7)


def simulate_slot(rng, rate, remaining):
    traffic = rng.poisson(30)
    clearing = rng.lognormal(-0.5, 0.4, traffic)
    entered = rng.random(traffic) < rate
    cost = min(remaining, float(clearing[entered].sum()) * 0.1)
    clicks = rng.binomial(int(entered.sum()), 0.05)
    return cost, clicks


def main(actor_id: int, host: str = "localhost"):
    ctx = zmq.Context()
    params = ctx.socket(zmq.REQ)
    params.connect(f"tcp://{host}:6001")
    experience = ctx.socket(zmq.PUSH)
    experience.connect(f"tcp://{host}:6002")

    rng = np.random.default_rng(actor_id)
    eps = 0.4 ** (1 + actor_id / 2)
    net = PacingQ().eval()
    while True:
        params.send(b"weights")
        net.load_state_dict(pickle.loads(params.recv()))

        hc, remaining = None, 100.0
        last_clicks = 0
        obs_seq, act_seq, rew_seq = [], [], []
        for t in range(STEPS):
            obs = np.array([remaining / 100, t / STEPS, last_clicks / 5, np.sin(2 * np.pi * t / STEPS)], np.float32)
            with torch.no_grad():
                q, hc = net(torch.from_numpy(obs).view(1, 1, 4), hc)
            a = int(rng.integers(7)) if rng.random() < eps else int(q[0, 0].argmax())
            cost, last_clicks = simulate_slot(rng, RATES[a], remaining)
            remaining -= cost
            obs_seq.append(obs)
            act_seq.append(a)
            rew_seq.append(float(last_clicks))
        experience.send(pickle.dumps((np.stack(obs_seq), np.array(act_seq), np.array(rew_seq, np.float32))))
        print(f"actor {actor_id}: clicks {sum(rew_seq):.0f}, left {remaining:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
