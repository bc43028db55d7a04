import argparse
import os
from collections import deque

from marl.gather import Gather
from marl.learner import QLearner
from marl.mac import MAC
from marl.runner import EpisodeRunner


def best_of(folder):
    runs = [d for d in os.listdir(folder) if d.isdigit()]
    return os.path.join(folder, max(runs, key=int)) if runs else None


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=20_000)
    p.add_argument("--rnn_hidden_dim", type=int, default=64)
    p.add_argument("--mixing_dim", type=int, default=32)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--batch_size", type=int, default=32)
    p.add_argument("--eps_anneal", type=int, default=50_000)
    p.add_argument("--target_update_interval", type=int, default=200)
    p.add_argument("--drop", type=float, default=0.3)
    p.add_argument("--models", default="models")
    args = p.parse_args()
    args.n_agents, args.n_actions, args.obs_dim, args.state_dim = 3, 5, 6, 18
    os.makedirs(args.models, exist_ok=True)
    mac = MAC(args)
    learner, runner = QLearner(args, mac), EpisodeRunner(args, Gather(), mac)
    episodes, best = deque(maxlen=5000), 0.0
    for n in range(args.episodes):
        ep, _ = runner.run()
        episodes.append(ep)
        if n > 50:
            learner.train(list(episodes))
        if n % 500 == 499:
            score = sum(runner.run(test_mode=True)[1] for _ in range(20)) / 20
            print(n, runner.t_env, round(score, 3))
            if score >= best:
                best = score
                path = os.path.join(args.models, str(n))
                os.makedirs(path, exist_ok=True)
                learner.save_models(path)
            elif score < best - args.drop:
                learner.load_models(best_of(args.models))


if __name__ == "__main__":
    main()
