import copy

import torch
import torch.nn.functional as F

from .nets import Actor, Critic


def hard_update(dst, src):
    for d, s in zip(dst.parameters(), src.parameters()):
        d.data.copy_(s.data)


def soft_update(dst, src, tau):
    for d, s in zip(dst.parameters(), src.parameters()):
        d.data.mul_(1 - tau).add_(tau * s.data)


class AsyncSAC:
    """Learner nets train all the time; the robot is driven by a copy that is refreshed now and then."""

    def __init__(self, obs_dim, act_dim, lr=3e-4, gamma=0.98, tau=0.01):
        self.act_dim = act_dim
        self.gamma, self.tau = gamma, tau
        self.actor = Actor(obs_dim, act_dim)
        self.q1, self.q2 = Critic(obs_dim, act_dim), Critic(obs_dim, act_dim)
        self.t1, self.t2 = copy.deepcopy(self.q1), copy.deepcopy(self.q2)
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.critic_opt = torch.optim.Adam([*self.q1.parameters(), *self.q2.parameters()], lr=lr)
        self.alpha_opt = torch.optim.Adam([self.log_alpha], lr=lr)
        self.driver = copy.deepcopy(self.actor).eval()
        self.driver_h = None
        self.begin_episode()

    def begin_episode(self):
        self.driver_h = torch.zeros(1, 1, self.driver.hidden)

    def refresh_driver(self):
        hard_update(self.driver, self.actor)

    @torch.no_grad()
    def act(self, obs):
        a, _, self.driver_h = self.driver.sample(torch.as_tensor(obs).view(1, 1, -1), self.driver_h)
        return a.view(-1).numpy()

    def update(self, batch):
        obs, act, rew, term = batch["obs"], batch["act"], batch["rew"], batch["term"]
        now, nxt = obs[:, :-1], obs[:, 1:]
        h0 = torch.zeros(1, obs.shape[0], self.actor.hidden)
        alpha = self.log_alpha.exp().detach()
        with torch.no_grad():
            na, nlogp, _ = self.actor.sample(nxt, h0)
            tq = torch.min(self.t1(nxt, na), self.t2(nxt, na)) - alpha * nlogp
            y = rew + self.gamma * (1 - term) * tq
        closs = F.mse_loss(self.q1(now, act), y) + F.mse_loss(self.q2(now, act), y)
        self.critic_opt.zero_grad()
        closs.backward()
        self.critic_opt.step()
        a, logp, _ = self.actor.sample(now, h0)
        aloss = (alpha * logp - torch.min(self.q1(now, a), self.q2(now, a))).mean()
        self.actor_opt.zero_grad()
        aloss.backward()
        self.actor_opt.step()
        tloss = -(self.log_alpha * (logp.detach() - self.act_dim)).mean()
        self.alpha_opt.zero_grad()
        tloss.backward()
        self.alpha_opt.step()
        soft_update(self.t1, self.q1, self.tau)
        soft_update(self.t2, self.q2, self.tau)
        return float(closs.detach()), float(aloss.detach())
