import pathlib

import torch
import torch.nn as nn
from torch.distributions import Independent, Normal

from cubes import CubeTables

TABLES = 64
HIDDEN = 128
CHUNK = 32
LEVELS = 4
GAMMA = 0.98
FOLDER = pathlib.Path("levels")


class StackAgent(nn.Module):
    def __init__(self):
        super().__init__()
        self.actor_rnn = nn.GRUCell(10, HIDDEN)
        self.critic_rnn = nn.GRUCell(10, HIDDEN)
        self.mean = nn.Linear(HIDDEN, 4)
        self.std = nn.Parameter(torch.zeros(4) - 0.7)
        self.value = nn.Linear(HIDDEN, 1)

    def act(self, obs, states):
        states = {
            "actor": self.actor_rnn(obs, states["actor"]),
            "critic": self.critic_rnn(obs, states["critic"]),
        }
        dist = Independent(Normal(self.mean(states["actor"]), self.std.exp()), 1)
        return dist, self.value(states["critic"]).squeeze(1), states


def zero_states():
    return {"actor": torch.zeros(TABLES, HIDDEN), "critic": torch.zeros(TABLES, HIDDEN)}


def collect(agent, tables, obs, states):
    states = {k: s.detach() for k, s in states.items()}
    logps, values, rewards, dones, wins = [], [], [], [], []
    for _ in range(CHUNK):
        dist, value, states = agent.act(obs, states)
        action = dist.sample()
        obs, reward, done, won = tables.step(action)
        states = {k: s * (~done).float().unsqueeze(1) for k, s in states.items()}
        logps.append(dist.log_prob(action))
        values.append(value)
        rewards.append(reward)
        dones.append(done.float())
        wins += won[done].tolist()
    with torch.no_grad():
        _, ret, _ = agent.act(obs, states)
    targets = []
    for reward, done in zip(reversed(rewards), reversed(dones)):
        ret = reward + GAMMA * (1 - done) * ret
        targets.insert(0, ret)
    return obs, states, wins, torch.stack(logps), torch.stack(values), torch.stack(targets)


def main():
    FOLDER.mkdir(exist_ok=True)
    agent = StackAgent()
    opt = torch.optim.Adam(agent.parameters(), lr=3e-4)
    tables = CubeTables(TABLES)
    obs, states = tables.obs(), zero_states()
    recent, best, update = [], 0.0, 0
    while tables.level < LEVELS:
        obs, states, wins, logp, value, target = collect(agent, tables, obs, states)
        adv = (target - value).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        loss = -(logp * adv).mean() + 0.5 * (target - value).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
        opt.step()
        update += 1

        recent = (recent + wins)[-500:]
        rate = sum(recent) / max(1, len(recent))
        stage_file = FOLDER / f"level_{tables.level}.pt"
        if update % 25 == 0 and len(recent) == 500 and rate > best:
            best = rate
            torch.save(agent.state_dict(), stage_file)
        if best > 0.85 and rate < best - 0.03 or best > 0.95:
            print(f"level {tables.level} is done after {update} updates, {best:.2f} won")
            agent.load_state_dict(torch.load(stage_file))
            opt = torch.optim.Adam(agent.parameters(), lr=3e-4)
            tables.level += 1
            recent, best = [], 0.0
        elif update % 100 == 0:
            print(f"update {update} level {tables.level} won {rate:.2f} best {best:.2f}")
    torch.save(agent.state_dict(), "stacker.pt")


if __name__ == "__main__":
    main()
