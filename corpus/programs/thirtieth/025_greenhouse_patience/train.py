# Heating control for the school greenhouse project (year 2).
import copy

import torch

from controller import Controller
from greenhouse import Greenhouse

SEED = 11
BLOCK = 36            # six hours
MAX_BLOCKS = 2000
PATIENCE = 60
GAMMA = 0.97
WEEK = 7 * 24 * 6

torch.manual_seed(SEED)


def train_block(house, ctl, opt, obs):
    logps, values, costs, ents = [], [], [], []
    for _ in range(BLOCK):
        dist, value = ctl.decide(obs)
        act = dist.sample()
        obs, cost = house.step(act.item())
        logps.append(dist.log_prob(act).squeeze())
        ents.append(dist.entropy().squeeze())
        values.append(value)
        costs.append(cost)

    running = values[-1].item()
    returns = []
    for c in reversed(costs):
        running = -c + GAMMA * running
        returns.insert(0, running)
    returns = torch.tensor(returns)
    values = torch.stack(values)
    adv = returns - values.detach()
    loss = -(torch.stack(logps) * adv).mean() + 0.5 * (returns - values).pow(2).mean()
    loss = loss - 0.01 * torch.stack(ents).mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(ctl.parameters(), 1.0)
    opt.step()
    ctl.cut_graph()
    return obs, sum(costs) / BLOCK


def pilot_week(house, ctl, obs):
    total = 0.0
    with torch.no_grad():
        for _ in range(WEEK):
            dist, _v = ctl.decide(obs)
            obs, cost = house.step(dist.probs.argmax().item())
            total += cost
    return total / WEEK


def main():
    house = Greenhouse(SEED)
    ctl = Controller()
    opt = torch.optim.Adam(ctl.parameters(), lr=2e-3)
    obs = house.measure()

    smooth, best, waited = None, float('inf'), 0
    best_weights = copy.deepcopy(ctl.state_dict())
    for block in range(MAX_BLOCKS):
        obs, cost = train_block(house, ctl, opt, obs)
        smooth = cost if smooth is None else 0.95 * smooth + 0.05 * cost
        if smooth < best - 1e-4:
            best, waited = smooth, 0
            best_weights = copy.deepcopy(ctl.state_dict())
        else:
            waited += 1
        if block % 50 == 0:
            print('block %4d  cost %.3f  best %.3f' % (block, smooth, best))
        if waited >= PATIENCE:
            print('no progress for %d blocks, stopping' % PATIENCE)
            break

    ctl.load_state_dict(best_weights)
    print('pilot week: mean cost %.3f' % pilot_week(house, ctl, obs))
    torch.save(best_weights, 'greenhouse.pt')


if __name__ == '__main__':
    main()
