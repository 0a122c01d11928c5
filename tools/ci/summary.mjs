// Sums the Vitest reports of all packages plus the named checks (`name=exit status`) into one closing line.
// Exits 1 when anything failed or a package left no report.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const packages = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
);
let passed = 0;
let failed = 0;

const reports = [
  ...[...packages, 'examples', 'tools/gpu'].map((folder) => [folder, `${folder}/test-results/vitest.json`]),
  ['faults', 'apps/harness/test-results/faults.json'],
  ['cluster', 'apps/harness/test-results/slurm.json'],
];
for (const [folder, file] of reports) {
  if (!existsSync(file)) {
    console.log(`${folder}: no test report at ${file}`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const brokenSuites = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  ).length;
  console.log(`${folder}: ${report.numPassedTests} passed, ${report.numFailedTests + brokenSuites} failed`);
  passed += report.numPassedTests;
  failed += report.numFailedTests + brokenSuites;
}

for (const check of process.argv.slice(2)) {
  const [name, status] = check.split('=');
  console.log(`${name}: ${status === '0' ? 'passed' : `failed (exit ${status})`}`);
  if (status === '0') passed += 1;
  else failed += 1;
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
