import argparse
import datetime as dt
import json
import sys

import torch

from world import WorldModel

SEASONS = {12: "winter", 1: "winter", 2: "winter", 3: "mid", 4: "mid", 5: "mid",
           6: "summer", 7: "summer", 8: "summer", 9: "mid", 10: "mid", 11: "mid"}


class HomeAgent:
    """Plans battery power with random shooting in the latent space."""

    def __init__(self, model_dir, season, plans=256, depth=12):
        self.model_dir = model_dir
        self.model = WorldModel(obs_dim=6, act_dim=1)
        self.model.load_state_dict(torch.load(f"{model_dir}/{season}.pt"))
        self.model.eval()
        self.season = season
        self.plans, self.depth = plans, depth
        self.latent = self.model.rssm.initial(1)
        self.action = torch.zeros(1, 1)

    def switch(self, season):
        weights = torch.load(f"{self.model_dir}/{season}.pt")
        self.model.load_state_dict(weights)
        self.season = season

    @torch.no_grad()
    def step(self, obs):
        self.latent = self.model.rssm.obs_step(self.latent, self.action, obs)
        state = {k: v.expand(self.plans, -1) for k, v in self.latent.items()}
        seq = torch.rand(self.depth, self.plans, 1) * 2 - 1
        total = torch.zeros(self.plans)
        for t in range(self.depth):
            state = self.model.rssm.img_step(state, seq[t])
            total += 0.98 ** t * self.model.score(state)
        self.action = seq[0, total.argmax()].unsqueeze(0)
        return self.action.item()


def parse(line):
    m = json.loads(line)
    when = dt.datetime.fromisoformat(m["time"])
    obs = torch.tensor([[m["pv"] / 8, m["load"] / 8, m["soc"], m["price"],
                         when.hour / 24, when.weekday() / 7]])
    return when, obs


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models")
    ap.add_argument("--max-kw", type=float, default=5.0)
    args = ap.parse_args()

    agent = None
    for line in sys.stdin:
        when, obs = parse(line)
        season = SEASONS[when.month]
        if agent is None:
            agent = HomeAgent(args.models, season)
        elif season != agent.season:
            print("season:", season, file=sys.stderr)
            agent.switch(season)
        kw = agent.step(obs) * args.max_kw
        print(json.dumps({"time": when.isoformat(), "battery_kw": round(kw, 2)}), flush=True)


if __name__ == "__main__":
    main()
