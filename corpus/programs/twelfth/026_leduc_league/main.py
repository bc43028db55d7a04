import random
import sys

import torch
from pettingzoo.classic import leduc_holdem_v4

from players import LeagueOpponent, PokerGRU, Seat
from sampler import EloSampler

HANDS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
SWITCH_EVERY = 50
ADD_EVERY = 5_000
BATCH = 32


def play_hand(env, me, other):
    env.reset()
    me.new_hand()
    other.new_hand()
    seats = dict(zip(random.sample(env.agents, 2), (me, other)))
    payoff = 0.0
    for name in env.agent_iter():
        obs, reward, term, trunc, _ = env.last()
        if seats[name] is me:
            payoff += reward
        if term or trunc:
            env.step(None)
            continue
        seat = seats[name]
        env.step(seat.act(obs["observation"], obs["action_mask"], learn=seat is me))
    return payoff


if __name__ == "__main__":
    env = leduc_holdem_v4.env()
    sampler = EloSampler()
    me = Seat(PokerGRU())
    optim = torch.optim.Adam(me.net.parameters(), lr=5e-4)
    elo = 1200.0
    sampler.add(me.net, "gen0", elo)
    villain = LeagueOpponent(PokerGRU(), sampler)
    entry = villain.switch()

    baseline, losses = 0.0, []
    for hand in range(1, HANDS + 1):
        payoff = play_hand(env, me, villain)
        baseline += 0.01 * (payoff - baseline)
        if me.logps:
            losses.append(-(payoff - baseline) * torch.stack(me.logps).sum())
        elo = sampler.update(entry, elo, 0.5 + 0.5 * (payoff > 0) - 0.5 * (payoff < 0))

        if hand % BATCH == 0 and losses:
            optim.zero_grad()
            torch.stack(losses).mean().backward()
            optim.step()
            losses.clear()
        if hand % ADD_EVERY == 0:
            sampler.add(me.net, f"gen{hand // ADD_EVERY}", elo)
        if hand % SWITCH_EVERY == 0:
            entry = villain.switch()
            print(f"hand {hand} elo {elo:.0f} next {villain.name}")
