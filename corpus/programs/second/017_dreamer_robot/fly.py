import argparse
import time

import numpy as np
import torch

from dreambot.agent import Dreamer
from dreambot.record import EpisodeWriter, Inbox
from dreambot.world import DroneBox


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--inbox", default="models")
    ap.add_argument("--episodes", default="episodes")
    ap.add_argument("--hours", type=float, default=2.0)
    ap.add_argument("--check-every", type=int, default=50)
    ap.add_argument("--rezero", action="store_true", help="start from an empty latent after a new model")
    ap.add_argument("--hz", type=float, default=0.0)
    args = ap.parse_args()

    env = DroneBox(max_steps=5000)
    agent = Dreamer(env.obs_dim, env.act_dim).eval()
    inbox, writer = Inbox(args.inbox), EpisodeWriter(args.episodes)
    first = inbox.next_model()
    if first is not None:
        agent.load(first)

    deadline = time.time() + args.hours * 3600
    obs = env.reset()
    agent.begin()
    steps, total, returns = 0, 0.0, []
    while time.time() < deadline:
        steps += 1
        if steps % args.check_every == 0:
            path = inbox.next_model()
            if path is not None:
                step = agent.load(path)
                print(f"model of step {step} at {steps}")
                if args.rezero:
                    agent.begin()
        action = agent.policy(torch.as_tensor(obs).unsqueeze(0)).squeeze(0).numpy()
        nxt, reward, terminated, truncated, _ = env.step(action)
        writer.add(obs, action, reward, terminated)
        total += reward
        obs = nxt
        if terminated or truncated:
            returns.append(total)
            writer.flush()
            print(f"episode {len(returns)} return {total:.2f} mean {np.mean(returns[-20:]):.2f}")
            obs, total = env.reset(), 0.0
            agent.begin()
        if args.hz:
            time.sleep(1.0 / args.hz)
    writer.flush()


if __name__ == "__main__":
    main()
