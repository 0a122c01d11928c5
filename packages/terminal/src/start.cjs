const { access, accessSync, constants } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { availableParallelism, tmpdir } = require('node:os');
const { pathToFileURL } = require('node:url');

/**
 * Runs the TypeScript module of a program. It is CommonJS, as the files that call it must be: to load an ES module, Node 20
 * already starts libuv's threads, whose number is then settled.
 */
exports.start = async function start(main) {
  startThreads();
  // Node 22.18 and later run TypeScript themselves, and keep what they compiled.
  if (process.features.typescript === 'strip') enableCompileCache();
  else await useTsx();
  await import(pathToFileURL(main));
};

async function useTsx() {
  try {
    accessSync(tmpdir(), constants.W_OK);
  } catch {
    // If tsx cannot write its cache, it would end with a stack trace before our code runs.
    process.env.TSX_DISABLE_CACHE = '1';
  }
  const { register } = await import('tsx/esm/api');
  register();
}

/**
 * Starts libuv's threads, on which images are decoded: one for each processor, where Node would have four. The variable is
 * not left behind, because a process that this one starts may be on another machine.
 */
function startThreads() {
  if (process.env.UV_THREADPOOL_SIZE !== undefined) return;
  process.env.UV_THREADPOOL_SIZE = String(Math.max(4, availableParallelism()));
  access(__filename, () => undefined);
  delete process.env.UV_THREADPOOL_SIZE;
}
