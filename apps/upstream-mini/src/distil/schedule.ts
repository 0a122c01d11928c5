/**
 * The learning rate of a step: rises linearly from `lr / rise` to `lr` over the first `rise` = `warmup` of all steps, then
 * falls by half a cosine to 0 (one cycle).
 */
export function oneCycle(
  step: number,
  steps: number,
  { lr, warmup }: { lr: number; warmup: number },
): number {
  const rise = Math.round(warmup * steps);
  if (step < rise) return (lr * (step + 1)) / rise;
  return (lr / 2) * (1 + Math.cos((Math.PI * (step - rise)) / (steps - rise)));
}
