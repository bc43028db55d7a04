import os
import statistics
from collections import deque

import torch

from modules import HexapodActorCritic


class Storage:
    def __init__(self):
        self.clear()

    def clear(self):
        self.cols = {k: [] for k in ("obs", "actions", "logp", "values", "rewards", "dones")}

    def add(self, **kw):
        for k, v in kw.items():
            self.cols[k].append(v)

    def stacked(self):
        return {k: torch.stack(v) for k, v in self.cols.items()}


class OnPolicyRunner:
    def __init__(self, env, cfg, log_dir, device="cpu"):
        self.env, self.cfg, self.log_dir, self.device = env, cfg, log_dir, device
        self.actor_critic = HexapodActorCritic(env.num_obs, env.num_actions, cfg["rnn_hidden_size"]).to(device)
        self.optimizer = torch.optim.Adam(self.actor_critic.parameters(), lr=cfg["learning_rate"])
        self.storage = Storage()
        self.it = 0
        self.best = float("-inf")
        os.makedirs(log_dir, exist_ok=True)

    def save(self, name):
        torch.save({"model_state_dict": self.actor_critic.state_dict(), "optimizer_state_dict": self.optimizer.state_dict(),
                    "iter": self.it}, os.path.join(self.log_dir, name))

    def load(self, name, load_optimizer=True):
        d = torch.load(os.path.join(self.log_dir, name), map_location=self.device)
        self.actor_critic.load_state_dict(d["model_state_dict"])
        if load_optimizer:
            self.optimizer.load_state_dict(d["optimizer_state_dict"])
        return d["iter"]

    def learn(self, num_learning_iterations):
        obs = self.env.get_observations()
        lengths, returns = deque(maxlen=200), deque(maxlen=200)
        run = torch.zeros(self.env.num_envs, device=self.device)
        for self.it in range(num_learning_iterations):
            hidden = self.actor_critic.get_hidden_states()
            with torch.no_grad():
                for _ in range(self.cfg["num_steps_per_env"]):
                    actions, logp = self.actor_critic.act(obs)
                    values = self.actor_critic.evaluate(obs)
                    nxt, rewards, dones, infos = self.env.step(actions)
                    rewards = rewards + self.cfg["gamma"] * values * infos["time_outs"]
                    self.storage.add(obs=obs, actions=actions, logp=logp, values=values, rewards=rewards, dones=dones)
                    self.actor_critic.reset(dones)
                    obs = nxt
                    run += rewards
                    for i in dones.nonzero().flatten().tolist():
                        returns.append(run[i].item())
                        run[i] = 0.0
                tail = self.actor_critic.critic(self.actor_critic.memory_c.unroll(
                    obs.unsqueeze(0), self.actor_critic.memory_c.hidden_states, dones.unsqueeze(0))[0]).squeeze(-1)
            loss = self.update(hidden, tail)
            self.storage.clear()
            if len(returns) < returns.maxlen:
                continue
            mean = statistics.fmean(returns)
            if mean > self.best:
                self.best = mean
                self.save("best.pt")
            elif mean < self.cfg["rollback_ratio"] * self.best and self.best > 0:
                came_from = self.load("best.pt")
                returns.clear()
                print(f"it {self.it}: mean return {mean:.2f} after {self.best:.2f}, back to iteration {came_from}")
            if self.it % 50 == 0:
                print(f"it {self.it}: return {mean:.2f} loss {loss:.4f}")
                self.save(f"model_{self.it}.pt")

    def update(self, hidden, tail):
        d = self.storage.stacked()
        adv = torch.zeros_like(d["rewards"])
        acc = torch.zeros_like(tail)
        nxt, g, lam = tail, self.cfg["gamma"], self.cfg["lam"]
        for t in reversed(range(len(adv))):
            live = (~d["dones"][t]).float()
            acc = d["rewards"][t] + g * nxt * live - d["values"][t] + g * lam * live * acc
            adv[t], nxt = acc, d["values"][t]
        ret = adv + d["values"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.cfg["num_learning_epochs"]):
            pi, values = self.actor_critic.batch(d["obs"], hidden, d["dones"])
            ratio = (pi.log_prob(d["actions"]).sum(-1) - d["logp"]).exp()
            surrogate = torch.max(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean()
            loss = surrogate + (values - ret).pow(2).mean() - 0.005 * pi.entropy().sum(-1).mean()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.actor_critic.parameters(), 1.0)
            self.optimizer.step()
        return loss.item()
