#!/bin/bash
# One task of a job array. It runs the run whose folder has the task's index in a list.
#
#   job.sh LIST PREAMBLE COMMAND [ARGUMENT...]     PREAMBLE may be empty; the folder is COMMAND's last argument
#
# Shortly before the time limit Slurm sends SIGUSR1; the worker then saves a checkpoint, and the task is requeued.
# Slurm sends SIGTERM on preemption, after which it requeues the task itself, and on scancel.
list=$1
preamble=$2
shift 2
mapfile -t folders < "$list"
folder=${folders[$SLURM_ARRAY_TASK_ID]}
# The ticket in the folder says which task has the run. It is no longer this one if the array was cancelled or
# given up as lost.
if ! grep --quiet --fixed-strings "\"${SLURM_JOB_NAME}_$SLURM_ARRAY_TASK_ID\"" "$folder/ticket.json"; then
  echo "${SLURM_JOB_NAME}_$SLURM_ARRAY_TASK_ID no longer has the run in $folder"
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
# A signal interrupts `wait`, not the worker.
while true; do
  wait "$worker"
  status=$?
  kill -0 "$worker" 2> /dev/null || break
done
if [[ $is_time_over == yes && ! -e $folder/seal.json && ! -e $folder/error.json ]]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$status"
