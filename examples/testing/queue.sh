#!/bin/sh
# A queue that begins every job at once: add NAME LOG COMMAND..., list, remove NAME.
job=$QUEUE_FOLDER/$2
case $1 in
  add)
    log=$3
    shift 3
    : > "$job"
    nohup sh -c 'job=$1; shift; "$@" & echo $! > "$job"; wait $!; rm "$job"' queue "$job" "$@" \
      < /dev/null >> "$log" 2>&1 &
    ;;
  list) ls "$QUEUE_FOLDER" ;;
  remove) kill "$(cat "$job")" ;;
esac
