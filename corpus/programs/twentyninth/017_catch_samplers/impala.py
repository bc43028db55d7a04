import numpy as np
import ray
import torch
from torch.distributions import Categorical

from catch import BlinkingCatch
from net import CatchNet


@ray.remote(num_cpus=1)
class Sampler:
    def __init__(self, index, courts):
        torch.set_num_threads(1)
        self.env = BlinkingCatch(courts, np.random.default_rng(index))
        self.net = CatchNet().eval()
        self.obs = self.env.observe()
        self.agent_state = self.net.initial_state(courts)

    @torch.no_grad()
    def fragment(self, weights, length):
        self.net.set_weights(weights)
        first = self.agent_state.clone()
        cols = {k: [] for k in ("obs", "act", "logp", "rew", "done")}
        for _ in range(length):
            obs = torch.from_numpy(self.obs)
            logits, _, self.agent_state = self.net(obs, self.agent_state)
            dist = Categorical(logits=logits)
            act = dist.sample()
            self.obs, rew, done = self.env.step(act.numpy())
            self.agent_state[torch.from_numpy(done)] = 0.0
            for k, v in zip(cols, (obs, act, dist.log_prob(act), torch.from_numpy(rew), torch.from_numpy(done))):
                cols[k].append(v)
        out = {k: torch.stack(v).numpy() for k, v in cols.items()}
        out["first"], out["last"] = first.numpy(), self.obs.copy()
        return out


def vtrace_loss(net, frag, gamma=0.95):
    frag = {k: torch.from_numpy(np.array(v)) for k, v in frag.items()}
    state, logits, values = frag["first"], [], []
    for obs, done in zip(frag["obs"], frag["done"]):
        lg, v, state = net(obs, state)
        state = state * (~done).float()[:, None]
        logits.append(lg)
        values.append(v)
    with torch.no_grad():
        boot = net(frag["last"], state)[1]
    dist, values = Categorical(logits=torch.stack(logits)), torch.stack(values)
    logp = dist.log_prob(frag["act"])
    with torch.no_grad():
        rho = (logp - frag["logp"]).exp().clamp(max=1.0)
        disc = gamma * (~frag["done"]).float()
        nxt = torch.cat([values[1:], boot[None]])
        delta = rho * (frag["rew"] + disc * nxt - values)
        acc, vs = torch.zeros_like(boot), []
        for t in reversed(range(len(delta))):
            acc = delta[t] + disc[t] * rho[t] * acc
            vs.insert(0, acc + values[t])
        vs = torch.stack(vs)
        adv = rho * (frag["rew"] + disc * torch.cat([vs[1:], boot[None]]) - values)
    return (-adv * logp).mean() + 0.5 * (vs - values).pow(2).mean() - 0.01 * dist.entropy().mean()


def main(n_samplers=6, courts=8, length=20, updates=30000):
    ray.init()
    learner = CatchNet()
    opt = torch.optim.RMSprop(learner.parameters(), lr=5e-4, eps=0.01)
    samplers = [Sampler.remote(i, courts) for i in range(n_samplers)]
    weights = ray.put(learner.get_weights())
    waiting = {s.fragment.remote(weights, length): s for s in samplers}
    mean = 0.0
    for step in range(1, updates + 1):
        ready, _ = ray.wait(list(waiting), num_returns=1)
        sampler = waiting.pop(ready[0])
        frag = ray.get(ready[0])
        loss = vtrace_loss(learner, frag)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 40.0)
        opt.step()
        weights = ray.put(learner.get_weights())
        waiting[sampler.fragment.remote(weights, length)] = sampler
        if frag["done"].any():
            mean += 0.01 * (frag["rew"][frag["done"]].mean() - mean)
        if step % 500 == 0:
            print(step, "mean catch", round(float(mean), 3))
    ray.shutdown()


if __name__ == "__main__":
    main()
