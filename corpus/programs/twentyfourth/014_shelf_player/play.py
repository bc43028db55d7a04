import glob
import os

import torch

from player import BasePlayer

PARAMS = {"network": {"name": "rnn", "units": 64}, "deterministic": False, "nn_dir": "nn", "poll": 500}


class Shelves:
    num_obs, num_actions = 4, 3

    def __init__(self, robots=32, slots=20, shift=1000):
        self.num_robots, self.slots, self.shift = robots, slots, shift

    def reset(self):
        self.x = torch.zeros(self.num_robots, dtype=torch.long)
        self.left = torch.randint(1, self.shift, (self.num_robots,))
        self.target = torch.randint(self.slots, (self.num_robots,))
        self.new = torch.ones(self.num_robots)
        return self.obs()

    def obs(self):
        shown = self.target.float() / self.slots * self.new
        o = torch.stack([self.x.float() / self.slots, self.new, shown, self.left.float() / self.shift], 1)
        self.new = torch.zeros(self.num_robots)
        return o

    def step(self, a):
        self.x = (self.x + (a == 0).long() - (a == 1).long()).clamp(0, self.slots - 1)
        hit = (a == 2) & (self.x == self.target)
        self.left = self.left - 1
        done = self.left <= 0
        self.x[done] = 0
        self.left[done] = self.shift
        fresh = hit | done
        self.target = torch.where(fresh, torch.randint(self.slots, (self.num_robots,)), self.target)
        self.new = fresh.float()
        return self.obs(), hit.float(), done


class FollowTraining:
    def __init__(self, player, params):
        self.player, self.params, self.current = player, params, None

    def newest(self):
        files = glob.glob(os.path.join(self.params["nn_dir"], "*.pth"))
        return max(files, key=os.path.getmtime) if files else None

    def __call__(self, k, total):
        if k % self.params["poll"]:
            return
        fn = self.newest()
        if fn and fn != self.current:
            self.player.restore(fn)
            self.current = fn
            print(f"{k}: playing {fn}, {total.mean():.1f} picks per robot so far")


if __name__ == "__main__":
    player = BasePlayer(PARAMS, Shelves())
    print(player.run(100000, FollowTraining(player, PARAMS)))
