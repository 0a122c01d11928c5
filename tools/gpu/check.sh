#!/usr/bin/env bash
# Measures the product on this machine's GPU, step by step:
#   bash tools/gpu/check.sh RESULTS [STEP...]     README.md beside this file lists the steps
# Without names every step that RESULTS/results.json has no good result of. SMALL=1 tries all of it on any machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
packed=${BIT_REPRO_STORE:-/tmp/bit-repro}/env.sh
if [ -f "$packed" ]; then
  # shellcheck source=/dev/null
  source "$packed"
fi
exec node --import tsx tools/gpu/src/check.ts "$@"
