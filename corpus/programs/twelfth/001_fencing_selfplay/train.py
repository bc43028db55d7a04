import argparse
import copy
import random
from collections import deque

import torch

from bout import FencingBout
from fencers import Learner, Rival


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--bouts", type=int, default=5000)
    p.add_argument("--pool-size", type=int, default=20)
    p.add_argument("--snapshot-every", type=int, default=25, help="bouts")
    p.add_argument("--rival-every", type=int, default=150, help="ticks")
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


def main():
    args = parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    env = FencingBout(seed=args.seed)
    learner = Learner(env.obs_dim, env.n_actions, args.lr)
    rival = Rival(env.obs_dim, env.n_actions)
    pool = deque([copy.deepcopy(learner.net.state_dict())], maxlen=args.pool_size)
    wins = deque(maxlen=100)
    ticks = 0

    for n in range(args.bouts):
        obs_a, obs_b = env.reset()
        learner.new_bout()
        rival.new_bout()
        done = False
        while not done:
            a = learner.act(obs_a)
            b = rival.act(obs_b)
            (obs_a, obs_b), reward, done = env.step(a, b)
            learner.rewards.append(reward)
            ticks += 1
            if ticks % args.rival_every == 0:
                rival.take_weights(random.choice(pool))
        loss = learner.finish(args.gamma)
        wins.append(env.score[0] > env.score[1])

        if (n + 1) % args.snapshot_every == 0:
            pool.append(copy.deepcopy(learner.net.state_dict()))
            print(f"bout {n + 1}: win rate {sum(wins) / len(wins):.2f} loss {loss:.3f} pool {len(pool)}")

    torch.save(learner.net.state_dict(), "fencer.pt")


if __name__ == "__main__":
    main()
