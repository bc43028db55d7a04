import ray
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from depot import Depot
from model import FleetNet

UNROLL = 20
ACTORS = 6
GAMMA = 0.98


@ray.remote(num_cpus=1)
class DepotActor:
    def __init__(self, seed):
        torch.set_num_threads(1)
        self.depot = Depot(seed=seed)
        self.net = FleetNet()
        self.obs = torch.from_numpy(self.depot.obs())
        self.h = torch.zeros(self.depot.n, self.net.hidden)

    @torch.no_grad()
    def collect(self, weights):
        self.net.load_state_dict(weights)
        h0 = self.h.clone()
        traj = {k: [] for k in ("obs", "act", "logp", "rew", "done")}
        for _ in range(UNROLL):
            logits, _, self.h = self.net.step(self.obs, self.h)
            dist = Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done = self.depot.step(act.numpy())
            done = torch.from_numpy(done)
            for k, v in zip(traj, (self.obs, act, dist.log_prob(act), torch.from_numpy(rew), done)):
                traj[k].append(v)
            self.h = self.h * (1 - done)[:, None]
            self.obs = torch.from_numpy(nxt)
        batch = {k: torch.stack(v) for k, v in traj.items()}
        batch["h0"] = h0
        return batch


def vtrace(values, rho, rew, done):
    disc = GAMMA * (1 - done)
    vs = values.clone()
    acc = torch.zeros_like(values[0])
    for t in reversed(range(len(values) - 1)):
        delta = rho[t] * (rew[t] + disc[t] * values[t + 1] - values[t])
        acc = delta + disc[t] * rho[t] * acc
        vs[t] = values[t] + acc
    return vs


def update(net, opt, b):
    logits, values = net.unroll(b["obs"], b["done"], b["h0"])
    dist = Categorical(logits=logits)
    logp = dist.log_prob(b["act"])
    with torch.no_grad():
        rho = (logp - b["logp"]).exp().clamp(max=1.0)
        vs = vtrace(values, rho, b["rew"], b["done"])
        adv = rho[:-1] * (b["rew"][:-1] + GAMMA * (1 - b["done"][:-1]) * vs[1:] - values[:-1])
    loss = -(adv * logp[:-1]).mean() + 0.5 * F.mse_loss(values[:-1], vs[:-1]) - 0.01 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    opt.step()
    return loss.item()


def main(updates=50_000):
    ray.init()
    net = FleetNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-4, eps=1e-3)
    actors = [DepotActor.remote(s) for s in range(ACTORS)]
    ref = ray.put(net.state_dict())
    pending = {a.collect.remote(ref): a for a in actors}
    for n in range(updates):
        (ready,), _ = ray.wait(list(pending))
        actor = pending.pop(ready)
        batch = ray.get(ready)
        loss = update(net, opt, batch)
        pending[actor.collect.remote(ray.put(net.state_dict()))] = actor
        if n % 500 == 0:
            print(n, round(loss, 4), "deliveries/unroll", (batch["rew"] > 0.9).sum().item())
    torch.save(net.state_dict(), "fleet.pt")


if __name__ == "__main__":
    main()
