import random


class Arena:
    """Seekers' side only: three seekers look for one scripted hider in a corridor of rooms."""

    n_agents, n_actions, obs_shape, limit = 3, 3, 6, 50

    def reset(self):
        self.rooms = 15
        self.where = [random.randrange(self.rooms) for _ in range(self.n_agents)]
        self.prey = random.randrange(self.rooms)
        self.step_no = 0
        return self.obs()

    def obs(self):
        out = []
        for i, w in enumerate(self.where):
            noise = float(abs(w - self.prey) <= 2 and random.random() < 0.7)
            near = min(abs(w - o) for j, o in enumerate(self.where) if j != i)
            out.append([w / self.rooms, near / self.rooms, noise, self.step_no / self.limit, float(i == 0), float(i == 1)])
        return out

    def step(self, actions):
        self.step_no += 1
        for i, a in enumerate(actions):
            self.where[i] = min(self.rooms - 1, max(0, self.where[i] + a - 1))
        if random.random() < 0.5:
            away = sum(1 if w < self.prey else -1 for w in self.where)
            self.prey = min(self.rooms - 1, max(0, self.prey + (1 if away > 0 else -1)))
        caught = sum(abs(w - self.prey) <= 1 for w in self.where) >= 2
        return self.obs(), 10.0 if caught else -0.1, caught or self.step_no >= self.limit
