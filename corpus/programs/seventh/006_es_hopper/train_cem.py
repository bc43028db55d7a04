"""Cross-entropy method on a Gymnasium locomotion task, with a recurrent controller."""
import argparse

import gymnasium as gym
import numpy as np
import torch

from controller import GaitController


def rollout(env, controller, max_steps, seed=None):
    controller.begin_episode()
    obs, _ = env.reset(seed=seed)
    total = 0.0
    for _ in range(max_steps):
        with torch.no_grad():
            motor = controller(torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0))
        action = motor.squeeze(0).numpy() * env.action_space.high
        obs, reward, terminated, truncated, _ = env.step(action)
        total += reward
        if terminated or truncated:
            break
    return total


def fitness(env, controller, candidate, episodes, max_steps, base_seed):
    controller.set_flat(candidate)
    scores = [rollout(env, controller, max_steps, seed=base_seed + k) for k in range(episodes)]
    return float(np.mean(scores))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="Hopper-v4")
    ap.add_argument("--iters", type=int, default=300)
    ap.add_argument("--popsize", type=int, default=64)
    ap.add_argument("--elite", type=float, default=0.2)
    ap.add_argument("--episodes", type=int, default=2)
    ap.add_argument("--max-steps", type=int, default=1000)
    ap.add_argument("--extra-std", type=float, default=0.5)
    args = ap.parse_args()

    env = gym.make(args.env)
    controller = GaitController(env.observation_space.shape[0], env.action_space.shape[0])
    dim = controller.n_params()
    mean, std = torch.zeros(dim), torch.full((dim,), 0.5)
    n_elite = int(args.popsize * args.elite)
    best_ever, best_score = None, -float("inf")

    for it in range(args.iters):
        noise_scale = args.extra_std * max(0.0, 1.0 - it / (0.5 * args.iters))
        candidates = mean + (std + noise_scale) * torch.randn(args.popsize, dim)
        scores = np.array([
            fitness(env, controller, cand, args.episodes, args.max_steps, base_seed=1000 * it)
            for cand in candidates
        ])
        elite_idx = np.argsort(scores)[-n_elite:].copy()
        elite = candidates[torch.from_numpy(elite_idx)]
        mean, std = elite.mean(dim=0), elite.std(dim=0)

        if scores.max() > best_score:
            best_score = scores.max()
            best_ever = candidates[int(scores.argmax())].clone()
        if it % 5 == 0:
            print(f"iter {it}: mean {scores.mean():.1f} elite {scores[elite_idx].mean():.1f} best {best_score:.1f}")

    controller.set_flat(best_ever)
    final = [rollout(env, controller, args.max_steps, seed=10_000 + k) for k in range(10)]
    print(f"final evaluation: {np.mean(final):.1f} +/- {np.std(final):.1f}")
    torch.save(best_ever, "gait_cem.pt")
    env.close()


if __name__ == "__main__":
    main()
