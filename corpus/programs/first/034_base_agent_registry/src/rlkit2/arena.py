import time

from . import agents  # noqa: F401
from .registry import make


class Arena:
    def __init__(self, env, names, ckpts, refresh_s=120):
        self.env = env
        self.agents = [make(n, obs_dim=env.obs_dim, act_dim=env.n_actions) for n in names]
        self.ckpts = ckpts
        self.refresh_s = refresh_s
        for ag, p in zip(self.agents, ckpts):
            ag.load(p)

    def play(self, n_games):
        wins = [0] * len(self.agents)
        last = time.monotonic()
        for g in range(n_games):
            obs = self.env.reset()
            for ag in self.agents:
                ag.on_episode_start()
            done = False
            while not done:
                if time.monotonic() - last > self.refresh_s:
                    last = time.monotonic()
                    for ag, p in zip(self.agents, self.ckpts):
                        ag.load(p)
                who = self.env.to_move
                obs, winner, done = self.env.step(int(self.agents[who].act(obs)[0]))
            wins[winner] += 1
        return wins
