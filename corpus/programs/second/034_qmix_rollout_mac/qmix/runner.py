import numpy as np
import torch

from .mac import MAC


class ChunkRunner:
    """Episodes are long; data come in chunks of `length` steps from a single env."""

    def __init__(self, env, learner, length=25):
        self.env = env
        self.learner = learner
        self.length = length
        self.mac = MAC(env.obs_size, env.n_agents, env.n_actions)
        self.mac.load_state(learner.mac)
        self.obs, self.state = env.reset()
        self.mac.init_hidden(1)
        self.total = 0.0
        self.returns = []

    def run(self, eps):
        self.mac.load_state(self.learner.mac)
        rows = {k: [] for k in ("obs", "state", "actions", "reward", "done")}
        for _ in range(self.length):
            avail = torch.as_tensor(self.env.available()).unsqueeze(0)
            actions = self.mac.select(torch.as_tensor(self.obs).unsqueeze(0), avail, eps)[0]
            rows["obs"].append(self.obs)
            rows["state"].append(self.state)
            self.obs, self.state, reward, done = self.env.step(actions.numpy())
            self.total += reward
            rows["actions"].append(actions.numpy())
            rows["reward"].append(reward)
            rows["done"].append(float(done))
            if done:
                self.returns.append(self.total)
                self.total = 0.0
                self.obs, self.state = self.env.reset()
                self.mac.init_hidden(1)
        rows["obs"].append(self.obs)
        rows["state"].append(self.state)
        return {k: np.stack(v) for k, v in rows.items()}
