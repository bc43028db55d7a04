import random

import torch

from players import Court, PLAYERS

GAMES = 500
MAX_HITS = 60
court = Court()
opt = torch.optim.Adam(court.nets["a"].parameters(), lr=3e-4)


def observe(shuttle, name, hits):
    side = 1.0 if name[0] == "a" else -1.0
    back = 1.0 if name.endswith("back") else 0.0
    return torch.tensor([shuttle + [side, back, hits / MAX_HITS]], dtype=torch.float32)


def fly(shot):
    noise = [random.gauss(0, 0.2) for _ in range(5)]
    return [shot / 5.0 + noise[0]] + noise[1:] + [random.random()]


def play_rally(total_hits):
    court.new_rally()
    logps = []
    shuttle = fly(0)
    side = random.choice("ab")
    for hits in range(MAX_HITS):
        shots = {}
        for name in PLAYERS:
            d = court.act(name, observe(shuttle, name, hits))
            s = d.sample()
            if name[0] == "a":
                logps.append(d.log_prob(s))
            shots[name] = s.item()
        hitter = side + ("_front" if shuttle[0] < 0.5 else "_back")
        shuttle = fly(shots[hitter])
        total_hits += 1
        if total_hits % 400 == 0:
            court.promote()
        if random.random() < 0.04 + 0.02 * abs(shuttle[1]):
            break
        side = "b" if side == "a" else "a"
    won = 1.0 if side == "b" else -1.0
    return won, torch.stack(logps).sum(), total_hits


hits = 0
for game in range(GAMES):
    score = {"a": 0, "b": 0}
    while max(score.values()) < 21:
        won, logp, hits = play_rally(hits)
        score["a" if won > 0 else "b"] += 1
        loss = -won * logp
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(court.nets["a"].parameters(), 0.5)
        opt.step()
    court.note_margin(score["a"] - score["b"])
    if game % 10 == 9:
        court.promote(clear=True)
    if game % 20 == 0:
        print(game, score, "best", court.best_margin)
