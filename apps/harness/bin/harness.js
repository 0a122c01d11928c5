#!/usr/bin/env node
import { start } from '@bit-repro/terminal/start';

await start(import.meta.resolve('../src/main.ts'));
