import hydra
import torch
import torch.nn.functional as F
from omegaconf import DictConfig
from torch import nn


class TunnelSim:
    def __init__(self, n, max_steps=720):
        self.n, self.max_steps = n, max_steps
        self.set_stage(0.2, 0.3)
        self.reset()

    def set_stage(self, heat, trains):
        self.heat, self.trains = heat, trains

    def _fresh(self, k):
        return torch.rand(k, 3) * 0.2

    def reset(self):
        self.x = self._fresh(self.n)
        self.t = torch.randint(0, self.max_steps, (self.n,))
        return self.x.clone()

    def step(self, fan):
        fan = fan.sigmoid().squeeze(-1)
        train = (torch.rand(self.n) < 0.1 * self.trains).float()
        load = torch.stack([torch.full((self.n,), 0.01 * self.heat), 0.05 * train, 0.02 * train], 1)
        self.x = (self.x + load) * (1 - 0.08 * fan).unsqueeze(1)
        reward = -self.x.sum(1) - 0.3 * fan ** 3
        self.t += 1
        done = (self.t >= self.max_steps) | (self.x.max(1).values > 3)
        self.x[done] = self._fresh(int(done.sum()))
        self.t[done] = 0
        return self.x.clone(), reward, done


class VentNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, num_layers=1)
        self.mu = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.zeros(1))
        self.v = nn.Linear(hidden, 1)

    def initial_state(self, n):
        shape = (self.lstm.num_layers, n, self.lstm.hidden_size)
        return torch.zeros(shape), torch.zeros(shape)

    def forward(self, x, state):
        y, state = self.lstm(x[None], state)
        y = y[0]
        return torch.distributions.Normal(self.mu(y), self.log_std.exp()), self.v(y)[:, 0], state


class Runner:
    def __init__(self, net, sim):
        self.net, self.sim = net, sim
        self.obs = sim.reset()
        self.state = net.initial_state(sim.n)

    def restart_memory(self):
        self.state = self.net.initial_state(self.sim.n)

    def collect(self, horizon, gamma):
        self.state = tuple(s.detach() for s in self.state)
        traj = []
        for _ in range(horizon):
            dist, v, state = self.net(self.obs, self.state)
            a = dist.sample()
            self.obs, r, done = self.sim.step(a)
            live = (~done).float()
            self.state = tuple(s * live[None, :, None] for s in state)
            traj.append((dist.log_prob(a)[:, 0], v, r, live))
        with torch.no_grad():
            ret = self.net(self.obs, self.state)[1]
        rets = []
        for _, _, r, live in reversed(traj):
            ret = r + gamma * live * ret
            rets.append(ret)
        logp, v, r, _ = (torch.stack(z) for z in zip(*traj))
        return logp, v, torch.stack(rets[::-1]), r.mean().item()


def run_stage(cfg, stage, net, runner):
    init = stage.get("init")
    if init is not None:
        net.load_state_dict(torch.load(f"{init}.best.pt"))
    runner.restart_memory()
    runner.sim.set_stage(stage.heat, stage.trains)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    best, avg = float("-inf"), None
    for u in range(stage.updates):
        logp, v, ret, r = runner.collect(cfg.horizon, cfg.gamma)
        loss = -(logp * (ret - v).detach()).mean() + 0.5 * F.huber_loss(v, ret)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        avg = r if avg is None else 0.98 * avg + 0.02 * r
        if u > 100 and avg > best:
            best = avg
            torch.save(net.state_dict(), f"{stage.name}.best.pt")
        if u % 100 == 0:
            print(f"{stage.name} {u} reward {avg:.4f}")


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    torch.manual_seed(cfg.seed)
    net = VentNet()
    runner = Runner(net, TunnelSim(cfg.n_envs))
    for stage in cfg.stages:
        run_stage(cfg, stage, net, runner)


if __name__ == "__main__":
    main()
