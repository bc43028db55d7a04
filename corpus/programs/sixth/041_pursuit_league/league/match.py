from collections import defaultdict
from typing import Dict

from pettingzoo.mpe import simple_tag_v3

from .bench import Bench, Entry, rate
from .brains import Memory


def role_of(agent: str) -> str:
    return "prey" if agent.startswith("agent") else "hunter"


class Match:
    """
    Hunters against a prey (AEC). A hunter who loses touch for too long is substituted
    by another one from the bench, and play goes on.
    """

    PATIENCE = 40

    def __init__(self, benches: Dict[str, Bench], cycles: int = 400):
        self.env = simple_tag_v3.env(num_good=1, num_adversaries=3, num_obstacles=2, max_cycles=cycles)
        self.benches = benches
        self.line_up: Dict[str, Entry] = {}
        self.memories: Dict[str, Memory] = {}
        self.idle: Dict[str, int] = defaultdict(int)
        self.subs = 0

    def kick_off(self, seed: int) -> None:
        self.env.reset(seed=seed)
        self.idle.clear()
        for agent in self.env.agents:
            self.line_up[agent] = self.benches[role_of(agent)].near(1200.0)
            self.memories[agent] = None

    def substitute(self, agent: str) -> None:
        tired = self.line_up[agent]
        for _ in range(8):
            fresh = self.benches[role_of(agent)].near(tired.elo + 50.0)
            if fresh is not tired:
                self.line_up[agent] = fresh
                self.subs += 1
                break
        self.idle[agent] = 0

    def play(self, seed: int) -> float:
        self.kick_off(seed)
        touches = 0
        for agent in self.env.agent_iter():
            obs, reward, term, trunc, _ = self.env.last()
            if term or trunc:
                self.env.step(None)
                continue
            if role_of(agent) == "hunter":
                if reward > 0:
                    touches += 1
                    self.idle[agent] = 0
                else:
                    self.idle[agent] += 1
                if self.idle[agent] > self.PATIENCE:
                    self.substitute(agent)
            brain = self.line_up[agent].brain
            act, self.memories[agent] = brain.decide(obs, self.memories[agent])
            self.env.step(act)
        score = min(1.0, touches / 10)
        prey = next(e for a, e in self.line_up.items() if role_of(a) == "prey")
        for a, e in self.line_up.items():
            if role_of(a) == "hunter":
                rate(e, prey, score, k=8.0)
        return score
