from popper.train import main

if __name__ == "__main__":
    main().save("winner")
