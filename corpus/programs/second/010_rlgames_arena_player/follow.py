import argparse

from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

from isaac_play.config import make
from isaac_play.player import FollowPlayer


def create_env(**kwargs):
    from isaacgymenvs.make import make as make_isaac

    return make_isaac(seed=0, task="Anymal", num_envs=kwargs.pop("num_actors", 64), sim_device="cuda:0", rl_device="cuda:0")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--interval", type=float, default=30.0)
    ap.add_argument("--games", type=int, default=100_000)
    args = ap.parse_args()

    env_configurations.register("rlgpu", {"vecenv_type": "RLGPU", "env_creator": create_env})
    vecenv.register("RLGPU", lambda name, n, **kw: vecenv.create_vec_env(name, n, **kw))
    runner = Runner()
    runner.player_factory.register_builder("a2c_continuous", lambda **kw: FollowPlayer(**kw))
    runner.load(make(args.folder, args.interval, args.games))
    runner.run({"train": False, "play": True})


if __name__ == "__main__":
    main()
