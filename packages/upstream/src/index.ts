export { distil, type Distilled, type DistilEvent, type DistilInput } from './distil/distil.ts';
export type { NearestCentroid } from './distil/nearestCentroid.ts';
export { recipeSchema, type Recipe } from './distil/recipe.ts';
export { embeddedNetwork } from './embeddedNetwork.ts';
export { distillationTargets, type TargetOptions } from './distil/targets.ts';
export { teacher } from './teacherWheel.ts';
export { teacherFeatures, type Features, type FeaturesOptions } from './teacher/teacherFeatures.ts';
