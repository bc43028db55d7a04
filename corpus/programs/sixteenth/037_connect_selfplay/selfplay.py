import argparse
import copy
import random
from collections import deque

import torch
import torch.nn as nn
from pettingzoo.classic import connect_four_v3 as game


class Player(nn.Module):
    def __init__(self, hid=96):
        super().__init__()
        self.hid = hid
        self.fc = nn.Linear(6 * 7 * 2, hid)
        self.lstm = nn.LSTMCell(hid, hid)
        self.pi = nn.Linear(hid, 7)

    def fresh(self):
        return torch.zeros(1, self.hid), torch.zeros(1, self.hid)

    def forward(self, board, mask, hc):
        hc = self.lstm(torch.relu(self.fc(board)), hc)
        logits = self.pi(hc[0]).masked_fill(~mask, -1e9)
        return torch.distributions.Categorical(logits=logits), hc


def to_tensors(obs):
    board = torch.as_tensor(obs["observation"], dtype=torch.float32).flatten()[None]
    mask = torch.as_tensor(obs["action_mask"], dtype=torch.bool)[None]
    return board, mask


def play_match(env, learner, opponent, me):
    env.reset()
    hc = {me: learner.fresh(), other(me): opponent.fresh()}
    nets = {me: learner, other(me): opponent}
    logps, result = [], 0.0
    for agent in env.agent_iter():
        obs, reward, term, trunc, _ = env.last()
        if agent == me:
            result += reward
        if term or trunc:
            env.step(None)
            continue
        board, mask = to_tensors(obs)
        if agent == me:
            pi, hc[agent] = nets[agent](board, mask, hc[agent])
            a = pi.sample()
            logps.append(pi.log_prob(a))
        else:
            with torch.no_grad():
                pi, hc[agent] = nets[agent](board, mask, hc[agent])
                a = pi.sample()
        env.step(a.item())
    return torch.cat(logps), result


def other(agent):
    return "player_1" if agent == "player_0" else "player_0"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--matches", type=int, default=50000)
    ap.add_argument("--pool", type=int, default=20)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()

    env = game.env()
    learner, opponent = Player(), Player()
    pool = deque([copy.deepcopy(learner.state_dict())], maxlen=args.pool)
    opt = torch.optim.Adam(learner.parameters(), lr=args.lr)
    baseline, wins = 0.0, deque(maxlen=200)

    for m in range(1, args.matches + 1):
        opponent.load_state_dict(random.choice(pool))
        me = random.choice(["player_0", "player_1"])
        logps, result = play_match(env, learner, opponent, me)
        loss = -(logps * (result - baseline)).sum()
        baseline = 0.99 * baseline + 0.01 * result
        opt.zero_grad()
        loss.backward()
        opt.step()
        wins.append(result > 0)
        if m % 500 == 0:
            pool.append(copy.deepcopy(learner.state_dict()))
            print(m, "win rate", sum(wins) / len(wins), "pool", len(pool))

    torch.save(learner.state_dict(), "connect4_lstm.pt")


if __name__ == "__main__":
    main()
