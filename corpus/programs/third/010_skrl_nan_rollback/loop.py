"""Own training loop around skrl's PPO_RNN: skrl's trainers cannot go back after a divergence."""
import logging
import os

import torch

logger = logging.getLogger(__name__)


def diverged(agent):
    for model in (agent.policy, agent.value):
        for p in model.parameters():
            if not torch.isfinite(p).all():
                return True
    return False


class Loop:
    def __init__(self, env, agent, timesteps, save_every, folder):
        self.env = env
        self.agent = agent
        self.timesteps = timesteps
        self.save_every = save_every
        self.folder = folder
        self.good = None
        self.rollbacks = 0
        os.makedirs(folder, exist_ok=True)

    def _save(self, step):
        path = os.path.join(self.folder, f"good_{step}.pt")
        self.agent.save(path)
        if self.good is not None and os.path.exists(self.good):
            os.remove(self.good)
        self.good = path

    def run(self):
        self.agent.init(trainer_cfg={"timesteps": self.timesteps})
        self.agent.set_running_mode("train")
        states, infos = self.env.reset()
        self._save(0)
        for step in range(self.timesteps):
            self.agent.pre_interaction(timestep=step, timesteps=self.timesteps)
            with torch.no_grad():
                actions = self.agent.act(states, timestep=step, timesteps=self.timesteps)[0]
                next_states, rewards, terminated, truncated, infos = self.env.step(actions)
                self.agent.record_transition(
                    states=states,
                    actions=actions,
                    rewards=rewards,
                    next_states=next_states,
                    terminated=terminated,
                    truncated=truncated,
                    infos=infos,
                    timestep=step,
                    timesteps=self.timesteps,
                )
            self.agent.post_interaction(timestep=step, timesteps=self.timesteps)
            if (step + 1) % self.save_every == 0:
                if diverged(self.agent):
                    self.rollbacks += 1
                    logger.warning("step %d: parameters not finite, back to %s", step, self.good)
                    self.agent.load(self.good)
                else:
                    self._save(step + 1)
            states = next_states
            if self.env.num_envs == 1 and (terminated.any() or truncated.any()):
                states, infos = self.env.reset()
