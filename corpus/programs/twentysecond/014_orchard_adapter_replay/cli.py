import click
import torch

from controller import FieldController, Nozzles, maml_step, rollout_loss


def variety(seed, T=50, B=6):
    g = torch.Generator().manual_seed(seed)
    gain = torch.rand(4, generator=g)
    xs = torch.rand(T, B, 7, generator=g)
    ys = (xs[..., :4].roll(2, 0) * gain).clamp(0, 1)
    return xs, ys


@click.group()
def cli():
    pass


@cli.command()
@click.option("--steps", default=3000)
@click.option("--inner-lr", default=0.1)
@click.option("--out", default="maml.pt")
def fit(steps, inner_lr, out):
    net = Nozzles()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for s in range(steps):
        loss = 0.0
        for k in range(4):
            xs, ys = variety(4 * s + k)
            fast = maml_step(net, xs[:, :3], ys[:, :3], inner_lr)
            loss = loss + rollout_loss(net, fast, xs[:, 3:], ys[:, 3:])
        opt.zero_grad()
        loss.backward()
        opt.step()
        if s % 100 == 0:
            click.echo(f"{s} {loss.item() / 4:.4f}")
    torch.save(net.state_dict(), out)


@cli.command()
@click.argument("weights")
@click.option("--rows", default=10)
@click.option("--adapt-every", default=25)
@click.option("--inner-lr", default=0.1)
@click.option("--seed", default=1)
def drive(weights, rows, adapt_every, inner_lr, seed):
    meta = Nozzles()
    meta.load_state_dict(torch.load(weights))
    field = Nozzles()
    field.load_state_dict(meta.state_dict())
    ctl = FieldController(field)

    for row in range(rows):
        xs, ys = variety(seed, T=120, B=1)
        ctl.next_row()
        err = 0.0
        for t in range(len(xs)):
            if t and t % adapt_every == 0:
                # the leaf sensors behind the boom tell what the dose should have been
                lo = t - adapt_every
                fast = maml_step(meta, xs[lo:t], ys[lo:t], inner_lr, steps=3, create_graph=False)
                ctl.sync({k: v.detach() for k, v in fast.items()})
            y = ctl.spray(xs[t])
            err += (y - ys[t]).abs().mean().item()
        click.echo(f"row {row}: mean error {err / len(xs):.4f}")


if __name__ == "__main__":
    cli()
