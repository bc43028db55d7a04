import functools
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from court import BeachCourt
from league import League

LEAGUE_DIR = "runs/league"


class EnrolCallback(BaseCallback):
    """Puts a copy of the learner in the league once it beats the current rivals often enough."""

    def __init__(self, league: League, threshold: float = 0.4, min_gap: int = 50_000):
        super().__init__()
        self.league, self.threshold, self.min_gap = league, threshold, min_gap
        self.last = 0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        infos = self.model.ep_info_buffer
        if len(infos) < 50 or self.num_timesteps - self.last < self.min_gap:
            return
        mean = sum(e["r"] for e in infos) / len(infos)
        self.logger.record("league/mean_rally", mean)
        if mean > self.threshold:
            self.league.add(self.model, f"team_{self.num_timesteps:09d}.zip")
            self.last = self.num_timesteps
            infos.clear()


def make(rank: int):
    return Monitor(BeachCourt(LEAGUE_DIR, seed=rank))


if __name__ == "__main__":
    venv = SubprocVecEnv([functools.partial(make, i) for i in range(12)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=384, learning_rate=2e-4,
                         ent_coef=0.002, tensorboard_log="runs/tb")
    league = League(Path(LEAGUE_DIR))
    model.learn(5_000_000, callback=CallbackList([
        EnrolCallback(league),
        CheckpointCallback(100_000, "runs/ckpt"),
    ]))
