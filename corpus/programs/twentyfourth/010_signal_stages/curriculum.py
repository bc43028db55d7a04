from crossing import LEVELS
from runner import StagedRunner


def run(workdir="runs/crossing", max_segments=20000):
    runner = StagedRunner(workdir, LEVELS[0])
    stage, best, mean = 0, -1e9, LEVELS[0].goal
    for i in range(max_segments):
        mean += 0.02 * (runner.train_segment() - mean)
        if mean > best or i == 0:
            best = mean
            runner.checkpoint()
        if i % 500 == 499:
            print(i, LEVELS[stage].name, round(mean, 3))
            if best > LEVELS[stage].goal and stage + 1 < len(LEVELS):
                runner.resume(LEVELS[stage], LEVELS[stage + 1])
                stage += 1
                best = mean = LEVELS[stage].goal
                runner.checkpoint()
            elif mean < best - 1.0:
                runner.resume(LEVELS[stage], LEVELS[stage])


if __name__ == "__main__":
    run()
