import argparse
import glob
import re

import gymnasium as gym
import numpy as np
import pandas as pd
import torch
from torch import nn
from tqdm import tqdm


class Agent(nn.Module):
    def __init__(self, o, a):
        super().__init__()
        self.fc = nn.Linear(o, 64)
        self.lstm = nn.LSTM(64, 64)
        self.actor = nn.Linear(64, a)
        self.hidden = None

    @torch.no_grad()
    def step(self, obs):
        x = torch.tanh(self.fc(torch.as_tensor(obs, dtype=torch.float32))).view(1, 1, -1)
        y, self.hidden = self.lstm(x, self.hidden)
        return self.actor(y[0, 0]).argmax().item()


def episode(env, agent, seed):
    agent.hidden = None
    obs, _ = env.reset(seed=seed)
    ret = n = 0
    done = False
    while not done:
        obs, r, te, tr, _ = env.step(agent.step(obs))
        done = te or tr
        ret += r
        n += 1
    return ret, n


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--glob", default="runs/*/ckpt_*.pt")
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--seeds", type=int, default=20)
    a = p.parse_args()
    env = gym.make(a.env)
    agent = Agent(env.observation_space.shape[0], env.action_space.n)
    rows = []
    for f in tqdm(sorted(glob.glob(a.glob), key=lambda s: int(re.findall(r"ckpt_(\d+)", s)[0]))):
        agent.load_state_dict(torch.load(f, map_location="cpu"))
        for s in range(a.seeds):
            ret, n = episode(env, agent, s)
            rows.append({"file": f, "seed": s, "ret": ret, "len": n})
    df = pd.DataFrame(rows)
    print(df.groupby("file").ret.agg(["mean", "std", "min", "max"]))
    df.to_csv("eval.csv", index=False)


if __name__ == "__main__":
    main()
