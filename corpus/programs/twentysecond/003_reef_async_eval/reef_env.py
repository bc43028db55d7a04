import random


class TransectEnv:
    """A tow diver follows a 50 m tape; per metre there is coral, sand, rubble or algae."""

    KINDS = 4

    def __init__(self, length=400):
        self.length = length

    def reset(self):
        self.x = 0
        self.current = random.choice([-1, 0, 1])
        self.kind = random.randrange(self.KINDS)
        self.seen = 0
        return self.obs()

    def obs(self):
        v = [0.0] * self.KINDS
        v[self.kind] = 1.0
        return v + [self.x / self.length, float(self.current)]

    def step(self, action):
        # 0 = hold, 1 = swim on, 2 = take a photo quadrat
        reward = 0.0
        if action == 2:
            reward = 1.0 if self.kind == 0 else -0.3
            self.seen += 1
        if action != 0 or random.random() < 0.2:
            self.x += 1 + max(0, self.current)
            if random.random() < 0.3:
                self.kind = random.randrange(self.KINDS)
        else:
            reward -= 0.05
        return self.obs(), reward, self.x >= self.length
