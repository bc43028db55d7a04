import time

import numpy as np


class Session:
    def __init__(self, env, agent, realtime=False):
        self.env, self.agent, self.realtime = env, agent, realtime
        self.laps = []

    def lap(self):
        obs, info = self.env.reset()
        t, done = 0.0, False
        while not done:
            t0 = time.perf_counter()
            u = self.agent.act(obs)
            obs, _, term, trunc, info = self.env.step(u)
            done = term or trunc
            t += self.env.dt
            if self.realtime:
                time.sleep(max(0.0, self.env.dt - (time.perf_counter() - t0)))
        self.laps.append(t if info.get("finished") else np.inf)
        return self.laps[-1]
