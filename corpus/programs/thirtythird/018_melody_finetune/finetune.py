import argparse

import torch
from torch.nn.functional import kl_div, mse_loss

from tunes import vocab
from tunes.model import TuneLSTM, compose
from tunes.reward import score


def load_pretrained(model, path):
    ckpt = torch.load(path, map_location="cpu")
    missing, unexpected = model.load_state_dict(ckpt["model"], strict=False)
    assert not unexpected, unexpected
    return missing


def cut(row):
    row = row.tolist()
    return row[:row.index(vocab.END)] if vocab.END in row else row


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("pretrained")
    ap.add_argument("--steps", type=int, default=3000)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--max-len", type=int, default=96)
    ap.add_argument("--kl", type=float, default=0.1)
    ap.add_argument("--lr", type=float, default=1e-5)
    ap.add_argument("--freeze-embedding", action="store_true")
    ap.add_argument("--out", default="tuned.pt")
    args = ap.parse_args()
    torch.manual_seed(8)

    policy = TuneLSTM(with_value=True)
    prior = TuneLSTM()
    print("new in policy:", load_pretrained(policy, args.pretrained))
    load_pretrained(prior, args.pretrained)
    prior.requires_grad_(False).eval()
    if args.freeze_embedding:
        policy.emb.requires_grad_(False)
    opt = torch.optim.AdamW([p for p in policy.parameters() if p.requires_grad], lr=args.lr)

    smooth = None
    for step in range(1, args.steps + 1):
        tunes = compose(policy, args.batch, args.max_len)
        reward = torch.tensor([score(cut(row)) for row in tunes])
        inputs, targets = tunes[:, :-1], tunes[:, 1:]
        ended = torch.cumsum((inputs == vocab.END).int(), dim=1) > 0
        mask = (~ended).float()
        logits, feats, _ = policy(inputs)
        logp = logits.log_softmax(-1)
        with torch.no_grad():
            ref = prior(inputs)[0].log_softmax(-1)
        value = policy.value(feats).squeeze(-1)
        goal = reward.unsqueeze(1).expand_as(value)
        adv = (goal - value).detach()
        chosen = logp.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
        pg = -(chosen * adv * mask).sum() / mask.sum()
        drift = (kl_div(ref, logp, log_target=True, reduction="none").sum(-1) * mask).sum() / mask.sum()
        loss = pg + 0.5 * mse_loss(value * mask, goal * mask) + args.kl * drift
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        opt.step()
        mean = reward.mean().item()
        smooth = mean if smooth is None else 0.95 * smooth + 0.05 * mean
        if step % 50 == 0:
            print("%5d reward %.3f kl %.4f" % (step, smooth, drift.item()))
            torch.save({"model": policy.state_dict(), "step": step}, args.out)


if __name__ == "__main__":
    main()
