import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset

from module import Shunter
from yard import Yard


@torch.no_grad()
def trial(model: Shunter, n: int = 200) -> float:
    yard = Yard(n, seed=77)
    sheet = model.blank(n)
    hits = torch.zeros(n)
    for _ in range(30):
        d, _, h, c = model(yard.obs(), sheet)
        a = d.probs.argmax(-1)
        right, _ = yard.send(a)
        sheet = (h, c, torch.nn.functional.one_hot(a, Yard.TRACKS).float())
        hits += right
    return float(hits.mean() / 30)


def main():
    pl.seed_everything(3)
    ticks = DataLoader(TensorDataset(torch.zeros(200, 1)), batch_size=1)
    keep = ModelCheckpoint(monitor="right", mode="max", filename="shunter-{epoch}")
    trainer = pl.Trainer(
        max_epochs=50, accelerator="cpu", devices=1, callbacks=[keep], gradient_clip_val=0.5, logger=False
    )
    trainer.fit(Shunter(), ticks)
    best = Shunter.load_from_checkpoint(keep.best_model_path)
    best.eval()
    print("right tracks in the trial:", trial(best))


if __name__ == "__main__":
    main()
