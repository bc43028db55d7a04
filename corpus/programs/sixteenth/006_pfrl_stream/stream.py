"""Show the newest agent playing, round the clock, for the lobby screen."""
import argparse
import os
import time

from pfrl.wrappers import atari_wrappers

from q_net import make_agent


def newest(outdir):
    runs = [d for d in os.listdir(outdir) if d.endswith("_checkpoint")]
    if not runs:
        return None
    runs.sort(key=lambda d: int(d.split("_")[0]))
    return os.path.join(outdir, runs[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="MsPacmanNoFrameskip-v4")
    parser.add_argument("--outdir", default="results/drqn")
    parser.add_argument("--fps", type=float, default=15)
    parser.add_argument("--check-every", type=int, default=300, help="frames between looks at outdir")
    args = parser.parse_args()

    env = atari_wrappers.wrap_deepmind(
        atari_wrappers.make_atari(args.env, max_frames=None),
        episode_life=False,
        clip_rewards=False,
        frame_stack=False,
        channel_order="chw",
        flicker=False,
    )
    agent = make_agent(env.action_space.n)

    current = newest(args.outdir)
    while current is None:
        time.sleep(10)
        current = newest(args.outdir)
    agent.load(current)

    frames = 0
    with agent.eval_mode():
        while True:
            obs = env.reset()
            done, score = False, 0.0
            while not done:
                action = agent.act(obs)
                obs, reward, done, info = env.step(action)
                agent.observe(obs, reward, done, info.get("needs_reset", False))
                score += reward
                env.render()
                time.sleep(1.0 / args.fps)
                frames += 1
                if frames % args.check_every == 0:
                    latest = newest(args.outdir)
                    if latest != current:
                        agent.load(latest)
                        current = latest
                        print("now playing", current)
            print(f"{os.path.basename(current)}: {score:.0f}")


if __name__ == "__main__":
    main()
