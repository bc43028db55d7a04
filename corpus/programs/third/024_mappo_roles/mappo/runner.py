import logging

import torch

from .actor import Critic, R_Actor
from .buffer import RoleBuffer

log = logging.getLogger(__name__)


class Runner:
    """Separated MAPPO: one actor per role. Weak roles are refreshed from strong ones."""

    def __init__(self, args, envs):
        self.args, self.envs = args, envs
        self.n = envs.num_roles
        self.actors = [R_Actor(envs.obs_dim, envs.act_dim, args.hidden) for _ in range(self.n)]
        self.critics = [Critic(envs.state_dim) for _ in range(self.n)]
        self.opts = [
            torch.optim.Adam([*a.parameters(), *c.parameters()], lr=args.lr) for a, c in zip(self.actors, self.critics)
        ]
        self.buffers = [
            RoleBuffer(args.episode_length, envs.num_envs, envs.obs_dim, envs.state_dim, args.hidden)
            for _ in range(self.n)
        ]
        self.contribution = [0.0] * self.n

    def warmup(self):
        obs, share = self.envs.reset()
        for i, b in enumerate(self.buffers):
            b.obs[0].copy_(obs[i])
            b.share_obs[0].copy_(share)

    def run(self):
        self.warmup()
        for episode in range(self.args.updates):
            for t in range(self.args.episode_length):
                self.step(t)
            for i in range(self.n):
                self.train(i)
                self.buffers[i].after_update()
            if (episode + 1) % self.args.refresh_every == 0:
                self.refresh_roles()
            if episode % 50 == 0:
                log.info("update %d contributions %s", episode, [round(c, 3) for c in self.contribution])

    @torch.no_grad()
    def step(self, t):
        actions, states, logps = [], [], []
        for actor, b in zip(self.actors, self.buffers):
            dist, h = actor(b.obs[t], b.rnn_states[t], b.masks[t])
            a = dist.sample()
            actions.append(a)
            states.append(h)
            logps.append(dist.log_prob(a))
        obs, share, rewards, dones = self.envs.step(torch.stack(actions))
        masks = 1.0 - dones.float().unsqueeze(-1)
        for i, b in enumerate(self.buffers):
            b.insert(obs[i], share, states[i], actions[i], logps[i], rewards[i], masks)
            self.contribution[i] = 0.999 * self.contribution[i] + 0.001 * rewards[i].mean().item()

    def train(self, i):
        b, actor, critic = self.buffers[i], self.actors[i], self.critics[i]
        with torch.no_grad():
            v = critic(b.share_obs)
            ret, adv = v[-1], torch.zeros_like(b.rewards)
            for t in reversed(range(b.T)):
                ret = b.rewards[t] + self.args.gamma * ret * b.masks[t + 1].squeeze(-1)
                adv[t] = ret - v[t]
        target = adv + v[:-1]
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        for _ in range(self.args.ppo_epoch):
            h, logp, ent = b.rnn_states[0], [], []
            for t in range(b.T):
                dist, h = actor(b.obs[t], h, b.masks[t])
                logp.append(dist.log_prob(b.actions[t]))
                ent.append(dist.entropy())
            ratio = (torch.stack(logp) - b.logp).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            vl = (critic(b.share_obs[:-1]) - target).pow(2).mean()
            self.opts[i].zero_grad()
            (pg + 0.5 * vl - 0.01 * torch.stack(ent).mean()).backward()
            self.opts[i].step()

    def refresh_roles(self):
        strong = max(range(self.n), key=lambda i: self.contribution[i])
        weak = min(range(self.n), key=lambda i: self.contribution[i])
        if strong == weak:
            return
        self.actors[weak].load_state_dict(self.actors[strong].state_dict())
        self.critics[weak].load_state_dict(self.critics[strong].state_dict())
        self.contribution[weak] = self.contribution[strong]
        log.info("role %d now plays like role %d", weak, strong)
