import numpy as np

from agent import RDPGAgent


class MixingTank:
    """Keep level and temperature with two valves; the inflow temperature is not measured."""

    def reset(self):
        self.level, self.temp, self.t = 0.5, 40.0, 0
        self.inflow = np.random.uniform(50, 70)
        self.goal = np.random.uniform(35, 50)
        return self.obs()

    def obs(self):
        return np.array([self.level, self.temp / 50 - 1, self.goal / 50 - 1], dtype=np.float32)

    def step(self, valves):
        hot, cold = (valves + 1) / 2 * 0.05
        total = self.level + hot + cold
        self.temp = (self.temp * self.level + self.inflow * hot + 10 * cold) / max(total, 1e-3)
        self.level = float(np.clip(total - 0.05, 0, 1))
        self.inflow += np.random.normal(0, 0.2)
        self.t += 1
        r = -abs(self.temp - self.goal) / 10 - abs(self.level - 0.5)
        return self.obs(), r, self.t >= 300


def main(episodes=3000):
    env, agent = MixingTank(), RDPGAgent(3, 2)
    for ep in range(episodes):
        obs, done, total = env.reset(), False, 0.0
        agent.begin_episode()
        while not done:
            obs, r, done = env.step(agent.act(obs, noise=max(0.05, 0.4 - ep / 2000)))
            agent.feedback(r)
            total += r
            if env.t % 2 == 0:
                agent.update()
        agent.end_episode()
        if ep % 10 == 0:
            print(ep, round(total, 2))


if __name__ == "__main__":
    main()
