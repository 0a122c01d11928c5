import { Command } from '@commander-js/extra-typings';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { helpColumns, helpStyle } from '../src/helpStyle.ts';

function helpAt(columns: number): string[] {
  const program = new Command('program').configureHelp({ ...helpStyle, helpWidth: columns });
  program.commandsGroup('First:');
  program
    .command('export')
    .argument('<archive>')
    .argument('[what...]')
    .option('--json', 'print JSON')
    .description('export finished runs, and the reports of experiments, into one checksummed file');
  return program.helpInformation().split('\n');
}

it.each([40, 60, 80, 120])('help fits into %d columns', (columns) => {
  expect(Math.max(...helpAt(columns).map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
});

it('a description is beside its command where there is room, and below it elsewhere', () => {
  const command = '  export <archive> [what...]';
  expect(helpAt(80)).toContain(`${command}  export finished runs, and the reports of`);
  const lines = helpAt(60);
  expect(lines[lines.indexOf(command) + 1]).toBe(
    '      export finished runs, and the reports of experiments,',
  );
});

it('help is 80 columns wide without a terminal, and at most 100', () => {
  expect([Infinity, 60, 200].map(helpColumns)).toEqual([80, 60, 100]);
});
