import os

import torch

from brains import Brain


class HeroPolicy:
    def __init__(self, folder, names=("explore", "fight", "flee"), device="cpu"):
        self.device = device
        self.nets = {}
        for name in names:
            net = Brain().to(device)
            net.load_state_dict(torch.load(os.path.join(folder, name + ".pt"), map_location=device))
            net.eval()
            self.nets[name] = net
        self.mode = names[0]
        self.net = self.nets[self.mode]
        self.new_game()

    def new_game(self):
        self.hx = torch.zeros(1, self.net.hidden, device=self.device)
        self.cx = torch.zeros(1, self.net.hidden, device=self.device)

    def swap_policy(self, mode):
        if mode == self.mode:
            return False
        self.mode = mode
        self.net = self.nets[mode]
        return True

    @torch.no_grad()
    def act(self, obs, greedy=False):
        view = torch.as_tensor(obs["view"], device=self.device).long().unsqueeze(0)
        stats = torch.as_tensor(obs["stats"], device=self.device).float().unsqueeze(0)
        logits, self.hx, self.cx = self.net(view, stats, self.hx, self.cx)
        if greedy:
            return int(logits.argmax(1))
        return int(torch.distributions.Categorical(logits=logits).sample())
