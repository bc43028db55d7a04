"""Evaluator that runs beside the trainer. Usage: python evaluate.py runs/reef3"""
import asyncio
import glob
import json
import os
import sys
import time

import torch
from torch import nn

from reef_env import TransectEnv


class Diver(nn.Module):
    def __init__(self, n_in=6, n_out=3, size=128):
        super().__init__()
        self.size = size
        self.inp = nn.Sequential(nn.Linear(n_in, size), nn.ELU())
        self.rnn = nn.GRU(size, size, batch_first=True)
        self.out = nn.Linear(size, n_out)

    def forward(self, x, h):
        y, h = self.rnn(self.inp(x), h)
        return self.out(y), h


class Evaluator:
    def __init__(self, run_dir):
        self.run_dir = run_dir
        self.net = Diver()
        self.step = -1
        self.scores = []

    async def follow_checkpoints(self):
        while True:
            found = glob.glob(os.path.join(self.run_dir, "ckpt_*.pt"))
            if found:
                newest = max(found, key=os.path.getmtime)
                step = int(os.path.basename(newest)[5:-3])
                if step > self.step:
                    sd = await asyncio.to_thread(torch.load, newest, "cpu")
                    self.net.load_state_dict(sd["model"])
                    self.step = step
                    print("loaded", newest)
            await asyncio.sleep(5.0)

    async def survey(self, env, name):
        while True:
            obs = env.reset()
            hidden = torch.zeros(1, 1, self.net.size)
            done = False
            ret = 0.0
            while not done:
                x = torch.tensor(obs).view(1, 1, -1)
                with torch.no_grad():
                    logits, hidden = self.net(x, hidden)
                obs, r, done = env.step(int(logits[0, -1].argmax()))
                ret += r
                await asyncio.sleep(0.05)
            self.scores.append({"env": name, "step": self.step, "return": ret, "t": time.time()})
            with open(os.path.join(self.run_dir, "eval.jsonl"), "a") as f:
                f.write(json.dumps(self.scores[-1]) + "\n")

    async def main(self):
        await asyncio.gather(
            self.follow_checkpoints(),
            self.survey(TransectEnv(), "fringing"),
            self.survey(TransectEnv(800), "barrier"),
        )


if __name__ == "__main__":
    asyncio.run(Evaluator(sys.argv[1]).main())
