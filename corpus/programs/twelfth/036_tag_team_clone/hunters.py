import numpy as np
import torch
from pettingzoo.mpe import simple_tag_v3
from torch import nn, optim

N_HUNTERS = 3
MAX_CYCLES = 200


class Brain(nn.Module):
    def __init__(self, d_in, d_out, d=64):
        super().__init__()
        self.d = d
        self.rnn = nn.LSTM(d_in, d)
        self.policy = nn.Linear(d, d_out)
        self.value = nn.Linear(d, 1)

    def forward(self, o, hc):
        y, hc = self.rnn(o.view(1, 1, -1), hc)
        y = y[0, 0]
        return self.policy(y), self.value(y)[0], hc


class Hunter:
    def __init__(self, name, d_in, d_out, lr=1e-3):
        self.name = name
        self.brain = Brain(d_in, d_out)
        self.optim = optim.Adam(self.brain.parameters(), lr=lr)
        self.catches = 0.0
        self.forget()

    def forget(self):
        self.hc = (torch.zeros(1, 1, self.brain.d), torch.zeros(1, 1, self.brain.d))
        self.memory = []

    def choose(self, obs):
        logits, v, self.hc = self.brain(torch.from_numpy(obs).float(), self.hc)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        self.memory.append([dist.log_prob(a), v, 0.0])
        return int(a)

    def feel(self, r):
        self.memory[-1][2] = float(r)
        self.catches = 0.99 * self.catches + 0.01 * float(r)

    def improve(self, gamma=0.95):
        if not self.memory:
            return
        g, terms = self.memory[-1][1].detach(), []
        for lp, v, r in self.memory[::-1]:
            g = r + gamma * g
            terms.append(-lp * (g - v).detach() + 0.5 * (g - v) ** 2)
        self.optim.zero_grad()
        torch.stack(terms).mean().backward()
        nn.utils.clip_grad_norm_(self.brain.parameters(), 0.5)
        self.optim.step()
        self.memory = []
        self.hc = tuple(s.detach() for s in self.hc)

    def clone_from(self, other):
        self.brain.load_state_dict(other.brain.state_dict())
        with torch.no_grad():
            for w in self.brain.parameters():
                w.add_(0.01 * torch.randn_like(w))
        self.optim = optim.Adam(self.brain.parameters(), lr=self.optim.param_groups[0]["lr"])
        self.catches = other.catches
        self.forget()


class Pack:
    def __init__(self, env):
        names = [a for a in env.possible_agents if a.startswith("adversary")]
        self.hunters = {
            n: Hunter(n, env.observation_space(n).shape[0], int(env.action_space(n).n)) for n in names
        }

    def __iter__(self):
        return iter(self.hunters.values())

    def replace_weakest(self):
        ordered = sorted(self, key=lambda h: h.catches)
        weak, strong = ordered[0], ordered[-1]
        if strong.catches - weak.catches > 0.05:
            weak.clone_from(strong)
            return weak.name, strong.name
        return None


def main(episodes=20_000, update_every=25, replace_every=100, seed=0):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    env = simple_tag_v3.parallel_env(num_good=1, num_adversaries=N_HUNTERS, max_cycles=MAX_CYCLES)
    env.reset(seed=seed)
    pack = Pack(env)
    steps, log = 0, []
    for ep in range(episodes):
        obs, _ = env.reset()
        for h in pack:
            h.forget()
        score = 0.0
        while env.agents:
            acts = {n: h.choose(obs[n]) for n, h in pack.hunters.items()}
            acts["agent_0"] = int(rng.integers(5))
            obs, rew, _, _, _ = env.step(acts)
            for n, h in pack.hunters.items():
                h.feel(rew[n])
                score += rew[n]
            steps += 1
            if steps % update_every == 0:
                for h in pack:
                    h.improve()
            if steps % replace_every == 0:
                swap = pack.replace_weakest()
                if swap:
                    print("{} <- {} at step {}".format(*swap, steps))
        log.append(score)
        if ep % 100 == 99:
            print(f"{ep + 1:6d} {np.mean(log[-100:]):8.2f}")


if __name__ == "__main__":
    main()
