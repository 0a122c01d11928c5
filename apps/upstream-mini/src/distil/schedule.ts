/**
 * The learning rate of a step (one cycle): rises linearly from `lr / rise` to `lr` over the first `rise` =
 * `warmup` x `steps` steps, then falls to 0 along half a cosine.
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
