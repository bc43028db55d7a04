from random import Random


class ProbeLander:
    """Descent of a probe: the altimeter is quantised, speed is unknown, fuel is short."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)

    def reset(self) -> list:
        self.h = self.r.uniform(40, 60)
        self.v = self.r.uniform(-3, 0)
        self.fuel = 1.0
        self.g = self.r.choice([1.2, 1.6, 2.4])
        return self.obs()

    def obs(self) -> list:
        return [round(self.h) / 60, self.fuel]

    def step(self, burn: int):
        push = 4.5 if burn and self.fuel > 0 else 0.0
        self.fuel -= 0.012 * burn
        self.v += 0.2 * (push - self.g)
        self.h += 0.2 * self.v
        down = self.h <= 0
        away = self.h > 90
        reward = 0.0
        if down:
            reward = 1.0 if self.v > -2.0 else max(-1.0, (self.v + 2.0) / 10)
        elif away:
            reward = -1.0
        return self.obs(), reward, down or away
