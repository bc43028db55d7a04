import random
from dataclasses import dataclass

import torch
import torch.multiprocessing as mp
from torch import Tensor, nn

PLACES = ["harbour", "market", "temple", "gate", "inn"]
VERBS = ["walk", "back", "ask", "give", "wait"]
VOCAB = {w: i for i, w in enumerate(PLACES + VERBS + ["a", "merchant", "guard", "wants", "fish", "bread", "silence", "leaves"])}


@dataclass
class Settings:
    workers: int = 6
    quests: int = 5000
    gamma: float = 0.97
    lr: float = 5e-4
    hidden: int = 80
    limit: int = 60
    unroll: int = 15


class Quest:
    """Ask the merchant what the guard wants, fetch it and give it."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.at, self.turn, self.asked, self.have = 0, 0, False, None
        self.wish = rng.choice(["fish", "bread"])

    def text(self) -> Tensor:
        words = [PLACES[self.at]]
        if self.at == 1:
            words += ["a", "merchant"]
            words += ["guard", "wants", self.wish] if self.asked else ["silence"]
        if self.at == 3:
            words += ["a", "guard", "wants"]
        self.asked = False
        return torch.tensor([[VOCAB[w] for w in words]])

    def do(self, verb: int):
        self.turn += 1
        gain, over = -0.02, False
        if VERBS[verb] == "walk":
            self.at = (self.at + 1) % 5
        elif VERBS[verb] == "back":
            self.at = (self.at - 1) % 5
        elif VERBS[verb] == "ask":
            self.asked = self.at == 1
            if self.at == 0:
                self.have = "fish"
            if self.at == 4:
                self.have = "bread"
        elif VERBS[verb] == "give" and self.at == 3:
            gain, over = (1.0 if self.have == self.wish else -0.5), True
        return gain, over


class Reader(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.words = nn.Embedding(len(VOCAB), 32)
        self.sentence = nn.GRU(32, hidden, batch_first=True)
        self.memory = nn.GRUCell(hidden, hidden)
        self.policy = nn.Linear(hidden, len(VERBS))
        self.value = nn.Linear(hidden, 1)

    def forward(self, text: Tensor, m: Tensor):
        _, enc = self.sentence(self.words(text))
        m = self.memory(enc[-1], m)
        return self.policy(m), self.value(m).view(()), m


def worker(rank: int, st: Settings, shared: Reader, lock) -> None:
    rng = random.Random(rank)
    torch.manual_seed(rank)
    net = Reader(st.hidden)
    opt = torch.optim.Adam(shared.parameters(), lr=st.lr)
    average = 0.0
    for n in range(st.quests):
        with lock:
            net.load_state_dict(shared.state_dict())
        m = torch.zeros(1, st.hidden)
        quest, over, score = Quest(rng), False, 0.0
        net.zero_grad()
        while not over and quest.turn < st.limit:
            m = m.detach()
            lps, vals, gains = [], [], []
            while len(gains) < st.unroll and not over and quest.turn < st.limit:
                logits, v, m = net(quest.text(), m)
                dist = torch.distributions.Categorical(logits=logits)
                verb = dist.sample()
                gain, over = quest.do(verb.item())
                lps.append(dist.log_prob(verb).view(()))
                vals.append(v)
                gains.append(gain)
            score += sum(gains)
            g = 0.0 if over else vals[-1].item()
            loss = torch.zeros(())
            for lp, v, r in list(zip(lps, vals, gains))[::-1]:
                g = r + st.gamma * g
                loss = loss - lp * (g - v.item()) + 0.5 * (g - v) ** 2
            loss.backward()
        # gradients of the whole quest go to the shared reader at once
        with lock:
            for mine, theirs in zip(net.parameters(), shared.parameters()):
                theirs.grad = None if mine.grad is None else mine.grad.clone()
            opt.step()
        average = 0.98 * average + 0.02 * score
        if rank == 0 and n % 100 == 0:
            print(f"quest {n}: average {average:.2f}")


def main() -> None:
    st = Settings()
    shared = Reader(st.hidden).share_memory()
    lock = mp.Lock()
    crew = [mp.Process(target=worker, args=(r, st, shared, lock)) for r in range(st.workers)]
    [p.start() for p in crew]
    [p.join() for p in crew]
    torch.save(shared.state_dict(), "reader.pt")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
