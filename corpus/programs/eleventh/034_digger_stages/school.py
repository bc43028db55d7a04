import json
import os
import sys

import torch

from dig_site import DigSite
from operator_net import OperatorNet

ORDER = ["sand", "clay", "gravel", "rock"]


class School:
    def __init__(self, folder, lr=4e-4, stall_limit=25):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.net = OperatorNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.level = 0
        self.site = DigSite(ORDER[0])
        self.memory = self.net.start()
        self.stall_limit = stall_limit
        self.recent = []
        self.save()

    def path(self, level):
        return os.path.join(self.folder, f"{ORDER[level]}.pt")

    def save(self):
        torch.save(self.net.state_dict(), self.path(self.level))

    def enter(self, level):
        self.level = level
        self.site.set_soil(ORDER[level])
        if os.path.exists(self.path(level)):
            self.net.load_state_dict(torch.load(self.path(level)))
        self.recent.clear()
        print("now on", ORDER[level])

    def lesson(self):
        obs = self.site.reset()
        self.memory = self.net.start()
        logps, rewards = [], []
        stalls, done = 0, False
        while not done:
            dist, self.memory = self.net(torch.tensor([obs], dtype=torch.float32), self.memory)
            force = dist.sample()
            obs, reward, done, stall = self.site.step(force.clamp(0, 1).item())
            logps.append(dist.log_prob(force).sum())
            rewards.append(reward)
            stalls += stall
            if stalls > self.stall_limit and self.level > 0:
                # too hard, finish the hole in easier soil
                self.learn(logps, rewards)
                logps, rewards, stalls = [], [], 0
                self.memory = [m.detach() for m in self.memory]
                self.enter(self.level - 1)
        if logps:
            self.learn(logps, rewards)
        return self.site.depth

    def learn(self, logps, rewards):
        g, out = 0.0, []
        for r in reversed(rewards):
            g = r + 0.98 * g
            out.append(g)
        out = torch.tensor(out[::-1])
        out = (out - out.mean()) / (out.std(unbiased=False) + 1e-6)
        loss = -(torch.stack(logps) * out).sum()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    def teach(self, lessons):
        for n in range(lessons):
            depth = self.lesson()
            self.recent.append(depth)
            if len(self.recent) >= 40 and sum(self.recent[-40:]) / 40 > 0.95:
                self.save()
                if self.level + 1 == len(ORDER):
                    print("finished after", n, "lessons")
                    break
                self.enter(self.level + 1)
            if n % 100 == 0:
                print(json.dumps({"lesson": n, "soil": ORDER[self.level], "depth": round(depth, 3)}))


if __name__ == "__main__":
    School(sys.argv[1] if len(sys.argv) > 1 else "digger").teach(20000)
