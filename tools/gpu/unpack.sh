#!/usr/bin/env bash
# On the machine with the GPU, in the project's root: what pack.sh packed.
#   bash tools/gpu/unpack.sh keep [PARTS]    moves the parts that have come so far out of PARTS (.gpu) into the store
#   bash tools/gpu/unpack.sh open            when all are there: unpacks them, finds CUDA's libraries, writes env.sh
# The store is /tmp/bit-repro, or what BIT_REPRO_STORE names. check.sh reads its env.sh by itself.
set -euo pipefail
cd "$(dirname "$0")/../.."
store=${BIT_REPRO_STORE:-/tmp/bit-repro}
mkdir -p "$store/parts"

# Unpacks a series of parts, once.
unpack() {
  local parts=("$store/parts/$1"-??-of-??)
  [ -e "${parts[0]}" ] || return 0
  local count=${parts[0]##*-}
  if [ "${#parts[@]}" -ne "$((10#$count))" ]; then
    echo "Expected $count parts of $1, found ${#parts[@]}. Bring the others: unpack.sh keep" >&2
    exit 1
  fi
  cat "${parts[@]}" | xz -dc -T0 | tar -C "$store" -xf -
  rm "${parts[@]}"
}

# Lets libraries of the machine answer to the names that TensorFlow asks for and the store does not have.
link_cuda() {
  local wanted file
  rm -rf "$store/cuda"
  mkdir "$store/cuda"
  find / \( -path /proc -o -path /sys -o -path "$store" \) -prune -o \
    \( -name 'libcu*.so.*' -o -name 'libnv*.so.*' -o -name 'libnccl.so.*' \) -print 2>/dev/null | sort -V >"$store/libraries" || true
  for wanted in libcudart.so.12 libcublas.so.12 libcublasLt.so.12 libcudnn.so.9 libcufft.so.11 libcurand.so.10 \
    libcusolver.so.11 libcusparse.so.12 libnvJitLink.so.12 libnccl.so.2 libcupti.so.12; do
    if [ -n "$(find "$store/cache" -name "$wanted" -print -quit)" ]; then
      echo "$wanted: carried"
      continue
    fi
    # The very version, else the newest.
    file=$(sed -n "\\,/${wanted//./\\.}\$,{p;q}" "$store/libraries")
    [ -n "$file" ] || file=$(sed -nE "\\,/${wanted%.so.*}\.so\.[0-9]+\$,p" "$store/libraries" | sed -n '$p')
    if [ -n "$file" ]; then ln -s "$file" "$store/cuda/$wanted"; fi
    echo "$wanted: ${file:-none}"
  done
}

case ${1:-} in
keep)
  mv -v "${2:-.gpu}"/*-??-of-?? "$store/parts/"
  ;;
open)
  unpack app
  unpack data
  if [ -d "$store/tree" ]; then (cd "$store/tree" && tar -cf - .) | tar -xf -; fi
  link_cuda
  # Where libraries lie that those call in turn.
  folders=$(sed -nE '\,/(libcublas|libcudnn|libnvrtc)\.so\.[0-9]+$,p' "$store/libraries" | xargs -r -n1 dirname | sort -u | paste -sd:)
  carried=$(find "$store/cache" -path '*/nvidia/*' -name lib -type d | paste -sd:)
  {
    echo "export PATH=$store/bin:\$PATH BIT_REPRO_CACHE=$store/cache"
    echo "export LD_LIBRARY_PATH=$store/cuda:$carried:$folders\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
    if [ -d "$store/cifar10" ]; then echo "export BIT_REPRO_CIFAR10=$store/cifar10"; fi
  } >"$store/env.sh"
  cat "$store/env.sh"
  ;;
*)
  echo "usage: unpack.sh keep [PARTS] | open" >&2
  exit 2
  ;;
esac
