import numpy as np
import ray
import torch
from torch.distributions import Categorical

from network import WaterTown
from policy import PumpNet


@ray.remote
class Plant:
    """Holds the weights that are trained."""

    def __init__(self, lr=5e-4):
        self.net = PumpNet(WaterTown.n_obs, WaterTown.n_act)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)

    def weights(self):
        return {k: v.cpu().numpy() for k, v in self.net.state_dict().items()}

    def learn(self, seg):
        obs = torch.from_numpy(seg["obs"])
        ret = torch.from_numpy(seg["ret"])
        belief = torch.from_numpy(seg["belief0"])
        loss = 0.0
        for t in range(len(obs)):
            logits, v, belief = self.net(obs[t : t + 1], belief)
            dist = Categorical(logits=logits)
            adv = ret[t] - v
            loss = loss - dist.log_prob(torch.tensor([seg["act"][t]])) * adv.detach() + 0.5 * adv**2
            loss = loss - 0.01 * dist.entropy()
            if seg["end"][t]:
                belief = torch.zeros_like(belief)
        self.opt.zero_grad()
        (loss.sum() / len(obs)).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return float(loss.sum())


@ray.remote
class Runner:
    def __init__(self, plant, seed):
        torch.manual_seed(seed)
        self.plant = plant
        self.town = WaterTown(seed)
        self.net = PumpNet(WaterTown.n_obs, WaterTown.n_act)
        self.reading = self.town.reset()
        self.belief = torch.zeros(1, PumpNet.width)

    def pull(self):
        w = ray.get(self.plant.weights.remote())
        self.net.load_state_dict({k: torch.tensor(v) for k, v in w.items()})

    @torch.no_grad()
    def segment(self, n=36, gamma=0.98):
        self.pull()
        start = self.belief.numpy().copy()
        obs, act, rew, end = [], [], [], []
        for _ in range(n):
            x = torch.from_numpy(self.reading).unsqueeze(0)
            logits, _, self.belief = self.net(x, self.belief)
            a = int(Categorical(logits=logits).sample())
            obs.append(self.reading)
            self.reading, r, done = self.town.step(a)
            act.append(a), rew.append(r), end.append(done)
            if done:
                self.reading = self.town.reset()
                self.belief = torch.zeros(1, PumpNet.width)
        _, tail, _ = self.net(torch.from_numpy(self.reading).unsqueeze(0), self.belief)
        g, ret = float(tail), np.zeros(n, np.float32)
        for t in reversed(range(n)):
            g = rew[t] + gamma * g * (not end[t])
            ret[t] = g
        return {"obs": np.stack(obs), "act": act, "ret": ret, "end": end, "belief0": start, "sum": sum(rew)}


def main(n_runners=6, segments=20_000):
    ray.init()
    plant = Plant.remote()
    runners = [Runner.remote(plant, s) for s in range(n_runners)]
    flying = {r.segment.remote(): r for r in runners}
    for k in range(segments):
        (ready,), _ = ray.wait(list(flying))
        runner = flying.pop(ready)
        seg = ray.get(ready)
        ray.get(plant.learn.remote(seg))
        flying[runner.segment.remote()] = runner
        if k % 200 == 0:
            print(k, round(seg["sum"], 3))


if __name__ == "__main__":
    main()
