#!/bin/bash
# A worker that tells which GPU it was given, and when it had it. The run's folder is its last argument.
folder=${!#}
from=$(date +%s%N)
sleep 2
printf '{"node":"%s","gpu":"%s","from":%s,"to":%s}' \
  "$SLURMD_NODENAME" "$CUDA_VISIBLE_DEVICES" "$from" "$(date +%s%N)" > "$folder/seal.json"
