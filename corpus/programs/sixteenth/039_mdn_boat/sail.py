import argparse
import pathlib

import gymnasium as gym
import numpy as np
import torch

import boat_env  # noqa: F401  registers Boat-v0
from agent import BoatAgent
from vae import load_vae

CHECK = 1000


class Recorder:
    def __init__(self, out):
        self.out = pathlib.Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.n = 0
        self.clear()

    def clear(self):
        self.frames, self.actions, self.rewards = [], [], []

    def add(self, frame, action, reward):
        self.frames.append((frame * 255).byte().numpy())
        self.actions.append(action)
        self.rewards.append(reward)

    def flush(self):
        np.savez_compressed(self.out / f"race_{self.n:05d}.npz", frames=np.stack(self.frames),
                            actions=np.stack(self.actions), rewards=np.array(self.rewards))
        self.n += 1
        self.clear()


def to_frame(obs):
    return torch.as_tensor(obs, dtype=torch.float32).permute(2, 0, 1) / 255


def race(env, agent, recorder, tick):
    agent.refresh()
    agent.reset()
    obs, _ = env.reset()
    over, total = False, 0.0
    while not over:
        frame = to_frame(obs)
        action = agent.act(frame)
        obs, reward, term, trunc, _ = env.step(action)
        recorder.add(frame, action, reward)
        total += reward
        tick += 1
        if tick % CHECK == 0:
            agent.refresh()
        over = term or trunc
    recorder.flush()
    return total, tick


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", type=pathlib.Path, default=pathlib.Path("models"))
    ap.add_argument("--races", type=int, default=500)
    args = ap.parse_args()
    env = gym.make("Boat-v0")
    agent = BoatAgent(load_vae(args.models / "vae.pt"), args.models)
    recorder, tick = Recorder("races"), 0
    for i in range(args.races):
        total, tick = race(env, agent, recorder, tick)
        print(i, tick, round(total, 2), agent.loaded)


if __name__ == "__main__":
    main()
