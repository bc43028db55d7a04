import torch

from .agent import Agent


class InferenceServer:
    """Batches requests of many actors. The table below holds one row per actor."""

    def __init__(self, flags, num_actions, learner_agent):
        self.flags = flags
        self.learner_agent = learner_agent
        self.agent = Agent(num_actions).eval()
        self.table = {
            "hx": torch.zeros(flags.num_actors, 256),
            "cx": torch.zeros(flags.num_actors, 256),
        }
        self.calls = 0
        self.refresh()

    def refresh(self):
        with torch.no_grad():
            for p, q in zip(self.agent.parameters(), self.learner_agent.parameters()):
                p.copy_(q)

    @torch.no_grad()
    def infer(self, ids, obs, done):
        if self.calls % self.flags.refresh == 0:
            self.refresh()
        self.calls += 1
        out, hx, cx = self.agent(obs, done, self.table["hx"][ids], self.table["cx"][ids])
        self.table["hx"][ids] = hx
        self.table["cx"][ids] = cx
        return out
