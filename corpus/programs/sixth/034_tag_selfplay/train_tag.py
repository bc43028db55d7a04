from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, EveryNTimesteps
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from tag_env import TagEnv, newest


class Publish(BaseCallback):
    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder
        self.folder.mkdir(exist_ok=True)

    def _on_step(self) -> bool:
        path = self.folder / f"{self.num_timesteps:09d}.zip"
        self.model.save(path)
        sizes = self.training_env.env_method("archive_add", str(path))
        self.logger.record("selfplay/archive", max(sizes))
        return True


def main():
    folder = Path("past_selves")
    env = make_vec_env(TagEnv, n_envs=8, vec_env_cls=SubprocVecEnv)
    for p in newest(folder):
        env.env_method("archive_add", p)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128, verbose=1)
    model.learn(2_000_000, callback=EveryNTimesteps(25_000, Publish(folder)))
    model.save("tag_final")


if __name__ == "__main__":
    main()
