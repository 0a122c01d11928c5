export { beyondItsEnd } from './beyondItsEnd.ts';
export { copyWorkspace, linkModules, linkPackages } from './copyWorkspace.ts';
export { accessibilityProblems, widthAndRoom } from './examinePage.ts';
export { fromNetwork, maySkip } from './fromNetwork.ts';
export { until } from './until.ts';
export { launchBrowser } from './launchBrowser.ts';
