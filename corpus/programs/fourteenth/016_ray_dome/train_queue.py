import random
from typing import Dict, List

import ray
import torch
from torch import nn

from dome import Night

OBS = Night.FIELDS * 3 + 2


def make_net() -> nn.ModuleDict:
    return nn.ModuleDict({"rnn": nn.GRU(OBS, 96), "pi": nn.Linear(96, Night.FIELDS), "v": nn.Linear(96, 1)})


@ray.remote
class Observer:
    """Keeps its net between calls, plays whole nights."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        self.net = make_net()
        self.h = None

    def take_weights(self, weights: Dict[str, torch.Tensor]) -> None:
        self.net.load_state_dict(weights)

    @torch.no_grad()
    def nights(self, count: int) -> List[dict]:
        return [self._night() for _ in range(count)]

    def _night(self) -> dict:
        night, over = Night(self.rng), False
        self.h = torch.zeros(1, 1, 96)
        obs, acts, logp, gains = [], [], [], []
        while not over:
            x = torch.tensor(night.look())
            y, self.h = self.net["rnn"](x.view(1, 1, -1), self.h)
            pi = torch.distributions.Categorical(logits=self.net["pi"](y[0, 0]))
            a = pi.sample()
            gain, over = night.observe(int(a))
            obs.append(x)
            acts.append(a)
            logp.append(pi.log_prob(a))
            gains.append(gain)
        return dict(obs=torch.stack(obs), acts=torch.stack(acts), logp=torch.stack(logp), gains=torch.tensor(gains))


def ppo_epoch(net, opt, batch, clip=0.2):
    obs = torch.stack([b["obs"] for b in batch], 1)
    acts, old, gains = (torch.stack([b[k] for b in batch], 1) for k in ("acts", "logp", "gains"))
    togo = gains.flip(0).cumsum(0).flip(0)
    y, _ = net["rnn"](obs)
    pi = torch.distributions.Categorical(logits=net["pi"](y))
    v = net["v"](y).squeeze(-1)
    adv = togo - v.detach()
    adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    ratio = (pi.log_prob(acts) - old).exp()
    loss = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
    loss = loss + 0.25 * (togo - v).pow(2).mean() - 0.003 * pi.entropy().mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()


def main(n_observers: int = 10, nights_each: int = 4, rounds: int = 5000) -> None:
    ray.init(ignore_reinit_error=True)
    net = make_net()
    opt = torch.optim.Adam(net.parameters(), lr=4e-4)
    crew = [Observer.remote(1000 + i) for i in range(n_observers)]
    for rnd in range(rounds):
        ref = ray.put({k: v.cpu() for k, v in net.state_dict().items()})
        ray.get([o.take_weights.remote(ref) for o in crew])
        batch = sum(ray.get([o.nights.remote(nights_each) for o in crew]), [])
        for _ in range(4):
            ppo_epoch(net, opt, batch)
        if rnd % 20 == 0:
            print(rnd, sum(float(b["gains"].sum()) for b in batch) / len(batch))
            torch.save(net.state_dict(), "queue.pt")


if __name__ == "__main__":
    main()
