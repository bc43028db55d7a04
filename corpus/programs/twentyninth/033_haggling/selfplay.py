import random

import torch

from negotiator import ACCEPT, CHAT, REJECT, Negotiator, reinforce_loss

ROUNDS = 30
PATIENCE = 3
EPISODES = 20_000

buyer = Negotiator("buyer")
seller = Negotiator("seller")
opt = torch.optim.Adam(buyer.parameters(), lr=3e-4)
personas = [buyer.export()]
baseline = 0.0


def bargain():
    """One deal. After PATIENCE rounds without a new offer the seller's side sends another colleague to the table."""
    v_buy, v_sell = random.uniform(0.4, 1.0), random.uniform(0.0, 0.6)
    buyer.sit_down(v_buy)
    seller.sit_down(v_sell)
    offer, quiet, word = None, 0, CHAT
    for rnd in range(ROUNDS):
        who = buyer if rnd % 2 == 0 else seller
        if who is seller:
            with torch.no_grad():
                word = seller.reply(word)
        else:
            word = buyer.reply(word)
        if word < ACCEPT:
            offer, quiet = word / 20.0, 0
        elif word == ACCEPT and offer is not None:
            return v_buy - offer, rnd
        elif word == REJECT and rnd > 20:
            break
        else:
            quiet += 1
        if quiet >= PATIENCE:
            seller.become(random.choice(personas))
            quiet = 0
    return -0.1, ROUNDS


for ep in range(EPISODES):
    ret, rounds = bargain()
    baseline += 0.01 * (ret - baseline)
    loss = reinforce_loss(buyer, ret - baseline)
    opt.zero_grad()
    loss.backward()
    opt.step()
    if ep % 500 == 499:
        personas.append(buyer.export())
        personas = personas[-12:]
        print(f"{ep + 1:6d}  return {baseline:+.3f}  rounds {rounds}  personas {len(personas)}")
