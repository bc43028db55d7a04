import copy
import random
from types import SimpleNamespace

import torch

from harbour import HarbourBattle
from nets import BoatActor, BoatCritic, evaluate

cfg = SimpleNamespace(n=4, rollout=64, updates=20000, epochs=4, clip=0.2, gamma=0.99, lam=0.95,
                      lr=5e-4, league_every=50, rival_every=10, hidden=64)


class Runner:
    def __init__(self):
        self.env = HarbourBattle(cfg.n)
        d = self.env.obs_dim
        self.actor = BoatActor(d, self.env.n_actions, cfg.hidden)
        self.critic = BoatCritic(d * cfg.n, cfg.hidden)
        self.rival = copy.deepcopy(self.actor)
        params = list(self.actor.parameters()) + list(self.critic.parameters())
        self.opt = torch.optim.Adam(params, lr=cfg.lr)
        self.league = [copy.deepcopy(self.actor.state_dict())]
        self.blue, self.red = self.env.reset()
        self.clear()

    def clear(self):
        self.ha = torch.zeros(cfg.n, cfg.hidden)
        self.hc = torch.zeros(cfg.n, cfg.hidden)
        self.hr = torch.zeros(cfg.n, cfg.hidden)
        self.mask = torch.zeros(cfg.n, 1)

    @torch.no_grad()
    def collect(self):
        buf = {k: [] for k in ("obs", "state", "act", "logp", "value", "rew", "mask", "done")}
        buf["ha0"], buf["hc0"] = self.ha, self.hc
        for _ in range(cfg.rollout):
            state = self.blue.flatten().expand(cfg.n, -1)
            dist, self.ha = self.actor(self.blue, self.ha, self.mask)
            value, self.hc = self.critic(state, self.hc, self.mask)
            rdist, self.hr = self.rival(self.red, self.hr, self.mask)
            act = dist.sample()
            for k, x in (("obs", self.blue), ("state", state), ("act", act), ("logp", dist.log_prob(act)),
                         ("value", value), ("mask", self.mask)):
                buf[k].append(x)
            self.blue, self.red, rew, done = self.env.step(act, rdist.sample())
            buf["rew"].append(rew)
            buf["done"].append(done)
            self.mask = torch.full((cfg.n, 1), 0.0 if done else 1.0)
            if done:
                self.blue, self.red = self.env.reset()
        state = self.blue.flatten().expand(cfg.n, -1)
        buf["last"], _ = self.critic(state, self.hc, self.mask)
        return buf

    def update(self, buf):
        adv, g, nxt = [], 0.0, buf["last"]
        for t in reversed(range(cfg.rollout)):
            live = 0.0 if buf["done"][t] else 1.0
            delta = buf["rew"][t] + cfg.gamma * live * nxt - buf["value"][t]
            g = delta + cfg.gamma * cfg.lam * live * g
            adv.insert(0, g)
            nxt = buf["value"][t]
        adv = torch.stack(adv)
        ret = adv + torch.stack(buf["value"])
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        old = torch.stack(buf["logp"])
        for _ in range(cfg.epochs):
            logp, ent, value = evaluate(self.actor, self.critic, buf)
            ratio = (logp - old).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(1 - cfg.clip, 1 + cfg.clip) * adv).mean()
            loss = pg + 0.5 * (ret - value).pow(2).mean() - 0.01 * ent.mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
        return loss.item()

    def train(self):
        for u in range(1, cfg.updates + 1):
            buf = self.collect()
            loss = self.update(buf)
            if u % cfg.league_every == 0:
                self.league.append(copy.deepcopy(self.actor.state_dict()))
            if u % cfg.rival_every == 0:
                self.rival.load_state_dict(random.choice(self.league))
            if u % 100 == 0:
                print(u, f"loss {loss:.3f} reward {sum(buf['rew']):.2f} league {len(self.league)}")
        torch.save(self.actor.state_dict(), "blue.pt")


if __name__ == "__main__":
    Runner().train()
