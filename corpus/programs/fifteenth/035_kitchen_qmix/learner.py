import copy

import torch as th
import torch.nn as nn
import torch.nn.functional as F


class QMixer(nn.Module):
    def __init__(self, args, state_dim, embed=32):
        super().__init__()
        self.n, self.embed = args.n_agents, embed
        self.w1 = nn.Linear(state_dim, embed * self.n)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.v = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, state):
        w1 = self.w1(state).abs().view(*state.shape[:-1], self.n, self.embed)
        hid = F.elu((qs.unsqueeze(-2) @ w1).squeeze(-2) + self.b1(state))
        return (hid * self.w2(state).abs()).sum(-1) + self.v(state).squeeze(-1)


class QLearner:
    def __init__(self, mac, args, state_dim):
        self.args, self.agent = args, mac.agent
        self.mixer = QMixer(args, state_dim)
        self.target_agent = copy.deepcopy(self.agent)
        self.target_mixer = copy.deepcopy(self.mixer)
        self.params = list(self.agent.parameters()) + list(self.mixer.parameters())
        self.opt = th.optim.RMSprop(self.params, lr=args.lr)
        self.n = 0

    def unroll(self, agent, obs):
        T, b, n, d = obs.shape
        h = th.zeros(b * n, self.args.rnn_hidden_dim)
        out = []
        for t in range(T):
            q, h = agent(obs[t].reshape(b * n, d), h)
            out.append(q.view(b, n, -1))
        return th.stack(out)

    def train(self, obs, acts, rew):
        state = obs.flatten(2)
        q = self.unroll(self.agent, obs)
        chosen = q[:-1].gather(-1, acts.unsqueeze(-1)).squeeze(-1)
        with th.no_grad():
            tq = self.unroll(self.target_agent, obs)[1:]
            best = q[1:].argmax(-1, keepdim=True)
            y = rew + self.args.gamma * self.target_mixer(tq.gather(-1, best).squeeze(-1), state[1:])
        loss = (self.mixer(chosen, state[:-1]) - y).pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.params, 10)
        self.opt.step()
        self.n += 1
        if self.n % 200 == 0:
            self.target_agent.load_state_dict(self.agent.state_dict())
            self.target_mixer.load_state_dict(self.mixer.state_dict())
        return loss.item()
