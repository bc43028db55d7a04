import random


class LithoBay:
    """Scanners with reticle set-ups. Action: which product is loaded on the scanner that is free next."""

    PRODUCTS = 5
    SCANNERS = 3

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.queue = [self.rnd.randint(1, 6) for _ in range(self.PRODUCTS)]
        self.setup = [self.rnd.randrange(self.PRODUCTS) for _ in range(self.SCANNERS)]
        self.free_at = [0.0] * self.SCANNERS
        self.mix = [self.rnd.random() for _ in range(self.PRODUCTS)]  # hidden demand of this shift
        self.n = 0
        return self.obs()

    def next_scanner(self):
        return min(range(self.SCANNERS), key=lambda i: self.free_at[i])

    def obs(self):
        s = self.next_scanner()
        one_hot = [1.0 if self.setup[s] == p else 0.0 for p in range(self.PRODUCTS)]
        return [q / 10 for q in self.queue] + one_hot

    def step(self, product):
        s = self.next_scanner()
        busy = 1.0
        if self.setup[s] != product:
            busy += 0.8
            self.setup[s] = product
        reward = -0.2 * busy
        if self.queue[product] > 0:
            self.queue[product] -= 1
            reward += 1.0
        self.free_at[s] += busy
        for p in range(self.PRODUCTS):
            if self.rnd.random() < 0.4 * self.mix[p]:
                self.queue[p] += 1
        reward -= 0.02 * sum(self.queue)
        self.n += 1
        return self.obs(), reward, self.n >= 80
