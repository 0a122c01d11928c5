#!/bin/bash
# One task of a job array: the run whose folder is at its place in a list.
#
#   job.sh LIST PREAMBLE COMMAND [ARGUMENT...]     PREAMBLE may be empty; the folder is COMMAND's last argument
#
# Before its time is over Slurm sends SIGUSR1; the worker then leaves a checkpoint, and the task is put back into the queue.
# SIGTERM comes with preemption, after which Slurm requeues by itself, and with scancel.
list=$1
preamble=$2
shift 2
mapfile -t folders < "$list"
folder=${folders[$SLURM_ARRAY_TASK_ID]}
# The folder's ticket is the claim to its run. It is another's where this array was given up for lost, or cancelled.
if ! grep --quiet --fixed-strings "\"${SLURM_JOB_NAME}_$SLURM_ARRAY_TASK_ID\"" "$folder/ticket.json"; then
  echo "${SLURM_JOB_NAME}_$SLURM_ARRAY_TASK_ID has no claim to $folder any more"
  exit 0
fi
if [[ -n $preamble ]]; then
  # shellcheck disable=SC1090
  source "$preamble" || exit 1
fi

echo "task ${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID on ${SLURMD_NODENAME:-an unknown node}" >> "$folder/worker.log"
"$@" "$folder" 2>> "$folder/worker.log" &
worker=$!
is_time_over=no
trap 'is_time_over=yes; kill -TERM "$worker" 2> /dev/null' USR1
trap 'kill -TERM "$worker" 2> /dev/null' TERM INT
# A signal ends `wait`, not the worker.
while true; do
  wait "$worker"
  status=$?
  kill -0 "$worker" 2> /dev/null || break
done
if [[ $is_time_over == yes && ! -e $folder/seal.json && ! -e $folder/error.json ]]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$status"
