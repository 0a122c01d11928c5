export { runCommandLine } from './commandLine.ts';
export { ask, canAsk } from './ask.ts';
export { apart, bar, leftOf, percentOf } from './bar.ts';
export { type CommandContext, printJson } from './context.ts';
export { downloadBar } from './downloadBar.ts';
export { fitting, shortened, wrapped } from './fit.ts';
export { isInterruption, listenForInterruptions } from './interruption.ts';
export { Pace } from './pace.ts';
export { folderOption, typedPath, typedPaths } from './pathOptions.ts';
export {
  caughtUp,
  changingScreen,
  expectReadersToLeave,
  print,
  printToErrors,
  terminalColumns,
} from './print.ts';
export { printError } from './printError.ts';
export { Screen } from './screen.ts';
export { tableLines } from './table.ts';
