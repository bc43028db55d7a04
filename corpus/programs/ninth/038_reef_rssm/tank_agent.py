import csv
import os

import torch
import torch.nn.functional as F

from world_model import Doser, WorldModel

ACTIONS = ["none", "kalk", "calcium", "magnesium", "feed_s", "feed_l", "co2_up", "co2_down", "dim"]
LIMITS = {"pH": (7.9, 8.5), "temp": (24.0, 27.5)}
PROBE_MEAN = torch.tensor([8.2, 8.0, 430.0, 25.5, 380.0, 0.5])
PROBE_STD = torch.tensor([0.15, 0.8, 25.0, 0.7, 40.0, 0.5])


class TankAgent:
    def __init__(self, path, horizon=5, log_path="decisions.csv"):
        self.path = path
        self.horizon = horizon
        self.log_path = log_path
        self.wm = WorldModel(n_action=len(ACTIONS))
        self.doser = Doser(128 + 64, len(ACTIONS))
        self.stamp = 0.0
        self.refresh()
        self.new_water()

    def refresh(self):
        """The training job on the NAS fits the model anew every night and overwrites the file."""
        stamp = os.path.getmtime(self.path)
        if stamp <= self.stamp:
            return False
        blob = torch.load(self.path, map_location="cpu")
        self.wm.load_state_dict(blob["world_model"])
        self.doser.load_state_dict(blob["doser"])
        self.wm.eval()
        self.doser.eval()
        self.stamp = stamp
        return True

    def new_water(self):
        self.latent = self.wm.start()
        self.prev = torch.zeros(1, len(ACTIONS))

    @torch.no_grad()
    def decide(self, probes):
        x = (torch.tensor([probes]) - PROBE_MEAN) / PROBE_STD
        self.latent = self.wm.obs_step(self.latent, self.prev, x)
        logits = self.doser(self.latent)
        for a in range(len(ACTIONS)):
            if not self.safe(a):
                logits[0, a] = -1e9
        choice = int(logits.argmax())
        self.prev = F.one_hot(torch.tensor([choice]), len(ACTIONS)).float()
        self.write(probes, choice)
        return ACTIONS[choice]

    def safe(self, action):
        """dream a few steps ahead and see if the probes stay within the limits"""
        onehot = F.one_hot(torch.tensor([action]), len(ACTIONS)).float()
        nothing = F.one_hot(torch.tensor([0]), len(ACTIONS)).float()
        dream = self.wm.img_step(self.latent, onehot)
        for _ in range(self.horizon):
            guess = self.wm.decoder(dream.feat())[0] * PROBE_STD + PROBE_MEAN
            if not LIMITS["pH"][0] < guess[0] < LIMITS["pH"][1]:
                return False
            if not LIMITS["temp"][0] < guess[3] < LIMITS["temp"][1]:
                return False
            dream = self.wm.img_step(dream, nothing)
        return True

    def write(self, probes, choice):
        with open(self.log_path, "a", newline="") as f:
            csv.writer(f).writerow([*probes, ACTIONS[choice], int(self.stamp)])
