import numpy as np
from gymnasium.spaces import Box, Discrete
from ray.rllib.env.multi_agent_env import MultiAgentEnv

RETREAT, HOLD, ADVANCE, LUNGE, PARRY = range(5)


class Piste(MultiAgentEnv):
    """A bout to five touches on a line of fourteen metres; what the other one does is seen a beat late."""

    obs_space = Box(-1.0, 1.0, (8,), np.float32)
    act_space = Discrete(5)

    def __init__(self, cfg=None):
        super().__init__()
        self.touches_to_win = (cfg or {}).get("touches", 5)
        self.max_beats = (cfg or {}).get("beats", 300)
        self._agent_ids = {"left", "right"}

    def _en_garde(self):
        self.pos = {"left": 5.0, "right": 9.0}
        self.did = {"left": HOLD, "right": HOLD}

    def reset(self, *, seed=None, options=None):
        self.score = {"left": 0, "right": 0}
        self.beat = 0
        self._en_garde()
        return self._see(), {}

    def _see(self):
        gap = (self.pos["right"] - self.pos["left"]) / 14
        out = {}
        for me, other in (("left", "right"), ("right", "left")):
            behind = self.pos[me] / 14 if me == "left" else 1 - self.pos[me] / 14
            hot = np.zeros(5, dtype=np.float32)
            hot[self.did[other]] = 1
            out[me] = np.concatenate([[gap, behind, (self.score[me] - self.score[other]) / 5], hot]).astype(np.float32)
        return out

    def step(self, act):
        move = {RETREAT: -0.8, HOLD: 0.0, ADVANCE: 0.7, LUNGE: 1.4, PARRY: -0.2}
        self.pos["left"] += move[int(act["left"])]
        self.pos["right"] -= move[int(act["right"])]
        gap = self.pos["right"] - self.pos["left"]
        hit = {a: act[a] == LUNGE and gap < 1.2 for a in act}
        for me, other in (("left", "right"), ("right", "left")):
            if hit[me] and act[other] == PARRY:
                hit[me], hit[other] = False, True
                break
        rewards = {"left": 0.0, "right": 0.0}
        if self.pos["left"] < 0:
            hit["right"] = True
        if self.pos["right"] > 14:
            hit["left"] = True
        if hit["left"] != hit["right"]:
            who = "left" if hit["left"] else "right"
            self.score[who] += 1
            for a in rewards:
                rewards[a] = 1.0 if a == who else -1.0
        self.did = {a: int(act[a]) for a in act}
        if hit["left"] or hit["right"] or gap < 0:
            self._en_garde()
        self.beat += 1
        won = max(self.score.values()) >= self.touches_to_win
        late = self.beat >= self.max_beats
        return self._see(), rewards, {"__all__": won}, {"__all__": late and not won}, {}
