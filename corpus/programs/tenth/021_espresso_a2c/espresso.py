import random


class Espresso:
    """Pull one shot: finer, coarser, keep or stop; the bean's hardness is drawn for each shot."""

    n_actions = 4

    def reset(self):
        self.hardness = random.uniform(0.3, 0.9)
        self.grind = 0.5
        self.ml, self.sec = 0.0, 0
        return [0.0, 0.0, self.grind]

    def step(self, a):
        self.sec += 1
        self.grind += {0: -0.05, 1: 0.05}.get(a, 0.0)
        flow = max(0.1, 2.5 * (self.grind + 0.4 - self.hardness)) + random.gauss(0, 0.1)
        self.ml += max(0.0, flow)
        done = a == 3 or self.sec >= 45
        reward = 0.0
        if done:
            reward = 1.0 - abs(self.ml - 36) / 36 - abs(self.sec - 27) / 27
        return [self.ml / 40, flow / 3, self.grind], reward, done
