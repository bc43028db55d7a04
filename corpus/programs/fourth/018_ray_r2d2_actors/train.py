import argparse
import time

import numpy as np
import ray
import torch

from r2d2.actor import Actor
from r2d2.envs import make_env
from r2d2.network import RecurrentQ
from r2d2.services import ParamServer, Replay

CFG = dict(env="CartPole-v1", hidden=64, seq_len=40, burn_in=10, pull_every=400, gamma=0.99, batch=32, seed=0)


def batch_of(blocks, burn_in):
    length = min(len(b) for b in blocks)
    col = lambda i, dt: torch.as_tensor(np.array([[s[i] for s in b[:length]] for b in blocks]), dtype=dt)  # noqa: E731
    h = torch.as_tensor(np.concatenate([b[0][4][0] for b in blocks], axis=1))
    c = torch.as_tensor(np.concatenate([b[0][4][1] for b in blocks], axis=1))
    return col(0, torch.float32), col(1, torch.long), col(2, torch.float32), col(3, torch.float32), (h, c)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--actors", type=int, default=6)
    parser.add_argument("--updates", type=int, default=50_000)
    args = parser.parse_args()
    ray.init()
    env = make_env(CFG["env"], 0)
    q = RecurrentQ(env.observation_space.shape[0], env.action_space.n, CFG["hidden"])
    target = RecurrentQ(env.observation_space.shape[0], env.action_space.n, CFG["hidden"])
    target.load_state_dict(q.state_dict())
    opt = torch.optim.Adam(q.parameters(), lr=3e-4)
    ps, replay = ParamServer.remote(), Replay.remote(5000)
    actors = [Actor.remote(i, args.actors, CFG, ps, replay) for i in range(args.actors)]
    for a in actors:
        a.run.remote()
    done_updates = 0
    while done_updates < args.updates:
        blocks = ray.get(replay.sample.remote(CFG["batch"]))
        if blocks is None:
            time.sleep(0.5)
            continue
        obs, act, rew, term, h0 = batch_of(blocks, CFG["burn_in"])
        n = min(CFG["burn_in"], obs.shape[1] - 2)
        with torch.no_grad():
            _, h = q(obs[:, :n], h0)
            _, ht = target(obs[:, :n], h0)
        values, _ = q(obs[:, n:], h)
        with torch.no_grad():
            nxt, _ = target(obs[:, n:], ht)
        best = nxt[:, 1:].gather(-1, values[:, 1:].argmax(-1, keepdim=True)).squeeze(-1)
        y = rew[:, n:-1] + CFG["gamma"] * (1 - term[:, n:-1]) * best
        chosen = values[:, :-1].gather(-1, act[:, n:-1].unsqueeze(-1)).squeeze(-1)
        loss = torch.nn.functional.smooth_l1_loss(chosen, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        done_updates += 1
        if done_updates % 20 == 0:
            ps.put.remote({k: v.numpy().copy() for k, v in q.state_dict().items()})
        if done_updates % 500 == 0:
            target.load_state_dict(q.state_dict())
            print(done_updates, float(loss), ray.get(replay.size.remote()))


if __name__ == "__main__":
    main()
