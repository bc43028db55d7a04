import numpy as np
import ray
import torch

from peg import PegVec
from policy import PegPolicy

T, B, ACTORS = 40, 16, 8
GAMMA = 0.98


@ray.remote(num_cpus=1)
class Arm:
    def __init__(self, number):
        torch.set_num_threads(1)
        self.sim = PegVec(B, seed=number)
        self.policy = PegPolicy(self.sim.obs_dim, self.sim.act_dim)
        self.obs = self.sim.reset()
        self.done = np.ones(B, bool)
        self.core_state = self.policy.start(B)

    @torch.no_grad()
    def unroll(self, weights):
        self.policy.load_state_dict(weights)
        traj = {"obs": [], "done": [], "act": [], "logp": [], "rew": []}
        begin = tuple(s.numpy().copy() for s in self.core_state)
        for _ in range(T):
            dist, _, self.core_state = self.policy(
                torch.from_numpy(self.obs)[None], torch.from_numpy(self.done)[None], self.core_state
            )
            act = dist.sample()
            traj["obs"].append(self.obs)
            traj["done"].append(self.done)
            traj["act"].append(act[0].numpy())
            traj["logp"].append(dist.log_prob(act)[0].numpy())
            self.obs, rew, self.done = self.sim.step(act[0].numpy())
            traj["rew"].append(rew)
        traj["obs"].append(self.obs)
        traj["done"].append(self.done)
        out = {k: np.stack(v) for k, v in traj.items()}
        out["core"] = begin
        return out


def vtrace(logp, mu_logp, rew, val, boot, cont):
    rho = torch.exp(logp - mu_logp).clamp(max=1.0)
    nxt = torch.cat([val[1:], boot[None]])
    delta = rho * (rew + GAMMA * cont * nxt - val)
    acc = torch.zeros_like(boot)
    out = []
    for t in reversed(range(len(rew))):
        acc = delta[t] + GAMMA * cont[t] * rho[t] * acc
        out.append(acc)
    vs = val + torch.stack(out[::-1])
    vs_next = torch.cat([vs[1:], boot[None]])
    return vs, rho * (rew + GAMMA * cont * vs_next - val)


def learn(net, opt, traj):
    t = {k: torch.from_numpy(np.array(v)) for k, v in traj.items() if k != "core"}
    core = tuple(torch.from_numpy(np.array(c)) for c in traj["core"])
    dist, val, _ = net(t["obs"], t["done"], core)
    act = torch.cat([t["act"], torch.zeros_like(t["act"][:1])])
    logp = dist.log_prob(act)[:-1]
    cont = (~t["done"][1:]).float()
    with torch.no_grad():
        vs, adv = vtrace(logp, t["logp"], t["rew"], val[:-1], val[-1], cont)
    loss = -(logp * adv).mean() + 0.5 * (vs - val[:-1]).pow(2).mean() - 0.002 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return t["rew"].mean().item()


def main(updates=50_000):
    ray.init()
    net = PegPolicy(PegVec.obs_dim, PegVec.act_dim)
    opt = torch.optim.RMSprop(net.parameters(), lr=6e-4, alpha=0.99, eps=0.01)
    arms = [Arm.remote(i) for i in range(ACTORS)]
    ref = ray.put(net.state_dict())
    pending = {arm.unroll.remote(ref): arm for arm in arms}
    for u in range(updates):
        (ready,), _ = ray.wait(list(pending), num_returns=1)
        arm = pending.pop(ready)
        reward = learn(net, opt, ray.get(ready))
        if u % 4 == 0:
            ref = ray.put(net.state_dict())
        pending[arm.unroll.remote(ref)] = arm
        if u % 200 == 0:
            print(u, round(reward, 4), flush=True)
    torch.save(net.state_dict(), "peg.pt")


if __name__ == "__main__":
    main()
