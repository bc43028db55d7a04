from rllab.train import main

main()
