# Sourced by every job of slurm-example.yaml before Node starts. Take from it what your cluster needs.

# Node 20, 22 or 24, by the cluster's modules:
#   module load nodejs/22
# or from a folder of your own:
#   export PATH="$HOME/node-22/bin:$PATH"

# The cache on a file system that all nodes share, or on each node's own disk (docs/cluster.md):
#   export BIT_REPRO_CACHE=/shared/you/bit-repro
