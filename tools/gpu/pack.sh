#!/usr/bin/env bash
# Packs the product with TensorFlow for a GPU into parts that go through a small door, for a machine without a registry:
#   bash tools/gpu/pack.sh [OUT [MIB [CAPABILITY]]]     by default .gpu, 44 MiB a part, compute capability 9.0
# WITH_CUDA=1 carries CUDA's libraries, too, instead of using the machine's. What is committed is packed: node and its packages,
# TensorFlow (app-00-of-NN ...), CIFAR-10 (data-00-of-NN ..., from BIT_REPRO_CIFAR10 or the cache). The tree itself is not.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1:-$root/.gpu}"
out=$(cd "${1:-$root/.gpu}" && pwd)
mib=${2:-44}
capability=${3:-9.0}
cifar=${BIT_REPRO_CIFAR10:-${BIT_REPRO_CACHE:-$HOME/.cache/bit-repro}/cifar10}
work=$(mktemp -d "$out/pack.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Packs what tar's arguments name, whole, and only then cuts it into parts, whose names tell how many there are.
parts() {
  local name=$1
  shift
  tar --owner=0 --group=0 --mode=go-w -cf - "$@" | xz -T0 -6 >"$work/$name.tar.xz"
  rm -f "$out/$name"-??-of-??
  split -b "${mib}M" -d -a 2 "$work/$name.tar.xz" "$work/$name-"
  local pieces=("$work/$name"-??) piece
  for piece in "${pieces[@]}"; do
    mv "$piece" "$out/$(basename "$piece")-of-$(printf %02d ${#pieces[@]})"
  done
}

echo "packages of node"
git clone -q "$root" "$work/clone"
(cd "$work/clone" && npm ci --omit=dev --no-audit --no-fund >/dev/null)

echo "TensorFlow"
(cd "$work/clone" && node --import tsx tools/gpu/src/leanEngine.ts "$work/cache" "$capability" ${WITH_CUDA:+--with-cuda})

mkdir "$work/bin"
cp "$(command -v node)" "$work/bin/node"
strip "$work/bin/node" || true # packs larger, and runs as well

echo "packing"
(cd "$work/clone" && find . -path ./.git -prune -o -name node_modules -prune -print) >"$work/modules"
parts app -C "$work" bin cache -C "$work/clone" \
  --exclude='*.map' --exclude='*.d.ts' --exclude='*.md' --exclude='node_modules/@types' --exclude='node_modules/core-js' \
  --exclude='node_modules/@tensorflow/*/src' --exclude='node_modules/@tensorflow/*/dist/*.min.js' \
  --exclude='node_modules/@tensorflow/*/dist/*.fesm.*' --exclude='node_modules/@tensorflow/*/dist/*.es2017.*' \
  --transform='s,^\./,tree/,S' --files-from="$work/modules"
if [ -f "$cifar/test_batch.bin" ]; then
  parts data -C "$cifar" --transform='s,^,cifar10/,' data_batch_{1,2,3,4,5}.bin test_batch.bin
else
  echo "CIFAR-10 is not in $cifar: not packed"
fi
ls -l "$out" | grep -- -of-
