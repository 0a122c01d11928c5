#!/usr/bin/env node
const { start } = require('@bit-repro/terminal/start');

void start(require.resolve('../src/main.ts'));
