import random
import re
from collections import defaultdict

import torch
import torch.nn as nn
import torch.optim as optim

VERBS = ["go north", "go south", "go east", "go west", "take key", "unlock door", "look"]

ROOMS = {
    "hall": ("You are in a dusty hall. A door leads west.", {"go north": "kitchen", "go east": "garden"}),
    "kitchen": ("You are in a kitchen. It smells of old soup.", {"go south": "hall", "go east": "cellar"}),
    "cellar": ("You are in a dark cellar.", {"go west": "kitchen"}),
    "garden": ("You are in a garden with a dry well.", {"go west": "hall"}),
}


class TinyAdventure:
    MAX_TURNS = 40

    def reset(self):
        self.room = "hall"
        self.key_at = random.choice(["kitchen", "cellar", "garden"])
        self.has_key = False
        self.turn = 0
        return self.describe()

    def describe(self):
        text = ROOMS[self.room][0]
        if self.key_at == self.room:
            text += " There is a rusty key here."
        return text

    def step(self, command):
        self.turn += 1
        over = self.turn >= self.MAX_TURNS
        exits = ROOMS[self.room][1]
        if command in exits:
            self.room = exits[command]
            return self.describe(), -0.01, over
        if command == "take key" and self.key_at == self.room:
            self.key_at, self.has_key = None, True
            return "Taken.", 0.5, over
        if command == "unlock door" and self.room == "hall" and self.has_key:
            return "The door opens and you are free.", 1.0, True
        if command == "look":
            return self.describe(), -0.02, over
        return "You can not do that.", -0.05, over


vocab = defaultdict(lambda: len(vocab))


def tokens(text):
    return torch.tensor([[vocab[w] % 200 for w in re.findall(r"[a-z]+", text.lower())]])


class TextBot(nn.Module):
    def __init__(self, emb=32, hid=64):
        super().__init__()
        self.emb = nn.Embedding(200, emb)
        self.reader = nn.GRU(emb, hid, batch_first=True)
        self.memory = nn.GRUCell(hid, hid)
        self.choose = nn.Linear(hid, len(VERBS))
        self.hid = hid

    def forward(self, words, mem):
        _, summary = self.reader(self.emb(words))
        mem = self.memory(summary[-1], mem)
        return self.choose(mem), mem


def train(episodes=5000, gamma=0.95, seed=1):
    random.seed(seed)
    torch.manual_seed(seed)
    game, bot = TinyAdventure(), TextBot()
    opt = optim.Adam(bot.parameters(), lr=1e-3)
    mem = torch.zeros(1, bot.hid)
    baseline, solved = 0.0, 0

    for ep in range(1, episodes + 1):
        text, over = game.reset(), False
        logps, rewards = [], []
        while not over:
            logits, mem = bot(tokens(text), mem)
            dist = torch.distributions.Categorical(logits=logits)
            choice = dist.sample()
            text, r, over = game.step(VERBS[choice.item()])
            logps.append(dist.log_prob(choice))
            rewards.append(r)

        g, loss = 0.0, 0.0
        for logp, r in zip(reversed(logps), reversed(rewards)):
            g = r + gamma * g
            loss = loss - logp.sum() * (g - baseline)
        opt.zero_grad()
        loss.backward()
        opt.step()
        mem = mem.detach()

        baseline = 0.99 * baseline + 0.01 * g
        solved += rewards[-1] == 1.0
        if ep % 100 == 0:
            print(f"{ep}: solved {solved}/100, baseline {baseline:.3f}")
            solved = 0
    return bot


if __name__ == "__main__":
    torch.save(train().state_dict(), "textbot.pt")
