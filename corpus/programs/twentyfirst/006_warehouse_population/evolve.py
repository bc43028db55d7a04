# population training for order picking, GRU policy, REINFORCE with baseline
# every member owns a SyncVectorEnv that is never closed; weak members get overwritten
import copy
import gymnasium as gym
import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from torch import nn

import orderpick  # registers the env


class Policy(nn.Module):
    def __init__(self, d, k, h):
        super().__init__()
        self.h = h
        self.gru = nn.GRU(d, h)
        self.actor = nn.Linear(h, k)
        self.critic = nn.Linear(h, 1)

    def step(self, obs, hx):
        y, hx = self.gru(obs[None], hx)
        y = y[0]
        return torch.distributions.Categorical(logits=self.actor(y)), self.critic(y)[:, 0], hx


def make_member(cfg, i):
    envs = gym.vector.SyncVectorEnv([lambda: gym.make(cfg.env) for _ in range(cfg.n_envs)])
    net = Policy(envs.single_observation_space.shape[0], envs.single_action_space.n, cfg.hidden)
    obs, _ = envs.reset(seed=cfg.seed + i)
    lr = float(np.exp(np.random.uniform(np.log(1e-4), np.log(3e-3))))
    return dict(id=i, envs=envs, net=net, lr=lr, opt=torch.optim.Adam(net.parameters(), lr=lr),
                obs=obs, hx=torch.zeros(1, cfg.n_envs, cfg.hidden),
                ep=np.zeros(cfg.n_envs), hist=[])


def rollout_and_learn(m, cfg):
    net, hx = m["net"], m["hx"].detach()
    lp, vs, rs, ds, ent = [], [], [], [], []
    for _ in range(cfg.horizon):
        dist, v, hx = net.step(torch.tensor(m["obs"], dtype=torch.float32), hx)
        a = dist.sample()
        m["obs"], r, te, tr, _ = m["envs"].step(a.numpy())
        d = np.logical_or(te, tr)
        m["ep"] += r
        for k in np.flatnonzero(d):
            m["hist"].append(m["ep"][k])
            m["ep"][k] = 0
        alive = torch.tensor(~d, dtype=torch.float32)
        hx = hx * alive[None, :, None]
        lp.append(dist.log_prob(a)); vs.append(v); ent.append(dist.entropy())
        rs.append(torch.tensor(r, dtype=torch.float32)); ds.append(alive)
    with torch.no_grad():
        _, boot, _ = net.step(torch.tensor(m["obs"], dtype=torch.float32), hx)
    g, loss = boot, 0.0
    for t in reversed(range(cfg.horizon)):
        g = rs[t] + cfg.gamma * ds[t] * g
        adv = g - vs[t]
        loss = loss - (lp[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - cfg.ent * ent[t].mean()
    m["opt"].zero_grad()
    (loss / cfg.horizon).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    m["opt"].step()
    m["hx"] = hx.detach()


def overwrite(dst, src, cfg):
    dst["net"].load_state_dict(src["net"].state_dict())
    dst["lr"] = src["lr"] * float(np.random.choice([0.7, 1.4]))
    dst["opt"] = torch.optim.Adam(dst["net"].parameters(), lr=dst["lr"])
    dst["opt"].load_state_dict(copy.deepcopy(src["opt"].state_dict()))
    for g in dst["opt"].param_groups:
        g["lr"] = dst["lr"]
    # its shelves stay as they are, only the picker is another one
    dst["hx"] = torch.zeros(1, cfg.n_envs, cfg.hidden)
    dst["hist"] = []


def fitness(m):
    return float(np.mean(m["hist"][-100:])) if m["hist"] else -1e9


@hydra.main(version_base=None, config_path="conf", config_name="evolve")
def main(cfg: DictConfig):
    np.random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)
    pop = [make_member(cfg, i) for i in range(cfg.population)]
    for it in range(cfg.iterations):
        for m in pop:
            rollout_and_learn(m, cfg)
        if (it + 1) % cfg.exploit_every:
            continue
        order = sorted(pop, key=fitness)
        n = max(1, cfg.population // 5)
        print(f"[{it + 1}] best {fitness(order[-1]):.3f} worst {fitness(order[0]):.3f}")
        for weak in order[:n]:
            strong = order[-1 - np.random.randint(n)]
            overwrite(weak, strong, cfg)
    best = max(pop, key=fitness)
    torch.save({"net": best["net"].state_dict(), "lr": best["lr"]}, cfg.out)


if __name__ == "__main__":
    main()
