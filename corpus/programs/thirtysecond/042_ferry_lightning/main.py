import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset

from ferry import demonstrations
from stages import FineTune, Imitate, collate

if __name__ == "__main__":
    pl.seed_everything(5)
    train = DataLoader(demonstrations(400), batch_size=32, shuffle=True, collate_fn=collate)
    val = DataLoader(demonstrations(60), batch_size=60, collate_fn=collate)
    best_bc = ModelCheckpoint(dirpath="ferry/bc", monitor="bc/val", mode="min")
    pl.Trainer(max_epochs=60, callbacks=[best_bc, EarlyStopping("bc/val", patience=6)]).fit(Imitate(), train, val)

    ticks = DataLoader(TensorDataset(torch.zeros(100, 1)), batch_size=1)
    best_rl = ModelCheckpoint(
        dirpath="ferry/rl", monitor="rl/return", mode="max", every_n_train_steps=25, save_on_train_epoch_end=False
    )
    tuned = FineTune(best_bc.best_model_path)
    pl.Trainer(max_epochs=10, callbacks=[best_rl], gradient_clip_val=0.5).fit(tuned, ticks)

    final = FineTune.load_from_checkpoint(best_rl.best_model_path).eval()
    scores = [float(final.sail(greedy=True)[2].sum()) for _ in range(100)]
    print("mean return", sum(scores) / len(scores))
