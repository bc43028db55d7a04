import argparse
import collections
import logging

import numpy as np
import torch

from toolbox import make
from toolbox.checkpoints import CheckpointDir
from toolbox.envs import Batch, PoleNoVel

log = logging.getLogger("main")


def returns_of(rewards, dones, last, gamma):
    out = []
    for r, d in zip(reversed(rewards), reversed(dones)):
        last = r + gamma * last * (1.0 - d)
        out.append(last)
    return list(reversed(out))


def evaluate(kind, path, episodes=20):
    env = PoleNoVel(seed=12345)
    agent = make(kind, obs_dim=env.obs_dim, n_actions=env.n_actions, n_envs=1)
    agent.restore(path, fresh=True)
    scores = []
    for _ in range(episodes):
        obs, done, total = env.reset(), False, 0.0
        agent.start()
        while not done:
            with torch.no_grad():
                action, _, _, _ = agent.act(obs[None])
            obs, reward, done, _ = env.step(int(action))
            total += reward
        scores.append(total)
    return float(np.mean(scores))


def train(args):
    envs = Batch([lambda i=i: PoleNoVel(seed=args.seed + i) for i in range(args.num_envs)])
    agent = make(args.agent, obs_dim=2, n_actions=2, n_envs=args.num_envs, lr=args.lr)
    ckpts = CheckpointDir(args.out, keep=3)
    if args.resume:
        agent.restore(args.resume, fresh=True)
    window = collections.deque(maxlen=50)
    best, best_path, since = -np.inf, None, 0
    obs = envs.reset()
    for update in range(args.updates):
        rewards, dones, logps, values, ents = [], [], [], [], []
        if hasattr(agent, "detach"):
            agent.detach()
        for _ in range(args.steps):
            action, logp, ent, value = agent.act(obs)
            obs, r, d, infos = envs.step(action.numpy())
            agent.done(np.flatnonzero(d))
            window.extend(i["episode"]["r"] for i in infos if "episode" in i)
            for store, x in zip((rewards, dones, logps, values, ents), (torch.tensor(r), torch.tensor(d), logp, value, ent)):
                store.append(x)
        ret = torch.stack(returns_of(rewards, dones, values[-1].detach(), args.gamma))
        adv = ret - torch.stack(values)
        loss = 0.5 * adv.pow(2).mean() - (adv.detach() * torch.stack(logps)).mean() - 0.01 * torch.stack(ents).mean()
        agent.optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(agent.net.parameters(), 0.5)
        agent.optim.step()

        if update % 50 == 49:
            score = float(np.mean(window)) if window else 0.0
            if score > best:
                best, since = score, 0
                best_path = ckpts.save(update, agent.checkpoint())
            else:
                since += 1
            if since >= args.patience and best_path is not None:
                log.info("%d: back to %s", update, best_path)
                agent.restore(best_path)
                for group in agent.optim.param_groups:
                    group["lr"] *= 0.5
                since = 0
            log.info("%d score %.1f best %.1f", update, score, best)
    return best_path


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--agent", default="gru")
    ap.add_argument("--num-envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=20)
    ap.add_argument("--updates", type=int, default=20_000)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--patience", type=int, default=10)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--resume")
    ap.add_argument("--out", default="out")
    cli = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    path = train(cli)
    if path is not None:
        print("evaluation", evaluate(cli.agent, path))
