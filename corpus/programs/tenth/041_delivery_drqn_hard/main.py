import random

import torch

from agent import CourierAgent, EpisodeStore


class Town:
    """Courier on a ring of streets; parcels are only seen in the own street."""

    def __init__(self, streets=8, length=120):
        self.streets, self.length = streets, length

    def reset(self):
        self.pos, self.bag, self.t = 0, 0, 0
        self.parcels = [random.randint(0, 2) for _ in range(self.streets)]
        return self.obs()

    def obs(self):
        o = torch.zeros(self.streets + 3)
        o[self.pos] = 1
        o[-3] = self.parcels[self.pos] / 3
        o[-2] = self.bag / 4
        o[-1] = self.t / self.length
        return o

    def step(self, a):
        r = -0.02
        if a == 2:
            if self.pos == 0:
                r += 0.5 * self.bag
                self.bag = 0
            else:
                take = min(self.parcels[self.pos], 4 - self.bag)
                self.parcels[self.pos] -= take
                self.bag += take
        else:
            self.pos = (self.pos + (1 if a == 1 else -1)) % self.streets
        if random.random() < 0.2:
            s = random.randrange(1, self.streets)
            self.parcels[s] = min(3, self.parcels[s] + 1)
        self.t += 1
        return self.obs(), r, self.t >= self.length


def main(episodes=3000):
    env = Town()
    agent = CourierAgent(env.streets + 3, 3)
    store = EpisodeStore(500, 24)
    for ep in range(episodes):
        eps = max(0.05, 1.0 - ep / 800)
        obs, done, total, episode = env.reset(), False, 0.0, []
        agent.begin()
        while not done:
            a = agent.act(obs, eps)
            nxt, r, done = env.step(a)
            episode.append((obs, a, r, done))
            obs = nxt
            total += r
            if len(store.eps) > 20 and env.t % 4 == 0:
                agent.learn(store)
        store.add(episode)
        if ep % 20 == 0:
            print(ep, round(total, 2), f"eps {eps:.2f}")


if __name__ == "__main__":
    main()
