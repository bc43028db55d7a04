import os
from collections import deque

import torch


class OnPolicyRunner:
    def __init__(self, env, policy, cfg, log_dir):
        self.env, self.policy, self.cfg, self.log_dir = env, policy, cfg, log_dir
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=cfg["learning_rate"])
        self.best_reward = float("-inf")
        self.iteration = 0
        self.recent = deque(maxlen=20)

    def save(self, path):
        torch.save({
            "model_state_dict": self.policy.state_dict(),
            "optimizer_state_dict": self.optimizer.state_dict(),
            "iter": self.iteration,
        }, path)

    def load(self, path):
        loaded = torch.load(path, map_location="cpu")
        self.policy.load_state_dict(loaded["model_state_dict"])
        self.optimizer.load_state_dict(loaded["optimizer_state_dict"])
        return loaded["iter"]

    def learn(self, num_iterations):
        obs, priv = self.env.observations()
        best_path = os.path.join(self.log_dir, "model_best.pt")
        for self.iteration in range(1, num_iterations + 1):
            start_a = self.policy.memory_a.start_of(self.env.num_envs)
            start_c = self.policy.memory_c.start_of(self.env.num_envs)
            batch = {k: [] for k in ("obs", "priv", "act", "logp", "val", "rew", "done")}
            with torch.no_grad():
                for _ in range(self.cfg["num_steps_per_env"]):
                    feats = self.policy.memory_a(obs)
                    dist = self.policy.distribution(feats)
                    act = dist.sample()
                    val = self.policy.evaluate(priv)
                    for k, v in (("obs", obs), ("priv", priv), ("act", act), ("val", val)):
                        batch[k].append(v)
                    batch["logp"].append(dist.log_prob(act).sum(-1))
                    obs, priv, rew, dones = self.env.step(act)
                    self.policy.reset(dones)
                    batch["rew"].append(rew)
                    batch["done"].append(dones.float())
                last = self.policy.critic(
                    self.policy.memory_c.rnn(priv.unsqueeze(0), self.policy.memory_c.hidden_states)[0].squeeze(0)
                ).squeeze(-1)
            data = {k: torch.stack(v) for k, v in batch.items()}
            self.update(data, last, start_a, start_c)

            self.recent.append(data["rew"].mean().item())
            mean = sum(self.recent) / len(self.recent)
            if len(self.recent) == self.recent.maxlen:
                if mean > self.best_reward:
                    self.best_reward = mean
                    self.save(best_path)
                elif mean < self.cfg["rollback_ratio"] * self.best_reward:
                    it = self.load(best_path)
                    self.policy.memory_a.reset()
                    self.recent.clear()
                    print("iteration %d: went back to %d" % (self.iteration, it))
            if self.iteration % 50 == 0:
                print("iteration %d reward %.4f" % (self.iteration, mean))

    def update(self, d, last, start_a, start_c):
        adv, nxt, gae = torch.zeros_like(d["rew"]), last, 0.0
        for t in reversed(range(len(adv))):
            live = 1.0 - d["done"][t]
            delta = d["rew"][t] + self.cfg["gamma"] * live * nxt - d["val"][t]
            gae = delta + self.cfg["gamma"] * self.cfg["lam"] * live * gae
            adv[t], nxt = gae, d["val"][t]
        returns = adv + d["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.cfg["num_epochs"]):
            dist = self.policy.distribution(self.policy.memory_a.unroll(d["obs"], start_a, d["done"]))
            values = self.policy.critic(self.policy.memory_c.unroll(d["priv"], start_c, d["done"])).squeeze(-1)
            ratio = torch.exp(dist.log_prob(d["act"]).sum(-1) - d["logp"])
            clipped = ratio.clamp(1 - self.cfg["clip"], 1 + self.cfg["clip"])
            loss = -torch.min(ratio * adv, clipped * adv).mean() + (returns - values).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
            self.optimizer.step()
