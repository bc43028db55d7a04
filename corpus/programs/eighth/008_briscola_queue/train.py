import argparse
import copy
import random

import torch
import torch.nn as nn

from briscola_env import BriscolaEnv, CardNet


def play_game(env, net):
    """One whole game; the learner's hidden state starts empty."""
    obs, info = env.reset()
    hidden = None
    log_probs, values, rewards = [], [], []
    done = False
    while not done:
        logits, value, hidden = net(torch.from_numpy(obs).unsqueeze(0), hidden)
        mask = torch.from_numpy(info["mask"]).unsqueeze(0)
        dist = torch.distributions.Categorical(logits=logits.masked_fill(~mask, -1e9))
        card = dist.sample()
        obs, reward, done, _, info = env.step(card.item())
        log_probs.append(dist.log_prob(card))
        values.append(value)
        rewards.append(reward)
    return torch.cat(log_probs), torch.cat(values), rewards, info["score"]


def returns_of(rewards, gamma):
    out, total = [], 0.0
    for r in reversed(rewards):
        total = r + gamma * total
        out.append(total)
    return torch.tensor(out[::-1])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=50_000)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--save-every", type=int, default=1000)
    ap.add_argument("--rival-every", type=int, default=200)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    random.seed(args.seed)

    net = CardNet()
    env = BriscolaEnv(copy.deepcopy(net))
    env.reset(seed=args.seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-4)
    past = [copy.deepcopy(net.state_dict())]
    losses, wins = [], 0

    for game in range(1, args.games + 1):
        log_probs, values, rewards, score = play_game(env, net)
        target = returns_of(rewards, 0.99)
        adv = target - values
        losses.append(-(log_probs * adv.detach()).mean() + 0.5 * adv.pow(2).mean())
        wins += score[0] > score[1]

        if game % args.batch == 0:
            optimizer.zero_grad()
            torch.stack(losses).mean().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimizer.step()
            losses = []
        if game % args.save_every == 0:
            past.append(copy.deepcopy(net.state_dict()))
        if game % args.rival_every == 0:
            env.set_rival(random.choice(past))
            print(f"game {game}: won {wins / args.rival_every:.2%} against the last rival")
            wins = 0

    torch.save(net.state_dict(), "briscola.pt")


if __name__ == "__main__":
    main()
