from __future__ import annotations

from pathlib import Path

import click
import yaml

from .members import Herd


@click.group()
def cli() -> None:
    """Population-based training of foragers."""


@cli.command()
@click.option("--members", default=8)
@click.option("--rounds", default=40)
@click.option("--steps", default=40_960, help="environment steps a member trains each round")
@click.option("--share", default=0.25)
@click.option("--envs", default=4)
@click.option("--seed", default=0)
@click.option("--out", type=click.Path(path_type=Path), default=Path("herd"))
def breed(members: int, rounds: int, steps: int, share: float, envs: int, seed: int, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    herd = Herd(members, envs, seed)
    history = []
    for rnd in range(rounds):
        for m in herd:
            m.train(steps)
            m.assess(episodes=4)
        best = herd.ranking()[0]
        click.echo(f"round {rnd:3d}  best #{best.ident} {best.fitness:.2f}  spread {herd.spread():.2f}")
        history.append({"round": rnd, "best": best.ident, "fitness": best.fitness})
        best.algo.save(out / f"best_{rnd:03d}")
        if rnd + 1 < rounds:
            for src, dst in herd.replace_weakest(share):
                click.echo(f"   #{src} -> #{dst}")
    (out / "history.yaml").write_text(yaml.safe_dump(history))


if __name__ == "__main__":
    cli()
