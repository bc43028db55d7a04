import argparse
from collections import deque

import numpy as np
import torch

from firegrid import FireGrid
from spotter import Spotter


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=3000)
    ap.add_argument("--learn-every", type=int, default=20)
    ap.add_argument("--max-loss", type=float, default=5.0)
    ap.add_argument("--drop", type=float, default=15.0)
    args = ap.parse_args()

    env, agent = FireGrid(), Spotter()
    recent = deque(maxlen=20)
    for ep in range(args.episodes):
        eps = max(0.05, 1.0 - ep / 800)
        obs, done, total = env.reset(), False, 0.0
        agent.begin()
        seen, acts, rews = [obs], [], []
        while not done:
            a = agent.act(obs, eps)
            obs, r, done = env.step(a)
            seen.append(obs)
            acts.append(a)
            rews.append(r)
            total += r
            if len(agent.memory) >= 32 and env.t % args.learn_every == 0:
                loss = agent.learn()
                if loss > args.max_loss:
                    print(f"episode {ep} step {env.t}: loss {loss:.2f}, restoring")
                    agent.back_to_best()

        agent.memory.append((
            torch.from_numpy(np.stack(seen)),
            torch.tensor(acts),
            torch.tensor(rews, dtype=torch.float32),
        ))
        recent.append(total)
        if ep % 10 == 9:
            agent.target.load_state_dict(agent.online.state_dict())
        if ep % 50 == 49:
            score = sum(recent) / len(recent)
            print(f"episode {ep} eps {eps:.2f} score {score:.2f} best {agent.best_score:.2f}")
            if score < agent.best_score - args.drop:
                agent.back_to_best()
            else:
                agent.keep_if_best(score)

    torch.save(agent.best, "spotter.pt")


if __name__ == "__main__":
    main()
