"""Ladder of doubles teams. A match goes over three sets; the weaker pair may bring in a
reserve player at every change of ends."""
import json
import random
import sys

from doublescourt import Court

from ladder.nets import KINDS, GruAgent


def build(entry, court):
    return KINDS[entry["kind"]](court.obs_dim, court.act_dim).load(entry["path"])


def match(court, home, away, reserves):
    """home, away: lists of two agents; reserves: team -> paths of gru checkpoints"""
    teams = {"home": home, "away": away}
    obs = court.reset()
    for team in teams.values():
        for agent in team:
            agent.reset()
    while True:
        actions = {}
        for side, team in teams.items():
            for k, agent in enumerate(team):
                actions[side, k] = agent.act(obs[side, k])
        obs, events = court.step(actions)
        if "match" in events:
            return events["match"]
        if "change_ends" in events:
            behind = min(court.games, key=court.games.get)
            if court.games[behind] + 2 < max(court.games.values()) and reserves[behind]:
                k = random.randrange(2)
                if isinstance(teams[behind][k], GruAgent):
                    teams[behind][k].load(reserves[behind].pop())


def main(path):
    with open(path) as f:
        teams = json.load(f)
    court = Court(sets=3)
    elo = {t["name"]: 1500.0 for t in teams}
    for _ in range(500):
        a, b = random.sample(teams, 2)
        home = [build(e, court) for e in a["players"]]
        away = [build(e, court) for e in b["players"]]
        reserves = {"home": list(a.get("reserves", [])), "away": list(b.get("reserves", []))}
        won = match(court, home, away, reserves) == "home"
        expect = 1 / (1 + 10 ** ((elo[b["name"]] - elo[a["name"]]) / 400))
        delta = 24 * (won - expect)
        elo[a["name"]] += delta
        elo[b["name"]] -= delta
    for name, r in sorted(elo.items(), key=lambda kv: -kv[1]):
        print(f"{r:7.1f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
