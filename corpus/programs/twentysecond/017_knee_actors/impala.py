import torch
import torch.multiprocessing as mp
import torch.nn as nn

from knee import KneeSim
from params import ParamClient, ParamServer

T, ACTORS, BATCH, GAMMA = 50, 6, 12, 0.99


class Agent(nn.Module):
    def __init__(self, h=96):
        super().__init__()
        self.h = h
        self.body = nn.Linear(4, h)
        self.lstm = nn.LSTMCell(h, h)
        self.pi = nn.Linear(h, 5)
        self.v = nn.Linear(h, 1)

    def initial_state(self, b=1):
        return torch.zeros(b, self.h), torch.zeros(b, self.h)

    def forward(self, x, done, state):
        keep = (~done).float().unsqueeze(-1)
        state = self.lstm(torch.relu(self.body(x)), (state[0] * keep, state[1] * keep))
        return self.pi(state[0]), self.v(state[0]).squeeze(-1), state


def actor(q, out):
    torch.set_num_threads(1)
    env, net = KneeSim(), Agent()
    client = ParamClient(q, net)
    obs, done = env.reset(), True
    state = net.initial_state()
    while True:
        version = client.sync()
        start = (state[0].numpy().copy(), state[1].numpy().copy())
        xs, ds, acts, mus, rs = [], [], [], [], []
        with torch.no_grad():
            for _ in range(T):
                logits, _, state = net(torch.tensor([obs]), torch.tensor([done]), state)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                xs.append(obs), ds.append(done), acts.append(a.item()), mus.append(dist.log_prob(a).item())
                obs, r, done = env.step(a.item())
                rs.append(r)
                if done:
                    obs = env.reset()
        out.put((version, start, xs, ds, acts, mus, rs, obs, done))


def vtrace(values, boot, rewards, nd, rho):
    vs, acc = [], torch.zeros_like(boot)
    nxt = torch.cat([values[1:], boot.unsqueeze(0)])
    for t in reversed(range(T)):
        delta = rho[t] * (rewards[t] + GAMMA * nd[t] * nxt[t] - values[t])
        acc = delta + GAMMA * nd[t] * rho[t] * acc
        vs.insert(0, values[t] + acc)
    vs = torch.stack(vs)
    adv = rho * (rewards + GAMMA * nd * torch.cat([vs[1:], boot.unsqueeze(0)]) - values)
    return vs, adv


def learn(net, opt, items):
    state = tuple(torch.cat([torch.from_numpy(i[1][k]) for i in items]) for k in (0, 1))
    col = lambda k: torch.tensor([i[k] for i in items]).transpose(0, 1)
    xs, ds, acts, mus, rs = (col(k) for k in (2, 3, 4, 5, 6))
    last_x, last_d = torch.tensor([i[7] for i in items]), torch.tensor([i[8] for i in items])
    lg, vals = [], []
    for x, d in zip(xs, ds):
        logits, v, state = net(x, d, state)
        lg.append(logits), vals.append(v)
    boot = net(last_x, last_d, state)[1].detach()
    vals = torch.stack(vals)
    dist = torch.distributions.Categorical(logits=torch.stack(lg))
    logp = dist.log_prob(acts)
    nd = (~torch.cat([ds[1:], last_d.unsqueeze(0)])).float()
    with torch.no_grad():
        vs, adv = vtrace(vals, boot, rs, nd, (logp - mus).exp().clamp(max=1.0))
    loss = (-(logp * adv) + 0.5 * (vs - vals).pow(2) - 0.005 * dist.entropy()).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return loss.item(), rs.mean().item()


if __name__ == "__main__":
    ctx = mp.get_context("spawn")
    server, out = ParamServer(ctx, ACTORS), ctx.Queue(maxsize=64)
    net = Agent()
    opt = torch.optim.Adam(net.parameters(), lr=4e-4)
    server.publish(net, 0)
    procs = [ctx.Process(target=actor, args=(q, out), daemon=True) for q in server.queues]
    for p in procs:
        p.start()
    for it in range(1, 20001):
        loss, rew = learn(net, opt, [out.get() for _ in range(BATCH)])
        server.publish(net, it)
        if it % 100 == 0:
            print(it, f"{loss:.4f} {rew:.3f}")
    torch.save(net.state_dict(), "knee.pt")
