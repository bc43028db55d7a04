import torch

import components  # noqa: F401  (fills the registry)
from agent import A2CAgent
from registry import build

CONFIG = {
    "env": {"name": "aisles", "length": 12, "aisles": 5},
    "policy": {"name": "lstm", "hidden": 96},
    "n_envs": 16,
    "horizon": 32,
    "epochs": 6000,
    "lr": 7e-4,
    "gamma": 0.99,
    "guard": {"warmup": 100, "margin": 0.3},
}


class Runner:
    def __init__(self, cfg):
        self.cfg = cfg
        self.envs = [build("env", cfg["env"]) for _ in range(cfg["n_envs"])]
        self.agent = A2CAgent(cfg, self.envs[0].obs_size, self.envs[0].n_actions, cfg["n_envs"])
        self.obs = torch.tensor([e.reset() for e in self.envs])
        self.score, self.best_score, self.best = 0.0, -1e9, None

    def step_envs(self, actions):
        obs, rew, done = [], [], []
        for env, a in zip(self.envs, actions.tolist()):
            o, r, d = env.step(a)
            obs.append(env.reset() if d else o)
            rew.append(r)
            done.append(float(d))
        return torch.tensor(obs), torch.tensor(rew), torch.tensor(done)

    def epoch(self):
        self.agent.detach()
        batch = []
        for _ in range(self.cfg["horizon"]):
            action, logp, value = self.agent.act(self.obs)
            self.obs, rew, done = self.step_envs(action)
            self.agent.episode_end(done)
            batch.append((logp, value, rew, done))
        ret, loss = self.agent.value(self.obs), 0.0
        for logp, value, rew, done in reversed(batch):
            ret = rew + self.cfg["gamma"] * ret * (1 - done)
            adv = ret - value
            loss = loss + (adv.pow(2) * 0.5 - logp * adv.detach()).mean()
        self.agent.optimize(loss / len(batch))
        return torch.stack([b[2] for b in batch]).sum(0).mean().item()

    def guard(self, i):
        if i < self.cfg["guard"]["warmup"]:
            return
        if self.score > self.best_score:
            self.best_score, self.best = self.score, self.agent.get_weights()
        elif self.score < self.best_score - self.cfg["guard"]["margin"]:
            print(f"epoch {i}: {self.score:.2f}, reloading weights of {self.best_score:.2f}")
            self.agent.set_weights(self.best)
            self.score = self.best_score

    def run(self):
        for i in range(self.cfg["epochs"]):
            r = self.epoch()
            self.score += 0.05 * (r - self.score)
            self.guard(i)
            print(i, round(self.score, 3))


if __name__ == "__main__":
    Runner(CONFIG).run()
