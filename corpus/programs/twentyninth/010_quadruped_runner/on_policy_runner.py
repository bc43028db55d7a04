import os
import statistics
from collections import deque

import torch

from actor_critic import ActorCriticRecurrent


class OnPolicyRunner:
    def __init__(self, env, train_cfg, log_dir=None, device="cpu"):
        self.cfg = train_cfg
        self.env = env
        self.device = device
        self.log_dir = log_dir
        self.policy = ActorCriticRecurrent(env.num_obs, env.num_actions).to(device)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=train_cfg["learning_rate"])
        self.current_learning_iteration = 0

    def learn(self, num_learning_iterations):
        cfg, policy, env = self.cfg, self.policy, self.env
        obs = env.reset()
        policy.reset()
        with torch.no_grad():
            policy.act(obs)
            policy.evaluate(obs)
        policy.reset(torch.ones(env.num_envs, dtype=torch.bool))
        rewbuffer = deque(maxlen=100)
        cur = torch.zeros(env.num_envs)
        for it in range(self.current_learning_iteration, self.current_learning_iteration + num_learning_iterations):
            first = tuple(h.clone() for h in policy.get_hidden_states())
            tape = {k: [] for k in ("obs", "act", "logp", "val", "rew", "keep")}
            with torch.no_grad():
                for _ in range(cfg["num_steps_per_env"]):
                    dist = policy.act(obs)
                    actions = dist.sample()
                    tape["obs"].append(obs)
                    tape["act"].append(actions)
                    tape["logp"].append(dist.log_prob(actions).sum(-1))
                    tape["val"].append(policy.evaluate(obs))
                    obs, rewards, dones, _ = env.step(actions)
                    policy.reset(dones)
                    tape["rew"].append(rewards)
                    tape["keep"].append(1.0 - dones.float())
                    cur += rewards
                    rewbuffer.extend(cur[dones].tolist())
                    cur[dones] = 0
                held = policy.memory_c.hidden_states.clone()
                last = policy.evaluate(obs)
                policy.memory_c.hidden_states = held
            self.update({k: torch.stack(v) for k, v in tape.items()}, last, first)
            self.current_learning_iteration = it + 1
            if self.log_dir and it % cfg["save_interval"] == 0:
                self.save(os.path.join(self.log_dir, f"model_{it}.pt"))
            if rewbuffer:
                print(f"it {it} mean reward {statistics.mean(rewbuffer):.2f}")

    def update(self, tape, last, first):
        cfg = self.cfg
        adv, gae = torch.zeros_like(tape["rew"]), 0.0
        nxt = last
        for t in reversed(range(len(adv))):
            delta = tape["rew"][t] + cfg["gamma"] * tape["keep"][t] * nxt - tape["val"][t]
            gae = delta + cfg["gamma"] * cfg["lam"] * tape["keep"][t] * gae
            adv[t] = gae
            nxt = tape["val"][t]
        ret = adv + tape["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(cfg["num_learning_epochs"]):
            dist, value = self.policy.replay(tape["obs"], tape["keep"], first)
            ratio = (dist.log_prob(tape["act"]).sum(-1) - tape["logp"]).exp()
            surrogate = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = -surrogate + (value - ret).pow(2).mean() - 0.005 * dist.entropy().mean()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
            self.optimizer.step()

    def save(self, path):
        torch.save({"model_state_dict": self.policy.state_dict(),
                    "optimizer_state_dict": self.optimizer.state_dict(),
                    "iter": self.current_learning_iteration}, path)

    def load(self, path, load_optimizer=True):
        loaded = torch.load(path, map_location=self.device)
        self.policy.load_state_dict(loaded["model_state_dict"])
        if load_optimizer:
            self.optimizer.load_state_dict(loaded["optimizer_state_dict"])
        self.current_learning_iteration = loaded["iter"]
