import copy

import numpy as np
import torch

from .nets import RActor, RCritic


class Team:
    """A population member: one parameter-shared MAPPO team with its own environments."""

    def __init__(self, cfg, envs, rng):
        self.cfg, self.envs, self.rng = cfg, envs, rng
        self.n = envs.n_envs * envs.n_agents
        self.actor = RActor(envs.obs_dim, envs.n_actions, cfg["hidden"])
        self.critic = RCritic(envs.share_dim, cfg["hidden"])
        self.hp = {"lr": cfg["lr"] * float(rng.uniform(0.3, 3)), "ent": cfg["ent"], "clip": 0.2}
        self._optimisers()
        self.actor_h = torch.zeros(self.n, cfg["hidden"])
        self.critic_h = torch.zeros(self.n, cfg["hidden"])
        self.mask = torch.ones(self.n, 1)
        self.obs, self.share = self._tensors(*envs.reset())
        self.score = -np.inf
        self.frames = 0

    def _optimisers(self):
        params = [*self.actor.parameters(), *self.critic.parameters()]
        self.opt = torch.optim.Adam(params, lr=self.hp["lr"], eps=1e-5)

    @staticmethod
    def _tensors(obs, share):
        flat = lambda x: torch.as_tensor(x, dtype=torch.float32).flatten(0, 1)  # noqa: E731
        return flat(obs), flat(share)

    # -- acting ---------------------------------------------------------------------
    def rollout(self):
        steps = []
        start = (self.actor_h.clone(), self.critic_h.clone())
        for _ in range(self.cfg["horizon"]):
            with torch.no_grad():
                dist, self.actor_h = self.actor(self.obs, self.actor_h, self.mask)
                value, self.critic_h = self.critic(self.share, self.critic_h, self.mask)
            action = dist.sample()
            grid = action.view(self.envs.n_envs, self.envs.n_agents)
            obs, share, reward, done = self.envs.step(grid.numpy())
            reward = torch.as_tensor(reward, dtype=torch.float32).flatten()
            alive = torch.as_tensor(1.0 - done, dtype=torch.float32).repeat_interleave(self.envs.n_agents)
            steps.append((self.obs, self.share, action, dist.log_prob(action), value, reward, self.mask, alive))
            self.obs, self.share = self._tensors(obs, share)
            self.mask = alive.unsqueeze(-1)
        with torch.no_grad():
            boot, _ = self.critic(self.share, self.critic_h, self.mask)
        self.frames += len(steps) * self.n
        return steps, start, boot

    # -- learning -------------------------------------------------------------------
    def update(self, steps, start, boot):
        ret, gae, targets = boot, torch.zeros_like(boot), []
        nxt = boot
        for _, _, _, _, v, r, _, alive in reversed(steps):
            delta = r + self.cfg["gamma"] * alive * nxt - v
            gae = delta + self.cfg["gamma"] * 0.95 * alive * gae
            nxt = v
            targets.insert(0, gae + v)
        for _ in range(self.cfg["epochs"]):
            ha, hc = start
            loss = 0.0
            for (o, s, a, old, v, _, m, _), ret in zip(steps, targets):
                dist, ha = self.actor(o, ha, m)
                val, hc = self.critic(s, hc, m)
                adv = ret - v
                ratio = (dist.log_prob(a) - old).exp()
                surr = torch.min(ratio * adv, ratio.clamp(1 - self.hp["clip"], 1 + self.hp["clip"]) * adv)
                loss = loss - surr.mean() + (ret - val).pow(2).mean() - self.hp["ent"] * dist.entropy().mean()
            self.opt.zero_grad()
            (loss / len(steps)).backward()
            self.opt.step()
        self.score = 0.95 * self.score + 0.05 * float(targets[0].mean()) if np.isfinite(self.score) else float(targets[0].mean())

    # -- population -----------------------------------------------------------------
    def clone_from(self, other):
        self.actor.load_state_dict(other.actor.state_dict())
        self.critic.load_state_dict(other.critic.state_dict())
        self.actor_h.zero_()
        self.hp = copy.deepcopy(other.hp)
        self._optimisers()
        self.score = other.score

    def explore(self):
        for key in ("lr", "ent"):
            self.hp[key] *= float(self.rng.choice([0.8, 1.25]))
        for group in self.opt.param_groups:
            group["lr"] = self.hp["lr"]
