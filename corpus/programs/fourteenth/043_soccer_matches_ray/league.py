import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from pitch import Pitch

HIDDEN = 128


class Player(nn.Module):
    def __init__(self, n_obs=8, n_act=5):
        super().__init__()
        self.body = nn.Linear(n_obs, HIDDEN)
        self.memory = nn.LSTMCell(HIDDEN, HIDDEN)
        self.pi = nn.Linear(HIDDEN, n_act)
        self.v = nn.Linear(HIDDEN, 1)

    def forward(self, x, hc):
        hc = self.memory(F.elu(self.body(x)), hc)
        return torch.distributions.Categorical(logits=self.pi(hc[0])), self.v(hc[0]).squeeze(-1), hc


def kick_off_state(n):
    return torch.zeros(n, HIDDEN), torch.zeros(n, HIDDEN)


@ray.remote(num_cpus=1)
class Stadium:
    def __init__(self, seed):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.pitch = Pitch(seed)
        self.player = Player()

    @torch.no_grad()
    def match(self, weights):
        """A whole match with the given weights on both sides."""
        self.player.load_state_dict(weights)
        obs = torch.from_numpy(self.pitch.reset())
        hc = kick_off_state(self.pitch.n_players)
        rows, over = [], False
        while not over:
            dist, v, hc = self.player(obs, hc)
            a = dist.sample()
            nxt, r, over = self.pitch.step(a.tolist())
            rows.append((obs, a, torch.from_numpy(r), dist.log_prob(a)))
            obs = torch.from_numpy(nxt)
        return [torch.stack(col) for col in zip(*rows)], self.pitch.score.sum()


def returns(rew, gamma=0.99):
    out, g = torch.zeros_like(rew), torch.zeros(rew.shape[1])
    for t in reversed(range(len(rew))):
        g = rew[t] + gamma * g
        out[t] = g
    return out


def update(net, opt, matches, epochs=2):
    obs = torch.cat([m[0] for m in matches], 1)
    act = torch.cat([m[1] for m in matches], 1)
    ret = torch.cat([returns(m[2]) for m in matches], 1)
    old = torch.cat([m[3] for m in matches], 1)
    for _ in range(epochs):
        hc, lp, vs, ent = kick_off_state(obs.shape[1]), [], [], 0.0
        for x, a in zip(obs, act):
            dist, v, hc = net(x, hc)
            lp.append(dist.log_prob(a))
            vs.append(v)
            ent = ent + dist.entropy().mean() / len(obs)
        lp, vs = torch.stack(lp), torch.stack(vs)
        adv = (ret - vs).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        ratio = (lp - old).exp()
        pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
        loss = pg + 0.5 * F.mse_loss(vs, ret) - 0.01 * ent
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
    return loss.item()


def main():
    ray.init()
    net = Player()
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    stadiums = [Stadium.remote(i) for i in range(8)]
    for rnd in range(5000):
        weights = ray.put(net.state_dict())
        results = ray.get([s.match.remote(weights) for s in stadiums])
        loss = update(net, opt, [m for m, _ in results])
        if rnd % 10 == 0:
            goals = np.mean([g for _, g in results])
            print(f"round {rnd} loss {loss:.3f} goals per match {goals:.2f}")
            torch.save(net.state_dict(), "player.pt")


if __name__ == "__main__":
    main()
