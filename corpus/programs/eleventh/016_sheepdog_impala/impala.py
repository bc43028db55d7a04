import dataclasses

import torch
import torch.multiprocessing as mp
from torch import nn

from field import SheepField


@dataclasses.dataclass
class Args:
    actors: int = 4
    unroll: int = 20
    batch: int = 8
    updates: int = 50_000
    gamma: float = 0.99
    lr: float = 4e-4
    entropy: float = 0.01


class Core(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Linear(SheepField.obs_size, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.policy = nn.Linear(hidden, SheepField.actions)
        self.baseline = nn.Linear(hidden, 1)

    def initial_state(self, n=1):
        return torch.zeros(2, n, self.hidden)

    def step(self, obs, done, state):
        state = state * (1 - done).view(1, -1, 1)
        h, c = self.lstm(torch.relu(self.embed(obs)), (state[0], state[1]))
        return self.policy(h), self.baseline(h).squeeze(-1), torch.stack([h, c])

    def unroll(self, obs, done, state):
        logits, values = [], []
        for o, d in zip(obs, done):
            l, v, state = self.step(o, d, state)
            logits.append(l)
            values.append(v)
        return torch.stack(logits), torch.stack(values)


def actor(idx, args, shared, queue):
    torch.set_num_threads(1)
    torch.manual_seed(1000 + idx)
    env, net = SheepField(idx), Core()
    obs, done, state = env.reset(), torch.zeros(1), net.initial_state()
    while True:
        net.load_state_dict(shared.state_dict())
        start = state.clone()
        rows = {k: [] for k in ("obs", "done", "action", "logp", "reward")}
        for _ in range(args.unroll):
            with torch.no_grad():
                logits, _, state = net.step(obs.unsqueeze(0), done, state)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            rows["obs"].append(obs)
            rows["done"].append(done[0])
            rows["action"].append(action[0])
            rows["logp"].append(dist.log_prob(action)[0])
            obs, reward, over = env.step(action.item())
            if over:
                obs = env.reset()
            done = torch.tensor([float(over)])
            rows["reward"].append(torch.tensor(reward))
        rows["obs"].append(obs)
        rows["done"].append(done[0])
        queue.put(({k: torch.stack(v).numpy() for k, v in rows.items()}, start.numpy()))


def vtrace(logp_old, logp_new, reward, discount, values):
    rho = (logp_new - logp_old).exp().clamp(max=1.0)
    delta = rho * (reward + discount * values[1:] - values[:-1])
    vs, acc = [], torch.zeros_like(reward[0])
    for t in reversed(range(len(reward))):
        acc = delta[t] + discount[t] * rho[t] * acc
        vs.insert(0, acc + values[t])
    vs = torch.stack(vs)
    nxt = torch.cat([vs[1:], values[-1:]])
    return vs, rho * (reward + discount * nxt - values[:-1])


def learn(args, model, shared, queue):
    opt = torch.optim.RMSprop(model.parameters(), lr=args.lr, eps=0.01)
    for update in range(1, args.updates + 1):
        items = [queue.get() for _ in range(args.batch)]
        b = {k: torch.stack([torch.from_numpy(r[k]) for r, _ in items], dim=1) for k in items[0][0]}
        state = torch.cat([torch.from_numpy(s) for _, s in items], dim=1)
        logits, values = model.unroll(b["obs"], b["done"], state)
        dist = torch.distributions.Categorical(logits=logits[:-1])
        logp = dist.log_prob(b["action"])
        discount = args.gamma * (1 - b["done"][1:])
        vs, adv = vtrace(b["logp"], logp.detach(), b["reward"], discount, values.detach())
        loss = -(logp * adv).mean() + 0.5 * (vs - values[:-1]).pow(2).mean() - args.entropy * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40.0)
        opt.step()
        shared.load_state_dict(model.state_dict())
        if update % 200 == 0:
            print(f"update {update} loss {loss.item():.3f} reward {b['reward'].mean().item():.4f}")


def main():
    args = Args()
    mp.set_start_method("spawn")
    shared = Core()
    shared.share_memory()
    model = Core()
    queue = mp.Queue(maxsize=args.batch * 2)
    procs = [mp.Process(target=actor, args=(i, args, shared, queue), daemon=True) for i in range(args.actors)]
    for p in procs:
        p.start()
    learn(args, model, shared, queue)
    torch.save(model.state_dict(), "sheepdog.pt")
    for p in procs:
        p.terminate()


if __name__ == "__main__":
    main()
