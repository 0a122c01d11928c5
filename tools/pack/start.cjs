#!/usr/bin/env node
/**
 * Starts the program of this package. What it depends on is installed when a version is first started, with npm and from
 * the program's own lock file (docs/decisions/0010).
 */
const { spawnSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, renameSync, rmSync } = require('node:fs');
const { homedir } = require('node:os');
const { isAbsolute, join, resolve } = require('node:path');

const program = join(__dirname, '../program');
const { version, sha256 } = require('../program/packed.json');
const exitOfOutside = 3;

/** As `cacheRoot` of packages/artifacts, which cannot be loaded yet. */
function cacheRoot() {
  const { BIT_REPRO_CACHE: chosen, XDG_CACHE_HOME: ofUser = '' } = process.env;
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'bit-repro');
  return join(isAbsolute(ofUser) ? ofUser : join(homedir(), '.cache'), 'bit-repro');
}

/** Installs the program beside its final folder, and moves it there when it is complete. */
function install(folder) {
  process.stderr.write(`bit-repro ${version}: installing the packages that it needs into ${folder}, once\n`);
  const staging = `${folder}.${process.pid}`;
  try {
    mkdirSync(join(folder, '..'), { recursive: true });
    cpSync(program, staging, { recursive: true });
    const words = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = spawnSync('npm', words, { cwd: staging, stdio: ['ignore', 'ignore', 'inherit'] });
    if (npm.status !== 0) throw npm.error ?? new Error('`npm ci` failed');
    renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const folder = join(cacheRoot(), 'program', `${version}-${sha256.slice(0, 12)}`);
try {
  if (!existsSync(folder)) install(folder);
} catch ({ message }) {
  // Another process may have been faster.
  if (!existsSync(folder)) {
    process.stderr.write(
      `error: the packages that bit-repro needs could not be installed: ${message}\nCheck the network and the folder, then run the command again.\n`,
    );
    process.exit(exitOfOutside);
  }
}
require(join(folder, 'apps/harness/bin/harness.cjs'));
