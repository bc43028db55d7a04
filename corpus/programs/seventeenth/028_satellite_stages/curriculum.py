import argparse
import json
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from pointing_env import PointingEnv

STAGES = [
    dict(slew_deg=5.0, wheel_friction=0.0, flex=False),
    dict(slew_deg=30.0, wheel_friction=0.0, flex=False),
    dict(slew_deg=30.0, wheel_friction=0.002, flex=False),
    dict(slew_deg=90.0, wheel_friction=0.002, flex=True),
]
PASS_MARK = [0.9, 0.85, 0.8, 0.95]


def build(stage, n_envs):
    return make_vec_env(PointingEnv, n_envs=n_envs, env_kwargs=STAGES[stage])


def run(out: Path, chunk: int, budget: int, n_envs: int):
    out.mkdir(parents=True, exist_ok=True)
    stage, best, fails = 0, -1.0, 0
    best_file = out / "best.zip"
    history = []
    model = RecurrentPPO("MlpLstmPolicy", build(stage, n_envs), n_steps=128, batch_size=256,
                         gamma=0.995, verbose=0, tensorboard_log=str(out))
    test_env = build(stage, 4)
    while model.num_timesteps < budget:
        model.learn(chunk, reset_num_timesteps=False)
        score, std = evaluate_policy(model, test_env, n_eval_episodes=20)
        history.append(dict(steps=model.num_timesteps, stage=stage, score=score, std=std))
        print(f"stage {stage}  {model.num_timesteps:>9}  {score:.3f} +- {std:.3f}")

        if score > best:
            best, fails = score, 0
            model.save(best_file)
        elif score < 0.7 * best:
            model.set_parameters(best_file)
            fails += 1
            if fails == 3 and stage > 0:
                stage, fails, best = stage - 1, 0, -1.0
                model.set_env(build(stage, n_envs))
                test_env = build(stage, 4)
                print("stage is too hard, going down")

        if score > PASS_MARK[stage] and stage + 1 < len(STAGES):
            model.save(out / f"stage{stage}.zip")
            stage, best, fails = stage + 1, -1.0, 0
            model.set_env(build(stage, n_envs))
            test_env = build(stage, 4)

    (out / "history.json").write_text(json.dumps(history, indent=1))
    model.save(out / "final.zip")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, default=Path("runs/pointing"))
    p.add_argument("--chunk", type=int, default=40_960)
    p.add_argument("--budget", type=int, default=8_000_000)
    p.add_argument("--n-envs", type=int, default=16)
    a = p.parse_args()
    run(a.out, a.chunk, a.budget, a.n_envs)
