import argparse
import glob
import os
import time

import torch

from network import A2CRnnNetwork
from terrain import HopperTerrain


class ContinuousPlayer:
    def __init__(self, params):
        self.params = params
        self.device = params.get("device", "cpu")
        self.env = HopperTerrain(params["num_actors"], self.device)
        self.model = A2CRnnNetwork(self.env.num_obs, self.env.num_actions).to(self.device).eval()
        self.is_rnn = self.model.is_rnn()
        self.is_deterministic = params.get("deterministic", True)
        self.games_num = params.get("games_num", 2000)
        self.poll = params.get("poll", 500)
        self.nn_dir = params["nn_dir"]
        self.states = None
        self.loaded = None

    def init_rnn(self):
        if self.is_rnn:
            self.states = [s.to(self.device) for s in self.model.get_default_rnn_state(self.env.num_envs)]

    def restore(self, fn):
        checkpoint = torch.load(fn, map_location=self.device)
        self.model.load_state_dict(checkpoint["model"])
        self.loaded = fn

    def newest(self):
        files = glob.glob(os.path.join(self.nn_dir, "*.pth"))
        return max(files, key=os.path.getmtime) if files else None

    def get_action(self, obs, is_deterministic):
        with torch.no_grad():
            res = self.model({"obs": obs, "rnn_states": tuple(self.states)})
        self.states = list(res["rnn_states"])
        if is_deterministic:
            return res["mus"].clamp(-1.0, 1.0)
        return torch.normal(res["mus"], res["sigmas"]).clamp(-1.0, 1.0)

    def run(self):
        games_played, n = 0, 0
        returns = torch.zeros(self.env.num_envs, device=self.device)
        recent = []
        obses = self.env.reset()
        self.init_rnn()
        while games_played < self.games_num:
            n += 1
            if n % self.poll == 0:
                fn = self.newest()
                if fn is not None and fn != self.loaded:
                    self.restore(fn)
                    print("now playing", os.path.basename(fn))
            action = self.get_action(obses, self.is_deterministic)
            obses, r, done, _ = self.env.step(action)
            returns += r
            ids = done.nonzero(as_tuple=False).squeeze(-1)
            if len(ids):
                if self.is_rnn:
                    for s in self.states:
                        s[:, ids, :] = 0.0
                recent += returns[ids].tolist()
                returns[ids] = 0.0
                games_played += len(ids)
                if games_played % 50 < len(ids):
                    print(games_played, "games, av reward", sum(recent[-100:]) / len(recent[-100:]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("nn_dir")
    ap.add_argument("--num_actors", type=int, default=32)
    ap.add_argument("--stochastic", action="store_true")
    args = ap.parse_args()
    player = ContinuousPlayer({"nn_dir": args.nn_dir, "num_actors": args.num_actors,
                               "deterministic": not args.stochastic})
    while player.newest() is None:
        time.sleep(5)
    player.restore(player.newest())
    player.run()


if __name__ == "__main__":
    main()
