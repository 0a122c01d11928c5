#!/bin/bash
# A Slurm cluster of two nodes with a made-up GPU each, on this one machine: for tests, as root, with Debian's packages.
#
#   cluster.sh up FOLDER      starts it; FOLDER holds its state
#   cluster.sh down FOLDER    ends it
set -euo pipefail
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

up() {
  mkdir -p "$folder"/{state,spool-n1,spool-n2} /run/munge /etc/slurm
  cores=$(nproc)
  sed -e "s|@FOLDER@|$folder|g" -e "s|@CORES@|$cores|g" -e "s|@HOST@|$(hostname)|g" "$here/slurm.conf" > /etc/slurm/slurm.conf
  cp "$here/gres.conf" /etc/slurm/gres.conf
  chown munge /run/munge
  if ! munge --no-input > /dev/null 2>&1; then
    pkill -x munged || true
    runuser -u munge -- munged
  fi
  slurmctld
  slurmd -N n1
  slurmd -N n2
  for _ in $(seq 60); do
    [[ $(sinfo --noheader --format=%T) == idle ]] && return
    sleep 0.5
  done
  sinfo
  return 1
}

down() {
  scancel --user="$(id -un)" 2> /dev/null || true
  scontrol shutdown 2> /dev/null || true
  pkill -x slurmd || true
  pkill -x slurmctld || true
}

"$1"
