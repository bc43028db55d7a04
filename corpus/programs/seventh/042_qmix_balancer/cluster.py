import numpy as np


class Cluster:
    """Dispatchers send jobs to servers; every dispatcher sees only the acknowledgements of its own jobs."""

    def __init__(self, n_dispatchers=3, n_servers=4, horizon=60):
        self.n_agents = n_dispatchers
        self.n_servers = n_servers
        self.horizon = horizon
        self.obs_dim = n_servers + 2
        self.state_dim = 2 * n_servers

    def reset(self):
        self.speed = np.random.uniform(0.5, 2.0, self.n_servers)
        self.queue = np.zeros(self.n_servers)
        self.last = np.zeros(self.n_agents, dtype=int)
        self.ack = np.zeros(self.n_agents)
        self.t = 0
        return self.observations(), self.state()

    def observations(self):
        eye = np.eye(self.n_servers)[self.last]
        extra = np.stack([self.ack, np.full(self.n_agents, self.t / self.horizon)], axis=1)
        return np.concatenate([eye, extra], axis=1).astype(np.float32)

    def state(self):
        return np.concatenate([self.queue / 10.0, self.speed]).astype(np.float32)

    def step(self, actions):
        for agent, server in enumerate(actions):
            self.queue[server] += 1.0
            self.ack[agent] = self.queue[server] / self.speed[server] / 10.0
        self.last = np.asarray(actions)
        self.queue = np.maximum(0.0, self.queue - self.speed)
        self.t += 1
        reward = -float(self.queue.sum()) / 10.0
        return self.observations(), self.state(), reward, self.t >= self.horizon
