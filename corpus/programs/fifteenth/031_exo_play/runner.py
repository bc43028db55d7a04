import glob
import os
import re

import torch

from memory_policy import RecurrentActor


class PlayRunner:
    """The part of the on-policy runner that is needed for playing."""

    def __init__(self, env, run_dir, device="cpu"):
        self.env, self.run_dir, self.device = env, run_dir, device
        self.actor = RecurrentActor(env.num_obs, env.num_actions).to(device)
        self.iteration = -1

    def checkpoints(self):
        files = glob.glob(os.path.join(self.run_dir, "model_*.pt"))
        return sorted((int(re.search(r"model_(\d+)", f).group(1)), f) for f in files)

    def load(self, path):
        blob = torch.load(path, map_location=self.device)
        self.actor.load_state_dict(blob["model_state_dict"])
        self.actor.reset()
        self.iteration = blob["iter"]

    def load_newest(self):
        found = self.checkpoints()
        if found and found[-1][0] > self.iteration:
            self.load(found[-1][1])
            return True
        return False

    def get_inference_policy(self):
        self.actor.eval()
        return self.actor.act_inference
